//! Random pages, close to what the description says.

use losant::types::{InstanceAuditLog, InstanceAuditLogs};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{NUMBER, OBJECTS, properties};

/// Strings that are close to what the fields expect.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9a-fA-F]{24}",
        "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?(Z|z|[+-][0-2][0-9]:[0-6][0-9])?",
        "User|ApiToken|Organization|user",
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            object(inner),
        ]
    })
}

fn object(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::btree_map(any::<String>(), values, 0..6)
        .prop_map(|properties| Value::Object(properties.into_iter().collect()))
}

/// A value of a property's JSON type, or null, or anything.
fn of_kind(property: &'static str) -> BoxedStrategy<Value> {
    let value = match property {
        NUMBER => any::<i64>().prop_map(Value::from).boxed(),
        name if OBJECTS.contains(&name) => object(json_value()).boxed(),
        _ => text().prop_map(Value::from).boxed(),
    };
    prop_oneof![1 => Just(Value::Null), 4 => value, 1 => json_value()].boxed()
}

/// An object with some of an audit log's properties, and some others.
fn log() -> impl Strategy<Value = Value> {
    let known: Vec<_> = properties()
        .map(|name| prop::option::of(of_kind(name)).prop_map(move |value| (name, value)))
        .collect();
    let unknown = prop::collection::btree_map(any::<String>(), json_value(), 0..4);
    (known, unknown).prop_map(|(known, unknown)| {
        let known = known.into_iter();
        let known = known.filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(unknown.into_iter().chain(known).collect())
    })
}

/// An object with a list of logs and other values.
fn page() -> impl Strategy<Value = Value> {
    let items = prop_oneof![3 => log().boxed(), 1 => json_value().boxed()];
    let items = prop::collection::vec(items, 0..5).prop_map(Value::from);
    let unknown = object(json_value());
    let known = vec!["count", "sortField", "sortDirection", "instanceId"];
    let known = (prop::sample::select(known), json_value());
    (items, unknown, known).prop_map(|(items, mut page, (name, value))| {
        page["items"] = items;
        page[name] = value;
        page
    })
}

proptest! {
    #[test]
    fn any_object_is_written_back_unchanged(log in log(), page in page()) {
        check::<InstanceAuditLog>(&log)?;
        check::<InstanceAuditLogs>(&page)?;
    }
}

fn check<T: DeserializeOwned + Serialize + PartialEq>(value: &Value) -> Result<(), TestCaseError> {
    let text = value.to_string();
    let read: T = serde_json::from_str(&text).unwrap();
    let written = serde_json::to_string(&read).unwrap();
    // The same parser reads both strings, so floats are rounded alike.
    let value: Value = serde_json::from_str(&text).unwrap();
    let again: Value = serde_json::from_str(&written).unwrap();
    prop_assert!(is_same(&again, &value), "{} {}", text, written);
    prop_assert!(serde_json::from_str::<T>(&written).unwrap() == read);
    Ok(())
}

/// Whether two values are equal, with numbers compared by value: 1.0 is 1.
fn is_same(a: &Value, b: &Value) -> bool {
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
