//! The project's README: it fits on one page, and its commands work. Its Rust code is compiled as a
//! doctest. `tests/client/consumer.rs` tests the dependencies of the first call, and
//! `tests/whole/compile.rs` those of a few features.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use tests::{cargo, root};

use crate::commands::{binary, files, text};

/// The maximal number of lines.
const PAGE: usize = 150;

/// Commands that no test runs, with the reason.
const NOT_RUN: &[(&str, &str)] = &[("cargo test --workspace", "it runs this test")];

const REGENERATE: &str = "cargo xtask regenerate";

const MOCK: &str = "cargo xtask mock &";
const EXPORT: &str = "export LOSANT_TOKEN=anything LOSANT_URL=http://127.0.0.1:PORT";
const EXAMPLE: &str = "cargo run --example instance_audit_logs";

const CHECK: &str = "cargo xtask import PATH/losant-1.30.0 --check";
const IMPORT: &str = "cargo xtask import PATH/losant-1.30.0";

/// The commands in the `sh` blocks of a file, without their comments.
fn commands(path: &str) -> Vec<String> {
    let markdown = fs::read_to_string(root().join(path)).unwrap();
    let blocks = tests::blocks(&markdown, "sh").concat();
    let lines = blocks
        .lines()
        .map(|line| line.split(" #").next().unwrap().trim());
    let lines = lines.filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// Runs a command of the README with additional arguments.
fn run(command: &str, more: &[&str]) -> Output {
    let mut words = command.split(' ');
    assert_eq!(words.next(), Some("cargo"));
    cargo().args(words).args(more).output().unwrap()
}

/// A child process that is killed at the end of the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn the_readme_is_one_page() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let lines = readme.lines().count();
    assert!(lines <= PAGE, "README.md has {lines} lines, not {PAGE}");
}

#[test]
fn every_command_of_the_readme_has_a_test_or_a_reason() {
    let mut tested = vec![REGENERATE, MOCK, EXPORT, EXAMPLE, CHECK, IMPORT, REGENERATE];
    tested.extend(NOT_RUN.iter().map(|(command, _)| command));
    tested.sort_unstable();
    let mut commands = commands("README.md");
    commands.sort_unstable();
    assert_eq!(commands, tested);
}

#[test]
fn the_readmes_first_command_leaves_a_checkout_unchanged() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("out");
    let output = run(REGENERATE, &["--out", out.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output));
    let [mut emitted, mut committed] = [out, root().join("generated")].map(|path| files(&path));
    // Outside of the project it has no path of the runtime; a snapshot compares the committed one.
    for files in [&mut emitted, &mut committed] {
        assert!(files.remove("Cargo.toml").is_some());
    }
    assert!(emitted == committed);
}

#[test]
fn the_readmes_example_runs_against_the_mock() {
    let arguments = MOCK.strip_prefix("cargo xtask ").unwrap();
    let arguments = arguments.strip_suffix(" &").unwrap();
    let mock = Command::new(binary())
        .args(arguments.split(' '))
        .current_dir(root())
        .stdout(Stdio::piped())
        .spawn();
    let mut mock = Running(mock.unwrap());
    let mut export = String::new();
    let mut output = BufReader::new(mock.0.stdout.take().unwrap());
    output.read_line(&mut export).unwrap();
    let export = export.trim_end();
    let (start, port) = export.rsplit_once(':').unwrap();
    assert_eq!(format!("{start}:PORT"), EXPORT);
    assert!(port.parse::<u16>().is_ok(), "{export}");

    let variables = export.strip_prefix("export ").unwrap().split(' ');
    let variables = variables.map(|variable| variable.split_once('=').unwrap());
    let example = cargo()
        .args(EXAMPLE.split(' ').skip(1))
        .envs(variables)
        .output()
        .unwrap();
    assert!(example.status.success(), "{}", text(&example));
    assert!(text(&example).contains("InstanceAuditLog {"));
}

#[test]
fn the_readmes_commands_follow_the_vendors_description() {
    let Some(description) = tests::shared("vendor/losant-1.30.0") else {
        return;
    };
    let scratch = tempfile::tempdir().unwrap();
    let [into, out] = ["into", "out"].map(|name| scratch.path().join(name));
    let [into, out] = [&into, &out].map(|folder| folder.to_str().unwrap());
    let run = |command: &str, more: &[&str]| {
        let words = command.split(' ').skip(1).map(|word| match word {
            "PATH/losant-1.30.0" => description.to_str().unwrap(),
            word => word,
        });
        let output = cargo().args(words).args(more).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
    };
    // The project's schemas follow this description, so nothing would change.
    run(CHECK, &[]);
    run(IMPORT, &["--into", into]);
    run(REGENERATE, &["--schemas", into, "--out", out]);
    let generated = files(out.as_ref());
    assert!(generated.contains_key("src/resources/devices.rs"));
}

#[test]
fn a_command_runs_from_another_folder_as_the_readme_of_xtask_says() {
    let commands = commands("xtask/README.md");
    let mut commands = commands.iter();
    let command = commands.find_map(|command| {
        command.strip_prefix("cargo run --manifest-path \"$(git rev-parse --show-toplevel)/")
    });
    let (manifest, arguments) = command.unwrap().split_once("\" ").unwrap();
    let output = cargo()
        .current_dir(root().join("codegen/src"))
        .args(["run", "--manifest-path"])
        .arg(root().join(manifest))
        .args(arguments.split(' '))
        // Without this, the test would write files.
        .arg("--check")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    // The first build takes long, and prints a message.
    assert!(text(&output).contains("Running `"));
    let quick = run("cargo xtask --help", &[]);
    assert!(text(&quick).contains("Running `"), "{}", text(&quick));
}

/// The files whose links are checked.
const DOCUMENTS: &[&str] = &[
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "codegen/README.md",
    "codegen/runtime/README.md",
    "generated/README.md",
    "schemas/README.md",
    "tests/benches/README.md",
    "xtask/README.md",
];

/// The anchors of a Markdown file's headings, as GitHub makes them.
fn anchors(markdown: &str) -> Vec<String> {
    let headings = markdown.lines().filter_map(|line| {
        let heading = line.trim_start_matches('#').strip_prefix(' ')?;
        line.starts_with('#').then_some(heading)
    });
    let anchor = |heading: &str| {
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let kept: String = heading.to_lowercase().chars().filter(kept).collect();
        kept.replace(' ', "-")
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_between_the_documents_leads_to_a_file_and_a_heading() {
    let read = |path| fs::read_to_string(path).unwrap();
    for document in DOCUMENTS {
        let path = root().join(document);
        let markdown = read(path.clone());
        let links = markdown.split("](").skip(1);
        let links = links.filter_map(|link| link.split(')').next());
        for link in links.filter(|link| !link.starts_with("http")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => path.clone(),
                file => path.with_file_name(file),
            };
            assert!(target.exists(), "{document}: {link} leads nowhere");
            if !anchor.is_empty() {
                let anchors = anchors(&read(target));
                assert!(
                    anchors.iter().any(|heading| heading == anchor),
                    "{document}: {link} names no heading; there are {anchors:?}"
                );
            }
        }
    }
}
