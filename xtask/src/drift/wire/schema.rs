//! The keywords of a schema that recorded traffic is checked against. Others are ignored: how a
//! client reads what they forbid is covered by its own tests.

use codegen::normal::Json;
use indexmap::IndexMap;
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

/// A JSON Schema.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Schema {
    pub(super) reference: Option<String>,
    pub(super) kind: Option<Vec<Kind>>,
    pub(super) format: Option<String>,
    pub(super) values: Option<Vec<Value>>,
    pub(super) constant: Option<Value>,
    pub(super) pattern: Option<String>,
    pub(super) min_length: Option<u64>,
    pub(super) max_length: Option<u64>,
    pub(super) minimum: Option<Number>,
    pub(super) maximum: Option<Number>,
    pub(super) items: Option<Box<Schema>>,
    pub(super) min_items: Option<u64>,
    pub(super) max_items: Option<u64>,
    pub(super) unique_items: bool,
    pub(super) properties: Option<IndexMap<String, Schema>>,
    pub(super) required: Option<Vec<String>>,
    pub(super) pattern_properties: Option<IndexMap<String, Schema>>,
    pub(super) additional_properties: Option<Additional>,
    pub(super) min_properties: Option<u64>,
    pub(super) max_properties: Option<u64>,
    pub(super) one_of: Option<Vec<Schema>>,
    pub(super) any_of: Option<Vec<Schema>>,
    pub(super) all_of: Option<Vec<Schema>>,
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
    Null,
}

/// How a schema treats properties that it does not name.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Additional {
    /// Whether they are allowed.
    Allowed(bool),
    /// Their schema.
    Schema(Box<Schema>),
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(|json| Schema::of(&json))
    }
}

impl Schema {
    /// Reads a schema; a keyword of an unexpected form is ignored.
    pub(super) fn of(json: &Json) -> Self {
        let members = json.as_object();
        let get = |key: &str| members.and_then(|members| members.get(key));
        let text = |key: &str| get(key).and_then(Json::as_str).map(str::to_owned);
        let number = |key: &str| get(key).and_then(number);
        let count = |key: &str| get(key).and_then(Json::as_count);
        let named = |key: &str| get(key).and_then(Json::as_object).map(named);
        let listed = |key: &str| get(key).and_then(listed);
        let values = |key: &str| match get(key) {
            Some(Json::Array(items)) => Some(items.iter().map(Json::to_value).collect()),
            _ => None,
        };
        Schema {
            reference: text("$ref"),
            kind: get("type").and_then(kinds),
            format: text("format"),
            values: values("enum"),
            constant: get("const").map(Json::to_value),
            pattern: text("pattern"),
            min_length: count("minLength"),
            max_length: count("maxLength"),
            minimum: number("minimum"),
            maximum: number("maximum"),
            items: get("items").and_then(inner),
            min_items: count("minItems"),
            max_items: count("maxItems"),
            unique_items: get("uniqueItems") == Some(&Json::Bool(true)),
            properties: named("properties"),
            required: get("required").and_then(Json::as_strings),
            pattern_properties: named("patternProperties"),
            additional_properties: match get("additionalProperties") {
                Some(Json::Bool(allowed)) => Some(Additional::Allowed(*allowed)),
                other => other.and_then(inner).map(Additional::Schema),
            },
            min_properties: count("minProperties"),
            max_properties: count("maxProperties"),
            one_of: listed("oneOf"),
            any_of: listed("anyOf"),
            all_of: listed("allOf"),
        }
    }
}

fn inner(json: &Json) -> Option<Box<Schema>> {
    json.as_object().map(|_| Box::new(Schema::of(json)))
}

fn named(members: &IndexMap<String, Json>) -> IndexMap<String, Schema> {
    let members = members.iter();
    members
        .map(|(name, json)| (name.clone(), Schema::of(json)))
        .collect()
}

fn listed(json: &Json) -> Option<Vec<Schema>> {
    match json {
        Json::Array(items) => Some(items.iter().map(Schema::of).collect()),
        _ => None,
    }
}

fn number(json: &Json) -> Option<Number> {
    match json {
        Json::Number(number) => Some(number.clone()),
        _ => None,
    }
}

fn kinds(json: &Json) -> Option<Vec<Kind>> {
    let names = match json {
        Json::String(name) => vec![name.clone()],
        json => json.as_strings()?,
    };
    serde_json::from_value(names.into()).ok()
}
