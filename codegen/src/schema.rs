//! The part of JSON Schema draft-07 that is translated: `types/*.json`, as Rust types.
//!
//! A keyword that is not here is refused when a file is read, so nothing that a schema says is
//! silently ignored.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Number, Value};

/// A JSON Schema.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Schema {
    /// The dialect; draft-07 at the root of a file.
    #[serde(rename = "$schema")]
    pub dialect: Option<String>,
    /// The type with this name: `#/definitions/NAME`, where `types/NAME.json` defines it.
    #[serde(rename = "$ref")]
    pub reference: Option<String>,
    /// A note to whoever reads the schema.
    #[serde(rename = "$comment")]
    pub comment: Option<String>,
    /// The name for people. An inline object or enum takes its Rust name from it.
    pub title: Option<String>,
    /// What the value means, in Markdown.
    pub description: Option<String>,
    /// The JSON type.
    #[serde(rename = "type")]
    pub kind: Option<Kind>,
    /// A narrower meaning of the type, e.g. `date-time`.
    pub format: Option<String>,
    /// The accepted values.
    #[serde(rename = "enum")]
    pub values: Option<Vec<Value>>,
    /// An ECMA-262 regular expression that a text matches.
    pub pattern: Option<String>,
    /// The fewest characters of a text.
    pub min_length: Option<u64>,
    /// The most characters of a text.
    pub max_length: Option<u64>,
    /// The least number.
    pub minimum: Option<Number>,
    /// The greatest number.
    pub maximum: Option<Number>,
    /// The type of an array's items.
    pub items: Option<Box<Schema>>,
    /// The fewest items of an array.
    pub min_items: Option<u64>,
    /// The most items of an array.
    pub max_items: Option<u64>,
    /// Whether an array's items differ from one another.
    pub unique_items: Option<bool>,
    /// An object's properties by name.
    pub properties: Option<IndexMap<String, Schema>>,
    /// The properties that an object always has.
    pub required: Option<Vec<String>>,
    /// Whether an object may have properties besides those named.
    pub additional_properties: Option<bool>,
    /// What is assumed where the value is absent.
    pub default: Option<Value>,
    /// Values for documentation and tests.
    pub examples: Option<Vec<Value>>,
    /// Whether the vendor advises against it.
    #[serde(default)]
    pub deprecated: bool,
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list.
    Array,
    /// A map from names to values.
    Object,
}
