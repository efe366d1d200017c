//! JSON that is right in itself, but not to the letter of a Rust type.

use std::fmt::Write as _;

use super::outline::string_end;

/// A JSON text with what `serde_json` refuses in it mended, if there is such a thing:
///
/// - half of a surrogate pair, which JavaScript writes where it cuts a text in the middle of an
///   emoji, becomes U+FFFD, the replacement character; in a name its four digits follow, `�d83d`,
///   so that names which differ in nothing else stay different;
/// - a whole number in the form of a float, `200.0` or `2e2`, which JSON Schema counts as an
///   integer, becomes one.
///
/// Only a text that could not be decoded is looked at, so the others cost nothing.
pub(crate) fn mended(text: &str) -> Option<String> {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        mended.push_str(&rest[..start]);
        rest = &rest[start..];
        let token = if rest.starts_with('"') {
            string(rest, &mut mended)
        } else {
            number(rest, &mut mended)
        };
        rest = &rest[token..];
    }
    mended.push_str(rest);
    (mended != text).then_some(mended)
}

/// Copies a string without halves of surrogate pairs; returns its length.
fn string(text: &str, mended: &mut String) -> usize {
    let bytes = text.as_bytes();
    let end = string_end(bytes, 0);
    let is_name = bytes[end..].trim_ascii_start().starts_with(b":");
    let mut position = 1;
    let mut copied = 0;
    while position < end {
        if bytes[position] != b'\\' {
            position += 1;
            continue;
        }
        match (escape(bytes, position), escape(bytes, position + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => position += 12,
            (Some(0xD800..=0xDFFF), _) => {
                mended.push_str(&text[copied..position]);
                mended.push_str("\\ufffd");
                copied = if is_name { position + 2 } else { position + 6 };
                position += 6;
            }
            _ => position += 2,
        }
    }
    mended.push_str(&text[copied..end]);
    end
}

/// The code unit of `\uXXXX`, if that stands at a position.
fn escape(bytes: &[u8], position: usize) -> Option<u16> {
    let digits = bytes.get(position..position + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Copies a number, without the fraction or exponent of a whole one; returns its length.
fn number(text: &str, mended: &mut String) -> usize {
    /// Up to here an `f64` holds every whole number.
    const MOST: f64 = 9_007_199_254_740_992.0;
    let end = text.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
    let token = &text[..end.unwrap_or(text.len())];
    let is_float = token.contains(['.', 'e', 'E']);
    match token.parse::<f64>() {
        Ok(number) if is_float && number.fract() == 0.0 && number.abs() <= MOST => {
            let _ = write!(mended, "{}", number as i64);
        }
        _ => mended.push_str(token),
    }
    token.len()
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
            assert_eq!(mended(text).as_deref(), Some(expected));
        }
        for text in [
            r#"["\ud83d\ude00"]"#,
            r#"["\\ud83d"]"#,
            r#"{"a\"": "200.0"}"#,
        ] {
            assert_eq!(mended(text), None);
        }
    }

    #[test]
    fn whole_numbers_lose_their_form_of_a_float() {
        assert_eq!(
            mended("[200.0, 2e2, -1.50e1]").as_deref(),
            Some("[200, 200, -15]")
        );
        for text in ["[200, 0.5, 1e-1]", "[1e300, 1.0e400]", "-", "[1.2.3]"] {
            assert_eq!(mended(text), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in r#"(\PC|["\\ud83dDeE.+0-9é-])*"#) {
            mended(&text);
        }

        #[test]
        fn json_stays_the_same_json(number: i32, text: String) {
            let number = f64::from(number) / 4.0;
            let value = serde_json::json!({"n": number, text.as_str(): [text.as_str(), 3.0]});
            let mended = mended(&value.to_string()).unwrap();
            let mended: Value = serde_json::from_str(&mended).unwrap();
            proptest::prop_assert_eq!(&mended[text.as_str()][0], &value[text.as_str()][0]);
            if text != "n" {
                proptest::prop_assert_eq!(mended["n"].as_f64(), value["n"].as_f64());
            }
        }
    }
}
