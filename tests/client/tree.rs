//! The crates that the client pulls in.
#![cfg(target_os = "linux")] // Offline, cargo knows only the packages of the platform it runs on.

use std::collections::BTreeSet;
use std::process::Command;

/// The names of the crates in the default build, without those for tests.
fn tree() -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--package", "losant"])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .current_dir(tests::root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split(' ').next());
    let names = names.filter(|name| *name != "losant");
    names.map(str::to_owned).collect()
}

/// The names in the first column of the table, and whether the row states a reason.
fn table() -> Vec<(String, bool)> {
    let readme = std::fs::read_to_string(tests::root().join("codegen/runtime/README.md")).unwrap();
    let (_, section) = readme.split_once("## Dependencies\n").unwrap();
    let section = section.split("\n#").next().unwrap();
    let rows = section.lines().filter_map(|line| {
        let (crates, reason) = line.strip_prefix('|')?.split_once('|')?;
        Some((crates, !reason.trim_end_matches('|').trim().is_empty()))
    });
    let names = rows.flat_map(|(crates, has_reason)| {
        let names = crates.split('`').skip(1).step_by(2);
        names.map(move |name| (name.to_owned(), has_reason))
    });
    names.collect()
}

#[test]
fn the_readme_states_a_reason_for_every_crate_that_the_client_pulls_in() {
    let table = table();
    let listed: BTreeSet<_> = table.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(listed.len(), table.len(), "a crate is listed twice");
    assert!(table.iter().all(|(_, has_reason)| *has_reason));
    let tree = tree();
    let missing: Vec<_> = tree.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&tree).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "the table under \"Dependencies\" lacks {missing:?}, and has {gone:?}, which the tree lacks"
    );
}
