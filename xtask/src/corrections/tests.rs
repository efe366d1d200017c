//! Corrections of whole descriptions.

use super::*;

const API: &str = r#"{"title": "A", "version": "1", "baseUrl": "https://a.example",
    "package": {"name": "a", "version": "0.1.0"}}"#;

/// The same `api.json` in the vendor's description.
fn imported() -> String {
    API.replacen('{', r#"{"upstream": "1", "#, 1)
}

fn source<const N: usize>(files: [(&str, &str); N]) -> Source {
    Source::new(files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())))
}

fn text<'s>(source: &'s Source, path: &str) -> &'s str {
    std::str::from_utf8(source.get(path).unwrap()).unwrap()
}

/// The mistakes in the corrections of a source.
fn mistakes_of(source: &Source) -> String {
    corrected(source).unwrap_err().to_string()
}

#[test]
fn corrections_are_made_in_order() {
    let overlay = r#"{"upstream": "1", "corrections": [
        {"file": "types/a.json", "pointer": "/maxItems", "expected": "10", "value": 10,
         "reason": "a number is meant"},
        {"file": "types/a.json", "pointer": "/min", "expected": 1, "reason": "no keyword"},
        {"file": "types/a.json", "pointer": "/minItems", "value": 1, "reason": "was `min`"}]}"#;
    let source = source([
        ("api.json", &imported()),
        ("overlays/fix.json", overlay),
        (
            "types/a.json",
            r#"{"type": "array", "min": 1, "maxItems": "10"}"#,
        ),
    ]);
    let corrected = corrected(&source).unwrap();
    let a = r#"{"type": "array",  "maxItems": 10,"minItems":1}"#;
    assert_eq!(text(&corrected, "types/a.json"), a);
    assert!(codegen::generate(&corrected).is_ok());
    assert!(mistakes(&corrected).is_none());
}

#[test]
fn corrections_that_upstream_made_obsolete_are_reported() {
    let overlay = r#"{"upstream": "1", "corrections": [
        {"file": "types/a.json", "pointer": "/maxItems", "expected": "10", "value": 10, "reason": ""},
        {"file": "types/b.json", "pointer": "/items", "expected": 1, "reason": ""},
        {"file": "types/a.json", "pointer": "/items", "expected": 1, "reason": ""}]}"#;
    let source = source([
        ("api.json", &imported()),
        ("overlays/fix.json", overlay),
        ("types/a.json", r#"{"type": "array", "maxItems": 10}"#),
    ]);
    let text = mistakes_of(&source);
    for expected in [
        "expected `\"10\"`, found `10`",
        "overlays/fix.json:2:70",
        "the file `types/b.json` to correct does not exist",
        "there is nothing at `/items`",
        "check whether the new version still needs",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn corrections_apply_to_one_imported_version() {
    let overlay = r#"{"upstream": "2", "corrections": [
        {"file": "types/none.json", "pointer": "", "expected": 1, "reason": ""}]}"#;
    let with = |api: &str| source([("api.json", api), ("overlays/fix.json", overlay)]);
    assert!(
        corrected(&with(API)).is_ok(),
        "these files were not imported"
    );
    let text = mistakes_of(&with(&imported()));
    assert!(
        text.contains("the corrections are for `2`, but `1` is imported"),
        "{text}"
    );
}

#[test]
fn a_source_is_corrected_once() {
    let overlay = r#"{"upstream": "1", "corrections": [
        {"file": "types/a.json", "pointer": "/maxItems", "expected": "10", "value": 10, "reason": ""}]}"#;
    let source = source([
        ("api.json", &imported()),
        ("overlays/fix.json", overlay),
        ("types/a.json", r#"{"type": "array", "maxItems": "10"}"#),
    ]);
    let once = corrected(&source).unwrap();
    assert_eq!(once.files().count(), 2);
    assert_eq!(
        text(&once, "types/a.json"),
        r#"{"type": "array", "maxItems": 10}"#
    );
    let twice = corrected(&once).unwrap();
    assert!(once.files().eq(twice.files()));
}

#[test]
fn mistakes_in_a_file_of_corrections_suggest_none() {
    let source = source([
        ("api.json", &imported()),
        (
            "overlays/a.json",
            r#"{"upstream": 1, "correction": [], "corrections": []}"#,
        ),
    ]);
    let mistakes = corrected(&source).unwrap_err();
    assert_eq!(mistakes.len(), 2);
    let text = mistakes.to_string();
    assert!(!text.contains("= correction"), "{text}");
}

#[test]
fn the_schema_for_editors_knows_all_keys() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let file = &schema["properties"];
    assert!(
        ["$schema", "upstream", "corrections"]
            .iter()
            .all(|key| file.get(key).is_some())
    );
    let correction = &schema["definitions"]["Correction"];
    assert_eq!(correction["required"], json!(["file", "pointer", "reason"]));
}
