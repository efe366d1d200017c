//! Equivalent descriptions: no change is found in either direction.

use codegen::Source;
use serde_json::{Value, json};
use xtask::corrections;

use super::base::{API, BOTH, Description, JOBS, READ, SENT, THINGS, USER, object, reference};

/// An equivalent way to write the base.
type Refactor = (&'static str, fn(&mut Description));

#[rustfmt::skip]
const REFACTORS: &[Refactor] = &[
    ("a reference instead of a type with its name", |d| {
        let owner = d.remove(READ, "/properties/owner");
        d.file("types/thingOwner.json", owner);
        d.set(
            READ,
            "/properties/owner",
            json!({"description": "Whose it is.", "allOf": [reference("thingOwner")]}),
        );
    }),
    ("an equal type instead of a reference", |d| {
        let things = d.0["types/things.json"].clone();
        d.set(THINGS, "/actions/get/responses/200/schema", things);
    }),
    ("an `allOf` around a reference", |d| {
        d.set("types/things.json", "/properties/items/items", json!({"allOf": [reference("thing")]}));
    }),
    ("an `allOf` of the parts of an object", |d| {
        let name = d.remove(READ, "/properties/name");
        // A closed part would forbid the properties of the others.
        d.set(READ, "/properties/name", json!({}));
        d.set(READ, "/allOf", json!([{"type": "object", "properties": {"name": name}, "required": ["name"]}]));
        d.set(READ, "/required", json!(["id"]));
    }),
    ("a `const` instead of an `enum` with one value", |d| {
        d.set(SENT, "/properties/shape/oneOf/0/properties/type", json!({"const": "circle"}));
    }),
    ("a `oneOf` of constants instead of an `enum`", |d| {
        let values = ["red", "green", "both"].map(|value| json!({"const": value}));
        d.set(BOTH, "/properties/colour", json!({"oneOf": values}));
    }),
    ("an `anyOf` instead of a `oneOf`", |d| {
        let forms = d.remove(BOTH, "/properties/shape/oneOf");
        d.set(BOTH, "/properties/shape/anyOf", forms);
    }),
    ("a `oneOf` with null instead of two types", |d| {
        d.set(BOTH, "/properties/note", json!({"oneOf": [{"type": "string"}, {"type": "null"}]}));
    }),
    ("an `anyOf` with null instead of two types", |d| {
        d.set(SENT, "/properties/note", json!({"anyOf": [{"type": "null"}, {"type": "string"}]}));
    }),
    ("a `type` beside an `enum`", |d| d.set(SENT, "/properties/colour/type", json!("string"))),
    ("the default of `additionalProperties`", |d| {
        d.set(READ, "/properties/owner/additionalProperties", json!(true));
    }),
    ("limits without an effect", |d| {
        d.set(SENT, "/minProperties", json!(0));
        d.set(SENT, "/properties/tags/uniqueItems", json!(false));
    }),
    ("`required` in another order", |d| d.set(SENT, "/required", json!(["name", "id"]))),
    ("values of an `enum` in another order", |d| {
        d.set(BOTH, "/properties/colour/enum", json!(["both", "green", "red"]));
    }),
    ("union variants in another order", |d| {
        let last = d.remove(SENT, "/properties/shape/oneOf/1");
        d.at(SENT, "/properties/shape/oneOf").as_array_mut().unwrap().insert(0, last);
    }),
    ("optional parameters in another order", |d| {
        let first = d.remove(THINGS, "/actions/get/params/0");
        d.push(THINGS, "/actions/get/params", first);
    }),
    ("scopes of a resource, declared by each action", |d| {
        d.remove(THINGS, "/auth");
        d.set(THINGS, "/actions/get/auth", json!(["things.get", "all.Things"]));
        for action in ["post", "put", "delete"] {
            d.set(THINGS, &format!("/actions/{action}/auth"), json!(["all.Things"]));
        }
    }),
    ("a comment, the dialect, and examples of a schema", |d| {
        d.set(READ, "/$comment", json!("To be reviewed."));
        d.set(READ, "/$schema", json!("http://json-schema.org/draft-07/schema#"));
        d.set(READ, "/properties/size/examples", json!([1, 2]));
    }),
    ("the schema for editors", |d| {
        d.set(API, "/$schema", json!("./descriptor.schema.json"));
        d.set(USER, "/$schema", json!("../descriptor.schema.json"));
    }),
    ("a title that equals the name", |d| {
        d.set(USER, "/title", json!("User"));
        d.set(READ, "/properties/owner/title", json!("Thing Owner"));
    }),
    ("values that are false by default", |d| {
        d.set(THINGS, "/actions/get/params/0/required", json!(false));
        d.set(THINGS, "/actions/get/params/0/deprecated", json!(false));
        d.set(READ, "/properties/size/deprecated", json!(false));
        d.set(JOBS, "/actions/run/sseStream", json!(false));
    }),
    ("a path parameter without `required`", |d| {
        drop(d.remove(THINGS, "/params/0/required"));
    }),
    ("headers in another case", |d| {
        d.set(API, "/headers", json!({"accept-version": "^1"}));
    }),
    ("another version of the emitted crate", |d| d.set(API, "/package/version", json!("1.1.0"))),
    ("a format without a type of its own", |d| d.set(READ, "/properties/id/format", json!("email"))),
];

#[test]
fn equivalent_descriptions_have_no_changes() {
    for (name, refactor) in REFACTORS {
        let mut new = Description::base();
        refactor(&mut new);
        same(name, &Description::base().source(), &new.source());
    }
}

fn same(name: &str, old: &Source, new: &Source) {
    for [old, new] in [[old, new], [new, old]] {
        let changes = corrections::compare(old, new);
        let changes = changes.unwrap_or_else(|e| panic!("{name}: {}", e.diagnostics));
        let messages: Vec<_> = changes.iter().map(|c| c.diagnostic.message()).collect();
        assert!(messages.is_empty(), "{name}: {messages:#?}");
    }
}

/// The base, with the JSON of each file rewritten.
fn rewritten(rewrite: impl Fn(&Value) -> String) -> Source {
    let files = Description::base().0.into_iter();
    Source::new(files.map(|(path, value)| (path, rewrite(&value).into_bytes())))
}

#[test]
fn the_layout_of_a_file_is_irrelevant() {
    let base = Description::base().source();
    let laid_out = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    same("indented", &base, &rewritten(laid_out));
    let windows = |value: &Value| format!("\u{feff}{}\r\n", laid_out(value).replace('\n', "\r\n"));
    same("a byte order mark", &base, &rewritten(windows));
}

#[test]
fn the_order_of_optional_properties_is_irrelevant() {
    let reversed = |value: &Value| reversed(value, "");
    same(
        "reversed",
        &Description::base().source(),
        &rewritten(reversed),
    );
}

/// The JSON of a value, with optional properties in reverse order.
fn reversed(value: &Value, key: &str) -> String {
    match value {
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                format!("{}:{}", json!(key), reversed(value, key))
            };
            let mut members: Vec<_> = members.iter().map(member).collect();
            if key == "properties" {
                members.reverse();
                // Required properties are arguments.
                members.sort_by_key(|text| text.starts_with("\"name\""));
            }
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| reversed(item, "")).collect();
            format!("[{}]", items.join(","))
        }
        value => value.to_string(),
    }
}

#[test]
fn an_overlay_is_equivalent_to_the_correction_itself() {
    let mut imported = Description::base();
    imported.set(API, "/upstream", json!("1"));
    let mut corrected = imported.clone();
    corrected.set(READ, "/properties/size/type", json!("number"));
    imported.file(
        "overlays/size.json",
        json!({"upstream": "1", "corrections": [{
            "file": READ, "pointer": "/properties/size/type",
            "expected": "integer", "value": "number", "reason": "It has fractions."}]}),
    );
    same("overlay", &imported.source(), &corrected.source());
    same(
        "corrected",
        &imported.source(),
        &corrections::corrected(&imported.source()).unwrap(),
    );
}

#[test]
fn a_renamed_file_with_the_same_rust_name_is_not_a_change() {
    let mut new = Description::base();
    let thing = new.0.remove("types/thingPost.json").unwrap();
    new.file("types/thing-post.json", thing);
    new.set(
        THINGS,
        "/actions/post/params/0/schema",
        reference("thing-post"),
    );
    same("renamed", &Description::base().source(), &new.source());
}

#[test]
fn an_inline_copy_of_a_file_is_equivalent_to_a_reference() {
    let first = object(json!({"a": {"type": "integer"}}));
    let with = |schema: Value| {
        let mut description = Description::base();
        description.file("types/first.json", first.clone());
        description.set(USER, "/actions/get/responses/200/schema", schema);
        description.source()
    };
    same("copy", &with(reference("first")), &with(first.clone()));
}
