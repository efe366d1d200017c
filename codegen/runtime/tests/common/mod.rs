//! JSON values for property tests, and the violations of a value.

use client_runtime::{Validate, Validator};
use proptest::prelude::*;
use serde_json::Value;

/// Any JSON, whose objects mostly have property names that the types under test know.
pub fn json(
    names: &'static [&'static str],
    strings: &'static [&'static str],
) -> BoxedStrategy<Value> {
    let text = prop_oneof![
        3 => proptest::sample::select(strings).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let name = prop_oneof![
        5 => proptest::sample::select(names).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => proptest::collection::vec((name.clone(), inner), 0..5)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
    .boxed()
}

/// The violations of a value, one per line.
pub fn wrong(value: &dyn Validate) -> String {
    let mut at = Validator::default();
    at.value("o", value, &[]);
    let violations: Vec<String> = at.finish().iter().map(ToString::to_string).collect();
    violations.join("\n")
}

/// Whether two values are equal, with numbers compared by value: 1.0 is 1.
#[allow(dead_code, reason = "not every test needs it")]
pub fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let is_in_b = |(name, a): (&String, &Value)| b.get(name).is_some_and(|b| is_same(a, b));
            a.len() == b.len() && a.iter().all(is_in_b)
        }
        (a, b) => a == b,
    }
}
