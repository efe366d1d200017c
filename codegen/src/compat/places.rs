//! Where a change is shown: in JSON that changed, and in files that the new version has.
//!
//! Equal shapes are one type, which is described in one of several files; and a schema may be
//! composed of others. So the JSON at the source of a type may be the same in both versions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::Definition;
use crate::json::{unescaped, without_byte_order_mark};
use crate::source::Source;

use super::Change;
use super::consequences::follow;
use super::rules::{PROPERTY_OPTIONAL, PROPERTY_REQUIRED};
use super::site::Pair;
use super::walk::Walk;

/// The keywords of an object that affect its properties; alternatives first.
const OF_PROPERTIES: &[&str] = &[
    "anyOf",
    "oneOf",
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
];

/// The files of a version, as JSON.
#[derive(Default)]
pub(super) struct Files(BTreeMap<String, Value>);

impl Files {
    pub fn of(source: &Source) -> Self {
        let files = source.files().map(|(path, bytes)| {
            let value = serde_json::from_slice(without_byte_order_mark(bytes)).unwrap_or_default();
            (path.to_owned(), value)
        });
        Files(files.collect())
    }

    /// Whether the version has a file.
    pub fn has(&self, file: &str) -> bool {
        self.0.contains_key(file)
    }

    fn at(&self, (file, pointer): (&str, &str)) -> Option<&Value> {
        self.0.get(file)?.pointer(pointer)
    }

    /// The place of a property of an object composed by `allOf`.
    fn in_part(&self, (file, pointer): (&str, &str)) -> Option<(String, String)> {
        let mut splits = pointer.match_indices("/properties/");
        splits.find_map(|(end, _)| {
            let (base, property) = pointer.split_at(end);
            let Value::Array(parts) = self.at((file, base))?.get("allOf")? else {
                return None;
            };
            let mut places = parts.iter().enumerate().map(|(index, part)| {
                let name = part.get("$ref").and_then(Value::as_str);
                match name.and_then(|name| name.strip_prefix("#/definitions/")) {
                    Some(name) => (format!("types/{name}.json"), property.to_owned()),
                    None => (file.to_owned(), format!("{base}/allOf/{index}{property}")),
                }
            });
            places.find(|(file, pointer)| self.at((file, pointer)).is_some())
        })
    }

    /// The place itself, or the nearest existing place around it.
    fn nearest<'p>(&self, (file, pointer): (&'p str, &'p str)) -> (&'p str, &'p str) {
        if !self.0.contains_key(file) {
            return ("api.json", "");
        }
        let mut pointer = pointer;
        while self.at((file, pointer)).is_none() {
            pointer = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            if pointer.is_empty() {
                break;
            }
        }
        (file, pointer)
    }
}

/// Moves each change to a place that the new version has.
pub(super) fn present(changes: &mut [Change], new: &Source) {
    let files = Files::of(new);
    for change in changes {
        let at = &change.diagnostic;
        let own = (at.file(), at.pointer());
        let part = match files.at(own) {
            Some(_) => None,
            None => files.in_part(own),
        };
        let (file, pointer) = match &part {
            Some((file, pointer)) => (file.as_str(), pointer.as_str()),
            None => files.nearest(own),
        };
        if own != (file, pointer) {
            let place = Place::at(file, pointer);
            change.diagnostic = Diagnostic::new(place, at.message(), at.help());
        }
    }
}

impl Walk<'_> {
    /// Moves findings in unchanged JSON to the JSON that changed.
    pub(super) fn relocate(&mut self) {
        let mut bases: BTreeMap<usize, (String, Vec<(String, String)>)> = BTreeMap::new();
        for (pair, node) in self
            .pairs
            .iter()
            .filter(|(_, node)| !node.changes.is_empty())
        {
            let (Some(old), Some(new)) = (self.old_index.get(&pair.0), self.new_index.get(&pair.1))
            else {
                continue;
            };
            let base = split(new);
            let is_same = self.is_same(&base);
            let others = if is_same {
                self.others(pair, old, new)
            } else {
                Vec::new()
            };
            for index in &node.changes {
                let others = others
                    .iter()
                    .map(|(f, p)| ((*f).to_owned(), (*p).to_owned()));
                bases.insert(*index, (base.1.to_owned(), others.collect()));
            }
        }
        for index in 0..self.found.len() {
            let change = &self.found[index];
            if follow(change) {
                continue;
            }
            let at = &change.diagnostic;
            let own = (at.file(), at.pointer());
            if !self.is_same(&own) {
                continue;
            }
            let by_base = bases.get(&index).and_then(|(base, others)| {
                let rest = own.1.strip_prefix(base.as_str())?;
                let mut places = others
                    .iter()
                    .map(|(f, p)| (f.clone(), format!("{p}{rest}")));
                places.find(|(f, p)| self.is_changed(&(f, p)))
            });
            let is_of_object = [PROPERTY_REQUIRED, PROPERTY_OPTIONAL].contains(&change.rule);
            let mut why = String::new();
            let moved = by_base
                .or_else(|| self.beside(&own).filter(|_| is_of_object))
                .or_else(|| {
                    let (place, reason) = self.chosen(&own).filter(|_| is_of_object)?;
                    why = reason;
                    Some(place)
                })
                .or_else(|| self.referred(&own))
                .or_else(|| self.beside(&own));
            let Some((file, pointer)) = moved else {
                continue;
            };
            let message = format!("{}{why}", at.message());
            let place = Place::at(&file, &pointer);
            let moved = Diagnostic::new(place, message, at.help());
            self.found[index].diagnostic = moved;
        }
    }

    fn values(&self, place: &(&str, &str)) -> [Option<&Value>; 2] {
        [self.old.files.at(*place), self.new.files.at(*place)]
    }

    /// Whether the versions differ in a place, which only one of them may have.
    pub(super) fn is_other(&self, place: &Place) -> bool {
        let [old, new] = self.values(&(place.file_path(), place.pointer()));
        old != new
    }

    /// Whether both versions have the same JSON in a place.
    fn is_same(&self, place: &(&str, &str)) -> bool {
        matches!(self.values(place), [Some(a), Some(b)] if a == b)
    }

    /// Whether the new version has other JSON in a place than the old one.
    fn is_changed(&self, place: &(&str, &str)) -> bool {
        let [old, new] = self.values(place);
        new.is_some() && old != new
    }

    /// The other places that describe a pair of types: the old type's, and those that now contain
    /// the JSON of the new type.
    fn others<'w>(
        &'w self,
        pair: &Pair,
        old: &'w Definition,
        new: &'w Definition,
    ) -> Vec<(&'w str, String)> {
        let (from, to) = (split(old), split(new));
        let mut others = vec![(from.0, from.1.to_owned())];
        if pair.0 != pair.1 || self.is_same(&from) {
            let values = [self.old.files.at(from), self.new.files.at(to)];
            if let [Some(before), Some(after)] = values {
                for (file, value) in &self.new.files.0 {
                    let was = self.old.files.0.get(file);
                    if let Some(pointer) = was.and_then(|was| became(was, value, before, after)) {
                        others.push((file, pointer));
                    }
                }
            }
        }
        others
    }

    /// The object of a property, unless its `required` gained or lost the property.
    fn object_of<'p>(&self, (file, pointer): &(&str, &'p str)) -> Option<&'p str> {
        let (object, name) = pointer.rsplit_once("/properties/")?;
        if name.contains('/') {
            return None;
        }
        let values = self.values(&(file, object));
        let name = unescaped(name);
        let requires = values.map(|text| {
            let names = text?.get("required")?.as_array()?;
            Some(names.iter().any(|required| *required == name))
        });
        if requires[0].unwrap_or_default() != requires[1].unwrap_or_default() {
            return None;
        }
        Some(object)
    }

    /// The property that changed where an object has alternatives of required properties, and why
    /// another one is now required or optional.
    fn chosen(&self, (file, pointer): &(&str, &str)) -> Option<((String, String), String)> {
        let object = self.object_of(&(file, pointer))?;
        let mut names = BTreeSet::new();
        for key in ["anyOf", "oneOf"] {
            let choices = self
                .values(&(file, &format!("{object}/{key}")))
                .into_iter()
                .flatten();
            let choices = choices.filter_map(Value::as_array).flatten();
            let lists = choices.filter_map(|choice| choice.get("required")?.as_array());
            names.extend(lists.flatten().filter_map(Value::as_str));
        }
        names.into_iter().find_map(|name| {
            let properties = format!("{object}/properties");
            let place = crate::diagnostics::below(&properties, name);
            let (place, what) = match self.values(&(file, &place)) {
                [Some(_), None] => (properties, "is gone"),
                [None, Some(_)] => (place, "is new"),
                [Some(old), Some(new)] if old != new => (place, "has changed"),
                _ => return None,
            };
            let why = format!(", since `{name}` {what}");
            Some((((*file).to_owned(), place), why))
        })
    }

    /// The changed keyword of an object that affects a property: `anyOf` may require it, and
    /// `additionalProperties` decides which alternatives there are.
    fn beside(&self, (file, pointer): &(&str, &str)) -> Option<(String, String)> {
        let object = self.object_of(&(file, pointer))?;
        let mut places = OF_PROPERTIES.iter().map(|key| format!("{object}/{key}"));
        let changed = places.find(|place| {
            let [old, new] = self.values(&(file, place));
            old != new
        });
        changed.map(|place| ((*file).to_owned(), place))
    }

    /// A changed file that a place refers to.
    fn referred(&self, place: &(&str, &str)) -> Option<(String, String)> {
        let mut open: Vec<&Value> = self.new.files.at(*place).into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(value) = open.pop() {
            match value {
                Value::Object(members) => {
                    let name = members.get("$ref").and_then(Value::as_str);
                    let name = name.and_then(|name| name.strip_prefix("#/definitions/"));
                    if let Some(name) = name.filter(|name| seen.insert(*name)) {
                        let file = format!("types/{name}.json");
                        if self.is_changed(&(&file, "")) {
                            return Some((file, String::new()));
                        }
                        open.extend(self.new.files.0.get(&file));
                    }
                    open.extend(members.values());
                }
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        None
    }
}

/// Replaces `before` by `after` in a value that was `was`.
fn became(was: &Value, is: &Value, before: &Value, after: &Value) -> Option<String> {
    if was == is {
        return None;
    }
    if was == before && is == after {
        return Some(String::new());
    }
    let inner = |token: &str, a: &Value, b: &Value| {
        let rest = became(a, b, before, after)?;
        Some(format!("{}{rest}", crate::diagnostics::below("", token)))
    };
    match (was, is) {
        (Value::Object(a), Value::Object(b)) => {
            let mut both = b.iter().filter_map(|(key, b)| Some((key, a.get(key)?, b)));
            both.find_map(|(key, a, b)| inner(key, a, b))
        }
        (Value::Array(a), Value::Array(b)) => {
            let mut both = a.iter().zip(b).enumerate();
            both.find_map(|(index, (a, b))| inner(&index.to_string(), a, b))
        }
        _ => None,
    }
}

/// The file and the pointer that describe a definition.
fn split(definition: &Definition) -> (&str, &str) {
    let source = definition.source.as_str();
    let (file, pointer) = source.split_once('#').unwrap_or((source, ""));
    (file.strip_prefix("schemas/").unwrap_or(file), pointer)
}
