//! A small description, imported.

mod locks;
mod packages;
mod wording;

use serde_json::{Value, json};

use super::*;

/// A description with one resource and two types, as the vendor lays it out.
fn description(folder: &Path) -> Options {
    let files = [
        (
            "apiInfo.json",
            r#"{"thing": {"path": "/things/{id}", "auth": ["thing.*"], "links": {"a": {}, "b": {}},
                "actions": {"zap": {"method": "POST", "auth": ["thing.zap"], "allowUnverified": true,
                    "responses": {}},
                "get": {"method": "GET", "auth": ["thing.get"], "responses": {}}}}}"#,
        ),
        (
            "globalParams.json",
            r#"[{"name": "_links", "in": "query", "type": "boolean"}]"#,
        ),
        (
            "apiExamples.json",
            r#"{"thing": {"z": 1.50, "a": 12345678901234567890123}}"#,
        ),
        (
            "scopes.json",
            r#"{"thing.zap": ["all.User", "thing.zap"], "thing.get": "No token is required."}"#,
        ),
        (
            "types/thing.json",
            r#"{"type": "object", "min": 1, "properties": {"z": {}, "a": {}}}"#,
        ),
        ("types/odd.json", "[1]"),
        (
            "api.json",
            r#"{"title": "T", "params": [{"name": "_links", "default": true, "type": "?"}]}"#,
        ),
    ];
    for (path, text) in files {
        let path = folder.join("vendor").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Options {
        from: folder.join("vendor"),
        into: folder.join("schemas"),
        api: folder.join("vendor/api.json"),
        corrections: folder.join("corrections"),
        drop_words: false,
        allow_mistakes: true,
    }
}

fn read(options: &Options, path: &str) -> Value {
    let text = fs::read_to_string(options.into.join(path)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_description_is_translated_and_not_interpreted() {
    let folder = tempfile::tempdir().unwrap();
    let options = description(folder.path());
    let summary = import(&options).unwrap();
    assert_eq!((summary.resources, summary.actions), (1, 2));
    assert_eq!(summary.types, 2);
    assert_eq!(summary.left_out.values().sum::<usize>(), 3);

    let thing = read(&options, "resources/thing.json");
    assert_eq!(
        thing["actions"]["zap"]["auth"],
        json!(["all.User", "thing.zap"])
    );
    assert_eq!(thing["actions"]["get"].get("auth"), None);
    assert_eq!(thing.get("links"), None);
    assert_eq!(thing["auth"], json!(["thing.*"]));
    assert_eq!(read(&options, "types/odd.json"), json!([1]));
}

#[test]
fn a_key_that_nothing_here_knows_costs_a_note_and_not_the_action_that_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let options = description(folder.path());
    let info = r#"{"thing": {"path": "/t", "audit": {}, "actions": {"get": {"method": "GET", "audit": true,
        "params": [{"name": "q", "in": "query", "type": "string", "sensitive": true, "requird": true}],
        "responses": {"200": {"description": "It.", "cached": 1}}, "sumary": "Gets."}}}}"#;
    fs::write(options.from.join("apiInfo.json"), info).unwrap();
    let summary = import(&options).unwrap();
    let notes: Vec<&str> = summary.left_out.keys().map(String::as_str).collect();
    let note = |what: &str| format!("{what} (unknown key)");
    let expected = [
        note("`audit` of a resource"),
        note("`audit` of an action"),
        note("`cached` of a response"),
        note("`sensitive` of a parameter"),
    ];
    assert_eq!(notes, expected);
    // What looks like a slip stays, for its mistake to be reported.
    let get = &read(&options, "resources/thing.json")["actions"]["get"];
    assert_eq!(get["sumary"], json!("Gets."));
    let parameter = json!([{"name": "q", "in": "query", "type": "string", "requird": true}]);
    assert_eq!(get["params"], parameter);
    assert_eq!(get["responses"], json!({"200": {}}));
}

#[test]
fn keys_keep_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let options = description(folder.path());
    import(&options).unwrap();
    let text = fs::read_to_string(options.into.join("types/thing.json")).unwrap();
    let order = ["\"type\"", "\"min\"", "\"z\": {}", "\"a\": {}"];
    let places: Vec<_> = order.iter().map(|key| text.find(key).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
    let resource = fs::read_to_string(options.into.join("resources/thing.json")).unwrap();
    assert!(resource.find("\"zap\"").unwrap() < resource.find("\"get\"").unwrap());
}

#[test]
fn global_parameters_are_the_vendor_s_with_what_the_given_api_adds() {
    let folder = tempfile::tempdir().unwrap();
    let options = description(folder.path());
    import(&options).unwrap();
    let api = read(&options, "api.json");
    assert_eq!(api["title"], json!("T"));
    assert_eq!(
        api["params"],
        json!([{"name": "_links", "in": "query", "type": "boolean", "default": true}])
    );
}

#[test]
fn a_file_of_another_layout_is_named_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let options = description(folder.path());
    fs::write(options.from.join("scopes.json"), "{\"a\": [1]").unwrap();
    let error = import(&options).unwrap_err();
    assert!(format!("{error:#}").contains("scopes.json"), "{error:#}");
    assert!(!options.into.exists());
}

#[test]
fn the_version_is_that_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let options = versioned(folder.path());
    import(&options).unwrap();
    let api = read(&options, "api.json");
    assert_eq!(api["version"], json!("1.2.3"));
    assert_eq!(api.get("upstream"), None);
}

/// The description as version 1.2.3.
fn versioned(folder: &Path) -> Options {
    let mut options = description(folder);
    let named = folder.join("vendor-1.2.3");
    fs::rename(&options.from, &named).unwrap();
    options.api = named.join("api.json");
    options.from = named;
    options
}

/// Records a correction of the description's type.
fn correct(options: &Options, correction: Value) {
    let mut correction = correction;
    correction["file"] = json!("types/thing.json");
    correction["reason"] = json!("r");
    let overlay = json!({"upstream": "1.2.3", "corrections": [correction]});
    fs::create_dir_all(&options.corrections).unwrap();
    fs::write(options.corrections.join("a.json"), overlay.to_string()).unwrap();
}

#[test]
fn corrections_are_made_and_not_copied() {
    let folder = tempfile::tempdir().unwrap();
    let options = versioned(folder.path());
    correct(
        &options,
        json!({"pointer": "/min", "expected": 1, "value": 2}),
    );
    import(&options).unwrap();
    assert_eq!(read(&options, "types/thing.json")["min"], json!(2));
    assert!(!options.into.join("overlays").exists());
}

#[test]
fn a_correction_that_cannot_be_made_is_reported_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let options = versioned(folder.path());
    correct(
        &options,
        json!({"pointer": "/min", "expected": 7, "value": 2}),
    );
    let error = import(&options).unwrap_err();
    let said = error.diagnostics().unwrap().to_string();
    assert!(said.contains("expected `7`, found `1`"), "{said}");
    assert!(!options.into.exists());
}

#[test]
fn only_titles_of_corrections_are_kept_of_the_vendors_words() {
    let folder = tempfile::tempdir().unwrap();
    let options = versioned(folder.path());
    let schema = r#"{"title": "Theirs", "description": "Theirs.", "properties": {
        "z": {"title": "Theirs"}, "a": {"type": "string", "example": "theirs"}}}"#;
    fs::write(options.from.join("types/thing.json"), schema).unwrap();
    correct(
        &options,
        json!({"pointer": "/properties/a/title", "value": "Ours"}),
    );
    import(&options).unwrap();
    let expected = json!({"properties": {"z": {}, "a": {"title": "Ours", "type": "string"}}});
    assert_eq!(read(&options, "types/thing.json"), expected);
}

#[test]
fn a_check_tells_what_would_change_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = description(folder.path());
    let summary = check(&options).unwrap();
    assert_eq!(summary.changed.len(), 7);
    assert!(!options.into.exists());
    import(&options).unwrap();
    assert_eq!(check(&options).unwrap().changed, [""; 0]);
    fs::remove_file(options.from.join("types/thing.json")).unwrap();
    let summary = check(&options).unwrap();
    assert_eq!(summary.removed, ["types/thing.json"]);
    let written = [record::NAME, UPSTREAM_LOCK];
    assert_eq!(summary.changed, written);
    assert!(options.into.join("types/thing.json").exists());
}

#[test]
fn a_parameter_keeps_the_type_that_only_its_example_told() {
    let folder = tempfile::tempdir().unwrap();
    let options = description(folder.path());
    let info = r#"{"thing": {"path": "/t", "actions": {"get": {"method": "GET", "responses": {},
        "params": [{"name": "q", "in": "query", "example": true}]}}}}"#;
    fs::write(options.from.join("apiInfo.json"), info).unwrap();
    import(&options).unwrap();
    let params = &read(&options, "resources/thing.json")["actions"]["get"]["params"];
    assert_eq!(
        *params,
        json!([{"name": "q", "in": "query", "type": "boolean"}])
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_file_where_a_file_has_to_be_is_called_by_what_it_is() {
    use std::os::unix::fs::symlink;

    type Make = fn(&Path);
    let folder: Make = |path| fs::create_dir(path).unwrap();
    let link: Make = |path| symlink("/etc/hostname", path).unwrap();
    let dangling: Make = |path| symlink("/nowhere", path).unwrap();
    let file: Make = |path| fs::write(path, "mine").unwrap();
    let pipe: Make = |path| {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    };
    let cases: [(&str, Make, &str); 11] = [
        ("api.json", folder, "a folder, expected a file"),
        ("api.json", link, "a symbolic link, expected a file"),
        ("api.json", dangling, "a symbolic link, expected a file"),
        ("api.json", pipe, "a named pipe, expected a file"),
        ("upstream/lock.toml", folder, "a folder, expected a file"),
        ("upstream/facts.txt", pipe, "a named pipe, expected a file"),
        ("types/thing.json", folder, "a folder, expected a file"),
        ("types/thing.json", link, "a symbolic link, expected a file"),
        ("types", link, "a symbolic link, expected a folder"),
        ("types", file, "a file, expected a folder"),
        ("resources", pipe, "a named pipe, expected a folder"),
    ];
    for (path, make, expected) in cases {
        let scratch = tempfile::tempdir().unwrap();
        let options = description(scratch.path());
        let path = options.into.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        make(&path);
        let error = import(&options).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
        assert!(fs::symlink_metadata(&path).is_ok());
    }
}

#[test]
fn mistakes_that_nothing_corrects_and_then_what_changes_for_users_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = versioned(folder.path());
    options.allow_mistakes = false;
    let api = r#"{"title": "T", "version": "1.2.3", "baseUrl": "https://example.com",
        "package": {"name": "things", "version": "0.1.0"}}"#;
    fs::write(&options.api, api).unwrap();
    let info = r##"{"thing": {"path": "/t", "actions": {"get": {"method": "GET", "responses": {
        "200": {"schema": {"$ref": "#/definitions/thing"}}}}}}}"##;
    fs::write(options.from.join("apiInfo.json"), info).unwrap();
    fs::remove_file(options.from.join("types/odd.json")).unwrap();
    fs::write(
        options.from.join("types/thing.json"),
        r#"{"type": "objekt"}"#,
    )
    .unwrap();
    let error = import(&options).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("has 1 mistake that nothing corrects"),
        "{error}"
    );
    let said = error.diagnostics().unwrap().render(false);
    assert!(said.contains("add to \"corrections\""), "{said}");
    assert!(!options.into.exists());

    correct(
        &options,
        json!({"pointer": "/type", "expected": "objekt", "value": "object"}),
    );
    import(&options).unwrap();
}

#[test]
fn the_layout_of_api_json_is_kept_while_nothing_in_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = description(folder.path());
    import(&options).unwrap();
    options.api = options.into.join("api.json");
    let text = fs::read_to_string(&options.api).unwrap();
    let compact = text
        .replace("\n", " ")
        .replace("  ", "")
        .replace("\"T\"", "\"Mine\"")
        + "\n";
    fs::write(&options.api, &compact).unwrap();
    assert_eq!(import(&options).unwrap().changed, [""; 0]);
    fs::write(options.from.join("globalParams.json"), "[]").unwrap();
    options.drop_words = true;
    import(&options).unwrap();
    assert_ne!(fs::read_to_string(&options.api).unwrap(), compact);
}
