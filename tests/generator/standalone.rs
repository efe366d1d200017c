//! The emitted crate and the runtime outside of the workspace, and as packages for crates.io.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

use tests::root;
use toml::{Table, Value};

use crate::commands::{files, small, text, xtask};

/// The folders of the published crates.
const PUBLISHED: [&str; 2] = ["codegen/runtime", "generated"];

/// The files that cargo adds to every package.
const BY_CARGO: [&str; 3] = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml.orig"];

/// The largest package that crates.io accepts, in bytes.
const LARGEST: usize = 10 << 20;

fn manifest(path: &str) -> Table {
    let text = fs::read_to_string(root().join(path)).unwrap();
    text.parse().unwrap()
}

/// Emits a small crate to a folder outside of the workspace.
fn emitted(out: &Path, more: &[&str]) -> Output {
    let out = out.to_str().unwrap();
    let arguments = ["regenerate", "--schemas", small(), "--out", out];
    xtask(&[&arguments[..], more].concat())
}

/// The names of the crates that cargo resolves for a package, with the lock file of the project.
fn resolved(package: &Path) -> BTreeSet<String> {
    fs::copy(root().join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    let mut cargo = tests::cargo();
    cargo.args(["tree", "--offline", "--prefix", "none", "--format", "{p}"]);
    cargo.arg("--manifest-path").arg(package.join("Cargo.toml"));
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let names = String::from_utf8(output.stdout).unwrap();
    let names = names.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

#[test]
fn a_crate_outside_of_the_workspace_builds_with_the_runtime_it_was_given() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("losant");
    let runtime = root().join("codegen/runtime");
    let given = ["--runtime", runtime.to_str().unwrap()];
    let output = emitted(&out, &given);
    assert!(output.status.success(), "{}", text(&output));
    let names = resolved(&out);
    assert!(names.contains("losant") && names.contains("client-runtime"));

    let checked = emitted(&out, &[&given[..], &["--check"]].concat());
    assert!(checked.status.success(), "{}", text(&checked));
    let otherwise = emitted(&out, &["--check"]);
    assert_eq!(otherwise.status.code(), Some(1));
    let said = text(&otherwise);
    assert!(said.contains("Cargo.toml is out of date") && said.contains("-client-runtime = "));
}

#[test]
fn without_a_runtime_that_is_reachable_the_version_is_named() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("losant");
    assert!(emitted(&out, &[]).status.success());
    let text = fs::read_to_string(out.join("Cargo.toml")).unwrap();
    let manifest: Table = text.parse().unwrap();
    let runtime = manifest["dependencies"]["client-runtime"]
        .as_table()
        .unwrap();
    assert_eq!(runtime.get("path"), None);
    assert_eq!(runtime["version"].as_str(), Some(codegen::Runtime::VERSION));

    let inside = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let out = inside.path().join("losant");
    assert!(emitted(&out, &[]).status.success());
    let text = fs::read_to_string(out.join("Cargo.toml")).unwrap();
    let manifest: Table = text.parse().unwrap();
    let path = manifest["dependencies"]["client-runtime"]["path"]
        .as_str()
        .unwrap();
    let found = fs::canonicalize(out.join(path)).unwrap();
    let runtime = fs::canonicalize(root().join("codegen/runtime")).unwrap();
    assert_eq!((path.starts_with(".."), found), (true, runtime));
}

#[test]
fn a_folder_that_is_not_the_runtime_is_rejected() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("out");
    for (folder, expected) in [
        (
            "no/such/folder",
            "could not use no/such/folder as the runtime: it has no Cargo.toml",
        ),
        (
            "codegen",
            "expected the crate client-runtime, found codegen",
        ),
    ] {
        let output = emitted(&out, &["--runtime", folder]);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(expected), "{said}");
        assert!(said.contains("help: pass codegen/runtime of this project: --runtime DIR"));
        assert!(!out.exists());
    }
}

#[test]
fn the_manifests_have_what_crates_io_shows_and_inherit_nothing_else() {
    let project = manifest("Cargo.toml");
    let common = &project["workspace"]["package"];
    for folder in PUBLISHED {
        let manifest = manifest(&format!("{folder}/Cargo.toml"));
        let package = manifest["package"].as_table().unwrap();
        for key in [
            "description",
            "documentation",
            "keywords",
            "categories",
            "include",
        ] {
            assert!(package.get(key).is_some(), "{folder} lacks {key}");
        }
        assert_eq!(package["readme"].as_str(), Some("README.md"));
        assert!(
            package.get("publish").is_none(),
            "{folder} is not published"
        );
        let docs = &package["metadata"]["docs"]["rs"];
        assert_eq!(docs["all-features"].as_bool(), Some(true));
        assert_eq!(docs["rustdoc-args"], Value::from(vec!["--cfg", "docsrs"]));
    }
    let emitted = fs::read_to_string(root().join("generated/Cargo.toml")).unwrap();
    assert!(
        !emitted.contains("workspace"),
        "the emitted manifest inherits"
    );
    let emitted: Table = emitted.parse().unwrap();
    for key in ["edition", "rust-version", "license"] {
        assert_eq!(emitted["package"][key], common[key], "{key}");
    }
    // Each place that may name the repository names the same.
    let repository = common.get("repository");
    assert_eq!(emitted["package"].get("repository"), repository);
    assert_eq!(common["version"].as_str(), Some(codegen::Runtime::VERSION));
    let dependencies = &project["workspace"]["dependencies"];
    for (name, dependency) in emitted["dev-dependencies"].as_table().unwrap() {
        assert_eq!(
            dependency["version"],
            version(&dependencies[name]),
            "{name}"
        );
    }
}

/// The version of a dependency, which is a string or in a table.
fn version(dependency: &Value) -> Value {
    dependency.get("version").unwrap_or(dependency).clone()
}

#[test]
fn each_package_has_its_code_its_readme_and_the_licences_and_no_more() {
    let licences = ["LICENSE-APACHE", "LICENSE-MIT"];
    for folder in PUBLISHED {
        let path = root().join(folder);
        let mut cargo = tests::cargo();
        cargo.args([
            "package",
            "--list",
            "--offline",
            "--allow-dirty",
            "--manifest-path",
        ]);
        let output = cargo.arg(path.join("Cargo.toml")).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        let list = String::from_utf8(output.stdout).unwrap().replace('\\', "/");
        let packaged: BTreeSet<_> = list
            .lines()
            .filter(|file| !BY_CARGO.contains(file))
            .collect();
        let present = files(&path);
        let is_meant = |file: &&str| {
            let top = file.split('/').next().unwrap();
            ["Cargo.toml", "README.md", "examples", "src"].contains(&top) || licences.contains(file)
        };
        let meant: BTreeSet<_> = present
            .keys()
            .map(String::as_str)
            .filter(is_meant)
            .collect();
        assert_eq!(packaged, meant, "{folder}");
        assert!(licences.iter().all(|licence| packaged.contains(licence)));
        let size: usize = packaged.iter().map(|file| present[*file].len()).sum();
        assert!(size < LARGEST, "{folder} has {size} bytes");
    }
}

#[test]
fn every_copy_of_a_licence_is_that_of_the_project() {
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let read = |folder: &str| {
            let text = fs::read_to_string(root().join(folder).join(licence)).unwrap();
            text.replace("\r\n", "\n")
        };
        let ours = read("");
        assert_eq!(read("codegen/runtime"), ours);
        assert_eq!(read("schemas"), ours);
        assert!(codegen::is_as_emitted(&read("generated")));
        assert!(read("generated").ends_with(&format!("\n\n{ours}")));
    }
}
