//! The examples of the generated crate.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use crate::cargo::{build, run};
use crate::{TOKEN, mock};

/// The programs of the examples, by name.
static EXAMPLES: LazyLock<BTreeMap<String, PathBuf>> = LazyLock::new(|| {
    let package = tests::root().join("generated");
    let files = std::fs::read_dir(package.join("examples")).unwrap();
    let names = files.map(|file| file.unwrap().path());
    names
        .map(|file| {
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            // As part of the workspace, it needs no other build of its dependencies.
            let program = build(&tests::root(), &["--example", &name]);
            (name, program)
        })
        .collect()
});

#[test]
fn every_example_runs_unchanged() {
    let names: Vec<_> = EXAMPLES.keys().map(String::as_str).collect();
    assert_eq!(names, ["instance_audit_log", "instance_audit_logs"]);
    let mock = mock(3);
    for (name, program) in EXAMPLES.iter() {
        let output = run(program, &[], Some(TOKEN), &mock.url());
        assert!(output.status.success(), "{name}: {output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.contains(TOKEN));
        let expected = if name == "instance_audit_logs" { 3 } else { 1 };
        assert_eq!(
            text.matches("InstanceAuditLog {").count(),
            expected,
            "{name}"
        );
    }
}

#[test]
fn an_example_takes_its_ids_from_the_command_line_and_fails_for_unknown_ones() {
    let mock = mock(3);
    for (name, program) in EXAMPLES.iter() {
        let nowhere = "f".repeat(24);
        let output = run(program, &[&nowhere], Some(TOKEN), &mock.url());
        assert!(!output.status.success(), "{name}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("NotFound"), "{name}: {said}");
        assert!(!said.contains(TOKEN));
    }
}
