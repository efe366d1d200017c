//! `upstream`: whether an import of the vendor's present description would change anything.
//!
//! Three things can differ: the locked description, by the names and hashes in
//! `schemas/upstream/lock.toml`; the corrections that still apply; and the schemas, which are compared
//! with what an import would make of them.

mod corrections;
mod files;
mod rules;
mod theirs;
mod wanted;

use std::path::Path;

use super::Outcome;
use crate::Error;
use crate::import::Lock;

use files::Changes;
use theirs::Theirs;

pub use rules::RULES;

/// Compares the vendor's description in `upstream` with the lock, the corrections and the content of `schemas`.
///
/// # Errors
///
/// Fails if the lock file is missing or invalid, if `upstream` is not a description or older than
/// the locked one, if corrections cannot be read, and if the schemas have mistakes.
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
    findings.extend(wanted::findings(&ours, &theirs, schemas)?);
    Ok(Outcome::Done(findings))
}

#[cfg(test)]
mod tests;
