//! The allow file: findings that are known, and until when they are put up with.

use std::fs;
use std::path::Path;

use codegen::rule::{Mirror, Rule};
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::{Finding, Place, Severity};
use crate::{Error, shell};

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    allow: Vec<Spanned<Written>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    rule: Spanned<String>,
    fingerprint: Spanned<String>,
    reason: Spanned<String>,
    expires: Spanned<String>,
}

/// Reads the allow file.
///
/// # Errors
///
/// A file that can't be read, with line and column where it is not as it has to be.
pub(super) fn read(path: &Path, rules: &[&Rule]) -> Result<AllowFile, Error> {
    let text = fs::read_to_string(path).map_err(|error| Error::io("read", path, error))?;
    parse(&shell::path(path), &text, rules)
}

fn parse(file: &str, text: &str, rules: &[&Rule]) -> Result<AllowFile, Error> {
    let document: Document = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        mistake(&place(file, text, at), error.message())
            .help("an entry is [[allow]] with rule, fingerprint, reason and expires, each a string")
    })?;
    let entries = document.allow.into_iter().map(|written| {
        let place = place(file, text, written.span().start);
        entry(written.into_inner(), place, rules, |at| {
            self::place(file, text, at)
        })
    });
    Ok(AllowFile {
        entries: entries.collect::<Result<_, _>>()?,
    })
}

/// Checks an entry; `at` is the place of an offset in the file.
fn entry(
    written: Written,
    place: Place,
    rules: &[&Rule],
    at: impl Fn(usize) -> Place,
) -> Result<Entry, Error> {
    let wrong = |value: &Spanned<String>, message: String, help: &str| {
        Err(mistake(&at(value.span().start), &message).help(help))
    };
    let rule = written.rule.get_ref();
    if RULES.iter().any(|own| own.id == rule) {
        let message = format!("{rule} can't be allowed");
        return wrong(&written.rule, message, "mend the entry that it is about");
    }
    if !rules.iter().any(|known| known.id == rule) {
        let message = format!("there is no rule {rule:?}");
        let help = "`cargo xtask drift --list-rules` lists them";
        return wrong(&written.rule, message, help);
    }
    if !is_fingerprint(written.fingerprint.get_ref()) {
        let message = format!("{:?} is no fingerprint", written.fingerprint.get_ref());
        let help = "copy the 16 hexadecimal digits that the report ends the finding with";
        return wrong(&written.fingerprint, message, help);
    }
    if written.reason.get_ref().trim().is_empty() {
        let message = "the reason is empty".to_owned();
        return wrong(
            &written.reason,
            message,
            "say why the finding is put up with",
        );
    }
    let Some(expires) = date(written.expires.get_ref()) else {
        let message = format!("{:?} is no date", written.expires.get_ref());
        return wrong(&written.expires, message, "write it as 2026-12-31");
    };
    Ok(Entry {
        rule: written.rule.into_inner(),
        fingerprint: written.fingerprint.into_inner(),
        reason: written.reason.into_inner(),
        expires,
        place,
    })
}

fn is_fingerprint(text: &str) -> bool {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 16 && text.bytes().all(is_digit)
}

/// A date as it is written by itself: times and other notations of ISO 8601 are none.
fn date(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

fn mistake(place: &Place, message: &str) -> Error {
    let Place {
        file, line, column, ..
    } = place;
    Error::new(format!("{file}:{line}:{column}: {message}"))
}

/// The place of an offset in bytes.
fn place(file: &str, text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Place {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[start..].chars().count() + 1,
        pointer: String::new(),
        excerpt: String::new(),
    }
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
