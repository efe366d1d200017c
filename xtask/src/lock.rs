//! One process at a time.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// An advisory lock on a folder; dropping it, or the end of the process, releases it.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: Option<File>,
}

impl Lock {
    /// Waits for the lock on `folder`; calls `blocked` first if another process has it.
    ///
    /// On Unix the folder itself is locked, so that no lock file remains in a checkout. Some
    /// network file systems do not support locks; there the user must not run two commands at once.
    /// A folder that cannot be opened fails later with a better message.
    pub(crate) fn acquire(folder: &Path, blocked: impl FnOnce()) -> Self {
        let Ok(file) = open(folder) else {
            return Lock { _file: None };
        };
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            blocked();
            let _ = file.lock();
        }
        Lock { _file: Some(file) }
    }

    /// Waits for the locks on several folders; calls `blocked` with those that another process has.
    ///
    /// Locks are always taken in the same order, so that no two processes wait for each other, and
    /// each of them once, since a process would wait for itself.
    pub(crate) fn acquire_all(folders: &[&Path], blocked: impl Fn(&Path)) -> Vec<Self> {
        let real = |folder: &&Path| fs::canonicalize(folder).unwrap_or_else(|_| folder.into());
        let folders: BTreeMap<PathBuf, &Path> = folders
            .iter()
            .map(|folder| (real(folder), *folder))
            .collect();
        let folders = folders.iter();
        folders
            .map(|(real, folder)| Lock::acquire(real, || blocked(folder)))
            .collect()
    }
}

#[cfg(unix)]
fn open(folder: &Path) -> std::io::Result<File> {
    File::open(folder)
}

/// Other systems don't open folders: there a file of the temporary folder is locked instead.
#[cfg(not(unix))]
fn open(folder: &Path) -> std::io::Result<File> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    let name = format!("xtask-{:016x}.lock", hasher.finish());
    File::create(std::env::temp_dir().join(name))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_second_process_waits_until_the_first_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::acquire(folder.path(), || panic!("nobody else has it"));
        let (sender, receiver) = mpsc::channel();
        let path = folder.path().to_owned();
        let second = thread::spawn(move || {
            let waiting = sender.clone();
            let _lock = Lock::acquire(&path, || waiting.send("waiting").unwrap());
            sender.send("has it").unwrap();
        });
        assert_eq!(receiver.recv().unwrap(), "waiting");
        assert!(receiver.recv_timeout(Duration::from_millis(50)).is_err());
        drop(first);
        assert_eq!(receiver.recv().unwrap(), "has it");
        second.join().unwrap();
    }
}
