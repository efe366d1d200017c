//! Invalid schemas: each mistake with its place, excerpt and remedy.

use codegen::{Diagnostics, Severity};
use xtask::corrections;

use crate::schemas::Schemas;

const LOGS: &str = "resources/instanceAuditLogs.json";
const LOG: &str = "resources/instanceAuditLog.json";
const FILTER: &str = "types/instanceAuditLogFilter.json";
const ERROR: &str = "types/error.json";

/// The mistakes in schemas, or else their warnings.
fn said(schemas: &Schemas) -> Diagnostics {
    match schemas.generate() {
        Ok(files) => files.warnings().unwrap().clone(),
        Err(mistakes) => mistakes,
    }
}

/// Takes a snapshot of the diagnostics about edited schemas of the project.
fn snapshot(name: &str, schemas: &Schemas) {
    assert_shown(name, &said(schemas));
}

fn assert_shown(name: &str, mistakes: &Diagnostics) {
    for mistake in mistakes.iter() {
        assert!(mistake.line() > 0 && mistake.column() > 0);
        assert!(!mistake.file().is_empty() && !mistake.help().is_empty());
    }
    insta::assert_snapshot!(name, mistakes.render(false));
}

/// Defines one test per mistake: its name, and the edit that makes it.
macro_rules! mistakes {
    ($($name:ident($path:expr, $from:expr => $to:expr);)+) => {
        $(#[test]
        fn $name() {
            let schemas = Schemas::audit_logs().edit($path, $from, $to);
            snapshot(stringify!($name), &schemas);
        })+
    };
}

mistakes! {
    invalid_json(ERROR, "\"type\": \"object\"," => "\"type\": \"object\",,");
    an_unknown_key(LOG, "\"summary\"" => "\"sumary\"");
    a_duplicate_key(ERROR, "\"title\"" => "\"title\": \"E\", \"title\"");
    a_reference_without_a_target(LOG, "definitions/instanceAuditLog\"" => "definitions/instanceAuditLg\"");
    a_path_parameter_that_is_not_declared(LOG, "{instanceId}" => "{instance}");
    an_empty_enum(LOGS, "\"enum\": [\n            \"asc\",\n            \"desc\"\n          ]" => "\"enum\": []");
    a_default_that_is_not_accepted(LOGS, "\"default\": \"desc\"" => "\"default\": \"down\"");
    a_default_out_of_range(LOGS, "\"default\": 100" => "\"default\": 0");
    an_invalid_regular_expression(LOG, "{24}$" => "{24}($");
    a_keyword_of_another_dialect(FILTER, "\"type\": \"object\"" => "\"prefixItems\": [], \"type\": \"object\"");
    a_dynamic_reference(FILTER, "\"type\": \"object\"" => "\"items\": {\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"$dynamicRef\": \"#a\"}, \"type\": \"object\"");
    a_union_without_branches(FILTER, "\"type\": \"object\"" => "\"oneOf\": [], \"type\": \"object\"");
    a_method_that_does_not_exist(LOG, "\"GET\"" => "\"GETT\"");
    a_pin_of_an_unpaginated_action(LOG, "\"method\": \"GET\"," => "\"method\": \"GET\",\n      \"pin\": \"end\",");
    a_pin_that_is_not_a_parameter(LOGS, "\"pin\": \"end\"" => "\"pin\": \"until\"");
    a_pin_that_is_not_a_timestamp(LOGS, "\"pin\": \"end\"" => "\"pin\": \"page\"");
    a_missing_key(LOG, "\"method\": \"GET\"," => "");
    a_value_of_the_wrong_type(ERROR, "\"title\": \"Error\"" => "\"title\": 7");
}

/// Defines one test per mistake in a file of the vendor's, for which a correction is suggested: its
/// name, and the file.
macro_rules! imported_mistakes {
    ($($name:ident($path:expr, $text:expr);)+) => {
        $(#[test]
        fn $name() {
            let schemas = Schemas::imported().with($path, $text);
            let mistakes = corrections::suggest(said(&schemas), &schemas.source());
            assert_shown(stringify!($name), &mistakes);
        })+
    };
}

imported_mistakes! {
    a_number_in_quotes("types/a.json", r#"{"type": "array", "maxItems": "10"}"#);
    a_limit_without_a_keyword("types/a.json", r#"{"type": "string", "min": 1, "max": 10}"#);
    another_dialect("types/a.json", r#"{"$schema": "http://json-schema.org/draft-03/schema#"}"#);
    an_unknown_dialect("types/a.json", r#"{"$schema": "https://example.com/schema"}"#);
    properties_without_their_schema("types/a.json", r#"{
  "properties": {
    "status": {
      "since": {"type": "string", "format": "date-time"},
      "reason": {"type": "string", "description": "Why it is so, and not otherwise."}
    }
  }
}"#);
    a_schema_in_place_of_its_properties("types/a.json", r#"{
  "items": {
    "type": "object",
    "properties": {"title": "An item", "type": "object", "properties": {"id": {"type": "string"}}}
  }
}"#);
    a_property_among_keywords("types/a.json", r#"{
  "type": "object",
  "properties": {},
  "delay": {"type": "integer", "min": 0}
}"#);
    a_misspelled_keyword("types/a.json", r#"{"type": "string", "minLenght": 2}"#);
    a_key_without_a_meaning("types/a.json", "{\"\u{202e}\u{9b}\": 1}");
    an_undefined_type("types/a.json", r##"{"$ref": "#/definitions/instanceAuditLg"}"##);
    a_page_of_pages("types/errors.json", r##"{
  "properties": {"items": {"type": "array", "items": {"$ref": "#/definitions/errors"}}}
}"##);
    an_invalid_documentation_link("resources/instanceAuditLogs.json", r#"{
  "documentation": "docs/audit logs", "path": "/logs", "actions": {}
}"#);
    a_paginated_action_without_a_page("resources/instanceAuditLogs.json", r##"{
  "path": "/logs",
  "actions": {
    "get": {
      "method": "GET",
      "params": [
        {"name": "page", "in": "query", "type": "string", "default": 0},
        {"name": "perPage", "in": "query", "type": "string", "example": 10}
      ],
      "responses": {"200": {"schema": {"$ref": "#/definitions/instanceAuditLog"}}}
    }
  }
}"##);
}

#[test]
fn a_file_written_by_hand_has_no_corrections() {
    let schemas = Schemas::audit_logs().with("types/a.json", r#"{"type": "string", "min": 1}"#);
    let warnings = said(&schemas);
    assert_eq!(warnings.len(), 1);
    assert!(!warnings.render(false).contains("correction"), "{warnings}");
}

#[test]
fn a_type_with_mistakes_can_be_referred_to() {
    let schemas = Schemas::audit_logs()
        .with("types/a.json", r#"{"title": 1}"#)
        .with("types/b.json", r##"{"$ref": "#/definitions/a"}"##)
        .with("types/c.json", r##"{"$ref": "#/definitions/none"}"##);
    let mistakes = schemas.generate().unwrap_err();
    let files: Vec<_> = mistakes.iter().map(|mistake| mistake.file()).collect();
    assert_eq!(files, ["types/a.json", "types/c.json"]);
}

#[test]
fn a_tree_is_not_a_page_of_pages() {
    let schemas = Schemas::audit_logs().with(
        "types/node.json",
        r##"{"properties": {"items": {"type": "array", "items": {"$ref": "#/definitions/node"}}}}"##,
    );
    assert!(schemas.generate().is_ok());
}

#[test]
fn a_missing_api() {
    snapshot("a_missing_api", &Schemas::audit_logs().without("api.json"));
}

#[test]
fn a_duplicate_file() {
    let text = Schemas::audit_logs().text(ERROR).to_owned();
    let schemas = Schemas::audit_logs().with("types/Error.json", text);
    snapshot("a_duplicate_file", &schemas);
}

#[test]
fn references_in_a_cycle() {
    let schemas = Schemas::audit_logs()
        .with("types/a.json", r##"{"$ref": "#/definitions/b"}"##)
        .with("types/b.json", r##"{"$ref": "#/definitions/a"}"##)
        .with("types/own.json", r##"{"$ref": "#/definitions/own"}"##)
        .with(
            "types/one.json",
            r##"{"type": "object", "required": ["two"],
  "properties": {"two": {"$ref": "#/definitions/two"}}}"##,
        )
        .with(
            "types/two.json",
            r##"{"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/one"}}"##,
        );
    snapshot("references_in_a_cycle", &schemas);
}

#[test]
fn a_cycle_with_an_optional_reference_is_valid() {
    let schemas = Schemas::audit_logs()
        .with(
            "types/list.json",
            r##"{"type": "array", "items": {"$ref": "#/definitions/list"}}"##,
        )
        .with(
            "types/chain.json",
            r##"{"type": ["object", "null"], "required": ["next"],
                "properties": {"next": {"$ref": "#/definitions/chain"}}}"##,
        );
    assert!(schemas.generate().unwrap().warnings().is_none());
}

#[test]
fn a_path_parameter_that_the_template_lacks() {
    let schemas = Schemas::audit_logs().with(
        "resources/things.json",
        r#"{"path": "/things", "params": [{"name": "id", "in": "path"}],
            "actions": {"get": {"method": "GET", "responses": {}}}}"#,
    );
    snapshot("a_path_parameter_that_the_template_lacks", &schemas);
}

#[test]
fn all_mistakes_of_all_files_are_reported_in_one_run() {
    let schemas = Schemas::audit_logs()
        .edit(LOG, "\"GET\"", "\"FETCH\"")
        .edit(ERROR, "\"title\"", "\"titel\"")
        .edit(
            FILTER,
            "\"additionalProperties\"",
            "\"additionalPropertys\"",
        )
        .with("types/broken.json", "{")
        .with("notes.txt", "");
    let mistakes = schemas.generate().unwrap_err();
    let stops = |severity: Severity| severity == Severity::Error;
    let files: Vec<_> = mistakes
        .iter()
        .map(|mistake| (mistake.file(), stops(mistake.severity())))
        .collect();
    let expected = [
        ("notes.txt", true),
        (LOG, true),
        ("types/broken.json", true),
        (ERROR, false),
        (FILTER, false),
    ];
    assert_eq!(files, expected);
}

#[test]
fn values_that_differ_by_case_and_the_empty_value_have_distinct_names() {
    let files = Schemas::audit_logs().generate().unwrap();
    let page = files.get("src/types/instance_audit_logs.rs").unwrap();
    for line in [
        "Asc = \"asc\"",
        "UpperAsc = \"ASC\"",
        "UpperDesc = \"DESC\"",
        "Empty = \"\"",
    ] {
        assert!(page.contains(line), "{line}\n{page}");
    }
}

#[test]
fn a_type_with_mistakes_is_suggested_like_any_other() {
    let schemas = Schemas::audit_logs()
        .with("types/gadget.json", r#"{"type": "objekt"}"#)
        .with("types/gadgets.json", r#"{"type": "object"}"#)
        .with("types/user.json", r##"{"$ref": "#/definitions/gadge"}"##);
    let mistakes = schemas.generate().unwrap_err();
    let of_user = mistakes.iter().filter(|m| m.file() == "types/user.json");
    let helps: Vec<_> = of_user.map(|mistake| mistake.help()).collect();
    assert_eq!(helps, ["did you mean `#/definitions/gadget`?"]);
}

#[test]
fn mistakes_in_shared_parts_are_reported_once() {
    let parameter = r#"{"name": "NAME", "in": "path", "type": "string"}"#;
    let action = r#"{"method": "GET", "responses": {"200": {}}}"#;
    let resource = format!(
        r#"{{"path": "/things/{{thingId}}/{{other}}", "params": [{}, {}, {}],
            "actions": {{"a": {action}, "b": {action}, "c": {action}}}}}"#,
        parameter.replace("NAME", "thingID"),
        parameter.replace("NAME", "twice"),
        parameter.replace("NAME", "twice"),
    );
    let schemas = Schemas::audit_logs().with("resources/thing.json", resource);
    let mistakes = schemas.generate().unwrap_err();
    let mut said: Vec<_> = mistakes
        .iter()
        .map(|m| (m.pointer(), m.message()))
        .collect();
    said.sort_unstable();
    let template = "is not in the path template `/things/{thingId}/{other}`";
    let [wrong, twice] = ["thingID", "twice"].map(|name| format!("`{name}` {template}"));
    let expected = [
        ("/params/0/name", wrong.as_str()),
        ("/params/1/name", &twice),
        ("/params/2/name", &twice),
        ("/params/2/name", "the parameter `twice` is declared twice"),
        ("/path", "the path parameter `other` is not declared"),
        ("/path", "the path parameter `thingId` is not declared"),
    ];
    assert_eq!(said, expected, "{mistakes}");
}

#[test]
fn values_with_a_grammar_are_checked_with_place_and_remedy() {
    const API: &str = "api.json";
    let schemas = Schemas::audit_logs()
        .edit(API, "https://api.losant.com", "javascript://a/%0Ab")
        .edit(
            API,
            "https://docs.losant.com/",
            "https://x>\\n\\n~~~\\npanic!()\\n~~~",
        )
        .edit(API, "\"name\": \"losant\"", "\"name\": \"std\"")
        .edit(API, "\"version\": \"0.1.0\"", "\"version\": \"0.1\"")
        .edit(API, "LOSANT_TOKEN", "A=1; touch x; B")
        .edit(
            API,
            "\"Accept-Version\": ",
            "\"Authorization\": \"a\", \"A B\": \"b\\n\", \"Accept\": ",
        )
        .edit(LOG, "\"responses\": {", "\"responses\": {\"2xx\": {},");
    snapshot("values_with_a_grammar", &schemas);
}
