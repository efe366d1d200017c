//! `cargo xtask drift`: reports what is out of step, whom it breaks, and which version bump it
//! needs.
//!
//! | part | compares |
//! |---|---|
//! | `generated` | the schemas with the crate in `generated/` |
//! | `upstream` | the schemas and the recorded corrections with what the vendor publishes |
//! | `wire` | recorded traffic with the schemas |
//! | `compat` | two versions of the schemas |
//!
//! Each part returns [`Finding`]s, independent of how they are reported; `part.rs` lists the parts.
//! Findings in the allow file are taken out, and the rest goes into reports.

mod against;
mod allow;
mod change;
pub mod compat;
mod finding;
#[cfg(test)]
mod fixture;
pub mod generated;
mod git;
mod output;
mod part;
mod report;
mod rules;
pub mod upstream;
mod version;
pub mod wire;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use crate::{Error, schemas, shell};
use allow::AllowFile;
use part::{CHECKS, Check};
use report::{Checked, Failure, Report, State, human, json};
use version::Versions;

pub use against::{Against, source};
pub(crate) use allow::FILE_NAME as ALLOW_FILE;
pub use finding::{Class, Finding, Outcome, Place, Position, Severity, Shipped, Verdict};
pub use output::{Format, Output};
pub use part::Part;
pub use report::FailOn;

/// What to check, and how to report it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The named parts; if none was named, all parts whose inputs are given.
    pub parts: Vec<Part>,
    /// The folder with `api.json`, `resources/` and `types/`.
    pub schemas: PathBuf,
    /// The folder of the emitted crate.
    pub out: PathBuf,
    /// The folder of the runtime, as for `regenerate`.
    pub runtime: Option<PathBuf>,
    /// The other version of the schemas.
    pub against: Option<Against>,
    /// The folder of the vendor's description.
    pub upstream: Option<PathBuf>,
    /// Files with recorded traffic.
    pub traffic: Vec<PathBuf>,
    /// Whether recorded bodies are decoded and encoded again by the emitted crate.
    pub round_trip: bool,
    /// The mildest severity that fails the check.
    pub fail_on: FailOn,
    /// The reports to write.
    pub outputs: Vec<Output>,
    /// The allow file; without one, nothing is allowed.
    pub allow: Option<PathBuf>,
}

impl Options {
    /// The files and folders that are read.
    fn checked(&self) -> Vec<&Path> {
        let against = match &self.against {
            Some(Against::Path(folder)) => Some(folder),
            _ => None,
        };
        let named = [against, self.upstream.as_ref(), self.allow.as_ref()];
        let all = [&self.schemas, &self.out].into_iter();
        let all = all.chain(named.into_iter().flatten()).chain(&self.traffic);
        all.map(PathBuf::as_path).collect()
    }
}

/// How the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Nothing was found that fails the check.
    Clean,
    /// Something was found that fails the check.
    Findings,
    /// The arguments were wrong; clap's own exit code.
    Usage,
    /// The check could not be completed: neither clean nor a finding.
    Incomplete,
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        ExitCode::from(match end {
            End::Clean => 0,
            End::Findings => 1,
            End::Usage => 2,
            End::Incomplete => 3,
        })
    }
}

/// The result of the check, and the named parts that lack an input.
type Checks = (Report, Vec<(Part, String)>);

/// The command.
pub(crate) fn run(options: &Options) -> End {
    let allow = match prepare(options) {
        Ok(allow) => allow,
        Err(mistakes) => {
            mistakes.iter().for_each(shell::error);
            return End::Usage;
        }
    };
    let (report, lacking) = check(options, CHECKS, &allow, today());
    for (part, why) in &lacking {
        let message = format!("cannot check `{}`: an option is missing", part.word());
        shell::error(&Error::new(message).help(why));
    }
    if !lacking.is_empty() {
        return End::Usage;
    }
    let unwritten = output::write(&report, &options.outputs);
    if !unwritten.is_empty() {
        unwritten.iter().for_each(shell::error);
        return End::Incomplete;
    }
    shell::status("Finished", human::summary(&report));
    match report.failing() {
        _ if !report.is_complete() => End::Incomplete,
        0 => End::Clean,
        _ => End::Findings,
    }
}

/// Prints the version that must follow the compared one, and nothing else, on stdout.
///
/// Allowed findings count as well: an allowed breaking change is still released.
pub(crate) fn run_next_version(options: &Options) -> End {
    let only_compat = Options {
        parts: vec![Part::Compat],
        ..options.clone()
    };
    let (report, lacking) = check(&only_compat, CHECKS, &AllowFile::default(), today());
    if let Some((_, why)) = lacking.first() {
        let message = "cannot determine the next version: an option is missing";
        return fail(End::Usage, &Error::new(message).help(why));
    }
    match &report.versions {
        Some(versions) => print(&versions.next),
        None if report.failures().next().is_some() => End::Incomplete,
        None => fail(
            End::Incomplete,
            &Error::new("cannot determine the next version: `package.version` in the other api.json is not a valid version").help("write it as MAJOR.MINOR.PATCH"),
        ),
    }
}

/// Prints every rule.
pub(crate) fn list_rules() -> End {
    print(&rules::list(&rules::all()))
}

/// Prints what a rule finds, why that matters, and its mirror.
pub(crate) fn explain(id: &str) -> End {
    match rules::all().into_iter().find(|rule| rule.id == id) {
        Some(rule) => print(&rules::explain(rule)),
        None => {
            let error = Error::new(format!("unknown rule {id:?}"));
            let help = "`cargo xtask drift --list-rules` lists them";
            fail(End::Usage, &error.help(help))
        }
    }
}

/// Prints the JSON Schema of the report for programs.
pub(crate) fn print_json_schema() -> End {
    print(&json::schema())
}

/// Prints the requested text.
fn print(text: &str) -> End {
    match shell::output(text.trim_end()) {
        Ok(()) => End::Clean,
        Err(error) => fail(End::Incomplete, &error),
    }
}

/// Ends with an error.
pub(crate) fn fail(end: End, error: &Error) -> End {
    shell::error(error);
    end
}

/// Reads the allow file; or prints every mistake in it before anything is checked.
fn prepare(options: &Options) -> Result<AllowFile, Vec<Error>> {
    let outputs = [
        output::check(&options.outputs),
        output::keep_out(&options.outputs, &options.checked()),
    ];
    let mut mistakes: Vec<_> = outputs.into_iter().filter_map(Result::err).collect();
    let allow = match &options.allow {
        None => Ok(AllowFile::default()),
        Some(path) => allow::read(path, &rules::all()),
    };
    match allow {
        Ok(allow) if mistakes.is_empty() => Ok(allow),
        allow => {
            mistakes.extend(allow.err().unwrap_or_default());
            Err(mistakes)
        }
    }
}

/// The date in UTC: the same on every machine.
fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

/// Runs the parts, and takes out what is allowed.
fn check(options: &Options, checks: &[Check], allow: &AllowFile, today: Date) -> Checks {
    let mut parts = Vec::new();
    let mut found = Vec::new();
    let mut lacking = Vec::new();
    let is_named = |part| options.parts.contains(&part);
    for check in checks {
        if !options.parts.is_empty() && !is_named(check.part) {
            continue;
        }
        let (state, findings) = run_part(options, check, &parts);
        match &state {
            State::Skipped(why) if is_named(check.part) => lacking.push((check.part, why.clone())),
            _ => {}
        }
        found.extend(findings);
        let part = check.part;
        parts.push(Checked { part, state });
    }
    let is_missing = |part: &&Part| !checks.iter().any(|check| check.part == **part);
    let missing = options.parts.iter().filter(is_missing);
    lacking.extend(missing.map(|&part| {
        (
            part,
            "leave it out: this part is not available yet".to_owned(),
        )
    }));

    let versions = versions(options, &parts, &found);
    let is_done = |name: &str| {
        let mut done = parts.iter().filter(|c| matches!(c.state, State::Done));
        done.any(|checked| checked.part.word() == name)
    };
    let (findings, allowed) = allow.apply(found, today, is_done);
    let report = Report {
        findings: sorted(findings),
        allowed,
        fail_on: options.fail_on,
        versions,
        api: shell::path(&options.schemas.join("api.json")),
        rules: rules::all(),
        parts,
    };
    (report, lacking)
}

/// Runs one part; a failure is printed once and does not affect other parts.
fn run_part(options: &Options, check: &Check, earlier: &[Checked]) -> (State, Vec<Finding>) {
    let error = match (check.run)(options) {
        Ok(Outcome::Done(findings)) => return (State::Done, findings),
        Ok(Outcome::Skipped(why)) => return (State::Skipped(why), Vec::new()),
        Err(error) => error,
    };
    let failure = Failure::from(&error);
    let mistakes = failure.detail.as_ref();
    let known = report::failures(earlier);
    let known = known.filter(|(_, other)| mistakes.is_some() && other.detail.as_ref() == mistakes);
    let error = match known.map(|(part, _)| part.word()).next() {
        Some(part) => error.told_of(part),
        None => error,
    };
    let failure = Failure::from(&error);
    // A report that goes to a file must not hide it.
    if !report::failures(earlier).any(|(_, other)| *other == failure) {
        shell::error(&error);
    }
    (State::Failed(failure), Vec::new())
}

/// The next version, if `compat` was run.
fn versions(options: &Options, parts: &[Checked], found: &[Finding]) -> Option<Versions> {
    let is_done = |c: &Checked| c.part == Part::Compat && matches!(c.state, State::Done);
    parts.iter().find(|checked| is_done(checked))?;
    let (_, released) =
        schemas::package(&source(options.against.as_ref()?, &options.schemas).ok()?)?;
    let (_, present) = schemas::package(&schemas::read_version(&options.schemas).ok()?)?;
    let compat = found.iter().filter(|f| f.part() == Part::Compat.word());
    let bump = compat.map(|finding| finding.severity).max();
    Versions::new(&released, &present, bump.unwrap_or(Severity::None))
}

/// By part in the order they run, the worst first, then by place and subject.
fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    let part = |finding: &Finding| {
        let parts = [Part::Generated, Part::Upstream, Part::Wire, Part::Compat];
        let index = parts.iter().position(|part| part.word() == finding.part());
        index.unwrap_or(parts.len())
    };
    let place = |finding: &Finding| {
        let place = finding.place.as_ref();
        place.map(|place| (place.file.clone(), place.line, place.column))
    };
    findings.sort_by_cached_key(|finding| {
        (
            part(finding),
            std::cmp::Reverse(finding.severity),
            place(finding),
            finding.rule.id,
            finding.subject.clone(),
        )
    });
    findings
}

#[cfg(test)]
mod tests;
