//! Names that are equal in Rust but not in the API.

use std::collections::BTreeMap;

use codegen::Diagnostic;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::commands::{text, xtask};
use crate::schemas::Schemas;

/// An API with one type and one resource, an enum of these strings, and these properties and
/// parameters.
fn api(strings: &[&str], properties: &[&str]) -> Schemas {
    let properties: serde_json::Map<String, Value> = properties
        .iter()
        .map(|name| ((*name).to_owned(), json!({"type": "string"})))
        .collect();
    let params: Vec<Value> = properties
        .keys()
        .map(|name| json!({"name": name, "in": "query", "type": "string"}))
        .collect();
    let one = json!({"type": "object", "properties": properties});
    let kind = json!({"type": "string", "enum": strings});
    let answer = json!({"200": {"schema": {"$ref": "#/definitions/one"}}});
    let read = json!({"method": "GET", "params": params, "responses": answer});
    let list = json!({"method": "GET", "path": "/all", "params": [
        {"name": "kind", "in": "query", "schema": {"$ref": "#/definitions/kind"}}],
        "responses": answer});
    let ones = json!({"path": "/ones", "actions": {"read": read, "list": list}});
    Schemas::default()
        .with(
            "api.json",
            r#"{"title": "", "version": "1", "baseUrl": "https://example.com",
                "package": {"name": "alike", "version": "1.0.0"}}"#,
        )
        .with("types/one.json", one.to_string())
        .with("types/kind.json", kind.to_string())
        .with("resources/ones.json", ones.to_string())
}

fn generated(schemas: &Schemas) -> (codegen::FileSet, Vec<Diagnostic>) {
    let files =
        codegen::generate(&schemas.source()).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let notes = files.notes().to_vec();
    (files, notes)
}

#[test]
fn a_name_with_backticks_is_one_code_span_in_the_docs() {
    let odd = json!({"name": "a `b` //! c;", "in": "query", "type": "string", "enum": ["x", "y"]});
    let resource = json!({"path": "/ones", "actions": {"get": {"method": "GET", "params": [odd],
        "responses": {"200": {"schema": {"$ref": "#/definitions/one"}}}}}});
    let schemas = api(&["x"], &["p"]).with("resources/ones.json", resource.to_string());
    let (files, _) = generated(&schemas);
    let text: String = files.iter().map(|(_, text)| text).collect();
    let expected = "/// The values of the parameter ``a `b` //! c;``.";
    assert!(text.contains(expected), "{text}");
}

/// The variants of an enum of these strings, by string.
fn variants(strings: &[&str]) -> BTreeMap<String, String> {
    let (files, _) = generated(&api(strings, &[]));
    let lines = files.get("src/types/kind.rs").unwrap().lines();
    let pairs = lines.filter_map(|line| line.trim().trim_end_matches(',').split_once(" = "));
    let pairs = pairs.filter_map(|(name, wire)| {
        Some((
            syn::parse_str::<syn::LitStr>(wire).ok()?.value(),
            name.to_owned(),
        ))
    });
    pairs.collect()
}

#[test]
fn signs_and_symbols_distinguish_strings() {
    let strings = [
        "created_at",
        "-created_at",
        "+1",
        "-1",
        "1",
        "Etc/GMT+1",
        "Etc/GMT-1",
        "a-b",
        "a_b",
        "a b",
        "unknown",
        "Unknown",
        "self",
        "",
        " ",
        "größe",
        "gro\u{308}ße",
        "grosse",
        "名前",
        "🚀",
        "Asc",
        "asc",
        "ASC",
    ];
    let variants = variants(&strings);
    let distinct: std::collections::BTreeSet<_> = variants.values().collect();
    assert_eq!(
        (variants.len(), distinct.len()),
        (strings.len(), strings.len()),
        "{variants:?}"
    );
    for (wire, name) in [
        ("created_at", "CreatedAt"),
        ("-created_at", "MinusCreatedAt"),
        ("+1", "Plus1"),
        ("-1", "Minus1"),
        ("Etc/GMT-1", "EtcGmtMinus1"),
        ("a_b", "AB"),
        ("a-b", "ADashB"),
        ("a b", "ASpaceB"),
        ("asc", "Asc"),
        ("Asc", "CapitalAsc"),
        ("ASC", "UpperAsc"),
        ("unknown", "UnknownValue"),
        ("grosse", "Grosse"),
        ("🚀", "Rocket"),
    ] {
        assert_eq!(variants[wire], name, "{wire}");
    }
}

#[test]
fn an_added_string_renames_no_other() {
    for (old, new) in [
        ("GOOD", "-GOOD"),
        ("1", "+1"),
        ("1", "-1"),
        ("a_b", "a-b"),
        ("a_b", "a b"),
        ("asc", "ASC"),
        ("asc", "Asc"),
        ("id", "$id"),
        ("id", "_id"),
        ("grosse", "größe"),
        ("pipTools", "pip-tools"),
        ("unknown", "Unknown"),
        ("Etc/GMT+1", "Etc/GMT-1"),
    ] {
        let before = variants(&["z", old, "y"]);
        for after in [[new, "z", old, "y"], ["z", old, "y", new]] {
            let after = variants(&after);
            assert_eq!(after.len(), 4, "{new}: {after:?}");
            for (wire, name) in &before {
                assert_eq!(after[wire], *name, "{new} renames {wire}");
            }
        }
    }
}

#[test]
fn colliding_properties_and_parameters_are_renamed_with_a_remark() {
    let names = [
        "pip-tools",
        "pipTools",
        "self",
        "extra",
        "extra_",
        "new",
        "newProperty",
        "id",
        "ID",
    ];
    let (files, remarks) = generated(&api(&["a"], &names));
    let one = files.get("src/types/one.rs").unwrap();
    for field in [
        "pip_tools: Option",
        "pip_dash_tools: Option",
        "upper_id: Option",
        "self_: Option",
    ] {
        assert!(one.contains(&format!("pub {field}")), "{field}\n{one}");
    }
    let messages: Vec<_> = remarks.iter().map(Diagnostic::message).collect();
    let expected = "`pip-tools` is called `pip_dash_tools` in Rust, because `pipTools` has the name `pip_tools`";
    assert!(messages.contains(&expected), "{messages:?}");
    let first = remarks
        .iter()
        .find(|remark| remark.message() == expected)
        .unwrap();
    assert!(first.help().contains("`rustName`"), "{}", first.help());
}

#[test]
fn colliding_types_resources_and_actions_are_renamed() {
    let action = json!({"method": "GET", "responses": {"204": {}}});
    let resource = json!({"path": "/x", "actions": {
        "do-it": action, "do_it": action, "doIt": action, "new": action, "clone": action}});
    let schemas = api(&["a"], &["b"])
        .with(
            "types/some-thing.json",
            r#"{"type": "object", "properties": {"a": {}}}"#,
        )
        .with(
            "types/some_thing.json",
            r#"{"type": "object", "properties": {"b": {}}}"#,
        )
        .with("resources/a-b.json", resource.to_string())
        .with("resources/a_b.json", resource.to_string());
    let (files, remarks) = generated(&schemas);
    let all: String = files.iter().map(|(_, text)| text).collect();
    for line in [
        "pub struct SomeThing: response {",
        "pub struct SomeDashThing: response {",
        "pub fn do_it(",
        "pub fn do_dash_it(",
        "pub fn do_underscore_it(",
        "pub fn a_b(",
        "pub fn a_dash_b(",
    ] {
        assert!(all.contains(line), "{line}");
    }
    assert!(remarks.len() >= 4, "{remarks:?}");
}

#[test]
fn a_description_can_choose_names() {
    let kind = r#"{"type": "string", "enum": ["+1", "-1"], "rustNames": {"+1": "PlusOne"}}"#;
    let one = r##"{"type": "object", "rustName": "Single", "properties": {
        "a-b": {"type": "string", "rustName": "first"}, "kind": {"$ref": "#/definitions/kind", "rustName": "sort"}}}"##;
    let ones = r##"{"path": "/ones", "rustName": "singles", "actions": {"read": {"method": "GET", "rustName": "fetch",
        "params": [{"name": "q", "in": "query", "type": "string", "rustName": "query"},
                   {"name": "r", "in": "query", "enum": ["x"], "rustNames": {"x": "Ex"}}],
        "responses": {"200": {"schema": {"$ref": "#/definitions/one"}}}}}}"##;
    let schemas = api(&[], &[])
        .with("types/kind.json", kind)
        .with("types/one.json", one)
        .with("resources/ones.json", ones);
    let (files, remarks) = generated(&schemas);
    assert!(remarks.is_empty(), "{remarks:?}");
    let all: String = files.iter().map(|(_, text)| text).collect();
    for line in [
        "PlusOne = \"+1\"",
        "Minus1 = \"-1\"",
        "pub struct Single: response {",
        "pub first: Option",
        "pub sort: Option",
        "pub fn singles(",
        "pub fn fetch(",
        "pub struct SinglesFetchRequest",
        "query: ",
        "Ex = \"x\"",
    ] {
        assert!(all.contains(line), "{line}");
    }
}

#[test]
fn an_invalid_or_taken_chosen_name_is_a_mistake_with_its_place() {
    let mistakes = |one: &str| {
        let schemas = api(&["a"], &[]).with("types/one.json", one);
        let mistakes = schemas.generate().unwrap_err();
        let found = mistakes.iter();
        found
            .map(|m| format!("{} {} {}", m.pointer(), m.message(), m.help()))
            .collect::<Vec<_>>()
    };
    let object =
        |properties: &str| format!(r#"{{"type": "object", "properties": {{{properties}}}}}"#);
    assert_eq!(
        mistakes(&object(r#""a": {"rustName": "no name"}"#)),
        [
            "/properties/a/rustName `no name` is not a valid name for one of the fields write `no_name`"
        ]
    );
    let twice = mistakes(&object(r#""a": {"rustName": "x"}, "b": {"rustName": "x"}"#));
    assert_eq!(
        twice,
        ["/properties/b/rustName two fields are called `x`: `a` and `b` choose different names"]
    );
    let nothing = mistakes(r#"{"type": "array", "items": {"type": "string", "rustName": "X"}}"#);
    assert!(
        nothing[0].starts_with("/items/rustName `rustName` has no effect here"),
        "{nothing:?}"
    );
    let unlisted = mistakes(r#"{"type": "string", "enum": ["a"], "rustNames": {"b": "B"}}"#);
    assert!(
        unlisted[0].starts_with("/rustNames/b the `enum` beside this does not list `b`"),
        "{unlisted:?}"
    );
}

#[test]
fn the_command_notes_renamed_items_and_succeeds() {
    let folder = tempdir().unwrap();
    let schemas = api(&["a-b", "a_b"], &[]);
    for path in schemas.paths() {
        let file = folder.path().join("schemas").join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, schemas.text(path)).unwrap();
    }
    let (from, out) = (folder.path().join("schemas"), folder.path().join("out"));
    let output = xtask(&[
        "regenerate",
        "--schemas",
        from.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ]);
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    let note =
        "types/kind.json:1:10: `a-b` is called `ADashB` in Rust, because `a_b` has the name `AB`";
    assert!(text.contains(note), "{text}");
}

#[test]
fn a_name_of_thousands_of_words_is_cut_and_stays_distinct() {
    let long = |end: &str| format!("{}{end}", "word ".repeat(4_000));
    let names = [long("a"), long("b"), "_".repeat(4_000), "_".repeat(4_001)];
    let actions: serde_json::Map<String, Value> = names
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let params: Vec<Value> = names
                .iter()
                .map(|name| json!({"name": name, "in": "query", "type": "string"}))
                .collect();
            let answer =
                json!({"type": "object", "title": name, "properties": {name: {"type": "string"}}});
            let responses = json!({"200": {"schema": answer}, "202": {"schema": {"enum": names}}});
            let path = format!("/{number}");
            (
                name.clone(),
                json!({"method": "GET", "path": path, "params": params, "responses": responses}),
            )
        })
        .collect();
    let resource = json!({"path": "/r", "actions": actions}).to_string();
    let mut schemas = api(&["a"], &["b"]);
    for name in &names {
        schemas = schemas.with(
            &format!("resources/{name}.json"),
            resource.replace("/r", &format!("/{}", name.len())),
        );
    }
    let (files, _) = generated(&schemas);
    let (again, _) = generated(&schemas);
    for (path, text) in files.iter() {
        assert_eq!(again.get(path), Some(text), "{path}");
        let is_short = |name: &str| name.len() <= 120;
        assert!(path.split('/').all(is_short), "{path}");
        if path.ends_with(".rs") {
            syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        let long = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        let items = ["struct", "enum", "mod", "fn", "type"];
        let mut words = long.peekable();
        while let Some(word) = words.next() {
            if let Some(name) = words.peek().filter(|_| items.contains(&word)) {
                assert!(is_short(name), "{path}: {name}");
            }
        }
    }
    let folders = files
        .iter()
        .filter(|(path, _)| path.starts_with("src/resources/"));
    assert!(folders.count() > names.len());
}
