//! Equality of JSON Schema: numbers by value, objects in any order.

use std::collections::HashSet;

use serde_json::Value;

use super::decimal::Decimal;

/// Whether two values are equal.
pub(crate) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || Decimal::of_number(one) == Decimal::of_number(other)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let mut members = one.iter();
            one.len() == other.len()
                && members.all(|(name, one)| other.get(name).is_some_and(|other| equal(one, other)))
        }
        (one, other) => one == other,
    }
}

/// Whether no two values are equal.
pub(super) fn all_differ(values: &[Value]) -> bool {
    let mut seen = HashSet::new();
    values.iter().all(|value| seen.insert(key(value)))
}

/// A string that equal values share, and others don't.
pub(crate) fn key(value: &Value) -> String {
    match value {
        Value::Number(number) => Decimal::of_number(number).to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(key).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            // serde_json may preserve the order of keys.
            let mut members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{name:?}:{}", key(value)))
                .collect();
            members.sort_unstable();
            format!("{{{}}}", members.join(","))
        }
        value => value.to_string(),
    }
}
