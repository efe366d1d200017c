//! `cargo xtask import`: translates the vendor's description of its API into the layout of
//! `schemas/`.
//!
//! The facts are the vendor's, as far as no recorded correction replaces them, and the words are
//! ours: those in the present schemas stay, and the vendor's are dropped. `api.json` is ours, since
//! the vendor's files lack what is said about the API as a whole (title, base URL, error type,
//! paging), except for its version and the facts of its parameters.

mod archive;
mod description;
mod documents;
mod lock;
mod names;
mod origin;
mod ours;
mod package;
mod places;
mod plan;
mod record;
mod references;
mod shapes;
mod translate;
mod version;
mod vocabulary;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use codegen::Source;
use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::corrections::Corrections;
use crate::files::staged;
use crate::lock::Lock as Turn;
use crate::regenerate::Target;
use crate::{Error, shell};
use documents::Documents;
use plan::Plan;

pub use crate::schemas::UPSTREAM_LOCK;
pub use description::{Imported, read};
pub use lock::Lock;
pub(crate) use lock::relock;
pub(crate) use plan::wanted;
pub(crate) use record::facts;
pub(crate) use version::is_older;

/// The files of the vendor's description, besides `types/*.json`.
const FILES: [&str; 4] = ["apiExamples.json", VENDORS, GLOBALS, "scopes.json"];

/// The parameters of every action, which older packages of the vendor's do not have.
const GLOBALS: &str = "globalParams.json";

/// The file that identifies a vendor's description.
pub(crate) const VENDORS: &str = "apiInfo.json";

/// The maximal size of the files in `types/` together, in bytes; each file of a description may
/// have 64 MiB.
const LARGEST_TYPES: usize = 256 << 20;

/// The schemas of a description, by the names of their types.
type Types = BTreeMap<String, Box<RawValue>>;

/// A JSON object whose members are kept unchanged, order included.
type Members = IndexMap<String, Box<RawValue>>;

const LAYOUT_HELP: &str = "pass the vendor's package as a folder or a .tgz, or the folder that has \
    apiInfo.json, globalParams.json, apiExamples.json, scopes.json and types/";

/// The source and the target of an import.
#[derive(Debug)]
pub struct Options {
    /// The vendor's package, as a folder or a `.tgz`, or a folder with `apiInfo.json`,
    /// `globalParams.json`, `apiExamples.json`, `scopes.json` and `types/`.
    pub from: PathBuf,
    /// The folder of schemas to write.
    pub into: PathBuf,
    /// The `api.json` with what the vendor's files lack.
    pub api: PathBuf,
    /// The folder with the corrections, which need not exist.
    pub corrections: PathBuf,
    /// Whether words may be dropped whose place the description no longer has.
    pub drop_words: bool,
    /// Whether schemas may be written from which no crate can be generated.
    pub allow_mistakes: bool,
}

/// The result of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The number of resources.
    pub resources: usize,
    /// The number of actions.
    pub actions: usize,
    /// The number of types.
    pub types: usize,
    /// The files that differ from those on disk.
    pub changed: Vec<String>,
    /// What changes for users of the crate, besides docs.
    pub changes: Vec<String>,
    /// The files of an earlier import that are no longer part of the schemas.
    pub removed: Vec<String>,
    /// The files of an earlier import that would be removed, but stay because their facts were
    /// edited since.
    pub edited: Vec<String>,
    /// The omitted parts with the reason, and their number.
    pub left_out: BTreeMap<String, usize>,
    /// The places that have no words, but should.
    pub lacking: Vec<String>,
    /// The words that were dropped because their place is gone.
    pub dropped: Vec<String>,
}

/// Imports, and writes the names and hashes of the description to `upstream/lock.toml`.
///
/// # Errors
///
/// Fails for a file that cannot be read, is not in the vendor's layout, or cannot be written, for a
/// correction that cannot be made, for mistakes that nothing corrects, and for words that would be
/// lost. In that case nothing was changed: the folder is replaced as a whole, as that of an emitted crate is. Files of an earlier
/// import that this one does not write are removed, unless their facts were edited; files that no
/// import wrote stay.
pub fn import(options: &Options) -> Result<Summary, Error> {
    let target = Target::locate(&options.into)?;
    let _turn = Turn::acquire(target.lockable(), || {
        shell::blocking(format_args!(
            "another run on {}",
            shell::folder(target.path())
        ));
    });
    target.recover()?;
    let plan = Plan::new(options, &target)?;
    plan.write(&target)?;
    Ok(plan.summary)
}

/// Determines what an import would do, and writes nothing.
///
/// # Errors
///
/// As [`import`].
pub fn check(options: &Options) -> Result<Summary, Error> {
    let target = Target::locate(&options.into)?;
    Ok(Plan::new(options, &target)?.summary)
}

/// The vendor's description in the layout of `schemas/`, corrected, with the vendor's own words.
///
/// # Errors
///
/// Fails for a file that cannot be read, or is not in the vendor's layout, and for a correction
/// that cannot be made.
pub fn corrected(from: &Path, api: &Path, corrections: &Path) -> Result<Source, Error> {
    Corrections::read(corrections)?.apply(read(from, api)?.files)
}

/// The words of the schemas: each place, as `file#pointer: key`, and its text. Strings in examples are
/// words too.
///
/// # Errors
///
/// Fails for a file that is not JSON.
pub fn words(source: &Source) -> Result<Vec<(String, String)>, Error> {
    Ok(Documents::read(source)?.words())
}

/// The places of the schemas that have no words, but should, as `file#pointer: key`.
///
/// # Errors
///
/// Fails for a file that is not JSON.
pub fn lacking(source: &Source) -> Result<Vec<String>, Error> {
    Ok(Documents::read(source)?.lacking())
}

/// Imports, and reports what was read and omitted.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Error> {
    shell::status("Importing", shell::path(&options.from));
    let summary = import(options)?;
    summary.print();
    let files = summary.changed.len() + summary.removed.len();
    shell::status("Written", shell::count(files, "changed file"));
    shell::status("Finished", shell::folder(&options.into));
    Ok(ExitCode::SUCCESS)
}

/// Reports what an import would change, and fails if that is anything.
pub(crate) fn run_check(options: &Options) -> Result<ExitCode, Error> {
    shell::status("Checking", shell::folder(&options.into));
    let summary = check(options)?;
    summary.print();
    let changes = [("changed", &summary.changed), ("removed", &summary.removed)];
    for (verb, files) in changes {
        for file in files {
            let file = shell::path(&options.into.join(file));
            shell::error_line(format_args!("{file} would be {verb}"));
        }
    }
    if summary.changed.is_empty() && summary.removed.is_empty() {
        shell::status("Finished", "an import would change nothing");
        return Ok(ExitCode::SUCCESS);
    }
    shell::help("run the command without `--check`");
    Ok(ExitCode::FAILURE)
}

/// The maximal number of lines of one kind that a summary prints.
const MOST_LINES: usize = 10;

impl Summary {
    /// Prints what was read, omitted and dropped, and which words are missing.
    fn print(&self) {
        let read = [
            (self.resources, "resource"),
            (self.actions, "action"),
            (self.types, "type"),
        ];
        let read = read.map(|(count, noun)| shell::count(count, noun));
        shell::status("Read", read.join(", "));
        for (what, count) in &self.left_out {
            let times = shell::count(*count, "time");
            shell::status("Left out", format_args!("{what}: {times}"));
        }
        if !self.removed.is_empty() {
            let files = shell::count(self.removed.len(), "file");
            let why = "their content is no longer in the description";
            shell::status("Removed", format_args!("{files}: {why}"));
        }
        for path in &self.edited {
            let why = "its facts were edited, although its content is no longer in the description";
            shell::status("Kept", format_args!("{path}: {why}"));
        }
        print_lines("Found", &self.changes, "change");
        print_lines("Dropped", &self.dropped, "word");
        print_lines("Lacking", &self.lacking, "word");
    }
}

/// Prints a count, and the first lines.
fn print_lines(verb: &str, lines: &[String], noun: &str) {
    if lines.is_empty() {
        return;
    }
    shell::status(verb, shell::count(lines.len(), noun));
    for line in lines.iter().take(MOST_LINES) {
        shell::note(line);
    }
    if let more @ 1.. = lines.len().saturating_sub(MOST_LINES) {
        shell::note(format_args!("and {more} more"));
    }
}

/// Locks a folder of schemas to a description, and reports which one.
pub(crate) fn run_lock(from: &Path, schemas: &Path) -> Result<ExitCode, Error> {
    let lock = lock(from, schemas)?;
    let counts = [
        (lock.files.len(), "file"),
        (lock.resources.len(), "resource"),
    ];
    let counts = counts
        .map(|(count, noun)| shell::count(count, noun))
        .join(", ");
    shell::status("Locked", format_args!("version {}: {counts}", lock.version));
    shell::status("Finished", shell::path(&schemas.join(UPSTREAM_LOCK)));
    Ok(ExitCode::SUCCESS)
}

/// Only writes `upstream/lock.toml` into a folder of schemas: its corrections were reviewed for the
/// vendor's description in `from`.
///
/// # Errors
///
/// As [`import`], and for a description older than the locked one.
pub fn lock(from: &Path, schemas: &Path) -> Result<Lock, Error> {
    let Imported { mut lock, .. } = read(from, &schemas.join("api.json"))?;
    lock.follow(schemas)?;
    if let Ok((locked, _)) = Lock::read(schemas) {
        locked.refuse_older(&lock.version, schemas)?;
    }
    let path = schemas.join(UPSTREAM_LOCK);
    write(&path, &lock.text()).map_err(|error| Error::io("write", &path, error))?;
    Ok(lock)
}

/// Replaces a file atomically: readers see either the old or the new content.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    staged(folder, ".lock.new-", text)?.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests;
