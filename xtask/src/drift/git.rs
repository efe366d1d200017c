//! Reads committed files with the program `git`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use crate::{Error, shell};

/// The variables that select a repository. Git sets some for hooks: they may be relative to another
/// folder than the schemas, where git is run here, or name another repository. Other variables of
/// `git rev-parse --local-env-vars` are settings, which are kept: a container may need them for git
/// to trust the folder.
const FOREIGN: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_PREFIX",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_SHALLOW_FILE",
];

/// A folder of a repository.
pub(super) struct Git {
    folder: PathBuf,
    /// The folder's path below the repository's root, with a slash at its end; empty at the root.
    prefix: String,
}

/// A file of a commit.
pub(super) struct Entry {
    /// Its path below the folder, with `/` between its parts.
    pub(super) path: String,
    /// The name of its content.
    pub(super) object: String,
    /// Whether it is a regular file: no link and no submodule.
    pub(super) is_file: bool,
}

impl Git {
    /// The repository around a folder.
    pub(super) fn below(folder: &Path) -> Result<Self, Error> {
        if !folder.is_dir() {
            let missing = io::Error::from(io::ErrorKind::NotFound);
            return Err(Error::io("read", folder, missing)
                .help("pass the folder with api.json: --schemas DIR"));
        }
        let mut git = Git {
            folder: folder.to_owned(),
            prefix: String::new(),
        };
        let output = git.run(&["rev-parse", "--show-prefix"])?;
        if !output.status.success() {
            let place = shell::folder(folder);
            return Err(
                Error::new(format!("git cannot read a repository at {place}"))
                    .because(said(&output))
                    .help("run the command in a clone, or name a folder: --against path:DIR"),
            );
        }
        git.prefix = text(&output.stdout)?.trim_end_matches(['\r', '\n']).into();
        Ok(git)
    }

    /// The commit that a revision names.
    pub(super) fn commit(&self, revision: &str) -> Result<String, Error> {
        let peeled = format!("{revision}^{{commit}}");
        let output = self.run(&["rev-parse", "--verify", "--end-of-options", &peeled])?;
        if output.status.success() {
            return Ok(text(&output.stdout)?.trim().to_owned());
        }
        let shallow = self.run(&["rev-parse", "--is-shallow-repository"])?;
        let error = Error::new(format!("this repository has no revision {revision}"))
            .because(said(&output));
        Err(if shallow.stdout.starts_with(b"true") {
            error.help(
                "the clone is shallow: run `git fetch --unshallow`, or give actions/checkout `fetch-depth: 0`",
            )
        } else {
            error.help("name a branch, tag or commit that `git log` knows; `git fetch --tags` fetches those of the remote, whose branches are named origin/BRANCH")
        })
    }

    /// Every file below the folder at a commit.
    pub(super) fn files(&self, commit: &str) -> Result<Vec<Entry>, Error> {
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", commit];
        if !self.prefix.is_empty() {
            arguments.extend(["--", &self.prefix]);
        }
        let output = self.run(&arguments)?;
        if !output.status.success() {
            return Err(failed("list the files of", commit, &output));
        }
        text(&output.stdout)?
            .split_terminator('\0')
            .map(|line| {
                self.entry(line)
                    .ok_or_else(|| Error::new(format!("unexpected output of git: {line:?}")))
            })
            .collect()
    }

    /// A line of `git ls-tree`: `MODE TYPE OBJECT<tab>PATH`.
    fn entry(&self, line: &str) -> Option<Entry> {
        let (facts, path) = line.split_once('\t')?;
        let mut facts = facts.split(' ');
        let (mode, _, object) = (facts.next()?, facts.next()?, facts.next()?);
        Some(Entry {
            path: path.strip_prefix(&self.prefix)?.to_owned(),
            object: object.to_owned(),
            is_file: mode.starts_with("100"),
        })
    }

    /// The contents of objects, in their order.
    pub(super) fn contents(&self, objects: &[String]) -> Result<Vec<Vec<u8>>, Error> {
        let mut child = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(not_started)?;
        let stdin = child.stdin.take();
        let wanted: String = objects.iter().map(|name| format!("{name}\n")).collect();
        // Git answers while it reads: it would block forever if nobody read its output.
        let writer = thread::spawn(move || {
            // If git stops early, it reports the reason itself.
            stdin.and_then(|mut stdin| stdin.write_all(wanted.as_bytes()).ok())
        });
        let output = child.wait_with_output().map_err(not_started)?;
        let _ = writer.join();
        let mut rest = output.stdout.as_slice();
        let contents: Option<Vec<_>> = objects.iter().map(|_| next(&mut rest)).collect();
        contents.ok_or_else(|| failed("read the files of", "the revision", &output))
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, Error> {
        self.command(arguments)
            .stdin(Stdio::null())
            .output()
            .map_err(not_started)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.folder).args(arguments);
        for name in FOREIGN {
            command.env_remove(name);
        }
        command
    }
}

/// Takes an answer of `git cat-file --batch`: `OBJECT blob SIZE`, a newline, the content, a
/// newline.
fn next(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|&byte| byte == b'\n')?;
    let line = str::from_utf8(&rest[..end]).ok()?;
    let [_, "blob", size] = *line.split(' ').collect::<Vec<_>>() else {
        return None;
    };
    let after = &rest[end + 1..];
    let content = after.get(..size.parse().ok()?)?;
    *rest = after.get(content.len() + 1..)?;
    Some(content.to_owned())
}

fn text(bytes: &[u8]) -> Result<&str, Error> {
    str::from_utf8(bytes).map_err(|error| {
        Error::new("the path of a committed file is not UTF-8")
            .because(error)
            .help("rename it")
    })
}

/// Git's error message, in one line.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        format!("git ended with {}", output.status)
    } else {
        format!("git says: {line}")
    }
}

fn failed(verb: &str, what: &str, output: &Output) -> Error {
    Error::new(format!("could not {verb} {what}"))
        .because(said(output))
        .help("check the repository with `git fsck`; a partial clone needs access to its remote")
}

fn not_started(error: io::Error) -> Error {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "install git, or name a folder: --against path:DIR",
        _ => "name a folder: --against path:DIR",
    };
    Error::new("could not run git").because(error).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_cut_by_their_sizes_whatever_is_in_them() {
        let mut answers: &[u8] = b"abc blob 3\na\nb\ndef blob 0\n\n";
        assert_eq!(next(&mut answers).unwrap(), b"a\nb");
        assert_eq!(next(&mut answers).unwrap(), b"");
        assert!(answers.is_empty());
    }

    #[test]
    fn an_object_that_is_missing_or_cut_off_is_none() {
        assert_eq!(next(&mut b"abc missing\n".as_slice()), None);
        assert_eq!(next(&mut b"abc blob 9\nshort\n".as_slice()), None);
        assert_eq!(next(&mut b"".as_slice()), None);
    }
}
