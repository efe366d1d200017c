//! The official JSON Schema test suite.

use std::fs;
use std::path::Path;

use codegen::normal;
use serde_json::Value;
use tests::shared;

/// The outcome of the groups of one dialect.
#[derive(Debug, Default)]
struct Outcome {
    groups: usize,
    valid: usize,
    invalid: usize,
    /// Groups that are rejected because they refer to missing documents, or dynamically.
    refused: Vec<String>,
    wrong: Vec<String>,
}

fn run(folder: &Path) -> Outcome {
    let mut outcome = Outcome::default();
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.is_file()).collect();
    files.sort();
    for file in files {
        let groups: Vec<Value> = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let file = file.file_stem().unwrap().to_string_lossy().into_owned();
        for group in &groups {
            run_group(&file, group, &mut outcome);
        }
    }
    outcome
}

fn run_group(file: &str, group: &Value, outcome: &mut Outcome) {
    let name = format!("{file}: {}", group["description"].as_str().unwrap());
    let text = group["schema"].to_string();
    let meanings = match normal::read([("schema", text.as_str())]) {
        Ok(meanings) => meanings,
        Err(mistakes) => {
            let expected = |message: &str| {
                message.ends_with("is not part of the source")
                    || message == "`$dynamicRef` is not supported"
            };
            if mistakes.iter().all(|mistake| expected(mistake.message())) {
                outcome.refused.push(name)
            } else {
                outcome.wrong.push(format!("{name}\n{text}\n{mistakes}"))
            }
            return;
        }
    };
    let unknown = |message: &str| message.starts_with("the dialect ");
    if meanings
        .warnings()
        .iter()
        .any(|warning| unknown(warning.message()))
    {
        outcome.refused.push(name);
        return;
    }
    outcome.groups += 1;
    let id = meanings.of_type("schema").unwrap();
    for test in group["tests"].as_array().unwrap() {
        let valid = test["valid"].as_bool().unwrap();
        if valid {
            outcome.valid += 1
        } else {
            outcome.invalid += 1
        }
        if meanings.allows(id, &test["data"]) != valid {
            let (data, description) = (&test["data"], &test["description"]);
            outcome.wrong.push(format!(
                "{name}: {description}\n{text}\n{data} is valid: {valid}"
            ));
        }
    }
}

#[test]
fn the_suite_of_draft_07_holds() {
    let Some(folder) = shared("corpora/json-schema-test-suite/draft7") else {
        return;
    };
    let outcome = run(&folder);
    assert!(outcome.wrong.is_empty(), "{}", outcome.wrong.join("\n\n"));
    let counts = (outcome.groups, outcome.valid, outcome.invalid);
    assert_eq!(counts, (244, 536, 364), "{:#?}", outcome.refused);
}

#[test]
fn the_suite_of_2020_12_holds_without_dynamic_and_remote_references() {
    let Some(folder) = shared("corpora/json-schema-test-suite/draft2020-12") else {
        return;
    };
    let outcome = run(&folder);
    assert!(outcome.wrong.is_empty(), "{}", outcome.wrong.join("\n\n"));
    let counts = (outcome.groups, outcome.valid, outcome.invalid);
    assert_eq!(counts, (342, 721, 492), "{:#?}", outcome.refused);
}
