//! The mock of the whole API, called by the emitted client.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use xtask::mock::{Mock, MockOptions};

use crate::built::client;
use crate::description::{Whole, whole};
use crate::examples::ask;

#[test]
fn the_mock_serves_every_action_with_a_success_that_decodes() {
    let Some(client) = client() else { return };
    let Some(whole) = whole() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in whole.source.files() {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    let mock = Mock::start(&MockOptions {
        items: 3,
        ..MockOptions::new(folder.path())
    });
    let mock = mock.unwrap();
    let questions = questions(whole, &mock.url());
    assert_eq!(questions.len(), 375);
    let text: String = questions
        .values()
        .map(|question| format!("{question}\n"))
        .collect();
    let output = ask(client, &text);
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), questions.len());
    let failed = answers.iter().filter(|answer| {
        let question = &questions[answer["action"].as_str().unwrap()];
        let documented = &question["schemas"];
        let status = answer["status"].as_u64();
        status.is_none_or(|status| documented.get(status.to_string()).is_none())
    });
    let failed: Vec<String> = failed.map(Value::to_string).collect();
    assert!(
        failed.is_empty(),
        "{} fail:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

/// For each action: the parameters to call it with, from examples, and its successes.
fn questions(whole: &Whole, url: &str) -> BTreeMap<String, Value> {
    let types = whole.types();
    let mut questions = BTreeMap::new();
    for (path, bytes) in whole.source.files() {
        let name = path
            .strip_prefix("resources/")
            .and_then(|path| path.strip_suffix(".json"));
        let Some(name) = name else { continue };
        let resource: Value = serde_json::from_slice(bytes).unwrap();
        for (action, description) in resource["actions"].as_object().unwrap() {
            let lists = [&resource["params"], &description["params"]];
            let params = lists.into_iter().filter_map(Value::as_array).flatten();
            let required = params.filter(|p| p["required"] == true || p["in"] == "path");
            let parameters: Map<String, Value> = required
                .map(|p| (p["name"].as_str().unwrap().to_owned(), value(p, &types)))
                .collect();
            let responses = description["responses"].as_object().unwrap().iter();
            let successes = responses.filter(|(status, _)| status.starts_with('2'));
            let schemas: Map<String, Value> = successes
                .clone()
                .map(|(status, response)| (status.clone(), response["schema"].clone()))
                .collect();
            let events = successes.filter_map(|(_, response)| response["sseEvents"].as_object());
            let events: Map<String, Value> = events
                .flatten()
                .map(|(name, event)| (name.clone(), event["schema"].clone()))
                .collect();
            let full = format!("{name}.{action}");
            let question = json!({"url": url, "action": full, "parameters": parameters,
                "schemas": schemas, "events": events});
            questions.insert(full, question);
        }
    }
    questions
}

/// A value for a parameter: its example, that of its schema, or one of its type.
fn value(parameter: &Value, types: &BTreeMap<&str, Value>) -> Value {
    let reference = parameter["schema"]["$ref"].as_str().unwrap_or_default();
    let referred = reference
        .strip_prefix("#/definitions/")
        .and_then(|name| types.get(name));
    let schema = referred.unwrap_or(&parameter["schema"]);
    let known = [
        &parameter["example"],
        &schema["examples"][0],
        &parameter["enum"][0],
        &parameter["default"],
    ];
    let known = known.into_iter().find(|value| !value.is_null());
    known
        .cloned()
        .unwrap_or_else(|| match parameter["type"].as_str() {
            Some("integer" | "number") => json!(1),
            Some("boolean") => json!(true),
            Some("object") => json!({}),
            _ => json!("575ec7417ae143cd83dc4a96"),
        })
}
