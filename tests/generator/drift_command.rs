//! The drift check as a command: its arguments, exit codes and reports.

use std::fs;
use std::path::Path;
use std::process::Command;

use tests::root;

use crate::commands::{command, files, text, xtask};

/// Runs the drift check on the project. Returns its exit code, stdout and stderr.
fn drift(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = xtask(&[&["drift"], arguments].concat());
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.code(), stdout, stderr)
}

#[test]
fn every_rule_of_the_drift_check_is_listed_and_explained() {
    let (code, listed, _) = drift(&["--list-rules"]);
    assert_eq!(code, Some(0));
    let ids: Vec<_> = listed
        .lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(ids.contains(&"allow/unused"), "{listed}");
    assert!(ids.is_sorted(), "{listed}");
    let (code, explained, _) = drift(&["--explain", "allow/unused"]);
    assert_eq!(code, Some(0));
    assert!(explained.starts_with("allow/unused: "), "{explained}");
}

#[test]
fn a_drift_check_with_invalid_arguments_exits_with_2() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("allow.toml");
    fs::write(&file, "[[allow]]\nrule = \"compat/nonsense\"\nfingerprint = \"0123456789abcdef\"\nreason = \"why\"\nexpires = \"2026-12-31\"\n").unwrap();
    let file = file.to_str().unwrap();
    for (arguments, expected) in [
        (vec!["--explain", "nonsense"], "unknown rule \"nonsense\""),
        (
            vec!["--allow", file],
            "allow.toml:2:8: unknown rule \"compat/nonsense\"",
        ),
        (
            vec!["--allow", "no/such.toml"],
            "could not read no/such.toml",
        ),
        (
            vec!["--format", "human", "--format", "json"],
            "2 reports go to stdout",
        ),
        (vec!["--format", "xml"], "expected human, json"),
        (vec!["--against", "main"], "expected git:REV or path:DIR"),
        (vec!["--next-version"], "--against"),
        (
            vec!["compat", "--next-version", "--against", "git:HEAD"],
            "drift --next-version --against <git:REV|path:DIR> [--schemas <DIR>]\n",
        ),
        (
            vec![
                "--format",
                "json=target/a.json",
                "--format",
                "sarif=./target/b/../a.json",
            ],
            "2 reports go to target/a.json, which is target/b/../a.json",
        ),
        (
            vec!["compat", "wire"],
            "error: cannot check `compat`: an option is missing\nhelp: pass `--against git:REV`",
        ),
        (
            vec!["compat", "wire"],
            "error: cannot check `wire`: an option is missing\nhelp: pass `--traffic FILE`",
        ),
        (vec!["nonsense"], "invalid value 'nonsense'"),
    ] {
        let (code, stdout, stderr) = drift(&arguments);
        assert_eq!(code, Some(2), "{arguments:?}\n{stdout}{stderr}");
        assert!(stderr.contains(expected), "{arguments:?}\n{stderr}");
    }
}

#[test]
fn traffic_that_could_not_be_checked_is_neither_clean_nor_a_finding() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("other.jsonl");
    let line = r#"{"method": "GET", "url": "https://api.losant.com/Sesame", "status": 200}"#;
    fs::write(&file, format!("{line}\n")).unwrap();
    let (code, stdout, stderr) = drift(&["wire", "--traffic", file.to_str().unwrap()]);
    assert_eq!(code, Some(3), "{stdout}{stderr}");
    for expected in [
        "other.jsonl could be checked: 1 exchange read, 1 with a path that no action has",
        "`baseUrl` of schemas/api.json, https://api.losant.com",
        "1 part could not be completed",
    ] {
        assert!(stderr.contains(expected), "{expected}\n{stderr}");
    }
    assert!(stdout.contains("failed[wire]: no exchange in "), "{stdout}");
    assert!(
        !format!("{stdout}{stderr}").contains("Sesame"),
        "{stdout}{stderr}"
    );
}

#[test]
fn all_mistakes_in_an_allow_file_and_in_the_requested_reports_are_reported_at_once() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("allow.toml");
    let entry = "[[allow]]\nrule = \"nonsense\"\nfingerprint = \"0\"\nreason = \"\"\nexpires = 1\n";
    fs::write(&file, entry.repeat(2)).unwrap();
    let formats = ["--format", "human", "--format", "json"];
    let (code, _, stderr) = drift(&[&["--allow", file.to_str().unwrap()], &formats[..]].concat());
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("2 reports go to stdout"), "{stderr}");
    for place in [
        "2:8", "3:15", "4:10", "5:11", "7:8", "8:15", "9:10", "10:11",
    ] {
        let expected = format!("allow.toml:{place}: ");
        assert!(stderr.contains(&expected), "{place}\n{stderr}");
    }
}

#[cfg(unix)]
#[test]
fn a_dangling_link_as_the_allow_file_of_the_workspace_is_an_error() {
    let workspace = tempfile::tempdir().unwrap();
    fs::create_dir(workspace.path().join("schemas")).unwrap();
    fs::write(workspace.path().join("Cargo.toml"), "[workspace]\n").unwrap();
    let link = workspace.path().join("drift-allow.toml");
    std::os::unix::fs::symlink("nowhere", link).unwrap();
    // Elsewhere cargo does not see the project's `.cargo/config.toml`.
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or(root().join("target").into());
    let output = command(&["drift"])
        .current_dir(workspace.path())
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    let said = text(&output);
    let expected = "could not read drift-allow.toml: ";
    assert!(said.contains(expected) && said.contains("link"), "{said}");
}

#[test]
fn a_report_that_cannot_be_written_is_neither_clean_nor_a_finding() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("file");
    fs::write(&file, "").unwrap();
    let lost = ["json", "sarif"].map(|format| format!("{format}={}", file.join(format).display()));
    let kept = scratch.path().join("kept.md");
    let markdown = format!("markdown={}", kept.display());
    let [json, sarif] = &lost;
    let formats = ["--format", json, "--format", &markdown, "--format", sarif];
    let (code, _, stderr) = drift(&formats);
    assert_eq!(code, Some(3), "{stderr}");
    for name in ["file/json: ", "file/sarif: "] {
        let failure = stderr.lines().find(|line| line.contains(name));
        assert!(
            failure.unwrap().starts_with("error: could not write "),
            "{stderr}"
        );
    }
    assert!(fs::read_to_string(kept).unwrap().contains("generated"));
}

/// Otherwise scripts would notice nothing but the exit code.
#[cfg(target_os = "linux")]
#[test]
fn a_failed_write_to_stdout_is_a_failure_unless_the_reader_is_gone() {
    let to = |stdout: fs::File, arguments: &[&str]| {
        let arguments = [&["drift"], arguments].concat();
        let output = command(&arguments).stdout(stdout).output().unwrap();
        (output.status.code(), text(&output))
    };
    for arguments in [&["generated"][..], &["--list-rules"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let (code, said) = to(full, arguments);
        assert_eq!(code, Some(3), "{said}");
        assert!(said.contains("could not write to stdout"), "{said}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let (code, said) = to(
            fs::File::from(std::os::fd::OwnedFd::from(writer)),
            arguments,
        );
        assert_eq!(code, Some(0), "{said}");
    }
}

#[test]
fn mistakes_are_reported_once_with_their_folder() {
    let scratch = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| scratch.path().join(name));
    for folder in [&old, &new] {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join("api.json"), "{\"titel\": 1}").unwrap();
    }
    let [old_text, new_text] = [&old, &new].map(|folder| folder.to_str().unwrap());
    let against = format!("path:{old_text}");
    let check = |against: &str| drift(&["--schemas", new_text, "--against", against]);
    let times =
        |text: &str, path: &Path| text.matches(&format!("--> {}:1:2", path.display())).count();

    let (code, stdout, stderr) = check(&against);
    assert_eq!(code, Some(3), "{stdout}{stderr}");
    for text in [stdout, stderr] {
        assert_eq!(times(&text, &old.join("api.json")), 1, "{text}");
        assert_eq!(times(&text, &new.join("api.json")), 1, "{text}");
    }

    let (_, stdout, stderr) = check(&format!("path:{new_text}"));
    for text in [stdout, stderr] {
        assert_eq!(times(&text, &new.join("api.json")), 1, "{text}");
        assert!(text.contains("could not compare"), "{text}");
        assert!(text.contains("; already reported for generated"), "{text}");
    }
}

#[test]
fn the_schema_of_the_drift_report_is_printed() {
    let (code, schema, _) = drift(&["--json-schema"]);
    assert_eq!(code, Some(0));
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["title"], "Report");
}

/// A repository with these files committed.
fn repository(folder: &Path, files: &[(&str, &[u8])]) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "--all"],
        &["commit", "--quiet", "--message", "all"],
    ] {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=A", "-c", "user.email=a@example.com"]);
        git.args(["-c", "commit.gpgsign=false", "-c", "core.hooksPath="]);
        // A hook may run the tests themselves.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(name);
        }
        let output = git.args(arguments).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
    }
}

#[test]
fn an_earlier_version_is_read_from_the_schemas_own_repository_in_a_hook_too() {
    let scratch = tempfile::tempdir().unwrap();
    let [own, other] = ["own", "other"].map(|name| scratch.path().join(name));
    let schemas = files(&tests::audit_logs());
    let committed: Vec<_> = schemas
        .iter()
        .map(|(name, bytes)| (format!("schemas/{name}"), bytes.as_slice()))
        .collect();
    let committed: Vec<_> = committed
        .iter()
        .map(|(name, b)| (name.as_str(), *b))
        .collect();
    repository(&own, &committed);
    repository(&other, &[("schemas/api.json", b"{}")]);

    let folder = own.join("schemas");
    let folder = folder.to_str().unwrap();
    let of_the_other = other.join(".git");
    let index = other.join(".git/index");
    for environment in [
        // As git sets them for a hook, and as another repository's hook leaves them behind.
        vec![
            ("GIT_DIR", Path::new(".git")),
            ("GIT_WORK_TREE", Path::new(".")),
        ],
        vec![("GIT_DIR", &of_the_other), ("GIT_INDEX_FILE", &index)],
        vec![("GIT_COMMON_DIR", of_the_other.as_path())],
    ] {
        let output = command(&[
            "drift",
            "compat",
            "--schemas",
            folder,
            "--against",
            "git:HEAD",
        ])
        .envs(environment.iter().copied())
        .output()
        .unwrap();
        let said = text(&output);
        assert_eq!(output.status.code(), Some(0), "{environment:?}\n{said}");
    }
}
