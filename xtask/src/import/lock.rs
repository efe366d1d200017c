//! `upstream.lock`: what the vendor's description was when the overlays were last looked over.
//!
//! It has names and hashes and nothing of the vendor's text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{FILES, json, types};
use crate::{Error, shell};

/// The file's name in a folder of schemas.
pub const UPSTREAM_LOCK: &str = "upstream.lock";

/// What to do once the vendor's changes have been looked at.
pub(crate) const RELOCK: &str = "once all is looked over, lock what is there now: `cargo xtask \
    import DIR --lock`";

const HEADER: &str = "\
# What the vendor's description was when the overlays were last looked over: its version, the
# SHA-256 of each of its files with LF at the ends of lines, and of each resource in apiInfo.json.
# Written by `cargo xtask import`; the drift check compares it with the description as it is now.

";

/// A description by its names and hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Its version.
    pub version: String,
    /// The SHA-256 of each file, by its path in the description's folder.
    pub files: BTreeMap<String, String>,
    /// The SHA-256 of each resource in `apiInfo.json`: of its compact JSON text with sorted keys.
    /// One file has them all, and a change of one is none of the others.
    pub resources: BTreeMap<String, String>,
}

impl Lock {
    /// The description in `folder`, which is of this version.
    pub(super) fn of(folder: &Path, version: &str) -> Result<Self, Error> {
        let mut paths: Vec<String> = FILES.map(str::to_owned).into();
        let types = types(&folder.join("types"))?;
        paths.extend(types.keys().map(|name| format!("types/{name}.json")));
        let mut files = BTreeMap::new();
        for name in paths {
            let path = folder.join(&name);
            let text =
                fs::read_to_string(&path).map_err(|error| Error::io("read", &path, error))?;
            files.insert(name, sha256(&text.replace("\r\n", "\n")));
        }
        let info: BTreeMap<String, Value> = json(&folder.join("apiInfo.json"))?;
        let resources = info.into_iter();
        let resources = resources.map(|(name, value)| (name, sha256(&value.to_string())));
        Ok(Lock {
            version: version.to_owned(),
            files,
            resources: resources.collect(),
        })
    }

    /// What a folder of schemas has been locked to, and the text that says so.
    ///
    /// # Errors
    ///
    /// There is no such file, or it is none.
    pub fn read(schemas: &Path) -> Result<(Self, String), Error> {
        let path = schemas.join(UPSTREAM_LOCK);
        let text = fs::read_to_string(&path).map_err(|error| {
            Error::io("read", &path, error).help(
                "it says what the vendor's description was: `cargo xtask import DIR --lock` writes it",
            )
        })?;
        let lock: Lock = toml::from_str(&text).map_err(|error| broken(&path).because(error))?;
        let hashes = lock.files.iter().chain(&lock.resources);
        for (name, hash) in hashes {
            if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(broken(&path).because(format!("the hash of {name:?} is no SHA-256")));
            }
        }
        Ok((lock, text))
    }

    /// The file's text.
    pub(super) fn text(&self) -> String {
        // Texts and maps of texts all have a form in TOML.
        let body = toml::to_string(self).unwrap_or_default();
        format!("{HEADER}{body}")
    }
}

fn broken(path: &Path) -> Error {
    Error::new(format!("could not understand {}", shell::path(path))).help(
        "bring it back from version control, or have `cargo xtask import DIR --lock` write it anew",
    )
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
