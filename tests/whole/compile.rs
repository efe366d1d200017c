//! The emitted crate compiles, with all features and with few of them.

use crate::built::{README, client};

/// Resources that are compiled alone: one without special needs, unions and recursion, event
/// streams, and uploads.
const ALONE: &[&str] = &["instance-audit-logs", "flows", "devices", "files"];

#[test]
fn the_whole_client_compiles_without_a_warning() {
    assert_compiles(&["--all-features"]);
}

#[test]
fn a_resource_compiles_without_the_others() {
    for feature in ALONE {
        assert_compiles(&["--no-default-features", "--features", feature]);
    }
}

#[test]
fn the_dependency_shown_in_the_readme_reaches_the_api_by_tls() {
    let Some(client) = client() else { return };
    let mut command = client.scratch().cargo("run");
    let output = command.args(["--quiet", "--package", README]).output();
    let output = output.unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{messages}");
}

fn assert_compiles(features: &[&str]) {
    let Some(client) = client() else { return };
    let mut command = client.scratch().cargo("check");
    let command = command
        .args(["--quiet", "--package", "losant"])
        .args(features);
    let output = command.output().unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{features:?}: {messages}");
    assert_eq!(messages, "", "{features:?} give no warnings");
}
