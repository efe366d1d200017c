//! `generated`: whether the emitted crate matches the schemas; and if not, why each file differs.

use codegen::rule::{Mirror, Rule};

use super::{Finding, Outcome, Place, Severity};
use crate::Error;
use crate::regenerate::{self, Drift, DriftKind, Options};

/// The rules of this part.
pub const RULES: &[Rule] = &[STALE, GENERATOR_CHANGED, EDITED, ORPHAN, MISSING];

const STALE: Rule = Rule {
    id: "generated/stale",
    title: "an emitted file was generated from other schemas",
    explanation: "The schemas changed since the file was emitted: the hash of the inputs in its \
        header differs from theirs, and the file was not edited. So the crate does not match the \
        schemas. Run `cargo xtask regenerate`, and commit its output together with the change of \
        the schemas. If only the header differs, the change is in other files.",
    mirror: Mirror::None("a file of the same schemas needs no report"),
};

const GENERATOR_CHANGED: Rule = Rule {
    id: "generated/generator-changed",
    title: "the generator emits something else for the same schemas",
    explanation: "The file was not edited, and the schemas are those that it was generated from, \
        but the generator now emits something else. Read the diff: it is how the change of the \
        generator affects every user. Run `cargo xtask regenerate`, and commit its output together \
        with the change of the generator.",
    mirror: Mirror::None("unchanged output needs no report"),
};

const EDITED: Rule = Rule {
    id: "generated/edited",
    title: "an emitted file was edited by hand",
    explanation: "The content of the file is not what was emitted: it does not match the hash of \
        the output in its header, or the header is missing. The next run overwrites the edit; a file \
        without the header is yours, and no run writes anything until you move it elsewhere. Make \
        the change in the schemas or in the generator, then run `cargo xtask regenerate`. A merge \
        that takes lines of two versions is an edit as well. So is a symbolic link or anything \
        else in place of an emitted file or folder, even if its target has the same content: \
        emitted files are regular files, and links are not followed. Move such an entry elsewhere, \
        too. Only the folder of the emitted crate itself may be a link.",
    mirror: Mirror::None("an unedited file needs no report"),
};

const ORPHAN: Rule = Rule {
    id: "generated/orphan",
    title: "a file among the emitted ones is not emitted",
    explanation: "The folder of the emitted crate contains a file that nothing emits: it is left \
        over from a removed schema, or was put there by hand. The next run removes it if it is \
        empty or unedited, as the hash in its header shows. Anything else is yours, even an \
        emitted file that was edited or a symbolic link, and no run writes anything until you \
        move it elsewhere. Then run `cargo xtask regenerate`.",
    mirror: Mirror::Rule("generated/missing"),
};

const MISSING: Rule = Rule {
    id: "generated/missing",
    title: "an emitted file is missing",
    explanation: "The schemas generate a file that is not in the folder of the emitted crate: it \
        was removed, or never committed. Run `cargo xtask regenerate`, and commit its output.",
    mirror: Mirror::Rule("generated/orphan"),
};

/// Compares the crate that the schemas generate, in memory, with the emitted crate: no file is
/// touched.
///
/// # Errors
///
/// Returns the mistakes in the schemas, and files that cannot be read.
pub fn run(options: &Options) -> Result<Outcome, Error> {
    let drifts = regenerate::check(options)?;
    let help = format!("run `{}`", options.command());
    let findings = drifts.into_iter().map(|drift| finding(drift, &help));
    Ok(Outcome::Done(findings.collect()))
}

fn finding(drift: Drift, help: &str) -> Finding {
    Finding {
        rule: rule(drift.kind),
        message: drift.to_string(),
        subject: drift.name,
        severity: Severity::Major,
        verdict: None,
        place: Some(Place {
            file: drift.path,
            line: drift.line,
            column: 1,
            pointer: String::new(),
            excerpt: String::new(),
        }),
        detail: Some(drift.diff).filter(|diff| !diff.is_empty()),
        reaches: Vec::new(),
        count: 1,
        help: help.to_owned(),
    }
}

fn rule(kind: DriftKind) -> &'static Rule {
    match kind {
        DriftKind::Stale => &STALE,
        DriftKind::OtherGenerator => &GENERATOR_CHANGED,
        DriftKind::Edited | DriftKind::Replaced(_) => &EDITED,
        DriftKind::Missing => &MISSING,
        DriftKind::Orphan | DriftKind::SpecialOrphan(_) => &ORPHAN,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use codegen::Source;

    use super::*;
    use crate::schemas;
    use crate::workspace::Workspace;

    /// A copy of the project's schemas, and the crate generated from them.
    fn project() -> (tempfile::TempDir, Options) {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            schemas: folder.path().join("schemas"),
            out: folder.path().join("out"),
            runtime: None,
            deny_warnings: false,
        };
        let source: Source =
            schemas::read(&Workspace::find().unwrap().root().join("tests/audit-logs")).unwrap();
        for (path, bytes) in source.files() {
            let path = options.schemas.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        regenerate::write(&options).unwrap();
        (folder, options)
    }

    /// The rule and the subject of each finding.
    fn found(options: &Options) -> Vec<(&'static str, String)> {
        let findings = findings(options).into_iter();
        findings
            .map(|found| (found.rule.id, found.subject))
            .collect()
    }

    fn findings(options: &Options) -> Vec<Finding> {
        match run(options).unwrap() {
            Outcome::Done(findings) => findings,
            Outcome::Skipped(why) => panic!("{why}"),
        }
    }

    fn edit(path: &Path, change: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(path).unwrap();
        let changed = change(text.clone());
        assert_ne!(changed, text);
        fs::write(path, changed).unwrap();
    }

    /// Every file below a folder.
    fn files(folder: &Path) -> Vec<std::path::PathBuf> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(files(&path))
            } else {
                found.push(path)
            }
        }
        found
    }

    #[test]
    fn a_crate_that_is_as_it_should_be_has_no_findings() {
        assert_eq!(found(&project().1), []);
    }

    #[test]
    fn every_emitted_file_has_a_hash_and_the_manifest_that_of_the_schemas() {
        let (_folder, options) = project();
        for path in files(&options.out) {
            let text = fs::read_to_string(&path).unwrap();
            let is_manifest = path.ends_with("Cargo.toml");
            let mut lines = text.lines().skip(1);
            if is_manifest {
                let inputs = lines.next().unwrap();
                assert!(inputs.contains("Inputs: sha256 "), "{path:?}");
            }
            let output = lines.next().unwrap();
            assert!(output.contains("Output: sha256 "), "{path:?}");
            assert_eq!(text.contains("Inputs: sha256 "), is_manifest, "{path:?}");
        }
    }

    #[test]
    fn files_are_stale_when_the_schemas_changed() {
        let (_folder, options) = project();
        edit(&options.schemas.join("types/error.json"), |text| {
            text.replacen("\"description\": \"", "\"description\": \"Or: ", 1)
        });
        let found = found(&options);
        assert!(found.iter().all(|(rule, _)| *rule == STALE.id), "{found:?}");
        let changed: Vec<_> = found.iter().map(|(_, file)| file.as_str()).collect();
        assert_eq!(changed, ["Cargo.toml", "src/types/error.rs"]);
    }

    #[test]
    fn a_file_that_was_edited_says_so_even_when_the_schemas_changed() {
        let (_folder, options) = project();
        let lib = options.out.join("src/lib.rs");
        edit(&lib, |text| text.replacen("mod client", "mod klient", 1));
        let only = findings(&options).remove(0);
        assert_eq!(
            (only.rule.id, only.subject.as_str()),
            (EDITED.id, "src/lib.rs")
        );
        assert_eq!(only.severity, Severity::Major);
        let detail = only.detail.unwrap();
        assert!(
            detail.contains("\n-mod klient;\n+mod client;\n"),
            "{detail}"
        );
        let line = only.place.unwrap().line;
        let text = fs::read_to_string(&lib).unwrap();
        assert_eq!(text.lines().nth(line - 1), Some("mod klient;"));

        edit(&options.schemas.join("api.json"), |text| {
            text.replacen("Reads who", "Tells who", 1)
        });
        let found = found(&options);
        let edited = found.iter().filter(|(rule, _)| *rule == EDITED.id);
        assert_eq!(
            edited.collect::<Vec<_>>(),
            [&(EDITED.id, "src/lib.rs".to_owned())]
        );
    }

    #[test]
    fn a_file_that_is_as_it_was_emitted_tells_that_the_generator_changed() {
        let (_folder, options) = project();
        for (path, comment) in [("src/lib.rs", "// "), ("Cargo.toml", "# ")] {
            edit(&options.out.join(path), |text| {
                emitted_otherwise(&text, comment)
            });
        }
        let expected = ["Cargo.toml", "src/lib.rs"].map(|path| (GENERATOR_CHANGED.id, path.into()));
        assert_eq!(found(&options), expected);
    }

    /// Output of another generator for the same schemas.
    fn emitted_otherwise(text: &str, comment: &str) -> String {
        use sha2::{Digest, Sha256};
        let output = format!("{comment}Output: sha256 ");
        let (head, rest) = text.split_once(&output).unwrap();
        let (_, body) = rest.split_once('\n').unwrap();
        let body = format!("{body}{comment}more\n");
        let digest = Sha256::digest(&body);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{head}{output}{digest}\n{body}")
    }

    #[test]
    fn orphans_and_missing_files_are_reported() {
        let (_folder, options) = project();
        fs::remove_file(options.out.join("src/types/error.rs")).unwrap();
        fs::write(options.out.join("src/mine.rs"), "fn mine() {}\n").unwrap();
        let expected = [
            (MISSING.id, "src/types/error.rs"),
            (ORPHAN.id, "src/mine.rs"),
        ];
        assert_eq!(
            found(&options),
            expected.map(|(rule, path)| (rule, path.to_owned()))
        );
    }

    #[cfg(unix)]
    #[test]
    fn special_files_are_reported_by_their_kind_and_never_opened() {
        use std::os::unix::fs::symlink;
        let (folder, options) = project();
        let (secret, lib) = (folder.path().join("secret"), options.out.join("src/lib.rs"));
        fs::write(&secret, "token").unwrap();
        symlink(&secret, options.out.join("src/env.rs")).unwrap();
        symlink(folder.path(), options.out.join("src/around")).unwrap();
        // Even one that leads to an equal file is not an emitted file.
        fs::rename(&lib, folder.path().join("lib.rs")).unwrap();
        symlink(folder.path().join("lib.rs"), &lib).unwrap();
        let schema = options.schemas.join("descriptor.schema.json");
        fs::remove_file(&schema).unwrap();
        symlink(&secret, schema).unwrap();
        for name in ["pipe", "src/client.rs"] {
            let _ = fs::remove_file(options.out.join(name));
            let mut mkfifo = std::process::Command::new("mkfifo");
            assert!(
                mkfifo
                    .arg(options.out.join(name))
                    .status()
                    .unwrap()
                    .success()
            );
        }

        let (send, receive) = std::sync::mpsc::channel();
        std::thread::spawn(move || send.send(findings(&options)));
        let wait = std::time::Duration::from_secs(60);
        let found = receive.recv_timeout(wait).expect("no pipe is waited for");
        assert!(found.iter().all(|finding| finding.detail.is_none()));
        let said = found.iter().map(|found| {
            let end = found
                .message
                .strip_prefix(&found.place.as_ref().unwrap().file);
            (found.rule.id, found.subject.as_str(), end.unwrap())
        });
        let orphan_link = " is an orphan: a symbolic link that nothing emits";
        let edited_link = " was replaced by a symbolic link since it was emitted";
        assert_eq!(
            said.collect::<Vec<_>>(),
            [
                (
                    EDITED.id,
                    "src/client.rs",
                    " was replaced by a named pipe since it was emitted"
                ),
                (EDITED.id, "src/lib.rs", edited_link),
                (
                    ORPHAN.id,
                    "pipe",
                    " is an orphan: a named pipe that nothing emits"
                ),
                (ORPHAN.id, "src/around", orphan_link),
                (ORPHAN.id, "src/env.rs", orphan_link),
                (EDITED.id, "descriptor.schema.json", edited_link),
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_a_folder_is_one_finding_and_the_crates_own_folder_may_be_one() {
        use std::os::unix::fs::symlink;
        let (folder, options) = project();
        let elsewhere = folder.path().join("elsewhere");
        fs::rename(&options.out, &elsewhere).unwrap();
        symlink(&elsewhere, &options.out).unwrap();
        assert_eq!(found(&options), []);
        fs::rename(elsewhere.join("src"), folder.path().join("src")).unwrap();
        symlink(folder.path().join("src"), elsewhere.join("src")).unwrap();
        assert_eq!(found(&options), [(EDITED.id, "src".to_owned())]);
    }

    #[test]
    fn the_schema_of_the_descriptors_is_compared_too() {
        let (_folder, options) = project();
        let path = options.schemas.join("descriptor.schema.json");
        let name = "descriptor.schema.json".to_owned();
        edit(&path, |text| text.replacen("object", "objekt", 1));
        assert_eq!(found(&options), [(EDITED.id, name.clone())]);
        fs::remove_file(path).unwrap();
        assert_eq!(found(&options), [(MISSING.id, name)]);
    }

    #[test]
    fn a_checkout_with_other_line_endings_is_no_drift_and_hides_none() {
        let (_folder, options) = project();
        let mut all = files(&options.out);
        all.extend(files(&options.schemas));
        for path in all {
            edit(&path, |text| text.replace('\n', "\r\n"));
        }
        assert_eq!(found(&options), []);
        edit(&options.out.join("src/lib.rs"), |text| {
            emitted_otherwise(&text.replace("\r\n", "\n"), "// ").replace('\n', "\r\n")
        });
        assert_eq!(
            found(&options),
            [(GENERATOR_CHANGED.id, "src/lib.rs".to_owned())]
        );
        edit(&options.out.join("src/lib.rs"), |text| text + "// mine\r\n");
        assert_eq!(found(&options), [(EDITED.id, "src/lib.rs".to_owned())]);
    }

    #[test]
    fn nothing_is_touched() {
        let (folder, options) = project();
        fs::remove_file(options.out.join("src/lib.rs")).unwrap();
        let all = |folder: &Path| {
            let files = files(folder).into_iter();
            let mut files: Vec<_> = files.map(|path| (fs::read(&path).unwrap(), path)).collect();
            files.sort();
            files
        };
        let before = all(folder.path());
        findings(&options);
        assert_eq!(all(folder.path()), before);
    }
}
