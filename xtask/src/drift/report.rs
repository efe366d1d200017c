//! The result of the check, and its reports: each is a pure function from a [`Report`] to a string.
//!
//! | format | for |
//! |---|---|
//! | [`human`] | a terminal, like rustc |
//! | [`json`] | programs; its JSON Schema is derived from it |
//! | [`github`] | annotations of a workflow's run |
//! | [`sarif`] | code scanning |
//! | [`markdown`] | a step's summary, and the body of a pull request |

pub(super) mod github;
pub(super) mod human;
pub(super) mod json;
pub(super) mod markdown;
pub(super) mod sarif;
mod text;

use clap::ValueEnum;
use codegen::Diagnostic;
use codegen::rule::Rule;

use super::allow::Allowed;
use super::finding::EVERY_ACTION;
use super::version::Versions;
use super::{Finding, Part, Place, Severity, Shipped, Verdict};
use crate::{Error, shell};

/// The result of the check.
#[derive(Debug)]
pub struct Report {
    /// The requested parts, in their order.
    pub parts: Vec<Checked>,
    /// The findings that are not allowed, in the order of the parts, the worst first.
    pub findings: Vec<Finding>,
    /// The findings that are allowed.
    pub allowed: Vec<Allowed>,
    /// The mildest severity that fails the check.
    pub fail_on: FailOn,
    /// The next version; none if `compat` was not run.
    pub versions: Option<Versions>,
    /// The path of `api.json`, the place of findings without a place in formats that require one.
    pub api: String,
    /// Every rule, by id.
    pub rules: Vec<&'static Rule>,
}

/// A part and its state.
#[derive(Debug)]
pub struct Checked {
    /// The part.
    pub part: Part,
    /// Its state.
    pub state: State,
}

/// The state of a part.
#[derive(Debug)]
pub enum State {
    /// It ran.
    Done,
    /// It lacks an input; this says which.
    Skipped(String),
    /// It could not be completed.
    Failed(Failure),
}

/// Why a part could not be completed.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong, with the causes.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The mistakes in the schemas, if they are the reason.
    pub mistakes: Vec<Mistake>,
    /// The same mistakes for a terminal.
    pub detail: Option<String>,
}

/// A mistake in the schemas.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where it is.
    pub place: Place,
}

impl Mistake {
    /// The mistake with its place, in one line.
    fn line(&self) -> String {
        let Place {
            file, line, column, ..
        } = &self.place;
        format!(
            "{file}:{line}:{column}: {} (help: {})",
            self.message, self.help
        )
    }
}

impl From<&Diagnostic> for Mistake {
    fn from(said: &Diagnostic) -> Self {
        Mistake {
            message: said.message().to_owned(),
            help: said.help().to_owned(),
            place: Place::of(said, ""),
        }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Failure {
            message: format!("{error:#}"),
            help: error.remedy().map(str::to_owned),
            mistakes: error
                .diagnostics()
                .map_or_else(Vec::new, |found| found.iter().map(Mistake::from).collect()),
            detail: error.diagnostics().map(|found| found.render(false)),
        }
    }
}

/// The mildest severity that fails the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Findings that need a major version, or must be fixed in any case
    Major,
    /// Findings that need a minor version, and worse
    Minor,
    /// Findings that need a patch, and worse
    Patch,
    /// Every finding
    Any,
}

impl FailOn {
    /// The mildest severity that fails the check.
    fn severity(self) -> Severity {
        match self {
            FailOn::Major => Severity::Major,
            FailOn::Minor => Severity::Minor,
            FailOn::Patch => Severity::Patch,
            FailOn::Any => Severity::None,
        }
    }

    /// `3 findings at or above major`.
    fn counted(self, number: usize) -> String {
        let findings = shell::count(number, "finding");
        match self {
            FailOn::Any => findings,
            _ => format!("{findings} at or above {}", self.severity()),
        }
    }
}

/// The level of a reported finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Notice,
    Warning,
    Error,
}

/// The number of findings of a part.
struct Row {
    name: &'static str,
    /// By severity: major, minor, patch, none.
    found: [usize; 4],
    allowed: usize,
}

/// The severities, the worst first.
const SEVERITIES: [Severity; 4] = [
    Severity::Major,
    Severity::Minor,
    Severity::Patch,
    Severity::None,
];

impl Report {
    /// The findings that fail the check.
    pub(super) fn failing(&self) -> usize {
        let fails = |finding: &&Finding| finding.severity >= self.fail_on.severity();
        self.findings.iter().filter(fails).count()
    }

    /// The parts that could not be completed.
    pub(super) fn failures(&self) -> impl Iterator<Item = (Part, &Failure)> {
        failures(&self.parts)
    }

    /// Whether any part ran, and no requested part lacked an input.
    pub(super) fn is_complete(&self) -> bool {
        let done = |checked: &Checked| matches!(checked.state, State::Done);
        self.parts.iter().any(done) && self.failures().next().is_none()
    }

    fn level(&self, finding: &Finding) -> Level {
        match finding.severity {
            severity if severity >= self.fail_on.severity() => Level::Error,
            Severity::Major | Severity::Minor => Level::Warning,
            Severity::Patch | Severity::None => Level::Notice,
        }
    }

    fn row(&self, name: &'static str) -> Row {
        let of = |severity| {
            let is_it = |f: &&Finding| f.part() == name && f.severity == severity;
            self.findings.iter().filter(is_it).count()
        };
        let allowed = self.allowed.iter();
        Row {
            name,
            found: SEVERITIES.map(of),
            allowed: allowed.filter(|a| a.finding.part() == name).count(),
        }
    }

    /// What is wrong with the allow file, if anything.
    fn allow_row(&self) -> Option<Row> {
        let row = self.row("allow");
        row.found.iter().any(|&count| count > 0).then_some(row)
    }

    /// The result of the check, in one line.
    pub(super) fn verdict(&self) -> String {
        let findings = self.fail_on.counted(self.failing());
        match self.failures().count() {
            0 if !self.is_complete() => "nothing was checked".to_owned(),
            0 => findings,
            failures => {
                let parts = shell::count(failures, "part");
                format!("{findings}; {parts} could not be completed")
            }
        }
    }

    /// The version that the changes need, in one line.
    fn bump(&self) -> Option<String> {
        let Versions {
            released,
            present,
            bump,
            next,
        } = self.versions.as_ref()?;
        Some(match bump {
            Severity::None => format!("none since {released}; api.json has {present}"),
            _ => format!("{bump}, from {released} to {next}; api.json has {present}"),
        })
    }
}

/// The failures of some parts.
pub(super) fn failures(parts: &[Checked]) -> impl Iterator<Item = (Part, &Failure)> {
    parts.iter().filter_map(|checked| match &checked.state {
        State::Failed(failure) => Some((checked.part, failure)),
        State::Done | State::Skipped(_) => None,
    })
}

/// The class and position of a verdict, in words.
fn change(verdict: Verdict) -> String {
    format!("{}, {}", verdict.class.word(), verdict.position.word())
}

/// How released versions fare, in words.
fn released(shipped: Shipped) -> &'static str {
    match shipped {
        Shipped::Fine => "keep working",
        Shipped::BreaksSome => "break in some cases",
        Shipped::Breaks => "break",
    }
}

/// The actions that a finding reaches, the first few by name.
fn reaches(finding: &Finding) -> Option<String> {
    const SHOWN: usize = 5;
    if finding.reaches == [EVERY_ACTION] {
        return Some(EVERY_ACTION.to_owned());
    }
    let number = finding.reaches.len();
    let shown = &finding.reaches[..number.min(SHOWN)];
    let more = if number > SHOWN { " …" } else { "" };
    (number > 0).then(|| {
        let actions = shell::count(number, "action");
        format!("{actions}: {}{more}", shown.join(", "))
    })
}

/// How often a finding was seen, if that is more than once and differs from the number of its
/// actions.
fn seen(finding: &Finding) -> Option<String> {
    let is_known = finding.count == finding.reaches.len();
    (finding.count > 1 && !is_known).then(|| format!("{} times", finding.count))
}
