//! The recorded corrections of the vendor's description: the JSON files of `upstream/`.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use codegen::descriptor::Overlay;
use codegen::{Source, Trial};
use serde_json::Value;

use super::places::child;
use crate::{Error, given, shell};

/// Where codegen expects corrections.
const OVERLAYS: &str = "upstream/";

/// The files with corrections, by name.
#[derive(Debug, Default)]
pub(crate) struct Corrections {
    folder: PathBuf,
    files: BTreeMap<String, Vec<u8>>,
}

impl Corrections {
    /// Reads the corrections in a folder, which need not exist.
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let failed = |path: &Path, error| Error::io("read", path, error);
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(failed(folder, error)),
        };
        let mut files = BTreeMap::new();
        for entry in entries {
            let path = entry.map_err(|error| failed(folder, error))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if let Some(name) = name.filter(|name| is_correction(name)) {
                let bytes = given::bytes(&path).map_err(|error| failed(&path, error))?;
                files.insert(name.to_owned(), bytes);
            }
        }
        Ok(Corrections {
            folder: folder.to_owned(),
            files,
        })
    }

    /// Whether there are any files with corrections in a folder.
    pub(crate) fn are_in(folder: &Path) -> bool {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names = entries.map(|entry| entry.file_name());
        names.any(|name| name.to_str().is_some_and(is_correction))
    }

    /// The translated files, with each correction made.
    ///
    /// # Errors
    ///
    /// Returns the corrections that cannot be made.
    pub(super) fn apply(&self, files: Vec<(String, Vec<u8>)>) -> Result<Source, Error> {
        codegen::corrected(&self.beside(files)).map_err(|mistakes| {
            let message = "could not correct the description (nothing was written)";
            Error::new(message).diagnosed(self.placed(mistakes))
        })
    }

    /// The translated files with those corrections made that can be, and the status of each.
    pub(crate) fn try_on(&self, files: Vec<(String, Vec<u8>)>) -> Result<Trial, Error> {
        codegen::try_overlays(&self.beside(files)).map_err(|mistakes| {
            let folder = shell::folder(&self.folder);
            Error::new(format!("could not try the corrections in {folder}"))
                .diagnosed(self.placed(mistakes))
        })
    }

    fn beside(&self, files: Vec<(String, Vec<u8>)>) -> Source {
        let overlays = self.files.iter();
        let overlays = overlays.map(|(name, bytes)| (format!("{OVERLAYS}{name}"), bytes.clone()));
        Source::new(files.into_iter().chain(overlays))
    }

    fn placed(&self, mistakes: codegen::Diagnostics) -> codegen::Diagnostics {
        let folder = self.folder.parent().unwrap_or(&self.folder);
        mistakes.below(&shell::folder(folder))
    }

    /// The titles that the corrections of a file give to places, by JSON pointer.
    pub(super) fn titles(&self, path: &str) -> BTreeMap<String, String> {
        let overlays = self.files.values();
        let overlays = overlays.filter_map(|bytes| serde_json::from_slice::<Overlay>(bytes).ok());
        let corrections = overlays.flat_map(|overlay| overlay.corrections);
        let mut titles = BTreeMap::new();
        for correction in corrections.filter(|correction| correction.file == path) {
            let Some(value) = &correction.value else {
                continue;
            };
            match correction.pointer.strip_suffix("/title") {
                Some(place) => {
                    titles.extend(value.as_str().map(|t| (place.to_owned(), t.to_owned())))
                }
                None => titles_in(value, &correction.pointer, &mut titles),
            }
        }
        titles
    }
}

/// The titles inside the new value of a correction.
fn titles_in(value: &Value, pointer: &str, titles: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(title)) = members.get("title") {
                titles.insert(pointer.to_owned(), title.clone());
            }
            for (key, value) in members {
                titles_in(value, &child(pointer, key), titles);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                titles_in(item, &child(pointer, &index.to_string()), titles);
            }
        }
        _ => {}
    }
}

fn is_correction(name: &str) -> bool {
    name.ends_with(".json") && !name.starts_with('.')
}
