//! The example programs that the crate comes with.

use crate::schemas::Schemas;

const API: &str = "api.json";
/// The project's schemas with these examples, as JSON.
fn with_examples(examples: &str) -> Schemas {
    let to = format!("\"examples\": {examples}, \"package\"");
    Schemas::audit_logs().edit(API, "\"package\"", &to)
}

#[test]
fn the_description_chooses_the_examples_and_the_first_is_in_the_readme() {
    let files = with_examples(r#"["instanceAuditLog.get"]"#)
        .generate()
        .unwrap();
    let paths = files.iter().map(|(path, _)| path);
    let examples: Vec<_> = paths.filter(|path| path.starts_with("examples/")).collect();
    assert_eq!(examples, ["examples/instance_audit_log.rs"]);
    let readme = files.get("README.md").unwrap();
    assert!(readme.contains(".instance_audit_log("), "{readme}");

    let files = Schemas::audit_logs().generate().unwrap();
    assert!(files.get("examples/instance_audit_logs.rs").is_some());
    let readme = files.get("README.md").unwrap();
    assert!(readme.contains(".instance_audit_logs("), "{readme}");
}

#[test]
fn an_example_that_cannot_be_shown_is_reported() {
    for (examples, pointer, message, help) in [
        (
            r#"["instanceAuditLog.gett"]"#,
            "/examples/0",
            "action `instanceAuditLog.gett` does not exist",
            "did you mean `instanceAuditLog.get`?",
        ),
        (
            r#"["get"]"#,
            "/examples/0",
            "action `get` does not exist",
            "name a resource and one of its actions, as in `devices.get`",
        ),
        (
            r#"["instanceAuditLog.get", "instanceAuditLog.get"]"#,
            "/examples/1",
            "the resource `instanceAuditLog` has two examples",
            "name one action of each resource",
        ),
    ] {
        let mistakes = with_examples(examples).generate().unwrap_err();
        let only = mistakes.iter().next().unwrap();
        assert_eq!((only.file(), only.pointer()), (API, pointer));
        assert_eq!((only.message(), only.help()), (message, help));
        assert!(only.line() > 1);
    }
    let post = with_examples(r#"["instanceAuditLog.get"]"#).edit(
        "resources/instanceAuditLog.json",
        r#""method": "GET""#,
        r#""method": "POST""#,
    );
    let mistakes = post.generate().unwrap_err();
    let only = mistakes.iter().next().unwrap();
    let expected = "the action `instanceAuditLog.get` does not only read";
    assert_eq!(only.message(), expected);
}

#[test]
fn a_value_that_only_json_can_show_is_shown_as_json() {
    let body = |example: &str| {
        let schema = format!(
            r#"{{"type": "object", "required": ["data"], "properties": {{"data": {{"type": "object"}}}},
                "examples": [{{"data": {example}}}]}}"#
        );
        let post = r##""actions": { "post": {"method": "POST", "responses": {"204": {}}, "params": [
            {"name": "body", "in": "body", "required": true, "schema": {"$ref": "#/definitions/body"}}]},"##;
        let schemas = Schemas::audit_logs().with("types/body.json", schema).edit(
            "resources/instanceAuditLogs.json",
            "\"actions\": {",
            post,
        );
        let files = schemas.generate().unwrap();
        files
            .get("src/resources/instance_audit_logs.rs")
            .unwrap()
            .to_owned()
    };
    let shown = body(r##"{"t": 1465790400000, "big": 18446744073709551615, "x": "\"#"}"##);
    for line in [
        "    /// let body: types::Body = serde_json::from_str(",
        "    ///     r##\"{",
        "    ///     \"big\": 18446744073709551615,",
        "    /// }\"##,",
        "    /// )?;",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    // Docs have no invisible characters, and an example must not lose any.
    let hidden = body(r#"{"t": "\u202e"}"#);
    assert!(!hidden.contains("from_str("), "{hidden}");
}

#[test]
fn no_character_that_acts_reaches_the_readme_as_an_entity() {
    let title = "&#x202e;evil&#x1b;[31m&#x2028;x&#13;y";
    let schemas =
        Schemas::audit_logs().edit(API, "\"title\": \"", &format!("\"title\": \"{title}"));
    let files = schemas.generate().unwrap();
    for (path, text) in files.iter() {
        let acts = |c: &char| (c.is_control() && *c != '\n') || "\u{202e}\u{2028}".contains(*c);
        assert_eq!(text.chars().find(acts), None, "{path}");
    }
}
