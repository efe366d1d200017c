//! Decodes bodies of responses, and locates errors in them.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::str::Utf8Error;

use serde::de::DeserializeOwned;

use super::exact;
use super::repair::repaired;
use super::scan::{Token, tokens};
use crate::secrecy::live;

/// An error decoding a body: it is not the JSON that the API describes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError {
    /// The path to the value, e.g. `items[3].responseStatus`; empty for the body itself.
    pub path: String,
    /// The reason, with line and column.
    pub message: String,
    /// An excerpt of the body around that value; empty if there is none.
    pub excerpt: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "at `{path}`: {}", self.message),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The body of a successful response, not yet decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body<'a>(&'a [u8]);

impl<'a> Body<'a> {
    /// Creates a body from its bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Body(bytes)
    }

    /// The bytes as received, decompressed.
    pub fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// Decodes the body as JSON. An empty body counts as `null`.
    ///
    /// # Errors
    ///
    /// If the body is not valid JSON, or is JSON of another type as a whole.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, DecodeError> {
        decode(self.0)
    }
}

/// Decodes a body. An empty one counts as `null`, which is what an action without a body returns.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    let text = std::str::from_utf8(body).map_err(|error| not_utf8(body, error))?;
    // RFC 8259 allows to ignore a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = if text.is_empty() { "null" } else { text };
    exact::from_str(text).or_else(|error| {
        let repaired = repaired(text).and_then(|text| exact::from_str(&text).ok());
        repaired.ok_or_else(|| match body {
            [] => DecodeError {
                path: String::new(),
                message: "the body is empty".to_owned(),
                excerpt: String::new(),
            },
            _ => decode_error(text, error, |text| exact::from_str::<T>(text).err()),
        })
    })
}

/// Describes why a body could not be decoded, without any token in the excerpt. Tokens are redacted
/// first, because an excerpt may cut one in half.
fn decode_error(
    text: &str,
    error: serde_json::Error,
    again: impl FnOnce(&str) -> Option<serde_json::Error>,
) -> DecodeError {
    let tokens = live::tokens();
    let shown = live::redacted_cut(&tokens, text);
    let (error, is_same) = match &shown {
        Cow::Borrowed(_) => (error, true),
        Cow::Owned(shown) => match again(shown) {
            Some(error) => (error, true),
            // The token itself was the error.
            None => (error, false),
        },
    };
    let bytes = shown.as_bytes();
    let at = offset(bytes, error.line(), error.column());
    DecodeError {
        path: abridged(json_path(bytes, at)),
        message: abridged(live::redacted(&tokens, &error.to_string()).into_owned()),
        excerpt: if is_same {
            excerpt(bytes, at)
        } else {
            String::new()
        },
    }
}

/// The error for an entry of a page that is not of the item's type.
pub(crate) fn misfit(position: usize, json: &str) -> DecodeError {
    let shown = live::redacted(&live::tokens(), json).into_owned();
    DecodeError {
        path: String::new(),
        message: format!("the item at index {position} is not of the type that the API describes"),
        excerpt: abridged(shown),
    }
}

/// The error for a body that is not valid UTF-8.
fn not_utf8(body: &[u8], error: Utf8Error) -> DecodeError {
    let valid = error.valid_up_to();
    let (before, after) = body.split_at(valid);
    let tokens = live::tokens();
    let before = live::redacted_cut(&tokens, &String::from_utf8_lossy(before)).into_owned();
    let after = live::redacted_cut(&tokens, &String::from_utf8_lossy(after)).into_owned();
    let shown = format!("{before}{after}");
    DecodeError {
        path: abridged(json_path(before.as_bytes(), before.len())),
        message: format!("invalid UTF-8 after {valid} bytes"),
        excerpt: excerpt(shown.as_bytes(), before.len()),
    }
}

/// An excerpt of a body around a position: enough to find it and to recognize its content.
fn excerpt(body: &[u8], at: usize) -> String {
    const BEFORE: usize = 80;
    const LENGTH: usize = 120;
    let from = at.min(body.len()).saturating_sub(BEFORE);
    let to = body.len().min(from + LENGTH);
    let text = String::from_utf8_lossy(&body[from..to]);
    // The rest of a character that was cut in half.
    let text = text.trim_matches('\u{fffd}');
    let (beginning, end) = (
        if from > 0 { "…" } else { "" },
        if to < body.len() { "…" } else { "" },
    );
    format!("{beginning}{text}{end}")
}

/// The path to the value that could not be read, and the reason without line and column.
pub(crate) fn locate(text: &str, error: &serde_json::Error) -> (String, String) {
    let bytes = text.as_bytes();
    let path = json_path(bytes, offset(bytes, error.line(), error.column()));
    let message = error.to_string();
    let suffix = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&suffix).unwrap_or(&message).to_owned();
    (abridged(path), abridged(message))
}

/// Abridges long text in the middle: a body may have a string of megabytes where a number is
/// expected, or be nested a hundred thousand levels deep.
fn abridged(text: String) -> String {
    const BEGINNING: usize = 200;
    const END: usize = 100;
    let characters = text.chars().count();
    if characters <= BEGINNING + END {
        return text;
    }
    let beginning = text.chars().take(BEGINNING);
    let end = text.chars().skip(characters - END);
    beginning.chain(['…']).chain(end).collect()
}

/// The number of bytes before a line and column, as `serde_json` counts them.
fn offset(body: &[u8], line: usize, column: usize) -> usize {
    let before: usize = body
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    before + column
}

/// An array or object that is open at some byte of a JSON text, and the index or name at that byte.
enum Frame {
    Object(Option<String>),
    Array(Option<usize>),
}

/// The path to the value at `offset` in JSON text, which may be invalid after that.
///
/// It is computed only after decoding has failed, so decoding itself does not pay for it.
fn json_path(body: &[u8], offset: usize) -> String {
    let mut stack = Vec::new();
    let before = tokens(body).take_while(|(_, start, _)| *start < offset);
    for (token, start, end) in before {
        let closes = body[start] == b']';
        if !closes && let Some(Frame::Array(index @ None)) = stack.last_mut() {
            *index = Some(0);
        }
        match token {
            Token::Open if body[start] == b'{' => stack.push(Frame::Object(None)),
            Token::Open => stack.push(Frame::Array(None)),
            Token::Close => {
                stack.pop();
            }
            Token::Comma => match stack.last_mut() {
                Some(Frame::Object(name)) => *name = None,
                Some(Frame::Array(index)) => *index = index.map(|index| index + 1),
                None => {}
            },
            Token::String => {
                if let Some(Frame::Object(name @ None)) = stack.last_mut() {
                    *name = serde_json::from_slice(&body[start..end]).ok();
                }
            }
            Token::Colon | Token::Scalar => {}
        }
    }
    path_of(&stack)
}

fn path_of(stack: &[Frame]) -> String {
    let mut path = String::new();
    for frame in stack {
        match frame {
            Frame::Object(Some(name)) => {
                let dot = if path.is_empty() { "" } else { "." };
                let _ = write!(path, "{dot}{name}");
            }
            Frame::Array(Some(index)) => {
                let _ = write!(path, "[{index}]");
            }
            Frame::Object(None) | Frame::Array(None) => {}
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    type Table = BTreeMap<String, Vec<BTreeMap<String, i64>>>;

    fn path(body: &str) -> String {
        decode::<Table>(body.as_bytes()).unwrap_err().path
    }

    #[test]
    fn a_decode_error_names_the_path() {
        assert_eq!(path(r#"{"a": [{"b": 1}, {"c": 1, "d": "x"}]}"#), "a[1].d");
        assert_eq!(path(r#"{"a": [{"b": {}}]}"#), "a[0].b");
        assert_eq!(path("{\"a\": [],\n \"b\": [\n1]}"), "b[0]");
        assert_eq!(path(r#"{"a": 7}"#), "a");
        assert_eq!(path(r#"{"a\"]": "x"}"#), r#"a"]"#);
        assert_eq!(path("[]"), "");
        assert_eq!(path(r#""x""#), "");
    }

    #[test]
    fn a_body_cut_off_names_where() {
        assert_eq!(path(r#"{"a": [{"b": 1}, {"b"#), "a[1]");
        assert_eq!(path(r#"{"a": [{"b": 1}"#), "a[0]");
        assert_eq!(path(""), "");
    }

    #[test]
    fn a_path_or_reason_that_is_too_long_is_abridged() {
        let cut_off = format!(r#"{{"a": {}"#, "[".repeat(100_000));
        let error = decode::<BTreeMap<String, serde::de::IgnoredAny>>(cut_off.as_bytes());
        let path = error.unwrap_err().path;
        assert!(path.starts_with("a[0][0]"), "{path}");
        assert!(path.ends_with("[0][0]") && path.contains('…'), "{path}");
        assert_eq!(path.chars().count(), 301);

        let long = format!(r#"{{"a": [{{"b": "{}"}}]}}"#, "ü".repeat(100_000));
        let message = decode::<Table>(long.as_bytes()).unwrap_err().message;
        assert!(message.starts_with("invalid type: string \"ü"), "{message}");
        assert!(
            message.ends_with("ü\", expected i64 at line 1 column 200015"),
            "{message}"
        );
        assert_eq!(message.chars().count(), 301);
    }

    #[test]
    fn valid_json_that_serde_rejects_is_repaired() {
        let table: Table = decode("\u{feff}{\"\\ud83d\": [{\"a\": 200.0}]}".as_bytes()).unwrap();
        assert_eq!(table["\u{fffd}d83d"][0]["a"], 200);
        assert_eq!(path(r#"{"\ud83d": [{"a": 200.5}]}"#), "");
    }

    #[test]
    fn an_empty_body_is_called_empty() {
        assert_eq!(
            decode::<Table>(b"").unwrap_err().message,
            "the body is empty"
        );
        assert!(decode::<Option<Table>>(b"").unwrap().is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_body_panics(body: Vec<u8>, cut in 0usize..64) {
            let _ = decode::<Table>(&body);
            json_path(&body, cut);
            let json = br#"{"a": [{"b": 1, "\u00fc": [[], {}]}], "c": "\\"}"#;
            json_path(json, cut);
        }
    }
}
