//! Equality as defined by JSON Schema: `1` equals `1.0`, and the order of properties is ignored.

use std::collections::HashSet;

use serde_json::{Number, Value};

use crate::value::scalar::is_same_number;

/// Whether two values are equal.
pub(super) fn is_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || is_equal_number(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_equal(a, b))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|b| is_equal(value, b)))
        }
        (one, other) => one == other,
    }
}

fn is_equal_number(one: &Number, other: &Number) -> bool {
    let is_zero = |number: &Number| number.as_f64() == Some(0.0);
    if is_zero(one) {
        is_zero(other)
    } else {
        is_same_number(&one.to_string(), &other.to_string())
    }
}

/// Whether no two of these values are equal.
pub(crate) fn are_unique<'v>(values: impl IntoIterator<Item = &'v Value>) -> bool {
    let mut seen = HashSet::new();
    values.into_iter().all(|value| {
        let mut key = String::new();
        write_key(value, &mut key);
        seen.insert(key)
    })
}

/// Writes a key that two values share if and only if they are equal.
fn write_key(value: &Value, key: &mut String) {
    match value {
        Value::Number(number) => key.push_str(&number_key(number)),
        Value::Array(items) => {
            key.push('[');
            for item in items {
                write_key(item, key);
                key.push(',');
            }
            key.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            key.push('{');
            for (name, value) in members {
                key.push_str(&Value::from(name.as_str()).to_string());
                key.push(':');
                write_key(value, key);
                key.push(',');
            }
            key.push('}');
        }
        other => key.push_str(&other.to_string()),
    }
}

/// The number in a canonical form, whatever its spelling.
fn number_key(number: &Number) -> String {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(number), ..) => number.to_string(),
        (_, Some(number), _) => number.to_string(),
        // A float below 2⁵³ without a fraction is an integer; one above it has its own digits.
        (.., Some(float)) if float.fract() == 0.0 && float.abs() < 9e15 => {
            (float as i64).to_string()
        }
        (.., Some(float)) if float.fract() == 0.0 => format!("{float:.0}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_equal_by_value_at_any_depth() {
        assert!(is_equal(
            &json!({"a": [1], "b": 0}),
            &json!({"b": -0.0, "a": [1.0]})
        ));
        assert!(!is_equal(&json!([1]), &json!([true])));
        assert!(!is_equal(
            &json!(9007199254740993_i64),
            &json!(9007199254740992.0)
        ));
        assert!(!is_equal(&json!({"a": 1}), &json!({"a": 1, "b": 2})));
    }

    #[test]
    fn duplicates_are_found_whatever_their_spelling() {
        let unique = |value: Value| are_unique(value.as_array().unwrap());
        assert!(unique(
            json!([1, true, "1", [1], {"a": 1}, null, 0, false, "null", 1.5])
        ));
        assert!(!unique(json!([1, 1.0])));
        assert!(!unique(json!([0, -0.0])));
        assert!(!unique(json!([{"a": [1], "b": 2}, {"b": 2.0, "a": [1]}])));
        assert!(unique(json!([["a", "b"], ["a,b"], ["a\",\"b"]])));
        assert!(!unique(json!([1e20, 100000000000000000000.0])));
    }
}
