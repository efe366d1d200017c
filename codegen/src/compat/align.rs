//! Corrections that address an item of a list by its index, applied to another version than their
//! own.
//!
//! An index is another item's if items were added or removed before it. So the item is looked up by
//! its content. If that fails, the correction is made in neither version.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::read::overlay::items::counted;
use crate::read::overlay::status::Numbers;
use crate::read::overlay::upstream;
use crate::source::Source;

/// Both versions with their corrections addressed by each version's own indices, and the
/// corrections that cannot be addressed so.
pub(super) fn aligned(old: &Source, new: &Source) -> ([Source; 2], Numbers) {
    let mut lost = Numbers::new();
    let sides = [(old, new), (new, old)].map(|(side, other)| one(side, other, &mut lost));
    (sides, lost)
}

fn one(side: &Source, other: &Source, lost: &mut Numbers) -> Source {
    let [own_version, other_version] = [side, other].map(|source| upstream(source.files()));
    let files = side.files().map(|(path, bytes)| {
        let overlay = path
            .starts_with("overlays/")
            .then(|| serde_json::from_slice(bytes));
        let Some(Ok(mut overlay)): Option<Result<Value, _>> = overlay else {
            return (path.to_owned(), bytes.to_vec());
        };
        let made_for = overlay["upstream"].as_str().map(str::to_owned);
        if made_for == own_version {
            return (path.to_owned(), bytes.to_vec());
        }
        let is_for_other = made_for == other_version;
        let corrections = overlay["corrections"].as_array_mut();
        for (index, correction) in corrections.into_iter().flatten().enumerate() {
            let Some(pointer) = correction["pointer"].as_str().map(str::to_owned) else {
                continue;
            };
            let file = correction["file"].as_str().unwrap_or_default();
            let (Some(here), Some(there)) = (json(side, file), json(other, file)) else {
                continue;
            };
            match realigned(&pointer, &there, &here) {
                Some(same) if is_for_other => correction["pointer"] = same.into(),
                // The correction was made for neither version: its index must fit both.
                Some(same) if same == pointer => {}
                _ => {
                    lost.insert((path.to_owned(), index));
                }
            }
        }
        (path.to_owned(), overlay.to_string().into_bytes())
    });
    Source::new(files.collect::<Vec<_>>())
}

fn json(source: &Source, path: &str) -> Option<Value> {
    let (_, bytes) = source.files().find(|(other, _)| *other == path)?;
    serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()
}

/// Translates a pointer into one document to a pointer into another one. A pointer that is in
/// neither document, or consists of names alone, stays the same.
fn realigned(pointer: &str, own: &Value, other: &Value) -> Option<String> {
    let mut same = String::new();
    let mut prefix = String::new();
    for token in pointer.split('/').skip(1) {
        let lists = (
            own.pointer(&counted(own, &prefix)),
            other.pointer(&counted(other, &same)),
        );
        let next = match (lists, token.parse::<usize>()) {
            ((Some(Value::Array(own)), Some(Value::Array(other))), Ok(number))
                if number < own.len() =>
            {
                twin(own, number, other)?.to_string()
            }
            _ => token.to_owned(),
        };
        prefix = format!("{prefix}/{token}");
        same = format!("{same}/{next}");
    }
    Some(same)
}

/// Finds the item of another list that corresponds to an item of a list.
fn twin(own: &[Value], number: usize, other: &[Value]) -> Option<usize> {
    let item = &own[number];
    if other.get(number) == Some(item) {
        return Some(number);
    }
    let only = |is_same: &dyn Fn(&Value) -> bool| {
        let mut twins = other.iter().enumerate().filter(|(_, twin)| is_same(twin));
        match (twins.next(), twins.next()) {
            (Some((index, _)), None) => Some(index),
            _ => None,
        }
    };
    let by_key = |key: &str| {
        let name = item.get(key)?;
        only(&|twin| twin.get(key) == Some(name))
    };
    let outline = |value: &Value| {
        let names = value["properties"]
            .as_object()
            .map(|members| members.keys().cloned());
        (
            value["type"].clone(),
            names.into_iter().flatten().collect::<BTreeSet<String>>(),
        )
    };
    // An item that moved here from elsewhere is a different item.
    let was_elsewhere = other.get(number).is_none_or(|there| own.contains(there));
    only(&|twin| twin == item)
        .or_else(|| {
            ["name", "title", "$ref", "const"]
                .into_iter()
                .find_map(by_key)
        })
        .or_else(|| only(&|twin| twin.is_object() && outline(twin) == outline(item)))
        .or_else(|| (own.len() == other.len() && !was_elsewhere).then_some(number))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_item_is_found_by_its_content() {
        let [a, b] = ["a", "b"].map(|name| json!({"type": "object", "properties": {name: {}}}));
        let own = json!({"oneOf": [a, b]});
        let found = |other: Value| realigned("/oneOf/1/title", &own, &json!({"oneOf": other}));
        let at = |number: usize| Some(format!("/oneOf/{number}/title"));
        assert_eq!(found(json!([a, b])), at(1));
        assert_eq!(found(json!([{"type": "null"}, a, b])), at(2));
        let more = json!({"type": "object", "properties": {"b": {"type": "string"}}});
        assert_eq!(found(json!([more, a])), at(0));
        assert_eq!(found(json!([b, b])), at(1));
        // The item is gone, or has moved and changed.
        assert_eq!(found(json!([a])), None);
        assert_eq!(found(json!([{"type": "null"}, a])), None);
        // The item has changed in place.
        assert_eq!(found(json!([a, {"type": "string"}])), at(1));
        assert_eq!(realigned("/x/7", &own, &json!({})).as_deref(), Some("/x/7"));
    }
}
