//! The command from outside: the real binary on real files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tests::root;

fn xtask(arguments: &[&str]) -> Output {
    let bootstrap = root().join("xtask/bootstrap/Cargo.toml");
    Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--manifest-path"])
        .arg(bootstrap)
        .arg("--")
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap()
}

fn regenerate(out: &Path, more: &[&str]) -> Output {
    let mut arguments = vec!["regenerate", "--out", out.to_str().unwrap()];
    arguments.extend(more);
    xtask(&arguments)
}

fn text(output: &Output) -> String {
    let all = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(all).unwrap()
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false => {
                    let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                    found.insert(name.to_owned(), fs::read(&path).unwrap());
                }
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
fn a_check_names_what_was_edited_removed_or_added_and_a_run_mends_it() {
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

#[test]
fn wrong_schemas_are_reported_and_nothing_is_written() {
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
