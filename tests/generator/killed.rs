//! Runs that are killed.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use tests::root;

use crate::commands::{binary, files, text};
use crate::files::run;

#[test]
fn a_regenerate_that_is_killed_leaves_the_old_tree_or_the_new_one() {
    const ROUNDS: u32 = 40;
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("home/out");
    let out_text = out.to_str().unwrap();
    // The second version lacks a resource, and changes the content of every file.
    let versions = ["one", "two"].map(|name| {
        let schemas = scratch.path().join(name);
        tests::copy_audit_logs(&schemas).unwrap();
        schemas
    });
    fs::remove_file(versions[1].join("resources/instanceAuditLog.json")).unwrap();
    let api = versions[1].join("api.json");
    let changed = fs::read_to_string(&api)
        .unwrap()
        .replace("\"title\": \"", "\"title\": \"Another ");
    fs::write(&api, changed).unwrap();

    let arguments = versions.each_ref().map(|schemas| {
        [
            "regenerate",
            "--schemas",
            schemas.to_str().unwrap(),
            "--out",
            out_text,
        ]
    });
    let trees = arguments.map(|arguments| {
        let output = run(&arguments);
        assert!(output.status.success(), "{}", text(&output));
        files(&out)
    });
    assert_ne!(trees[0], trees[1]);
    let binary = binary();
    let start = Instant::now();
    assert!(run(&arguments[0]).status.success());
    let takes = start.elapsed();
    let mut seen = [0; 2];
    for round in 0..ROUNDS {
        let mut command = Command::new(&binary);
        command
            .args(arguments[usize::from(round % 2 == 0)])
            .current_dir(root())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // At a different moment each time, from the start to after the end.
        std::thread::sleep(takes * (round / 2) * 3 / ROUNDS);
        let _ = child.kill(); // it may have ended
        child.wait().unwrap();
        let found = files(&out);
        let index = trees.iter().position(|tree| *tree == found);
        let index = index.unwrap_or_else(|| panic!("a mixture: {:?}", found.keys()));
        seen[index] += 1;
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
    assert!(run(&arguments[1]).status.success());
    assert_eq!(files(&out), trees[1]);
    let beside: Vec<_> = fs::read_dir(out.parent().unwrap()).unwrap().collect();
    assert_eq!(beside.len(), 1, "{beside:?}");
}
