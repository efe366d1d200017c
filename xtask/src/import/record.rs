//! The record of an import. The next import recognizes its files with it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::files::sha256;

/// The file's name in a folder of schemas: hidden, so that it is not read as one of them.
pub(super) const NAME: &str = ".imported";

const HEADER: &str = "\
# The files that `cargo xtask import` wrote here, with the SHA-256 of each: the next import removes
# those that the description no longer has, unless they were edited.
";

/// The files that an import wrote, each with the hash of its content.
#[derive(Debug, Default)]
pub(super) struct Record(BTreeMap<String, String>);

impl Record {
    /// Records files that are about to be written.
    pub(super) fn of(files: &[(String, String)]) -> Self {
        let files = files.iter();
        Record(
            files
                .map(|(path, text)| (path.clone(), sha256(text)))
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

    /// Whether an import wrote this file, and nobody edited it since. Line endings are ignored.
    pub(super) fn has(&self, path: &str, bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        self.0
            .get(path)
            .is_some_and(|known| *known == sha256(&text))
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
