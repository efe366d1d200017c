//! The types, by name.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ptr;

use serde_json::{Map, Value, json};

use super::patterns;

/// The maximal length of a chain of `$ref`s or nested types: longer than any useful one.
const DEPTH: usize = 32;

/// The maximal number of values in a generated example, however often its types contain each other.
const MOST_VALUES: usize = 10_000;

/// The longest chain of types that one value is validated against.
const LONGEST: usize = 256;

const PREFIX: &str = "#/definitions/";

/// The schemas of `types/*.json` by name.
#[derive(Debug, Default)]
pub(crate) struct Definitions(BTreeMap<String, Value>);

impl Definitions {
    pub(crate) fn insert(&mut self, name: String, mut schema: Value) {
        if let Some(object) = schema.as_object_mut() {
            // Inlined into another schema, these would change its dialect and its base URI.
            object.remove("$schema");
            object.remove("$id");
        }
        self.0.insert(name, schema);
    }

    /// The schema that `schema` refers to.
    pub(super) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let mut schema = schema;
        for _ in 0..DEPTH {
            match reference(schema).and_then(|name| self.0.get(name)) {
                Some(next) => schema = next,
                None => break,
            }
        }
        schema
    }

    /// A complete document for `schema`, with only the definitions that it needs.
    pub(super) fn document(&self, schema: &Value) -> Value {
        let mut names = BTreeSet::new();
        let mut pending = vec![schema];
        while let Some(value) = pending.pop() {
            if let Some(name) = reference(value)
                && let Some((name, schema)) = self.0.get_key_value(name)
                && names.insert(name)
            {
                pending.push(schema);
            }
            match value {
                Value::Object(object) => pending.extend(object.values()),
                Value::Array(items) => pending.extend(items),
                _ => {}
            }
        }
        let definitions: Map<_, _> = names
            .into_iter()
            .map(|name| (name.clone(), self.0[name].clone()))
            .collect();
        // In draft-07 a `$ref` hides its sibling keywords, so the schema is nested.
        let mut document = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "definitions": definitions,
            "allOf": [schema],
        });
        patterns::make_strict(&mut document);
        simplify(&mut document);
        document
    }

    /// The schemas that may apply to a value, with `$ref`s and unions followed.
    pub(crate) fn variants<'a>(&'a self, schema: &'a Value) -> Vec<&'a Value> {
        let mut found = Vec::new();
        self.collect_variants(schema, 0, &mut HashSet::new(), &mut found);
        found
    }

    fn collect_variants<'a>(
        &'a self,
        schema: &'a Value,
        depth: usize,
        seen: &mut HashSet<*const Value>,
        found: &mut Vec<&'a Value>,
    ) {
        let schema = self.resolve(schema);
        // A schema in several branches is visited once, or n levels would be 2 to the n.
        if !seen.insert(ptr::from_ref(schema)) {
            return;
        }
        found.push(schema);
        if depth == DEPTH {
            return;
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for part in schema[keyword].as_array().into_iter().flatten() {
                self.collect_variants(part, depth + 1, seen, found);
            }
        }
    }

    /// The first example of a schema, or else the minimal value of its type.
    pub(super) fn example(&self, schema: &Value) -> Value {
        self.sample(schema, 0, &Cell::new(MOST_VALUES))
    }

    fn sample(&self, schema: &Value, depth: usize, left: &Cell<usize>) -> Value {
        let schema = self.resolve(schema);
        let given = [
            &schema["examples"][0],
            &schema["default"],
            &schema["const"],
            &schema["enum"][0],
        ];
        if let Some(value) = given.into_iter().find(|value| !value.is_null()) {
            return value.clone();
        }
        if depth == DEPTH || left.get() == 0 {
            return Value::Null;
        }
        left.set(left.get() - 1);
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.first().and_then(Value::as_str),
            kind => kind.as_str(),
        };
        match kind {
            Some("object") => self.sample_object(schema, depth, left),
            Some("array") => json!([]),
            Some("string") => json!(""),
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(0)),
            Some("boolean") => json!(false),
            _ if schema["properties"].is_object() => self.sample_object(schema, depth, left),
            _ => ["oneOf", "anyOf", "allOf"]
                .iter()
                .find_map(|keyword| schema[*keyword].get(0))
                .map_or(Value::Null, |first| self.sample(first, depth + 1, left)),
        }
    }

    fn sample_object(&self, schema: &Value, depth: usize, left: &Cell<usize>) -> Value {
        let required = schema["required"].as_array().into_iter().flatten();
        required
            .filter_map(Value::as_str)
            .map(|name| {
                let value = self.sample(&schema["properties"][name], depth + 1, left);
                (name.to_owned(), value)
            })
            .collect()
    }
}

/// The number of schemas of a document that one value may be validated against, without its
/// members.
pub(super) fn steps(document: &Value) -> u64 {
    let definitions = &document["definitions"];
    steps_of(document, definitions, &mut HashMap::new(), 0)
}

fn steps_of<'a>(
    schema: &'a Value,
    definitions: &'a Value,
    known: &mut HashMap<&'a str, u64>,
    depth: usize,
) -> u64 {
    if let Some(name) = reference(schema) {
        if let Some(steps) = known.get(name) {
            return *steps;
        }
        // It counts as one while it is being counted, because it may refer to itself.
        known.insert(name, 1);
        let steps = match definitions.get(name) {
            Some(_) if depth == LONGEST => u64::MAX,
            Some(schema) => steps_of(schema, definitions, known, depth + 1),
            None => 1,
        };
        known.insert(name, steps);
        return steps;
    }
    let parts = ["allOf", "anyOf", "oneOf"].into_iter();
    let parts = parts.filter_map(|keyword| schema.get(keyword)?.as_array());
    let steps = parts
        .flatten()
        .map(|part| steps_of(part, definitions, known, depth));
    steps.fold(1, u64::saturating_add)
}

/// Removes duplicate alternatives: validators try all of them, so n nested choices would take 2 to
/// the n steps.
fn simplify(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(simplify),
        Value::Object(object) => {
            object.values_mut().for_each(simplify);
            for keyword in ["allOf", "anyOf", "oneOf"] {
                let Some(Value::Array(parts)) = object.get_mut(keyword) else {
                    continue;
                };
                let mut seen = HashSet::new();
                let before = parts.len();
                let mut distinct = parts.clone();
                distinct.retain(|part| seen.insert(part.to_string()));
                if keyword != "oneOf" {
                    *parts = distinct;
                } else if before > 1 && distinct.len() == 1 {
                    // A value that matches one of them matches another one too.
                    object.remove(keyword);
                    object.insert("not".to_owned(), json!({}));
                }
            }
        }
        _ => {}
    }
}

/// The name in a `$ref`.
fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definitions() -> Definitions {
        let mut definitions = Definitions::default();
        let list = json!({"type": "array", "items": {"$ref": "#/definitions/item"}});
        let item = json!({"$schema": "x", "properties": {"next": {"$ref": "#/definitions/item"}}});
        definitions.insert("list".into(), list);
        definitions.insert("item".into(), item);
        definitions.insert("other".into(), json!({}));
        definitions.insert("loop".into(), json!({"$ref": "#/definitions/loop"}));
        definitions
    }

    #[test]
    fn a_document_holds_the_definitions_that_it_needs_and_no_others() {
        let document = definitions().document(&json!({"$ref": "#/definitions/list"}));
        let names: Vec<_> = document["definitions"]
            .as_object()
            .unwrap()
            .keys()
            .collect();
        assert_eq!(names, ["item", "list"]);
        assert!(document["definitions"]["item"].get("$schema").is_none());
    }

    #[test]
    fn a_circle_of_references_is_no_endless_loop() {
        let circle = json!({"$ref": "#/definitions/loop"});
        definitions().resolve(&circle);
        definitions().document(&circle);
        definitions().variants(&circle);
        assert_eq!(definitions().example(&circle), Value::Null);
    }

    #[test]
    fn without_an_example_the_least_of_the_type_is_made_up() {
        let schema = json!({
            "type": "object",
            "required": ["kind", "size"],
            "properties": {
                "kind": {"enum": ["a", "b"]},
                "size": {"type": "integer", "minimum": 3},
                "note": {"type": "string"},
            },
        });
        assert_eq!(
            definitions().example(&schema),
            json!({"kind": "a", "size": 3})
        );
    }
}
