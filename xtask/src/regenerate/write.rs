//! Makes the files on disk match the schemas.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use codegen::{FileSet, Source};
use tempfile::NamedTempFile;

use super::compare::{Comparison, Found, State, state};
use super::target::{Target, sync_folder};
use super::{Options, Plan};
use crate::files::{is_random, staged};
use crate::lock::Lock;
use crate::{Error, schemas, shell};

/// The result of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// The number of files that were created or overwritten.
    pub written: usize,
    /// The number of files that were up to date, and not touched.
    pub unchanged: usize,
    /// The number of files that were removed, because nothing emits them.
    pub removed: usize,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = shell::count(self.written, "file");
        write!(f, "{files}, {} unchanged", self.unchanged)?;
        match self.removed {
            0 => Ok(()),
            removed => write!(f, ", {removed} removed"),
        }
    }
}

/// Implements [`super::write()`]; passes the source to `announce` before it begins.
pub(super) fn write(options: &Options, announce: impl FnOnce(&Source)) -> Result<Summary, Error> {
    let target = Target::locate(&options.out)?;
    // The schemas are locked too: runs with several outputs write one `descriptor.schema.json`
    // there.
    let _locks = Lock::acquire_all(&[target.lockable(), &options.schemas], |folder| {
        let folder = if folder == target.lockable() {
            target.path()
        } else {
            folder
        };
        shell::blocking(format_args!("another run on {}", shell::folder(folder)));
    });
    let source = schemas::read(&options.schemas)?;
    announce(&source);
    let plan = Plan::new(options, &source)?;
    target.recover()?;
    target.refuse_foreign(&options.schemas)?;
    let comparison = Comparison::new(&plan.files, target.path())?;
    target.refuse_to_lose(
        foreign(&comparison, target.path()).into_iter(),
        "it contains files that were not generated, or were edited since",
        "move them elsewhere, or delete them, and run the command again",
    )?;

    let descriptor_schema = stage_descriptor_schema(options, &plan)?;
    let mut summary = replace(&target, &comparison)?;
    // Last, because it only helps editors and is not part of the crate: if the process dies now,
    // the crate is complete, and the next run writes this file.
    if let Some(file) = descriptor_schema {
        let path = options.descriptor_schema();
        file.persist(&path)
            .map_err(|error| Error::io("write", &path, error.error))?;
        summary.written += 1;
    }
    Ok(summary)
}

/// Whether a file is empty, or known by its content.
fn is_ours(path: &Path, is_known: fn(&str) -> bool) -> bool {
    let bytes = fs::read(path);
    bytes.is_ok_and(|bytes| bytes.is_empty() || is_known(&String::from_utf8_lossy(&bytes)))
}

/// What would be removed or overwritten although no run wrote it: whatever is not a regular file;
/// among files that nothing emits, those that are not as emitted; and in place of an emitted file,
/// one without the header. One with the header was edited by mistake, and is restored.
fn foreign<'c>(
    comparison: &'c Comparison<'_>,
    out: &Path,
) -> BTreeMap<&'c str, Option<&'static str>> {
    let orphans = comparison.orphans.iter();
    let orphans = orphans.filter(|(_, found)| {
        found.special.is_some() || !is_ours(&found.path, codegen::is_as_emitted)
    });
    let orphans = orphans.map(|(path, found)| (path.as_str(), found.special));
    let files = comparison.files.iter();
    let files = files.filter_map(|&(path, _, state)| match state {
        State::Replaced(kind) => Some((path, Some(kind))),
        State::Changed if is_ours(&out.join(path), codegen::is_emitted) => None,
        State::Changed => Some((path, None)),
        State::Same | State::Missing | State::Blocked => None,
    });
    orphans.chain(files).collect()
}

/// Writes an emitted crate to a folder of our own, without locks.
pub(crate) fn write_files(files: &FileSet, folder: &Path) -> Result<(), Error> {
    let target = Target::locate(folder)?;
    target.recover()?;
    replace(&target, &Comparison::new(files, target.path())?).map(drop)
}

/// Writes files to a folder that may contain others, all of them or none. Other files are removed
/// if `is_ours` returns true for their path below the folder and their content.
pub(crate) fn write_around(
    files: &FileSet,
    target: &Target,
    is_ours: impl Fn(&str, &[u8]) -> bool,
) -> Result<Summary, Error> {
    let mut comparison = Comparison::new(files, target.path())?;
    comparison.keep(|path, found| {
        let is_file = found.special.is_none();
        !(is_file && fs::read(&found.path).is_ok_and(|bytes| is_ours(path, &bytes)))
    });
    replace(target, &comparison)
}

/// Replaces the target's tree, if it differs.
fn replace(target: &Target, comparison: &Comparison<'_>) -> Result<Summary, Error> {
    if !comparison.is_clean() {
        let (scratch, new) = target.scratch()?;
        stage(comparison, target.path(), &new)?;
        target.replace(scratch)?;
    }
    let unchanged = comparison.count(State::Same);
    Ok(Summary {
        written: comparison.files.len() - unchanged,
        unchanged,
        removed: comparison.orphans.len(),
    })
}

/// Creates the complete new tree at `new`, with the unchanged files of `old`.
fn stage(comparison: &Comparison<'_>, old: &Path, new: &Path) -> Result<(), Error> {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::from([new.to_owned()]);
    for &(path, text, state) in &comparison.files {
        let to = new.join(path);
        let failed = |error| Error::io("write", &old.join(path), error);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
            let made = parent.ancestors().take_while(|a| a.starts_with(new));
            folders.extend(made.map(Path::to_owned));
        }
        match state {
            State::Same => take_over(&old.join(path), &to).map_err(failed)?,
            _ => create(&to, text).map_err(failed)?,
        }
    }
    for (path, found) in &comparison.kept {
        let to = new.join(path);
        let parent = to.parent().unwrap_or(new);
        fs::create_dir_all(parent)
            .and_then(|()| carry_over(found, &to))
            .map_err(|error| Error::io("keep", &found.path, error).help("move it elsewhere"))?;
        let made = parent.ancestors().take_while(|a| a.starts_with(new));
        folders.extend(made.map(Path::to_owned));
    }
    if let Ok(metadata) = fs::metadata(old) {
        fs::set_permissions(new, metadata.permissions())
            .map_err(|error| Error::io("write", old, error))?;
    }
    for folder in &folders {
        sync_folder(folder).map_err(|error| Error::io("write", old, error))?;
    }
    Ok(())
}

/// Adds an unchanged file to the new tree: the same file, or else a copy with its modification
/// time.
fn take_over(from: &Path, to: &Path) -> io::Result<()> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to)?;
    let copy = File::options().write(true).open(to)?;
    copy.set_modified(fs::metadata(from)?.modified()?)?;
    copy.sync_all()
}

/// Adds a user's file to the new tree.
fn carry_over(found: &Found, to: &Path) -> io::Result<()> {
    match found.special {
        None => take_over(&found.path, to),
        #[cfg(unix)]
        Some("a symbolic link") => std::os::unix::fs::symlink(fs::read_link(&found.path)?, to),
        Some(special) => Err(io::Error::other(format!("it is {special}"))),
    }
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The prefix of a partly written `descriptor.schema.json`. Files with a leading dot are not
/// schemas.
const STAGED: &str = ".descriptor.schema.new-";

/// Replaces `descriptor.schema.json` atomically, if it differs.
fn stage_descriptor_schema(options: &Options, plan: &Plan) -> Result<Option<NamedTempFile>, Error> {
    let path = options.descriptor_schema();
    let Some(text) = &plan.descriptor_schema else {
        return Ok(None);
    };
    let found = match state(&path, text)? {
        State::Same => return Ok(None),
        State::Replaced(kind) => Some(kind),
        State::Changed if !is_ours(&path, codegen::is_emitted) => {
            Some("a file that was not generated")
        }
        _ => None,
    };
    if let Some(found) = found {
        let path = shell::path(&path);
        return Err(Error::new(format!("could not write {path}: found {found}"))
            .help("move it elsewhere, or delete it, and run the command again"));
    }
    let write = || {
        clear_staged(&options.schemas)?;
        staged(&options.schemas, STAGED, text)
    };
    let file = write().map_err(|error| Error::io("write", &path, error))?;
    Ok(Some(file))
}

/// Removes the leftovers of killed runs from the schemas.
fn clear_staged(schemas: &Path) -> io::Result<()> {
    for entry in fs::read_dir(schemas)? {
        let entry = entry?;
        if is_staged(&entry) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether this is a leftover of a killed run, judged by its name and content.
fn is_staged(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let random = name.to_str().and_then(|name| name.strip_prefix(STAGED));
    random.is_some_and(is_random)
        && entry.file_type().is_ok_and(|kind| kind.is_file())
        && fs::read_to_string(entry.path())
            .is_ok_and(|text| text.is_empty() || codegen::is_emitted(&text))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::super::{check, write};
    use super::{File, Options, Path, fs, schemas};
    use crate::workspace::Workspace;

    /// A copy of the project's schemas, and a target folder.
    fn project() -> (tempfile::TempDir, Options) {
        let folder = tempfile::tempdir().unwrap();
        let source =
            schemas::read(&Workspace::find().unwrap().root().join("tests/audit-logs")).unwrap();
        let options = Options {
            schemas: folder.path().join("schemas"),
            out: folder.path().join("out"),
            runtime: None,
            deny_warnings: false,
        };
        for (path, bytes) in source.files() {
            let path = options.schemas.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        (folder, options)
    }

    fn age(path: &Path) -> SystemTime {
        fs::metadata(path).unwrap().modified().unwrap()
    }

    /// Sets a file's modification time to an hour ago.
    fn make_old(path: &Path) -> SystemTime {
        let then = SystemTime::now() - Duration::from_secs(3600);
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(then).unwrap();
        age(path)
    }

    #[test]
    fn a_second_run_touches_nothing() {
        let (_folder, options) = project();
        let first = write(&options).unwrap();
        assert!(first.written > 0 && first.unchanged == 0);
        let then = make_old(&options.out.join("Cargo.toml"));
        let folder_then = age(&options.out);
        let second = write(&options).unwrap();
        assert_eq!((second.written, second.removed), (0, 0));
        assert_eq!(second.unchanged, first.written);
        assert_eq!(age(&options.out.join("Cargo.toml")), then);
        assert_eq!(age(&options.out), folder_then);
    }

    #[test]
    fn an_edited_file_is_put_right_and_the_others_keep_their_age() {
        let (folder, options) = project();
        write(&options).unwrap();
        let before = fs::read_to_string(options.out.join("src/lib.rs")).unwrap();
        fs::write(options.out.join("src/lib.rs"), format!("{before}// edited")).unwrap();
        fs::write(options.out.join("orphan.rs"), "").unwrap();
        fs::create_dir(options.out.join("target")).unwrap();
        let then = make_old(&options.out.join("Cargo.toml"));
        let summary = write(&options).unwrap();
        assert_eq!((summary.written, summary.removed), (1, 1));
        assert_eq!(
            fs::read_to_string(options.out.join("src/lib.rs")).unwrap(),
            before
        );
        assert_eq!(age(&options.out.join("Cargo.toml")), then);
        assert!(!options.out.join("orphan.rs").exists());
        assert!(options.out.join("target").exists());
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            2,
            "no scratch folder is left"
        );
    }

    #[test]
    fn mistakes_leave_everything_as_it_was() {
        let (folder, options) = project();
        fs::write(options.schemas.join("types/error.json"), "{").unwrap();
        let error = write(&options).unwrap_err();
        assert!(error.diagnostics().is_some());
        assert!(
            error.to_string().ends_with("(nothing was written)"),
            "{error}"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_descriptor_schema_is_kept_in_step() {
        let (_folder, options) = project();
        write(&options).unwrap();
        let path = options.descriptor_schema();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}\n")).unwrap();
        assert_eq!(check(&options).unwrap().len(), 1);
        assert_eq!(write(&options).unwrap().written, 1);
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert!(check(&options).unwrap().is_empty());
        fs::write(&path, "{}").unwrap();
        let error = write(&options).unwrap_err().to_string();
        assert!(
            error.ends_with("found a file that was not generated"),
            "{error}"
        );
    }

    #[test]
    fn a_reader_always_finds_a_tree() {
        let (folder, options) = project();
        let reading = folder.path().join("out");
        write(&options).unwrap();
        let lib = fs::read_to_string(options.out.join("src/lib.rs")).unwrap();
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    assert!(reading.is_dir(), "there is always a tree");
                }
            });
            for round in 0..20 {
                let edited = format!("{lib}// {round}\n");
                fs::write(options.out.join("src/lib.rs"), edited).unwrap();
                write(&options).unwrap();
            }
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            reader.join().unwrap();
        });
    }
}
