//! Numbers: whole ones stay whole.

use std::cmp::Ordering;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::rule::Rule;
use super::scalar::is_same_number;
use super::tolerant::{Fit, Reader, Tolerant, read_number};
use super::validate::{Validate, Validator, json_of};
use crate::secrecy::show;
use crate::text::is_number;

/// A `number` of JSON Schema.
///
/// An integer from -2⁶³ to 2⁶⁴-1 is written back unchanged, as `1` and not `1.0`, with all its
/// digits. A number with a fraction or an exponent is an IEEE 754 double, as in most JSON
/// implementations. A response keeps a larger number as JSON, with the other values that do not
/// fit. Two numbers are equal if their values are.
///
/// ```
/// # use client_runtime::Number;
/// let width: Number = serde_json::from_str("2")?;
/// assert_eq!(width.get(), 2.0);
/// assert_eq!(width, Number::from(2.0));
/// assert_eq!(serde_json::to_string(&width)?, "2");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Number(Repr);

#[derive(Clone, Copy)]
enum Repr {
    Signed(i64),
    /// More than fits into the former.
    Unsigned(u64),
    Float(f64),
}

impl Number {
    /// The number as a float, which holds whole numbers of up to 2⁵³ exactly.
    pub fn get(self) -> f64 {
        match self.0 {
            Repr::Signed(number) => number as f64,
            Repr::Unsigned(number) => number as f64,
            Repr::Float(number) => number,
        }
    }

    /// The number that a JSON text is. A whole one that has more digits than are kept is none, and
    /// so is one that is beyond all doubles.
    fn of(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<i64>()
            && text != "-0"
        {
            return Some(number.into());
        }
        if let Ok(number) = text.parse::<u64>() {
            return Some(number.into());
        }
        let is_number = is_number(text);
        let float = text.parse::<f64>().ok().filter(|_| is_number)?;
        let is_held = if text.contains(['.', 'e', 'E']) {
            float.is_finite() && (float != 0.0 || is_zero(text))
        } else {
            is_same_number(text, &serde_json::to_string(&float).ok()?)
        };
        is_held.then(|| float.into())
    }

    /// The number, if it is a whole one that came without a fraction, and fits.
    pub fn as_i64(self) -> Option<i64> {
        match self.0 {
            Repr::Signed(number) => Some(number),
            Repr::Unsigned(_) | Repr::Float(_) => None,
        }
    }
}

/// Whether this JSON number is zero, and not just too small for a double.
fn is_zero(text: &str) -> bool {
    is_same_number(text.trim_start_matches('-'), "0")
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Number(Repr::Signed(number))
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Number(i64::try_from(number).map_or(Repr::Unsigned(number), Repr::Signed))
    }
}

impl From<i32> for Number {
    fn from(number: i32) -> Self {
        i64::from(number).into()
    }
}

impl From<u32> for Number {
    fn from(number: u32) -> Self {
        i64::from(number).into()
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Number(Repr::Float(number))
    }
}

impl From<Number> for f64 {
    fn from(number: Number) -> Self {
        number.get()
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (Repr::Signed(one), Repr::Signed(other)) => one == other,
            (Repr::Unsigned(one), Repr::Unsigned(other)) => one == other,
            (Repr::Signed(_), Repr::Unsigned(_)) | (Repr::Unsigned(_), Repr::Signed(_)) => false,
            _ => self.get() == other.get(),
        }
    }
}

impl PartialEq<f64> for Number {
    fn eq(&self, other: &f64) -> bool {
        self.get() == *other
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.0, other.0) {
            (Repr::Signed(one), Repr::Signed(other)) => Some(one.cmp(&other)),
            (Repr::Unsigned(one), Repr::Unsigned(other)) => Some(one.cmp(&other)),
            _ => self.get().partial_cmp(&other.get()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Signed(number) => number.fmt(f),
            Repr::Unsigned(number) => number.fmt(f),
            Repr::Float(number) => number.fmt(f),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, |f| fmt::Display::fmt(self, f))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Repr::Signed(number) => serializer.serialize_i64(number),
            Repr::Unsigned(number) => serializer.serialize_u64(number),
            Repr::Float(number) => serializer.serialize_f64(number),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Number::read(deserializer)?.map_err(|json| {
            D::Error::custom(format_args!("expected a number of 64 bits, not {json}"))
        })
    }
}

impl Tolerant for Number {
    type Reader = Self;
}

impl Reader<Self> for Number {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        read_number(deserializer, Number::of)
    }
}

impl Validate for Number {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        match self.0 {
            Repr::Signed(number) => number.validate(rules, at),
            Repr::Unsigned(_) | Repr::Float(_) => self.get().validate(rules, at),
        }
    }

    fn json(&self) -> Option<Value> {
        json_of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_one_worth_are_equal_whatever_they_came_as() {
        assert_eq!(Number::from(1), Number::from(1.0));
        assert_eq!(Number::from(1_u64), Number::from(1_i64));
        assert_ne!(Number::from(u64::MAX), Number::from(u64::MAX - 1));
        assert_ne!(Number::from(i64::MAX), Number::from(i64::MAX - 1));
        assert!(Number::from(1) < Number::from(1.5));
        assert_eq!(Number::from(f64::NAN).partial_cmp(&Number::from(1)), None);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["\"1\"", "null", "[1]", "true"] {
            let error = serde_json::from_str::<Number>(text).unwrap_err();
            assert!(error.to_string().contains("expected a number"), "{error}");
        }
    }

    #[test]
    fn a_number_with_more_digits_than_are_kept_is_none() {
        let list: crate::List<Number> = serde_json::from_str(
            "[18446744073709551616, 1e400, 1e-400, -12345678901234567890, -0, 0e5, 1e21, 0.5]",
        )
        .unwrap();
        let misfits: Vec<_> = list.misfits().map(|(_, json)| json.get()).collect();
        assert_eq!(
            misfits,
            [
                "18446744073709551616",
                "1e400",
                "1e-400",
                "-12345678901234567890"
            ]
        );
        assert_eq!(*list, [-0.0, 0.0, 1e21, 0.5]);
    }

    proptest::proptest! {
        #[test]
        fn every_number_is_written_back_as_it_came(float: f64, signed: i64, unsigned: u64) {
            let float = serde_json::json!(float).to_string();
            for text in [float, signed.to_string(), unsigned.to_string()] {
                let value: serde_json::Value = serde_json::from_str(&text).unwrap();
                if value.is_number() {
                    let number: Number = serde_json::from_str(&text).unwrap();
                    let written = serde_json::to_string(&number).unwrap();
                    proptest::prop_assert!(is_same_number(&written, &text), "{} {}", text, written);
                }
            }
        }
    }
}
