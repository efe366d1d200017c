//! Compares a body before and after the round trip.

use serde_json::Value;

use crate::drift::wire::schemas::Schemas;

/// How a value changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Lost,
    Added,
    Changed,
}

impl Change {
    pub(super) fn word(self) -> &'static str {
        match self {
            Change::Lost => "lost",
            Change::Added => "added",
            Change::Changed => "changed",
        }
    }
}

/// Every place that changed, as a JSON pointer with `*` for indexes and for names that no schema
/// has. Numbers are compared by value: 1.0 is 1.
pub(super) fn compare(before: &Value, after: &Value, schemas: &Schemas) -> Vec<(String, Change)> {
    let mut changes = Vec::new();
    walk(before, after, schemas, String::new(), &mut changes);
    changes
}

fn walk(
    before: &Value,
    after: &Value,
    schemas: &Schemas,
    pointer: String,
    changes: &mut Vec<(String, Change)>,
) {
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => {
            let below = |name: &str| format!("{pointer}/{}", schemas.shown_name(name));
            for (name, value) in a {
                match b.get(name) {
                    Some(other) => walk(value, other, schemas, below(name), changes),
                    None => changes.push((below(name), Change::Lost)),
                }
            }
            let added = b.keys().filter(|name| !a.contains_key(*name));
            changes.extend(added.map(|name| (below(name), Change::Added)));
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (value, other) in a.iter().zip(b) {
                walk(value, other, schemas, format!("{pointer}/*"), changes);
            }
        }
        (Value::Number(a), Value::Number(b)) if a == b || a.as_f64() == b.as_f64() => {}
        (a, b) if a == b => {}
        _ => changes.push((pointer, Change::Changed)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::drift::wire::schemas::Collector;

    #[test]
    fn only_differences_are_reported_each_with_its_place() {
        let names = ["a", "b", "c", "d", "e", "f/g", "n"].map(|name| (name, json!({})));
        let schema = json!({"properties": serde_json::Map::from_iter(names.map(|(k, v)| (k.to_owned(), v)))});
        let mut collector = Collector::default();
        collector.define("a", "types/a.json", serde_json::from_value(schema).unwrap());
        let schemas = collector.finish();
        let before = json!({"a": [{"b": 1.0, "c": 1, "d": "x"}], "e": [1], "f/g": 1, "key": 1});
        let after = json!({"a": [{"b": 1, "d": "y", "n": null}], "e": [], "f/g": 2});
        let expected = [
            ("/a/*/c", Change::Lost),
            ("/a/*/d", Change::Changed),
            ("/a/*/n", Change::Added),
            ("/e", Change::Changed),
            ("/f~1g", Change::Changed),
            ("/*", Change::Lost),
        ];
        let mut changes = compare(&before, &after, &schemas);
        changes.sort_by_key(|(pointer, _)| expected.iter().position(|(p, _)| p == pointer));
        let expected = expected.map(|(pointer, change)| (pointer.to_owned(), change));
        assert_eq!(changes, expected);
    }
}
