//! The examples of the schemas, and those of the vendor, decoded into the emitted types.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::{Map, Value, json};

use crate::built::{PACKAGE, client};
use crate::description::whole;

/// Properties of examples that their schemas lack. They are kept in `extra`.
const MORE_THAN_DESCRIBED: &[(&str, &[&str])] = &[
    // The schema calls it `requiresJob`.
    ("applicationCloneDryRunResult", &["jobRequired"]),
    ("applicationReadme", &["creationDate"]),
    // The example is a view instead of an integration.
    (
        "credentialLinkedResources",
        &[
            "body",
            "experienceViewId",
            "layoutId",
            "viewTags",
            "viewType",
        ],
    ),
    ("dashboard", &["_currentRole"]),
    ("dashboards", &["_currentRole"]),
    // The example refers to itself.
    ("deviceAttributes", &["$ref"]),
    (
        "edgeDeployments",
        &["page", "perPage", "sortDirection", "sortField"],
    ),
    (
        "embeddedDeployments",
        &["page", "perPage", "sortDirection", "sortField"],
    ),
    ("experienceEndpoints", &["page", "perPage"]),
    // Those of `experienceEndpoints` in it.
    ("experienceLinkedResources", &["page", "perPage"]),
    ("historicalSummaries", &["mqtt"]),
    ("historicalSummary", &["mqtt"]),
];

#[test]
fn every_example_of_the_vendor_is_read_and_written_back_unchanged() {
    let Some(examples) = of_vendor() else { return };
    come_back(&examples);
    assert_eq!(examples.len(), 323);
}

#[test]
fn every_example_of_ours_is_read_and_written_back_and_has_nothing_undescribed() {
    let Some(examples) = ours() else { return };
    come_back(&examples);
    assert!(examples.len() >= 335, "{}", examples.len());
    for example in &examples {
        let left = left_over(example.debug());
        assert!(left.is_empty(), "{}: {left:?}", example.schema);
    }
}

fn come_back(examples: &[Example]) {
    for Example {
        schema,
        json,
        answer,
    } in examples
    {
        assert_eq!(answer["error"], Value::Null, "{schema}");
        let back: Value = serde_json::from_str(answer["json"].as_str().unwrap()).unwrap();
        assert_eq!(*json, back, "{schema}: {json}\ncame back as {back}");
    }
}

#[test]
fn no_example_has_unknown_values() {
    let (Some(mut examples), Some(ours)) = (of_vendor(), ours()) else {
        return;
    };
    examples.extend(ours);
    let unknown = examples
        .iter()
        .filter(|example| example.debug().contains("Unknown("));
    let unknown: Vec<_> = unknown.map(|example| example.schema.as_str()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn only_undescribed_properties_are_left_over() {
    let Some(examples) = of_vendor() else { return };
    let left = examples.iter().flat_map(|example| {
        let names = left_over(example.debug()).into_iter();
        names.map(|name| (example.schema.clone(), name))
    });
    let known = MORE_THAN_DESCRIBED.iter().flat_map(|(schema, names)| {
        let names = names.iter();
        names.map(|name| ((*schema).to_owned(), (*name).to_owned()))
    });
    let (left, known): (BTreeSet<_>, BTreeSet<_>) = (left.collect(), known.collect());
    assert_eq!(left, known);
}

#[test]
fn every_example_of_a_request_type_is_valid() {
    let (Some(mut examples), Some(ours)) = (of_vendor(), ours()) else {
        return;
    };
    examples.extend(ours);
    let mut checked = 0;
    for Example { schema, answer, .. } in &examples {
        if !answer["violations"].is_null() {
            assert_eq!(answer["violations"], json!([]), "{schema}");
            checked += 1;
        }
    }
    assert!(checked > 280, "{checked}");
}

/// An example and its result.
struct Example {
    schema: String,
    json: Value,
    answer: Value,
}

impl Example {
    fn debug(&self) -> &str {
        self.answer["debug"].as_str().unwrap()
    }
}

/// The examples of the vendor; `None` if they are missing.
fn of_vendor() -> Option<Vec<Example>> {
    let file = tests::shared("vendor/losant-1.30.0/apiExamples.json")?;
    let text = std::fs::read(file).unwrap();
    let examples: Map<String, Value> = serde_json::from_slice(&text).unwrap();
    decoded(examples.into_iter().collect())
}

/// The examples of the schemas.
fn ours() -> Option<Vec<Example>> {
    let mut examples = Vec::new();
    for (name, mut schema) in whole()?.types() {
        if let Value::Array(values) = schema["examples"].take() {
            examples.extend(values.into_iter().map(|json| (name.to_owned(), json)));
        }
    }
    decoded(examples)
}

/// Examples by type, decoded into the emitted types.
fn decoded(examples: Vec<(String, Value)>) -> Option<Vec<Example>> {
    let client = client()?;
    let questions = examples.iter();
    let questions =
        questions.map(|(schema, json)| format!("{}\n", json!({"schema": schema, "json": json})));
    let output = ask(client, &questions.collect::<String>());
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers = answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let examples = examples
        .into_iter()
        .zip(answers)
        .map(|((schema, json), answer)| {
            let answer: Value = answer;
            assert_eq!(answer["schema"], schema.as_str());
            Example {
                schema,
                json,
                answer,
            }
        });
    Some(examples.collect())
}

/// Sends questions to the package that uses the client.
pub fn ask(client: &xtask::replay::Client, questions: &str) -> Output {
    let mut command = client.scratch().cargo("run");
    let command = command.args(["--quiet", "--package", PACKAGE]);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = piped.spawn().unwrap();
    let mut stdin = process.stdin.take().unwrap();
    let questions = questions.to_owned();
    // It answers while questions are still being written.
    let asking = std::thread::spawn(move || stdin.write_all(questions.as_bytes()));
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success());
    asking.join().unwrap().unwrap();
    output
}

/// The names of all properties in an `extra`, except for nulls, which belong there.
fn left_over(debug: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (start, label) in debug.match_indices(" extra: ") {
        let map = &debug[start + label.len()..];
        let mut maps = serde_json::Deserializer::from_str(map).into_iter::<Map<String, Value>>();
        let left = maps.next().unwrap().unwrap().into_iter();
        names.extend(
            left.filter(|(_, value)| !value.is_null())
                .map(|(name, _)| name),
        );
    }
    names
}
