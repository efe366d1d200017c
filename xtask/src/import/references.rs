//! References to types whose files have other names than the types.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The prefix of a reference to a type.
const PREFIX: &str = "#/definitions/";

/// Replaces references to types by those to their files; none if nothing changes.
///
/// The JSON is not formatted anew: the strings in it are replaced in place.
pub(super) fn renamed(
    document: &RawValue,
    stems: &BTreeMap<&str, String>,
) -> Option<Box<RawValue>> {
    let is_renamed = |(name, stem): (&&str, &String)| *name != stem.as_str();
    if !stems.iter().any(is_renamed) {
        return None;
    }
    let text = document.get();
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_reference = false;
    while let Some((before, string, after)) = next_string(rest) {
        renamed.push_str(before);
        let value: String = serde_json::from_str(string).ok()?;
        let stem = value.strip_prefix(PREFIX).and_then(|name| stems.get(name));
        match stem.filter(|_| is_reference && before.trim() == ":") {
            Some(stem) => {
                renamed.push_str(&serde_json::to_string(&format!("{PREFIX}{stem}")).ok()?)
            }
            None => renamed.push_str(string),
        }
        is_reference = value == "$ref" && after.trim_start().starts_with(':');
        rest = after;
    }
    renamed.push_str(rest);
    RawValue::from_string(renamed).ok()
}

/// The next string of a JSON document with its quotes, and what precedes and follows it.
fn next_string(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find('"')?;
    let mut is_escaped = false;
    let end = text[start + 1..].find(|c| match c {
        _ if is_escaped => {
            is_escaped = false;
            false
        }
        '\\' => {
            is_escaped = true;
            false
        }
        c => c == '"',
    })?;
    let end = start + 1 + end + 1;
    Some((&text[..start], &text[start..end], &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_references_to_types_with_other_files_change() {
        let stems = BTreeMap::from([("con", "con_".to_owned()), ("a", "a".to_owned())]);
        let text = r##"{"$ref" : "#/definitions/con", "x": "#/definitions/con", "\"$ref": 1.50,
            "y": [{"$ref": "#/definitions/a"}, {"$ref":"#\/definitions\/con"}], "z": "$ref"}"##;
        let document = RawValue::from_string(text.to_owned()).unwrap();
        let expected = text
            .replacen("/con\"", "/con_\"", 1)
            .replace(r"#\/definitions\/con", "#/definitions/con_");
        assert_eq!(renamed(&document, &stems).unwrap().get(), expected);
        let same = BTreeMap::from([("a", "a".to_owned())]);
        assert!(renamed(&document, &same).is_none());
    }
}
