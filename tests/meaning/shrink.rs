//! Shrinks differences as far as possible.

use serde_json::Value;

/// The smallest schema and value found for which a predicate is still true.
pub fn shrunk(
    mut schema: Value,
    mut value: Value,
    differs: impl Fn(&Value, &Value) -> bool,
) -> (Value, Value) {
    loop {
        let smaller = smaller(&schema);
        if let Some(found) = smaller.into_iter().find(|schema| differs(schema, &value)) {
            schema = found;
            continue;
        }
        let smaller = self::smaller(&value);
        if let Some(found) = smaller.into_iter().find(|value| differs(&schema, value)) {
            value = found;
            continue;
        }
        return (schema, value);
    }
}

/// Every way to remove one part.
fn smaller(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match value {
        Value::Object(members) => {
            for name in members.keys().filter(|name| *name != "$schema") {
                let mut members = members.clone();
                members.remove(name);
                all.push(Value::Object(members));
            }
            for (name, inner) in members.iter().filter(|(name, _)| *name != "$schema") {
                for inner in smaller(inner) {
                    let mut members = members.clone();
                    members.insert(name.clone(), inner);
                    all.push(Value::Object(members));
                }
            }
        }
        Value::Array(items) => {
            for index in 0..items.len() {
                let mut items = items.clone();
                items.remove(index);
                all.push(Value::Array(items));
            }
            for (index, inner) in items.iter().enumerate() {
                for inner in smaller(inner) {
                    let mut items = items.clone();
                    items[index] = inner;
                    all.push(Value::Array(items));
                }
            }
        }
        Value::String(text) if text.len() > 3 => {
            all.push(Value::from(text.chars().skip(1).collect::<String>()));
        }
        _ => {}
    }
    all
}
