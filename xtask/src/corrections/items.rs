//! Items of lists that a pointer addresses by name.

use codegen::Source;
use codegen::json::{push_token, unescaped, without_byte_order_mark};
use serde_json::Value;

/// Replaces the `name` of each list item in a pointer by its index.
pub(super) fn counted(document: &Value, pointer: &str) -> String {
    let mut tokens = pointer.split('/');
    let mut counted = tokens.next().unwrap_or_default().to_owned();
    for token in tokens {
        let name = unescaped(token);
        let items = document.pointer(&counted).and_then(Value::as_array);
        let named = items.and_then(|items| items.iter().position(|item| item["name"] == *name));
        counted.push('/');
        match named {
            Some(number) if token.parse::<usize>().is_err() => {
                counted.push_str(&number.to_string())
            }
            _ => counted.push_str(token),
        }
    }
    counted
}

/// Whether a pointer exists in a file.
pub(super) fn exists(source: &Source, path: &str, pointer: &str) -> bool {
    let document = json(source, path).unwrap_or_default();
    document.pointer(&counted(&document, pointer)).is_some()
}

/// A file as JSON.
pub(super) fn json(source: &Source, path: &str) -> Option<Value> {
    serde_json::from_slice(without_byte_order_mark(source.get(path)?)).ok()
}

/// Replaces the index of each list item in a pointer by its `name`, if [`counted`] finds the item
/// by it.
pub(super) fn named(document: &Value, pointer: &str) -> String {
    let mut named = String::new();
    let mut counted = String::new();
    for token in pointer.split('/').skip(1) {
        let items = document.pointer(&counted).and_then(Value::as_array);
        let name = items.and_then(|items| {
            let number: usize = token.parse().ok()?;
            let name = items.get(number)?["name"].as_str()?;
            let first = items.iter().position(|item| item["name"] == *name);
            (first == Some(number) && name.parse::<usize>().is_err()).then_some(name)
        });
        match name {
            Some(name) => push_token(&mut named, name),
            None => named.extend(["/", token]),
        }
        counted.extend(["/", token]);
    }
    named
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_item_has_a_name_and_a_number() {
        let document = json!({"p": [{"name": "c"}, {"name": "a/b", "t": [1]}]});
        assert_eq!(named(&document, "/p/1/t/0"), "/p/a~1b/t/0");
        assert_eq!(counted(&document, "/p/a~1b/t/0"), "/p/1/t/0");
        // An item with a repeated name, or without a name, is addressed by its index.
        let document = json!({"p": [{"name": "c"}, {"name": "c"}, {"name": "1"}, 7]});
        for number in 1..5 {
            let pointer = format!("/p/{number}/t");
            assert_eq!(named(&document, &pointer), pointer);
        }
    }
}
