//! Corrections that address an item of a list by its index, applied to another version than their
//! own.
//!
//! An index is another item's if items were added or removed before it. So the item is looked up by
//! its content. If that fails, the correction is made in neither version.

use std::collections::BTreeSet;

use serde_json::Value;

use super::items::{counted, json};
use super::{Numbers, Version};

/// Addresses the corrections of both versions by each version's own indices, and returns those that
/// cannot be addressed so.
pub(super) fn align(versions: &mut [Version; 2]) -> Numbers {
    let mut lost = Numbers::new();
    let [old, new] = versions.clone();
    let [before, after] = versions;
    align_one(before, &new, &mut lost);
    align_one(after, &old, &mut lost);
    lost
}

fn align_one(version: &mut Version, other: &Version, lost: &mut Numbers) {
    for (path, file) in &mut version.recorded {
        if Some(&file.upstream) == version.upstream.as_ref() {
            continue;
        }
        let is_for_other = Some(&file.upstream) == other.upstream.as_ref();
        for (index, correction) in file.corrections.iter_mut().enumerate() {
            let documents = [&version.description, &other.description]
                .map(|source| json(source, &correction.file));
            let [Some(here), Some(there)] = documents else {
                continue;
            };
            match realigned(&correction.pointer, &there, &here) {
                Some(same) if is_for_other => correction.pointer = same,
                // The correction was made for neither version: its index must fit both.
                Some(same) if same == correction.pointer => {}
                _ => {
                    lost.insert((path.clone(), index));
                }
            }
        }
    }
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
