//! A small API that has one of everything, to be edited.

use std::collections::BTreeMap;

use codegen::{FileSet, Source};
use serde_json::{Value, json};

/// A type used only in requests.
pub const SENT: &str = "types/thingPost.json";
/// A type used only in responses.
pub const READ: &str = "types/thing.json";
/// A type used in requests and responses.
pub const BOTH: &str = "types/settings.json";
/// The resource that uses all of them.
pub const THINGS: &str = "resources/things.json";
/// The resource with several successes, and with events.
pub const JOBS: &str = "resources/jobs.json";
/// A resource named in the singular.
pub const USER: &str = "resources/user.json";
pub const API: &str = "api.json";

/// The files of a description, as JSON.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Description(pub BTreeMap<String, Value>);

impl Description {
    pub fn base() -> Self {
        let files = [
            (API, api()),
            (THINGS, things()),
            (JOBS, jobs()),
            (USER, user()),
            (SENT, thing("sent")),
            (READ, thing("read")),
            (BOTH, thing("both")),
            ("types/things.json", list()),
            ("types/error.json", error()),
            (
                "types/problem.json",
                object(json!({"detail": {"type": "string"}})),
            ),
            (
                "types/spare.json",
                object(json!({"left": {"type": "integer"}})),
            ),
            ("types/amount.json", json!({"type": "integer"})),
        ];
        let files = files.into_iter();
        Description(
            files
                .map(|(path, value)| (path.to_owned(), value))
                .collect(),
        )
    }

    /// The value at a JSON pointer.
    pub fn at(&mut self, path: &str, pointer: &str) -> &mut Value {
        let file = self.0.get_mut(path).unwrap_or_else(|| panic!("no {path}"));
        let value = file.pointer_mut(pointer);
        value.unwrap_or_else(|| panic!("no {pointer} in {path}"))
    }

    /// Sets a member of an object, or adds it.
    pub fn set(&mut self, path: &str, pointer: &str, value: Value) {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        match self.at(path, parent) {
            Value::Array(items) if key == "-" => items.push(value),
            Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
            parent => parent[key] = value,
        }
    }

    /// Adds an item to the end of an array.
    pub fn push(&mut self, path: &str, pointer: &str, value: Value) {
        self.at(path, pointer).as_array_mut().unwrap().push(value);
    }

    /// Removes a member of an object, or an item of an array.
    pub fn remove(&mut self, path: &str, pointer: &str) -> Value {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        match self.at(path, parent) {
            Value::Array(items) => items.remove(key.parse().unwrap()),
            parent => parent.as_object_mut().unwrap().remove(key).unwrap(),
        }
    }

    /// Adds a file.
    pub fn file(&mut self, path: &str, value: Value) {
        self.0.insert(path.to_owned(), value);
    }

    pub fn source(&self) -> Source {
        let files = self.0.iter();
        Source::new(files.map(|(path, value)| (path.clone(), value.to_string().into_bytes())))
    }

    pub fn generate(&self) -> FileSet {
        let files = codegen::generate(&self.source());
        files.unwrap_or_else(|mistakes| panic!("{mistakes}"))
    }
}

/// A closed object with these properties.
pub fn object(properties: Value) -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

/// A reference to a type.
pub fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/definitions/{name}")})
}

fn api() -> Value {
    json!({
        "title": "Things", "version": "1", "baseUrl": "https://example.com",
        "package": {"name": "things", "version": "1.0.0"},
        "headers": {"Accept-Version": "^1"},
        "params": [
            {"name": "_links", "in": "query", "type": "boolean", "default": true},
            {"name": "domain", "in": "header", "type": "string"},
        ],
        "error": {"schema": reference("error"), "code": "type", "message": "message"},
        "paging": [
            {"page": "page", "perPage": "perPage", "items": "items", "total": "totalCount"},
            {"cursor": "after", "key": "id", "more": "hasMore", "items": "items"},
        ],
    })
}

fn things() -> Value {
    let body = |name: &str| json!({"name": name, "in": "body", "required": true, "schema": reference(name)});
    let error = json!({"description": "It is wrong.", "schema": reference("problem")});
    json!({
        "title": "Things", "path": "/orgs/{orgId}/things", "auth": ["all.Things"],
        "params": [{"name": "orgId", "in": "path", "required": true, "type": "string"}],
        "actions": {
            "get": {
                "method": "GET", "auth": ["things.get"], "summary": "Lists things.",
                "params": [
                    {"name": "page", "in": "query", "type": "integer"},
                    {"name": "perPage", "in": "query", "type": "integer", "maximum": 100},
                    {"name": "until", "in": "query", "type": "string", "format": "date-time"},
                    {"name": "sort", "in": "query", "enum": ["name", "size"], "default": "name"},
                    {"name": "view", "in": "query", "required": true, "type": "string"},
                    {"name": "depth", "in": "query", "required": true, "type": "integer"},
                ],
                "responses": {"200": {"description": "Things.", "schema": reference("things")}},
            },
            "post": {
                "method": "POST", "params": [body("thingPost")],
                "responses": {"201": {"schema": reference("thing")}, "400": error},
            },
            "put": {
                "method": "PUT", "path": "/settings", "params": [body("settings")],
                "responses": {"200": {"schema": reference("settings")}},
            },
            "delete": {"method": "DELETE", "responses": {"204": {}}},
        },
    })
}

fn jobs() -> Value {
    let body = |title: &str, property: &str| {
        let mut body = object(json!({property: {"type": "integer"}}));
        body["title"] = json!(title);
        body
    };
    let (job, done, ping) = (
        body("Job", "job"),
        body("Done", "result"),
        body("Ping", "beat"),
    );
    json!({
        "title": "Jobs", "path": "/jobs",
        "actions": {
            "run": {"method": "POST", "responses": {
                "200": {"description": "Done.", "schema": done}, "202": {"schema": job}}},
            "watch": {"method": "GET", "path": "/watch", "sseStream": true, "responses": {
                "200": {"sseEvents": {"done": {"schema": done}, "ping": {"schema": ping}}}}},
        },
    })
}

fn user() -> Value {
    json!({"path": "/me", "actions": {"get": {
        "method": "GET", "responses": {"200": {"schema": object(json!({"login": {"type": "string"}}))}}}}})
}

/// A union of two objects that `type` distinguishes.
fn shapes(only: &str) -> Value {
    let branch = |kind: &str, property: &str| {
        let mut branch = object(json!({
            "type": {"enum": [kind]}, property: {"type": "integer"}, only: {"type": "boolean"},
        }));
        branch["required"] = json!(["type"]);
        branch["title"] = json!(format!("{only} {kind}"));
        branch
    };
    json!({"oneOf": [branch("circle", "radius"), branch("square", "side")]})
}

/// Properties of each of the three types. `only` makes the inline types in them differ from those
/// of the other types.
fn thing(only: &str) -> Value {
    let mut thing = object(json!({
        "id": {"type": "string"},
        "name": {"type": "string", "maxLength": 10},
        "size": {"type": "integer", "minimum": 0, "description": "How large."},
        "colour": {"enum": ["red", "green", only]},
        "step": {"enum": [1, 2]},
        "note": {"type": ["string", "null"]},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 5},
        "owner": {"type": "object", "description": "Whose it is.", "properties": {
            "email": {"type": "string"}, only: {"type": "string"}}},
        "shape": shapes(only),
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    }));
    thing["required"] = json!(["id", "name"]);
    thing
}

fn list() -> Value {
    object(json!({
        "items": {"type": "array", "items": reference("thing")},
        "totalCount": {"type": "integer"},
    }))
}

fn error() -> Value {
    json!({"type": "object", "properties": {
        "type": {"type": "string"}, "message": {"type": "string"}}})
}
