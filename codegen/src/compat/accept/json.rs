//! Sets of JSON types.

use serde_json::Value;

use crate::ir::{Condition, Form, Kind, Rule};

/// A set of JSON types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Json(u8);

impl Json {
    pub const NONE: Json = Json(0);
    pub const NULL: Json = Json(1);
    pub const BOOLEAN: Json = Json(2);
    pub const INTEGER: Json = Json(4);
    /// Integers, and numbers with a fraction.
    pub const NUMBER: Json = Json(4 | 8);
    pub const STRING: Json = Json(16);
    pub const ARRAY: Json = Json(32);
    pub const OBJECT: Json = Json(64);
    /// The content of a file, which is not JSON.
    pub const FILE: Json = Json(128);
    pub const SCALAR: Json = Json(1 | 2 | 4 | 8 | 16);
    pub const ALL: Json = Json(127);

    pub fn with(self, other: Json) -> Json {
        Json(self.0 | other.0)
    }

    pub fn without(self, other: Json) -> Json {
        Json(self.0 & !other.0)
    }

    /// Whether the set contains all of the others.
    pub fn has(self, other: Json) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set contains one of the others.
    pub fn meets(self, other: Json) -> bool {
        self.0 & other.0 != 0
    }
}

/// The types of scalars that satisfy rules.
pub(super) fn scalars(rules: &[Rule]) -> Json {
    let kinds = rules.iter().filter_map(|rule| match rule {
        Rule::Kinds(kinds) => Some(union(kinds.iter().map(|kind| of_kind(*kind)))),
        Rule::OneOf(values) => Some(union(values.iter().map(|value| of_value(value)))),
        Rule::Meets(named) => Some(of_condition(&named.condition)),
        _ => None,
    });
    kinds.fold(Json::SCALAR, |all, kinds| Json(all.0 & kinds.0))
}

/// The types of scalars that satisfy a condition, as far as it depends on the type.
fn of_condition(condition: &Condition) -> Json {
    match condition {
        Condition::Never => Json::NONE,
        Condition::Types(kinds) => union(kinds.iter().map(|kind| of_kind(*kind))),
        Condition::OneOf(values) => union(values.iter().map(|value| of_value(value))),
        Condition::Any(list) | Condition::One(list) => union(list.iter().map(of_condition)),
        Condition::All(list) => list
            .iter()
            .map(of_condition)
            .fold(Json::ALL, |all, kinds| Json(all.0 & kinds.0)),
        _ => Json::ALL,
    }
}

fn union(kinds: impl Iterator<Item = Json>) -> Json {
    kinds.fold(Json::NONE, Json::with)
}

/// The JSON types of a union variant.
pub(super) fn of_form(form: Form) -> Json {
    match form {
        Form::Object => Json::OBJECT,
        Form::Array => Json::ARRAY,
        Form::Text => Json::STRING,
        Form::Number => Json::NUMBER,
        Form::Flag => Json::BOOLEAN,
        Form::Scalar => Json::SCALAR,
    }
}

fn of_kind(kind: Kind) -> Json {
    match kind {
        Kind::Null => Json::NULL,
        Kind::Boolean => Json::BOOLEAN,
        Kind::Integer => Json::INTEGER,
        Kind::Number => Json::NUMBER,
        Kind::String => Json::STRING,
        Kind::Array => Json::ARRAY,
        Kind::Object => Json::OBJECT,
    }
}

fn of_value(text: &str) -> Json {
    match serde_json::from_str(text).unwrap_or_default() {
        Value::Null => Json::NULL,
        Value::Bool(_) => Json::BOOLEAN,
        Value::Number(number) if number.is_f64() => Json::NUMBER,
        Value::Number(_) => Json::INTEGER,
        Value::String(_) => Json::STRING,
        Value::Array(_) => Json::ARRAY,
        Value::Object(_) => Json::OBJECT,
    }
}
