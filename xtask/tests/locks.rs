//! The two workspaces of the project: their lock files, and the features of their dependencies.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The packages of a lock file that come from a registry, with their versions.
fn locked(path: &str) -> BTreeSet<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(path).unwrap();
    let lock: toml::Table = text.parse().unwrap();
    let packages = lock["package"].as_array().unwrap().iter();
    packages
        .filter(|package| package.get("source").is_some())
        .map(|package| {
            let text = |key: &str| package[key].as_str().unwrap().to_owned();
            (text("name"), text("version"))
        })
        .collect()
}

#[test]
fn the_generator_is_built_of_the_same_versions_from_both_workspaces() {
    let main = locked("../Cargo.lock");
    let bootstrap = locked("bootstrap/Cargo.lock");
    assert!(bootstrap.len() > 50, "{} packages", bootstrap.len());
    let strangers: Vec<_> = bootstrap.difference(&main).collect();
    assert!(
        strangers.is_empty(),
        "not in Cargo.lock: {strangers:?}; run `cp Cargo.lock xtask/bootstrap/Cargo.lock && cargo xtask regenerate`"
    );
}

/// The registry's packages that cargo builds in a workspace, each with its features.
fn built(manifest: &str, edges: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tree", "--workspace", "--prefix", "none"])
        .args(["--format", "{p} [{f}]", "--edges", edges])
        .args(["--manifest-path", manifest])
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{messages}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| line.trim_end_matches(" (*)"));
    // A folder follows the version of the project's own packages.
    let foreign = lines.filter(|line| !line.contains("(/") && !line.is_empty());
    foreign.map(str::to_owned).collect()
}

#[test]
fn one_build_of_a_dependency_serves_both_workspaces() {
    let tests = built("../Cargo.toml", "all");
    let bootstrap = built("bootstrap/Cargo.toml", "normal,build");
    assert!(bootstrap.len() > 50, "{} packages", bootstrap.len());
    let twice: Vec<_> = bootstrap.difference(&tests).collect();
    assert!(
        twice.is_empty(),
        "built twice, as their features differ: {twice:#?}; state the features of the tests in xtask/bootstrap/Cargo.toml"
    );
}
