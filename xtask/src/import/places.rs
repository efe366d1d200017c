//! The places of a document that words can be about: a type, a property, an action, a parameter, …

use codegen::json::push_token;
use codegen::normal::Json;
use indexmap::IndexMap;

/// The members of an object, in order.
pub(super) type Members = IndexMap<String, Json>;

/// Keys whose value maps names to places, so that a name in it is not a keyword.
const MAPS: [&str; 9] = [
    "$defs",
    "actions",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "patternProperties",
    "properties",
    "responses",
    "sseEvents",
];

/// Keys whose value is data: it contains no places, whatever its keys.
const DATA: [&str; 8] = [
    "const",
    "default",
    "enum",
    "example",
    "examples",
    "required",
    "rustName",
    "rustNames",
];

/// Visits every place of a document, each before the places in it, with its JSON pointer.
///
/// An item of a list with a `name` is addressed by it instead of its index, so that a parameter is
/// found whatever its position.
pub(super) fn visit(document: &mut Json, visitor: &mut impl FnMut(&str, &mut Json)) {
    walk(&mut String::new(), document, visitor);
}

/// As [`visit`], for the part of a document at a pointer.
pub(super) fn visit_below(
    pointer: &str,
    part: &mut Json,
    visitor: &mut impl FnMut(&str, &mut Json),
) {
    walk(&mut pointer.to_owned(), part, visitor);
}

fn walk(pointer: &mut String, part: &mut Json, visitor: &mut impl FnMut(&str, &mut Json)) {
    if let Json::Object(_) = part {
        visitor(pointer, part);
    }
    match part {
        Json::Object(members) => {
            for (key, value) in members {
                below(pointer, key, |pointer| {
                    walk_member(pointer, key, value, visitor)
                });
            }
        }
        Json::Array(items) => {
            for (token, item) in tokens(items).into_iter().zip(items) {
                below(pointer, &token, |pointer| walk(pointer, item, visitor));
            }
        }
        _ => {}
    }
}

fn walk_member(
    pointer: &mut String,
    key: &str,
    value: &mut Json,
    visitor: &mut impl FnMut(&str, &mut Json),
) {
    if DATA.contains(&key) {
        return;
    }
    match value {
        Json::Object(named) if MAPS.contains(&key) => {
            for (name, place) in named {
                below(pointer, name, |pointer| walk(pointer, place, visitor));
            }
        }
        other => walk(pointer, other, visitor),
    }
}

/// Calls a function with the pointer extended by a reference token.
fn below(pointer: &mut String, token: &str, then: impl FnOnce(&mut String)) {
    let length = pointer.len();
    push_token(pointer, token);
    then(pointer);
    pointer.truncate(length);
}

/// The reference token of each item: its name, if no other item has it and it is not a number.
fn tokens(items: &[Json]) -> Vec<String> {
    let name = |item: &Json| Some(item.as_object()?.get("name")?.as_str()?.to_owned());
    let names: Vec<Option<String>> = items.iter().map(name).collect();
    let is_usable = |name: &&String| {
        let same = names.iter().flatten().filter(|other| other == name);
        same.count() == 1 && name.parse::<usize>().is_err()
    };
    let tokens = names.iter().enumerate().map(|(index, name)| {
        let usable = name.as_ref().filter(is_usable);
        usable.cloned().unwrap_or_else(|| index.to_string())
    });
    tokens.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn places(document: serde_json::Value) -> Vec<String> {
        let mut found = Vec::new();
        visit(&mut Json::from(&document), &mut |pointer, _| {
            found.push(pointer.to_owned());
        });
        found
    }

    #[test]
    fn a_name_that_looks_like_a_keyword_is_a_place() {
        let schema =
            json!({"properties": {"enum": {"type": "string"}, "properties": {}, "a/b": {}}});
        let expected = [
            "",
            "/properties/a~1b",
            "/properties/enum",
            "/properties/properties",
        ];
        assert_eq!(places(schema), expected);
    }

    #[test]
    fn data_contains_no_places() {
        let schema = json!({"enum": [{}], "examples": [{}], "default": {"a": {}}, "not": {}});
        assert_eq!(places(schema), ["", "/not"]);
    }

    #[test]
    fn a_parameter_is_addressed_by_its_name_and_an_alternative_by_its_index() {
        let params =
            json!({"params": [{"name": "a"}, {"name": "b", "schema": {"oneOf": [{}, {}]}}]});
        let expected = [
            "",
            "/params/a",
            "/params/b",
            "/params/b/schema",
            "/params/b/schema/oneOf/0",
            "/params/b/schema/oneOf/1",
        ];
        assert_eq!(places(params), expected);
        let ambiguous = json!([{"name": "a"}, {"name": "a"}, {"name": "1"}]);
        assert_eq!(places(ambiguous), ["/0", "/1", "/2"]);
    }
}
