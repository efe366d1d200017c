//! Repairs valid JSON that serde rejects.

use std::fmt::Write as _;

use super::scan::{Token, tokens};

/// Repairs what `serde_json` rejects in valid JSON; `None` if there is nothing to repair:
///
/// - half of a surrogate pair, which JavaScript writes when it cuts a string in the middle of an
///   emoji, becomes U+FFFD, the replacement character; in a name its four digits follow, `�d83d`,
///   so that different names stay different;
/// - an integer written as a float, such as `200.0` or `2e2`, is written as an integer, as JSON
///   Schema treats it.
///
/// It is called only for JSON that could not be decoded, so other JSON costs nothing.
pub(crate) fn repaired(text: &str) -> Option<String> {
    let mut repaired = String::with_capacity(text.len());
    let mut copied = 0;
    for (token, start, end) in tokens(text.as_bytes()) {
        repaired.push_str(&text[copied..start]);
        match token {
            Token::String => {
                let is_name = text[end..].trim_ascii_start().starts_with(':');
                string(&text[start..end], is_name, &mut repaired);
            }
            Token::Scalar => number(&text[start..end], &mut repaired),
            _ => repaired.push_str(&text[start..end]),
        }
        copied = end;
    }
    repaired.push_str(&text[copied..]);
    (repaired != text).then_some(repaired)
}

/// Copies a string and replaces halves of surrogate pairs.
fn string(text: &str, is_name: bool, repaired: &mut String) {
    let bytes = text.as_bytes();
    let mut position = 1;
    let mut copied = 0;
    while position < bytes.len() {
        if bytes[position] != b'\\' {
            position += 1;
            continue;
        }
        match (escape(bytes, position), escape(bytes, position + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => position += 12,
            (Some(0xD800..=0xDFFF), _) => {
                repaired.push_str(&text[copied..position]);
                repaired.push_str("\\ufffd");
                copied = if is_name { position + 2 } else { position + 6 };
                position += 6;
            }
            _ => position += 2,
        }
    }
    repaired.push_str(&text[copied..]);
}

/// The code unit of a `\uXXXX` escape at a position, if there is one.
fn escape(bytes: &[u8], position: usize) -> Option<u16> {
    let digits = bytes.get(position..position + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Copies a scalar, and writes a number that is an integer without fraction and exponent.
fn number(token: &str, repaired: &mut String) {
    /// An `f64` holds every integer up to here.
    const MOST: f64 = 9_007_199_254_740_992.0;
    let is_float = token.contains(['.', 'e', 'E']);
    match token.parse::<f64>() {
        Ok(number) if is_float && number.fract() == 0.0 && number.abs() <= MOST => {
            let _ = write!(repaired, "{}", number as i64);
        }
        _ => repaired.push_str(token),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn halves_of_surrogate_pairs_are_replaced() {
        for (text, expected) in [
            (r#"["\ud83d"]"#, r#"["\ufffd"]"#),
            (r#"["a\ude00b\ud83d\u0041"]"#, r#"["a\ufffdb\ufffd\u0041"]"#),
            (r#"["\ud83d\ud83d\ude00"]"#, r#"["\ufffd\ud83d\ude00"]"#),
            (
                r#"{"a\ud83d": "\ud83d", "a\uDE00b" : 1}"#,
                r#"{"a\ufffdd83d": "\ufffd", "a\ufffdDE00b" : 1}"#,
            ),
        ] {
            assert_eq!(repaired(text).as_deref(), Some(expected));
        }
        for text in [
            r#"["\ud83d\ude00"]"#,
            r#"["\\ud83d"]"#,
            r#"{"a\"": "200.0"}"#,
        ] {
            assert_eq!(repaired(text), None);
        }
    }

    #[test]
    fn integers_are_not_written_as_floats() {
        assert_eq!(
            repaired("[200.0, 2e2, -1.50e1]").as_deref(),
            Some("[200, 200, -15]")
        );
        for text in ["[200, 0.5, 1e-1]", "[1e300, 1.0e400]", "-", "[1.2.3]"] {
            assert_eq!(repaired(text), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in r#"(\PC|["\\ud83dDeE.+0-9é-])*"#) {
            repaired(&text);
        }

        #[test]
        fn json_stays_the_same_json(number: i32, text: String) {
            let number = f64::from(number) / 4.0;
            let value = serde_json::json!({"n": number, text.as_str(): [text.as_str(), 3.0]});
            let repaired = repaired(&value.to_string()).unwrap();
            let repaired: Value = serde_json::from_str(&repaired).unwrap();
            proptest::prop_assert_eq!(&repaired[text.as_str()][0], &value[text.as_str()][0]);
            if text != "n" {
                proptest::prop_assert_eq!(repaired["n"].as_f64(), value["n"].as_f64());
            }
        }
    }
}
