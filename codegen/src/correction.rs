//! Corrections of an imported description, one by one: what an overlay has, and what a diagnostic
//! suggests.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The longest value that an overlay repeats, in characters of its compact text. Of a longer one
/// it has the hash, or takes parts by `$expected`.
pub(crate) const LONGEST_VALUE: usize = 80;

/// One correction: the value at a place, what it has to be for the correction to be made, and what
/// becomes of it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Correction {
    /// The file, relative to `schemas/`, e.g. `types/error.json`.
    pub file: String,
    /// The JSON pointer (RFC 6901) of the value; empty for the whole document. An item of a list may be
    /// told by its `name` in place of its number, e.g. `/actions/get/params/page/type`: so it is the
    /// same one in a version that has others before it.
    pub pointer: String,
    /// The value that stands there now, or `{"$sha256": "…"}` with the hash of its compact JSON
    /// text with sorted keys. Without it, nothing may stand there: a member is added.
    #[serde(default, deserialize_with = "present")]
    pub expected: Option<Value>,
    /// The value that is to stand there, in which `{"$expected": "POINTER"}` is what stood at that
    /// JSON pointer of the expected value. Without it, the value is removed.
    #[serde(default, deserialize_with = "present")]
    pub value: Option<Value>,
    /// Why, with the evidence.
    pub reason: String,
}

/// What a correction says in `expected` of a value: a large one by its hash.
pub(crate) fn expectation(value: &Value) -> Value {
    if value.to_string().chars().count() <= LONGEST_VALUE {
        value.clone()
    } else {
        json!({"$sha256": sha256(value)})
    }
}

/// The hash of a value's compact text with sorted keys.
pub(crate) fn sha256(value: &Value) -> String {
    let digest = Sha256::digest(value.to_string());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Tells a null from nothing.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
