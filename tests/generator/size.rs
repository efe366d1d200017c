//! Descriptions that are large in one dimension: each is generated, or rejected with a stated
//! limit, on the stack of a thread and in acceptable time.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use codegen::{Diagnostic, Severity, Source};

/// The time limit of a test, with debug assertions and on a busy machine.
const WATCHDOG: Duration = Duration::from_secs(900);

const API: &str = r#"{"title": "", "version": "1", "baseUrl": "https://example.com",
    "package": {"name": "large", "version": "1.0.0"}}"#;

/// Generates these types. Returns the number of lines, or the first mistake.
fn generate(types: impl IntoIterator<Item = (String, String)>) -> Result<usize, String> {
    let resource = r##"{"path": "/x", "actions": {"get": {"method": "GET",
        "responses": {"200": {"schema": {"$ref": "#/definitions/t0"}}}}}}"##;
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.insert("api.json".to_owned(), API.into());
    files.insert("resources/x.json".to_owned(), resource.into());
    for (name, schema) in types {
        files.insert(format!("types/{name}.json"), schema.into_bytes());
    }
    let (sender, receiver) = mpsc::channel();
    // A spawned thread has a stack of 2 MiB.
    thread::spawn(move || {
        let result = match codegen::generate(&Source::new(files)) {
            Ok(files) => Ok(files.iter().map(|(_, text)| text.lines().count()).sum()),
            Err(found) => {
                let stops = |one: &&Diagnostic| one.severity() == Severity::Error;
                Err(found.iter().find(stops).unwrap().message().to_owned())
            }
        };
        sender.send(result)
    });
    receiver.recv_timeout(WATCHDOG).expect("it ends")
}

fn chain(length: usize, link: impl Fn(usize) -> String) -> Vec<(String, String)> {
    let last = (format!("t{length}"), r#"{"type": "string"}"#.to_owned());
    let links = (0..length).map(|number| (format!("t{number}"), link(number + 1)));
    links.chain([last]).collect()
}

fn object(next: usize) -> String {
    format!(
        r##"{{"type": "object", "properties": {{"next": {{"$ref": "#/definitions/t{next}"}}}}}}"##
    )
}

#[test]
fn a_chain_of_objects_does_not_overflow_the_stack() {
    let lines = generate(chain(1_000, object)).unwrap();
    assert!(lines > 1_000 * 10, "{lines}");
}

#[test]
fn a_cycle_of_objects_does_not_overflow_the_stack() {
    let ring = (0..1_000).map(|number| (format!("t{number}"), object((number + 1) % 1_000)));
    let lines = generate(ring).unwrap();
    assert!(lines > 1_000 * 10, "{lines}");
}

#[test]
fn a_chain_of_lists_becomes_json_at_the_maximal_depth() {
    let list =
        |next| format!(r##"{{"type": "array", "items": {{"$ref": "#/definitions/t{next}"}}}}"##);
    let lines = generate(chain(2_000, list)).unwrap();
    assert!(lines < 2_000 * 50, "{lines}");
}

#[test]
fn a_chain_of_references_is_followed_once() {
    let reference = |next| format!(r##"{{"$ref": "#/definitions/t{next}"}}"##);
    let lines = generate(chain(20_000, reference)).unwrap();
    assert!(lines > 20_000, "{lines}");
}

#[test]
fn chains_of_unions_and_all_of_do_not_overflow_the_stack() {
    let union = |next| {
        format!(r##"{{"oneOf": [{{"$ref": "#/definitions/t{next}"}}, {{"type": "integer"}}]}}"##)
    };
    assert!(generate(chain(400, union)).is_ok());
    let all = |next| {
        let own = format!(r#"{{"type": "object", "properties": {{"p{next}": {{}}}}}}"#);
        format!(r##"{{"allOf": [{{"$ref": "#/definitions/t{next}"}}, {own}]}}"##)
    };
    let mut types = chain(400, all);
    types.last_mut().unwrap().1 = r#"{"type": "object", "properties": {"z": {}}}"#.to_owned();
    assert!(generate(types).is_ok());
}

/// Each schema leads to the next one several times, so that a walk of all ways would double with
/// each.
#[test]
fn schemas_that_lead_to_the_next_one_twice_are_read_once() {
    let forms = [
        r#"{"if": R, "then": R, "else": R}"#,
        r#"{"allOf": [{"if": R, "then": {"required": ["y"]}}, {"if": R, "else": R}]}"#,
        r#"{"anyOf": [{"not": R}, {"not": R}]}"#,
        r#"{"not": {"anyOf": [R, R]}}"#,
        r#"{"not": {"allOf": [R, R]}}"#,
        r#"{"not": {"oneOf": [R, {"type": "null"}, R]}}"#,
        r#"{"oneOf": [R, R]}"#,
        r#"{"allOf": [{"oneOf": [R, {"type": "null"}]}, {"anyOf": [R, R]}]}"#,
        r#"{"oneOf": [R, {"allOf": [R, {"type": "object", "required": ["y"]}]}]}"#,
        r#"{"type": "object", "dependencies": {"x": R, "y": R}}"#,
        r#"{"enum": [{"x": "a"}, {"x": "b"}, null, true], "allOf": [R, R]}"#,
        r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
            "allOf": [R, R], "anyOf": [R, R], "unevaluatedProperties": {"type": "string"}}"#,
        r#"{"properties": {"a": R, "b": R}, "if": {"properties": {"a": R}}, "else": R}"#,
        r#"{"properties": {"a": {"anyOf": [R, {"type": "array", "items": R}]}}}"#,
        r#"{"type": "array", "items": [R, R], "additionalItems": R, "contains": R}"#,
        r#"{"propertyNames": R, "additionalProperties": R, "patternProperties": {"^a": R}}"#,
    ];
    for form in forms {
        let link = |next| {
            let next = format!(r##"{{"$ref": "#/definitions/t{next}"}}"##);
            form.replace('R', &next)
        };
        let mut types = chain(60, link);
        let last =
            r#"{"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}}"#;
        types.last_mut().unwrap().1 = last.to_owned();
        let generated = generate(types);
        assert!(generated.is_ok(), "{form}: {generated:?}");
    }
}

/// A `default` is validated, as deep as it is.
#[test]
fn a_deep_value_is_validated_once_by_each_schema() {
    let branch = |tag: &str| {
        format!(
            r##"{{"properties": {{"k": {{"const": "{tag}"}}, "a": {{"$ref": "#/definitions/t0"}}}}}}"##
        )
    };
    let deep = format!("{}1{}", r#"{"a": "#.repeat(60), "}".repeat(60));
    let schema = format!(
        r#"{{"oneOf": [{}, {}], "default": {deep}}}"#,
        branch("one"),
        branch("two")
    );
    let generated = generate([("t0".to_owned(), schema)]);
    assert!(generated.is_ok(), "{generated:?}");
}

#[test]
fn an_object_with_many_properties_and_an_enum_with_many_values_generate() {
    let mut properties = String::new();
    for number in 0..4_000 {
        write!(properties, r#""p{number}": {{"type": "string"}}, "#).unwrap();
    }
    let object = format!(r#"{{"type": "object", "properties": {{{properties}"z": {{}}}}}}"#);
    let strings: Vec<String> = (0..20_000).map(|number| format!("\"v{number}\"")).collect();
    let many = format!(r#"{{"type": "string", "enum": [{}]}}"#, strings.join(","));
    let types = [("t0".to_owned(), object), ("t1".to_owned(), many)];
    let lines = generate(types).unwrap();
    assert!(lines > 4_000 + 20_000, "{lines}");
}

#[test]
fn some_of_many_mistakes_are_shown_and_the_others_counted() {
    let properties: Vec<String> = (0..3_000)
        .map(|n| format!(r#""p{n}": {{"type": 1}}"#))
        .collect();
    let schema = format!(
        r#"{{"type": "object", "properties": {{{}}}}}"#,
        properties.join(",")
    );
    let files = [("api.json", API.to_owned()), ("types/t0.json", schema)];
    let files = files.map(|(path, text)| (path.to_owned(), text.into_bytes()));
    let mistakes = codegen::generate(&Source::new(files)).unwrap_err();
    assert!(mistakes.len() >= 3_000);
    let text = mistakes.to_string();
    assert_eq!(text.matches("error: ").count(), 500);
    let more = format!("and {} more\n", mistakes.len() - 500);
    assert!(text.ends_with(&more), "{}", &text[text.len() - 100..]);
}

#[test]
fn thousands_of_names_without_letters_are_distinguished_quickly() {
    let properties: Vec<String> = (1..=1_500)
        .map(|length| format!(r#""{}": {{"type": "string"}}"#, "_".repeat(length)))
        .collect();
    let object = format!(
        r#"{{"type": "object", "properties": {{{}}}}}"#,
        properties.join(", ")
    );
    let lines = generate([("t0".to_owned(), object)]).unwrap();
    assert!(lines > 1_500 * 2, "{lines}");
}

#[test]
fn patterns_whose_programs_are_large_are_compiled_up_to_a_limit() {
    let large = |count: usize| {
        let properties: Vec<String> = (0..count)
            .map(|number| {
                format!(
                    r#""p{number}": {{"type": "string", "pattern": "^{number}\\p{{L}}{{0,500}}"}}"#
                )
            })
            .collect();
        let object = format!(
            r#"{{"type": "object", "properties": {{{}}}}}"#,
            properties.join(", ")
        );
        generate([("t0".to_owned(), object)])
    };
    assert!(large(8).is_ok());
    let refused = large(3_000).unwrap_err();
    assert!(
        refused.ends_with("cannot be compiled: all patterns together exceed 128 MiB"),
        "{refused}"
    );
}
