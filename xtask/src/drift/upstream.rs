//! `upstream`: what the vendor's description says now, against what it was when the overlays were
//! last looked over, and against the schemas.
//!
//! Three things are compared: the description as it was, by the names and hashes of
//! `schemas/upstream.lock`; the description as it is; and what the overlays correct in it. What is
//! corrected is compared with the schemas then, as far as they describe the same.

mod corrections;
mod counterpart;
mod files;
mod rules;
mod theirs;

use std::path::Path;

use super::Outcome;
use crate::Error;
use crate::import::Lock;

use files::Changes;
use theirs::Theirs;

pub use rules::RULES;

/// Compares the vendor's description in `upstream` with the lock and the overlays of `schemas`.
///
/// # Errors
///
/// There is no lock file, or it is broken; `upstream` is not a description, or is older than the
/// locked one; overlays that can't be read; mistakes in the schemas.
pub fn run(schemas: &Path, upstream: Option<&Path>) -> Result<Outcome, Error> {
    let Some(upstream) = upstream else {
        let needed = "pass `--upstream DIR`, a folder with the vendor's description as it is now";
        return Ok(Outcome::Skipped(needed.to_owned()));
    };
    let (lock, text) = Lock::read(schemas)?;
    let ours = crate::schemas::read(schemas)?;
    let theirs = Theirs::read(schemas, &ours, upstream)?;
    lock.refuse_older(&theirs.lock.version, schemas)?;
    let changes = Changes::between(&lock, &theirs.lock);
    let mut findings = files::findings(&changes, schemas, &text);
    findings.extend(corrections::findings(&theirs.trial, &changes, schemas));
    let corrected = &theirs.trial.corrected;
    findings.extend(counterpart::findings(&ours, corrected, schemas)?);
    Ok(Outcome::Done(findings))
}

#[cfg(test)]
mod tests;
