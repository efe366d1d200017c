//! What an import writes: everything is read and checked before the first file changes.

use std::fs;
use std::path::Path;

use codegen::compat::{Bump, Class};
use codegen::{FileSet, Source};

use super::description::{self, Imported};
use super::documents::{self, Documents};
use super::ours::Ours;
use super::record::{self, Record};
use super::{Options, Summary, UPSTREAM_LOCK};
use crate::corrections::{self, Corrections};
use crate::regenerate::{self, Target};
use crate::{Error, given, schemas, shell};

const MOVE_HELP: &str = "move it elsewhere, or name another folder with --into DIR";

/// The files of the schemas after the import.
pub(super) struct Plan {
    files: FileSet,
    earlier: Record,
    pub summary: Summary,
}

impl Plan {
    pub fn new(options: &Options, target: &Target) -> Result<Self, Error> {
        let corrections = Corrections::read(&options.corrections)?;
        let api = given::text(&options.api).map_err(|e| Error::io("read", &options.api, e))?;
        let mut imported = description::read(&options.from, &options.api)?;
        imported.lock.follow(target.path())?;
        let mut summary = summary(&imported);
        let corrected = corrections.apply(imported.files)?;
        if !options.allow_mistakes {
            refuse_mistakes(&corrected, options)?;
        }
        let mut documents = Documents::of(&corrected, &corrections)?;
        documents.forget_upstream();
        let written = [UPSTREAM_LOCK, record::NAME, corrections::SCHEMA];
        target.refuse_other_kinds(documents.paths().chain(written), MOVE_HELP)?;

        let earlier = Record::read(target.path());
        let ours = Ours::read(target, &api, &documents, &earlier)?;
        let is_own_api = options.api == options.into.join("api.json");
        let mut lost = ours.merge(&mut documents);
        // Another folder's file keeps its words.
        lost.retain(|place| is_own_api || !place.starts_with("api.json#"));
        if !options.drop_words {
            refuse_to_drop(&lost)?;
        }
        summary.dropped = lost;
        summary.lacking = documents.lacking();
        let mut files = documents.texts();
        keep_layout(&mut files, &api);
        refuse_foreign(&files, target, &earlier, is_own_api)?;
        let record = Record::of(&files).text();
        files.push((record::NAME.to_owned(), record));
        files.push((UPSTREAM_LOCK.to_owned(), imported.lock.text()));
        files.push((corrections::SCHEMA.to_owned(), corrections::schema()));
        let mut plan = Plan {
            files: files.into_iter().collect(),
            earlier,
            summary,
        };
        plan.compare(target);
        plan.summary.changes = plan.changes(target);
        Ok(plan)
    }

    /// Determines which files differ from those on disk.
    fn compare(&mut self, target: &Target) {
        let on_disk = |path: &str| fs::read(target.path().join(path)).ok();
        let differs = |path: &str, text: &str| {
            // A checkout may have other line endings.
            let found = on_disk(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            found.is_none_or(|found| found.replace("\r\n", "\n") != text)
        };
        let changed = self.files.iter().filter(|(path, text)| differs(path, text));
        self.summary.changed = changed.map(|(path, _)| path.to_owned()).collect();
        for path in self.earlier.paths() {
            let Some(bytes) = on_disk(&path).filter(|_| self.files.get(&path).is_none()) else {
                continue;
            };
            if self.earlier.has(&path, &bytes) {
                self.summary.removed.push(path);
            } else {
                self.summary.edited.push(path);
            }
        }
    }

    /// What the new facts change for users of the crate, as `drift compat` reports it: the bump that
    /// each change needs, and what it is. Empty if there was nothing before, or with mistakes.
    fn changes(&self, target: &Target) -> Vec<String> {
        let is_schema = |path: &str| path.ends_with(".json");
        let (changed, removed) = (&self.summary.changed, &self.summary.removed);
        if !changed.iter().chain(removed).any(|path| is_schema(path)) {
            return Vec::new();
        }
        let Ok(before) = schemas::read_version(target.path()) else {
            return Vec::new();
        };
        let files = self.files.iter().filter(|(path, _)| is_schema(path));
        let after = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let after = schemas::source(after.collect());
        let changes = corrections::compare(&before, &after).unwrap_or_default();
        let changes = changes.iter().filter(|change| change.class != Class::Docs);
        let lines = changes.map(|change| {
            let bump = match change.bump {
                Bump::Major => "major",
                Bump::Minor => "minor",
                Bump::Patch => "patch",
            };
            format!("{bump}: {}", change.diagnostic.message())
        });
        lines.collect()
    }

    /// Writes the files, all of them or none.
    pub fn write(&self, target: &Target) -> Result<(), Error> {
        let is_ours = |path: &str, bytes: &[u8]| self.earlier.has(path, bytes);
        regenerate::write_around(&self.files, target, is_ours).map(drop)
    }
}

/// What an import would make of the schemas in a folder, from a corrected description. `api.json`
/// still names the version of the description.
pub(crate) fn wanted(
    corrected: &Source,
    corrections: &Corrections,
    folder: &Path,
) -> Result<Source, Error> {
    let path = folder.join("api.json");
    let api = given::text(&path).map_err(|error| Error::io("read", &path, error))?;
    let mut documents = Documents::of(corrected, corrections)?;
    let target = Target::locate(folder)?;
    Ours::read(&target, &api, &documents, &Record::default())?.merge(&mut documents);
    let files = documents.texts().into_iter();
    Ok(Source::new(
        files.map(|(path, text)| (path, text.into_bytes())),
    ))
}

fn summary(imported: &Imported) -> Summary {
    Summary {
        resources: imported.resources,
        actions: imported.actions,
        types: imported.types,
        left_out: imported.left_out.clone(),
        ..Summary::default()
    }
}

/// Keeps the layout of the given `api.json`, which people write, if an import changes nothing in it.
fn keep_layout(files: &mut [(String, String)], api: &str) {
    let text = api.replace("\r\n", "\n");
    for (path, written) in files.iter_mut().filter(|(path, _)| path == "api.json") {
        let parsed = |text: &str| documents::parse(path, text.as_bytes()).ok();
        if parsed(written) == parsed(&text) {
            written.clone_from(&text);
        }
    }
}

/// Refuses a description from which no crate can be generated. The mistakes come with the corrections
/// to record.
fn refuse_mistakes(corrected: &Source, options: &Options) -> Result<(), Error> {
    let Some(mistakes) = corrections::mistakes(corrected) else {
        return Ok(());
    };
    let (count, from) = (mistakes.len(), shell::path(&options.from));
    let count = shell::count(count, "mistake");
    let message = format!("{from} has {count} that nothing corrects (nothing was written)");
    let help = "record corrections in upstream/, or write the schemas anyway with --allow-mistakes";
    Err(Error::new(message).help(help).diagnosed(mistakes))
}

/// Refuses to drop words.
fn refuse_to_drop(lost: &[String]) -> Result<(), Error> {
    if lost.is_empty() {
        return Ok(());
    }
    let lost = lost.iter();
    let lines = lost.map(|place| format!("words that would be lost: {place}"));
    let help = "their places are no longer in the description: move them to the places that replace \
        those, or drop them with --drop-words";
    Err(Error::several(lines.collect()).help(help))
}

/// Refuses to overwrite files with facts that no import wrote, or that were edited since.
fn refuse_foreign(
    files: &[(String, String)],
    target: &Target,
    earlier: &Record,
    is_own_api: bool,
) -> Result<(), Error> {
    let is_foreign = |path: &str, text: &str| {
        let found = fs::read(target.path().join(path)).ok();
        let is_foreign = found.is_some_and(|bytes| {
            let differs = record::facts(path, &bytes) != record::facts(path, text.as_bytes());
            differs && !earlier.has(path, &bytes)
        });
        is_foreign && !(is_own_api && path == "api.json")
    };
    let foreign = files.iter().filter(|(path, text)| is_foreign(path, text));
    target.refuse_to_lose(
        foreign.map(|(path, _)| (path.as_str(), None)),
        "no import wrote the facts in these files, or they were edited since",
        "record them as corrections in upstream/, or name another folder with --into DIR",
    )
}
