//! The commands from outside: the real binary on real files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use tests::root;

pub fn xtask(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let bootstrap = root().join("xtask/bootstrap/Cargo.toml");
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["run", "--quiet", "--manifest-path"])
        .arg(bootstrap)
        .arg("--")
        .args(arguments)
        .current_dir(root());
    command
}

/// The binary itself, which a test can kill: with `cargo run` it would be a child process.
pub fn binary() -> PathBuf {
    let built = xtask(&["--help"]);
    assert!(built.status.success(), "{}", text(&built));
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root().join("target"), PathBuf::from);
    target
        .join("debug")
        .join(format!("xtask{}", std::env::consts::EXE_SUFFIX))
}

/// The folder of a copy of the audit logs' schemas. They are generated in no time, unlike the whole
/// API.
pub fn small() -> &'static str {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("small");
        tests::copy_audit_logs(&folder).unwrap();
        folder
    });
    FOLDER.to_str().unwrap()
}

/// Generates from the small schemas, or from those that `more` names.
fn regenerate(out: &Path, more: &[&str]) -> Output {
    let mut arguments = vec!["regenerate", "--out", out.to_str().unwrap()];
    if !more.contains(&"--schemas") {
        arguments.extend(["--schemas", small()]);
    }
    arguments.extend(more);
    xtask(&arguments)
}

pub fn text(output: &Output) -> String {
    let all = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(all).unwrap()
}

/// Every file below a folder.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path)
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                found.insert(name.to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn runs_into_fresh_folders_give_the_same_bytes() {
    let scratch = tempfile::tempdir().unwrap();
    let trees = ["a", "b", "c"].map(|name| {
        let out = scratch.path().join(name);
        let output = regenerate(&out, &[]);
        assert!(output.status.success(), "{}", text(&output));
        files(&out)
    });
    assert!(trees[0].len() > 10);
    assert_eq!(trees[0], trees[1]);
    assert_eq!(trees[1], trees[2]);
}

#[test]
fn a_check_names_edited_removed_and_added_files_and_a_run_repairs_them() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("out");
    assert!(regenerate(&out, &[]).status.success());
    let emitted = files(&out);
    let untouched = fs::metadata(out.join("src/dynamic.rs"))
        .unwrap()
        .modified()
        .unwrap();
    assert!(regenerate(&out, &["--check"]).status.success());

    let lib = fs::read_to_string(out.join("src/lib.rs")).unwrap();
    fs::write(
        out.join("src/lib.rs"),
        lib.replacen("mod client", "mod klient", 1),
    )
    .unwrap();
    fs::remove_file(out.join("src/types/error.rs")).unwrap();
    fs::write(out.join("src/orphan.rs"), "").unwrap();
    let output = regenerate(&out, &["--check"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    for expected in [
        "src/lib.rs",
        "src/types/error.rs",
        "src/orphan.rs",
        "-mod klient",
        "+mod client",
        "src/lib.rs was edited",
        "src/types/error.rs is missing",
        "src/orphan.rs is an orphan",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }

    assert!(regenerate(&out, &[]).status.success());
    assert_eq!(files(&out), emitted);
    let after = fs::metadata(out.join("src/dynamic.rs"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(after, untouched);
}

#[cfg(unix)]
#[test]
fn the_target_of_a_link_in_the_emitted_crate_is_in_no_report() {
    use std::os::unix::fs::symlink;
    let scratch = tempfile::tempdir().unwrap();
    let (out, secret) = (scratch.path().join("out"), scratch.path().join("secret"));
    assert!(regenerate(&out, &[]).status.success());
    fs::write(&secret, "token of nobody's business\n").unwrap();
    let copy = scratch.path().join("copy.rs");
    fs::rename(out.join("src/lib.rs"), &copy).unwrap();
    symlink(&copy, out.join("src/lib.rs")).unwrap();
    symlink(&secret, out.join("src/env.rs")).unwrap();

    let edited = "src/lib.rs was replaced by a symbolic link since it was emitted";
    let orphan = "src/env.rs is an orphan: a symbolic link that nothing emits";
    let folder = out.to_str().unwrap();
    let drift = [
        "drift",
        "generated",
        "--schemas",
        small(),
        "--out",
        folder,
        "--format",
    ];
    let check = vec![
        "regenerate",
        "--check",
        "--schemas",
        small(),
        "--out",
        folder,
    ];
    let formats = ["human", "json", "github", "sarif", "markdown"];
    let reports = formats.map(|format| [&drift[..], &[format]].concat());
    for arguments in [&[check][..], &reports].concat() {
        let output = xtask(&arguments);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(edited) && said.contains(orphan), "{said}");
        assert!(!said.contains("token of"), "{said}");
    }

    let refused = regenerate(&out, &[]);
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused);
    let names = "`src/env.rs` (a symbolic link), `src/lib.rs` (a symbolic link)";
    assert!(said.contains(names) && !said.contains("token of"), "{said}");
}

#[test]
fn invalid_schemas_are_reported_and_nothing_is_written() {
    let scratch = tempfile::tempdir().unwrap();
    let schemas = scratch.path().join("schemas");
    fs::create_dir(&schemas).unwrap();
    fs::write(schemas.join("api.json"), "{\"titel\": 1}").unwrap();
    let out = scratch.path().join("out");
    let output = regenerate(&out, &["--schemas", schemas.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    for expected in [
        "api.json:1:2",
        "did you mean `title`?",
        "missing key `version`",
        "nothing was written",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert!(!out.exists());
}

#[test]
fn a_folder_that_was_not_generated_is_left_alone() {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("mine.txt"), "mine").unwrap();
    let output = regenerate(scratch.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(files(scratch.path()).len(), 1);
}

/// Runs the drift check on the project. Returns its exit code, stdout and stderr.
fn drift(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = xtask(&[&["drift"], arguments].concat());
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.code(), stdout, stderr)
}

#[test]
fn likely_mistakes_are_warnings_unless_denied() {
    let scratch = tempfile::tempdir().unwrap();
    let schemas = scratch.path().join("schemas");
    for folder in ["resources", "types"] {
        fs::create_dir_all(schemas.join(folder)).unwrap();
    }
    fs::copy(
        tests::audit_logs().join("api.json"),
        schemas.join("api.json"),
    )
    .unwrap();
    fs::copy(
        tests::audit_logs().join("types/error.json"),
        schemas.join("types/error.json"),
    )
    .unwrap();
    let misspelled = r#"{"type": "string", "maxLenght": 3}"#;
    fs::write(schemas.join("types/misspelled.json"), misspelled).unwrap();
    let out = scratch.path().join("out");
    let folder = ["--schemas", schemas.to_str().unwrap()];

    let denied = regenerate(&out, &[&folder[..], &["--deny", "warnings"]].concat());
    assert_eq!(denied.status.code(), Some(1), "{}", text(&denied));
    assert!(text(&denied).contains("types/misspelled.json:1:20"));
    assert!(text(&denied).contains("did you mean `maxLength`?"));
    assert!(text(&denied).contains("denied 1 warning in "));
    assert!(!out.exists());

    let warned = regenerate(&out, &folder);
    assert_eq!(warned.status.code(), Some(0), "{}", text(&warned));
    assert!(text(&warned).contains("warning: `maxLenght` is not a keyword of JSON Schema"));
    assert!(out.join("Cargo.toml").exists());
    let checked = regenerate(
        &out,
        &[&folder[..], &["--check", "--deny", "warnings"]].concat(),
    );
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked));
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

#[test]
fn locking_a_folder_of_schemas_changes_only_the_lock() {
    let scratch = tempfile::tempdir().unwrap();
    let [description, schemas] =
        ["described-7.0.1", "schemas"].map(|name| scratch.path().join(name));
    fs::create_dir_all(description.join("types")).unwrap();
    for name in ["apiInfo.json", "apiExamples.json", "scopes.json"] {
        fs::write(description.join(name), "{}").unwrap();
    }
    fs::write(description.join("globalParams.json"), "[]").unwrap();
    fs::create_dir(&schemas).unwrap();
    fs::copy(
        tests::audit_logs().join("api.json"),
        schemas.join("api.json"),
    )
    .unwrap();
    let lock = |more: &[&str]| {
        let arguments = [
            "import",
            description.to_str().unwrap(),
            "--lock",
            "--schemas",
        ];
        xtask(&[&arguments[..], &[schemas.to_str().unwrap()], more].concat())
    };

    let output = lock(&[]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("Locked version 7.0.1: 4 files, 0 resources"));
    let locked = files(&schemas);
    assert_eq!(
        locked.keys().collect::<Vec<_>>(),
        ["api.json", "upstream/lock.toml"]
    );
    let against = ["drift", "upstream", "--fail-on", "any", "--upstream"];
    let drift = |description: &Path| {
        let folders = [
            description.to_str().unwrap(),
            "--schemas",
            schemas.to_str().unwrap(),
        ];
        xtask(&[&against[..], &folders].concat())
    };
    let clean = drift(&description);
    assert_eq!(clean.status.code(), Some(0), "{}", text(&clean));

    fs::write(description.join("scopes.json"), r#"{"all": []}"#).unwrap();
    let changed = drift(&description);
    assert_eq!(changed.status.code(), Some(1), "{}", text(&changed));
    assert!(text(&changed).contains("cargo xtask import DIR --lock"));
    assert!(lock(&[]).status.success());
    assert_eq!(drift(&description).status.code(), Some(0));

    assert_eq!(lock(&["--into", "elsewhere"]).status.code(), Some(2));
}

#[test]
fn an_invalid_file_of_recorded_requests_is_named_without_its_values() {
    let scratch = tempfile::tempdir().unwrap();
    let cases = scratch.path().join("cases.jsonl");
    let line = r#"{"case":"a","resource":"r","action":"get","params":"hunter2-secret"}"#;
    fs::write(&cases, line).unwrap();
    let output = xtask(&["replay", cases.to_str().unwrap()]);
    assert!(!output.status.success());
    let said = text(&output);
    assert!(
        said.contains("cases.jsonl:1: invalid type: string [redacted]"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}
