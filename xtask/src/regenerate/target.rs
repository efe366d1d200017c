//! The target folder, and the scratch folders beside it.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use codegen::is_emitted;
use tempfile::TempDir;

use super::compare::{KEPT, special};
use crate::files::{RANDOM, is_random};
use crate::{Error, shell};

/// Inside a scratch folder: the new tree, until it is swapped with the old one.
const NEW: &str = "new";
/// Inside a scratch folder: the old tree, if they cannot be swapped in one step.
const OLD: &str = "old";
/// Inside a scratch folder: the file that marks it as ours.
const MARK: &str = "mark";
/// The content of that file.
const MARK_TEXT: &str = "A scratch folder of `cargo xtask`: the next run removes it.\n";

/// The folder of the emitted crate: replaced as a whole or not at all.
///
/// A new tree is created in a scratch folder beside it, named `.NAME.new-…`, and swapped in. The
/// next run cleans up after a killed one, see [`Target::recover`].
#[derive(Debug)]
pub(crate) struct Target {
    parent: PathBuf,
    name: String,
    path: PathBuf,
}

/// The path once its missing folders are created: without `..`, which could lead from a missing
/// folder to an existing one.
pub(super) fn resolved(path: &Path) -> io::Result<PathBuf> {
    let mut resolved = PathBuf::new();
    for component in std::path::absolute(path)?.components() {
        match component {
            Component::ParentDir => {
                resolved.pop();
            }
            component => resolved.push(component),
        }
        if let Ok(canonical) = fs::canonicalize(&resolved) {
            resolved = canonical;
        }
    }
    Ok(resolved)
}

impl Target {
    /// Locates the folder `out`, which need not exist.
    pub(crate) fn locate(out: &Path) -> Result<Self, Error> {
        let failed = |error| Error::io("write", out, error);
        let path = match fs::canonicalize(out) {
            Ok(path) => path,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !out.is_symlink() => {
                resolved(out).map_err(failed)?
            }
            Err(error) => return Err(failed(error)),
        };
        if path.exists() && !path.is_dir() {
            return Err(failed(io::ErrorKind::NotADirectory.into()));
        }
        match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => Ok(Target {
                parent: parent.to_owned(),
                name: name.to_string_lossy().into_owned(),
                path,
            }),
            _ => Err(failed(io::ErrorKind::InvalidInput.into())
                .help("name a folder of its own with --out DIR")),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The nearest existing folder around the target: its lock serializes runs.
    pub(crate) fn lockable(&self) -> &Path {
        let mut ancestors = self.parent.ancestors();
        ancestors.find(|a| a.is_dir()).unwrap_or(&self.parent)
    }

    /// Refuses a folder that contains a user's work.
    pub(super) fn refuse_foreign(&self, schemas: &Path) -> Result<(), Error> {
        let taken = |reason: &str, help: &str| {
            let folder = shell::folder(&self.path);
            let error = Error::new(format!("could not write {folder}: {reason}"));
            Err(error.help(format!("name another folder with --out DIR{help}")))
        };
        if let Ok(schemas) = fs::canonicalize(schemas) {
            if schemas.starts_with(&self.path) {
                return taken("it contains the schemas", "");
            }
            if self.path.starts_with(&schemas) {
                return taken("it is inside the schemas, which would be read with it", "");
            }
        }
        let Ok(entries) = fs::read_dir(&self.path) else {
            return Ok(());
        };
        let is_kept = |entry: fs::DirEntry| KEPT.iter().any(|kept| entry.file_name() == *kept);
        if entries.flatten().all(is_kept) || self.is_ours() {
            return Ok(());
        }
        let reason = "it contains files that were not generated";
        taken(reason, ", or empty this one first")
    }

    /// Refuses to overwrite or remove files that are a user's work, if there are any. Each has its
    /// kind, unless it is a regular file.
    pub(crate) fn refuse_to_lose<'p>(
        &self,
        files: impl Iterator<Item = (&'p str, Option<&'static str>)>,
        why: &str,
        help: &str,
    ) -> Result<(), Error> {
        const SHOWN: usize = 100;
        let named = files.map(|(path, kind)| match kind {
            Some(kind) => format!("`{path}` ({kind})"),
            None => format!("`{path}`"),
        });
        let mut files: Vec<_> = named.collect();
        if files.is_empty() {
            return Ok(());
        }
        let more = files.len().saturating_sub(SHOWN);
        files.truncate(SHOWN);
        let (folder, mut names) = (shell::folder(&self.path), files.join(", "));
        if more > 0 {
            names.push_str(&format!(" and {}", shell::count(more, "other")));
        }
        Err(Error::new(format!("could not write {folder}: {why}: {names}")).help(help))
    }

    /// Refuses to replace anything but a regular file by a file, or anything but a folder by a
    /// folder on its path.
    pub(crate) fn refuse_other_kinds<'p>(
        &self,
        files: impl Iterator<Item = &'p str>,
        help: &str,
    ) -> Result<(), Error> {
        for file in files {
            let path = self.path.join(file);
            let way: Vec<_> = path.ancestors().take_while(|p| *p != self.path).collect();
            for place in way.into_iter().rev() {
                let Ok(metadata) = fs::symlink_metadata(place) else {
                    break;
                };
                let found = match special(metadata.file_type()) {
                    Some(kind) if place == path || !metadata.is_dir() => kind,
                    None if place != path => "a file",
                    _ => continue,
                };
                let wanted = if place == path { "file" } else { "folder" };
                let reason = format!("found {found}, expected a {wanted}");
                let place = shell::path(place);
                let error = Error::new(format!("could not write {place}: {reason}"));
                return Err(error.help(help));
            }
        }
        Ok(())
    }

    /// Whether the manifest has the generator's header, or else, if missing, the root module.
    fn is_ours(&self) -> bool {
        let says_so = |name| {
            let path = self.path.join(name);
            // Reading a pipe would block, and a link is replaced whatever its target.
            let is_file = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
            is_file.then(|| fs::read_to_string(path).is_ok_and(|text| is_emitted(&text)))
        };
        says_so("Cargo.toml")
            .or_else(|| says_so("src/lib.rs"))
            .unwrap_or(false)
    }

    /// Creates a scratch folder on the target's file system. Dropping it removes it.
    pub(super) fn scratch(&self) -> Result<(TempDir, PathBuf), Error> {
        let failed = |error| Error::io("write in", &self.parent, error);
        fs::create_dir_all(&self.parent).map_err(failed)?;
        let scratch = tempfile::Builder::new()
            .prefix(&self.prefix())
            .rand_bytes(RANDOM)
            .tempdir_in(&self.parent)
            .map_err(failed)?;
        fs::write(scratch.path().join(MARK), MARK_TEXT).map_err(failed)?;
        // Only its owner can access the scratch folder; the tree has the usual permissions.
        let new = scratch.path().join(NEW);
        fs::create_dir(&new).map_err(failed)?;
        Ok((scratch, new))
    }

    /// Swaps the new tree in, and moves kept entries into it.
    pub(super) fn replace(&self, scratch: TempDir) -> Result<(), Error> {
        let new = scratch.path().join(NEW);
        let old = scratch.path().join(OLD);
        let failed = |error| Error::io("replace", &self.path, error);
        sync_folder(scratch.path()).map_err(failed)?;
        swap(&new, &self.path, &old).map_err(failed)?;
        let _ = sync_folder(&self.parent);
        if let Err(error) = self.bring_back(scratch.path()) {
            // The old tree still contains entries to keep: leave it for the next run.
            let _ = scratch.keep();
            return Err(error);
        }
        // The new tree is in place: the next run can remove what this one could not.
        let _ = remove_scratch(&scratch.keep());
        Ok(())
    }

    /// Cleans up after killed runs: restores the old tree if the new one did not replace it, moves
    /// kept entries back, and removes the scratch folders.
    pub(crate) fn recover(&self) -> Result<(), Error> {
        let Ok(entries) = fs::read_dir(&self.parent) else {
            return Ok(());
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let random = name.strip_prefix(&self.prefix());
            if !random.is_some_and(|random| is_scratch(&entry, random)) {
                continue;
            }
            let old = entry.path().join(OLD);
            if !self.path.exists() && old.exists() {
                fs::rename(&old, &self.path)
                    .map_err(|error| Error::io("restore", &self.path, error))?;
            }
            self.bring_back(&entry.path())?;
            remove_scratch(&entry.path())
                .map_err(|error| Error::io("remove", &entry.path(), error))?;
        }
        Ok(())
    }

    /// Moves kept entries from the trees in a scratch folder to the target.
    fn bring_back(&self, scratch: &Path) -> Result<(), Error> {
        if !self.path.exists() {
            return Ok(());
        }
        for tree in [OLD, NEW] {
            for name in KEPT {
                let from = scratch.join(tree).join(name);
                let to = self.path.join(name);
                if from.symlink_metadata().is_ok() && to.symlink_metadata().is_err() {
                    fs::rename(&from, &to).map_err(|error| Error::io("move back", &to, error))?;
                }
            }
        }
        Ok(())
    }

    /// The prefix of the names of scratch folders. The dot hides them from cargo and from `ls`.
    fn prefix(&self) -> String {
        format!(".{}.new-", self.name)
    }
}

/// Whether this is a scratch folder, judged by its content: it is empty, as a run killed early
/// leaves it, or has the mark. `random` is the end of its name.
fn is_scratch(entry: &fs::DirEntry, random: &str) -> bool {
    // A link is not followed.
    if !is_random(random) || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
        return false;
    }
    let folder = entry.path();
    let Ok(entries) = fs::read_dir(&folder) else {
        return false;
    };
    let names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    let is_known = |name: &OsString| [NEW, OLD, MARK].iter().any(|known| name == known);
    let mark = folder.join(MARK);
    let is_marked = || {
        fs::symlink_metadata(&mark).is_ok_and(|metadata| metadata.is_file())
            && fs::read(&mark).is_ok_and(|text| text == MARK_TEXT.as_bytes())
    };
    names.is_empty() || (names.iter().all(is_known) && is_marked())
}

/// Removes a scratch folder, the mark after the trees: a run that is killed here leaves a folder
/// that is still recognized.
fn remove_scratch(folder: &Path) -> io::Result<()> {
    for tree in [OLD, NEW] {
        match fs::remove_dir_all(folder.join(tree)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::remove_dir_all(folder)
}

/// Moves `new` to `target`. Afterwards the old tree, if there was one, is at `new` or `old`.
fn swap(new: &Path, target: &Path, old: &Path) -> io::Result<()> {
    if !target.exists() {
        return fs::rename(new, target);
    }
    match exchange(new, target) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
            ) =>
        {
            rename_twice(new, target, old)
        }
        done => done,
    }
}

/// Swaps two folders in one step, so that readers see one or the other.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// For systems and file systems without an exchange: the target is missing for an instant between
/// the two renames. If the process dies then, [`Target::recover`] restores the old one.
fn rename_twice(new: &Path, target: &Path, old: &Path) -> io::Result<()> {
    fs::rename(target, old)?;
    fs::rename(new, target).inspect_err(|_| {
        let _ = fs::rename(old, target);
    })
}

/// Makes the entries of a folder durable. Windows does not support that for folders.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scratch folder as a killed run leaves it.
    fn scratch(folder: &TempDir) -> PathBuf {
        let scratch = folder.path().join(".out.new-a1B2c3");
        fs::create_dir(&scratch).unwrap();
        fs::write(scratch.join(MARK), MARK_TEXT).unwrap();
        scratch
    }

    fn target(folder: &TempDir) -> Target {
        Target::locate(&folder.path().join("out")).unwrap()
    }

    fn emitted(comment: &str) -> String {
        let hash = "0".repeat(64);
        format!(
            "{comment}@generated by `cargo xtask regenerate`; do not edit.\n\
             {comment}Output: sha256 {hash}\n"
        )
    }

    #[test]
    fn a_folder_that_only_looks_like_a_scratch_folder_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for name in [".out.new-mine", ".out.new-mine12", ".out.new-marked"] {
            fs::create_dir_all(at(name).join("new")).unwrap();
            fs::write(at(name).join("new/file"), "mine").unwrap();
        }
        fs::write(at(".out.new-marked/mark"), "mine").unwrap();
        fs::create_dir_all(at(".out.new-more12/new")).unwrap();
        fs::write(at(".out.new-more12/mark"), MARK_TEXT).unwrap();
        fs::write(at(".out.new-more12/file"), "mine").unwrap();
        let before = entries(folder.path());
        target(&folder).recover().unwrap();
        assert_eq!(entries(folder.path()), before);
        fs::create_dir(at(".out.new-a1b2c3")).unwrap();
        target(&folder).recover().unwrap();
        assert_eq!(
            entries(folder.path()),
            before,
            "one that is empty is removed"
        );
    }

    fn entries(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn two_renames_do_what_one_exchange_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("new")).unwrap();
        fs::create_dir_all(path("target")).unwrap();
        fs::write(path("new/n"), "").unwrap();
        fs::write(path("target/t"), "").unwrap();
        rename_twice(&path("new"), &path("target"), &path("old")).unwrap();
        assert_eq!(entries(&path("target")), ["n"]);
        assert_eq!(entries(&path("old")), ["t"]);
        assert!(rename_twice(&path("absent"), &path("target"), &path("older")).is_err());
        assert_eq!(entries(&path("target")), ["n"], "the old tree is back");
    }

    #[test]
    fn a_run_killed_between_two_renames_is_undone() {
        let folder = tempfile::tempdir().unwrap();
        let scratch = scratch(&folder);
        fs::create_dir_all(scratch.join(OLD)).unwrap();
        fs::create_dir_all(scratch.join(NEW)).unwrap();
        fs::write(scratch.join(OLD).join("o"), "").unwrap();
        target(&folder).recover().unwrap();
        assert_eq!(entries(folder.path()), ["out"]);
        assert_eq!(entries(&folder.path().join("out")), ["o"]);
    }

    #[test]
    fn a_run_killed_after_the_exchange_loses_nothing_that_is_to_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let scratch = scratch(&folder);
        fs::create_dir_all(folder.path().join("out")).unwrap();
        fs::create_dir_all(scratch.join(NEW).join("target")).unwrap();
        fs::write(scratch.join(NEW).join("old.rs"), "").unwrap();
        target(&folder).recover().unwrap();
        assert_eq!(entries(folder.path()), ["out"]);
        assert_eq!(entries(&folder.path().join("out")), ["target"]);
    }

    #[test]
    fn a_folder_of_somebody_elses_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let nowhere = Path::new("/nowhere");
        target(&folder).refuse_foreign(nowhere).unwrap();
        fs::create_dir(&out).unwrap();
        target(&folder).refuse_foreign(nowhere).unwrap();
        fs::create_dir(out.join("target")).unwrap();
        target(&folder).refuse_foreign(nowhere).unwrap();
        fs::write(out.join("Cargo.toml"), "[package]\n").unwrap();
        let error = target(&folder).refuse_foreign(nowhere).unwrap_err();
        assert!(error.to_string().ends_with("files that were not generated"));
        assert!(error.remedy().is_some());
        let mentioned = "# src/a.rs is @generated\n[package]\n";
        fs::write(out.join("Cargo.toml"), mentioned).unwrap();
        target(&folder).refuse_foreign(nowhere).unwrap_err();
        fs::write(out.join("Cargo.toml"), emitted("# ")).unwrap();
        target(&folder).refuse_foreign(nowhere).unwrap();
        assert!(target(&folder).refuse_foreign(&out).is_err());
    }

    #[test]
    fn a_deleted_manifest_does_not_make_the_folder_foreign() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out/src");
        fs::create_dir_all(&out).unwrap();
        fs::write(out.join("lib.rs"), emitted("// ")).unwrap();
        target(&folder)
            .refuse_foreign(Path::new("/nowhere"))
            .unwrap();
    }
}
