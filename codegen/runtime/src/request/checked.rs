//! Validated values, as strings outside of a body.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A validated value.
pub(crate) enum Checked<'v> {
    String(&'v str),
    Json(Value),
}

impl Checked<'_> {
    /// A scalar as a string, without quotes.
    pub fn scalar(&self) -> Cow<'_, str> {
        match self {
            Checked::String(text) => (*text).into(),
            Checked::Json(json) => scalar(json),
        }
    }

    /// The value as compact JSON text.
    pub fn json(self) -> String {
        match self {
            Checked::String(text) => Value::from(text).to_string(),
            Checked::Json(json) => json.to_string(),
        }
    }
}

/// Percent-encodes a string. Most strings need no escape and are borrowed.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| UNRESERVED[usize::from(byte)]) {
        text.into()
    } else {
        utf8_percent_encode(text, RESERVED).into()
    }
}

/// Whether a byte is an unreserved character. A table is the shortest code, which matters because
/// this is rarely in a cache.
const UNRESERVED: [bool; 256] = {
    let mut unreserved = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        unreserved[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    unreserved
};

/// A scalar as a string, without quotes; empty for null.
pub(crate) fn scalar(json: &Value) -> Cow<'_, str> {
    match json {
        Value::Null => "".into(),
        Value::Bool(false) => "false".into(),
        Value::Bool(true) => "true".into(),
        Value::String(text) => text.into(),
        // `Display` of a float writes no `.0` and no exponent.
        Value::Number(number) if number.is_f64() => {
            number.as_f64().unwrap_or_default().to_string().into()
        }
        other => other.to_string().into(),
    }
}
