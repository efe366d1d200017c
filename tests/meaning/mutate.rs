//! Values one step away from another value.

use serde_json::{Value, json};

use crate::dice::Dice;

/// A value with one change somewhere in it.
pub fn changed(value: &Value, dice: &mut Dice) -> Value {
    match value {
        Value::Array(items) if !items.is_empty() && !dice.one_in(3) => {
            let mut items = items.clone();
            let at = dice.below(items.len());
            match dice.below(4) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => items[at] = changed(&items[at], dice),
            }
            Value::Array(items)
        }
        Value::Object(members) if !members.is_empty() && !dice.one_in(4) => {
            let mut members = members.clone();
            let names: Vec<String> = members.keys().cloned().collect();
            let name = dice.pick(&names).clone();
            match dice.below(5) {
                0 => drop(members.remove(&name)),
                1 => drop(members.insert(format!("{name}s"), json!(1))),
                _ => {
                    let new = changed(&members[&name], dice);
                    members.insert(name, new);
                }
            }
            Value::Object(members)
        }
        value => replaced(value, dice),
    }
}

fn replaced(value: &Value, dice: &mut Dice) -> Value {
    let near = match value {
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => json!(whole.wrapping_add(*dice.pick(&[1, -1]))),
            (_, Some(float)) => json!(float + 1.5),
            _ => json!(0),
        },
        Value::String(text) => match dice.below(4) {
            0 => json!(format!("{text}x")),
            1 => json!(text.chars().skip(1).collect::<String>()),
            2 => json!(text.to_uppercase()),
            _ => json!(""),
        },
        Value::Bool(flag) => json!(!flag),
        _ => json!({"a": null}),
    };
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5),
        json!(3),
        json!("a"),
        json!([]),
        json!({}),
        json!([1]),
        json!({"b": "c"}),
        json!("0"),
        json!(1e20),
    ];
    if dice.one_in(2) {
        near
    } else {
        dice.pick(&others).clone()
    }
}
