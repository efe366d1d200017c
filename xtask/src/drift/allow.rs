//! The allow file: known findings, and until when they are accepted.

mod read;

use codegen::rule::{Mirror, Rule};
use jiff::civil::Date;

use super::{Finding, Place, Severity};

pub(super) use read::read;

/// The file's name in the workspace.
pub(crate) const FILE_NAME: &str = "drift-allow.toml";

static EXPIRED: Rule = Rule {
    id: "allow/expired",
    title: "an entry of the allow file has expired",
    explanation: "Every exception has an expiry date, so that nobody forgets it. After that date its finding is reported again. Fix the finding, or extend the date and say why in the reason.",
    mirror: Mirror::None("an entry that has not expired needs no report"),
};

static UNUSED: Rule = Rule {
    id: "allow/unused",
    title: "an entry of the allow file is unused",
    explanation: "The part of the check with the entry's rule ran and did not find what the entry allows: it was fixed, or its fingerprint changed. Remove the entry, so that the finding is reported if it comes back.",
    mirror: Mirror::None("an entry that is used needs no report"),
};

/// What can be wrong with a valid allow file.
pub(super) const RULES: &[&Rule] = &[&EXPIRED, &UNUSED];

/// The allow file.
#[derive(Debug, Default)]
pub(super) struct AllowFile {
    entries: Vec<Entry>,
}

/// An accepted finding.
#[derive(Debug)]
struct Entry {
    rule: String,
    fingerprint: String,
    reason: String,
    /// The last day on which it is allowed.
    expires: Date,
    place: Place,
}

/// A finding that the allow file allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The finding.
    pub finding: Finding,
    /// Why it is allowed.
    pub reason: String,
    /// The last day on which it is, e.g. `2026-12-31`.
    pub expires: String,
}

impl AllowFile {
    /// Takes out what is allowed, and adds findings about the file itself. `is_done` returns
    /// whether the part with this name ran: entries for other parts are not reported as unused.
    pub(super) fn apply(
        &self,
        findings: Vec<Finding>,
        today: Date,
        is_done: impl Fn(&str) -> bool,
    ) -> (Vec<Finding>, Vec<Allowed>) {
        let mut is_used = vec![false; self.entries.len()];
        let mut left = Vec::new();
        let mut allowed = Vec::new();
        for finding in findings {
            let fingerprint = finding.fingerprint();
            let entry = self.entries.iter().position(|entry| {
                entry.expires >= today
                    && entry.rule == finding.rule.id
                    && entry.fingerprint == fingerprint
            });
            match entry {
                None => left.push(finding),
                Some(index) => {
                    is_used[index] = true;
                    allowed.push(Allowed {
                        finding,
                        reason: self.entries[index].reason.clone(),
                        expires: self.entries[index].expires.to_string(),
                    });
                }
            }
        }
        for (entry, is_used) in self.entries.iter().zip(is_used) {
            let part = entry.rule.split('/').next().unwrap_or_default();
            if entry.expires < today {
                left.push(entry.expired());
            } else if !is_used && is_done(part) {
                left.push(entry.unused());
            }
        }
        (left, allowed)
    }
}

impl Entry {
    fn expired(&self) -> Finding {
        let message = format!(
            "the entry for {} ({}) expired after {}",
            self.rule, self.fingerprint, self.expires
        );
        let help = "fix the finding, or extend the date and give the reason";
        self.finding(&EXPIRED, message, help)
    }

    fn unused(&self) -> Finding {
        let message = format!(
            "the entry for {} ({}) is unused",
            self.rule, self.fingerprint
        );
        self.finding(&UNUSED, message, "remove the entry")
    }

    fn finding(&self, rule: &'static Rule, message: String, help: &str) -> Finding {
        Finding {
            rule,
            message,
            subject: format!("{} {}", self.rule, self.fingerprint),
            severity: Severity::Major,
            verdict: None,
            place: Some(self.place.clone()),
            detail: None,
            reaches: Vec::new(),
            count: 1,
            help: help.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
