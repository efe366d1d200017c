//! Bodies of responses into Rust values, and where in a body that failed.

use std::fmt::Write as _;

use serde::de::DeserializeOwned;

/// Why a body could not be decoded.
#[derive(Debug)]
pub(crate) struct DecodeError {
    /// The place, e.g. `items[3].responseStatus`; empty for the body itself.
    pub path: String,
    /// The reason, with line and column.
    pub message: String,
}

/// Decodes a body. An empty one counts as `null`, which is what an action without a body returns.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    let text = std::str::from_utf8(body).map_err(|error| DecodeError {
        path: json_path(body, error.valid_up_to()),
        message: format!("invalid UTF-8 after {} bytes", error.valid_up_to()),
    })?;
    let text = if text.is_empty() { "null" } else { text };
    serde_json::from_str(text).map_err(|error| DecodeError {
        path: json_path(body, offset(body, error.line(), error.column())),
        message: error.to_string(),
    })
}

/// The number of bytes before a line and column as `serde_json` counts them.
fn offset(body: &[u8], line: usize, column: usize) -> usize {
    let before: usize = body
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    before + column
}

/// A container that is open at some byte of a JSON text, and where in it that byte is.
enum Frame {
    Object(Option<String>),
    Array(Option<usize>),
}

/// The path to the value that a JSON text has before `offset`, as far as the text is JSON.
///
/// Finding it afterwards, and only where decoding failed, keeps decoding itself free of it.
fn json_path(body: &[u8], offset: usize) -> String {
    let mut stack = Vec::new();
    let mut position = 0;
    while position < offset.min(body.len()) {
        let byte = body[position];
        if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b']')
            && let Some(Frame::Array(index @ None)) = stack.last_mut()
        {
            *index = Some(0);
        }
        match byte {
            b'{' => stack.push(Frame::Object(None)),
            b'[' => stack.push(Frame::Array(None)),
            b'}' | b']' => {
                stack.pop();
            }
            b',' => match stack.last_mut() {
                Some(Frame::Object(name)) => *name = None,
                Some(Frame::Array(index)) => *index = index.map(|index| index + 1),
                None => {}
            },
            b'"' => {
                let end = string_end(body, position);
                if let Some(Frame::Object(name @ None)) = stack.last_mut() {
                    *name = serde_json::from_slice(&body[position..end]).ok();
                }
                position = end - 1;
            }
            _ => {}
        }
        position += 1;
    }
    path_of(&stack)
}

/// The index behind the string that starts at `start`.
fn string_end(body: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while position < body.len() {
        match body[position] {
            b'"' => return position + 1,
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
    body.len()
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
