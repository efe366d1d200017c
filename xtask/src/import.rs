//! `cargo xtask import`: the vendor's description of its API, translated into the layout of
//! `schemas/`.
//!
//! A translation and no interpretation: what is odd stays odd, for an overlay to correct or a
//! diagnostic to refuse. What the vendor's files don't say of the API as a whole (title, base URL,
//! error type, paging) comes from an `api.json` that is given.

mod translate;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::{Error, shell};
use translate::{Left, Vendor};

/// A JSON object whose members are left as they stand, order included.
type Members = IndexMap<String, Box<RawValue>>;

/// What to import, and where to.
#[derive(Debug)]
pub struct Options {
    /// The folder with `apiInfo.json`, `globalParams.json`, `apiExamples.json`, `scopes.json` and
    /// `types/`.
    pub from: PathBuf,
    /// The folder that becomes one of schemas.
    pub into: PathBuf,
    /// The `api.json` that says what the vendor's files don't.
    pub api: PathBuf,
    /// The folder with overlays, which need not exist.
    pub overlays: PathBuf,
}

/// What an import did.
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
    /// The number of overlays that were brought along.
    pub overlays: usize,
    /// What was left out, and why, with how often.
    pub left_out: BTreeMap<&'static str, usize>,
}

/// Imports, and says what was read and left out.
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
        shell::status("Left out", format_args!("{what}: {count} times"));
    }
    shell::status("Finished", shell::folder(&options.into));
    Ok(ExitCode::SUCCESS)
}

/// Imports.
///
/// # Errors
///
/// A file that can't be read, is not of the vendor's layout, or can't be written. All
/// files are read before the first is written.
pub fn import(options: &Options) -> Result<Summary, Error> {
    let vendor = Vendor {
        info: json(&options.from.join("apiInfo.json"))?,
        globals: json(&options.from.join("globalParams.json"))?,
        examples: json(&options.from.join("apiExamples.json"))?,
        scopes: json(&options.from.join("scopes.json"))?,
        types: types(&options.from.join("types"))?,
    };
    let mut left = Left::default();
    let api = vendor.api(json(&options.api)?, version(&options.from));
    let mut files = vec![("api.json".to_owned(), api)];
    for (name, resource) in &vendor.info {
        files.push((
            format!("resources/{name}.json"),
            vendor.resource(name, resource, &mut left),
        ));
    }
    for (name, schema) in &vendor.types {
        files.push((
            format!("types/{name}.json"),
            vendor.schema(name, schema, &mut left),
        ));
    }
    for (path, content) in &files {
        write(&options.into.join(path), content)?;
    }
    Ok(Summary {
        resources: vendor.info.len(),
        actions: vendor
            .info
            .values()
            .map(|resource| resource.actions.len())
            .sum(),
        types: vendor.types.len(),
        examples: vendor
            .types
            .keys()
            .filter(|name| vendor.examples.contains_key(*name))
            .count(),
        overlays: overlays(options)?,
        left_out: left.finish(),
    })
}

/// The version at the end of a folder's name, as of `losant-1.30.0`: the vendor's files don't tell.
fn version(folder: &Path) -> Option<&str> {
    let (_, version) = folder.file_name()?.to_str()?.rsplit_once('-')?;
    let is_version = version.starts_with(|c: char| c.is_ascii_digit());
    is_version.then_some(version)
}

/// Brings overlays along, so that those for this version correct what was imported.
fn overlays(options: &Options) -> Result<usize, Error> {
    let Ok(entries) = fs::read_dir(&options.overlays) else {
        return Ok(0);
    };
    let mut count = 0;
    for entry in entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some())
    {
        let content: Box<RawValue> = json(&entry.path())?;
        write(
            &options.into.join("overlays").join(entry.file_name()),
            &content,
        )?;
        count += 1;
    }
    Ok(count)
}

fn types(folder: &Path) -> Result<BTreeMap<String, Box<RawValue>>, Error> {
    let mut types = BTreeMap::new();
    let entries = fs::read_dir(folder).map_err(|error| Error::io("read", folder, error))?;
    for entry in entries {
        let path = entry
            .map_err(|error| Error::io("read", folder, error))?
            .path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        if let (Some(stem), Some("json")) = (stem, path.extension().and_then(|e| e.to_str())) {
            types.insert(stem.to_owned(), json(&path)?);
        }
    }
    Ok(types)
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = fs::read_to_string(path).map_err(|error| Error::io("read", path, error))?;
    serde_json::from_str(&text).map_err(|error| {
        Error::new(format!("could not understand {}", shell::path(path)))
            .because(error)
            .help("this is no description of the layout that is imported")
    })
}

/// Writes JSON laid out for people, with its keys in the order that they have.
fn write(path: &Path, content: &RawValue) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, error))?;
    }
    let mut text = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(content.get());
    let mut writer = serde_json::Serializer::pretty(&mut text);
    serde_transcode::transcode(&mut reader, &mut writer).map_err(|error| {
        Error::new(format!("could not lay out {}", shell::path(path))).because(error)
    })?;
    text.push(b'\n');
    fs::write(path, text).map_err(|error| Error::io("write", path, error))
}

#[cfg(test)]
mod tests;
