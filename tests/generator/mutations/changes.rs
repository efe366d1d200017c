//! Changes of descriptions: plausible ones, and implausible ones.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

use super::anything::{anything, words};
use super::description::{Description, Part, REFERENCE, Role, at, pointers};
use super::descriptors::{members, parameters, responses};
use super::values::{keywords, names, numbered, pick, schemas};

/// One change.
#[derive(Debug, Clone)]
pub enum Change {
    /// Replaces a schema by another one.
    Schema(Index, Value),
    /// Replaces a schema by one from elsewhere.
    Copy(Index, Index),
    /// Wraps a schema.
    Wrap(Index, Index),
    /// Adds a member to a schema.
    Keyword(Index, (String, Value)),
    /// Adds a property to an object.
    Property(Index, String, Value),
    /// Changes the required properties of an object.
    Required(Index, u64),
    /// Renames a property, an action or an event.
    Rename(Index, String),
    /// Renames a type.
    RenameType(Index, String),
    /// Adds a type.
    Type(String, Value),
    /// Adds a parameter.
    Parameter(Index, Value),
    /// Adds a response.
    Response(Index, (String, Value)),
    /// Adds a member to an action, a resource or a parameter.
    Member(Index, (String, Value)),
    /// Copies an action under another name.
    Again(Index, String),
    /// Copies a resource under another name.
    Resource(Index, String),
    /// Replaces a value by any other.
    Replace(Index, Index, Value),
    /// Removes a value.
    Remove(Index, Index),
    /// Inserts a value into an object or an array.
    Insert(Index, Index, String, Value),
    /// Replaces a value by one from elsewhere.
    Move([Index; 4]),
    /// Replaces a file by any JSON.
    Document(Index, Value),
    /// Replaces a file by any bytes.
    Bytes(Index, Vec<u8>),
    /// Truncates a file.
    Cut(Index, Index),
    /// Removes a file.
    Unlink(Index),
    /// Moves a file.
    MoveFile(Index, Index, String),
}

/// Plausible changes, as an author would make them.
pub fn tame() -> impl Strategy<Value = Change> {
    use Change::*;
    let at = any::<Index>;
    prop_oneof![
        4 => (at(), schemas()).prop_map(|(a, b)| Schema(a, b)),
        3 => (at(), at()).prop_map(|(a, b)| Copy(a, b)),
        3 => (at(), at()).prop_map(|(a, b)| Wrap(a, b)),
        2 => (at(), keywords()).prop_map(|(a, b)| Keyword(a, b)),
        4 => (at(), names(), schemas()).prop_map(|(a, b, c)| Property(a, b, c)),
        2 => (at(), any::<u64>()).prop_map(|(a, b)| Required(a, b)),
        2 => (at(), names()).prop_map(|(a, b)| Rename(a, b)),
        2 => (at(), names()).prop_map(|(a, b)| RenameType(a, b)),
        3 => (names(), schemas()).prop_map(|(a, b)| Type(a, b)),
        3 => (at(), parameters()).prop_map(|(a, b)| Parameter(a, b)),
        3 => (at(), responses()).prop_map(|(a, b)| Response(a, b)),
        1 => (at(), members()).prop_map(|(a, b)| Member(a, b)),
        1 => (at(), names()).prop_map(|(a, b)| Again(a, b)),
        1 => (at(), names()).prop_map(|(a, b)| Resource(a, b)),
    ]
}

/// Implausible changes.
pub fn wild() -> impl Strategy<Value = Change> {
    use Change::*;
    let at = any::<Index>;
    let bytes = prop::collection::vec(any::<u8>(), 0..40);
    prop_oneof![
        6 => (at(), at(), anything()).prop_map(|(a, b, c)| Replace(a, b, c)),
        3 => (at(), at()).prop_map(|(a, b)| Remove(a, b)),
        4 => (at(), at(), words(), anything()).prop_map(|(a, b, c, d)| Insert(a, b, c, d)),
        3 => [at(), at(), at(), at()].prop_map(Move),
        1 => (at(), anything()).prop_map(|(a, b)| Document(a, b)),
        1 => (at(), bytes).prop_map(|(a, b)| Bytes(a, b)),
        1 => (at(), at()).prop_map(|(a, b)| Cut(a, b)),
        1 => at().prop_map(Unlink),
        1 => (at(), at(), names()).prop_map(|(a, b, c)| MoveFile(a, b, c)),
    ]
}

/// Several changes, most often plausible ones.
pub fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop_oneof![
        6 => prop::collection::vec(tame(), 1..7),
        1 => prop::collection::vec(wild(), 1..3),
        1 => prop::collection::vec(prop_oneof![tame(), wild()], 1..7),
    ]
}

impl Change {
    /// Makes the change, if it applies.
    pub fn make(&self, description: &mut Description) {
        let types = description.names("types/");
        let named = |value: &Value| {
            let mut value = value.clone();
            numbered(&mut value, &types);
            value
        };
        let _ = match self {
            Change::Schema(..)
            | Change::Copy(..)
            | Change::Wrap(..)
            | Change::Keyword(..)
            | Change::Property(..)
            | Change::Required(..) => self.schema(description, named),
            Change::Type(..)
            | Change::Parameter(..)
            | Change::Response(..)
            | Change::Member(..)
            | Change::Resource(..) => self.descriptor(description, named),
            Change::Rename(place, name) => rename(description, place, name, false),
            Change::Again(place, name) => rename(description, place, name, true),
            Change::RenameType(place, name) => {
                pick(place, &types).map(|old| rename_type(description, old, name))
            }
            Change::Replace(..) | Change::Remove(..) | Change::Insert(..) | Change::Move(..) => {
                self.value(description)
            }
            _ => self.file(description),
        };
    }

    /// Changes a schema.
    fn schema(&self, all: &mut Description, named: impl Fn(&Value) -> Value) -> Option<()> {
        match self {
            Change::Schema(place, schema) => *part(all, place, &[Role::Schema])? = named(schema),
            Change::Copy(from, to) => {
                let copy = part(all, from, &[Role::Schema])?.clone();
                *part(all, to, &[Role::Schema])? = copy;
            }
            Change::Wrap(place, how) => {
                let schema = part(all, place, &[Role::Schema])?;
                *schema = wrapped(schema.take(), how.index(6));
            }
            Change::Keyword(place, (key, value)) => {
                member(part(all, place, &[Role::Schema])?, key, named(value))?;
            }
            Change::Property(place, name, schema) => {
                let object = objects(all, place)?;
                member(object.get_mut("properties")?, name, named(schema))?;
            }
            Change::Required(place, mask) => {
                let object = objects(all, place)?;
                let names = object["properties"].as_object()?.keys().enumerate();
                let names = names.filter(|(n, _)| mask >> (n % 64) & 1 == 1);
                object["required"] = names.map(|(_, name)| name.clone()).collect();
            }
            _ => return None,
        }
        Some(())
    }

    /// Adds something to the descriptors, or to the types.
    fn descriptor(&self, all: &mut Description, named: impl Fn(&Value) -> Value) -> Option<()> {
        match self {
            Change::Type(name, schema) => {
                let schema = named(schema);
                all.files.insert(format!("types/{name}.json"), schema);
            }
            Change::Parameter(place, parameter) => {
                let of = part(all, place, &[Role::Action, Role::Resource])?.as_object_mut()?;
                let params = of.entry("params").or_insert_with(|| json!([]));
                params.as_array_mut()?.push(named(parameter));
            }
            Change::Response(place, (status, response)) => {
                let action = part(all, place, &[Role::Action])?;
                member(action.get_mut("responses")?, status, named(response))?;
            }
            Change::Member(place, (key, value)) => {
                let roles = [Role::Action, Role::Resource, Role::Parameter];
                member(part(all, place, &roles)?, key, value.clone())?;
            }
            Change::Resource(place, name) => {
                let resources = all.names("resources/");
                let path = format!("resources/{}.json", pick(place, &resources)?);
                let copy = all.files.get(&path)?.clone();
                all.files.insert(format!("resources/{name}.json"), copy);
            }
            _ => return None,
        }
        Some(())
    }

    /// Changes any value.
    fn value(&self, all: &mut Description) -> Option<()> {
        match self {
            Change::Replace(file, pointer, value) => *anywhere(all, file, pointer)? = value.clone(),
            Change::Remove(file, pointer) => {
                let value = all.files.get_mut(&path(all, file)?)?;
                let pointers = pointers(value);
                let (last, before) = pick(pointer, &pointers)?.split_last()?;
                match at(value, before)? {
                    Value::Object(members) => drop(members.remove(last)),
                    Value::Array(items) => drop(items.remove(last.parse().ok()?)),
                    _ => {}
                }
            }
            Change::Insert(file, pointer, key, value) => match anywhere(all, file, pointer)? {
                Value::Object(members) => drop(members.insert(key.clone(), value.clone())),
                Value::Array(items) => items.push(value.clone()),
                _ => {}
            },
            Change::Move([file, pointer, to_file, to_pointer]) => {
                let value = anywhere(all, file, pointer)?.clone();
                *anywhere(all, to_file, to_pointer)? = value;
            }
            _ => return None,
        }
        Some(())
    }

    /// Changes a whole file.
    fn file(&self, all: &mut Description) -> Option<()> {
        match self {
            Change::Document(file, value) => {
                drop(all.files.insert(path(all, file)?, value.clone()));
            }
            Change::Bytes(file, bytes) => drop(all.bytes.insert(path(all, file)?, bytes.clone())),
            Change::Cut(file, length) => {
                let path = path(all, file)?;
                let mut text = all.files.get(&path)?.to_string().into_bytes();
                text.truncate(length.index(text.len()));
                all.bytes.insert(path, text);
            }
            Change::Unlink(file) => drop(all.files.remove(&path(all, file)?)),
            Change::MoveFile(file, folder, name) => {
                let value = all.files.remove(&path(all, file)?)?;
                let folders = [
                    "types/",
                    "resources/",
                    "overlays/",
                    "",
                    "other/",
                    "types/a/",
                ];
                let extension = if folder.index(97) == 0 { "" } else { ".json" };
                let path = format!("{}{name}{extension}", folder.get(&folders));
                all.files.insert(path, value);
            }
            _ => return None,
        }
        Some(())
    }
}

fn path(all: &Description, file: &Index) -> Option<String> {
    let paths: Vec<&String> = all.files.keys().collect();
    pick(file, &paths).map(|path| (*path).clone())
}

/// Any value of any file.
fn anywhere<'d>(all: &'d mut Description, file: &Index, pointer: &Index) -> Option<&'d mut Value> {
    let path = path(all, file)?;
    let value = all.files.get_mut(&path)?;
    let pointers = pointers(value);
    at(value, pick(pointer, &pointers)?)
}

/// A part with one of these roles.
fn one(all: &Description, place: &Index, roles: &[Role]) -> Option<Part> {
    let mut parts = all.parts();
    parts.retain(|part| roles.contains(&part.role));
    pick(place, &parts).cloned()
}

fn part<'d>(all: &'d mut Description, place: &Index, roles: &[Role]) -> Option<&'d mut Value> {
    let part = one(all, place, roles)?;
    all.at(&part)
}

/// A schema with properties.
fn objects<'d>(all: &'d mut Description, place: &Index) -> Option<&'d mut Value> {
    let mut parts = all.parts();
    parts.retain(|part| part.role == Role::Schema);
    parts.retain(|part| all.at(part).is_some_and(|v| v["properties"].is_object()));
    let part = pick(place, &parts)?.clone();
    all.at(&part)
}

fn member(value: &mut Value, key: &str, member: Value) -> Option<()> {
    drop(value.as_object_mut()?.insert(key.to_owned(), member));
    Some(())
}

fn wrapped(schema: Value, how: usize) -> Value {
    match how {
        0 => json!({"type": "array", "items": schema}),
        1 => json!({"type": "object", "additionalProperties": schema}),
        2 => json!({"oneOf": [schema, {"type": "null"}]}),
        3 => json!({"anyOf": [{"type": "string"}, schema]}),
        4 => json!({"oneOf": [schema, {"type": "object", "properties": {"other": {}}}]}),
        _ => json!({"type": "object", "properties": {"wrapped": schema}, "required": ["wrapped"]}),
    }
}

/// Renames a member, or copies it under the new name, at its present position.
fn rename(all: &mut Description, place: &Index, name: &str, keep: bool) -> Option<()> {
    let roles: &[Role] = if keep {
        &[Role::Action, Role::Property]
    } else {
        &[Role::Property, Role::Action, Role::Event]
    };
    let mut part = one(all, place, roles)?;
    let old = part.tokens.pop()?;
    let members = all.at(&part)?.as_object_mut()?;
    let mut renamed = Map::new();
    for (key, value) in std::mem::take(members) {
        match key == old {
            true if keep => {
                renamed.insert(key, value.clone());
                renamed.insert(name.to_owned(), value);
            }
            true => drop(renamed.insert(name.to_owned(), value)),
            false => drop(renamed.insert(key, value)),
        }
    }
    *members = renamed;
    Some(())
}

/// Renames a type, and all references to it.
fn rename_type(all: &mut Description, old: &str, new: &str) {
    fn refer(value: &mut Value, from: &str, to: &str) {
        match value {
            Value::String(text) if text == from => to.clone_into(text),
            Value::Object(members) => members.values_mut().for_each(|v| refer(v, from, to)),
            Value::Array(items) => items.iter_mut().for_each(|v| refer(v, from, to)),
            _ => {}
        }
    }
    if let Some(value) = all.files.remove(&format!("types/{old}.json")) {
        all.files.insert(format!("types/{new}.json"), value);
        let (from, to) = (format!("{REFERENCE}{old}"), format!("{REFERENCE}{new}"));
        all.files
            .values_mut()
            .for_each(|value| refer(value, &from, &to));
    }
}
