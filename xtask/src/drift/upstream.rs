//! `upstream`: the vendor's present description, compared with the reviewed one and with the
//! schemas.
//! Three things are compared: the locked description, by the names and hashes in
//! `schemas/upstream.lock`; the present description; and the corrections of the overlays. The
//! corrected description is then compared with the schemas, where they describe the same.

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
/// Fails if the lock file is missing or invalid, if `upstream` is not a description or older than
/// the locked one, if overlays cannot be read, and if the schemas have mistakes.
pub fn run(schemas: &Path, upstream: Option<&Path>) -> Result<Outcome, Error> {
    let Some(upstream) = upstream else {
        let needed = "pass `--upstream DIR`, a folder with the vendor's present description";
        return Ok(Outcome::Skipped(needed.to_owned()));
    };
    let (lock, text) = Lock::read(schemas)?;
    let ours = crate::schemas::read(schemas)?;
    let theirs = Theirs::read(schemas, upstream)?;
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
