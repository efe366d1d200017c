//! An API with a text in every field that has one.

use serde_json::{Value, json};

use crate::schemas::Schemas;

/// How many texts there are in a case.
pub const TEXTS: usize = 22;

/// An API that says the texts of every case, each in an action and types of its own.
pub fn schemas(cases: &[Vec<String>]) -> Schemas {
    let first = &cases[0];
    let mut actions = serde_json::Map::new();
    let mut schemas = Schemas::default();
    for (number, texts) in cases.iter().enumerate() {
        actions.insert(format!("read{number}"), action(number, texts));
        actions.insert(format!("watch{number}"), stream(number, texts));
        let path = format!("types/shape{number}.json");
        schemas = schemas.with(&path, shape(texts).to_string());
        let path = format!("types/choice{number}.json");
        schemas = schemas.with(&path, choice(texts).to_string());
    }
    let service = json!({
        "title": first[0],
        "description": first[1],
        "version": first[2],
        "baseUrl": "https://example.com",
        "documentation": "https://example.com/a?b=c&d;e",
        "package": {"name": "prose", "version": "0.1.0"},
        "authentication": {"scheme": "bearer", "environment": "PROSE_TOKEN"},
        "params": [{"name": "everywhere", "in": "query", "type": "string", "description": first[3]}],
    });
    let resource = json!({
        "title": first[4],
        "description": first[5],
        "documentation": "https://example.com/a",
        "path": "/texts/{id}",
        "params": [{
            "name": "id", "in": "path", "type": "string",
            "description": first[6], "example": first[7],
        }],
        "actions": actions,
    });
    schemas
        .with("api.json", service.to_string())
        .with("resources/texts.json", resource.to_string())
}

fn action(number: usize, texts: &[String]) -> Value {
    json!({
        "method": "GET",
        "path": format!("/read{number}"),
        "summary": texts[8],
        "description": texts[9],
        "auth": [texts[10]],
        "params": [
            {
                "name": "needed", "in": "query", "type": "string", "required": true,
                "description": texts[11], "example": texts[12],
            },
            {
                "name": "optional", "in": "query", "type": "string",
                "description": texts[13], "default": texts[14],
            },
            {"name": "choice", "in": "query", "schema": {
                "$ref": format!("#/definitions/choice{number}"),
            }},
        ],
        "responses": {
            "200": {
                "description": texts[15],
                "schema": {"$ref": format!("#/definitions/shape{number}")},
            },
            "202": {"description": texts[16]},
            "404": {"description": texts[17]},
        },
    })
}

fn stream(number: usize, texts: &[String]) -> Value {
    json!({
        "method": "GET",
        "path": format!("/watch{number}"),
        "sseStream": true,
        "responses": {"200": {"sseEvents": {"one": {
            "description": texts[18],
            "schema": {"$ref": format!("#/definitions/shape{number}")},
        }}}},
    })
}

fn shape(texts: &[String]) -> Value {
    json!({
        "title": texts[19],
        "description": texts[20],
        "type": "object",
        "properties": {"text": {"type": "string", "description": texts[21], "maxLength": 3}},
    })
}

fn choice(texts: &[String]) -> Value {
    json!({"enum": ["a", "b"], "description": texts[20]})
}
