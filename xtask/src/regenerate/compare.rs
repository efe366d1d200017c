//! The differences between the output of the generator and the files on disk.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use codegen::FileSet;

use crate::Error;

/// Entries in the folder of the emitted crate that are not part of it: cargo's output, and git's
/// data if the crate is its own checkout. They are neither compared nor removed.
pub(super) const KEPT: [&str; 3] = ["target", "Cargo.lock", ".git"];

/// The state of an emitted file on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Same,
    Changed,
    Missing,
    /// It was replaced by this, which is not a regular file.
    Replaced(&'static str),
    /// An orphan is in place of one of its folders.
    Blocked,
}

/// An entry of the folder of the emitted crate.
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Its kind, if it is not a regular file.
    pub(super) special: Option<&'static str>,
}

/// The emitted crate, compared with a folder.
pub(super) struct Comparison<'a> {
    /// Every emitted file: path, content and state.
    pub(super) files: Vec<(&'a str, &'a str, State)>,
    /// Entries that nothing emits, by their paths below the folder: they are removed.
    pub(super) orphans: BTreeMap<String, Found>,
    /// Entries that nothing emits, but are kept.
    pub(super) kept: BTreeMap<String, Found>,
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
                None if is_blocked(path, &orphans) => State::Blocked,
                None => State::Missing,
                Some(found) => state(&found.path, text)?,
            };
            compared.push((path, text, state));
        }
        Ok(Comparison {
            files: compared,
            orphans,
            kept: BTreeMap::new(),
        })
    }

    /// Keeps some of the entries that nothing emits.
    pub(super) fn keep(&mut self, is_kept: impl Fn(&str, &Found) -> bool) {
        let orphans = std::mem::take(&mut self.orphans).into_iter();
        (self.kept, self.orphans) = orphans.partition(|(path, found)| is_kept(path, found));
    }

    /// Whether there is nothing to do.
    pub(super) fn is_clean(&self) -> bool {
        self.orphans.is_empty() && self.count(State::Same) == self.files.len()
    }

    pub(super) fn count(&self, state: State) -> usize {
        self.files.iter().filter(|file| file.2 == state).count()
    }

    /// Whether an orphan is in place of a folder of the emitted crate.
    pub(super) fn blocks(&self, orphan: &str) -> bool {
        let mut blocked = self.files.iter().filter(|file| file.2 == State::Blocked);
        blocked.any(|(path, ..)| ancestors(path).any(|folder| folder == orphan))
    }
}

/// The state of the file at `found` with the given required content.
pub(super) fn state(found: &Path, text: &str) -> Result<State, Error> {
    let metadata = match fs::symlink_metadata(found) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Missing),
        metadata => metadata.map_err(|error| Error::io("read", found, error))?,
    };
    if let Some(special) = special(metadata.file_type()) {
        return Ok(State::Replaced(special));
    }
    let bytes = fs::read(found).map_err(|error| Error::io("read", found, error))?;
    Ok(if is_same(&bytes, text) {
        State::Same
    } else {
        State::Changed
    })
}

/// The kind of an entry, if it is not a regular file. Such an entry is reported by its kind and
/// never opened: the target of a link may be private, and reading a pipe would block.
pub(super) fn special(kind: fs::FileType) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a named pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
    }
    match kind {
        _ if kind.is_file() => None,
        _ if kind.is_symlink() => Some("a symbolic link"),
        _ if kind.is_dir() => Some("a folder"),
        _ => Some("a device"),
    }
}

/// Whether something that nothing emits is in place of a folder of `path`.
fn is_blocked(path: &str, orphans: &BTreeMap<String, Found>) -> bool {
    ancestors(path).any(|folder| orphans.contains_key(folder))
}

/// The folders that contain an emitted file, by their paths below that of the crate.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(slash, _)| &path[..slash])
}

/// Whether a file has the required content. Git may have checked it out with CR LF, which makes no
/// difference.
pub(super) fn is_same(bytes: &[u8], text: &str) -> bool {
    bytes == text.as_bytes()
        || (bytes.contains(&b'\r')
            && std::str::from_utf8(bytes)
                .is_ok_and(|found| found.replace("\r\n", "\n") == text.replace("\r\n", "\n")))
}

/// Adds everything below `folder` that is not a folder; symbolic links are not followed.
fn list(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Found>) -> Result<(), Error> {
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
            let lies_there = Found {
                path: entry.path(),
                special: special(kind),
            };
            found.insert(path, lies_there);
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
