//! Schemas changed at random: a mistake or Rust, never a panic.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::schemas::Schemas;

/// The pointers of everything in a value.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    let token = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| pointers(value, &format!("{at}/{}", token(name)), all)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| pointers(value, &format!("{at}/{index}"), all)),
        _ => {}
    }
}

/// Replaces something in one of the files.
fn mutate(schemas: Schemas, file: Index, node: Index, new: Value) -> Schemas {
    let paths: Vec<_> = schemas.paths().map(str::to_owned).collect();
    let path = file.get(&paths);
    let mut value: Value = serde_json::from_str(schemas.text(path)).unwrap();
    let mut all = Vec::new();
    pointers(&value, "", &mut all);
    *value.pointer_mut(node.get(&all).as_str()).unwrap() = new;
    schemas.with(path, value.to_string())
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(vec![
            json!(null),
            json!(true),
            json!(-1),
            json!(1e300),
            json!(""),
            json!("string"),
            json!("object"),
            json!([]),
            json!({}),
            json!([[]]),
            json!("#/definitions/error"),
            json!("self"),
            json!("/a/{b}"),
            json!({"type": "object"}),
            json!("\u{202e}*/"),
        ]),
        ".{0,12}".prop_map(Value::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_change_gives_mistakes_or_rust(
        changes in prop::collection::vec((any::<Index>(), any::<Index>(), values()), 1..4),
    ) {
        let mut schemas = Schemas::of_project().without("descriptor.schema.json");
        for (file, node, new) in changes {
            schemas = mutate(schemas, file, node, new);
        }
        if let Ok(files) = schemas.generate() {
            for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
                prop_assert!(syn::parse_file(text).is_ok(), "{path}\n{text}");
            }
        }
    }
}
