//! The input of the generator: files in memory.

use std::collections::BTreeMap;

/// The files below `schemas/`, in memory.
///
/// Paths are relative to that folder, with `/` between their parts, e.g. `types/error.json`.
#[derive(Debug, Clone, Default)]
pub struct Source {
    files: BTreeMap<String, Vec<u8>>,
}

impl Source {
    /// The source that consists of these files.
    pub fn new(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Source {
            files: files.into_iter().collect(),
        }
    }

    /// The content of a file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// Every file with its path, in the order of the paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// The licences with their paths, which are copied into the emitted crate: those that are text.
    pub(crate) fn licences(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files().filter(|(path, _)| is_licence(path));
        files.filter_map(|(path, bytes)| Some((path, str::from_utf8(bytes).ok()?)))
    }
}

/// Whether a file is a licence: `LICENSE`, or e.g. `LICENSE-MIT`, beside `api.json`.
pub(crate) fn is_licence(path: &str) -> bool {
    path.starts_with("LICENSE") && !path.contains('/')
}
