//! Words of our own, which an import keeps.

use super::*;

/// Edits a file of the schemas.
fn edit(options: &Options, path: &str, from: &str, to: &str) {
    let path = options.into.join(path);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn our_words_stay_and_facts_follow_the_vendor() {
    let folder = tempfile::tempdir().unwrap();
    let options = description(folder.path());
    import(&options).unwrap();
    let words = r#""description": "Ours.", "example": {"title": "ours"}, "rustName": "zed""#;
    edit(
        &options,
        "types/thing.json",
        "\"z\": {}",
        &format!("\"z\": {{{words}}}"),
    );
    let schema = r#"{"type": "object", "properties": {"new": {}, "z": {"type": "number"}}}"#;
    fs::write(options.from.join("types/thing.json"), schema).unwrap();
    let summary = import(&options).unwrap();
    assert!(
        summary.changed.contains(&"types/thing.json".to_owned()),
        "{summary:?}"
    );
    let mut z: Value = serde_json::from_str(&format!("{{{words}}}")).unwrap();
    z["type"] = json!("number");
    let thing = read(&options, "types/thing.json");
    assert_eq!(thing["properties"], json!({"new": {}, "z": z}));
    let unchanged = import(&options).unwrap();
    assert_eq!((unchanged.changed, unchanged.removed), (vec![], vec![]));
}

#[test]
fn words_whose_place_is_gone_stop_the_import_unless_they_may_be_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = description(folder.path());
    import(&options).unwrap();
    edit(
        &options,
        "types/thing.json",
        "\"z\": {}",
        "\"z\": {\"title\": \"Z\"}",
    );
    edit(&options, "types/odd.json", "[", "[{\"title\": \"Odd\"},");
    let before = fs::read(options.into.join("types/thing.json")).unwrap();
    fs::write(options.from.join("types/thing.json"), "{}").unwrap();
    let error = import(&options).unwrap_err();
    let lines: Vec<_> = error.lines().collect();
    assert!(
        lines[1].contains("types/thing.json#/properties/z: title"),
        "{lines:?}"
    );
    assert!(error.remedy().unwrap().contains("--drop-words"));
    assert_eq!(
        fs::read(options.into.join("types/thing.json")).unwrap(),
        before
    );

    edit(&options, "types/odd.json", "{\"title\": \"Odd\"},", "");
    options.drop_words = true;
    let summary = import(&options).unwrap();
    assert_eq!(summary.dropped, ["types/thing.json#/properties/z: title"]);
    assert_eq!(read(&options, "types/thing.json"), json!({}));
}

#[test]
fn facts_that_somebody_edited_are_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let options = description(folder.path());
    import(&options).unwrap();
    edit(&options, "types/thing.json", "\"min\": 1", "\"min\": 2");
    let error = import(&options).unwrap_err();
    assert!(error.to_string().contains("`types/thing.json`"), "{error}");
    assert!(error.remedy().unwrap().contains("corrections"));
}
