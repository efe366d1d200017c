//! Resources, actions, parameters and example programs with hostile names and strings.

use serde_json::{Value, json};

use super::names::{NAMES, STRINGS};
use super::{long, text};

/// A resource with this name, whose action and parameter have the name too.
pub fn resource(number: usize, name: &str) -> Value {
    json!({
        "title": text(number),
        "description": text(number + 1),
        "path": format!("/r{number}/{{id}}"),
        "params": [
            {"name": "id", "in": "path", "type": "string"},
            {"name": name, "in": "query", "type": "string", "required": true},
        ],
        "actions": {
            name: {
                "method": "POST",
                "params": [{
                    "name": "body", "in": "body",
                    "schema": {"$ref": format!("#/definitions/{name}")},
                }],
                "responses": {"200": {"schema": {"$ref": format!("#/definitions/{name}")}}},
            },
        },
    })
}

/// A resource with an action of each name.
pub fn every_action() -> Value {
    let actions = NAMES.iter().enumerate().map(|(number, name)| {
        let action = json!({
            "method": "PUT",
            "summary": text(number),
            "description": text(number + 1),
            "auth": [name, "`", "a\rb"],
            "params": [{"name": format!("{name} {number}"), "in": "query", "enum": [name, text(number)]}],
            "responses": {"200": {"description": text(number), "schema": {"type": "boolean"}}},
        });
        ((*name).to_owned(), action)
    });
    json!({
        "path": "/actions",
        "actions": actions.collect::<serde_json::Map<_, _>>(),
    })
}

/// A resource with a parameter of each name, optional and required, and a body of each type.
pub fn every_parameter() -> Value {
    let parameters = |required: bool| {
        let parameters = NAMES.iter().enumerate().map(|(number, name)| {
            json!({
                "name": name, "in": "query", "required": required, "type": "string",
                "description": text(number), "deprecated": number % 5 == 0,
                "default": text(number), "pattern": ".*`\r",
            })
        });
        parameters.collect::<Vec<_>>()
    };
    let body = |name: &str| {
        json!({
            "method": "PATCH",
            "params": [{
                "name": "body", "in": "body", "required": true,
                "schema": {"$ref": format!("#/definitions/{name}")},
            }],
            "responses": {"200": {"schema": {"$ref": format!("#/definitions/{name}")}}},
        })
    };
    let send = |name: &str| {
        let mut action = body(name);
        action["responses"] = json!({"204": {}});
        action
    };
    json!({
        "path": "/parameters",
        "actions": {
            "optional": {
                "method": "DELETE", "params": parameters(false), "responses": {"204": {}},
            },
            "required": {
                "method": "DELETE", "params": parameters(true), "responses": {"204": {}},
            },
            "property": body("everyProperty"),
            "requiredProperty": body("everyRequiredProperty"),
            "closedProperty": send("everyClosedProperty"),
            "closedRequiredProperty": send("everyClosedRequiredProperty"),
            "nothing": send("nothing"),
            "tree": body("tree"),
        },
    })
}

/// A resource with each of the strings in every field that accepts one.
pub fn every_string() -> Value {
    let parameters = STRINGS.iter().enumerate().map(|(number, text)| {
        json!({
            "name": format!("text{number}"), "in": "query", "type": "string",
            "description": text, "default": text, "example": text,
            "required": number % 2 == 0,
        })
    });
    let properties = STRINGS.iter().enumerate().map(|(number, text)| {
        let property = json!({"description": text, "title": text, "enum": [text]});
        (format!("p{number}{text}"), property)
    });
    json!({
        "title": long(),
        "description": long(),
        "documentation": "https://example.com/a_(b)?c=d&e;f#g",
        "path": "/strings",
        "auth": STRINGS,
        "actions": {
            "get": {
                "method": "GET",
                "summary": long(),
                "description": long(),
                "params": parameters.collect::<Vec<_>>(),
                "responses": {
                    "200": {
                        "description": long(),
                        "schema": {
                            "title": "Strings",
                            "type": "object",
                            "properties": properties.collect::<serde_json::Map<_, _>>(),
                        },
                    },
                },
            },
        },
    })
}

/// Resources whose example programs are hostile.
pub fn examples() -> Vec<(String, Value)> {
    let get = |path: &str, params: Value, schema: &str| {
        json!({
            "path": path,
            "params": params,
            "actions": {"get": {
                "method": "GET",
                "params": [
                    {"name": "page", "in": "query", "type": "integer"},
                    {"name": "perPage", "in": "query", "type": "integer", "deprecated": true},
                ],
                "responses": {"200": {"schema": {"$ref": format!("#/definitions/{schema}")}}},
            }},
        })
    };
    let names = [
        "arguments",
        "builder",
        "client",
        "item",
        "items",
        "response",
        "type",
        "url",
    ];
    let path: String = names.iter().map(|name| format!("/{{{name}}}")).collect();
    let params = names
        .iter()
        .map(|name| json!({"name": name, "in": "path", "type": "string", "example": "\"\\"}));
    let params: Value = params.collect();
    let resources = [
        ("build", get("/me", json!([]), "page")),
        ("deps", get(&path, params, "everyProperty")),
    ];
    let resources = resources.into_iter();
    resources
        .map(|(name, value)| (format!("resources/{name}.json"), value))
        .collect()
}
