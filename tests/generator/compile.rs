//! Emitted crates compile, whatever names the API uses.

use codegen::FileSet;
use xtask::scratch::Scratch;

use crate::hostile;
use crate::schemas::Schemas;

#[test]
fn crates_of_hostile_and_of_minimal_schemas_compile_without_a_warning() {
    let scratch = Scratch::new("generator-test").unwrap();
    let crates: [(&str, FileSet); 2] = [
        ("hostile", generated(&hostile::schemas())),
        ("minimal", generated(&minimal())),
    ];
    for (folder, files) in &crates {
        scratch.emitted(folder, files).unwrap();
    }
    scratch.manifest(&["hostile", "minimal"]).unwrap();
    let output = scratch
        .cargo("check")
        .args(["--workspace", "--all-targets", "--all-features", "--quiet"])
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{messages}");
    assert_eq!(messages, "", "no warnings");
}

fn generated(schemas: &Schemas) -> FileSet {
    schemas
        .generate()
        .unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// The smallest possible API.
fn minimal() -> Schemas {
    Schemas::default()
        .with(
            "api.json",
            r#"{"title": "", "version": "1", "baseUrl": "https://example.com",
                "package": {"name": "minimal", "version": "1.0.0"}}"#,
        )
        .with(
            "resources/one.json",
            r#"{"path": "/one", "actions": {
                "read": {"method": "GET", "responses": {"204": {}}}}}"#,
        )
}
