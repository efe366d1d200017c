//! Where a description comes from: a folder in which it is laid out, or the vendor's published package
//! as a folder or an archive.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::package::{self, Files, MANIFEST, Package};
use super::version::version;
use super::{FILES, GLOBALS, LARGEST_TYPES, LAYOUT_HELP, Types, VENDORS, archive};
use crate::{Error, given, shell};

/// The prefix of types.
const TYPES: &str = "types/";

/// The files of a description.
pub(super) struct Origin {
    from: PathBuf,
    files: Files,
    /// The version of the API, if the package or the folder's name contains it.
    pub version: Option<String>,
    /// The package that the description is part of.
    pub package: Option<Package>,
    /// The number of entries of `types/` that are not types.
    pub others: usize,
}

impl Origin {
    /// Reads a description.
    ///
    /// # Errors
    ///
    /// Fails for files that cannot be read, for links, and for archives that are cut off or too
    /// large.
    pub fn read(from: &Path) -> Result<Self, Error> {
        if from.is_file() {
            return Self::of_package(from, &archive::files(from)?);
        }
        // As unpacked by npm or by tar.
        let packages = [from.to_owned(), from.join("package")];
        let package = packages
            .iter()
            .find(|folder| folder.join(MANIFEST).exists());
        match package.filter(|_| !from.join(VENDORS).exists()) {
            Some(folder) => Self::of_package(from, &package::files(folder)?),
            None => Self::laid_out(from),
        }
    }

    fn of_package(from: &Path, files: &Files) -> Result<Self, Error> {
        let (files, version, package) = package::description(files, from)?;
        Ok(Origin {
            from: from.to_owned(),
            files,
            version: Some(version),
            package: Some(package),
            others: 0,
        })
    }

    fn laid_out(from: &Path) -> Result<Self, Error> {
        let mut files = Files::new();
        for name in FILES {
            let path = from.join(name);
            refuse_link(&path)?;
            if name != GLOBALS || path.exists() {
                files.insert(name.to_owned(), bytes(&path)?);
            }
        }
        let others = add_types(from, &mut files)?;
        Ok(Origin {
            from: from.to_owned(),
            files,
            version: version(from).map(str::to_owned),
            package: None,
            others,
        })
    }

    /// The content of each file, by its path in a laid-out description.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Parses a file.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, Error> {
        let path = self.from.join(name);
        let bytes = self.files.get(name).ok_or_else(|| {
            Error::io("read", &path, io::ErrorKind::NotFound.into()).help(LAYOUT_HELP)
        })?;
        serde_json::from_slice(bytes).map_err(|error| {
            Error::new(format!("could not parse {}", shell::path(&path)))
                .because(error)
                .help("this is not a description in the layout that can be imported")
        })
    }

    /// Parses a file that older packages do not have.
    pub fn json_if_present<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        let is_present = self.files.contains_key(name);
        is_present.then(|| self.json(name)).transpose()
    }

    /// The schemas by the names of their types.
    pub fn types(&self) -> Result<Types, Error> {
        let paths = self.files.keys().filter_map(|path| {
            let name = path.strip_prefix(TYPES)?.strip_suffix(".json")?;
            Some((path, name))
        });
        let types = paths.map(|(path, name)| {
            let schema: Box<RawValue> = self.json(path)?;
            Ok((name.to_owned(), schema))
        });
        types.collect()
    }
}

/// Adds the types in a folder, and returns the number of other entries.
fn add_types(from: &Path, files: &mut Files) -> Result<usize, Error> {
    let folder = from.join("types");
    refuse_link(&folder)?;
    let failed = |error| Error::io("read", &folder, error).help(LAYOUT_HELP);
    let (mut others, mut size) = (0, 0);
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        refuse_link(&path)?;
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let (Some(stem), Some("json")) = (stem, path.extension().and_then(|e| e.to_str())) else {
            others += 1;
            continue;
        };
        let bytes = bytes(&path)?;
        size += bytes.len();
        if size > LARGEST_TYPES {
            let (folder, limit) = (shell::folder(&folder), LARGEST_TYPES >> 20);
            let message =
                format!("could not import {folder}: its files exceed {limit} MiB in total");
            return Err(Error::new(message).help(LAYOUT_HELP));
        }
        files.insert(format!("{TYPES}{stem}.json"), bytes);
    }
    Ok(others)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    given::bytes(path).map_err(|error| Error::io("read", path, error).help(LAYOUT_HELP))
}

/// Rejects a link in a description: its target need not be the vendor's.
pub(super) fn refuse_link(path: &Path) -> Result<(), Error> {
    if !path.is_symlink() {
        return Ok(());
    }
    let reason = io::Error::other("it is a symbolic link, whose target may be anywhere");
    Err(Error::io("read", path, reason).help("replace it by a copy of its target"))
}
