//! JSON values of several scalar types.

use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::json::Json;
use super::rule::{Rule, Subject, check_scalar};
use super::tolerant::{Fit, Reader, Tolerant};
use super::validate::{Validate, Validator, json_of};
use crate::secrecy::debug_variant;
use crate::text::is_number;

/// A JSON scalar, where a schema allows more than one scalar type.
///
/// Any JSON is read and written back unchanged. JSON that no other variant holds without loss is
/// [`Other`](Scalar::Other), which a request rejects.
///
/// ```
/// # use client_runtime::Scalar;
/// let row: Vec<Scalar> = serde_json::from_str(r#"["on", 3, 2.5, null]"#)?;
/// assert_eq!(row, ["on".into(), 3.into(), 2.5.into(), Scalar::Null]);
/// assert_eq!(row[1].as_f64(), Some(3.0));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Scalar {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number without a fraction or an exponent.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A string.
    String(String),
    /// Anything else: an array, an object, or a number that neither an `i64` nor an `f64` holds
    /// without loss.
    Other(Json),
}

impl Scalar {
    /// The string, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Scalar::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is an integer that an `i64` holds.
    pub fn as_i64(&self) -> Option<i64> {
        match *self {
            Scalar::Integer(number) => Some(number),
            Scalar::Number(number) => whole(number),
            _ => None,
        }
    }

    /// The number, if this is one; for an integer beyond 2⁵³, the nearest `f64`.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Scalar::Integer(number) => Some(*number as f64),
            Scalar::Number(number) => Some(*number),
            Scalar::Other(json) => json.parse().ok(),
            _ => None,
        }
    }

    /// The boolean, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Scalar::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Scalar::Null)
    }

    /// Reads a scalar from JSON.
    pub(crate) fn from_json(json: Json) -> Self {
        let text = json.get();
        let scalar = match text.as_bytes() {
            b"null" => Some(Scalar::Null),
            b"true" => Some(Scalar::Bool(true)),
            b"false" => Some(Scalar::Bool(false)),
            // A string with half of a surrogate pair can't be a `String`.
            [b'"', ..] => json.parse().ok().map(Scalar::String),
            [b'-' | b'0'..=b'9', ..] => number(text),
            _ => None,
        };
        scalar.unwrap_or(Scalar::Other(json))
    }

    /// What rules look at.
    pub(crate) fn subject(&self) -> Subject<'_> {
        match self {
            Scalar::Null => Subject::Null,
            Scalar::Bool(flag) => Subject::Boolean(*flag),
            Scalar::Integer(number) => Subject::Integer(*number),
            Scalar::Number(number) => Subject::Number(*number),
            Scalar::String(text) => Subject::String(text),
            Scalar::Other(_) => Subject::Other,
        }
    }
}

/// The `f64` as an `i64`, if that loses nothing.
fn whole(number: f64) -> Option<i64> {
    /// 2⁶³, the first whole number that is too large.
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    let holds = number.fract() == 0.0 && (-BOUND..BOUND).contains(&number);
    holds.then_some(number as i64)
}

/// Reads a JSON number, unless it would be written back as another one.
fn number(text: &str) -> Option<Scalar> {
    match text.parse::<i64>() {
        // An integer has no sign before its zero.
        Ok(number) if text != "-0" => Some(Scalar::Integer(number)),
        _ if !text.contains(['.', 'e', 'E']) && text != "-0" => None,
        _ => {
            let number = text.parse::<f64>().ok()?;
            let written = serde_json::to_string(&number).ok()?;
            is_same_number(text, &written).then_some(Scalar::Number(number))
        }
    }
}

/// Reads an `i64` from JSON, also one written as a float: `200.0` is an integer in JSON Schema.
pub(crate) fn integer(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let (negative, digits, exponent) = decimal(text).filter(|_| is_number(text))?;
        let zeros = usize::try_from(exponent).ok().filter(|zeros| *zeros < 19)?;
        let sign = if negative { "-" } else { "" };
        format!("{sign}0{digits}{}", "0".repeat(zeros)).parse().ok()
    })
}

/// Whether two JSON numbers are equal, such as `1.50` and `15e-1`.
pub(crate) fn is_same_number(a: &str, b: &str) -> bool {
    a == b || matches!((decimal(a), decimal(b)), (Some(a), Some(b)) if a == b)
}

/// Sign, digits and exponent of a number, without needless zeros.
fn decimal(text: &str) -> Option<(bool, String, i64)> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let all = digits.trim_start_matches('0');
    let digits = all.trim_end_matches('0');
    let shift = (all.len() - digits.len()) as i64 - fraction.len() as i64;
    match digits {
        "" => Some((negative, String::new(), 0)),
        digits => Some((negative, digits.to_owned(), i64::from(exponent) + shift)),
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Scalar::String(text.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Scalar::String(text)
    }
}

impl From<i64> for Scalar {
    fn from(number: i64) -> Self {
        Scalar::Integer(number)
    }
}

impl From<i32> for Scalar {
    fn from(number: i32) -> Self {
        Scalar::Integer(number.into())
    }
}

impl From<u32> for Scalar {
    fn from(number: u32) -> Self {
        Scalar::Integer(number.into())
    }
}

impl From<f64> for Scalar {
    fn from(number: f64) -> Self {
        Scalar::Number(number)
    }
}

impl From<bool> for Scalar {
    fn from(flag: bool) -> Self {
        Scalar::Bool(flag)
    }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, content): (_, &dyn fmt::Debug) = match self {
            Scalar::Null => return f.write_str("Null"),
            Scalar::Bool(flag) => ("Bool", flag),
            Scalar::Integer(number) => ("Integer", number),
            Scalar::Number(number) => ("Number", number),
            Scalar::String(text) => ("String", text),
            Scalar::Other(json) => ("Other", json),
        };
        debug_variant(f, name, Some(content))
    }
}

impl fmt::Display for Scalar {
    /// Writes the scalar as in a query string: a string without quotes, and nothing for null.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Null => f.pad(""),
            Scalar::Bool(flag) => flag.fmt(f),
            Scalar::Integer(number) => number.fmt(f),
            Scalar::Number(number) => number.fmt(f),
            Scalar::String(text) => f.pad(text),
            Scalar::Other(json) => json.fmt(f),
        }
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Scalar::Null => serializer.serialize_unit(),
            Scalar::Bool(flag) => serializer.serialize_bool(*flag),
            Scalar::Integer(number) => serializer.serialize_i64(*number),
            Scalar::Number(number) => serializer.serialize_f64(*number),
            Scalar::String(text) => serializer.serialize_str(text),
            Scalar::Other(json) => json.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    // Only the JSON of a number shows whether an `f64` holds it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(Scalar::from_json)
    }
}

impl Tolerant for Scalar {
    type Reader = Self;
}

impl Reader<Self> for Scalar {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        Scalar::deserialize(deserializer).map(Ok)
    }
}

impl Validate for Scalar {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        match self {
            Scalar::Other(_) => at.refuse("null, a boolean, a string, or a 64-bit number"),
            Scalar::Number(number) if !number.is_finite() => at.refuse("a finite number"),
            scalar => check_scalar(scalar.subject(), rules, at),
        }
    }

    fn json(&self) -> Option<Value> {
        json_of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Scalar {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_number_that_no_type_holds_is_kept_as_it_came() {
        for text in [
            "12345678901234567890",
            "-12345678901234567890123",
            "1e400",
            "0.10000000000000000001",
            "1e99999999999",
            "9007199254740993.0",
            "{\"a\":[1]}",
            "[]",
            "\"\\ud83d\"",
        ] {
            let scalar = read(text);
            assert!(matches!(scalar, Scalar::Other(_)), "{scalar:?}");
            assert_eq!(serde_json::to_string(&scalar).unwrap(), text);
            let mut at = Validator::default();
            scalar.validate(&[], &mut at);
            assert_eq!(at.count(), 1);
        }
    }

    #[test]
    fn a_number_is_the_same_in_another_form() {
        for (text, number) in [
            ("1.50", 1.5),
            ("15e-1", 1.5),
            ("2E+2", 200.0),
            ("0.0", 0.0),
            ("1e21", 1e21),
            ("100000000000000000000000.0", 1e23),
            ("5e-324", 5e-324),
            ("0e999", 0.0),
        ] {
            assert_eq!(read(text), Scalar::Number(number), "{text}");
        }
        assert_eq!(read("200"), Scalar::Integer(200));
        assert_eq!(read("-9223372036854775808"), Scalar::Integer(i64::MIN));
        let Scalar::Number(zero) = read("-0") else {
            panic!("-0 is a float");
        };
        assert!(zero.is_sign_negative());
    }

    #[test]
    fn a_whole_float_is_an_integer_to_who_asks() {
        assert_eq!(read("200.0").as_i64(), Some(200));
        assert_eq!(read("9.3e18").as_i64(), None);
        assert_eq!(read("0.5").as_i64(), None);
        assert_eq!(
            read("12345678901234567890").as_f64(),
            Some(1.2345678901234567e19)
        );
    }

    #[test]
    fn the_text_of_a_scalar_is_that_of_a_query_string() {
        for (text, plain) in [
            ("\"a b\"", "a b"),
            ("null", ""),
            ("true", "true"),
            ("1e21", "1000000000000000000000"),
            ("2.0", "2"),
            ("-3", "-3"),
        ] {
            assert_eq!(read(text).to_string(), plain);
            let value = serde_json::to_value(read(text)).unwrap();
            let mut encoder = crate::Encoder::new("/");
            encoder.query("q", Some(&read(text)), &[]);
            let target = encoder.finish().unwrap().target;
            assert_eq!(
                target,
                format!("/?q={}", plain.replace(' ', "%20")),
                "{value}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_number_is_written_back_equal(
            digits in "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?",
        ) {
            let written = serde_json::to_string(&read(&digits)).unwrap();
            proptest::prop_assert!(is_same_number(&written, &digits), "{} {}", digits, written);
        }

        #[test]
        fn any_float_is_a_number(number: f64) {
            if number.is_finite() {
                let text = serde_json::to_string(&number).unwrap();
                proptest::prop_assert_eq!(read(&text), Scalar::Number(number));
            }
        }

        #[test]
        fn any_text_is_a_text(text: String) {
            let json = serde_json::to_string(&text).unwrap();
            proptest::prop_assert_eq!(read(&json), Scalar::String(text));
        }
    }
}
