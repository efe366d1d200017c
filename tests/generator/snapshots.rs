//! Snapshots of the whole output.

use codegen::Runtime;
use tests::root;

use crate::schemas::Schemas;

/// The content without the hashes of its header, which change with every edit of a schema.
fn without_hashes(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(" sha256 ") {
        Some((before, hash)) => {
            let end = hash.get(64..).unwrap_or_default();
            format!("{before} sha256 HASH{end}")
        }
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_emitted_file_is_as_reviewed() {
    let files = Schemas::audit_logs().generate().unwrap();
    let paths: Vec<_> = files.iter().map(|(path, _)| path).collect();
    insta::assert_snapshot!("files", paths.join("\n"));
    for (path, text) in files.iter() {
        insta::assert_snapshot!(path.replace('/', "__"), without_hashes(text));
    }
}

#[test]
fn the_committed_crate_is_what_the_schemas_produce() {
    let schemas = Schemas::of(&root().join("schemas")).source();
    let files = codegen::generate_with(&schemas, &Runtime::at("../codegen/runtime")).unwrap();
    for (path, text) in files.iter() {
        let committed = std::fs::read_to_string(root().join("generated").join(path)).unwrap();
        assert_eq!(committed.replace("\r\n", "\n"), text, "{path}");
    }
}

#[test]
fn the_same_source_gives_the_same_files() {
    let schemas = Schemas::audit_logs();
    assert_eq!(schemas.generate().unwrap(), schemas.generate().unwrap());
}

#[test]
fn the_schema_of_the_descriptors_is_up_to_date_and_named_by_each() {
    let path = root().join("schemas/descriptor.schema.json");
    let committed = std::fs::read_to_string(path).unwrap();
    let derived = codegen::descriptor::descriptor_schema();
    assert_eq!(committed.replace("\r\n", "\n"), derived);

    let schemas = Schemas::audit_logs();
    let descriptors = schemas.paths().filter(|path| !path.starts_with("types/"));
    let others = ["descriptor.schema.json", "README.md"];
    for path in descriptors.filter(|path| !others.contains(path)) {
        let named = match path {
            "api.json" => "\"$schema\": \"./descriptor.schema.json\"",
            _ => "\"$schema\": \"../descriptor.schema.json\"",
        };
        assert!(schemas.text(path).contains(named), "{path}");
    }
}
