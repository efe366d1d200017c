//! Schemas whose names collide with Rust's, or with those of the emitted code.

mod names;
mod resources;

use serde_json::{Value, json};

use crate::schemas::Schemas;
use names::{NAMES, STRINGS};
use resources::{every_action, every_parameter, every_string, examples, resource};

/// All hostile schemas.
pub fn schemas() -> Schemas {
    let mut schemas = Schemas::default()
        .with("api.json", pretty(&service()))
        .with("resources/everyAction.json", pretty(&every_action()))
        .with("resources/everyParameter.json", pretty(&every_parameter()))
        .with("resources/everyString.json", pretty(&every_string()));
    for (path, value) in examples().into_iter().chain(types()) {
        schemas = schemas.with(&path, pretty(&value));
    }
    // File names must not be empty, or differ only by case.
    let mut files = std::collections::BTreeSet::new();
    for (number, name) in NAMES[1..].iter().enumerate() {
        if !files.insert(name.to_lowercase()) {
            continue;
        }
        let path = format!("resources/{name}.json");
        schemas = schemas.with(&path, pretty(&resource(number, name)));
        let path = format!("types/{name}.json");
        schemas = schemas.with(&path, pretty(&root(number, name)));
    }
    schemas
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

/// All of the strings in one.
fn long() -> String {
    STRINGS.join(" ").repeat(16)
}

fn text(number: usize) -> &'static str {
    STRINGS[number % STRINGS.len()]
}

fn service() -> Value {
    json!({
        "title": "Hostile \u{1b} \"API\" [of] <everything> \u{301}",
        "description": long(),
        "version": "1.0\n`\"",
        "baseUrl": "https://example.com",
        "documentation": "https://example.com/docs",
        "package": {"name": "hostile", "version": "0.1.0-alpha+1"},
        "authentication": {"scheme": "bearer", "environment": "HOSTILE_TOKEN"},
        "headers": {"X-Quoted": "\"\\"},
        "params": [
            {"name": "_flag", "in": "query", "type": "boolean", "default": true},
            {"name": "number", "in": "query", "type": "number", "default": 1, "minimum": -1e300},
            {"name": "whole", "in": "header", "type": "integer", "default": -2.0},
            {"name": "since", "in": "query", "type": "integer", "format": "unix-ms", "default": 3},
            {"name": "day", "in": "header", "type": "string", "format": "date-time"},
            {"name": "owner", "in": "header", "type": "string", "pattern": "^[A-Fa-f\\d]{24}$"},
            {"name": "kind", "in": "query", "enum": ["asc", "ASC", ""], "default": "asc"},
            {"name": "s", "in": "query", "enum": ["a"]},
            {"name": "filter", "in": "query", "schema": {"$ref": "#/definitions/globalFilter"}},
            {"name": "free", "in": "query", "type": "object", "schema": {"type": "object"}},
            {"name": "_timeout", "in": "query", "type": "string", "deprecated": true},
            {"name": "_send", "in": "query", "type": "string"}
        ],
        "error": {
            "schema": {"$ref": "#/definitions/Error"}, "code": "type", "message": "self"
        },
        "paging": [
            {"page": "page", "perPage": "perPage", "items": "items", "total": "Vec"}
        ]
    })
}

/// An object with a property of each name.
fn every_property() -> Value {
    let properties = NAMES.iter().enumerate().map(|(number, name)| {
        let property = json!({
            "type": "string",
            "description": text(number),
            "deprecated": number % 7 == 0,
        });
        ((*name).to_owned(), property)
    });
    json!({"type": "object", "properties": properties.collect::<serde_json::Map<_, _>>()})
}

/// The same object, with every property required.
fn every_required_property() -> Value {
    let mut schema = every_property();
    schema["required"] = json!(NAMES);
    schema
}

/// The type file of a name: a bit of everything.
fn root(number: usize, name: &str) -> Value {
    // The first name is not that of a file.
    let next = NAMES[1 + (number + 1) % (NAMES.len() - 1)];
    let kinds = [
        every_kind(next),
        json!({"enum": [name, next], "description": text(number)}),
        json!({"type": "array", "items": {"$ref": format!("#/definitions/{next}")}}),
        json!({"type": "string", "maxLength": 3}),
    ];
    match name {
        "Error" => json!({
            "type": "object",
            "properties": {"type": {"type": "string"}, "self": {"type": "string"}},
        }),
        _ => kinds[number % kinds.len()].clone(),
    }
}

/// An object with a property of each type.
fn every_kind(other: &str) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "other": {"$ref": format!("#/definitions/{other}")},
            "others": {"type": "array", "items": {"$ref": format!("#/definitions/{other}")}},
            "id": {"type": "string", "pattern": "^[A-Fa-f\\d]{24}$"},
            "day": {"type": "string", "format": "date-time"},
            "since": {"type": "integer", "format": "unix-ms"},
            "number": {"type": "number", "minimum": -1e300, "maximum": 1},
            "whole": {"type": "integer", "minimum": i64::MIN, "maximum": u64::MAX},
            "flag": {"type": "boolean"},
            "free": {"type": "object"},
            "any": {},
            "text": {"type": "string", "minLength": 1, "pattern": "^\"\\\\`\\r$"},
            "lists": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {
                "type": "array", "items": {"type": "integer", "minimum": 0}
            }},
        },
        "required": ["id", "number", "lists"],
    })
}

fn types() -> Vec<(String, Value)> {
    let reference = |name: &str| json!({"$ref": format!("#/definitions/{name}")});
    let types = [
        ("everyProperty", every_property()),
        ("everyRequiredProperty", every_required_property()),
        ("everyClosedProperty", {
            let mut schema = every_property();
            schema["additionalProperties"] = json!(false);
            schema
        }),
        ("everyClosedRequiredProperty", {
            let mut schema = every_required_property();
            schema["additionalProperties"] = json!(false);
            schema
        }),
        ("everyValue", json!({"enum": NAMES})),
        (
            "nothing",
            json!({"type": "object", "additionalProperties": false}),
        ),
        (
            "globalFilter",
            json!({"type": "object", "properties": {"kind": reference("everyValue")}}),
        ),
        // Cycles with an optional reference
        (
            "tree",
            json!({
                "type": "object",
                "properties": {
                    "self": reference("tree"), "alias": reference("treeAlias"),
                    "list": reference("trees"), "leaf": reference("leaf"),
                },
                "required": ["list"],
            }),
        ),
        ("treeAlias", reference("tree")),
        (
            "trees",
            json!({"type": "array", "items": reference("treeAlias")}),
        ),
        (
            "leaf",
            json!({"type": "object", "properties": {"tree": reference("treeAlias")}}),
        ),
        (
            "page",
            json!({
                "type": "object",
                "properties": {
                    "items": {"type": "array", "items": {"type": "string", "pattern": "^[A-Fa-f\\d]{24}$"}},
                    "Vec": {"type": "integer", "deprecated": true},
                },
            }),
        ),
    ];
    let types = types.into_iter();
    types
        .map(|(name, value)| (format!("types/{name}.json"), value))
        .collect()
}
