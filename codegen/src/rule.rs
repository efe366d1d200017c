//! Rules of the drift check: kinds of findings and their meaning.

/// A kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The part of the check and the kind, e.g. `compat/property-removed`. It never changes: allow
    /// files and CI reports refer to it.
    pub id: &'static str,
    /// The finding, in a clause.
    pub title: &'static str,
    /// Why it matters and what to do, in a few sentences.
    pub explanation: &'static str,
    /// The rule for the opposite change, or why there is none.
    pub mirror: Mirror,
}

/// The opposite of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mirror {
    /// The rule with this id.
    Rule(&'static str),
    /// None, for this reason.
    None(&'static str),
}
