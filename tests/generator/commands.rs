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

pub fn command(arguments: &[&str]) -> Command {
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

/// The drift check of a crate that the small schemas made, in every format of its report.
pub fn reports(out: &str) -> [Vec<&str>; 5] {
    let drift = ["drift", "generated", "--schemas", small(), "--out", out];
    let formats = ["human", "json", "github", "sarif", "markdown"];
    formats.map(|format| [&drift[..], &["--format", format]].concat())
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
    let check = vec![
        "regenerate",
        "--check",
        "--schemas",
        small(),
        "--out",
        folder,
    ];
    for arguments in [&[check][..], &reports(folder)].concat() {
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
