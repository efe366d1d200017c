//! The crate in `consumer/`, which uses the client like any other program.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

use crate::cargo::{build, command, run};
use crate::server::{Server, page, reply};
use crate::{INSTANCE, TOKEN, mock};

/// The program, built with the versions in the project's lock file.
static PROGRAM: LazyLock<PathBuf> =
    LazyLock::new(|| build_locked(&tests::root().join("tests/consumer")));

/// Builds a package outside of the workspace with the versions of the project's lock file.
fn build_locked(package: &Path) -> PathBuf {
    let lock = fs::read(tests::root().join("Cargo.lock")).unwrap();
    // Atomically, because another run of the tests may be building it too.
    let mut file = tempfile::NamedTempFile::new_in(package).unwrap();
    file.write_all(&lock).unwrap();
    file.persist(package.join("Cargo.lock")).unwrap();
    build(package, &[])
}

fn export(arguments: &[&str], url: &str) -> Output {
    run(&PROGRAM, arguments, Some(TOKEN), url)
}

/// The program's output: one JSON value per line.
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

/// The program's messages, which must not contain the token.
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
    // The mock numbers its items, starting with the newest.
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
fn the_export_starts_at_the_given_time() {
    let mock = mock(250);
    let all = lines(&export(&[INSTANCE], &mock.url()));
    let since = all[240]["creationDate"].as_str().unwrap();
    let output = export(&[INSTANCE, "--since", since], &mock.url());
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(lines(&output), all[240..]);
}

#[test]
fn an_unknown_instance_is_reported_with_what_to_check() {
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
fn logs_exported_before_an_error_stay_exported() {
    let unavailable = reply("503 Service Unavailable", &[], "<html>");
    let mut first = Some(page(0..2, 2, 4));
    let server = Server::start(move |_| first.take().unwrap_or_else(|| unavailable.clone()));
    let output = export(&[INSTANCE], &server.url());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(ids(&output), numbered(0..2));
    assert_eq!(server.count(), 5);
    let said = said(&output);
    // The elapsed time varies.
    let (before, after) = said.split_once(" in ").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    let said = format!("{before} in TIME\n{after}");
    insta::assert_snapshot!(said, @r#"
    audit-export: instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 503 Service Unavailable: "<html>"; gave up after 4 attempts in TIME
    try again later; --since the last log's creationDate continues from there
    "#);
}

#[test]
fn a_reader_that_closes_the_pipe_is_not_an_error() {
    let mock = mock(1000);
    let mut command = command(&PROGRAM, &[INSTANCE], Some(TOKEN), &mock.url());
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let mut first = String::new();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    output.read_line(&mut first).unwrap();
    // The rest exceeds the pipe's buffer, so the program notices.
    drop(output);
    let output = process.wait_with_output().unwrap();
    assert!(first.ends_with("}\n"));
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(said(&output), "");
}

#[test]
fn invalid_arguments_are_reported_with_the_usage() {
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
fn an_unreachable_server_is_reported_with_the_reason() {
    let output = export(&[INSTANCE], "http://127.0.0.1:1");
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(said.contains("could not connect"), "{said}");
    assert!(said.to_lowercase().contains("refused"), "{said}");
    assert!(said.contains("LOSANT_URL"), "{said}");
}

#[test]
fn the_readmes_first_call_runs_with_the_dependencies_shown_there() {
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

    // Without a token it exits before its first request, which would go to the vendor's server.
    let output = run(&program, &[], None, "http://127.0.0.1:1");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("NotPresent"), "{}", said(&output));
}
