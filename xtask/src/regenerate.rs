//! `cargo xtask regenerate`: writes the client crate from the schemas, or checks it.
//!
//! Both directions start from the same comparison of the schemas with the files on disk;
//! [`write()`] applies it, [`check()`] shows it.

mod check;
mod compare;
mod runtime;
mod target;
mod write;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use codegen::{Diagnostic, FileSet, Source};

use crate::schemas::{self, DESCRIPTOR_SCHEMA};
use crate::workspace::{Workspace, option};
use crate::{Error, shell};

pub use check::{Drift, DriftKind};
pub(crate) use target::Target;
pub use write::Summary;
pub(crate) use write::{write_around, write_files};

/// The source and the target of the generator.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder with `api.json`, `resources/` and `types/`.
    pub schemas: PathBuf,
    /// The folder of the emitted crate.
    pub out: PathBuf,
    /// The folder of the runtime, for the emitted manifest. Without it, a crate inside the project
    /// uses the project's, and any other the published one.
    pub runtime: Option<PathBuf>,
    /// Whether a warning is an error.
    pub deny_warnings: bool,
}

/// The required content of the disk.
struct Plan {
    /// The emitted crate.
    files: FileSet,
    /// The content of `descriptor.schema.json`; none if the schemas have no `api.json`.
    descriptor_schema: Option<String>,
}

impl Plan {
    fn new(options: &Options, source: &Source) -> Result<Self, Error> {
        let runtime = runtime::locate(options)?;
        let files = codegen::generate_with(source, &runtime).map_err(|diagnostics| {
            let name = schemas::package_name(source);
            Error::mistakes(&name, &options.schemas, diagnostics)
        })?;
        if let Some(warnings) = files.warnings() {
            if options.deny_warnings {
                let name = schemas::package_name(source);
                return Err(Error::warned(&name, &options.schemas, warnings.clone()));
            }
            shell::warnings(&warnings.clone().below(&shell::folder(&options.schemas)));
        }
        tell(files.notes(), options);
        // It was read as its required content.
        let descriptor_schema = source
            .files()
            .find(|(path, _)| *path == DESCRIPTOR_SCHEMA)
            .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
        Ok(Plan {
            files,
            descriptor_schema,
        })
    }
}

/// The maximal number of notes that are printed.
const MOST_NOTES: usize = 50;

/// Prints notes on how the schemas were understood, a line each.
fn tell(notes: &[Diagnostic], options: &Options) {
    let folder = shell::folder(&options.schemas);
    for note in notes.iter().take(MOST_NOTES) {
        let (file, line, column) = (note.file(), note.line(), note.column());
        let (message, help) = (note.message(), note.help());
        shell::note(format_args!(
            "{folder}{file}:{line}:{column}: {message}; {help}"
        ));
    }
    if let more @ 1.. = notes.len().saturating_sub(MOST_NOTES) {
        shell::note(format_args!("and {more} more"));
    }
}

impl Options {
    fn descriptor_schema(&self) -> PathBuf {
        self.schemas.join(DESCRIPTOR_SCHEMA)
    }

    /// The command that writes the crate, with the folders that are not defaults.
    pub(crate) fn command(&self) -> String {
        let schemas = option("--schemas", &self.schemas, Workspace::schemas);
        let out = option("--out", &self.out, Workspace::generated);
        let runtime = self.runtime.as_deref().map(shell::path);
        let runtime = runtime.map(|path| format!(" --runtime {}", shell::word(&path)));
        let runtime = runtime.unwrap_or_default();
        format!("cargo xtask regenerate{schemas}{out}{runtime}")
    }
}

/// Generates the crate and writes what differs.
///
/// Readers of the folder, also after a crash or Ctrl-C, find the old crate or the new one, never a
/// mixture: the new tree is created beside it and swapped in. An unchanged file stays the same
/// file, with its modification time. If nothing changed, nothing is touched. `target/`,
/// `Cargo.lock` and `.git` in the folder stay.
///
/// # Errors
///
/// Returns mistakes in the schemas; fails if the folder contains anything other than a generated
/// crate, and for files that cannot be read or written. In that case nothing was changed.
/// can't be read or written. Nothing was changed then.
pub fn write(options: &Options) -> Result<Summary, Error> {
    write::write(options, |_| {})
}

/// Compares the schemas with the files on disk, and writes nothing.
///
/// # Errors
///
/// Returns mistakes in the schemas, and files that cannot be read. A difference is not an error.
pub fn check(options: &Options) -> Result<Vec<Drift>, Error> {
    check::check(options, |_| {})
}

/// The command without `--check`.
pub(crate) fn run_write(options: &Options) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let summary = write::write(options, |source| announce("Generating", options, source))?;
    shell::status("Written", summary);
    finish(start, options);
    Ok(ExitCode::SUCCESS)
}

/// The command with `--check`.
pub(crate) fn run_check(options: &Options) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let drifts = check::check(options, |source| announce("Checking", options, source))?;
    for drift in &drifts {
        shell::error_line(drift);
        if !drift.diff.is_empty() {
            shell::styled(&check::styled(&drift.diff))?;
        }
    }
    if drifts.is_empty() {
        finish(start, options);
        return Ok(ExitCode::SUCCESS);
    }
    shell::help(format_args!("run `{}`", options.command()));
    Ok(ExitCode::FAILURE)
}

/// Prints the start of a run: `Generating losant 0.1.0 (schemas)`.
fn announce(verb: &str, options: &Options, source: &Source) {
    let folder = shell::path(&options.schemas);
    match schemas::package(source) {
        Some((name, version)) => shell::status(verb, format_args!("{name} {version} ({folder})")),
        None => shell::status(verb, format_args!("a client ({folder})")),
    }
}

fn finish(start: Instant, options: &Options) {
    let seconds = start.elapsed().as_secs_f64();
    let folder = shell::folder(&options.out);
    shell::status(
        "Finished",
        format_args!("{folder} is up to date in {seconds:.2}s"),
    );
}
