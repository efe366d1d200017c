//! The schemas, compared with the same part of the vendor's description.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use codegen::compat::{Change, Class};
use codegen::{Diagnostics, Source, compat};
use serde_json::Value;

use super::rules::{SCHEMAS_DIFFER, THEIRS_BROKEN};
use crate::drift::change::finding;
use crate::drift::{Finding, Place, Severity};
use crate::{Error, schemas, shell};

/// How the schemas of the folder differ from the vendor's description with the overlays applied.
/// Docs are ours, and so are the names of types, which follow from titles: they don't count.
///
/// # Errors
///
/// Returns the mistakes in the schemas.
pub(super) fn findings(
    ours: &Source,
    theirs: &Source,
    schemas: &Path,
) -> Result<Vec<Finding>, Error> {
    let is_described = |(path, _): (&str, _)| {
        ["resources/", "types/"]
            .iter()
            .any(|folder| path.starts_with(folder))
    };
    // A folder with overlays only has not been imported yet.
    if !ours.files().any(is_described) {
        return Ok(Vec::new());
    }
    let theirs = counterpart(ours, theirs);
    // Mistakes are findings of their own; everything without mistakes is compared.
    let mistakes = codegen::generate(&theirs).err();
    let broken = mistakes.as_ref().map(broken);
    let changes = match compat::compare(ours, &theirs) {
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
    Ok(broken.into_iter().chain(differing).collect())
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
        help: "follow it in the schemas, or correct the vendor's description with an overlay"
            .to_owned(),
        ..found
    }
}

/// The description has mistakes that no overlay corrects, so parts of it cannot be compared, or are
/// compared as the mistakes propose to correct them.
fn broken(mistakes: &Diagnostics) -> Finding {
    let count = shell::count(mistakes.len(), "mistake");
    Finding {
        rule: &THEIRS_BROKEN,
        message: format!(
            "the vendor's description of what is in the schemas has {count} that no \
             overlay corrects"
        ),
        subject: "counterpart".to_owned(),
        severity: Severity::Major,
        verdict: None,
        place: None,
        detail: Some(mistakes.render(false)),
        reaches: Vec::new(),
        count: mistakes.len(),
        help: "correct them with an overlay for this version".to_owned(),
    }
}

/// The part of the vendor's description with a counterpart in ours: the resources that ours has
/// too, and the types that ours has too or those resources refer to.
pub(super) fn counterpart(ours: &Source, theirs: &Source) -> Source {
    let named: BTreeSet<&str> = ours.files().map(|(path, _)| path).collect();
    let files: BTreeMap<&str, &[u8]> = theirs.files().collect();
    let is_shared = |path: &str| path == "api.json" || named.contains(path);
    let mut open: Vec<&str> = files
        .keys()
        .copied()
        .filter(|path| is_shared(path))
        .collect();
    let mut kept = BTreeMap::new();
    while let Some(path) = open.pop() {
        let Some((path, bytes)) = files.get_key_value(path) else {
            continue;
        };
        if kept.insert((*path).to_owned(), bytes.to_vec()).is_some() {
            continue;
        }
        let value = serde_json::from_slice(bytes).unwrap_or_default();
        for name in references(&value) {
            let referred = files.get_key_value(format!("types/{name}.json").as_str());
            open.extend(referred.map(|(path, _)| *path));
        }
    }
    Source::new(kept)
}

/// The names of the types that a file refers to.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|own| own.strip_prefix("#/definitions/"));
            own.into_iter()
                .chain(members.values().flat_map(references))
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
