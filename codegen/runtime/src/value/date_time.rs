//! Points in time as strings: RFC 3339.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::rule::Rule;
use super::string_enum::StringVisitor;
use super::tolerant::{Fit, Reader, Tolerant, read_string};
use super::validate::{Validate, Validator};
use crate::secrecy::show;

/// What a request has to have.
const EXPECTED: &str = "a date and time in the form of RFC 3339, e.g. 2016-06-13T04:00:00.000Z";

/// A `date-time` of JSON Schema: a point in time as an RFC 3339 string.
///
/// A response keeps any string: [`to_string`](ToString::to_string) returns it, and it is written
/// back unchanged, with the same number of fractional digits. A request accepts exactly the strings
/// of RFC 3339, including leap seconds and times beyond the range of [`Timestamp`]; parse those.
///
/// ```
/// # use client_runtime::DateTime;
/// use jiff::Timestamp;
///
/// let made: DateTime = serde_json::from_str(r#""2016-06-13T04:00:00.000Z""#)?;
/// assert_eq!(made.timestamp(), Some(Timestamp::from_second(1465790400)?));
/// assert_eq!(made.to_string(), "2016-06-13T04:00:00.000Z");
///
/// let never: DateTime = "9999-12-31T23:59:59.999Z".parse()?;
/// assert_eq!(never.timestamp(), None);
/// assert_eq!(never.to_string(), "9999-12-31T23:59:59.999Z");
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
    /// Returns the point in time, unless the string is not RFC 3339 or a [`Timestamp`] can't hold
    /// it: it ends with 9999-12-30T22:00:00Z. A leap second is the second before it, and digits
    /// beyond the nanosecond are cut off.
    pub fn timestamp(&self) -> Option<Timestamp> {
        match &self.0 {
            Repr::Utc { timestamp, .. } => Some(*timestamp),
            Repr::Text(text) => Parts::of(text)?.timestamp(),
        }
    }

    fn lenient(text: &str) -> Self {
        DateTime(match utc(text) {
            Some((timestamp, digits)) => Repr::Utc { timestamp, digits },
            None => Repr::Text(text.into()),
        })
    }
}

/// Reads the one form that [`fmt::Display`] writes back unchanged from a timestamp alone.
///
/// Its fields have fixed positions, so this takes a fraction of the time of a general parser, and
/// most bodies contain several times.
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

/// Parses at most nine digits.
fn number(digits: &[u8]) -> Option<i32> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        Some(number * 10 + i32::from(digit))
    })
}

/// What a `date-time` of RFC 3339 consists of.
struct Parts {
    date: Date,
    /// With second 59 for a leap second.
    time: Time,
    /// East of Greenwich, in seconds.
    offset: i32,
}

impl Parts {
    /// Reads a string by the grammar of RFC 3339, and by nothing more lenient.
    fn of(text: &str) -> Option<Self> {
        let (fields, rest) = text.as_bytes().split_at_checked(19)?;
        let two = |at: usize| number(&fields[at..at + 2]);
        let is_separated = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')]
            .iter()
            .all(|(at, separator)| fields[*at].to_ascii_uppercase() == *separator);
        if !is_separated {
            return None;
        }
        let (fraction, offset) = match rest.strip_prefix(b".") {
            None => (&rest[..0], rest),
            Some(rest) => {
                let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                (digits > 0).then(|| rest.split_at(digits))?
            }
        };
        let offset = offset_of(offset)?;
        // Years, months, and so on have at most four digits, so the casts are lossless.
        let date = Date::new(number(&fields[..4])? as i16, two(5)? as i8, two(8)? as i8).ok()?;
        let is_leap = two(17)? == 60;
        let second = if is_leap { 59 } else { two(17)? };
        let nanosecond = nanosecond(fraction)?;
        let time = Time::new(two(11)? as i8, two(14)? as i8, second as i8, nanosecond).ok()?;
        let parts = Parts { date, time, offset };
        (!is_leap || parts.may_be_leap()).then_some(parts)
    }

    /// Whether a second 60 may follow: that is at the end of a month in UTC.
    fn may_be_leap(&self) -> bool {
        const DAY: i32 = 24 * 60;
        let local = i32::from(self.time.hour()) * 60 + i32::from(self.time.minute());
        let minute = local - self.offset / 60;
        let last = self.date.days_in_month();
        minute.rem_euclid(DAY) == DAY - 1
            && match minute.div_euclid(DAY) {
                0 => self.date.day() == last,
                days if days < 0 => self.date.day() == 1,
                _ => self.date.day() == last - 1,
            }
    }

    fn timestamp(&self) -> Option<Timestamp> {
        let offset = Offset::from_seconds(self.offset).ok()?;
        offset.to_timestamp(self.date.to_datetime(self.time)).ok()
    }
}

/// The nanoseconds that a fraction of any length begins with.
fn nanosecond(fraction: &[u8]) -> Option<i32> {
    let digits = &fraction[..fraction.len().min(9)];
    // At most nine, so the cast is lossless.
    Some(number(digits)? * 10_i32.pow(9 - digits.len() as u32))
}

/// The seconds of `Z`, `+hh:mm` or `-hh:mm`.
fn offset_of(text: &[u8]) -> Option<i32> {
    let (sign, time) = match text {
        b"Z" | b"z" => return Some(0),
        [b'+', time @ ..] => (1, time),
        [b'-', time @ ..] => (-1, time),
        _ => return None,
    };
    let &[h1, h2, b':', m1, m2] = time else {
        return None;
    };
    let (hours, minutes) = (number(&[h1, h2])?, number(&[m1, m2])?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60)
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
        deserializer.deserialize_str(StringVisitor(DateTime::lenient))
    }
}

impl Tolerant for DateTime {
    type Reader = Self;
}

impl Reader<Self> for DateTime {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        read_string(deserializer, DateTime::lenient)
    }
}

impl FromStr for DateTime {
    type Err = ParseDateTimeError;

    /// Takes exactly the strings of RFC 3339, and keeps them as they are.
    fn from_str(text: &str) -> Result<Self, ParseDateTimeError> {
        match Parts::of(text) {
            Some(_) => Ok(DateTime::lenient(text)),
            None => Err(ParseDateTimeError(())),
        }
    }
}

/// The error of parsing a string as [`DateTime`] that is not in the form of RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseDateTimeError(());

impl fmt::Display for ParseDateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {EXPECTED}")
    }
}

impl std::error::Error for ParseDateTimeError {}

impl Validate for DateTime {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        // A timestamp before year 0 has a string that is not RFC 3339 either.
        let text = self.to_string();
        match Parts::of(&text) {
            Some(_) => text.validate(rules, at),
            None => at.refuse(EXPECTED),
        }
    }

    fn json(&self) -> Option<Value> {
        Some(self.to_string().into())
    }
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
    fn a_request_takes_the_strings_of_rfc_3339_and_no_others() {
        for text in [
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999Z",
            "9999-12-31T23:59:59-23:59",
            "0000-01-01T00:00:00+23:59",
            "2020-02-29t00:00:00z",
            "2020-01-01T00:00:00-00:00",
            "2020-01-01T00:00:00.1234567890123456789+05:30",
            "2016-12-31T23:59:60Z",
            "2016-12-31T23:59:60.5Z",
            "2016-12-31T15:59:60-08:00",
            "2017-01-01T05:29:60+05:30",
            "2017-01-01T23:58:60+23:59",
            "2016-12-31T00:00:60-23:59",
        ] {
            let time: DateTime = text.parse().unwrap_or_else(|_| panic!("{text}"));
            assert_eq!(time.to_string(), text);
            let mut at = Validator::default();
            DateTime::lenient(text).validate(&[], &mut at);
            assert_eq!(at.count(), 0, "{text}");
        }
        for text in [
            "2020-01-01T00:00:00Z[Europe/Berlin]",
            "2020-01-01 00:00:00Z",
            "2020-01-01T00:00:00",
            "2020-01-01T00:00Z",
            "2020-01-01T00:00:00.Z",
            "2020-01-01T00:00:00,5Z",
            "2020-01-01T00:00:00+2:00",
            "2020-01-01T00:00:00+02",
            "2020-01-01T00:00:00+0200",
            "2020-01-01T00:00:00+24:00",
            "2020-01-01T00:00:00+23:60",
            "2020-01-01T00:00:00+01:00:00",
            "2020-01-01T00:00:00\u{2212}01:00",
            "2020-01-01T24:00:00Z",
            "2020-01-01T00:60:00Z",
            "2020-01-01T00:00:61Z",
            "2019-02-29T00:00:00Z",
            "2020-00-01T00:00:00Z",
            "+2020-01-01T00:00:00Z",
            "12020-01-01T00:00:00Z",
            "-000001-01-01T00:00:00Z",
            "2016-12-31T23:58:60Z",
            "2016-12-31T22:59:60Z",
            "2016-12-30T23:59:60Z",
            "2016-12-31T23:59:60+01:00",
            "2020-01-01T00:00:00Z ",
            "２020-01-01T00:00:00Z",
            "",
        ] {
            assert!(text.parse::<DateTime>().is_err(), "{text}");
            let time = DateTime::lenient(text);
            let mut at = Validator::default();
            time.validate(&[], &mut at);
            assert_eq!(at.count(), 1, "{text}");
            assert_eq!((time.to_string().as_str(), time.timestamp()), (text, None));
        }
        let mut at = Validator::default();
        DateTime::from(Timestamp::MIN).validate(&[], &mut at);
        assert_eq!(at.count(), 1);
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
            // A leap second is read as the second before it; jiff reads more fractional digits
            // as an error, and takes any 60 for a leap second.
            if &text[17..19] != "60" && text.len() <= 30 {
                proptest::prop_assert_eq!(time.timestamp(), text.parse().ok());
            }
            let is_plain = matches!(time.0, Repr::Utc { .. });
            let is_leap = &text[17..19] == "60";
            let is_plain_text = text.len() <= 30 && !is_leap && text.parse::<Timestamp>().is_ok();
            proptest::prop_assert_eq!(is_plain, is_plain_text);
        }

        #[test]
        fn any_timestamp_round_trips(nanos in -62167219200000000000i128..253402207200999999999i128) {
            let timestamp = Timestamp::from_nanosecond(nanos).unwrap();
            let time = DateTime::from(timestamp);
            proptest::prop_assert_eq!(time.timestamp(), Some(timestamp));
            proptest::prop_assert_eq!(DateTime::lenient(&time.to_string()).timestamp(), Some(timestamp));
        }
    }
}
