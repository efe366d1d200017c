//! Uses deeply nested values of each type on a thread with half the stack of tokio's workers.

use std::fmt::Debug;
use std::thread;

use client_runtime::serde::{Serialize, de::DeserializeOwned};
use client_runtime::serde_json::{self, Value, json};
use client_runtime::{Encoder, Validate};
use deep::types::{Maps, Needy, Node, Table, Wide, Wider};

/// The maximal depth that `serde_json` reads.
const DEEPEST: usize = 127;

fn main() {
    let thread = thread::Builder::new().stack_size(1 << 20);
    thread
        .spawn(all)
        .expect("a thread")
        .join()
        .expect("no panic");
    for name in ["wide", "wider", "needy", "node", "table", "maps"] {
        println!("{name}");
    }
}

fn all() {
    for way in ["one", "many", "named"] {
        objects::<Wide>(way, json!({}));
        objects::<Wider>(way, json!({}));
        objects::<Node>(way, json!({"kind": "leaf"}));
        objects::<Node>(way, json!({"kind": "fork"}));
    }
    used::<Needy>(
        &nested(
            json!({"property0": "a"}),
            json!({"property0": "a"}),
            &["one"],
            127,
        ),
        true,
    );
    used::<Table>(
        &nested(json!({}), json!({}), &["rows", "[]", "[]"], 42),
        true,
    );
    used::<Maps>(
        &nested(json!({}), json!({}), &["cells", "a", "[]"], 42),
        true,
    );
    let deep = nested(json!({}), json!({}), &["one"], 300);
    let error = serde_json::from_str::<Wide>(&deep).unwrap_err();
    assert!(error.to_string().contains("recursion limit"), "{error}");
    by_hand();
}

fn objects<T: DeserializeOwned + Serialize + Validate + Clone + Debug + PartialEq>(
    way: &str,
    object: Value,
) {
    let steps: &[&str] = match way {
        "one" => &["one"],
        "many" => &["many", "[]"],
        _ => &["named", "a"],
    };
    let text = nested(object.clone(), object, steps, DEEPEST / steps.len());
    used::<T>(&text, true);
}

/// JSON text, created without recursion.
fn nested(outer: Value, inner: Value, steps: &[&str], count: usize) -> String {
    let mut head = outer.to_string();
    head.pop();
    if head.len() > 1 {
        head.push(',');
    }
    let mut tail = String::from("}");
    for (index, step) in steps.iter().enumerate() {
        match (*step, index) {
            ("[]", _) => {
                head.push('[');
                tail.insert(0, ']');
            }
            (name, 0) => head.push_str(&format!("\"{name}\":")),
            (name, _) => {
                head.push_str(&format!("{{\"{name}\":"));
                tail.insert(0, '}');
            }
        }
    }
    let count = count - 1;
    format!("{}{}{}", head.repeat(count), inner, tail.repeat(count))
}

fn used<T: DeserializeOwned + Serialize + Validate + Clone + Debug + PartialEq>(
    text: &str,
    is_valid: bool,
) {
    let value: T = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let tree: Value = serde_json::from_str(text).unwrap();
    let written = serde_json::to_string(&value).unwrap();
    assert!(serde_json::from_str::<Value>(&written).unwrap() == tree);
    let copy = value.clone();
    assert!(value == copy);
    assert!(!format!("{value:?}").contains("Unknown"), "{value:?}");
    let mut encoder = Encoder::new("/");
    encoder.body("body", Some(&value), &[]);
    assert_eq!(encoder.finish().is_ok(), is_valid);
    assert!(serde_json::from_value::<T>(tree).unwrap() == value);
}

/// A value nested too deeply to be read is rejected before it is sent.
fn by_hand() {
    let mut value = Wide::new();
    for _ in 0..1000 {
        value = Wide::new().one(value);
    }
    let mut encoder = Encoder::new("/");
    encoder.body("body", Some(&value), &[]);
    let violations = encoder.finish().unwrap_err();
    assert_eq!(violations.len(), 1);
    assert!(
        violations[0].expected.contains("128"),
        "{:?}",
        violations[0].expected
    );
    assert!(value == value.clone());
    assert!(format!("{value:?}").len() > 1000);
    assert!(serde_json::to_string(&value).unwrap().len() > 1000);
}
