//! Mistakes in the structure of a JSON Schema: valid JSON in the wrong place.
//!
//! Each of them is reported once, instead of the consequences found by checking its parts, and with
//! a correction. The values inside are checked again once that is made: until then they are in the
//! wrong place.

mod limits;
mod misplaced;

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::diagnostics::{Diagnostic, Place, Severity, below, listed, taken};

use super::keywords::{Takes, is_keyword, looks_like_schema, strays, takes};

type Members = Map<String, Value>;

/// The lints found in the schemas of all documents, and the mistakes they explain.
#[derive(Default)]
pub(super) struct Lints {
    /// The file being checked.
    path: String,
    found: Vec<Diagnostic>,
    /// The pointers to mistakes by file, with the index of the lint; other mistakes at those places
    /// are consequences.
    explained: HashMap<String, Vec<(String, usize)>>,
}

/// The `properties` that contain a schema.
#[derive(Clone, Copy)]
struct Siblings<'d> {
    members: &'d Members,
    pointer: &'d str,
    /// The key of the schema in them.
    name: &'d str,
}

impl Lints {
    /// Checks the schema at a place, and all schemas in it.
    pub fn check(&mut self, place: &Place, schema: &Value) {
        self.path = place.file_path().to_owned();
        self.schema(schema, place.pointer(), None);
    }

    /// All lints, and the mistakes found elsewhere that they do not explain.
    pub fn with(self, others: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let Lints {
            mut found,
            explained,
            ..
        } = self;
        for other in others {
            let explanations = explained.get(other.file()).into_iter().flatten();
            let mut explanations = explanations.filter(|(pointer, _)| {
                let rest = other.pointer().strip_prefix(pointer.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
            match explanations
                .next()
                .and_then(|(_, lint)| found.get_mut(*lint))
            {
                // A lint that explains a mistake is a mistake.
                Some(lint) if other.severity() == Severity::Error => lint.stop(),
                Some(_) => {}
                None => found.push(other),
            }
        }
        found
    }

    fn schema(&mut self, value: &Value, at: &str, siblings: Option<Siblings<'_>>) {
        let Value::Object(members) = value else {
            return;
        };
        if self.bare(value, members, at) || self.whole(value, members, at) {
            return;
        }
        self.misplaced(members, at, siblings);
        self.limits(members, at);
        for (key, value) in members.iter().filter(|(key, value)| is_keyword(key, value)) {
            let at = below(at, key);
            match (takes(key), value) {
                (Some(Takes::Schema | Takes::SchemaOrSchemas), Value::Object(_)) => {
                    self.schema(value, &at, None);
                }
                (Some(Takes::Schemas | Takes::SchemaOrSchemas), Value::Array(list)) => {
                    self.list(value, list, &at);
                }
                (Some(Takes::Members), Value::Object(members)) => {
                    for (name, value) in members {
                        let siblings = Siblings {
                            members,
                            pointer: &at,
                            name,
                        };
                        let siblings = (key == "properties").then_some(siblings);
                        self.schema(value, &below(&at, name), siblings);
                    }
                }
                _ => {}
            }
        }
    }

    fn at(&self, pointer: &str) -> Place {
        Place::at(self.path.as_str(), pointer)
    }

    /// Reports a lint that explains the mistakes at its own place.
    fn report(&mut self, mistake: Diagnostic) {
        self.explain(mistake.pointer().to_owned());
        self.found.push(mistake);
    }

    /// Marks the mistakes at a place as consequences of the lint reported next.
    fn explain(&mut self, pointer: String) {
        let lint = (pointer, self.found.len());
        match self.explained.get_mut(&self.path) {
            Some(lints) => lints.push(lint),
            None => drop(self.explained.insert(self.path.clone(), vec![lint])),
        }
    }

    /// Properties in place of their schema: every member is a schema, and none a keyword.
    fn bare(&mut self, value: &Value, members: &Members, at: &str) -> bool {
        let strays = strays(members);
        let is_bare = !strays.is_empty()
            && members.iter().all(|(key, value)| {
                let is_schemas = matches!(
                    takes(key),
                    None | Some(Takes::Schema | Takes::Members | Takes::SchemaOrSchemas)
                );
                looks_like_schema(value) && (is_schemas || !is_keyword(key, value))
            });
        if !is_bare {
            return false;
        }
        let names = listed(strays.iter().map(|(name, _)| *name).take(3));
        // In JSON Schema they are unknown keywords, which have no meaning.
        let mistake = Diagnostic::warning(
            self.at(at),
            format!("properties in place of their schema: {names} are not keywords"),
            "put them into `properties`: `{\"type\": \"object\", \"properties\": {…}}`",
        );
        let wrapped = json!({"type": "object", "properties": {"$expected": ""}});
        self.report(mistake.replace(value, wrapped));
        true
    }

    /// A whole schema in place of its properties.
    fn whole(&mut self, value: &Value, members: &Members, at: &str) -> bool {
        let Some(Value::Object(inner)) = members.get("properties") else {
            return false;
        };
        let says = |key| inner.get(key).is_some_and(Value::is_string);
        let has_properties = inner.get("properties").is_some_and(Value::is_object);
        if !has_properties || !(says("type") || says("title") || says("description")) {
            return false;
        }
        let outer = members.keys().map(String::as_str);
        let outer: Vec<_> = outer
            .filter(|key| *key != "properties" && !inner.contains_key(*key))
            .collect();
        let hoisted = match outer.as_slice() {
            [] => taken("", "properties"),
            outer => {
                let inner = inner
                    .keys()
                    .map(|key| (key.clone(), taken("/properties", key)));
                let outer = outer.iter().map(|key| ((*key).to_owned(), taken("", key)));
                Value::Object(inner.chain(outer).collect())
            }
        };
        let mistake = Diagnostic::new(
            self.at(&below(at, "properties")).on_key(),
            "a whole schema in place of its properties",
            "replace the schema around it by this one",
        );
        self.report(mistake.suggest(at, Some(value), Some(hoisted)));
        true
    }

    /// Lists of schemas in a list of schemas.
    fn list(&mut self, value: &Value, list: &[Value], at: &str) {
        let is_schemas = |item: &Value| match item {
            Value::Array(items) => items.iter().all(Value::is_object),
            item => item.is_object() || item.is_boolean(),
        };
        let nested = list.iter().position(Value::is_array);
        let Some(first) = nested.filter(|_| list.iter().all(is_schemas)) else {
            for (index, item) in list.iter().enumerate() {
                self.schema(item, &below(at, &index.to_string()), None);
            }
            return;
        };
        let mut flat = Vec::new();
        for (index, item) in list.iter().enumerate() {
            let pointer = below("", &index.to_string());
            match item {
                Value::Array(items) => {
                    flat.extend((0..items.len()).map(|inner| taken(&pointer, &inner.to_string())))
                }
                _ => flat.push(taken("", &index.to_string())),
            }
        }
        let mistake = Diagnostic::new(
            self.at(&below(at, &first.to_string())),
            "a list of schemas in place of a single schema",
            "move the schemas of the inner list into the outer one",
        );
        let mistake = mistake.suggest(at, Some(value), Some(Value::Array(flat)));
        // Of the whole list, since it is replaced, but not of its keyword.
        (0..list.len()).for_each(|index| self.explain(below(at, &index.to_string())));
        self.found.push(mistake);
    }
}

#[cfg(test)]
mod tests;
