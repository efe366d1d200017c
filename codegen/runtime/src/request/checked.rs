//! Values that keep their rules, as texts outside of a body.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A value that keeps its rules.
pub(crate) enum Checked<'v> {
    Text(&'v str),
    Json(Value),
}

impl Checked<'_> {
    /// The text of a scalar.
    pub fn scalar(&self) -> Cow<'_, str> {
        match self {
            Checked::Text(text) => (*text).into(),
            Checked::Json(json) => scalar(json),
        }
    }

    /// The value as compact JSON text.
    pub fn json(self) -> String {
        match self {
            Checked::Text(text) => Value::from(text).to_string(),
            Checked::Json(json) => json.to_string(),
        }
    }
}

/// A text, percent-encoded. Most need no escape, and looking for one is all there is to do.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| UNRESERVED[usize::from(byte)]) {
        text.into()
    } else {
        utf8_percent_encode(text, RESERVED).into()
    }
}

/// Whether a byte is the unreserved character that it stands for; a table, as what is in no cache
/// takes long to run, and this is the shortest.
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

/// The text of a scalar; that of null is empty.
pub(crate) fn scalar(json: &Value) -> Cow<'_, str> {
    match json {
        Value::Null => "".into(),
        Value::Bool(false) => "false".into(),
        Value::Bool(true) => "true".into(),
        Value::String(text) => text.into(),
        // A float's own text has no `.0` and no exponent.
        Value::Number(number) if number.is_f64() => {
            number.as_f64().unwrap_or_default().to_string().into()
        }
        other => other.to_string().into(),
    }
}
