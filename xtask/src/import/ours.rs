//! The schemas that are already there: their words stay.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::documents::{self, Documents};
use super::record::Record;
use super::words::Words;
use crate::regenerate::Target;
use crate::{Error, shell};

/// The words of the present schemas, by file.
pub(super) struct Ours(BTreeMap<String, Words>);

impl Ours {
    /// Reads the words of those files that the import writes or removes. Those of `api.json` are
    /// in the given text, which may come from another folder.
    pub fn read(
        target: &Target,
        api: &str,
        documents: &Documents,
        earlier: &Record,
    ) -> Result<Self, Error> {
        let removed = earlier
            .paths()
            .filter(|path| is_unedited(target, earlier, path));
        let paths: BTreeSet<String> = documents
            .paths()
            .map(str::to_owned)
            .chain(removed)
            .collect();
        let mut ours = BTreeMap::new();
        for path in paths.into_iter().filter(|path| path.ends_with(".json")) {
            let bytes = match path.as_str() {
                "api.json" => api.as_bytes().to_owned(),
                path => match fs::read(target.path().join(path)) {
                    Ok(bytes) => bytes,
                    Err(_) => continue,
                },
            };
            let file = shell::path(&target.path().join(&path));
            let mut document = documents::parse(&file, &bytes).map_err(|error| {
                error.help("an import keeps the words in it: fix the file, or delete it")
            })?;
            ours.insert(path.clone(), Words::take(&path, &mut document));
        }
        Ok(Ours(ours))
    }

    /// Moves the words into the documents, and returns those whose place is gone: a line for each.
    pub fn merge(self, documents: &mut Documents) -> Vec<String> {
        let mut lost = Vec::new();
        for (path, words) in self.0 {
            let words = documents.put(&path, words);
            lost.extend(
                words
                    .iter()
                    .map(|(pointer, key)| format!("{path}#{pointer}: {key}")),
            );
        }
        lost
    }
}

/// Whether the facts of a file are those that an import wrote.
fn is_unedited(target: &Target, earlier: &Record, path: &str) -> bool {
    fs::read(target.path().join(path)).is_ok_and(|bytes| earlier.has(path, &bytes))
}
