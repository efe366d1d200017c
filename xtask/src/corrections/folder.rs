//! The corrections in a folder: the JSON files of `upstream/`.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use codegen::json::push_token;
use codegen::{Diagnostic, Diagnostics, Source};
use serde_json::Value;

use super::{File, Recorded, Trial, Version};
use crate::{Error, given, shell};

/// The name of the file that describes files of corrections to editors.
const SCHEMA_FILE: &str = "corrections.schema.json";

/// The same, in the folder of schemas.
pub(crate) const SCHEMA: &str = "upstream/corrections.schema.json";

/// The JSON Schema of files of corrections.
pub(crate) fn schema() -> String {
    let schema = schemars::schema_for!(File);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// The files with corrections in a folder.
#[derive(Debug, Default)]
pub(crate) struct Corrections {
    /// The folder that contains the folder.
    parent: PathBuf,
    /// The files as they are on disk, below `parent`.
    files: Source,
    recorded: Recorded,
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
        let own = folder.file_name().unwrap_or_default().to_string_lossy();
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| failed(folder, error))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if let Some(name) = name.filter(|name| is_correction(name)) {
                let bytes = given::bytes(&path).map_err(|error| failed(&path, error))?;
                files.push((format!("{own}/{name}"), bytes));
            }
        }
        let parent = folder.parent().unwrap_or(folder).to_owned();
        let files = Source::new(files);
        let recorded = super::recorded(files.files()).map_err(|mistakes| {
            let folder = shell::folder(folder);
            let error = Error::new(format!("could not read the corrections in {folder}"));
            error.diagnosed(placed(mistakes, &files, &parent))
        })?;
        Ok(Corrections {
            parent,
            files,
            recorded,
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
    pub(crate) fn apply(&self, files: Vec<(String, Vec<u8>)>) -> Result<Source, Error> {
        let version = Version::new(Source::new(files), self.recorded.clone());
        version.corrected().map_err(|mistakes| {
            let message = "could not correct the description (nothing was written)";
            Error::new(message).diagnosed(placed(mistakes, &self.files, &self.parent))
        })
    }

    /// The translated files with those corrections made that can be, and the status of each.
    pub(crate) fn try_on(&self, files: Vec<(String, Vec<u8>)>) -> Trial {
        let mut trial = Version::new(Source::new(files), self.recorded.clone()).tried();
        let tried = trial.corrections.iter_mut();
        Diagnostics::locate(tried.map(|tried| &mut tried.diagnostic), &self.files);
        trial
    }

    /// The titles that the corrections of a file give to places, by JSON pointer.
    pub(crate) fn titles(&self, path: &str) -> BTreeMap<String, String> {
        let corrections = self.recorded.values().flat_map(|file| &file.corrections);
        let mut titles = BTreeMap::new();
        for correction in corrections.filter(|correction| correction.file == path) {
            let Some(value) = &correction.value else {
                continue;
            };
            match correction.pointer.strip_suffix("/title") {
                Some(place) => {
                    titles.extend(value.as_str().map(|t| (place.to_owned(), t.to_owned())))
                }
                None => titles_in(value, &mut correction.pointer.clone(), &mut titles),
            }
        }
        titles
    }
}

/// The titles inside the new value of a correction.
fn titles_in(value: &Value, pointer: &mut String, titles: &mut BTreeMap<String, String>) {
    let mut below = |token: &str, value| {
        let length = pointer.len();
        push_token(pointer, token);
        titles_in(value, pointer, titles);
        pointer.truncate(length);
    };
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| below(key, value));
            if let Some(Value::String(title)) = members.get("title") {
                titles.insert(pointer.clone(), title.clone());
            }
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| below(&index.to_string(), item));
        }
        _ => {}
    }
}

fn is_correction(name: &str) -> bool {
    name.ends_with(".json") && !name.starts_with('.') && name != SCHEMA_FILE
}

/// Mistakes in files of corrections, with the paths of those on disk.
fn placed(mistakes: Vec<Diagnostic>, files: &Source, parent: &Path) -> Diagnostics {
    Diagnostics::resolve(mistakes, files).below(&shell::folder(parent))
}
