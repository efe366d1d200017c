//! Conditions mean what JSON Schema means: runs the official test suite, translated keyword by
//! keyword.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod translate;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use client_runtime::{Condition, Json, Rule, Validate, Validator};
use serde_json::Value;

/// The violations of `condition` by a value, one per line.
fn violations(condition: &'static Condition, value: &Value) -> String {
    let mut at = Validator::default();
    at.value("f", &Json::from(value.clone()), &[Rule::Meets(condition)]);
    let violations: Vec<String> = at.finish().iter().map(ToString::to_string).collect();
    violations.join("\n")
}

fn suite(draft: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = root
        .join("../shared/corpora/json-schema-test-suite")
        .join(draft);
    if folder.exists() {
        return Some(folder);
    }
    let missing = format!("{} is missing", folder.display());
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{missing}; CI must provide it"
    );
    eprintln!("skipped: {missing}");
    None
}

/// Runs the suite of a draft, and returns the number of tested values.
fn run(draft: &str) -> Option<usize> {
    let mut files: Vec<PathBuf> = suite(draft)?
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files {
        let groups: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        for group in groups.as_array().unwrap() {
            // References by identifier are resolved before schemas become conditions.
            let Some(condition) = translate::condition(&group["schema"]) else {
                continue;
            };
            for test in group["tests"].as_array().unwrap() {
                count += 1;
                let found = violations(condition, &test["data"]);
                if found.is_empty() != test["valid"].as_bool().unwrap() {
                    wrong.push(format!(
                        "{}: {}: {}: {found}",
                        file.file_name().unwrap().display(),
                        group["description"],
                        test["description"],
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    Some(count)
}

#[test]
fn conditions_pass_the_suite_of_draft_07() {
    if let Some(count) = run("draft7") {
        assert!(count > 800, "{count}");
    }
}

#[test]
fn conditions_pass_the_suite_of_2020_12() {
    if let Some(count) = run("draft2020-12") {
        assert!(count > 1000, "{count}");
    }
}

fn tree() -> &'static Condition {
    static TREE: Condition = Condition::Properties {
        named: &[
            ("value", Condition::Types(&[client_runtime::Kind::Integer])),
            (
                "children",
                Condition::Items {
                    first: &[],
                    rest: Some(&Condition::Reference(tree)),
                },
            ),
        ],
        patterns: &[],
        rest: Some(&Condition::Never),
    };
    &TREE
}

#[test]
fn a_condition_contains_itself_and_names_each_place_that_fails() {
    let value = serde_json::json!({
        "value": 1,
        "children": [{"value": 2.0}, {"children": [{"value": "x"}, {"other": 1}]}],
    });
    assert_eq!(
        violations(tree(), &value),
        "`f.children[1].children[0].value`: expected an integer\n\
         `f.children[1].children[1].other`: expected no value"
    );
}

#[test]
fn a_message_names_the_field_and_the_expected_value() {
    use Condition::{All, Any, Contains, If, MinItems, Minimum, MultipleOf, Not, OneOf, Required};
    static EACH: Condition = All(&[
        Not(&OneOf(&["[]"])),
        If {
            condition: &MinItems(3),
            then: &Contains {
                item: &Minimum("5"),
                least: 1,
                most: None,
            },
            otherwise: &Condition::ALWAYS,
        },
        Any(&[Required(&["a", "b"]), Condition::MinProperties(1)]),
        MultipleOf("0.5"),
    ]);
    for (value, message) in [
        ("[]", "`f`: expected anything but `[]`"),
        (
            "[1, 2, 3]",
            "`f`: expected at least 1 item that is at least 5",
        ),
        (
            "{}",
            "`f`: expected either a value for `a`, `b`, or at least 1 property",
        ),
        ("0.7", "`f`: expected a multiple of 0.5"),
        ("0.5", ""),
    ] {
        assert_eq!(
            violations(&EACH, &serde_json::from_str(value).unwrap()),
            message
        );
    }
}

#[test]
fn items_that_differ_only_in_spelling_are_equal() {
    let mut at = Validator::default();
    let twins: Vec<Json> = serde_json::from_str("[1, 1.0]").unwrap();
    twins.validate(&[Rule::UniqueItems], &mut at);
    assert_eq!(at.finish().len(), 1);
}

#[test]
fn a_rule_of_a_typed_value_sees_its_json() {
    static SHORT: Condition = Condition::All(&[
        Condition::MaxProperties(1),
        Condition::Properties {
            named: &[],
            patterns: &[],
            rest: Some(&Condition::Contains {
                item: &Condition::OneOf(&["2"]),
                least: 1,
                most: Some(1),
            }),
        },
    ]);
    let check = |map: &[(&str, Vec<i64>)]| {
        let map: std::collections::BTreeMap<String, Vec<i64>> = map
            .iter()
            .map(|(name, items)| ((*name).to_owned(), items.clone()))
            .collect();
        let mut at = Validator::default();
        map.validate(&[Rule::Meets(&SHORT)], &mut at);
        at.finish()
            .iter()
            .map(|one| one.field.clone())
            .collect::<BTreeSet<_>>()
    };
    assert!(check(&[("a", vec![1, 2])]).is_empty());
    assert_eq!(
        check(&[("a", vec![2, 2])]),
        BTreeSet::from(["a".to_owned()])
    );
    assert_eq!(
        check(&[("a", vec![2]), ("b", vec![1])]),
        BTreeSet::from(["".to_owned(), "b".to_owned()])
    );
}
