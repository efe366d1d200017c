//! The vendor's own description against the lock and the overlays of the project.

use std::fs;

use tests::root;
use xtask::drift::{Outcome, upstream};

use crate::commands::{text, xtask};

#[test]
fn the_vendors_description_is_the_one_that_is_locked() {
    let Some(vendor) = tests::shared("vendor/losant-1.30.0") else {
        return;
    };
    match upstream::run(&root().join("schemas"), Some(&vendor)).unwrap() {
        Outcome::Done(findings) => assert_eq!(findings, []),
        Outcome::Skipped(why) => panic!("{why}"),
    }
}

#[test]
fn an_import_writes_the_lock_that_the_project_has() {
    let Some(vendor) = tests::shared("vendor/losant-1.30.0") else {
        return;
    };
    let scratch = tempfile::tempdir().unwrap();
    let into = scratch.path().join("whole");
    let [vendor, into_text] = [&vendor, &into].map(|path| path.to_str().unwrap());
    let output = xtask(&["import", vendor, "--into", into_text]);
    assert!(output.status.success(), "{}", text(&output));
    let lock = |folder| fs::read_to_string(folder).unwrap().replace("\r\n", "\n");
    let committed = lock(root().join("schemas/upstream.lock"));
    assert_eq!(lock(into.join("upstream.lock")), committed);
    assert!(committed.len() < 64 * 1024, "names and hashes, no text");
}
