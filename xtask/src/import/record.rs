//! The record of an import. The next import recognizes its files with it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use codegen::normal::Json;

use super::documents;
use super::words::Words;
use crate::files::sha256;

/// The file's path in a folder of schemas.
pub(super) const NAME: &str = "upstream/facts.txt";

const HEADER: &str = "\
# The files that `cargo xtask import` wrote here, with the SHA-256 of the facts in each: its JSON
# without the words. The next import replaces or removes files whose facts nobody edited.
";

/// The files that an import wrote, each with the hash of its facts.
#[derive(Debug, Default)]
pub(super) struct Record(BTreeMap<String, String>);

impl Record {
    /// Records files that are about to be written.
    pub(super) fn of(files: &[(String, String)]) -> Self {
        let files = files.iter();
        Record(
            files
                .map(|(path, text)| (path.clone(), facts(path, text.as_bytes())))
                .collect(),
        )
    }

    /// The record of the last import into a folder; empty if there is none, or if it is invalid.
    pub(super) fn read(folder: &Path) -> Self {
        let path = folder.join(NAME);
        let is_file = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
        let text = is_file.then(|| fs::read_to_string(&path).ok()).flatten();
        let text = text.unwrap_or_default().replace("\r\n", "\n");
        let lines = text.strip_prefix(HEADER).unwrap_or_default().lines();
        let files = lines.filter_map(|line| line.split_once("  "));
        Record(
            files
                .map(|(hash, path)| (path.to_owned(), hash.to_owned()))
                .collect(),
        )
    }

    /// Whether an import wrote the facts of this file, and nobody edited them since.
    pub(super) fn has(&self, path: &str, bytes: &[u8]) -> bool {
        self.0
            .get(path)
            .is_some_and(|known| *known == facts(path, bytes))
    }

    /// The files' paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = String> {
        self.0.keys().cloned()
    }

    /// The record as a file: no path in it has a line break.
    pub(super) fn text(&self) -> String {
        let mut text = HEADER.to_owned();
        for (path, hash) in &self.0 {
            let _ = writeln!(text, "{hash}  {path}"); // a String takes everything
        }
        text
    }
}

/// The hash of a file's facts, whatever their order; of its text, ignoring line endings, if the
/// file is not JSON.
pub(crate) fn facts(path: &str, bytes: &[u8]) -> String {
    match documents::parse(path, bytes) {
        Ok(mut document) => {
            Words::take(path, &mut document);
            if let ("api.json", Json::Object(members)) = (path, &mut document) {
                // The rest is ours.
                members.retain(|key, _| ["version", "params"].contains(&key.as_str()));
            }
            sha256(document.to_value().to_string())
        }
        Err(_) => sha256(String::from_utf8_lossy(bytes).replace("\r\n", "\n")),
    }
}
