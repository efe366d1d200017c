//! Descriptions of an API as JSON, to be changed: the places of their parts, and slices.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::schemas::Schemas;

/// The prefix of a reference to a type.
pub const REFERENCE: &str = "#/definitions/";

/// The files of a description by path: JSON, or any bytes.
#[derive(Debug, Clone, Default)]
pub struct Description {
    pub files: BTreeMap<String, Value>,
    pub bytes: BTreeMap<String, Vec<u8>>,
}

/// The role of a part of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Schema,
    Property,
    Parameter,
    Action,
    Response,
    Event,
    Resource,
}

/// A part of a description: its file, the tokens of its JSON pointer, and its role.
#[derive(Debug, Clone)]
pub struct Part {
    pub file: String,
    pub tokens: Vec<String>,
    pub role: Role,
}

impl Description {
    pub fn of(schemas: &Schemas) -> Self {
        let paths = schemas
            .paths()
            .filter(|path| !path.starts_with("overlays/"));
        let paths = paths.filter(|path| !["descriptor.schema.json", "README.md"].contains(path));
        let files = paths.map(|path| {
            let value = serde_json::from_str(schemas.text(path)).unwrap();
            (path.to_owned(), value)
        });
        Description {
            files: files.collect(),
            bytes: BTreeMap::new(),
        }
    }

    /// The input for the generator.
    pub fn schemas(&self) -> Schemas {
        let mut schemas = Schemas::default();
        for (path, value) in &self.files {
            schemas = schemas.with(path, written(value));
        }
        for (path, bytes) in &self.bytes {
            schemas = schemas.with(path, bytes);
        }
        schemas
    }

    /// The names of the files in a folder, without their extensions.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let stem = |path: &String| {
            let name = path.strip_prefix(folder)?.strip_suffix(".json")?;
            Some(name.to_owned())
        };
        self.files.keys().filter_map(stem).collect()
    }

    /// The description of some resources, with the types that they reach and some others.
    pub fn slice(&self, resources: &BTreeSet<String>, types: &BTreeSet<String>) -> Self {
        let mut open: Vec<String> = vec!["api.json".to_owned()];
        open.extend(
            resources
                .iter()
                .map(|name| format!("resources/{name}.json")),
        );
        open.extend(types.iter().map(|name| format!("types/{name}.json")));
        let mut files = BTreeMap::new();
        while let Some(path) = open.pop() {
            let Some(value) = self.files.get(&path).filter(|_| !files.contains_key(&path)) else {
                continue;
            };
            files.insert(path, value.clone());
            references(value, &mut |name| open.push(format!("types/{name}.json")));
        }
        Description {
            files,
            bytes: BTreeMap::new(),
        }
    }

    /// The length of its JSON.
    pub fn length(&self) -> usize {
        self.files
            .values()
            .map(|value| value.to_string().len())
            .sum()
    }

    /// Every part that has a role.
    pub fn parts(&self) -> Vec<Part> {
        let mut walk = Walk {
            file: String::new(),
            tokens: Vec::new(),
            parts: Vec::new(),
        };
        for (path, value) in &self.files {
            walk.file.clone_from(path);
            match path.split('/').next() {
                Some("types") => walk.schema(value),
                Some("resources") => walk.resource(value),
                _ => walk.service(value),
            }
        }
        walk.parts
    }

    pub fn at(&mut self, part: &Part) -> Option<&mut Value> {
        at(self.files.get_mut(&part.file)?, &part.tokens)
    }
}

/// The value at a path.
pub fn at<'v>(mut value: &'v mut Value, tokens: &[String]) -> Option<&'v mut Value> {
    for token in tokens {
        value = match value {
            Value::Object(members) => members.get_mut(token)?,
            Value::Array(items) => items.get_mut(token.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(value)
}

/// The paths to all values in a value.
pub fn pointers(value: &Value) -> Vec<Vec<String>> {
    fn visit(value: &Value, pointer: &mut Vec<String>, all: &mut Vec<Vec<String>>) {
        all.push(pointer.clone());
        let mut inner = |token: String, value: &Value| {
            pointer.push(token);
            visit(value, pointer, all);
            pointer.pop();
        };
        match value {
            Value::Object(members) => members
                .iter()
                .for_each(|(name, value)| inner(name.clone(), value)),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .for_each(|(index, value)| inner(index.to_string(), value)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    visit(value, &mut Vec::new(), &mut all);
    all
}

/// Calls a function with the name of every referenced type.
fn references(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(REFERENCE) {
                found(name);
            }
        }
        Value::Object(members) => members.values().for_each(|value| references(value, found)),
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// JSON text. A string that starts with U+0001 is written verbatim: it stands for JSON that no
/// [`Value`] can represent, such as a number out of range.
fn written(value: &Value) -> String {
    let text = value.to_string();
    let Some(first) = text.find("\"\\u0001") else {
        return text;
    };
    let mut result = text[..first].to_owned();
    for part in text[first..].split("\"\\u0001").skip(1) {
        let (raw, rest) = part.split_once('"').unwrap_or((part, ""));
        result.push_str(&raw.replace('\'', "\""));
        result.push_str(rest);
    }
    result
}

struct Walk {
    file: String,
    tokens: Vec<String>,
    parts: Vec<Part>,
}

impl Walk {
    fn push(&mut self, role: Role) {
        self.parts.push(Part {
            file: self.file.clone(),
            tokens: self.tokens.clone(),
            role,
        });
    }

    /// Visits a member, if it exists.
    fn member(&mut self, value: &Value, key: &str, visit: impl FnOnce(&mut Self, &Value)) {
        if let Some(value) = value.get(key) {
            self.tokens.push(key.to_owned());
            visit(self, value);
            self.tokens.pop();
        }
    }

    /// Visits all members or items of a member.
    fn each(&mut self, value: &Value, key: &str, visit: impl Fn(&mut Self, &Value)) {
        self.member(value, key, |walk, value| {
            let inner: Vec<(String, &Value)> = match value {
                Value::Object(members) => members.iter().map(|(k, v)| (k.clone(), v)).collect(),
                Value::Array(items) => {
                    let items = items.iter().enumerate();
                    items.map(|(n, v)| (n.to_string(), v)).collect()
                }
                _ => Vec::new(),
            };
            for (token, value) in inner {
                walk.tokens.push(token);
                visit(walk, value);
                walk.tokens.pop();
            }
        });
    }

    fn schema(&mut self, value: &Value) {
        if !value.is_object() {
            return;
        }
        self.push(Role::Schema);
        for key in ["items", "additionalProperties"] {
            self.member(value, key, Self::schema);
        }
        for key in ["properties", "patternProperties"] {
            self.each(value, key, |walk, value| {
                walk.push(Role::Property);
                walk.schema(value);
            });
        }
        for key in ["oneOf", "anyOf", "allOf"] {
            self.each(value, key, Self::schema);
        }
    }

    fn parameter(&mut self, value: &Value) {
        self.push(Role::Parameter);
        self.member(value, "schema", Self::schema);
    }

    fn service(&mut self, value: &Value) {
        self.each(value, "params", Self::parameter);
        self.member(value, "error", |walk, error| {
            walk.member(error, "schema", Self::schema);
        });
    }

    fn resource(&mut self, value: &Value) {
        self.push(Role::Resource);
        self.each(value, "params", Self::parameter);
        self.each(value, "actions", |walk, action| {
            walk.push(Role::Action);
            walk.each(action, "params", Self::parameter);
            walk.each(action, "responses", |walk, response| {
                walk.push(Role::Response);
                walk.member(response, "schema", Self::schema);
                walk.each(response, "sseEvents", |walk, event| {
                    walk.push(Role::Event);
                    walk.member(event, "schema", Self::schema);
                });
            });
        });
    }
}
