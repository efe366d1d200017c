//! Points in time as milliseconds since the Unix epoch.

use std::fmt;

use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::json::Json;
use crate::rule::{Rule, check_scalar};
use crate::scalar::Scalar;
use crate::validate::{Validate, Validator};

/// A point in time as whole milliseconds since the Unix epoch.
///
/// Made from a [`Timestamp`], whose microseconds and nanoseconds are cut off, or from a number of
/// milliseconds. A response keeps any JSON and writes it back as it came; a request accepts
/// integers.
///
/// ```
/// use client_runtime::UnixMillis;
/// use jiff::Timestamp;
///
/// let made: UnixMillis = serde_json::from_str("1465790400000")?;
/// assert_eq!(made.timestamp(), Some(Timestamp::from_second(1465790400)?));
///
/// let never = UnixMillis::from(253402300799999);
/// assert_eq!((never.timestamp(), never.as_i64()), (None, Some(253402300799999)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct UnixMillis(Repr);

#[derive(Clone)]
enum Repr {
    /// An integer without fraction and exponent.
    Millis(i64),
    /// Any other JSON, as it came.
    Other(Json),
}

impl UnixMillis {
    /// Returns the point in time, unless it is not a whole number of milliseconds or a
    /// [`Timestamp`] can't hold it: it ends with 9999-12-30T22:00:00Z.
    pub fn timestamp(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.as_i64()?).ok()
    }

    /// Returns the number of milliseconds, if it is whole and an `i64` holds it.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Millis(number) => Some(*number),
            Repr::Other(json) => Scalar::from_json(json.clone()).as_i64(),
        }
    }

    /// The number that rules apply to, if it is an integer in the sense of JSON Schema.
    fn integer(&self) -> Option<Scalar> {
        match &self.0 {
            Repr::Millis(number) => Some(Scalar::Integer(*number)),
            Repr::Other(json) => {
                // An integer beyond an `i64` compares as the nearest float.
                let number = json.parse::<f64>().ok()?;
                (number.fract() == 0.0).then_some(Scalar::Number(number))
            }
        }
    }
}

impl From<Timestamp> for UnixMillis {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.as_millisecond().into()
    }
}

impl From<i64> for UnixMillis {
    fn from(milliseconds: i64) -> Self {
        UnixMillis(Repr::Millis(milliseconds))
    }
}

impl PartialEq for UnixMillis {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Other(one), Repr::Other(other)) => one == other,
            _ => self.as_i64() == other.as_i64(),
        }
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Millis(number) => number.fmt(f),
            Repr::Other(json) => json.fmt(f),
        }
    }
}

impl fmt::Debug for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for UnixMillis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Repr::Millis(number) => serializer.serialize_i64(*number),
            Repr::Other(json) => json.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for UnixMillis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Only the text of a number tells whether an `i64` holds it.
        Json::deserialize(deserializer).map(|json| match json.get().parse::<i64>() {
            Ok(number) if json.get() != "-0" => UnixMillis::from(number),
            Ok(_) | Err(_) => UnixMillis(Repr::Other(json)),
        })
    }
}

impl Validate for UnixMillis {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        match self.integer() {
            Some(number) => check_scalar(number.subject(), rules, at),
            None => at.refuse("an integer: milliseconds since the Unix epoch"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> UnixMillis {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn any_json_is_written_back_as_it_came_and_only_integers_are_sent() {
        for (text, number, is_integer) in [
            ("0", Some(0), true),
            ("-1", Some(-1), true),
            ("-0", Some(0), true),
            ("253402300799999", Some(253_402_300_799_999), true),
            ("9223372036854775807", Some(i64::MAX), true),
            ("9223372036854775808", None, true),
            ("-123456789012345678901234567890", None, true),
            ("1465790400000.0", Some(1_465_790_400_000), true),
            ("1.4657904e12", Some(1_465_790_400_000), true),
            ("1465790400000.5", None, false),
            ("1e400", None, false),
            ("null", None, false),
            ("true", None, false),
            ("\"1465790400000\"", None, false),
            ("{\"a\":[1]}", None, false),
        ] {
            let time = read(text);
            assert_eq!(serde_json::to_string(&time).unwrap(), text);
            assert_eq!((time.to_string().as_str(), time.as_i64()), (text, number));
            let mut at = Validator::default();
            time.validate(&[], &mut at);
            assert_eq!(at.count() == 0, is_integer, "{text}");
        }
        assert_eq!(read("1.0"), UnixMillis::from(1));
        assert_ne!(read("null"), UnixMillis::from(0));
    }
}
