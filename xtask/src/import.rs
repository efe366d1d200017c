//! `cargo xtask import`: translates the vendor's description of its API into the layout of
//! `schemas/`.
//!
//! It translates and does not interpret: oddities are left to overlays and diagnostics. A given
//! `api.json` adds what the vendor's files lack about the API as a whole (title, base URL, error
//! type, paging).

mod lock;
mod names;
mod record;
mod references;
mod translate;
mod version;
mod vocabulary;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use codegen::FileSet;
use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::files::staged;
use crate::lock::Lock as Turn;
use crate::regenerate::{self, Target};
use crate::{Error, given, shell};
use record::Record;
use translate::{Left, Vendor};
use version::version;
use vocabulary::Vocabulary;

pub use crate::schemas::UPSTREAM_LOCK;
pub use lock::Lock;
pub(crate) use lock::relock;
pub(crate) use version::is_older;

/// The files of the vendor's description, besides `types/*.json`.
const FILES: [&str; 4] = [
    "apiExamples.json",
    VENDORS,
    "globalParams.json",
    "scopes.json",
];

/// The file that identifies a vendor's description.
pub(crate) const VENDORS: &str = "apiInfo.json";

/// The maximal size of the files in `types/` together, in bytes; each file of a description may
/// have 64 MiB.
const LARGEST_TYPES: usize = 256 << 20;

/// The schemas of a description, by the names of their types.
type Types = BTreeMap<String, Box<RawValue>>;

/// A JSON object whose members are kept unchanged, order included.
type Members = IndexMap<String, Box<RawValue>>;

const LAYOUT_HELP: &str = "pass the folder that has apiInfo.json, globalParams.json, \
    apiExamples.json, scopes.json and types/";

/// The source and the target of an import.
#[derive(Debug)]
pub struct Options {
    /// The folder with `apiInfo.json`, `globalParams.json`, `apiExamples.json`, `scopes.json` and
    /// `types/`.
    pub from: PathBuf,
    /// The folder of schemas to write.
    pub into: PathBuf,
    /// The `api.json` with what the vendor's files lack.
    pub api: PathBuf,
    /// The folder with overlays, which need not exist.
    pub overlays: PathBuf,
}

/// The result of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The number of resources.
    pub resources: usize,
    /// The number of actions.
    pub actions: usize,
    /// The number of types.
    pub types: usize,
    /// The number of types with an example.
    pub examples: usize,
    /// The number of overlays that were copied.
    pub overlays: usize,
    /// The number of files of an earlier import that this one removed.
    pub removed: usize,
    /// The files of an earlier import that this one would remove, but kept because they were edited
    /// since.
    pub edited: Vec<String>,
    /// The omitted parts with the reason, and their number.
    pub left_out: BTreeMap<String, usize>,
}

/// Imports, and reports what was read and omitted.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Error> {
    shell::status("Importing", shell::folder(&options.from));
    let summary = import(options)?;
    let read = [
        (summary.resources, "resource"),
        (summary.actions, "action"),
        (summary.types, "type"),
        (summary.examples, "example"),
        (summary.overlays, "overlay"),
    ];
    let read = read
        .map(|(count, noun)| shell::count(count, noun))
        .join(", ");
    shell::status("Read", read);
    for (what, count) in &summary.left_out {
        shell::status(
            "Left out",
            format_args!("{what}: {}", shell::count(*count, "time")),
        );
    }
    if summary.removed > 0 {
        let files = shell::count(summary.removed, "file");
        let why = "their content is no longer in the description";
        shell::status("Removed", format_args!("{files}: {why}"));
    }
    for path in &summary.edited {
        let why = "it was edited, although its content is no longer in the description";
        shell::status("Kept", format_args!("{path}: {why}"));
    }
    shell::status("Finished", shell::folder(&options.into));
    Ok(ExitCode::SUCCESS)
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

/// The vendor's description in the layout of `schemas/`, in memory.
#[derive(Debug)]
pub struct Imported {
    /// The files, by their paths in the folder of schemas; without overlays.
    pub files: Vec<(String, Vec<u8>)>,
    /// The names and hashes of the description.
    pub lock: Lock,
    /// Whether the folder's name contains the version; otherwise it is that of the given
    /// `api.json`.
    pub is_version_known: bool,
    /// The numbers of items read, without overlays.
    pub summary: Summary,
}

/// Reads the vendor's description in `from`, completed by the `api.json` at `api`.
///
/// # Errors
///
/// Fails for a file that cannot be read, or is not in the vendor's layout.
pub fn read(from: &Path, api: &Path) -> Result<Imported, Error> {
    refuse_links(from)?;
    let (types, others) = types(&from.join("types"))?;
    let vendor = Vendor {
        info: json(&from.join(VENDORS))?,
        globals: json(&from.join("globalParams.json"))?,
        examples: json(&from.join("apiExamples.json"))?,
        scopes: json(&from.join("scopes.json"))?,
        types,
    };
    let given: Members = json(api)?;
    let named = version(from);
    let locked = named.map(str::to_owned).or_else(|| {
        let version = given.get("version")?;
        serde_json::from_str(version.get()).ok()
    });
    let lock = Lock::of(from, &vendor.types, locked.as_deref().unwrap_or("unknown"))?;
    let mut left = Left::default();
    left.out(
        "an entry of `types/` (its name is not UTF-8 that ends in `.json`)",
        others,
    );
    let files = files(&vendor, given, named, &mut left)?;
    let actions = vendor.info.values().map(|resource| resource.actions.len());
    let types = vendor.types.keys();
    let examples = types.filter(|name| vendor.examples.contains_key(*name));
    Ok(Imported {
        files,
        lock,
        is_version_known: named.is_some(),
        summary: Summary {
            resources: vendor.info.len(),
            actions: actions.sum(),
            types: vendor.types.len(),
            examples: examples.count(),
            overlays: 0,
            removed: 0,
            edited: Vec::new(),
            left_out: left.finish(),
        },
    })
}

/// Every file of the description, translated and formatted.
fn files(
    vendor: &Vendor,
    api: Members,
    version: Option<&str>,
    left: &mut Left,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut contents = vec![("api.json".to_owned(), vendor.api(api, version))];
    let vocabulary = Vocabulary::new();
    let resources = names::stems(vendor.info.keys().map(String::as_str));
    for (name, resource) in &vendor.info {
        let (content, stem) = (
            vendor.resource(name, resource, &vocabulary, left),
            &resources[name.as_str()],
        );
        contents.push((format!("resources/{stem}.json"), content));
    }
    let types = names::stems(vendor.types.keys().map(String::as_str));
    for (name, schema) in &vendor.types {
        let (content, stem) = (vendor.schema(name, schema, left), &types[name.as_str()]);
        contents.push((format!("types/{stem}.json"), content));
    }
    for (_, content) in &mut contents {
        if let Some(renamed) = references::renamed(content, &types) {
            *content = renamed;
        }
    }
    let files = contents.into_iter();
    let files = files.map(|(path, content)| {
        let text = laid_out(&path, &content)?;
        Ok((path, text))
    });
    files.collect()
}

/// Imports, and writes the names and hashes of the description to `upstream.lock`.
///
/// # Errors
///
/// Fails for a file that cannot be read, is not in the vendor's layout, or cannot be written. In
/// that case nothing was changed: the folder is replaced as a whole, as that of an emitted crate
/// is. Files of an earlier import that this one does not write are removed, unless they were
/// edited; files that no import wrote stay.
pub fn import(options: &Options) -> Result<Summary, Error> {
    let target = Target::locate(&options.into)?;
    let _turn = Turn::acquire(target.lockable(), || {
        shell::blocking(format_args!(
            "another run on {}",
            shell::folder(target.path())
        ));
    });
    let mut imported = read(&options.from, &options.api)?;
    let overlays = overlays(&options.overlays)?;
    let mut summary = imported.summary;
    summary.overlays = overlays.len();
    let lock = (UPSTREAM_LOCK.to_owned(), imported.lock.text().into_bytes());
    imported.files.extend(overlays);
    imported.files.push(lock);
    let files = imported.files.into_iter();
    let mut files: Vec<(String, String)> = files
        .map(|(path, text)| (path, String::from_utf8_lossy(&text).into_owned()))
        .collect();
    files.push((record::NAME.to_owned(), Record::of(&files).text()));

    target.recover()?;
    let earlier = Record::read(target.path());
    let paths = files.iter().map(|(path, _)| path.as_str());
    target.refuse_other_kinds(
        paths,
        "move it elsewhere, or name another folder with --into DIR",
    )?;
    let foreign = foreign(&files, &target, &earlier);
    target.refuse_to_lose(
        foreign,
        "no import wrote these files, or they were edited since",
        "move them elsewhere, or name another folder with --into DIR",
    )?;
    let files: FileSet = files.into_iter().collect();
    let is_ours = |path: &str, bytes: &[u8]| earlier.has(path, bytes);
    summary.removed = regenerate::write_around(&files, &target, is_ours)?.removed;
    summary.edited = earlier
        .paths()
        .filter(|path| files.get(path).is_none())
        .collect();
    summary
        .edited
        .retain(|path| target.path().join(path).is_file());
    Ok(summary)
}

/// The files that would be overwritten although no import wrote them, or somebody edited them
/// since. The lock is not a user's work.
fn foreign<'f>(
    files: &'f [(String, String)],
    target: &'f Target,
    earlier: &'f Record,
) -> impl Iterator<Item = &'f str> {
    let is_foreign = move |path: &str, text: &str| {
        let own = [record::NAME, UPSTREAM_LOCK].contains(&path);
        let found = fs::read(target.path().join(path)).ok();
        !own && found.is_some_and(|bytes| bytes != text.as_bytes() && !earlier.has(path, &bytes))
    };
    let foreign = files
        .iter()
        .filter(move |(path, text)| is_foreign(path, text));
    foreign.map(|(path, _)| path.as_str())
}

/// Only writes `upstream.lock` into a folder of schemas: its overlays were reviewed for the
/// vendor's description in `from`.
///
/// # Errors
///
/// As [`import`], and for a description older than the locked one.
pub fn lock(from: &Path, schemas: &Path) -> Result<Lock, Error> {
    let Imported { lock, .. } = read(from, &schemas.join("api.json"))?;
    if let Ok((locked, _)) = Lock::read(schemas) {
        locked.refuse_older(&lock.version, schemas)?;
    }
    write(schemas, UPSTREAM_LOCK, &lock.text())?;
    Ok(lock)
}

/// The overlays to copy, so that those for this version correct the imported description.
fn overlays(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut overlays = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(overlays);
    };
    let is_hidden = |name: &str| name.starts_with('.');
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().extension().is_none() || is_hidden(&name) {
            continue;
        }
        let content: Box<RawValue> = json(&entry.path())?;
        let path = format!("overlays/{name}");
        let text = laid_out(&path, &content)?;
        overlays.push((path, text));
    }
    Ok(overlays)
}

/// The schemas in a folder by the names of their types, and the number of other entries. Rejects
/// links in a description, whose targets need not be the vendor's.
fn refuse_links(folder: &Path) -> Result<(), Error> {
    let files = FILES.iter().chain([&"types"]);
    let files = files.map(|name| folder.join(name));
    let types = fs::read_dir(folder.join("types")).into_iter().flatten();
    let types = types.flatten().map(|entry| entry.path());
    match files.chain(types).find(|path| path.is_symlink()) {
        Some(link) => {
            let reason = io::Error::other("it is a symbolic link, whose target may be anywhere");
            Err(Error::io("read", &link, reason).help("replace it by a copy of its target"))
        }
        None => Ok(()),
    }
}

fn types(folder: &Path) -> Result<(Types, usize), Error> {
    let (mut types, mut others, mut size) = (Types::new(), 0, 0);
    let entries =
        fs::read_dir(folder).map_err(|error| Error::io("read", folder, error).help(LAYOUT_HELP))?;
    for entry in entries {
        let path = entry
            .map_err(|error| Error::io("read", folder, error))?
            .path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let (Some(stem), Some("json")) = (stem, path.extension().and_then(|e| e.to_str())) else {
            others += 1;
            continue;
        };
        let schema: Box<RawValue> = json(&path)?;
        size += schema.get().len();
        if size > LARGEST_TYPES {
            let folder = shell::folder(folder);
            let message = format!(
                "could not import {folder}: its files exceed {} MiB in total",
                LARGEST_TYPES >> 20
            );
            return Err(Error::new(message).help(LAYOUT_HELP));
        }
        types.insert(stem.to_owned(), schema);
    }
    Ok((types, others))
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text =
        given::text(path).map_err(|error| Error::io("read", path, error).help(LAYOUT_HELP))?;
    serde_json::from_str(&text).map_err(|error| {
        Error::new(format!("could not parse {}", shell::path(path)))
            .because(error)
            .help("this is not a description in the layout that can be imported")
    })
}

/// Formats JSON for people, preserving the order of keys.
fn laid_out(path: &str, content: &RawValue) -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(content.get());
    let mut writer = serde_json::Serializer::pretty(&mut text);
    serde_transcode::transcode(&mut reader, &mut writer)
        .map_err(|error| Error::new(format!("could not format {path}")).because(error))?;
    text.push(b'\n');
    Ok(text)
}

/// Replaces a file of a folder atomically: readers see either the old or the new content.
fn write(folder: &Path, name: &str, text: &str) -> Result<(), Error> {
    let path = folder.join(name);
    let write = || {
        staged(folder, &format!(".{name}.new-"), text)?.persist(&path)?;
        Ok(())
    };
    write().map_err(|error: io::Error| Error::io("write", &path, error))
}

#[cfg(test)]
mod tests;
