//! Reads the vendor's description and translates it to the layout of `schemas/`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::lock::Lock;
use super::translate::{Left, Vendor};
use super::version::version;
use super::vocabulary::Vocabulary;
use super::{FILES, LARGEST_TYPES, LAYOUT_HELP, Members, Types, VENDORS, names, references};
use crate::{Error, given, shell};

/// The vendor's description in the layout of `schemas/`, in memory.
#[derive(Debug)]
pub struct Imported {
    /// The files, by their paths in the folder of schemas; without corrections.
    pub files: Vec<(String, Vec<u8>)>,
    /// The names and hashes of the description.
    pub lock: Lock,
    /// Whether the folder's name contains the version; otherwise it is that of the given
    /// `api.json`.
    pub is_version_known: bool,
    /// The number of resources.
    pub resources: usize,
    /// The number of actions.
    pub actions: usize,
    /// The number of types.
    pub types: usize,
    /// The omitted parts with the reason, and their number.
    pub left_out: BTreeMap<String, usize>,
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
    Ok(Imported {
        files,
        lock,
        is_version_known: named.is_some(),
        resources: vendor.info.len(),
        actions: actions.sum(),
        types: vendor.types.len(),
        left_out: left.finish(),
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

pub(super) fn json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
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
