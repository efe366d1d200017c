//! Lints about whole schemas, each with its correction.

use super::*;
use crate::diagnostics::Suggestion;
use crate::json::unescaped;

fn lints(schema: &Value) -> Vec<Diagnostic> {
    with(schema, Vec::new())
}

fn with(schema: &Value, others: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut lints = Lints::default();
    lints.check(&Place::at("types/a.json", ""), schema);
    lints.with(others)
}

/// The messages about a schema, and the schema with the suggested changes made.
fn corrected(schema: &Value) -> (Vec<String>, Value) {
    let found = lints(schema);
    let messages = found.iter().map(|mistake| mistake.message().to_owned());
    let mut corrected = schema.clone();
    for suggestion in found.iter().flat_map(Diagnostic::suggestions) {
        change(&mut corrected, suggestion);
    }
    (messages.collect(), corrected)
}

fn change(document: &mut Value, suggestion: &Suggestion) {
    let pointer = suggestion.pointer.as_str();
    assert_eq!(document.pointer(pointer), suggestion.expected.as_ref());
    match (&suggestion.expected, &suggestion.value) {
        (Some(old), Some(new)) => *document.pointer_mut(pointer).unwrap() = filled(new, old),
        (_, new) => {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            let members = document.pointer_mut(parent).unwrap();
            let members = members.as_object_mut().unwrap();
            match new {
                Some(new) => members.insert(unescaped(key), new.clone()),
                None => members.remove(&unescaped(key)),
            };
        }
    }
}

/// A new value with the parts that it takes from the old one.
fn filled(new: &Value, old: &Value) -> Value {
    match new {
        Value::Object(members) => match members.get("$expected") {
            Some(pointer) => old.pointer(pointer.as_str().unwrap()).unwrap().clone(),
            None => {
                let members = members.iter();
                let members = members.map(|(key, new)| (key.clone(), filled(new, old)));
                Value::Object(members.collect())
            }
        },
        Value::Array(items) => items.iter().map(|new| filled(new, old)).collect(),
        scalar => scalar.clone(),
    }
}

#[track_caller]
fn assert_corrected(schema: Value, messages: &[&str], right: &Value) {
    let (found, corrected) = corrected(&schema);
    assert_eq!(found, messages);
    assert_eq!(corrected, *right);
    assert!(lints(&corrected).is_empty());
}

#[test]
fn properties_in_place_of_their_schema_are_wrapped() {
    let bare =
        json!({"id": {"type": "string"}, "type": {"enum": ["a"]}, "items": {"type": "array"}});
    assert_corrected(
        json!({"properties": {"status": bare}}),
        &["properties in place of their schema: `id`, `type` are not keywords"],
        &json!({"properties": {"status": {"type": "object", "properties": bare}}}),
    );
}

#[test]
fn a_schema_in_place_of_its_properties_is_hoisted() {
    let inner = json!({"title": "T", "type": "object", "properties": {"a": {"type": "string"}}});
    let message = "a whole schema in place of its properties";
    assert_corrected(
        json!({"items": {"type": "object", "properties": inner}}),
        &[message],
        &json!({"items": inner}),
    );
    assert_corrected(
        json!({"$comment": "C", "type": "object", "properties": inner}),
        &[message],
        &json!({"$comment": "C", "title": "T", "type": "object",
            "properties": {"a": {"type": "string"}}}),
    );
}

#[test]
fn a_list_in_a_list_of_schemas_is_flattened() {
    let [a, b, c] = ["string", "number", "object"].map(|kind| json!({"type": kind}));
    assert_corrected(
        json!({"patternProperties": {"^a/b$": {"anyOf": [[a, b], c]}}}),
        &["a list of schemas in place of a single schema"],
        &json!({"patternProperties": {"^a/b$": {"anyOf": [a, b, c]}}}),
    );
}

#[test]
fn a_limit_is_renamed_by_the_type_beside_it() {
    let message = |key, kind, meant| {
        format!("`{key}` is not a keyword of JSON Schema; for the type `{kind}` it is `{meant}`")
    };
    let messages = [
        message("min", "string", "minLength"),
        message("max", "string", "maxLength"),
    ];
    assert_corrected(
        json!({"type": ["string", "null"], "min": 1, "max": 2}),
        &messages.each_ref().map(String::as_str),
        &json!({"type": ["string", "null"], "minLength": 1, "maxLength": 2}),
    );
    assert_corrected(
        json!({"items": {"type": "integer", "min": 1, "minimum": 0}}),
        &["`min` is not a keyword of JSON Schema"],
        &json!({"items": {"type": "integer", "minimum": 0}}),
    );
}

#[test]
fn a_small_property_among_keywords_is_moved_with_its_limits() {
    let message = "the property `b` is among the keywords of a schema";
    assert_corrected(
        json!({"type": "object", "properties": {}, "b": {"type": "integer", "min": 1}}),
        &[message],
        &json!({"type": "object", "properties": {"b": {"type": "integer", "minimum": 1}}}),
    );
    assert_corrected(
        json!({"properties": {"a": {"type": "array", "b": {"type": "string"}}}}),
        &[message],
        &json!({"properties": {"a": {"type": "array"}, "b": {"type": "string"}}}),
    );
}

#[test]
fn large_properties_among_keywords_are_moved_at_once() {
    let large = json!({"type": "object", "description": "x".repeat(100)});
    assert_corrected(
        json!({"properties": {"a/a": {"type": "array", "b": large}, "c": {}}}),
        &["the property `b` is among the keywords of a schema"],
        &json!({"properties": {"a/a": {"type": "array"}, "b": large, "c": {}}}),
    );
    assert_corrected(
        json!({"type": "object", "properties": {"c": {}}, "a": large, "b~": large}),
        &["the properties `a`, `b~` are among the keywords of a schema"],
        &json!({"type": "object", "properties": {"a": large, "b~": large, "c": {}}}),
    );
}

#[test]
fn valid_schemas_have_no_lints() {
    for schema in [
        json!({}),
        json!(true),
        json!({"not": {"type": "string"}}),
        json!({"items": {"type": "object", "properties": {"items": {"type": "array"}}}}),
        json!({"properties": {"type": {"type": "string"}, "properties": {"type": "object"}}}),
        json!({"itmes": {"type": "string"}, "type": "array"}),
        json!({"items": [{"type": "string"}]}),
        json!({"default": {"min": 1, "type": "string"}, "colour": {"red": 1}}),
        json!({"dependencies": {"a": ["b"], "c": {"type": "object"}}}),
    ] {
        assert!(lints(&schema).is_empty(), "{schema}");
    }
}

#[test]
fn mistakes_explained_by_a_lint_are_not_reported() {
    let schema = json!({"properties": {"a": {"b": {"type": "string"}}}});
    let other = |pointer| Diagnostic::new(Place::at("types/a.json", pointer), "other", "none");
    let others = vec![
        other("/properties/a/b"),
        other("/properties/ab"),
        other("/properties/a"),
    ];
    let found = with(&schema, others);
    let pointers: Vec<_> = found.iter().map(Diagnostic::pointer).collect();
    assert_eq!(pointers, ["/properties/a", "/properties/ab"]);
}

#[test]
fn a_lint_that_explains_a_mistake_is_a_mistake() {
    let schema = json!({"properties": {"a": {"type": {"enum": [1]}, "b": {"type": "string"}}}});
    assert_eq!(lints(&schema)[0].severity(), Severity::Warning);
    let place = Place::at("types/a.json", "/properties/a/type");
    let found = with(&schema, vec![Diagnostic::new(place, "other", "none")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity(), Severity::Error);
}
