//! Schemas whose names collide with Rust's, or with those of the emitted code.

use serde_json::{Value, json};

use crate::schemas::Schemas;

/// Keywords, names of the prelude, names that the emitted code uses, strings without a name, and
/// names that would be equal in Rust.
const NAMES: &[&str] = &[
    "",
    // Keywords, and names that can't be raw identifiers
    "async",
    "crate",
    "dyn",
    "gen",
    "mod",
    "move",
    "self",
    "super",
    "try",
    "type",
    "union",
    "yield",
    // The prelude
    "Box",
    "Clone",
    "Debug",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "From",
    "Hash",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Result",
    "Send",
    "Some",
    "String",
    "Vec",
    // Crates
    "alloc",
    "bytes",
    "client_runtime",
    "core",
    "futures_util",
    "hostile",
    "http",
    "jiff",
    "reqwest",
    "serde",
    "serde_json",
    "std",
    "tokio",
    // Modules and types of the emitted crate
    "Action",
    "Api",
    "Call",
    "Client",
    "ClientBuilder",
    "DateTime",
    "Duration",
    "Encoder",
    "Error",
    "Extent",
    "Extra",
    "Failure",
    "Field",
    "Globals",
    "Items",
    "Json",
    "Object",
    "ObjectId",
    "Options",
    "Other",
    "Paged",
    "Pages",
    "Parameters",
    "ParseDateTimeError",
    "ParseObjectIdError",
    "Progress",
    "Request",
    "Resource",
    "Response",
    "Rule",
    "Spec",
    "UnixMillis",
    "Unknown",
    "Validate",
    "Validator",
    "Violation",
    "dynamic",
    "lib",
    "main",
    "resources",
    "types",
    // Methods and variables of the emitted crate
    "arguments",
    "as_mut",
    "as_str",
    "builder",
    "encode",
    "fmt",
    "from_str",
    "http_request",
    "map",
    "named",
    "new",
    "take",
    "timeout",
    "url",
    "value",
    "values",
    "write",
    // Strings without a name
    "3.1.1",
    "_",
    "a-b-c",
    "日本",
    "x y z position",
    // Names that are equal in Rust
    "-new",
    "+1",
    "-1",
    "1",
    "a_b_c",
    "clone_property",
    "additional",
    "extra_",
    "send_param",
    "größe",
    "gro\u{308}ße",
    "🚀",
];

/// Strings with a special meaning in Markdown, in Rust comments, or on a terminal.
const STRINGS: &[&str] = &[
    "An odd ` backquote.",
    "*/ ends a comment, /* begins one, // too.",
    "[brackets], <tags>, ![images](x) and [links][nowhere].",
    "CR LF\r\nand CR\ralone.",
    "```\nA fence that nothing closes.",
    "```\nlet a fence = \"that is not Rust\";\n```",
    "A list:\n\n    indented as code is",
    "Right to left: \u{202e}desrever\u{202c}, and \u{7}\u{0}\u{1b}[31m controls.",
    "",
    " \n ",
    "| a | table |\n|---|---|\n| in | it |",
    "# A heading\n\n- a list\n- of two",
    "\"Quotes\" and \\ backslashes \\",
    "r#\"raw\"# { braces } {0} {{}} $dollar #[attribute]",
];

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

/// A resource with this name, whose action and parameter have the name too.
fn resource(number: usize, name: &str) -> Value {
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
fn every_action() -> Value {
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
fn every_parameter() -> Value {
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
fn every_string() -> Value {
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
fn examples() -> Vec<(String, Value)> {
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
