//! Schemas in memory, to be edited.

use std::collections::BTreeMap;
use std::path::Path;

use codegen::{Diagnostics, FileSet, Source};

/// The files of a folder of schemas, by path.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schemas(BTreeMap<String, Vec<u8>>);

impl Schemas {
    /// The schemas of the audit logs.
    pub fn audit_logs() -> Self {
        Self::of(&tests::audit_logs())
    }

    /// The same schemas as the vendor's description, which corrections may be recorded for.
    pub fn imported() -> Self {
        Self::audit_logs().edit("api.json", "{", r#"{"upstream": "1","#)
    }

    /// The schemas in a folder.
    pub fn of(folder: &Path) -> Self {
        let source = xtask::schemas::read(folder).unwrap();
        let files = source.files();
        Schemas(
            files
                .map(|(path, bytes)| (path.to_owned(), bytes.to_vec()))
                .collect(),
        )
    }

    /// Adds a file, or replaces it.
    pub fn with(mut self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.0.insert(path.to_owned(), text.as_ref().to_vec());
        self
    }

    /// Removes a file.
    pub fn without(mut self, path: &str) -> Self {
        assert!(self.0.remove(path).is_some(), "{path} is there");
        self
    }

    /// Replaces the first occurrence of a string in a file.
    pub fn edit(mut self, path: &str, from: &str, to: &str) -> Self {
        let text = self.text(path);
        assert!(text.contains(from), "{path} contains {from}");
        let text = text.replacen(from, to, 1);
        self.0.insert(path.to_owned(), text.into_bytes());
        self
    }

    /// The paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The content of a file.
    pub fn text(&self, path: &str) -> &str {
        std::str::from_utf8(&self.0[path]).unwrap()
    }

    /// The input for the generator.
    pub fn source(&self) -> Source {
        Source::new(self.0.clone())
    }

    /// Runs the generator.
    pub fn generate(&self) -> Result<FileSet, Diagnostics> {
        codegen::generate(&self.source())
    }
}
