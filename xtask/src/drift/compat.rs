//! `compat`: two versions of the schemas, whom the difference breaks, and which bump it needs.

use std::path::Path;

use codegen::Source;
use codegen::rule::Rule;

use super::Outcome;
use super::change::finding;
use crate::{Error, corrections, schemas};

/// Every rule, in the order of its id.
pub fn rules() -> Vec<&'static Rule> {
    let rules = codegen::compat::RULES.iter().copied();
    let mut rules: Vec<_> = rules.chain(corrections::RULES).collect();
    rules.sort_by_key(|rule| rule.id);
    rules
}

/// A version of the schemas, and its name.
#[derive(Debug)]
pub struct Version<'s> {
    /// The files.
    pub source: &'s Source,
    /// The folder that contains them, or their other origin.
    pub origin: &'s Path,
}

/// Compares two versions.
///
/// # Errors
///
/// Returns the mistakes in either version.
pub fn run(old: &Version<'_>, new: &Version<'_>) -> Result<Outcome, Error> {
    let changes = corrections::compare(old.source, new.source).map_err(|unreadable| {
        let version = if unreadable.is_old { old } else { new };
        let name = schemas::package_name(version.source);
        Error::unreadable(&name, version.origin, unreadable.diagnostics)
    })?;
    let findings = changes
        .into_iter()
        .map(|change| finding(change, new.origin));
    Ok(Outcome::Done(findings.collect()))
}
