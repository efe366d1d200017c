//! Corrections of JSON text.

use serde_json::json;

use super::*;

fn edit(
    text: &str,
    pointer: &str,
    expected: Option<Value>,
    value: Option<Value>,
) -> Result<String, String> {
    let correction = Correction {
        file: "types/a.json".into(),
        pointer: pointer.into(),
        expected,
        value,
        reason: String::new(),
    };
    edited(text, &correction, &Place::file("upstream/a.json"))
        .map_err(|mistake| mistake.message().to_owned())
}

#[test]
fn a_value_is_replaced_where_it_is_what_was_expected() {
    let text = r#"{"a": {"b/c": [1, "10"]}, "d": 1}"#;
    assert_eq!(
        edit(text, "/a/b~1c/1", Some(json!("10")), Some(json!(10))).unwrap(),
        r#"{"a": {"b/c": [1, 10]}, "d": 1}"#
    );
    assert_eq!(
        edit(
            text,
            "",
            Some(serde_json::from_str(text).unwrap()),
            Some(json!(1))
        )
        .unwrap(),
        "1"
    );
    assert_eq!(
        edit(text, "/d", Some(json!(2)), Some(json!(3))).unwrap_err(),
        "expected `2`, found `1`"
    );
    assert_eq!(
        edit(text, "/e", Some(json!(2)), Some(json!(3))).unwrap_err(),
        "there is nothing at `/e`"
    );
}

#[test]
fn an_item_is_found_by_its_name_wherever_it_stands() {
    let expected = || Some(json!("string"));
    let edited = |text: &str| edit(text, "/p/a~1b/t", expected(), Some(json!("integer")));
    for text in [
        r#"{"p": [{"name": "a/b", "t": "string"}]}"#,
        r#"{"p": [{"name": "c", "t": "string"}, 1, {"name": "a/b", "t": "string"}]}"#,
    ] {
        let result = text.replace(r#""a/b", "t": "string""#, r#""a/b", "t": "integer""#);
        assert_eq!(edited(text).unwrap(), result);
    }
    assert_eq!(
        edited(r#"{"p": [{"name": "c", "t": "string"}]}"#).unwrap_err(),
        "there is nothing at `/p/a~1b/t`"
    );
    // Digits are an index, whatever the names.
    let text = r#"[{"name": "1"}, {"name": "0"}]"#;
    let result = edit(text, "/1/name", Some(json!("0")), Some(json!("2")));
    assert_eq!(result.unwrap(), r#"[{"name": "1"}, {"name": "2"}]"#);
}

#[test]
fn a_large_value_is_expected_by_its_hash_and_wrapped_as_it_is() {
    let text = r#"{"a": {"z": 1.50, "b": [ ]}}"#;
    let hash = sha256(&json!({"z": 1.5, "b": []}));
    let wrap = json!({"type": "object", "properties": {"$expected": ""}});
    assert_eq!(
        edit(
            text,
            "/a",
            Some(json!({"$sha256": hash})),
            Some(wrap.clone())
        )
        .unwrap(),
        r#"{"a": {"properties":{"z": 1.50, "b": [ ]},"type":"object"}}"#
    );
    let parts = json!([{"$expected": "/z"}, {"$expected": "/b"}]);
    assert_eq!(
        edit(text, "/a", Some(json!({"$sha256": hash})), Some(parts)).unwrap(),
        r#"{"a": [1.50,[ ]]}"#
    );
    assert_eq!(
        edit("1", "", Some(json!(1)), Some(json!({"$expected": "/x"}))).unwrap_err(),
        "the expected value has nothing at `/x`"
    );
    let error = edit(text, "/a", Some(json!({"$sha256": "0"})), Some(wrap)).unwrap_err();
    assert!(error.contains(&hash), "{error}");
}

#[test]
fn a_member_is_removed_with_its_comma() {
    for (text, left) in [
        (r#"{"a": 1, "b": 2}"#, r#"{ "b": 2}"#),
        (r#"{"b": 2, "a": 1}"#, r#"{"b": 2}"#),
        (r#"{"a": 1}"#, r"{}"),
        (r#"{"b": 2 , "a": 1 , "c": 3}"#, r#"{"b": 2 ,  "c": 3}"#),
    ] {
        assert_eq!(edit(text, "/a", Some(json!(1)), None).unwrap(), left);
    }
    assert_eq!(edit("[1, 2]", "/1", Some(json!(2)), None).unwrap(), "[1]");
}

#[test]
fn a_member_is_added_where_none_is() {
    for (text, result) in [
        (r"{}", r#"{"a~/":null}"#),
        (r#"{ "b": 2 }"#, r#"{ "b": 2,"a~/":null }"#),
    ] {
        assert_eq!(
            edit(text, "/a~0~1", None, Some(Value::Null)).unwrap(),
            result
        );
    }
    assert_eq!(
        edit(r#"{"a": 1}"#, "/a", None, Some(json!(2))).unwrap_err(),
        "there is already a value at `/a`"
    );
    assert_eq!(
        edit("[]", "/0", None, Some(json!(2))).unwrap_err(),
        "there is nothing at ``"
    );
    assert_eq!(
        edit("{}", "", None, None).unwrap_err(),
        "the correction changes nothing"
    );
}

proptest::proptest! {
    #[test]
    fn what_is_made_of_json_is_json(pointer in "(/[abc]|/0|/1){0,3}", add in 0..3usize) {
        let text = r#"{"a": [1, {"b": {"c": 2 , "a": []}}], "b": {}, "c" : [ ]}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        let now = value.pointer(&pointer).cloned();
        let (expected, new) = match add {
            0 => (None, Some(json!({"x": 1}))),
            1 => (now.clone(), Some(json!("new"))),
            _ => (now.clone(), None),
        };
        if pointer.is_empty() && new.is_none() { return Ok(()); }
        if let Ok(text) = edit(text, &pointer, expected, new.clone()) {
            let edited: Value = serde_json::from_str(&text).unwrap();
            if new.is_some() {
                proptest::prop_assert_eq!(edited.pointer(&pointer).cloned(), new);
            }
        }
    }
}
