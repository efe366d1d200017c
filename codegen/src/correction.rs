//! Corrections of an imported description: the entries of overlays and the suggestions of
//! diagnostics.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The longest value that an overlay repeats, in characters of its compact JSON. A longer one is
/// identified by its hash, and parts of it are referenced with `$expected`.
pub(crate) const LONGEST_VALUE: usize = 80;

/// One correction: the value at a place, the value expected there, and the new value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Correction {
    /// The file, relative to `schemas/`, e.g. `types/error.json`.
    pub file: String,
    /// The JSON pointer (RFC 6901) of the value; empty for the whole document. An item of a list
    /// may be addressed by its `name` instead of its index, e.g. `/actions/get/params/page/type`,
    /// so that it is found in a version with other items before it.
    pub pointer: String,
    /// The present value, or `{"$sha256": "…"}` with the hash of its compact JSON with sorted keys.
    /// Without it, a member is added, and must not exist yet.
    #[serde(default, deserialize_with = "present")]
    pub expected: Option<Value>,
    /// The new value, in which `{"$expected": "POINTER"}` stands for the value at that JSON pointer
    /// of the expected value. Without it, the value is removed.
    #[serde(default, deserialize_with = "present")]
    pub value: Option<Value>,
    /// The reason, with evidence.
    pub reason: String,
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
pub(crate) fn sha256(value: &Value) -> String {
    let digest = Sha256::digest(value.to_string());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Distinguishes null from an absent value.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
