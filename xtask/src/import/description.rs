//! Reads the vendor's description and translates it to the layout of `schemas/`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::value::RawValue;

use super::lock::Lock;
use super::origin::Origin;
use super::translate::{Left, Vendor};
use super::vocabulary::Vocabulary;
use super::{GLOBALS, Members, VENDORS, names, references};
use crate::{Error, given, shell};

/// The vendor's description in the layout of `schemas/`, in memory.
#[derive(Debug)]
pub struct Imported {
    /// The files, by their paths in the folder of schemas; without corrections.
    pub files: Vec<(String, Vec<u8>)>,
    /// The names and hashes of the description.
    pub lock: Lock,
    /// Whether the description or its folder's name contains the version; otherwise it is that of
    /// the given `api.json`.
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

/// Reads the vendor's description from a folder or an archive, completed by the `api.json` at `api`.
///
/// # Errors
///
/// Fails for a file that cannot be read, or is not in the vendor's layout.
pub fn read(from: &Path, api: &Path) -> Result<Imported, Error> {
    let origin = Origin::read(from)?;
    let vendor = Vendor {
        info: origin.json(VENDORS)?,
        globals: origin.json_if_present(GLOBALS)?,
        examples: origin.json("apiExamples.json")?,
        scopes: origin.json("scopes.json")?,
        types: origin.types()?,
    };
    let given: Members = given_api(api)?;
    let named = origin.version.as_deref();
    let locked = named.map(str::to_owned).or_else(|| {
        let version = given.get("version")?;
        serde_json::from_str(version.get()).ok()
    });
    let lock = Lock::of(&origin, locked.as_deref().unwrap_or("unknown"))?;
    let mut left = Left::default();
    left.out(
        "an entry of `types/` (its name is not UTF-8 that ends in `.json`)",
        origin.others,
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

/// Reads the `api.json` that completes the description.
fn given_api(path: &Path) -> Result<Members, Error> {
    let text = given::text(path).map_err(|error| Error::io("read", path, error))?;
    serde_json::from_str(&text).map_err(|error| {
        Error::new(format!("could not parse {}", shell::path(path))).because(error)
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
