//! Scans JSON text without decoding it, for its depth and an object's properties.

use std::borrow::Cow;

use serde::de::Error as _;

use super::scan::{Token, tokens};

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
    let deepest = scan(json, |token, start, end| match token {
        Token::String if name.is_none() => name = Some(&json[start..end]),
        Token::Colon => from = end,
        Token::Comma | Token::Close => {
            if let Some(name) = name.take() {
                let value = &json[from..start];
                let name = unquoted(name);
                members.push(Member { name, value });
            }
        }
        _ => {}
    });
    Some(Outline {
        members,
        is_too_deep: deepest > DEEPEST,
    })
}

/// Rejects JSON that is nested so deeply that reading it could run out of stack.
pub(crate) fn check_depth(json: &str) -> Result<(), serde_json::Error> {
    if scan(json, |_, _, _| {}) > DEEPEST {
        return Err(serde_json::Error::custom("nested too deeply"));
    }
    Ok(())
}

/// Calls `each` with the tokens directly in the outermost array or object, and with its closing
/// bracket. Returns the depth of the nesting.
fn scan<'a>(json: &'a str, mut each: impl FnMut(Token, usize, usize) + 'a) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for (token, start, end) in tokens(json.as_bytes()) {
        if depth == 1 {
            each(token, start, end);
        }
        match token {
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
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
