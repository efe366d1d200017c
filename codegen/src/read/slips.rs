//! Mistakes in a JSON Schema as a whole: what stands in it is right, but stands where something
//! else belongs.
//!
//! Each of them is reported once, in place of all that the check of its parts would say, and with
//! the correction that sets it right. What lies inside is looked at again when that is done:
//! until then it lies elsewhere.

mod limits;
mod misplaced;

use serde_json::{Map, Value, json};

use crate::diagnostics::{Diagnostic, Place, below, listed, quoted, taken};

use super::keywords::{Takes, is_keyword, looks_like_schema, strays, takes};

/// The dialect that types are written in.
const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

type Members = Map<String, Value>;

/// The mistakes of a document's schemas, and what they explain.
pub(super) struct Slips<'d> {
    path: &'d str,
    found: Vec<Diagnostic>,
    /// The pointers to what is wrong; what is said of those places besides is a consequence.
    explained: Vec<String>,
}

/// The `properties` in which a schema stands.
#[derive(Clone, Copy)]
struct Siblings<'d> {
    members: &'d Members,
    pointer: &'d str,
    /// Which of them the schema is.
    name: &'d str,
}

impl<'d> Slips<'d> {
    /// The mistakes in a document: itself a schema, or with schemas as members named `schema`.
    pub fn of(path: &'d str, value: &Value) -> Self {
        let mut slips = Slips {
            path,
            found: Vec::new(),
            explained: Vec::new(),
        };
        match path.starts_with("types/") {
            true => slips.schema(value, "", None),
            false => slips.descriptor(value, ""),
        }
        slips
    }

    /// All mistakes: these, and those of others that they don't explain.
    pub fn with(self, others: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let Slips {
            mut found,
            explained,
            ..
        } = self;
        let is_explained = |mistake: &Diagnostic| {
            explained.iter().any(|pointer| {
                let rest = mistake.pointer().strip_prefix(pointer.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        found.extend(others.into_iter().filter(|other| !is_explained(other)));
        found
    }

    fn descriptor(&mut self, value: &Value, at: &str) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    match (key.as_str(), value) {
                        ("schema", Value::Object(_)) => self.schema(value, &below(at, key), None),
                        ("default" | "example", _) => {}
                        _ => self.descriptor(value, &below(at, key)),
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.descriptor(item, &below(at, &index.to_string()));
                }
            }
            _ => {}
        }
    }

    fn schema(&mut self, value: &Value, at: &str, siblings: Option<Siblings<'_>>) {
        let Value::Object(members) = value else {
            return;
        };
        if self.bare(value, members, at) || self.whole(value, members, at) {
            return;
        }
        self.dialect(members, at);
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
        Place::at(self.path, pointer)
    }

    /// Reports a mistake that explains what else is said of its own place.
    fn report(&mut self, mistake: Diagnostic) {
        self.explained.push(mistake.pointer().to_owned());
        self.found.push(mistake);
    }

    /// Properties where their schema belongs: every member is a schema, and none a keyword.
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
        let mistake = Diagnostic::new(
            self.at(at),
            format!("properties stand where their schema belongs: {names} are no keywords"),
            "put them into `properties`: `{\"type\": \"object\", \"properties\": {…}}`",
        );
        let wrapped = json!({"type": "object", "properties": {"$expected": ""}});
        self.report(mistake.replace(value, wrapped));
        true
    }

    /// A whole schema where its properties belong.
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
            "a whole schema stands where its properties belong",
            "put it in place of the schema around it",
        );
        self.report(mistake.correct(at, Some(value), Some(hoisted)));
        true
    }

    /// A dialect that types are not written in.
    fn dialect(&mut self, members: &Members, at: &str) {
        let Some(Value::String(dialect)) = members.get("$schema") else {
            return;
        };
        if dialect.trim_end_matches('#') == DIALECT.trim_end_matches('#') {
            return;
        }
        let mistake = Diagnostic::new(
            self.at(&below(at, "$schema")),
            format!("{} is not the dialect that is read here", quoted(dialect)),
            format!(
                "write the schema in draft-07, and declare {}",
                quoted(DIALECT)
            ),
        );
        let mistake = mistake.replace(&Value::from(dialect.as_str()), Value::from(DIALECT));
        self.report(mistake);
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
            "a list of schemas stands where one schema belongs",
            "put the schemas of the inner list into the outer one",
        );
        let mistake = mistake.correct(at, Some(value), Some(Value::Array(flat)));
        // Of the whole list, since it is replaced, but not of its keyword.
        let items = (0..list.len()).map(|index| below(at, &index.to_string()));
        self.explained.extend(items);
        self.found.push(mistake);
    }
}

#[cfg(test)]
mod tests;
