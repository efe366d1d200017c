//! An API with prose in every field that accepts it.

use serde_json::{Value, json};

use crate::schemas::Schemas;

/// The number of strings in a case.
pub const FIELDS: usize = 22;

/// An API with the strings of every case, each case in its own action and types.
pub fn schemas(cases: &[Vec<String>]) -> Schemas {
    let first = &cases[0];
    let mut actions = serde_json::Map::new();
    let mut schemas = Schemas::default();
    for (number, prose) in cases.iter().enumerate() {
        actions.insert(format!("read{number}"), action(number, prose));
        actions.insert(format!("watch{number}"), stream(number, prose));
        let path = format!("types/shape{number}.json");
        schemas = schemas.with(&path, shape(prose).to_string());
        let path = format!("types/choice{number}.json");
        schemas = schemas.with(&path, choice(prose).to_string());
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
        "path": "/notes/{id}",
        "params": [{
            "name": "id", "in": "path", "type": "string",
            "description": first[6], "example": first[7],
        }],
        "actions": actions,
    });
    schemas
        .with("api.json", service.to_string())
        .with("resources/notes.json", resource.to_string())
}

fn action(number: usize, prose: &[String]) -> Value {
    json!({
        "method": "GET",
        "path": format!("/read{number}"),
        "summary": prose[8],
        "description": prose[9],
        "auth": [prose[10]],
        "params": [
            {
                "name": "needed", "in": "query", "type": "string", "required": true,
                "description": prose[11], "example": prose[12],
            },
            {
                "name": "optional", "in": "query", "type": "string",
                "description": prose[13], "default": prose[14],
            },
            {"name": "choice", "in": "query", "schema": {
                "$ref": format!("#/definitions/choice{number}"),
            }},
        ],
        "responses": {
            "200": {
                "description": prose[15],
                "schema": {"$ref": format!("#/definitions/shape{number}")},
            },
            "202": {"description": prose[16]},
            "404": {"description": prose[17]},
        },
    })
}

fn stream(number: usize, prose: &[String]) -> Value {
    json!({
        "method": "GET",
        "path": format!("/watch{number}"),
        "sseStream": true,
        "responses": {"200": {"sseEvents": {"one": {
            "description": prose[18],
            "schema": {"$ref": format!("#/definitions/shape{number}")},
        }}}},
    })
}

fn shape(prose: &[String]) -> Value {
    json!({
        "title": prose[19],
        "description": prose[20],
        "type": "object",
        "properties": {"text": {"type": "string", "description": prose[21], "maxLength": 3}},
    })
}

fn choice(prose: &[String]) -> Value {
    json!({"enum": ["a", "b"], "description": prose[20]})
}
