//! Locates the project.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, shell};

/// The workspace of the command: the folder with `Cargo.toml` and `schemas/`.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace around the current folder, or else the one that this program was built in.
    pub(crate) fn find() -> Result<Self, Error> {
        let current = env::current_dir()
            .map_err(|error| Error::new("could not determine the current folder").because(error))?;
        let built_in = Path::new(env!("CARGO_MANIFEST_DIR"));
        current
            .ancestors()
            .chain(built_in.ancestors())
            .find(|folder| is_root(folder))
            .map(|root| Workspace { root: root.into() })
            .ok_or_else(|| {
                Error::new("could not find the workspace: no Cargo.toml with schemas/ beside it")
                    .help("run the command inside the project, or pass --schemas and --out")
            })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn schemas(&self) -> PathBuf {
        self.root.join("schemas")
    }

    pub(crate) fn generated(&self) -> PathBuf {
        self.root.join("generated")
    }

    /// The folder that cargo builds in.
    pub(crate) fn target(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR") {
            // Cargo resolves a relative path from the current folder.
            Some(folder) if !folder.is_empty() => {
                std::path::absolute(&folder).unwrap_or_else(|_| folder.into())
            }
            _ => self.root.join("target"),
        }
    }
}

/// An option for a command line, with a space before it, if the folder is not the command's
/// default.
pub(crate) fn option(name: &str, folder: &Path, default: fn(&Workspace) -> PathBuf) -> String {
    let real = |path: &Path| {
        fs::canonicalize(path)
            .or_else(|_| std::path::absolute(path))
            .ok()
    };
    let default = Workspace::find().ok().map(|workspace| default(&workspace));
    if default.is_some_and(|default| real(&default) == real(folder)) {
        String::new()
    } else {
        format!(" {name} {}", shell::word(&shell::path(folder)))
    }
}

/// Whether a folder has a workspace's `Cargo.toml` and `schemas/`.
fn is_root(folder: &Path) -> bool {
    folder.join("schemas").is_dir()
        && fs::read_to_string(folder.join("Cargo.toml"))
            .is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
}
