//! The schemas, compared with what an import would make of them.

use std::collections::BTreeMap;
use std::path::Path;

use codegen::compat::{Change, Class};
use codegen::{Diagnostics, Source};

use super::rules::{SCHEMAS_DIFFER, THEIRS_BROKEN};
use super::theirs::Theirs;
use crate::drift::change::finding;
use crate::drift::{Finding, Place, Severity};
use crate::{Error, corrections, import, schemas, shell};

/// How the schemas of the folder differ from what an import would make of them. An import keeps
/// words, so they don't count.
///
/// # Errors
///
/// Returns the mistakes in the schemas.
pub(super) fn findings(
    ours: &Source,
    theirs: &Theirs,
    schemas: &Path,
) -> Result<Vec<Finding>, Error> {
    let is_described = |(path, _): (&str, _)| {
        ["resources/", "types/"]
            .iter()
            .any(|folder| path.starts_with(folder))
    };
    // Nothing has been imported into this folder yet.
    if !ours.files().any(is_described) {
        return Ok(Vec::new());
    }
    // Mistakes are findings of their own; everything without mistakes is compared.
    let mistakes = corrections::mistakes(&theirs.trial.corrected);
    let broken = mistakes.as_ref().map(broken);
    let changes = match corrections::compare(ours, &theirs.wanted) {
        Err(unreadable) if !unreadable.is_old && broken.is_some() => Vec::new(),
        compared => compared.map_err(|unreadable| {
            let name = schemas::package_name(ours);
            Error::unreadable(&name, schemas, unreadable.diagnostics)
        })?,
    };
    let counting = changes.into_iter().filter(|change| {
        // Parts left out because of mistakes are covered by the finding about those.
        let is_covered = ["compat/type-renamed", "compat/left-out"].contains(&change.rule.id);
        change.class != Class::Docs && !is_covered
    });
    let differing = counting.map(|change| differs(ours, schemas, change));
    let mut findings: Vec<Finding> = broken.into_iter().chain(differing).collect();
    if findings.is_empty() {
        findings.extend(other_facts(ours, &theirs.wanted, schemas));
    }
    Ok(findings)
}

/// The files whose facts an import would change, although no user of the crate would notice.
fn other_facts(ours: &Source, wanted: &Source, schemas: &Path) -> Option<Finding> {
    let facts = |source: &Source| -> BTreeMap<String, String> {
        let is_file = |path: &str| path.starts_with("resources/") || path.starts_with("types/");
        let files = source.files().filter(|(path, _)| is_file(path));
        files
            .map(|(path, bytes)| (path.to_owned(), import::facts(path, bytes)))
            .collect()
    };
    let (ours, wanted) = (facts(ours), facts(wanted));
    let paths = ours.keys().chain(wanted.keys());
    let mut paths: Vec<&str> = paths
        .filter(|path| ours.get(*path) != wanted.get(*path))
        .map(String::as_str)
        .collect();
    paths.sort_unstable();
    paths.dedup();
    let count = shell::count(paths.len(), "file");
    let lines = paths.iter().map(|path| format!("{path}\n"));
    (!paths.is_empty()).then(|| Finding {
        rule: &SCHEMAS_DIFFER,
        message: format!(
            "an import would change {count} in {}",
            shell::folder(schemas)
        ),
        subject: "files".to_owned(),
        severity: Severity::Patch,
        verdict: None,
        place: None,
        detail: Some(lines.collect()),
        reaches: Vec::new(),
        count: paths.len(),
        help: "run `cargo xtask import`, or correct the vendor's description in upstream/"
            .to_owned(),
    })
}

fn differs(ours: &Source, schemas: &Path, change: Change) -> Finding {
    let said = &change.diagnostic;
    let place = ours.files().any(|(path, _)| path == said.file()).then(|| {
        let file = shell::path(&schemas.join(said.file()));
        let at = codegen::location(ours, said.file(), said.pointer());
        Place::located(file, said.pointer().to_owned(), at)
    });
    let found = finding(change, schemas);
    Finding {
        rule: &SCHEMAS_DIFFER,
        message: format!("in the vendor's description, {}", found.message),
        subject: format!("{}: {}", found.rule.id, found.subject),
        verdict: None,
        place,
        help: "run `cargo xtask import`, or correct the vendor's description in upstream/"
            .to_owned(),
        ..found
    }
}

/// The description has mistakes that nothing corrects, so parts of it cannot be compared, or are
/// compared as the mistakes propose to correct them.
fn broken(mistakes: &Diagnostics) -> Finding {
    let count = shell::count(mistakes.len(), "mistake");
    Finding {
        rule: &THEIRS_BROKEN,
        message: format!("the vendor's description has {count} that nothing corrects"),
        subject: "description".to_owned(),
        severity: Severity::Major,
        verdict: None,
        place: None,
        detail: Some(mistakes.render(false)),
        reaches: Vec::new(),
        count: mistakes.len(),
        help: "record corrections for this version in upstream/".to_owned(),
    }
}
