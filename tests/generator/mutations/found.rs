//! Failures found by random changes, each shrunk as far as possible.

use serde_json::{Value, json};

use crate::schemas::Schemas;

/// A description of one action, whose body and response have this type.
fn described(schema: Value) -> Schemas {
    let service = json!({
        "title": "T", "version": "1", "baseUrl": "https://example.com",
        "package": {"name": "found", "version": "0.1.0"},
    });
    let body = json!({"$ref": "#/definitions/found"});
    let resource = json!({"path": "/a", "actions": {"put": {
        "method": "PUT",
        "params": [{"name": "found", "in": "body", "schema": body}],
        "responses": {"200": {"schema": body}},
    }}});
    Schemas::default()
        .with("api.json", service.to_string())
        .with("resources/a.json", resource.to_string())
        .with("types/found.json", schema.to_string())
}

/// The emitted module of a type.
fn emitted(schema: Value) -> String {
    let files = described(schema).generate();
    let files = files.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    files.get("src/types/found.rs").unwrap().to_owned()
}

#[test]
fn an_object_or_an_array_that_may_be_null_is_lowered_once() {
    let object = emitted(json!({"type": ["object", "null"], "properties": {"a": {}}}));
    assert!(object.contains("pub struct Found"), "{object}");
    let array = emitted(json!({"type": ["array", "null"], "items": {"type": "integer"}}));
    assert!(
        array.contains("pub type Found = Nullable<List<i64>>"),
        "{array}"
    );
    // No value is allowed, but a response is still read.
    let listed = emitted(json!({"type": "object", "properties": {"a": {}}, "enum": [null]}));
    assert!(listed.contains("pub type Found = Json"), "{listed}");
}

#[test]
fn a_recursive_union_or_all_of_is_a_type() {
    let itself = json!({"$ref": "#/definitions/found"});
    let text = json!({"type": "string"});
    let object = |part: Value| json!({"type": "object", "properties": {"a": part}});
    let other = json!({"type": "object", "properties": {"b": text}});
    let recursive = [
        json!({"oneOf": [object(json!({"oneOf": [itself, {"type": "integer"}]})), text]}),
        json!({"oneOf": [{"type": "array", "items": {"oneOf": [itself, text]}}, object(text.clone())]}),
        json!({"allOf": [object(json!({"allOf": [itself, other]}))]}),
    ];
    for schema in recursive {
        let text = emitted(schema);
        assert!(text.contains("client_runtime::recursive!("), "{text}");
    }
}

#[test]
fn a_field_that_leads_to_a_cycle_is_not_boxed() {
    let cycle = json!({"type": "object", "properties": {"again": {"$ref": "#/definitions/found"}}});
    let leads = json!({"type": "object", "properties": {"cycle": {"$ref": "#/definitions/found"}}});
    let schemas = described(cycle);
    for name in ["after", "zero"] {
        let schemas = schemas
            .clone()
            .with(&format!("types/{name}.json"), leads.to_string());
        let files = schemas.generate().unwrap();
        let file = files.get(&format!("src/types/{name}.rs")).unwrap();
        assert!(file.contains("pub cycle: Option<Found>"), "{file}");
    }
}

#[test]
fn an_optional_response_does_not_affect_the_imports_of_others() {
    let nullable =
        json!({"oneOf": [{"type": "object", "properties": {"a": {}}}, {"type": "null"}]});
    let schemas = described(nullable);
    let mut resource: Value = serde_json::from_str(schemas.text("resources/a.json")).unwrap();
    let body = json!({"schema": {"$ref": "#/definitions/found"}});
    let several = json!({"200": body, "201": {"schema": {"type": "string"}}});
    resource["actions"]["post"] = json!({"method": "POST", "responses": several});
    resource["actions"]["get"] = json!({"method": "GET", "responses": {"200": body}});
    let files = schemas
        .with("resources/a.json", resource.to_string())
        .generate()
        .unwrap();
    let file = files.get("src/resources/a.rs").unwrap();
    assert!(file.contains("Ok(Nullable<types::"), "{file}");
    assert!(
        file.lines()
            .any(|l| l.starts_with("use ") && l.contains("Nullable")),
        "{file}"
    );
}
