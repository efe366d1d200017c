//! Findings: what is out of step, where, whom that breaks, and what to do.

use std::fmt;

use codegen::rule::Rule;
use codegen::{Diagnostic, Location};

use crate::files::sha256;

pub use codegen::compat::{Class, Position, Shipped};

/// One thing that is out of step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing it is.
    pub rule: &'static Rule,
    /// What is out of step, in one line without a full stop.
    pub message: String,
    /// What it is about, in words that stay the same from run to run: what an allow file and the
    /// reports of CI tell findings of one rule apart by, e.g.
    /// `types/instanceAuditLog.json#/properties/actorName`.
    pub subject: String,
    /// How bad it is.
    pub severity: Severity,
    /// What upgrading and not upgrading does to users; for `compat` only.
    pub verdict: Option<Verdict>,
    /// Where it stands, if it stands anywhere.
    pub place: Option<Place>,
    /// The Rust before and after and what follows from the change, or a unified diff; as much as says
    /// what changes.
    pub detail: Option<String>,
    /// The actions that it reaches, by name; `every action` alone if it reaches all.
    pub reaches: Vec<String>,
    /// In how many places it shows, or how often it was seen.
    pub count: usize,
    /// What to do, in one line without a full stop.
    pub help: String,
}

/// What a finding reaches that is about the API as a whole.
pub const EVERY_ACTION: &str = "every action";

/// How bad a finding is: which version bump it needs, where it is about a change of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing to do with users: docs.
    None,
    /// A patch.
    Patch,
    /// A minor version.
    Minor,
    /// A major version; or something that has to be mended in any case.
    Major,
}

/// Whom a change of the schemas breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// What sort of change it is.
    pub class: Class,
    /// Where the value stands that changes.
    pub position: Position,
    /// Whether versions that are released work with the server as it is now.
    pub shipped: Shipped,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as a person would name it from the project's folder, e.g. `schemas/api.json`.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// The JSON pointer (RFC 6901), where the file is JSON.
    pub pointer: String,
    /// The line's text and what surrounds it, as rustc would show it; empty where there is none.
    pub excerpt: String,
}

impl Place {
    /// The place of a mistake or a change, in a file of which `folder` is in front.
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
    /// The part of the check that it belongs to: the beginning of its rule's id.
    pub fn part(&self) -> &'static str {
        let id = self.rule.id;
        id.split_once('/').map_or(id, |(part, _)| part)
    }

    /// What tells the finding from all others, the same in every run: 16 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let mut hash = sha256(format!("{}\n{}", self.rule.id, self.subject));
        hash.truncate(16);
        hash
    }
}

impl Severity {
    /// The word that reports have for it.
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

/// What one part of the check came to.
#[derive(Debug)]
pub enum Outcome {
    /// It was done, and found this.
    Done(Vec<Finding>),
    /// It was not asked for what it needs; this says what that is.
    Skipped(String),
}
