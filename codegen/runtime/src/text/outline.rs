//! Scans JSON text without decoding it, for its depth and an object's properties.

use std::borrow::Cow;

use serde::de::Error as _;

/// How deep separately read JSON may be nested: the limit of `serde_json` for a document. The count
/// starts again for each such text, so it alone does not keep a recursive type from running out of
/// stack.
const DEEPEST: usize = 128;

/// The properties of an object, not decoded.
#[derive(Debug)]
pub(crate) struct Outline<'a> {
    pub members: Vec<Member<'a>>,
    pub is_too_deep: bool,
}

/// A property of an object.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    pub name: Cow<'a, str>,
    /// The JSON text of the value, possibly with white space around it.
    value: &'a str,
}

impl Member<'_> {
    /// The value, if it is a string.
    pub fn string(&self) -> Option<Cow<'_, str>> {
        let value = self.value.trim_ascii();
        value.starts_with('"').then(|| unquoted(value))
    }
}

/// Scans JSON, if it is an object.
pub(crate) fn outline(json: &str) -> Option<Outline<'_>> {
    if !json.starts_with('{') {
        return None;
    }
    let mut members = Vec::new();
    let mut name = None;
    let mut from = 0;
    let deepest = scan(json, |position, token| match token {
        Token::String(end) if name.is_none() => name = Some(&json[position..end]),
        Token::String(_) => {}
        Token::Colon => from = position + 1,
        Token::End => {
            if let Some(name) = name.take() {
                let value = &json[from..position];
                let name = unquoted(name);
                members.push(Member { name, value });
            }
        }
    });
    Some(Outline {
        members,
        is_too_deep: deepest > DEEPEST,
    })
}

/// Rejects JSON that is nested so deeply that reading it could run out of stack.
pub(crate) fn check_depth(json: &str) -> Result<(), serde_json::Error> {
    if scan(json, |_, _| {}) > DEEPEST {
        return Err(serde_json::Error::custom("nested too deeply"));
    }
    Ok(())
}

/// A token directly in the outermost array or object.
enum Token {
    /// A string, up to this position.
    String(usize),
    Colon,
    /// A comma or the closing bracket.
    End,
}

/// Walks over the outermost array or object of a JSON text, and returns how deep it is nested.
fn scan<'a>(json: &'a str, mut each: impl FnMut(usize, Token) + 'a) -> usize {
    let bytes = json.as_bytes();
    let (mut depth, mut deepest, mut position) = (0usize, 0, 0);
    while position < bytes.len() {
        let mut next = position + 1;
        match bytes[position] {
            b'"' => {
                next = string_end(bytes, position);
                if depth == 1 {
                    each(position, Token::String(next));
                }
            }
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => {
                if depth == 1 {
                    each(position, Token::End);
                }
                depth = depth.saturating_sub(1);
            }
            b',' if depth == 1 => each(position, Token::End),
            b':' if depth == 1 => each(position, Token::Colon),
            _ => {}
        }
        position = next;
    }
    deepest
}

/// The position after the string that starts at `start`.
pub(crate) fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while position < bytes.len() {
        match bytes[position] {
            b'"' => return position + 1,
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
    bytes.len()
}

/// Decodes a JSON string. One with half of a surrogate pair can't be decoded and is returned as
/// JSON.
fn unquoted(string: &str) -> Cow<'_, str> {
    let inner = string.get(1..string.len().saturating_sub(1));
    match inner.unwrap_or_default() {
        inner if !inner.contains('\\') => Cow::Borrowed(inner),
        inner => serde_json::from_str(string).map_or(Cow::Borrowed(inner), Cow::Owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(json: &str) -> Vec<(String, Option<String>)> {
        let outline = outline(json).unwrap();
        let members = outline.members.iter();
        members
            .map(|member| {
                let text = member.string().map(Cow::into_owned);
                (member.name.clone().into_owned(), text)
            })
            .collect()
    }

    #[test]
    fn the_properties_of_an_object_are_those_at_its_top() {
        let json = r#"{ "a" : "x:,}" , "b\u0063": {"d": ["e", {}]},"f":[{"g":1},2], "h": "\"" }"#;
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            members(json),
            [
                ("a".to_owned(), some("x:,}")),
                ("bc".to_owned(), None),
                ("f".to_owned(), None),
                ("h".to_owned(), some("\"")),
            ]
        );
        assert_eq!(members("{}"), []);
        assert!(outline("[1]").is_none());
        assert_eq!(members(r#"{"\ud83d": "\ud83d"}"#)[0].0, r"\ud83d");
    }

    #[test]
    fn brackets_in_strings_add_no_depth() {
        let deep = |depth| format!("{}\"[[\"{}", "[".repeat(depth), "]".repeat(depth));
        assert!(check_depth(&deep(128)).is_ok());
        assert!(check_depth(&deep(129)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn the_outline_has_what_a_reader_finds(
            map in proptest::collection::btree_map(".*", "[\\[\\]{}\":, a]*", 0..5),
        ) {
            let json = serde_json::to_string_pretty(&map).unwrap();
            let found: std::collections::BTreeMap<_, _> = members(&json)
                .into_iter()
                .map(|(name, text)| (name, text.unwrap()))
                .collect();
            proptest::prop_assert_eq!(found, map);
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = outline(&format!("{{{text}"));
        }
    }
}
