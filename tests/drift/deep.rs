//! Nested choices take linear, not exponential, time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use codegen::Source;
use codegen::compat::Change;
use serde_json::{Value, json};
use xtask::drift::{Outcome, wire};
use xtask::mock::{Mock, MockOptions};

use crate::mock::answer;

/// The time limit of a test, without optimisation and on a busy machine.
const WATCHDOG: Duration = Duration::from_secs(900);

const LEVELS: usize = 40;

/// The result of a computation, if it ends.
fn ends<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(WATCHDOG).expect("it ends")
}

fn write(folder: &Path, path: &str, value: &Value) {
    let file = folder.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, value.to_string()).unwrap();
}

fn api() -> Value {
    json!({"title": "T", "version": "1", "baseUrl": "https://things.example",
        "package": {"name": "things", "version": "1.0.0"}})
}

/// A resource whose action sends and returns a value of a type.
fn posting(ty: &str) -> Value {
    let top = json!({"$ref": format!("#/definitions/{ty}")});
    json!({"path": "/things", "actions": {"post": {"method": "POST",
        "params": [{"name": "thing", "in": "body", "required": true, "schema": top}],
        "responses": {"200": {"schema": top}}}}})
}

/// An API with a type that is, over many levels, a choice between two references to the next level.
/// `keyword` is the kind of choice.
fn doubling(folder: &Path, keyword: &str) {
    write(folder, "api.json", &api());
    write(folder, "resources/things.json", &posting("t0"));
    for level in 0..LEVELS {
        let next = json!({"$ref": format!("#/definitions/t{}", level + 1)});
        write(
            folder,
            &format!("types/t{level}.json"),
            &json!({keyword: [next, next]}),
        );
    }
    let last =
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
    write(folder, &format!("types/t{LEVELS}.json"), &last);
}

#[test]
fn traffic_is_checked_against_nested_choices_in_linear_time() {
    for keyword in ["oneOf", "anyOf"] {
        let folder = tempfile::tempdir().unwrap();
        doubling(&folder.path().join("schemas"), keyword);
        let call = json!({"method": "POST", "url": "/things", "requestBody": r#"{"a": "b"}"#,
            "status": 200, "body": r#"{"a": 1}"#});
        let file = folder.path().join("traffic.jsonl");
        std::fs::write(&file, format!("{call}\n")).unwrap();
        let schemas = folder.path().join("schemas");
        let found = ends(move || {
            wire::run(&schemas, &[file]).map(|outcome| match outcome {
                Outcome::Done(findings) => format!("{findings:?}"),
                Outcome::Skipped(reason) => reason,
            })
        });
        let found = found.unwrap();
        assert!(found.contains("/a"), "{found}");
    }
}

#[test]
fn the_mock_answers_a_request_with_nested_choices() {
    for (keyword, status) in [("oneOf", "400"), ("anyOf", "200")] {
        let folder = tempfile::tempdir().unwrap();
        doubling(folder.path(), keyword);
        let mock = Mock::start(&MockOptions::new(folder.path())).unwrap();
        let port = mock.port();
        let (found, body) = ends(move || answer(port, "POST", "/things", r#"{"a": "b"}"#));
        assert_eq!(found, status, "{keyword}: {body}");
    }
}

/// An API with types that have this many properties, each of another type, which depends on
/// `shift`.
fn dense(types: usize, properties: usize, shift: usize) -> Source {
    let mut files = vec![
        ("api.json".to_owned(), api()),
        ("resources/things.json".to_owned(), posting("t0")),
    ];
    for number in 0..types {
        let other = |property: usize| {
            let other = (number * 7 + property * 3 + 1 + shift) % types;
            let name = format!("p{property}");
            (name, json!({"$ref": format!("#/definitions/t{other}")}))
        };
        let properties: serde_json::Map<_, _> = (0..properties).map(other).collect();
        let ty = json!({"type": "object", "properties": properties});
        files.push((format!("types/t{number}.json"), ty));
    }
    let files = files.into_iter();
    Source::new(files.map(|(path, value)| (path, value.to_string().into_bytes())))
}

#[test]
fn types_that_all_refer_to_each_other_are_compared_once_each() {
    let changes = ends(|| codegen::compare(&dense(80, 50, 0), &dense(80, 50, 1)));
    let changes: Vec<Change> = changes.unwrap();
    assert_eq!(changes.len(), 80 * 50);
}

/// An API whose only type must be one of two objects, so many times over.
fn choices(count: usize, keyword: &str, more: &[&str]) -> Source {
    let choice = |number: usize| {
        let [mut one, other] = ["p", "q"].map(|letter| {
            let name = format!("{letter}{number}");
            json!({"type": "object", "properties": {name: {"type": "string"}}})
        });
        for name in more.iter().filter(|_| number + 1 == count) {
            one["properties"][*name] = json!({"type": "integer"});
        }
        json!({keyword: [one, other]})
    };
    let all: Vec<_> = (0..count).map(choice).collect();
    let files = [
        ("api.json", api()),
        ("resources/things.json", posting("t")),
        ("types/t.json", json!({"title": "T", "allOf": all})),
    ];
    let files = files.into_iter();
    Source::new(files.map(|(path, value)| (path.to_owned(), value.to_string().into_bytes())))
}

#[test]
fn many_choices_are_compared_without_trying_all_combinations() {
    for keyword in ["anyOf", "oneOf"] {
        let compared = move || {
            let [old, new] = [&[][..], &["more"]].map(|more| choices(24, keyword, more));
            codegen::compare(&old, &new)
        };
        let changes: Vec<Change> = ends(compared).unwrap();
        let rules: Vec<_> = changes.iter().map(|change| change.rule.id).collect();
        assert!(rules.contains(&"compat/limit-tightened"), "{rules:?}");
    }
}

/// An API with an enum of these strings.
fn with_enum(strings: &[&str]) -> Source {
    let kind = json!({"type": "string", "enum": strings});
    let resource = json!({"path": "/things", "actions": {"get": {"method": "GET",
        "responses": {"200": {"schema": {"$ref": "#/definitions/kind"}}}}}});
    let files = BTreeMap::from([
        ("api.json", api()),
        ("types/kind.json", kind),
        ("resources/things.json", resource),
    ]);
    let files = files.into_iter();
    Source::new(files.map(|(path, value)| (path.to_owned(), value.to_string().into_bytes())))
}

#[test]
fn a_value_with_a_colliding_rust_name_is_only_an_added_value() {
    for (old, new) in [
        ("GOOD", "-GOOD"),
        ("1", "-1"),
        ("a_b", "a-b"),
        ("asc", "ASC"),
    ] {
        for order in [[old, new], [new, old]] {
            let changes: Vec<Change> =
                codegen::compare(&with_enum(&[old]), &with_enum(&order)).unwrap();
            let rules: Vec<_> = changes.iter().map(|change| change.rule.id).collect();
            assert_eq!(rules, ["compat/enum-value-added"], "{order:?}");
        }
    }
}
