//! The other version of the schemas: a git revision or a folder.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use codegen::Source;

use super::git::Git;
use crate::{Error, import, schemas, shell};

/// Where another version of the schemas is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Against {
    /// At a revision of the repository that contains the schemas.
    Git(String),
    /// In another folder.
    Path(PathBuf),
}

impl FromStr for Against {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("git", revision)) if !revision.is_empty() => Ok(Against::Git(revision.into())),
            Some(("path", folder)) if !folder.is_empty() => Ok(Against::Path(folder.into())),
            _ => Err("expected git:REV or path:DIR"),
        }
    }
}

impl fmt::Display for Against {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Against::Git(revision) => write!(f, "git:{revision}"),
            Against::Path(folder) => write!(f, "path:{}", folder.display()),
        }
    }
}

/// Reads the other version of `schemas`, as the present one is read. The working
/// tree is not touched.
///
/// # Errors
///
/// Fails if the revision or folder does not exist or has no `api.json`, outside a repository, and
/// without git.
pub fn source(against: &Against, schemas: &Path) -> Result<Source, Error> {
    let source = match against {
        Against::Git(revision) => at_revision(revision, schemas)?,
        Against::Path(folder) => schemas::read_version(folder).map_err(|error| {
            error.help("name the folder with the other api.json: --against path:DIR")
        })?,
    };
    if source.files().any(|(path, _)| path == "api.json") {
        return Ok(source);
    }
    Err(match against {
        Against::Git(revision) => {
            let folder = shell::folder(schemas);
            Error::new(format!("{folder} has no api.json at {revision}"))
                .help("name a revision at which the schemas are in the same folder, or their folder with --against path:DIR")
        }
        Against::Path(folder) => none_in(folder, &source),
    })
}

/// The error for a folder without schemas.
fn none_in(folder: &Path, source: &Source) -> Error {
    let path = shell::folder(folder);
    let is_vendors = source.files().any(|(path, _)| path == import::VENDORS);
    if is_vendors {
        Error::new(format!(
            "{path} has no api.json: it contains the vendor's description as published"
        ))
        .help(format!(
            "import it, `cargo xtask import {} --into NEW`, and compare with that: --against path:NEW",
            shell::path(folder)
        ))
    } else {
        Error::new(format!("{path} has no api.json"))
            .help("name the folder with the other api.json: --against path:DIR")
    }
}

/// The schemas as they were committed.
fn at_revision(revision: &str, schemas: &Path) -> Result<Source, Error> {
    let git = Git::below(schemas)?;
    let commit = git.commit(revision)?;
    let mut paths = Vec::new();
    let mut objects = Vec::new();
    for entry in git.files(&commit)? {
        if is_hidden(&entry.path) {
            continue;
        }
        if !entry.is_file {
            let path = shell::path(&schemas.join(&entry.path));
            return Err(Error::new(format!("{path} is not a regular file at {revision}")).help(
                "links and submodules can't be followed at a revision: check it out elsewhere, and pass its folder with --against path:DIR",
            ));
        }
        paths.push(entry.path);
        objects.push(entry.object);
    }
    let texts = git.contents(&objects)?;
    Ok(schemas::source(paths.into_iter().zip(texts).collect()))
}

/// Whether a file or a folder on the way to it is hidden.
fn is_hidden(path: &str) -> bool {
    Path::new(path)
        .iter()
        .filter_map(OsStr::to_str)
        .any(|part| part.starts_with('.'))
}

#[cfg(test)]
mod tests;
