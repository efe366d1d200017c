//! A small description, locked, and then changed.

mod ours;

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::drift::{Finding, Severity};
use crate::import;

/// A project with a lock of the vendor's description `vendor-1.0`.
struct Project {
    folder: tempfile::TempDir,
}

const OVERLAY: &str = r##"{
  "upstream": "1.0",
  "corrections": [
    {"file": "types/thing.json", "pointer": "/type", "expected": "objekt", "value": "object",
      "reason": "r"},
    {"file": "resources/thing.json", "pointer": "/actions/get/summary", "value": "Gets.",
      "reason": "r"}
  ]
}"##;

const API: &str = r#"{"title": "T", "version": "1.0", "baseUrl": "https://example.com",
  "package": {"name": "things", "version": "0.1.0"}}"#;

impl Project {
    fn new() -> Self {
        let project = Project {
            folder: tempfile::tempdir().unwrap(),
        };
        let files = [
            (
                "vendor-1.0/apiInfo.json",
                r#"{"thing": {"path": "/t", "actions": {"get": {"method": "GET"}}}, "other": {"path": "/o", "actions": {}}}"#,
            ),
            ("vendor-1.0/globalParams.json", "[]"),
            ("vendor-1.0/apiExamples.json", "{}"),
            ("vendor-1.0/scopes.json", "{}"),
            ("vendor-1.0/types/thing.json", "{\n\"type\": \"objekt\"}"),
            ("vendor-1.0/types/spare.json", "{}"),
            ("schemas/api.json", API),
            ("schemas/upstream/o.json", OVERLAY),
        ];
        for (path, text) in files {
            project.write(path, text);
        }
        import::lock(&project.upstream(), &project.schemas()).unwrap();
        project
    }

    fn schemas(&self) -> PathBuf {
        self.folder.path().join("schemas")
    }

    fn upstream(&self) -> PathBuf {
        self.folder.path().join("vendor-1.0")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn findings(&self) -> Vec<Finding> {
        self.findings_in(&self.upstream())
    }

    fn findings_in(&self, upstream: &Path) -> Vec<Finding> {
        match run(&self.schemas(), Some(upstream)).unwrap() {
            Outcome::Done(findings) => findings,
            Outcome::Skipped(why) => panic!("{why}"),
        }
    }

    /// The only finding.
    fn one(&self) -> Finding {
        let [one] = self.findings().try_into().unwrap();
        one
    }
}

/// The rule and the subject of each finding.
fn briefly(findings: &[Finding]) -> Vec<(&str, &str)> {
    let findings = findings.iter();
    findings
        .map(|found| (found.rule.id, found.subject.as_str()))
        .collect()
}

#[test]
fn what_is_as_it_was_locked_has_no_findings() {
    assert_eq!(Project::new().findings(), []);
}

#[test]
fn line_endings_of_a_checkout_are_no_change() {
    let project = Project::new();
    project.write("vendor-1.0/types/thing.json", "{\r\n\"type\": \"objekt\"}");
    assert_eq!(project.findings(), []);
}

#[test]
fn without_a_description_the_part_is_skipped_and_says_what_to_pass() {
    let Outcome::Skipped(why) = run(&Project::new().schemas(), None).unwrap() else {
        panic!("it is skipped");
    };
    assert!(why.contains("--upstream DIR"), "{why}");
}

#[test]
fn another_version_is_told_by_the_name_of_the_folder() {
    let project = Project::new();
    let moved = project.folder.path().join("vendor-1.1");
    fs::rename(project.upstream(), &moved).unwrap();
    let findings = project.findings_in(&moved);
    assert_eq!(
        briefly(&findings),
        [("upstream/version-changed", "version")]
    );
    let place = findings[0].place.as_ref().unwrap();
    let lock = fs::read_to_string(project.schemas().join("upstream/lock.toml")).unwrap();
    assert_eq!(lock.lines().nth(place.line - 1), Some("version = \"1.0\""));
    assert!(
        place.excerpt.contains("version = \"1.0\"\n"),
        "{}",
        place.excerpt
    );
    assert!(findings[0].help.contains("cargo xtask import"));

    let unnamed = project.folder.path().join("vendor");
    fs::rename(moved, &unnamed).unwrap();
    assert_eq!(project.findings_in(&unnamed), []);
}

#[test]
fn files_that_were_changed_added_or_removed_are_told() {
    let project = Project::new();
    project.write("vendor-1.0/scopes.json", r#"{"thing.get": ["all"]}"#);
    project.write("vendor-1.0/types/fresh.json", "{}");
    fs::remove_file(project.upstream().join("types/spare.json")).unwrap();
    let findings = project.findings();
    let expected = [
        ("upstream/file-changed", "scopes.json"),
        ("upstream/file-added", "types/fresh.json"),
        ("upstream/file-removed", "types/spare.json"),
    ];
    assert_eq!(briefly(&findings), expected);
    assert!(findings.iter().all(|found| found.place.is_some()));
}

#[test]
fn a_correction_that_the_vendor_has_made_is_redundant() {
    let project = Project::new();
    project.write("vendor-1.0/types/thing.json", r#"{"type": "object"}"#);
    let findings = project.findings();
    let expected = [
        ("upstream/file-changed", "types/thing.json"),
        (
            "upstream/overlay-redundant",
            "upstream/o.json: types/thing.json#/type",
        ),
    ];
    assert_eq!(briefly(&findings), expected);
    let place = findings[1].place.as_ref().unwrap();
    assert_eq!((place.line, place.column), (4, 5));
    assert_eq!(place.pointer, "/corrections/0");
    assert!(
        place.file.ends_with("schemas/upstream/o.json"),
        "{}",
        place.file
    );
    assert!(
        place.excerpt.contains("4 |     {\"file\""),
        "{}",
        place.excerpt
    );
    assert!(findings[1].help.contains("remove the correction"));
    assert_eq!(findings[1].severity, Severity::Major);
}

#[test]
fn a_correction_misses_where_the_value_the_place_or_the_file_is_gone() {
    let project = Project::new();
    let misses = |project: &Project| {
        let findings = project.findings();
        let misses = findings
            .iter()
            .find(|found| found.rule.id == "upstream/overlay-misses");
        let misses = misses.unwrap_or_else(|| panic!("{findings:?}"));
        assert_eq!(misses.subject, "upstream/o.json: types/thing.json#/type");
        misses.message.clone()
    };
    project.write("vendor-1.0/types/thing.json", r#"{"type": "array"}"#);
    assert!(misses(&project).contains("found `\"array\"`"));
    project.write("vendor-1.0/types/thing.json", "{}");
    assert!(misses(&project).contains("there is nothing at `/type`"));
    fs::remove_file(project.upstream().join("types/thing.json")).unwrap();
    assert!(misses(&project).contains("the file `types/thing.json` to correct does not exist"));
}

#[test]
fn a_correction_that_still_applies_to_a_changed_type_meets_a_change() {
    let project = Project::new();
    project.write(
        "vendor-1.0/types/thing.json",
        r#"{"type": "objekt", "title": "T"}"#,
    );
    let findings = project.findings();
    let expected = [
        ("upstream/file-changed", "types/thing.json"),
        (
            "upstream/overlay-meets-change",
            "upstream/o.json: types/thing.json",
        ),
    ];
    assert_eq!(briefly(&findings), expected);
    assert_eq!(findings[1].detail.as_deref(), Some("line 4: /type\n"));
}

#[test]
fn a_change_of_one_resource_is_none_of_the_others() {
    let project = Project::new();
    let info = fs::read_to_string(project.upstream().join("apiInfo.json")).unwrap();
    project.write("vendor-1.0/apiInfo.json", &info.replace("/o", "/others"));
    let one = project.one();
    assert_eq!(
        briefly(std::slice::from_ref(&one)),
        [("upstream/file-changed", "apiInfo.json")]
    );
    assert_eq!(one.detail.as_deref(), Some("resources changed: other\n"));

    project.write("vendor-1.0/apiInfo.json", &info.replace("/t", "/things"));
    let findings = project.findings();
    let meets = (
        "upstream/overlay-meets-change",
        "upstream/o.json: resources/thing.json",
    );
    assert_eq!(briefly(&findings)[1..], [meets]);
    assert_eq!(findings[1].reaches, ["thing.get"]);
}

#[test]
fn what_is_no_lock_or_no_description_is_an_error_with_what_to_do() {
    let project = Project::new();
    let error = |upstream: &Path| run(&project.schemas(), Some(upstream)).unwrap_err();
    let nowhere = error(&project.folder.path().join("nowhere"));
    assert!(nowhere.remedy().unwrap().contains("apiInfo.json"));
    project.write("vendor-1.0/scopes.json", "[");
    assert!(
        error(&project.upstream())
            .to_string()
            .contains("scopes.json")
    );
    project.write("schemas/upstream/lock.toml", "version = 1");
    assert!(error(&project.upstream()).to_string().contains("lock.toml"));
    fs::remove_file(project.schemas().join("upstream/lock.toml")).unwrap();
    assert!(
        error(&project.upstream())
            .remedy()
            .unwrap()
            .contains("import")
    );
}

#[test]
fn an_overlay_that_can_t_be_read_is_an_error_with_its_place() {
    let project = Project::new();
    project.write("schemas/upstream/o.json", "{");
    let error = run(&project.schemas(), Some(&project.upstream())).unwrap_err();
    let diagnostics = error.diagnostics().unwrap();
    let first = diagnostics.iter().next().unwrap();
    assert!(first.file().ends_with("schemas/upstream/o.json"));
}
