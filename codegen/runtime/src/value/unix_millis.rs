//! Points in time as milliseconds since the Unix epoch.

use std::fmt;

use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::rule::{Rule, Subject, check_scalar};
use super::scalar::integer;
use super::tolerant::{Fit, Reader, Tolerant, read_number};
use super::validate::{Validate, Validator};

/// A point in time as whole milliseconds since the Unix epoch.
///
/// Made from a [`Timestamp`], whose microseconds and nanoseconds are cut off, or from a number of
/// milliseconds, which may be one that a `Timestamp` can't hold.
///
/// ```
/// # use client_runtime::UnixMillis;
/// use jiff::Timestamp;
///
/// let made: UnixMillis = serde_json::from_str("1465790400000")?;
/// assert_eq!(made.timestamp(), Some(Timestamp::from_second(1465790400)?));
///
/// let never = UnixMillis::from(253402300799999);
/// assert_eq!((never.timestamp(), never.as_i64()), (None, 253402300799999));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(i64);

impl UnixMillis {
    /// Returns the point in time, unless a [`Timestamp`] can't hold it: it ends with
    /// 9999-12-30T22:00:00Z.
    pub fn timestamp(self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.0).ok()
    }

    /// Returns the number of milliseconds.
    pub fn as_i64(self) -> i64 {
        self.0
    }
}

impl From<Timestamp> for UnixMillis {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.as_millisecond().into()
    }
}

impl From<i64> for UnixMillis {
    fn from(milliseconds: i64) -> Self {
        UnixMillis(milliseconds)
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for UnixMillis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for UnixMillis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(UnixMillis)
    }
}

impl Tolerant for UnixMillis {
    type Reader = Self;
}

impl Reader<Self> for UnixMillis {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        read_number(deserializer, |text| integer(text).map(UnixMillis))
    }
}

impl Validate for UnixMillis {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        check_scalar(Subject::Integer(self.0), rules, at);
    }

    fn json(&self) -> Option<Value> {
        Some(self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_whole_number_of_64_bits_is_written_back_as_it_came() {
        for number in [0, -1, 253_402_300_799_999, i64::MAX, i64::MIN] {
            let text = number.to_string();
            let time: UnixMillis = serde_json::from_str(&text).unwrap();
            assert_eq!((time.as_i64(), time.to_string()), (number, text.clone()));
            assert_eq!(serde_json::to_string(&time).unwrap(), text);
        }
        assert!(serde_json::from_str::<UnixMillis>("\"0\"").is_err());
    }
}
