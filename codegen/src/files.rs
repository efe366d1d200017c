//! The output of the generator: files in memory.

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, Diagnostics};

/// The files of the emitted crate, in memory.
///
/// Paths are relative to the crate's folder, with `/` between their parts, e.g. `src/lib.rs`.
#[derive(Debug, Clone, Default)]
pub struct FileSet {
    files: BTreeMap<String, String>,
    warnings: Option<Diagnostics>,
    notes: Vec<Diagnostic>,
}

/// Two sets are equal if their files are.
impl PartialEq for FileSet {
    fn eq(&self, other: &Self) -> bool {
        self.files == other.files
    }
}

impl Eq for FileSet {}

impl FileSet {
    /// Adds a file.
    pub(crate) fn insert(&mut self, path: impl Into<String>, text: String) {
        self.files.insert(path.into(), text);
    }

    /// Every file with its path, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Adds warnings for the author of the schemas.
    pub(crate) fn warn(&mut self, warnings: Diagnostics) {
        self.warnings = Some(warnings);
    }

    /// Warnings for the author of the schemas, which did not stop the generator. `None` if there
    /// are none.
    pub fn warnings(&self) -> Option<&Diagnostics> {
        self.warnings.as_ref()
    }

    /// Adds notes on how the source was understood.
    pub(crate) fn note(&mut self, notes: Vec<Diagnostic>) {
        self.notes = notes;
    }

    /// Returns notes on how the source was understood: which names differ in Rust because of a
    /// collision.
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }

    /// The content of one file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }
}

impl FromIterator<(String, String)> for FileSet {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(files: I) -> Self {
        FileSet {
            files: files.into_iter().collect(),
            ..FileSet::default()
        }
    }
}
