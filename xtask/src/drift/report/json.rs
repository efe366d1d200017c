//! For programs. The types here are the only definition of the format: its JSON Schema is derived
//! from them, and their fields are in the order of the report.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Row, State, text};
use crate::drift::{self, Place, Severity, Verdict};

/// The version of the format: raised when a field is removed or means something else. Fields are
/// added without it.
const VERSION: u32 = 1;

/// Result of `cargo xtask drift`.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// The version of this format. Fields may be added without a new one.
    #[schemars(range(min = 1, max = 1))]
    version: u32,
    /// Whether the check was completed, and its result.
    outcome: Outcome,
    /// The mildest severity that fails the check; `any` for every finding.
    fail_on: FailOn,
    /// The requested parts, in their order.
    parts: Vec<Part>,
    /// Findings that are not allowed, in the order of the parts, the worst first.
    findings: Vec<Finding>,
    /// Findings that the allow file allows.
    allowed: Vec<Allowed>,
    /// The next version; null if `compat` was not run.
    versions: Option<Versions>,
}

/// Whether the check was completed, and its result.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Outcome {
    /// Nothing at or above `failOn` was found; exit code 0.
    Clean,
    /// Something at or above `failOn` was found; exit code 1.
    Findings,
    /// A part could not be completed, whatever the others found, or no part ran; exit code 3.
    Incomplete,
}

/// The mildest severity that fails the check.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum FailOn {
    Major,
    Minor,
    Patch,
    Any,
}

/// A part of the check and its state.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Part {
    /// Its name: `generated`, `upstream`, `wire` or `compat`; or `allow` for the allow file, if
    /// something is wrong with it.
    name: String,
    /// Its state.
    state: PartState,
    /// Why it was skipped, or could not be completed.
    reason: Option<String>,
    /// What to do to complete it.
    help: Option<String>,
    /// The mistakes in the schemas that prevented its completion.
    mistakes: Vec<Mistake>,
    /// The number of its findings, by severity.
    findings: Counts,
    /// The number of its allowed findings.
    allowed: usize,
}

/// A mistake in the schemas.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Mistake {
    /// What is wrong.
    message: String,
    /// Where it is.
    place: FoundPlace,
    /// What to do.
    help: String,
}

/// The state of a part.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum PartState {
    /// It ran.
    Done,
    /// It lacks an input.
    Skipped,
    /// It could not be completed.
    Failed,
}

/// The number of findings of each severity.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Counts {
    major: usize,
    minor: usize,
    patch: usize,
    none: usize,
}

/// One thing that is out of step.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Finding {
    /// The rule: the part of the check and the kind, e.g. `compat/property-removed`.
    rule: String,
    /// Identifies the finding, the same in every run.
    #[schemars(regex(pattern = "^[0-9a-f]{16}$"))]
    fingerprint: String,
    /// The severity: the version bump it needs; `major` also for what must be fixed in any case.
    severity: Bump,
    /// What is out of step, in one line.
    message: String,
    /// The subject, in words that stay the same from run to run.
    subject: String,
    /// How users are affected if they upgrade and if they don't; for `compat` only.
    verdict: Option<FoundVerdict>,
    /// Its place, if it has one.
    place: Option<FoundPlace>,
    /// The Rust before and after with the consequences of the change, or a unified diff.
    detail: Option<String>,
    /// The names of the actions that it reaches; only `every action` if it reaches all.
    reaches: Vec<String>,
    /// The number of places that show it, or how often it was seen.
    count: usize,
    /// What to do, in one line.
    help: String,
}

/// The severity of a finding.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Bump {
    None,
    Patch,
    Minor,
    Major,
}

/// Whom a change of the schemas breaks.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FoundVerdict {
    /// The kind of the change: `source-breaking`, `wire-breaking`, `behaviour`, `additive` or
    /// `docs`.
    class: String,
    /// The position of the value in an exchange: `request`, `response`, `both` or `api`.
    position: String,
    /// How released versions fare: `fine`, `breaks-some` or `breaks`.
    shipped: String,
}

/// A place in a file.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FoundPlace {
    /// The file, from the project's folder.
    file: String,
    /// The line, counted from 1.
    line: usize,
    /// The column in characters, counted from 1.
    column: usize,
    /// The JSON pointer (RFC 6901), if the file is JSON.
    pointer: String,
}

/// A finding that the allow file allows.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Allowed {
    /// Why it is allowed.
    reason: String,
    /// The last day on which it is allowed, e.g. `2026-12-31`.
    expires: String,
    /// The finding.
    finding: Finding,
}

/// The next version.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Versions {
    /// The version in the `api.json` that was compared with.
    released: String,
    /// The version in the present `api.json`.
    present: String,
    /// The bump that the changes need, allowed ones too.
    bump: Bump,
    /// The version after `released` by that bump.
    next: String,
}

/// The report.
pub(in crate::drift) fn render(report: &super::Report) -> String {
    let allowed = report.allowed.iter().map(|allowed| Allowed {
        reason: allowed.reason.clone(),
        expires: allowed.expires.clone(),
        finding: (&allowed.finding).into(),
    });
    let own = Report {
        version: VERSION,
        outcome: match (report.is_complete(), report.failing()) {
            (false, _) => Outcome::Incomplete,
            (true, 0) => Outcome::Clean,
            (true, _) => Outcome::Findings,
        },
        fail_on: match report.fail_on {
            super::FailOn::Major => FailOn::Major,
            super::FailOn::Minor => FailOn::Minor,
            super::FailOn::Patch => FailOn::Patch,
            super::FailOn::Any => FailOn::Any,
        },
        parts: parts(report),
        findings: report.findings.iter().map(Finding::from).collect(),
        allowed: allowed.collect(),
        versions: report.versions.as_ref().map(|versions| Versions {
            released: versions.released.clone(),
            present: versions.present.clone(),
            bump: versions.bump.into(),
            next: versions.next.clone(),
        }),
    };
    pretty(&own)
}

/// The JSON Schema of the report.
pub(in crate::drift) fn schema() -> String {
    pretty(&schemars::schema_for!(Report))
}

fn pretty(value: &impl Serialize) -> String {
    // Strings, numbers and lists of them can always be written.
    let mut text = text::json(&serde_json::to_string_pretty(value).unwrap_or_default());
    text.push('\n');
    text
}

fn parts(report: &super::Report) -> Vec<Part> {
    let part = |row: Row, state, reason: Option<&str>| {
        let [major, minor, patch, none] = row.found;
        Part {
            name: row.name.to_owned(),
            state,
            reason: reason.map(str::to_owned),
            help: None,
            mistakes: Vec::new(),
            findings: Counts {
                major,
                minor,
                patch,
                none,
            },
            allowed: row.allowed,
        }
    };
    let checked = report.parts.iter().map(|checked| {
        let row = report.row(checked.part.word());
        match &checked.state {
            State::Done => part(row, PartState::Done, None),
            State::Skipped(why) => part(row, PartState::Skipped, Some(why)),
            State::Failed(failure) => Part {
                help: failure.help.clone(),
                mistakes: failure.mistakes.iter().map(Mistake::from).collect(),
                ..part(row, PartState::Failed, Some(&failure.message))
            },
        }
    });
    let allow = report.allow_row();
    checked
        .chain(allow.map(|row| part(row, PartState::Done, None)))
        .collect()
}

impl From<Severity> for Bump {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::None => Bump::None,
            Severity::Patch => Bump::Patch,
            Severity::Minor => Bump::Minor,
            Severity::Major => Bump::Major,
        }
    }
}

impl From<&drift::Finding> for Finding {
    fn from(finding: &drift::Finding) -> Self {
        Finding {
            rule: finding.rule.id.to_owned(),
            fingerprint: finding.fingerprint(),
            severity: finding.severity.into(),
            message: finding.message.clone(),
            subject: finding.subject.clone(),
            verdict: finding.verdict.map(FoundVerdict::from),
            place: finding.place.as_ref().map(FoundPlace::from),
            detail: finding.detail.clone(),
            reaches: finding.reaches.clone(),
            count: finding.count,
            help: finding.help.clone(),
        }
    }
}

impl From<&super::Mistake> for Mistake {
    fn from(mistake: &super::Mistake) -> Self {
        Mistake {
            message: mistake.message.clone(),
            place: FoundPlace::from(&mistake.place),
            help: mistake.help.clone(),
        }
    }
}

impl From<Verdict> for FoundVerdict {
    fn from(verdict: Verdict) -> Self {
        FoundVerdict {
            class: verdict.class.word().to_owned(),
            position: verdict.position.word().to_owned(),
            shipped: verdict.shipped.word().to_owned(),
        }
    }
}

impl From<&Place> for FoundPlace {
    fn from(place: &Place) -> Self {
        FoundPlace {
            file: place.file.clone(),
            line: place.line,
            column: place.column,
            pointer: place.pointer.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
