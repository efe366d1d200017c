//! The differences between what is emitted and what lies on the disk.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use codegen::FileSet;

use crate::Error;

/// What lies in the folder of the emitted crate without being part of it: what cargo makes there,
/// and git's own, where the crate is a checkout of its own. It is neither compared nor removed.
pub(super) const KEPT: [&str; 3] = ["target", "Cargo.lock", ".git"];

/// How a file that is emitted stands against the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Same,
    Changed,
    Missing,
}

/// The emitted crate against a folder.
pub(super) struct Comparison<'a> {
    /// Every emitted file: path, text and how it stands.
    pub(super) files: Vec<(&'a str, &'a str, State)>,
    /// The files that nothing emits: the path below the folder, and the path to it.
    pub(super) orphans: BTreeMap<String, PathBuf>,
}

impl<'a> Comparison<'a> {
    /// Compares `files` with `folder`, which need not exist.
    pub(super) fn new(files: &'a FileSet, folder: &Path) -> Result<Self, Error> {
        let mut orphans = BTreeMap::new();
        list(folder, "", &mut orphans)?;
        orphans.retain(|path, _| {
            let top = path.split('/').next().unwrap_or(path);
            !KEPT.contains(&top) || files.get(path).is_some()
        });
        let mut compared = Vec::new();
        for (path, text) in files.iter() {
            let state = match orphans.remove(path) {
                None => State::Missing,
                Some(found) => state(&found, text)?,
            };
            compared.push((path, text, state));
        }
        Ok(Comparison {
            files: compared,
            orphans,
        })
    }

    /// Whether there is nothing to do.
    pub(super) fn is_clean(&self) -> bool {
        self.orphans.is_empty() && self.count(State::Same) == self.files.len()
    }

    pub(super) fn count(&self, state: State) -> usize {
        self.files.iter().filter(|file| file.2 == state).count()
    }
}

/// How the file at `found` stands against the text that belongs there.
fn state(found: &Path, text: &str) -> Result<State, Error> {
    let metadata = fs::symlink_metadata(found).map_err(|e| Error::io("read", found, e))?;
    if !metadata.is_file() {
        return Ok(State::Changed);
    }
    let bytes = fs::read(found).map_err(|error| Error::io("read", found, error))?;
    Ok(if is_same(&bytes, text) {
        State::Same
    } else {
        State::Changed
    })
}

/// Whether a file says what it should. Git may have checked it out with CR LF: that is no
/// difference.
pub(super) fn is_same(bytes: &[u8], text: &str) -> bool {
    bytes == text.as_bytes()
        || (bytes.contains(&b'\r')
            && std::str::from_utf8(bytes)
                .is_ok_and(|found| found.replace("\r\n", "\n") == text.replace("\r\n", "\n")))
}

/// Adds everything below `folder` that is no folder; symbolic links are not followed.
fn list(folder: &Path, prefix: &str, found: &mut BTreeMap<String, PathBuf>) -> Result<(), Error> {
    let entries = match fs::read_dir(folder) {
        Err(error) if prefix.is_empty() && error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(|error| Error::io("read", folder, error))?,
    };
    for entry in entries {
        let entry = entry.map_err(|error| Error::io("read", folder, error))?;
        let name = entry.file_name();
        let path = format!("{prefix}{}", name.to_string_lossy());
        let kind = entry
            .file_type()
            .map_err(|error| Error::io("read", &entry.path(), error))?;
        let kept = prefix.is_empty() && KEPT.iter().any(|kept| name == *kept);
        if !kind.is_dir() {
            found.insert(path, entry.path());
        } else if !kept {
            list(&entry.path(), &format!("{path}/"), found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_endings_of_a_checkout_are_no_difference() {
        assert!(is_same(b"a\r\nb\r\n", "a\nb\n"));
        assert!(is_same(b"a\nb\n", "a\nb\n"));
        assert!(!is_same(b"a\rb\n", "a\nb\n"));
        assert!(!is_same(b"a\n", "a\nb\n"));
        assert!(!is_same(b"\xff\r\n", "\u{fffd}\n"));
    }
}
