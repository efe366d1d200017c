//! The words in `schemas/`: each place has some, and they are ours.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use codegen::Source;
use serde_json::Value;
use tests::root;
use xtask::import::{self, Options};

/// The number of consecutive words that no sentence of ours shares with the vendor's files.
const RUN: usize = 6;

fn schemas() -> Source {
    xtask::schemas::read(&root().join("schemas")).unwrap()
}

#[test]
fn every_resource_action_type_parameter_and_response_has_words() {
    assert_eq!(import::lacking(&schemas()).unwrap(), [""; 0]);
    let without = Source::new([
        (
            "resources/a.json".to_owned(),
            br#"{"title": "A", "description": "An a.", "params": [{"name": "p"}], "actions": {
                "get": {"params": [{"name": "q"}], "responses": {"200": {"sseEvents": {"e": {}}}}}}}"#
                .to_vec(),
        ),
        ("types/t.json".to_owned(), b"{\"properties\": {\"p\": {}}}".to_vec()),
    ]);
    let expected = [
        "resources/a.json#/params/p: description",
        "resources/a.json#/actions/get: summary",
        "resources/a.json#/actions/get/params/q: description",
        "resources/a.json#/actions/get/responses/200: description",
        "resources/a.json#/actions/get/responses/200/sseEvents/e: description",
        "types/t.json#: title",
        "types/t.json#: description",
    ];
    assert_eq!(import::lacking(&without).unwrap(), expected);
}

#[test]
fn no_sentence_shares_a_run_of_words_with_the_vendors_files() {
    let Some(vendor) = tests::shared("vendor/losant-1.30.0") else {
        return;
    };
    let mut theirs = BTreeSet::new();
    for folder in [vendor.clone(), vendor.join("types")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                strings(&json(&path), &mut |text| theirs.extend(runs(text)));
            }
        }
    }
    assert!(theirs.len() > 1000);
    let words = import::words(&schemas()).unwrap();
    assert!(words.len() > 10_000, "{}", words.len());
    let shared = words
        .iter()
        .filter(|(_, text)| runs(text).any(|run| theirs.contains(&run)));
    let shared: Vec<_> = shared.take(5).collect();
    assert!(shared.is_empty(), "{shared:#?}");
}

#[test]
fn an_import_of_the_vendors_description_changes_nothing() {
    let Some(from) = tests::shared("vendor/losant-1.30.0") else {
        return;
    };
    let schemas = root().join("schemas");
    let options = Options {
        from,
        api: schemas.join("api.json"),
        corrections: schemas.join("upstream"),
        into: schemas,
        drop_words: false,
        allow_mistakes: false,
    };
    let summary = import::check(&options).unwrap();
    assert_eq!(
        (summary.resources, summary.actions, summary.types),
        (99, 375, 335)
    );
    assert_eq!((summary.changed, summary.removed), (vec![], vec![]));
    assert_eq!(summary.edited, [""; 0]);
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn strings(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(members) => members.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

/// The runs of words in prose, ignoring what is between the words.
fn runs(text: &str) -> impl Iterator<Item = String> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let runs: Vec<String> = words.windows(RUN).map(|run| run.join(" ")).collect();
    runs.into_iter()
}
