//! The vendor's present description, corrected by our overlays, in memory.

use std::path::Path;

use codegen::{Source, Trial};

use crate::import::{self, Lock};
use crate::{Error, shell};

/// The vendor's description.
pub(super) struct Theirs {
    /// Its names and hashes; the version is empty if the folder's name does not contain it.
    pub lock: Lock,
    /// The state of our corrections against it.
    pub trial: Trial,
}

impl Theirs {
    /// Reads the description in `upstream` and applies the overlays among `ours`, the files of the
    /// folder `schemas`, whose line numbers are those on disk.
    pub(super) fn read(schemas: &Path, ours: &Source, upstream: &Path) -> Result<Self, Error> {
        let mut imported = import::read(upstream, &schemas.join("api.json"))?;
        if !imported.is_version_known {
            imported.lock.version.clear();
        }
        let overlays = ours.files();
        let overlays = overlays.filter(|(path, _)| path.starts_with("overlays/"));
        let overlays = overlays.map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
        let source = Source::new(imported.files.into_iter().chain(overlays));
        let trial = codegen::try_overlays(&source).map_err(|mistakes| {
            let (ours, upstream) = (shell::folder(schemas), shell::folder(upstream));
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
