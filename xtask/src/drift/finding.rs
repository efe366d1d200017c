//! Findings: what is out of step, where, whom that breaks, and what to do.

use std::fmt;

use codegen::rule::Rule;
use codegen::{Diagnostic, Location};

use crate::files::sha256;

pub use codegen::compat::{Class, Position, Shipped};

/// One thing that is out of step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that it belongs to.
    pub rule: &'static Rule,
    /// What is out of step, in one line without a full stop.
    pub message: String,
    /// The subject, in words that stay the same from run to run: together with the rule it
    /// identifies the finding in the allow file and in CI, e.g.
    /// `types/instanceAuditLog.json#/properties/actorName`.
    pub subject: String,
    /// Its severity.
    pub severity: Severity,
    /// How users are affected if they upgrade and if they don't; for `compat` only.
    pub verdict: Option<Verdict>,
    /// Its place, if it has one.
    pub place: Option<Place>,
    /// The Rust before and after with the consequences of the change, or a unified diff.
    pub detail: Option<String>,
    /// The names of the actions that it reaches; only `every action` if it reaches all.
    pub reaches: Vec<String>,
    /// The number of places that show it, or how often it was seen.
    pub count: usize,
    /// What to do, in one line without a full stop.
    pub help: String,
}

/// What a finding about the API as a whole reaches.
pub const EVERY_ACTION: &str = "every action";

/// The severity of a finding: which version bump it needs if it is about a change of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Docs only, without an effect on users.
    None,
    /// A patch.
    Patch,
    /// A minor version.
    Minor,
    /// A major version; or something that must be fixed in any case.
    Major,
}

/// Whom a change of the schemas breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The kind of the change.
    pub class: Class,
    /// The position of the changed value.
    pub position: Position,
    /// Whether released versions work with the present server.
    pub shipped: Shipped,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as a path from the project's folder, e.g. `schemas/api.json`.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// The JSON pointer (RFC 6901), if the file is JSON.
    pub pointer: String,
    /// The line and what surrounds it, as rustc would show it; empty if there is none.
    pub excerpt: String,
}

impl Place {
    /// The place of a mistake or a change in a file, whose path follows `folder`.
    pub(crate) fn of(said: &Diagnostic, folder: &str) -> Self {
        Place {
            file: format!("{folder}{}", said.file()),
            line: said.line(),
            column: said.column(),
            pointer: said.pointer().to_owned(),
            excerpt: said.excerpt(),
        }
    }

    /// The place of a value that was looked up in a file of schemas.
    pub(crate) fn located(file: String, pointer: String, at: Location) -> Self {
        Place {
            file,
            line: at.line,
            column: at.column,
            pointer,
            excerpt: at.excerpt,
        }
    }
}

impl Finding {
    /// The part of the check that it belongs to: the prefix of its rule's id.
    pub fn part(&self) -> &'static str {
        let id = self.rule.id;
        id.split_once('/').map_or(id, |(part, _)| part)
    }

    /// Identifies the finding, the same in every run: 16 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let mut hash = sha256(format!("{}\n{}", self.rule.id, self.subject));
        hash.truncate(16);
        hash
    }
}

impl Severity {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Severity::None => "none",
            Severity::Patch => "patch",
            Severity::Minor => "minor",
            Severity::Major => "major",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The outcome of one part of the check.
#[derive(Debug)]
pub enum Outcome {
    /// It ran, and found this.
    Done(Vec<Finding>),
    /// It lacks an input; this says which.
    Skipped(String),
}
