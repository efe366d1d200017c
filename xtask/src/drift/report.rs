//! What the check came to, and its reports: each is a pure function from a [`Report`] to text.
//!
//! | format | for |
//! |---|---|
//! | [`human`] | a terminal, in the manner of rustc |
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

/// What the check came to.
#[derive(Debug)]
pub struct Report {
    /// The parts that were asked for, in their order.
    pub parts: Vec<Checked>,
    /// What was found and is not allowed, in the order of the parts, the worst first.
    pub findings: Vec<Finding>,
    /// What was found and is allowed.
    pub allowed: Vec<Allowed>,
    /// From where on a finding fails the check.
    pub fail_on: FailOn,
    /// Which version comes next; none where `compat` was not done.
    pub versions: Option<Versions>,
    /// The path of `api.json`: where what stands nowhere is shown, where it has to be somewhere.
    pub api: String,
    /// Every rule there is, by id.
    pub rules: Vec<&'static Rule>,
}

/// A part and what became of it.
#[derive(Debug)]
pub struct Checked {
    /// The part.
    pub part: Part,
    /// What became of it.
    pub state: State,
}

/// What became of a part.
#[derive(Debug)]
pub enum State {
    /// It was done.
    Done,
    /// It was not asked for what it needs; this says what that is.
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
    /// The mistakes in the schemas, where those are the reason.
    pub mistakes: Vec<Mistake>,
    /// The same for a terminal.
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
    /// What is wrong where, in one line.
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

/// From where on a finding fails the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// What needs a major version, or has to be mended in any case
    Major,
    /// What needs a minor version, and worse
    Minor,
    /// What needs a patch, and worse
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

/// How loudly a finding is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Notice,
    Warning,
    Error,
}

/// How many findings of a part there are.
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

    /// Whether any part was done, and all that were asked for what they need.
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

    /// What is wrong with the allow file, where anything is.
    fn allow_row(&self) -> Option<Row> {
        let row = self.row("allow");
        row.found.iter().any(|&count| count > 0).then_some(row)
    }

    /// The check in one line.
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

    /// Which version the changes need, in one line.
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

/// Those of some parts that could not be completed.
pub(super) fn failures(parts: &[Checked]) -> impl Iterator<Item = (Part, &Failure)> {
    parts.iter().filter_map(|checked| match &checked.state {
        State::Failed(failure) => Some((checked.part, failure)),
        State::Done | State::Skipped(_) => None,
    })
}

/// What a verdict says of the change, in words.
fn change(verdict: Verdict) -> String {
    format!("{}, {}", verdict.class.word(), verdict.position.word())
}

/// What becomes of released versions, in words.
fn released(shipped: Shipped) -> &'static str {
    match shipped {
        Shipped::Fine => "work on",
        Shipped::BreaksSome => "break in part",
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

/// How often a finding shows, where that is more than once and its actions don't tell it already.
fn seen(finding: &Finding) -> Option<String> {
    let is_told = finding.count == finding.reaches.len();
    (finding.count > 1 && !is_told).then(|| format!("{} times", finding.count))
}
