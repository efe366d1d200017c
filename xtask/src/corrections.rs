//! Corrections of the vendor's description, whose mistakes are the vendor's to fix.
//!
//! They are recorded in the JSON files of `upstream/`, for one version of the description, and an
//! import makes them. An earlier layout of the schemas recorded them in `overlays/` beside the
//! uncorrected files; versions in that layout can still be compared.
//!
//! | what | where |
//! |---|---|
//! | the files in a folder, for an import | `folder` |
//! | making corrections, and items that are addressed by name | `edit`, `items` |
//! | which corrections a description still needs; moves | `status`, `moves` |
//! | the corrections that diagnostics suggest | `suggested` |
//! | comparing two versions that have mistakes | `repair`, `align` |

mod align;
mod edit;
mod folder;
mod items;
mod moves;
mod repair;
mod status;
mod suggested;

use std::collections::{BTreeMap, BTreeSet};

use codegen::{Diagnostic, Diagnostics, Place, Source, quoted};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::files;
use crate::schemas::is_overlay;

use edit::Edited;

pub(crate) use folder::{Corrections, SCHEMA, schema};
pub use repair::{RULES, compare};
pub(crate) use status::{Status, Trial, Tried};
pub(crate) use suggested::mistakes;
pub use suggested::suggest;

/// The longest value that a correction repeats, in characters of its compact JSON. A longer one is
/// identified by its hash, and parts of it are referenced with `$expected`.
const LONGEST_VALUE: usize = 80;

/// A file of corrections.
///
/// They are made in the named files of the translated description, in the order of the names of
/// these files and of the corrections in them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct File {
    /// Where an editor finds the schema of this file.
    #[serde(rename = "$schema")]
    #[allow(dead_code, reason = "it is for editors")]
    schema: Option<String>,
    /// The version of the vendor's description that is corrected.
    upstream: String,
    /// A summary of the corrections.
    #[allow(dead_code, reason = "it is for people")]
    description: Option<String>,
    /// The corrections, in the order in which they are made.
    corrections: Vec<Correction>,
}

/// One correction: the value at a place, the value expected there, and the new value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Correction {
    /// The file, relative to `schemas/`, e.g. `types/error.json`.
    file: String,
    /// The JSON pointer (RFC 6901) of the value; empty for the whole document. An item of a list
    /// may be addressed by its `name` instead of its index, e.g. `/actions/get/params/page/type`,
    /// so that it is found in a version with other items before it.
    pointer: String,
    /// The present value, or `{"$sha256": "…"}` with the hash of its compact JSON with sorted keys.
    /// Without it, a member is added, and must not exist yet.
    #[serde(default, deserialize_with = "present")]
    expected: Option<Value>,
    /// The new value, in which `{"$expected": "POINTER"}` stands for the value at that JSON pointer
    /// of the expected value. Without it, the value is removed.
    #[serde(default, deserialize_with = "present")]
    value: Option<Value>,
    /// The reason, with evidence.
    reason: String,
}

/// Distinguishes null from an absent value.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Correction {
    /// What it corrects, for people.
    fn target(&self) -> String {
        format!("{}#{}", self.file, self.pointer)
    }
}

/// How a correction identifies its expected value: a large one by its hash.
pub(crate) fn expectation(value: &Value) -> Value {
    if value.to_string().chars().count() <= LONGEST_VALUE {
        value.clone()
    } else {
        json!({"$sha256": sha256(value)})
    }
}

/// The hash of a value's compact JSON with sorted keys.
fn sha256(value: &Value) -> String {
    files::sha256(value.to_string())
}

/// Files of corrections, by path.
type Recorded = BTreeMap<String, File>;

/// Identifies a correction: the path of its file, and its index in it.
type Number = (String, usize);

type Numbers = BTreeSet<Number>;

/// A version of the description, with corrections.
#[derive(Debug, Clone)]
struct Version {
    description: Source,
    recorded: Recorded,
    /// The version of the vendor's description, if it is the vendor's.
    upstream: Option<String>,
}

impl Version {
    /// Separates the files in `overlays/` from the description.
    fn of(source: &Source) -> Result<Self, Diagnostics> {
        let files = source.files().filter(|(path, _)| !is_overlay(path));
        let files = files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
        let recorded = recorded(source.files().filter(|(path, _)| is_overlay(path)));
        let recorded = recorded.map_err(|mistakes| Diagnostics::resolve(mistakes, source))?;
        Ok(Version::new(Source::new(files), recorded))
    }

    fn new(description: Source, recorded: Recorded) -> Self {
        let api = items::json(&description, "api.json");
        let upstream = api.and_then(|api| Some(api.get("upstream")?.as_str()?.to_owned()));
        Version {
            description,
            recorded,
            upstream,
        }
    }

    /// The description with every correction made. A description that is not the vendor's stays as
    /// it is.
    ///
    /// # Errors
    ///
    /// Returns the corrections that cannot be made.
    fn corrected(&self) -> Result<Source, Vec<Diagnostic>> {
        let mut edited = Edited::new(&self.description);
        let mut found = Vec::new();
        for (path, file) in &self.recorded {
            match &self.upstream {
                None => continue,
                Some(upstream) if *upstream != file.upstream => {
                    found.push(other_version(path, &file.upstream, upstream));
                    continue;
                }
                Some(_) => {}
            }
            for (index, correction) in file.corrections.iter().enumerate() {
                let place = Place::at(path, "/corrections").index(index);
                found.extend(edited.make(correction, &place).err().flatten());
            }
        }
        if found.is_empty() {
            Ok(edited.finish())
        } else {
            Err(found)
        }
    }

    /// The status of each correction, and the description with those made that apply.
    fn tried(&self) -> Trial {
        status::try_all(&self.description, &self.recorded, &Numbers::new())
    }
}

fn other_version(path: &str, corrected: &str, upstream: &str) -> Diagnostic {
    Diagnostic::new(
        Place::at(path, "/upstream"),
        format!(
            "the corrections are for {}, but {} is imported",
            quoted(corrected),
            quoted(upstream)
        ),
        "check which corrections the new version still needs, then name it in `upstream`",
    )
}

/// Reads files of corrections.
fn recorded<'s>(
    files: impl Iterator<Item = (&'s str, &'s [u8])>,
) -> Result<Recorded, Vec<Diagnostic>> {
    let mut recorded = Recorded::new();
    let mut found = Vec::new();
    for (path, bytes) in files {
        match codegen::document(path, bytes) {
            Ok(file) => drop(recorded.insert(path.to_owned(), file)),
            Err(mistakes) => found.extend(mistakes),
        }
    }
    if found.is_empty() {
        Ok(recorded)
    } else {
        Err(found)
    }
}

/// A description with the corrections in its `overlays/` made, and without that folder.
///
/// # Errors
///
/// Returns files of corrections that cannot be read, and corrections that cannot be made.
pub fn corrected(source: &Source) -> Result<Source, Diagnostics> {
    let corrected = Version::of(source)?.corrected();
    corrected.map_err(|mistakes| Diagnostics::resolve(mistakes, source))
}

#[cfg(test)]
mod tests;
