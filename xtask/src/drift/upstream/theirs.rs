//! The vendor's present description, with our corrections made, in memory.

use std::path::Path;

use codegen::Source;

use crate::Error;
use crate::corrections::{Corrections, Trial};
use crate::import::{self, Lock};
use crate::schemas::UPSTREAM;

/// The vendor's description.
pub(super) struct Theirs {
    /// Its names and hashes; the version is empty if the folder's name does not contain it.
    pub lock: Lock,
    /// The state of our corrections against it.
    pub trial: Trial,
    /// What an import would make of our schemas, with the corrections that still apply.
    pub wanted: Source,
}

impl Theirs {
    /// Reads the description in `upstream` and makes the corrections of the folder `schemas`.
    pub(super) fn read(schemas: &Path, upstream: &Path) -> Result<Self, Error> {
        let mut imported = import::read(upstream, &schemas.join("api.json"))?;
        if !imported.is_version_known {
            imported.lock.version.clear();
        }
        let corrections = Corrections::read(&schemas.join(UPSTREAM))?;
        let trial = corrections.try_on(imported.files);
        let wanted = import::wanted(&trial.corrected, &corrections, schemas)?;
        Ok(Theirs {
            lock: imported.lock,
            trial,
            wanted,
        })
    }
}
