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
    /// This lies in its place, which is no regular file.
    Replaced(&'static str),
    /// One of the orphans lies where a folder on the way to it has to be.
    Blocked,
}

/// What lies in the folder of the emitted crate.
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// What it is, where it is no regular file.
    pub(super) special: Option<&'static str>,
}

/// The emitted crate against a folder.
pub(super) struct Comparison<'a> {
    /// Every emitted file: path, text and how it stands.
    pub(super) files: Vec<(&'a str, &'a str, State)>,
    /// What nothing emits, by its path below the folder: it is removed.
    pub(super) orphans: BTreeMap<String, Found>,
    /// What nothing emits and is kept all the same.
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

    /// Keeps some of what nothing emits.
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

    /// Whether an orphan lies where the emitted crate has a folder.
    pub(super) fn blocks(&self, orphan: &str) -> bool {
        let mut blocked = self.files.iter().filter(|file| file.2 == State::Blocked);
        blocked.any(|(path, ..)| ancestors(path).any(|folder| folder == orphan))
    }
}

/// How the file at `found` stands against the text that belongs there.
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

/// What this is, if it is no regular file. Such a thing is told by this word and never opened: a
/// link leads to what may be no part of the project and nobody's business, and a pipe is waited for.
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

/// Whether something that nothing emits lies where a folder on the way to `path` has to be.
fn is_blocked(path: &str, orphans: &BTreeMap<String, Found>) -> bool {
    ancestors(path).any(|folder| orphans.contains_key(folder))
}

/// The folders that an emitted file lies in, by their paths below that of the crate.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(slash, _)| &path[..slash])
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
