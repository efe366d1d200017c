//! The vendor's own description against the lock and the corrections of the project.

use std::fs;
use std::path::Path;

use codegen::normal::Json;
use tests::root;
use xtask::drift::{Outcome, upstream};

use crate::commands::{text, xtask};

#[test]
fn the_vendors_description_matches_the_lock() {
    let Some(vendor) = tests::shared("vendor/losant-1.30.0") else {
        return;
    };
    match upstream::run(&root().join("schemas"), Some(&vendor)).unwrap() {
        Outcome::Done(findings) => assert_eq!(findings, []),
        Outcome::Skipped(why) => panic!("{why}"),
    }
}

#[test]
fn an_import_reproduces_the_lock_of_the_project() {
    let Some(vendor) = tests::shared("vendor/losant-1.30.0") else {
        return;
    };
    let scratch = tempfile::tempdir().unwrap();
    let into = scratch.path().join("whole");
    let [vendor, into_text] = [&vendor, &into].map(|path| path.to_str().unwrap());
    let output = xtask(&["import", vendor, "--into", into_text]);
    assert!(output.status.success(), "{}", text(&output));
    let lock = |folder| fs::read_to_string(folder).unwrap().replace("\r\n", "\n");
    let committed = lock(root().join("schemas/upstream/lock.toml"));
    // A description that is laid out in a folder does not name its package.
    let is_known = |line: &&str| !line.starts_with("package");
    let expected: Vec<_> = committed.lines().filter(is_known).collect();
    let written = lock(into.join("upstream/lock.toml"));
    assert_eq!(written.lines().collect::<Vec<_>>(), expected);
    assert!(committed.len() < 64 * 1024, "names and hashes, no text");
}

/// Every JSON file of the vendor's description in another folder, each changed by `lay_out`.
fn laid_out(into: &Path, lay_out: impl Fn(&Json) -> String) -> bool {
    let Some(vendor) = tests::shared("vendor/losant-1.30.0") else {
        return false;
    };
    fs::create_dir_all(into.join("types")).unwrap();
    for folder in ["", "types"] {
        for entry in fs::read_dir(vendor.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                let value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
                let path = into.join(folder).join(path.file_name().unwrap());
                fs::write(path, lay_out(&value)).unwrap();
            }
        }
    }
    true
}

fn pretty(value: &Json) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

fn compact(value: &Json) -> String {
    serde_json::to_string(value).unwrap()
}

fn drift(upstream: &Path) -> std::process::Output {
    let upstream = upstream.to_str().unwrap();
    xtask(&[
        "drift",
        "upstream",
        "--fail-on",
        "any",
        "--upstream",
        upstream,
    ])
}

#[test]
fn the_layout_of_a_description_does_not_affect_the_lock() {
    let scratch = tempfile::tempdir().unwrap();
    let layouts: [fn(&Json) -> String; 3] = [
        // As editors end a file, and as others do.
        |value| pretty(value) + "\n",
        compact,
        |value| (pretty(value) + "\n\n").replace('\n', "\r\n"),
    ];
    for (number, layout) in layouts.into_iter().enumerate() {
        let into = scratch.path().join(format!("{number}/losant-rest-1.30.0"));
        if !laid_out(&into, layout) {
            return;
        }
        let output = drift(&into);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        fs::write(
            into.join("scopes.json"),
            "{\"device.get\": [\"another\"]}\n",
        )
        .unwrap();
        let output = drift(&into);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    }
}

#[test]
fn a_description_older_than_the_locked_one_is_rejected() {
    let scratch = tempfile::tempdir().unwrap();
    for (version, code) in [("1.29.5", 3), ("1.30.0-rc.1", 3), ("1.31.0", 1)] {
        let into = scratch.path().join(format!("losant-rest-{version}"));
        if !laid_out(&into, compact) {
            return;
        }
        let output = drift(&into);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        let refusal = format!(
            "the description is version {version}, older than version 1.30.0 in schemas/upstream/lock.toml"
        );
        assert_eq!(said.contains(&refusal), code == 3, "{said}");
    }
    let schemas = scratch.path().join("schemas");
    fs::create_dir_all(schemas.join("upstream")).unwrap();
    for name in ["api.json", "upstream/lock.toml"] {
        fs::copy(root().join("schemas").join(name), schemas.join(name)).unwrap();
    }
    let older = scratch.path().join("losant-rest-1.29.5");
    let [older, schemas_text] = [&older, &schemas].map(|path| path.to_str().unwrap());
    let output = xtask(&["import", older, "--lock", "--schemas", schemas_text]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains(&format!(
            "`cargo xtask import DIR --lock --schemas {schemas_text}`"
        )),
        "{said}"
    );
    let lock = |folder: &Path| fs::read(folder.join("upstream/lock.toml")).unwrap();
    assert_eq!(lock(&schemas), lock(&root().join("schemas")));
}
