//! The allow file: findings that are known, and until when they are put up with.

mod read;

use codegen::rule::{Mirror, Rule};
use jiff::civil::Date;

use super::{Finding, Place, Severity};

pub(super) use read::read;

/// The file's name in the workspace.
pub(crate) const FILE_NAME: &str = "drift-allow.toml";

static EXPIRED: Rule = Rule {
    id: "allow/expired",
    title: "an entry of the allow file is past its date",
    explanation: "An exception is made until a date, so that nobody forgets it. From the day after it, what the entry allowed is reported as if it were not there. Mend what it allowed, or give it another date and say in its reason why.",
    mirror: Mirror::None("an entry that is not past its date is as it should be"),
};

static UNUSED: Rule = Rule {
    id: "allow/unused",
    title: "an entry of the allow file allows nothing",
    explanation: "The part of the check that the entry's rule belongs to was done and did not find what the entry allows: it was mended, or it is another finding now. Remove the entry, so that the same is noticed when it comes back.",
    mirror: Mirror::None("an entry that allows something is what the file is for"),
};

/// What is wrong with the allow file itself, where it can be read.
pub(super) const RULES: &[&Rule] = &[&EXPIRED, &UNUSED];

/// The allow file.
#[derive(Debug, Default)]
pub(super) struct AllowFile {
    entries: Vec<Entry>,
}

/// A finding that is put up with.
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
    /// Takes out what is allowed, and adds what is wrong with the file. `is_done` tells whether the
    /// part with this name was done: an entry for any other is not unused for finding nothing.
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
            "the entry for {} ({}) was good until {}",
            self.rule, self.fingerprint, self.expires
        );
        let help = "mend what it allows, or give it another date and the reason for that";
        self.finding(&EXPIRED, message, help)
    }

    fn unused(&self) -> Finding {
        let message = format!(
            "the entry for {} ({}) allows nothing",
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
