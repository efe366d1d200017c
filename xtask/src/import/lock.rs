//! `upstream/lock.toml`: the vendor's description for which the corrections were last reviewed.
//!
//! It contains names and hashes, but nothing of the vendor's content.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::origin::Origin;
use super::{VENDORS, is_older};
use crate::files::sha256;
use crate::schemas::UPSTREAM_LOCK;
use crate::workspace::{Workspace, option};
use crate::{Error, given, shell};

/// What to do after a review of the vendor's changes.
pub(crate) fn relock(schemas: &Path) -> String {
    let command = command(schemas);
    format!("once everything is reviewed, lock the present description: `{command}`")
}

/// The command that locks a folder of schemas.
fn command(schemas: &Path) -> String {
    let schemas = option("--schemas", schemas, Workspace::schemas);
    format!("cargo xtask import DIR --lock{schemas}")
}

const HEADER: &str = "\
# What the vendor's description was when the corrections were last reviewed: its version, and the
# SHA-256 of what each of its files and each resource in apiInfo.json says, however it is laid out.
# Written by `cargo xtask import`; the drift check compares it with the description as it is now.

";

/// The names and hashes of a description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lock {
    /// Its version.
    pub version: String,
    /// The name of the package that it is part of, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// The version of that package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_version: Option<String>,
    /// The SHA-256 of each file, by its path in the description's folder: of its compact JSON with
    /// sorted keys, so that line endings and formatting don't count.
    pub files: BTreeMap<String, String>,
    /// The SHA-256 of each resource in `apiInfo.json`: of its compact JSON with sorted keys. All
    /// resources are in one file, but change separately.
    pub resources: BTreeMap<String, String>,
}

impl Lock {
    /// The lock for a description with this version.
    pub(super) fn of(origin: &Origin, version: &str) -> Result<Self, Error> {
        let mut files = BTreeMap::new();
        for name in origin.paths() {
            let content: Value = origin.json(name)?;
            files.insert(name.to_owned(), sha256(content.to_string()));
        }
        let info: BTreeMap<String, Value> = origin.json(VENDORS)?;
        let resources = info.into_iter();
        let resources = resources.map(|(name, value)| (name, sha256(value.to_string())));
        let package = origin.package.as_ref();
        Ok(Lock {
            version: version.to_owned(),
            package: package.map(|package| package.name.clone()),
            package_version: package.map(|package| package.version.clone()),
            files,
            resources: resources.collect(),
        })
    }

    /// Completes the lock of a description that is not part of a package by what the present lock of
    /// the schemas knows about the same version.
    ///
    /// # Errors
    ///
    /// Fails if the description is part of another package than the one that the schemas follow.
    pub(super) fn follow(&mut self, schemas: &Path) -> Result<(), Error> {
        let Ok((locked, _)) = Lock::read(schemas) else {
            return Ok(());
        };
        if self.package.is_none() && self.version == locked.version {
            self.package = locked.package;
            self.package_version = locked.package_version;
            return Ok(());
        }
        match (&self.package, &locked.package) {
            (Some(own), Some(locked)) if own != locked => {
                let message = format!("the package is `{own}`, but the schemas follow `{locked}`");
                let file = shell::path(&schemas.join(UPSTREAM_LOCK));
                Err(Error::new(message).help(format!("to follow another package, delete {file}")))
            }
            _ => Ok(()),
        }
    }

    /// The lock of a folder of schemas, and the content of its file.
    ///
    /// # Errors
    ///
    /// Fails if the file does not exist or is invalid.
    pub fn read(schemas: &Path) -> Result<(Self, String), Error> {
        let path = schemas.join(UPSTREAM_LOCK);
        let text = given::text(&path).map_err(|error| {
            let command = command(schemas);
            Error::io("read", &path, error).help(format!(
                "it records the reviewed version of the vendor's description: write it with `{command}`"
            ))
        })?;
        let broken = || broken(schemas);
        let lock: Lock = toml::from_str(&text).map_err(|error| broken().because(error))?;
        let hashes = lock.files.iter().chain(&lock.resources);
        for (name, hash) in hashes {
            if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(broken().because(format!("the hash of {name:?} is not a SHA-256")));
            }
        }
        Ok((lock, text))
    }

    /// Rejects a version of the description that is older than the locked one of `schemas`: a
    /// registry may serve an old one for a while.
    pub(crate) fn refuse_older(&self, version: &str, schemas: &Path) -> Result<(), Error> {
        if !is_older(version, &self.version) {
            return Ok(());
        }
        let file = shell::path(&schemas.join(UPSTREAM_LOCK));
        let message = format!(
            "the description is version {version}, older than version {} in {file}",
            self.version
        );
        let help = "fetch that version or a newer one; to go back on purpose, delete the lock and \
                    run `cargo xtask import DIR --lock";
        let schemas = option("--schemas", schemas, Workspace::schemas);
        Err(Error::new(message).help(format!("{help}{schemas}`")))
    }

    /// The content of the file.
    pub(super) fn text(&self) -> String {
        // TOML can express strings and maps of strings.
        let body = toml::to_string(self).unwrap_or_default();
        format!("{HEADER}{body}")
    }
}

fn broken(schemas: &Path) -> Error {
    let (path, command) = (schemas.join(UPSTREAM_LOCK), command(schemas));
    Error::new(format!("could not parse {}", shell::path(&path))).help(format!(
        "restore it from version control, or write it again with `{command}`"
    ))
}
