//! Points in time: RFC 3339 texts in bodies, milliseconds in parameters.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::rule::Rule;
use crate::shown::show;
use crate::validate::{Validate, Validator};

/// A `date-time` of JSON Schema: a point in time as an RFC 3339 text.
///
/// A text that is no point in time never costs the response it stands in: it stays readable with
/// [`to_string`](ToString::to_string), has no [`timestamp`](Self::timestamp), and is refused in a
/// request. Every text is written back as it came, with the same number of fractional digits.
///
/// ```
/// use client_runtime::DateTime;
/// use jiff::Timestamp;
///
/// let made: DateTime = serde_json::from_str(r#""2016-06-13T04:00:00.000Z""#)?;
/// assert_eq!(made.timestamp(), Some(Timestamp::from_second(1465790400)?));
/// assert_eq!(made.to_string(), "2016-06-13T04:00:00.000Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateTime(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    /// `YYYY-MM-DDTHH:MM:SS[.f]Z`, with this many fractional digits.
    Utc { timestamp: Timestamp, digits: u8 },
    /// Anything else, with an offset for example.
    Text(Box<str>),
}

impl DateTime {
    /// The point in time, unless the text is none.
    pub fn timestamp(&self) -> Option<Timestamp> {
        match &self.0 {
            Repr::Utc { timestamp, .. } => Some(*timestamp),
            Repr::Text(text) => text.parse().ok(),
        }
    }

    fn lenient(text: &str) -> Self {
        DateTime(match utc(text) {
            Some((timestamp, digits)) => Repr::Utc { timestamp, digits },
            None => Repr::Text(text.into()),
        })
    }
}

/// Reads the one form that [`fmt::Display`] can write back to the letter from a timestamp alone.
///
/// As its fields stand at known places, this takes a fraction of what a parser of every form does,
/// and most bodies have several of them.
fn utc(text: &str) -> Option<(Timestamp, u8)> {
    let bytes = text.as_bytes();
    let digits = match bytes.len() {
        20 => 0,
        22..=30 if bytes[19] == b'.' => bytes.len() - 21,
        _ => return None,
    };
    let (seconds, fraction) = (
        &bytes[..19],
        &bytes[bytes.len() - 1 - digits..bytes.len() - 1],
    );
    for (at, separator) in [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')] {
        if seconds[at] != separator {
            return None;
        }
    }
    if bytes[bytes.len() - 1] != b'Z' {
        return None;
    }
    let two = |at| Some(number(&seconds[at..at + 2])? as i8);
    let year = number(&seconds[..4])? as i16;
    let date = Date::new(year, two(5)?, two(8)?).ok()?;
    let nanoseconds = number(fraction)? * 10_i32.pow(9 - digits as u32);
    let time = Time::new(two(11)?, two(14)?, two(17)?, nanoseconds).ok()?;
    let timestamp = Offset::UTC.to_timestamp(date.to_datetime(time)).ok()?;
    // At most nine, so the cast is lossless.
    Some((timestamp, digits as u8))
}

/// The number that digits stand for, nine at most.
fn number(digits: &[u8]) -> Option<i32> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        Some(number * 10 + i32::from(digit))
    })
}

impl From<Timestamp> for DateTime {
    /// The point in time, written with milliseconds or, where it has more, nanoseconds.
    fn from(timestamp: Timestamp) -> Self {
        let digits = if timestamp.subsec_nanosecond() % 1_000_000 == 0 {
            3
        } else {
            9
        };
        DateTime(Repr::Utc { timestamp, digits })
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Utc { timestamp, digits } => write!(f, "{timestamp:.*}", usize::from(*digits)),
            Repr::Text(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, |f| write!(f, "\"{self}\""))
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DateTimeVisitor;

        impl Visitor<'_> for DateTimeVisitor {
            type Value = DateTime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date and time as text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<DateTime, E> {
                Ok(DateTime::lenient(text))
            }
        }

        deserializer.deserialize_str(DateTimeVisitor)
    }
}

impl Validate for DateTime {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        match self.timestamp() {
            Some(_) => self.to_string().validate(rules, at),
            None => {
                at.refuse("a date and time as RFC 3339 writes it, e.g. 2016-06-13T04:00:00.000Z");
            }
        }
    }
}

/// A point in time as whole milliseconds since the Unix epoch, as parameters carry it.
///
/// What a [`Timestamp`] has beyond the millisecond is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(pub Timestamp);

impl From<Timestamp> for UnixMillis {
    fn from(timestamp: Timestamp) -> Self {
        UnixMillis(timestamp)
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_millisecond().fmt(f)
    }
}

impl Serialize for UnixMillis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.as_millisecond())
    }
}

impl<'de> Deserialize<'de> for UnixMillis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Timestamp::from_millisecond(i64::deserialize(deserializer)?)
            .map(UnixMillis)
            .map_err(de::Error::custom)
    }
}

impl Validate for UnixMillis {
    fn validate(&self, _rules: &[Rule], _at: &mut Validator) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_written_back_as_it_came() {
        for text in [
            "2016-06-13T04:00:00.000Z",
            "2016-06-13T04:00:00Z",
            "2016-06-13T04:00:00.1Z",
            "2016-06-13T04:00:00.123456789Z",
            "2016-06-13T04:00:00+02:00",
            "2016-06-13t04:00:00z",
            "2016-06-30T23:59:60Z",
            "2016-13-13T04:00:00.000Z",
            "yesterday",
            "",
            "-2016-06-13T04:00:00Z",
        ] {
            let json = serde_json::to_string(text).unwrap();
            let time: DateTime = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&time).unwrap(), json);
        }
    }

    #[test]
    fn a_text_with_an_offset_is_the_same_point_in_time() {
        let time: DateTime = serde_json::from_str(r#""2016-06-13T06:00:00+02:00""#).unwrap();
        assert_eq!(
            time.timestamp(),
            Some(Timestamp::from_second(1_465_790_400).unwrap())
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_round_trips(text: String) {
            let json = serde_json::to_string(&text).unwrap();
            let time: DateTime = serde_json::from_str(&json).unwrap();
            proptest::prop_assert_eq!(serde_json::to_string(&time).unwrap(), json);
        }

        #[test]
        fn the_one_form_is_read_as_any_other_is(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,10})?Z",
        ) {
            let time: DateTime = serde_json::from_value(text.clone().into()).unwrap();
            // A leap second is read as the second before it.
            proptest::prop_assert_eq!(time.timestamp(), text.parse().ok());
            let is_plain = matches!(time.0, Repr::Utc { .. });
            let is_leap = &text[17..19] == "60";
            let is_plain_text = text.len() <= 30 && !is_leap && text.parse::<Timestamp>().is_ok();
            proptest::prop_assert_eq!(is_plain, is_plain_text);
        }

        #[test]
        fn any_timestamp_round_trips(nanos in -377705023201000000000i128..253402207200999999999i128) {
            let timestamp = Timestamp::from_nanosecond(nanos).unwrap();
            let time = DateTime::from(timestamp);
            proptest::prop_assert_eq!(time.timestamp(), Some(timestamp));
            proptest::prop_assert_eq!(DateTime::lenient(&time.to_string()).timestamp(), Some(timestamp));
        }
    }
}
