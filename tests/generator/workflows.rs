//! The GitHub workflows, as far as they can be checked without running them.

use std::fs;
use std::process::Command;

use tests::root;

#[test]
fn every_action_of_a_workflow_is_pinned_by_commit_with_its_version_as_a_comment() {
    let mut pinned = 0;
    for entry in fs::read_dir(root().join(".github/workflows")).unwrap() {
        let path = entry.unwrap().path();
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some((_, action)) = line.split_once("uses:") else {
                continue;
            };
            let (name, version) = action.trim().split_once('@').unwrap();
            let (commit, comment) = version.split_once(" # ").unwrap_or((version, ""));
            let is_commit = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            let place = path.display();
            assert!(is_commit, "{place}: {name} is pinned by {version}");
            assert!(!comment.is_empty(), "{place}: {name} names no version");
            pinned += 1;
        }
    }
    assert!(pinned > 10, "the workflows use actions");
}

/// The script of a step, by name.
fn script(workflow: &str, step: &str) -> String {
    let text = fs::read_to_string(root().join(workflow)).unwrap();
    let (_, rest) = text.split_once(&format!("- name: {step}\n")).unwrap();
    let (_, rest) = rest.split_once("run: |\n").unwrap();
    let indented = |line: &&str| line.is_empty() || line.starts_with("          ");
    let lines: Vec<_> = rest
        .lines()
        .take_while(indented)
        .map(str::trim_start)
        .collect();
    lines.join("\n")
}

#[cfg(unix)]
#[test]
fn the_weekly_comparison_does_not_return_to_an_older_version() {
    let script = script(".github/workflows/upstream.yml", "Refuse to go backwards");
    let scratch = tempfile::tempdir().unwrap();
    fs::create_dir_all(scratch.path().join("schemas/upstream")).unwrap();
    for (version, locked, is_older) in [
        ("1.30.0", "1.30.0", false),
        ("1.29.5", "1.30.0", true),
        ("1.9.0", "1.30.0", true),
        ("1.30.0-rc.1", "1.30.0", true),
        ("1.30.1-rc.1", "1.30.0", false),
        ("1.30.0", "1.30.0-rc.1", false),
        ("2.0.0", "1.30.0", false),
    ] {
        let lock = format!("version = \"0.0.1\"\npackage-version = \"{locked}\"\n\n[files]\n");
        fs::write(scratch.path().join("schemas/upstream/lock.toml"), lock).unwrap();
        let outputs = scratch.path().join("outputs");
        fs::write(&outputs, "").unwrap();
        let output = Command::new("bash")
            .args(["-e", "-o", "pipefail", "-c", &script])
            .current_dir(scratch.path())
            .env("VERSION", version)
            .env("GITHUB_OUTPUT", &outputs)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let output_file = fs::read_to_string(&outputs).unwrap();
        assert_eq!(
            output_file == "older=true\n",
            is_older,
            "{version} {locked}: {output:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_release_has_the_version_of_its_tag_and_the_address_of_its_repository() {
    use std::os::unix::fs::PermissionsExt;
    if Command::new("jq").arg("--version").output().is_err() {
        eprintln!("skipped: jq is missing");
        return;
    }
    let script = script(
        ".github/workflows/release.yml",
        "Compare the tag with the crates",
    );
    let scratch = tempfile::tempdir().unwrap();
    let cargo = scratch.path().join("cargo");
    fs::write(&cargo, "#!/bin/sh\nprintf '%s' \"$METADATA\"\n").unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(
        scratch.path().join("CHANGELOG.md"),
        "## 1.2.0 (2027-01-01)\n",
    )
    .unwrap();
    let path = std::env::var("PATH").unwrap();
    let said = |tag: &str, [runtime, client]: [&str; 2], repository: &str| {
        let package = |name: &str, version: &str| {
            format!(r#"{{"name": "{name}", "version": "{version}", "repository": {repository}}}"#)
        };
        let packages = [
            package("client-runtime", runtime),
            package("losant", client),
        ]
        .join(", ");
        let output = Command::new("bash")
            .args(["-e", "-o", "pipefail", "-c", &script])
            .env("PATH", format!("{}:{path}", scratch.path().display()))
            .env("METADATA", format!(r#"{{"packages": [{packages}]}}"#))
            .env("TAG", tag)
            .env("REPOSITORY", "https://example.com/a/b")
            .current_dir(scratch.path())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.success(), said.is_empty(), "{said}");
        said
    };
    let (same, here) = (["1.2.0"; 2], "\"https://example.com/a/b\"");
    assert_eq!(said("v1.2.0", same, here), "");
    for (tag, versions, repository, expected) in [
        ("v1.2.1", same, here, "client-runtime has version 1.2.0"),
        (
            "v1.2.1",
            ["1.2.1"; 2],
            here,
            "CHANGELOG.md has no section 1.2.1",
        ),
        (
            "v1.2.0",
            ["1.2.0", "1.1.0"],
            here,
            "losant has version 1.1.0",
        ),
        (
            "v1.2.0",
            same,
            "null",
            "losant names the repository null; expected https://example.com/a/b",
        ),
    ] {
        let said = said(tag, versions, repository);
        assert!(said.contains(expected), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn no_answer_of_a_registry_becomes_an_output() {
    use std::os::unix::fs::PermissionsExt;
    let script = script(
        ".github/workflows/upstream.yml",
        "Fetch the vendor's description",
    );
    let fetched = |version: &str| {
        let scratch = tempfile::tempdir().unwrap();
        let tool = |name: &str, text: &str| {
            let path = scratch.path().join("bin").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        };
        tool(
            "npm",
            "case $1 in view) printf '%s\\n' \"$ANSWER\";; pack) echo packed;; esac",
        );
        let outputs = scratch.path().join("outputs");
        let path = std::env::var("PATH").unwrap();
        let output = Command::new("bash")
            .args(["-e", "-c", &script])
            .env("PATH", format!("{}/bin:{path}", scratch.path().display()))
            .env("ANSWER", version)
            .env("GITHUB_OUTPUT", &outputs)
            .current_dir(scratch.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (
            said.contains("packed"),
            fs::read_to_string(&outputs).unwrap_or_default(),
        )
    };
    let right = (true, "version=1.30.1-rc.1\n".to_owned());
    assert_eq!(fetched("1.30.1-rc.1"), right);
    for version in [
        "",
        "latest",
        "1.30.1\ncode=0",
        "code=0\n1.30.1",
        "1.30.1; touch x",
        "1.30.1 ",
    ] {
        assert_eq!(fetched(version), (false, String::new()), "{version:?}");
    }
}
