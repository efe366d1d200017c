//! The vendor's description as it is now, corrected by our overlays, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use codegen::{Source, Trial};
use serde_json::Value;

use crate::import::{self, Lock};
use crate::{Error, schemas, shell};

/// What the vendor says.
pub(super) struct Theirs {
    /// By names and hashes; its version is empty where the folder's name does not tell it.
    pub lock: Lock,
    /// How our corrections stand against it.
    pub trial: Trial,
}

impl Theirs {
    /// The description in `upstream`, with the overlays in the folder `ours`.
    pub(super) fn read(ours: &Path, upstream: &Path) -> Result<Self, Error> {
        let mut imported = import::read(upstream, &ours.join("api.json"))?;
        if !imported.is_version_known {
            imported.lock.version.clear();
        }
        // As they stand on the disk, so that their lines are those that an editor shows.
        let ours_read = schemas::read(ours)?;
        let overlays = ours_read.files();
        let overlays = overlays.filter(|(path, _)| path.starts_with("overlays/"));
        let overlays = overlays.map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
        let source = Source::new(imported.files.into_iter().chain(overlays));
        let trial = codegen::try_overlays(&source).map_err(|mistakes| {
            let (ours, upstream) = (shell::folder(ours), shell::folder(upstream));
            Error::new(format!(
                "could not try the overlays of {ours} on {upstream}"
            ))
            .diagnosed(mistakes)
        })?;
        Ok(Theirs {
            lock: imported.lock,
            trial,
        })
    }
}

/// Of the vendor's whole description what has a counterpart in ours: the resources that ours has
/// too, and the types that those refer to or ours has too.
pub fn counterpart(ours: &Source, theirs: &Source) -> Source {
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
