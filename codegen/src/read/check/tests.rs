//! Diagnostics about documents of the wrong shape.

use serde_json::json;

use super::*;
use crate::descriptor::{Resource, Service};

/// Pointer, message and remedy of every mistake in a document of the type `T`.
fn wrong<T: schemars::JsonSchema>(value: &Value) -> Vec<(String, String, String)> {
    let list = check("a.json", value, &Shapes::of::<T>());
    let words = list.iter().map(|mistake| {
        let [pointer, message, help] = [mistake.pointer(), mistake.message(), mistake.help()];
        (pointer.to_owned(), message.to_owned(), help.to_owned())
    });
    words.collect()
}

/// Asserts that a document has exactly one mistake.
fn assert_wrong<T: schemars::JsonSchema>(value: &Value, expected: (&str, &str, &str)) {
    let found = wrong::<T>(value);
    let found: Vec<_> = found
        .iter()
        .map(|(pointer, message, help)| (pointer.as_str(), message.as_str(), help.as_str()))
        .collect();
    assert_eq!(found, [expected]);
}

fn action(action: Value) -> Value {
    json!({"path": "/a", "actions": {"get": action}})
}

#[test]
fn an_unknown_key_has_a_suggestion_if_it_is_close_to_a_known_one() {
    let value = action(json!({"method": "GET", "sumary": "", "responses": {}}));
    let help = "did you mean `summary`?";
    assert_wrong::<Resource>(
        &value,
        ("/actions/get/sumary", "unknown key `sumary`", help),
    );

    let value = action(json!({"method": "GET", "colour": 1, "responses": {}}));
    let help = "remove it; the known keys are `auth`, `description`, `method`, `params`, `path`, `pin`, \
                `responses`, `rustName`, `sseStream`, `summary`";
    assert_wrong::<Resource>(
        &value,
        ("/actions/get/colour", "unknown key `colour`", help),
    );
}

#[test]
fn an_existing_key_is_not_suggested() {
    let found = wrong::<Service>(&json!({"title": "", "titel": ""}));
    assert!(
        found[0].2.starts_with("remove it; the known keys are"),
        "{found:?}"
    );
}

#[test]
fn a_missing_key_is_reported_at_its_object() {
    let value = action(json!({"responses": {}}));
    let help = "add `method`, one of `GET`, `POST`, `PUT`, `PATCH`, `DELETE`";
    assert_wrong::<Resource>(&value, ("/actions/get", "missing key `method`", help));
}

#[test]
fn a_misspelled_required_key_is_one_mistake() {
    let value = action(json!({"metod": "GET", "responses": {}}));
    let help = "did you mean `method`?";
    assert_wrong::<Resource>(&value, ("/actions/get/metod", "unknown key `metod`", help));
}

#[test]
fn an_unknown_enum_value_is_reported_with_the_known_ones() {
    let value = action(json!({"method": "FETCH", "responses": {}}));
    let message = "unknown value `FETCH` of `method`";
    let help = "expected one of `GET`, `POST`, `PUT`, `PATCH`, `DELETE`";
    assert_wrong::<Resource>(&value, ("/actions/get/method", message, help));

    let value = action(json!({"method": "GTE", "responses": {}}));
    let help = "did you mean `GET`? expected one of `GET`, `POST`, `PUT`, `PATCH`, `DELETE`";
    let message = "unknown value `GTE` of `method`";
    assert_wrong::<Resource>(&value, ("/actions/get/method", message, help));
}

#[test]
fn a_wrong_json_type_is_reported_with_the_value() {
    let cases = [
        (
            json!({"description": 5}),
            "expected a string, found the number `5`",
            "put it in double quotes: `\"5\"`",
        ),
        (
            json!({"required": "true"}),
            "expected `true` or `false`, found the string `true`",
            "remove the double quotes: `true`",
        ),
        (
            json!({"maxLength": "10"}),
            "expected a non-negative integer, found the string `10`",
            "remove the double quotes: `10`",
        ),
        (
            json!({"maxLength": -1}),
            "expected a non-negative integer, found the number `-1`",
            "write a non-negative integer",
        ),
        (
            json!({"maxLength": 1.0}),
            "expected a non-negative integer, found the number `1.0`",
            "write a non-negative integer",
        ),
        (
            json!({"minimum": "x"}),
            "expected a number, found the string `x`",
            "write a number",
        ),
        (
            json!({"enum": "id"}),
            "expected an array, found the string `id`",
            "put it in brackets: `[…]`",
        ),
        (
            json!({"rustNames": true}),
            "expected an object, found `true`",
            "write an object",
        ),
        (
            json!({"deprecated": null}),
            "expected `true` or `false`, found null",
            "write `true` or `false`, or remove it",
        ),
    ];
    for (value, message, help) in cases {
        let (key, value) = value.as_object().unwrap().iter().next().unwrap();
        let mut parameter = json!({"name": "a", "in": "query"});
        parameter[key] = value.clone();
        let resource = json!({"path": "/", "params": [parameter], "actions": {}});
        assert_wrong::<Resource>(&resource, (&format!("/params/0/{key}"), message, help));
    }
    assert_wrong::<Resource>(
        &json!([]),
        ("", "expected an object, found an array", "write an object"),
    );
}

#[test]
fn all_mistakes_of_a_document_are_reported() {
    let found = wrong::<Service>(&json!({"title": 1, "headers": {"A": 2}, "paging": [{}]}));
    let pointers: Vec<_> = found.iter().map(|(pointer, ..)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/headers/A", "/paging/0", "/title", "", "", ""]);
}

#[test]
fn an_unknown_key_is_marked_in_the_excerpt() {
    let text = r#"{"titel": "titel"}"#;
    let value = serde_json::from_str(text).unwrap();
    let list = check("a.json", &value, &Shapes::of::<Resource>());
    let source = crate::Source::new([("a.json".to_owned(), text.as_bytes().to_vec())]);
    let rendered = crate::Diagnostics::resolve(list, &source).to_string();
    assert!(rendered.contains("^^^^^^^ at /titel\n"), "{rendered}");
}
