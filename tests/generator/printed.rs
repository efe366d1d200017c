//! Names and messages chosen by others, as printed by the commands: nothing in them acts on a
//! terminal, a shell or a CI that shows the log.

use std::fs;
use std::path::Path;
use std::process::Output;

use tests::root;

use crate::commands::{binary, reports, small, text, xtask};

/// A name with everything that must be escaped.
const EVIL: &str =
    "a\u{1b}[2J\u{9b}1m\u{202e}\u{2066}\u{7}\n::error::owned\r::set-output name=x::y ##[error]z";

/// Asserts that nothing in a command's output is active.
fn assert_harmless(output: &Output) {
    let said = text(output);
    for line in said.split('\n') {
        let acts = |c: char| {
            c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!line.contains(acts), "{line:?}");
        let is_ours = [
            "::error ",
            "::warning ",
            "::notice ",
            "::group::drift",
            "::endgroup::",
        ];
        let is_command = line.trim_start().starts_with("::");
        assert!(
            !is_command || is_ours.iter().any(|start| line.starts_with(start)),
            "{line:?}"
        );
        assert!(!line.contains("##["), "{line:?}");
    }
}

#[cfg(unix)]
#[test]
fn no_name_or_content_of_a_file_is_active_in_a_report() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("out");
    let folder = out.to_str().unwrap();
    let generate = ["regenerate", "--schemas", small(), "--out", folder];
    assert!(xtask(&generate).status.success());
    let lib = fs::read_to_string(out.join("src/lib.rs")).unwrap();
    let evil = lib.replacen(
        "mod client",
        &format!("::error::context\n{EVIL}\nmod klient"),
        1,
    );
    fs::write(out.join("src/lib.rs"), evil).unwrap();
    fs::write(out.join(EVIL.replace('/', "")), "mine\n").unwrap();
    // Next to a change, so that it is in the context of the diff.
    let readme = fs::read_to_string(out.join("README.md")).unwrap();
    fs::write(
        out.join("README.md"),
        format!("{readme} ::error::x\n##[error]y\n"),
    )
    .unwrap();

    let check = [&generate[..], &["--check"]].concat();
    for arguments in [&[check, generate.to_vec()][..], &reports(folder)].concat() {
        let output = xtask(&arguments);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert_harmless(&output);
    }
}

#[test]
fn no_string_of_a_description_is_active_in_a_diagnostic() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("schemas");
    tests::copy_audit_logs(&folder).unwrap();
    let api = fs::read_to_string(folder.join("api.json")).unwrap();
    let mut api: serde_json::Value = serde_json::from_str(&api).unwrap();
    for key in ["title", "version"] {
        api[key] = EVIL.into();
    }
    api["package"]["name"] = EVIL.into();
    api["package"]["version"] = EVIL.into();
    api[EVIL] = 1.into();
    api["[a](https://example.org) www.example.org a@example.org `"] = 1.into();
    fs::write(
        folder.join("api.json"),
        serde_json::to_string_pretty(&api).unwrap(),
    )
    .unwrap();
    let folder = folder.to_str().unwrap();
    let drift = ["drift", "generated", "--schemas", folder, "--format"];
    let formats = ["human", "json", "github", "sarif", "markdown"];
    for format in formats {
        let output = xtask(&[&drift[..], &[format]].concat());
        assert_eq!(output.status.code(), Some(3), "{}", text(&output));
        assert_harmless(&output);
        if format == "markdown" {
            let report = String::from_utf8(output.stdout).unwrap();
            let is_link = ["https://", "www.e", "a@e", "]("];
            assert!(
                !is_link.iter().any(|link| report.contains(link)),
                "{report}"
            );
        }
    }
    assert_harmless(&xtask(&[
        "regenerate",
        "--schemas",
        folder,
        "--out",
        folder,
    ]));
}

#[test]
fn the_mock_prints_only_two_variables_to_paste() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    for variable in [
        "A=1; touch x; B",
        "A\n::error::x",
        "$(touch x)",
        "1A",
        "A B",
        "",
    ] {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("schemas");
        tests::copy_audit_logs(&folder).unwrap();
        let api = fs::read_to_string(folder.join("api.json")).unwrap();
        let mut api: serde_json::Value = serde_json::from_str(&api).unwrap();
        api["title"] = EVIL.into();
        api["authentication"]["environment"] = variable.into();
        fs::write(folder.join("api.json"), api.to_string()).unwrap();
        let mut mock = Command::new(binary())
            .args(["mock", "--schemas", folder.to_str().unwrap()])
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = Vec::new();
        for line in BufReader::new(mock.stderr.take().unwrap()).lines() {
            said.push(line.unwrap());
            if said.last().unwrap().contains("Waiting") || said.last().unwrap().contains("help:") {
                break;
            }
        }
        let _ = mock.kill(); // it may have ended

        let output = mock.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{variable:?}");
        let output = Output {
            stderr: said.join("\n").into_bytes(),
            ..output
        };
        assert_harmless(&output);
    }
}

#[test]
fn a_suggested_command_contains_the_folders_in_use() {
    let scratch = tempfile::tempdir().unwrap();
    let [folder, out] = ["my schemas", "out"].map(|name| scratch.path().join(name));
    tests::copy_audit_logs(&folder).unwrap();
    let [folder, out] = [&folder, &out].map(|path| path.to_str().unwrap());
    let command = format!("run `cargo xtask regenerate --schemas '{folder}' --out {out}`");
    for arguments in [&["regenerate", "--check"][..], &["drift", "generated"]] {
        let output = xtask(&[arguments, &["--schemas", folder, "--out", out]].concat());
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output).contains(&command), "{}", text(&output));
        let output = xtask(&[arguments, &["--out", out]].concat());
        let command = format!("run `cargo xtask regenerate --out {out}`");
        assert!(text(&output).contains(&command), "{}", text(&output));
    }
    let lock = format!("`cargo xtask import DIR --lock --schemas '{folder}'`");
    let upstream = Path::new(folder).join("upstream");
    fs::create_dir(&upstream).unwrap();
    fs::copy(
        root().join("schemas/upstream/lock.toml"),
        upstream.join("lock.toml"),
    )
    .unwrap();
    let output = xtask(&["drift", "upstream", "--schemas", folder, "--upstream", out]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    fs::remove_file(Path::new(folder).join("upstream/lock.toml")).unwrap();
    let output = xtask(&["drift", "upstream", "--schemas", folder, "--upstream", out]);
    assert!(text(&output).contains(&lock), "{}", text(&output));
}
