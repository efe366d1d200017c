//! The JSON types seen at a place, without the values.

use std::collections::BTreeSet;

use super::schema::Kind;
use serde_json::{Value, json};

/// The JSON types of all values seen at one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sketch {
    kinds: BTreeSet<Kind>,
    /// The types of the items of arrays.
    items: BTreeSet<Kind>,
}

impl Sketch {
    pub(super) fn of(value: &Value) -> Self {
        let items = value.as_array().into_iter().flatten();
        Sketch {
            kinds: BTreeSet::from([kind_of(value)]),
            items: items.map(kind_of).collect(),
        }
    }

    /// The types that a string of a query may stand for.
    pub(super) fn of_text(text: &str) -> Self {
        let kind = match text {
            "true" | "false" => Kind::Boolean,
            text if text.parse::<i64>().is_ok() => Kind::Integer,
            _ => Kind::String,
        };
        Sketch {
            kinds: BTreeSet::from([kind]),
            items: BTreeSet::new(),
        }
    }

    pub(super) fn merge(&mut self, other: Sketch) {
        self.kinds.extend(other.kinds);
        self.items.extend(other.items);
    }

    pub(super) fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.kinds.iter().copied()
    }

    /// In words, e.g. `string or null`.
    pub(super) fn words(&self) -> String {
        let words: Vec<_> = self.kinds().map(word).collect();
        words.join(" or ")
    }

    /// A schema for the types seen, e.g. `{"type": ["string", "null"]}`.
    pub(super) fn schema(&self) -> Value {
        let mut schema = match types(self.kinds()) {
            Value::Null => json!({}),
            kinds => json!({"type": kinds}),
        };
        if !self.items.is_empty() {
            schema["items"] = json!({"type": types(self.items.iter().copied())});
        }
        schema
    }
}

/// The value of `type` for these types: a single one, or a list. An integer is a number.
pub(super) fn types(kinds: impl Iterator<Item = Kind>) -> Value {
    let kinds: BTreeSet<Kind> = kinds.collect();
    let has_number = kinds.contains(&Kind::Number);
    let kinds = kinds.into_iter();
    let kinds = kinds.filter(|kind| !(has_number && *kind == Kind::Integer));
    let mut words: Vec<&str> = kinds.map(word).collect();
    match words.len() {
        0 => Value::Null,
        1 => json!(words.remove(0)),
        _ => json!(words),
    }
}

pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
        Kind::Array => "array",
        Kind::Object => "object",
        Kind::Null => "null",
    }
}

pub(super) fn kind_of(value: &Value) -> Kind {
    match value {
        Value::Null => Kind::Null,
        Value::Bool(_) => Kind::Boolean,
        // In JSON Schema 1.0 is an integer.
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() != 0.0 => Kind::Number,
            _ => Kind::Integer,
        },
        Value::String(_) => Kind::String,
        Value::Array(_) => Kind::Array,
        Value::Object(_) => Kind::Object,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_made_of_the_types_that_were_seen() {
        let mut seen = Sketch::of(&json!("secret"));
        assert_eq!(seen.schema(), json!({"type": "string"}));
        seen.merge(Sketch::of(&json!(null)));
        assert_eq!(seen.schema(), json!({"type": ["string", "null"]}));
        assert_eq!(seen.words(), "string or null");
        let mut list = Sketch::of(&json!([1, 2.5]));
        list.merge(Sketch::of(&json!([2.0])));
        let expected = json!({"type": "array", "items": {"type": "number"}});
        assert_eq!(list.schema(), expected);
    }
}
