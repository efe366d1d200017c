//! Plausible parts of descriptors.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::values::{names, scalars, schemas, strings};

/// A plausible parameter.
pub fn parameters() -> impl Strategy<Value = Value> + Clone {
    let location = select(vec![
        "query",
        "query",
        "query",
        "header",
        "multipart",
        "body",
    ]);
    let kind = prop_oneof![
        select(vec![
            json!({"type": "string"}),
            json!({"type": "integer"}),
            json!({"type": "number"}),
            json!({"type": "boolean"}),
            json!({"type": "array"}),
            json!({}),
            json!({"type": "integer", "format": "unix-ms"}),
            json!({"type": "integer", "default": 4, "minimum": 1}),
            json!({"type": "string", "format": "date-time", "deprecated": true}),
            json!({"type": "file"}),
            json!({"enum": [1, true, "x"]}),
            json!({"default": 0.5}),
        ]),
        schemas().prop_map(|schema| json!({"schema": schema})),
        schemas().prop_map(|schema| json!({"schema": schema, "type": "object"})),
        prop::collection::btree_set(names(), 1..4).prop_map(|values| json!({"enum": values})),
    ];
    (names(), location, kind, any::<bool>(), strings()).prop_map(
        |(name, location, mut parameter, required, text)| {
            parameter["name"] = name.into();
            parameter["in"] = match parameter["type"].as_str() {
                Some("file") => "multipart".into(),
                _ => location.into(),
            };
            parameter["required"] = required.into();
            parameter["description"] = text.into();
            parameter
        },
    )
}

/// A plausible response, by status.
pub fn responses() -> impl Strategy<Value = (String, Value)> + Clone {
    let status = select(vec![
        "200", "201", "202", "204", "207", "299", "304", "400", "599",
    ]);
    let body = prop_oneof![
        1 => Just(json!({})),
        4 => schemas().prop_map(|schema| json!({"schema": schema})),
        1 => (names(), schemas()).prop_map(|(name, schema)| json!({
            "sseEvents": {name: {"schema": schema}}})),
    ];
    (status, body).prop_map(|(status, body)| (status.to_owned(), body))
}

/// A plausible member of an action or a resource.
pub fn members() -> impl Strategy<Value = (String, Value)> + Clone {
    let pairs = prop_oneof![
        (
            select(vec!["title", "summary", "description"]),
            strings().prop_map(Value::from)
        ),
        (
            Just("method"),
            select(vec!["GET", "POST", "PUT", "PATCH", "DELETE"]).prop_map(Value::from)
        ),
        (
            Just("path"),
            select(vec!["/a", "/a/$b", "/a.b/{id}", "/{a}{b}"]).prop_map(Value::from)
        ),
        (
            Just("auth"),
            prop::collection::vec(strings(), 0..3).prop_map(Value::from)
        ),
        (Just("sseStream"), any::<bool>().prop_map(Value::from)),
        (Just("default"), scalars()),
        (Just("example"), scalars()),
        (Just("required"), any::<bool>().prop_map(Value::from)),
    ];
    pairs.prop_map(|(key, value)| (key.to_owned(), value))
}
