//! The crate in `consumer/`, which uses the client as any program outside of the project would.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

use crate::cargo::{build, command, run};
use crate::server::{Server, page, reply};
use crate::{INSTANCE, TOKEN, mock};

/// The program, built with the versions that the project is locked to.
static PROGRAM: LazyLock<PathBuf> =
    LazyLock::new(|| build_locked(&tests::root().join("tests/consumer")));

/// Builds a package outside of the workspace with the versions of the project's lock file.
fn build_locked(package: &Path) -> PathBuf {
    let lock = fs::read(tests::root().join("Cargo.lock")).unwrap();
    // In one step, for another run of the tests may be building it as well.
    let mut file = tempfile::NamedTempFile::new_in(package).unwrap();
    file.write_all(&lock).unwrap();
    file.persist(package.join("Cargo.lock")).unwrap();
    build(package, &[])
}

fn export(arguments: &[&str], url: &str) -> Output {
    run(&PROGRAM, arguments, Some(TOKEN), url)
}

/// What the program wrote: a JSON value a line.
fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

fn ids(output: &Output) -> Vec<String> {
    let lines = lines(output);
    let ids = lines.iter().map(|line| line["id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

/// What the program said, which must not be the token.
fn said(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!text.contains("SECRET"), "{text}");
    text
}

fn numbered(numbers: impl Iterator<Item = usize>) -> Vec<String> {
    numbers.map(|number| format!("{number:024x}")).collect()
}

#[test]
fn all_audit_logs_are_exported_as_json_lines_oldest_first() {
    let mock = mock(250);
    let output = export(&[INSTANCE], &mock.url());
    assert!(output.status.success(), "{}", said(&output));
    // The mock numbers its items from the newest on.
    assert_eq!(ids(&output), numbered((0..250).rev()));
    let lines = lines(&output);
    assert!(
        lines
            .iter()
            .all(|line| line["requestPathParams"].is_object())
    );
    assert_eq!(said(&output), "");
}

#[test]
fn the_export_begins_where_it_is_told_to() {
    let mock = mock(250);
    let all = lines(&export(&[INSTANCE], &mock.url()));
    let since = all[240]["creationDate"].as_str().unwrap();
    let output = export(&[INSTANCE, "--since", since], &mock.url());
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(lines(&output), all[240..]);
}

#[test]
fn an_instance_that_does_not_exist_is_told_with_what_to_check() {
    let mock = mock(250);
    let output = export(&[&"f".repeat(24)], &mock.url());
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    insta::assert_snapshot!(said(&output), @r"
    audit-export: instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 404 Not Found: NotFound: `instanceId` ffffffffffffffffffffffff was not found
    check INSTANCE_ID, and that the token is one for that instance
    ");
}

#[test]
fn what_was_exported_before_an_error_stays_exported() {
    let unavailable = reply("503 Service Unavailable", &[], "<html>");
    let mut first = Some(page(0..2, 2, 4));
    let server = Server::start(move |_| first.take().unwrap_or_else(|| unavailable.clone()));
    let output = export(&[INSTANCE], &server.url());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(ids(&output), numbered(0..2));
    assert_eq!(server.count(), 5);
    let said = said(&output);
    // How long that took differs.
    let (before, behind) = said.split_once(" in ").unwrap();
    let (_, behind) = behind.split_once('\n').unwrap();
    let said = format!("{before} in TIME\n{behind}");
    insta::assert_snapshot!(said, @r#"
    audit-export: instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 503 Service Unavailable: "<html>"; gave up after 4 attempts in TIME
    try again later; --since the last log's creationDate goes on from there
    "#);
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    let mock = mock(1000);
    let mut command = command(&PROGRAM, &[INSTANCE], Some(TOKEN), &mock.url());
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let mut first = String::new();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    output.read_line(&mut first).unwrap();
    // More is left than a pipe holds, so the program notices.
    drop(output);
    let output = process.wait_with_output().unwrap();
    assert!(first.ends_with("}\n"));
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(said(&output), "");
}

#[test]
fn arguments_that_are_none_are_told_with_the_usage() {
    let since = [INSTANCE, "--since", "yesterday"];
    for arguments in [
        &[][..],
        &["zz"],
        &[INSTANCE, "x"],
        &[INSTANCE, "--since"],
        &since,
    ] {
        let output = export(arguments, "http://127.0.0.1:1");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said(&output).contains("usage: audit-export INSTANCE_ID"));
    }
    let output = run(&PROGRAM, &[INSTANCE], None, "http://127.0.0.1:1");
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("LOSANT_TOKEN"));
}

#[test]
fn a_server_that_is_not_there_is_told_with_the_reason() {
    let output = export(&[INSTANCE], "http://127.0.0.1:1");
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(said.contains("could not connect"), "{said}");
    assert!(said.to_lowercase().contains("refused"), "{said}");
    assert!(said.contains("LOSANT_URL"), "{said}");
}

#[test]
fn the_readmes_first_call_runs_with_the_dependencies_that_it_shows() {
    let readme = fs::read_to_string(tests::root().join("README.md")).unwrap();
    let dependencies = &tests::blocks(&readme, "toml")[0];
    let root = tests::root().to_str().unwrap().replace('\\', "/");
    let dependencies = dependencies.replace("PATH/TO/THIS", &root);
    let package = "[package]\nname = \"first-call\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("first-call");
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!("{package}\n[workspace]\n\n{dependencies}");
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let main = &tests::blocks(&readme, "rust")[0];
    fs::write(folder.join("src/main.rs"), main).unwrap();
    let program = build_locked(&folder);

    // Without a token it ends before its first request, which would go to the vendor's server.
    let output = run(&program, &[], None, "http://127.0.0.1:1");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("NotPresent"), "{}", said(&output));
}
