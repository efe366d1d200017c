//! Reads whole sources, valid and invalid.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::diagnostics::Diagnostics;
use crate::normal::Keywords;

const API: &str = r#"{"title": "A", "version": "1", "baseUrl": "https://a.example",
    "package": {"name": "a", "version": "0.1.0"}}"#;

fn source<const N: usize>(files: [(&str, &str); N]) -> Source {
    Source::new(files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())))
}

/// The documents of a source without mistakes.
fn documents_of(source: &Source) -> Result<Documents, Diagnostics> {
    let (documents, found) = read(source);
    match documents.filter(|_| found.is_empty()) {
        Some(documents) => Ok(documents),
        None => Err(Diagnostics::resolve(found, source)),
    }
}

fn mistakes(source: &Source) -> String {
    let (_, list) = read(source);
    assert!(!list.is_empty());
    Diagnostics::resolve(list, source).to_string()
}

/// The keywords of a type.
fn keywords<'d>(documents: &'d Documents, name: &str) -> &'d Keywords {
    let mut types = documents.meanings.types();
    let (_, node) = types.find(|(own, _)| *own == name).unwrap();
    documents.meanings.node(node).keywords().unwrap()
}

/// The project's own schemas.
fn real() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/audit-logs");
    let mut files = Vec::new();
    for folder in ["", "resources/", "types/"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                let path = format!("{folder}{}", entry.file_name().to_string_lossy());
                files.push((path, std::fs::read(entry.path()).unwrap()));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn the_projects_own_schemas_are_valid() {
    let source = Source::new(real());
    let documents = documents_of(&source).unwrap();
    assert!(!documents.resources.is_empty());
    assert!(documents.meanings.types().next().is_some());
}

#[test]
fn documents_are_keyed_by_their_stems() {
    let types = r#"{"properties": {"z": {}, "a": {"properties": {"y": {}, "b": {}}}}}"#;
    let resource = r#"{"path": "/a", "actions": {}}"#;
    let source = source([
        ("api.json", API),
        ("resources/one.json", resource),
        ("types/two.json", types),
    ]);
    let documents = documents_of(&source).unwrap();
    assert_eq!(documents.service.content.title, "A");
    assert_eq!(documents.resources["one"].path, "resources/one.json");
    assert_eq!(
        keywords(&documents, "two")
            .properties
            .keys()
            .collect::<Vec<_>>(),
        ["z", "a"]
    );
}

#[test]
fn the_mistakes_of_all_files_are_reported_in_one_run() {
    let source = source([
        ("api.json", "{"),
        ("resources/a.json", "{\"path\": \"/a\", \"actons\": {}}"),
        ("stray.txt", ""),
        ("types/A.json", "{}"),
        ("types/a.json", "{\"type\": \"text\",\n \"type\": \"text\"}"),
        ("types/b.json", ""),
    ]);
    let expected = r#"error: invalid JSON: EOF while parsing an object
 --> api.json:1:2
  |
1 | {
  |  ^
  |
  = help: close the open string, list or object: the file ends too early

error: unknown key `actons`
 --> resources/a.json:1:16
  |
1 | {"path": "/a", "actons": {}}
  |                ^^^^^^^^ at /actons
  |
  = help: did you mean `actions`?

error: `stray.txt` is not part of the schemas
 --> stray.txt
  = help: move or remove it; expected are `api.json`, `resources/*.json`, `types/*.json` and `LICENSE*`

error: `types/a.json` is a duplicate: its name differs from another one only by case
 --> types/a.json
  = note: types/A.json: this is the other one
  = help: rename or remove one of them

error: duplicate key `type`
 --> types/a.json:2:2
  |
2 |  "type": "text"}
  |  ^^^^^^ at /type
  |
 ::: types/a.json:1:2
  |
1 | {"type": "text",
  |  ------ the first one
  |
  = help: remove or rename one of them

error: `text` is not a type
 --> types/a.json:2:10
  |
2 |  "type": "text"}
  |          ^^^^^^ at /type
  |
  = help: use one of `null`, `boolean`, `integer`, `number`, `string`, `array`, `object`

error: the file is empty
 --> types/b.json
  = help: write a JSON object, or remove the file
"#;
    assert_eq!(mistakes(&source), expected);
}

/// A mutation of a file.
#[derive(Debug, Clone)]
enum Mutation {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, u8),
    Truncate(Index),
    Repeat(Index, u8),
}

impl Mutation {
    fn apply(self, bytes: &mut Vec<u8>) {
        let length = bytes.len() + 1;
        let end = |start: usize, count: u8| (start + usize::from(count)).min(length - 1);
        match self {
            Mutation::Set(at, byte) => {
                if let Some(place) = bytes.get_mut(at.index(length)) {
                    *place = byte;
                }
            }
            Mutation::Insert(at, more) => {
                let at = at.index(length);
                bytes.splice(at..at, more);
            }
            Mutation::Remove(at, count) => {
                let at = at.index(length);
                bytes.drain(at..end(at, count));
            }
            Mutation::Truncate(at) => bytes.truncate(at.index(length)),
            Mutation::Repeat(at, count) => {
                let at = at.index(length);
                let piece = bytes[at..end(at, count)].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    let pieces = prop_oneof![
        "[\\[\\]{}:,\"\\\\0-9\u{0}-\u{1f}é日\u{202e}]{1,8}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 1..8),
        Just(b"[".repeat(200)),
        Just(b"\"type\": null,".to_vec()),
    ];
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        (at(), pieces).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        (at(), any::<u8>()).prop_map(|(at, count)| Mutation::Remove(at, count)),
        at().prop_map(Mutation::Truncate),
        (at(), any::<u8>()).prop_map(|(at, count)| Mutation::Repeat(at, count)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes_are_read_or_rejected_with_a_reason(
        file in any::<Index>(),
        mutations in proptest::collection::vec(mutation(), 1..4),
    ) {
        let mut files = real();
        let file = file.index(files.len());
        for mutation in mutations {
            mutation.apply(&mut files[file].1);
        }
        let source = Source::new(files);
        if let Err(diagnostics) = documents_of(&source) {
            prop_assert!(diagnostics.len() > 0);
            let text = diagnostics.render(false);
            prop_assert!(!text.contains(|c: char| c != '\n' && c.is_control()));
            for diagnostic in diagnostics.iter() {
                prop_assert!(diagnostic.line() > 0 && diagnostic.column() > 0);
                prop_assert!(!diagnostic.help().is_empty());
                // The shapes are as strict as the types, so serde has nothing to add.
                prop_assert!(!diagnostic.message().starts_with("not as the format has it"));
            }
        }
    }
}

#[test]
fn other_types_can_refer_to_a_type_with_mistakes() {
    let source = source([
        ("api.json", API),
        (
            "types/a.json",
            r#"{"properties": {"x": {"type": "colour"}}}"#,
        ),
        ("types/b.json", "{"),
        ("types/c.json", "{}"),
    ]);
    let (documents, found) = read(&source);
    let documents = documents.unwrap();
    assert_eq!(found.len(), 2);
    let names: Vec<_> = documents.meanings.types().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert!(keywords(&documents, "a").properties.contains_key("x"));
}

#[test]
fn schemas_are_read_in_every_position_and_nowhere_else() {
    let schema = r#"{"type": "string", "min": 1}"#;
    let resource = format!(
        r#"{{"path": "/", "actions": {{"schema": {{"method": "GET",
            "params": [{{"name": "a", "in": "query", "schema": {schema}, "example": {{"schema": {{"min": 1}}}}}}],
            "responses": {{"200": {{"schema": {schema}, "sseEvents": {{"schema": {{"schema": {schema}}}}}}}}}}}}}}}"#
    );
    let source = source([("api.json", API), ("resources/a.json", &resource)]);
    let (documents, found) = read(&source);
    let mut pointers: Vec<_> = found.iter().map(Diagnostic::pointer).collect();
    pointers.sort_unstable();
    let expected = [
        "/actions/schema/params/0/schema/min",
        "/actions/schema/responses/200/schema/min",
        "/actions/schema/responses/200/sseEvents/schema/schema/min",
    ];
    assert_eq!(pointers, expected);
    assert_eq!(documents.unwrap().inline.len(), 3);
}
