//! The two lock files of the project.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

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
