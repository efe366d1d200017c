//! The part of JSON Schema draft-07 that is translated: `types/*.json`, as Rust types.
//!
//! A keyword that is not here is refused when a file is read, so nothing that a schema says is
//! silently ignored.

use std::fmt;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

use crate::descriptor::present;

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
    /// The JSON type, or several of them.
    #[serde(rename = "type")]
    pub kind: Option<Kinds>,
    /// A narrower meaning of the type, e.g. `date-time`.
    pub format: Option<String>,
    /// The accepted values.
    #[serde(rename = "enum")]
    pub values: Option<Vec<Value>>,
    /// The one accepted value.
    #[serde(rename = "const", default, deserialize_with = "present")]
    pub constant: Option<Value>,
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
    /// The properties whose names match an ECMA-262 regular expression.
    pub pattern_properties: Option<IndexMap<String, Schema>>,
    /// Whether an object may have properties besides those named, or what those are.
    pub additional_properties: Option<Additional>,
    /// The fewest properties of an object.
    pub min_properties: Option<u64>,
    /// The most properties of an object.
    pub max_properties: Option<u64>,
    /// The value is as one of these say.
    pub one_of: Option<Vec<Schema>>,
    /// The value is as one of these say, or several; or one of these lists of `required`
    /// properties is there.
    pub any_of: Option<Vec<Schema>>,
    /// The value is an object with the properties of all of these.
    pub all_of: Option<Vec<Schema>>,
    /// What is assumed where the value is absent.
    #[serde(default, deserialize_with = "present")]
    pub default: Option<Value>,
    /// Values for documentation and tests.
    pub examples: Option<Vec<Value>>,
    /// Whether the vendor advises against it.
    #[serde(default)]
    pub deprecated: bool,
    /// The name in Rust, in place of one that is made of the API's: of the type that a file in
    /// `types/` defines, of the field with a property, of the variant with a branch of a union that is
    /// an object. Elsewhere `title` names a type.
    pub rust_name: Option<String>,
    /// The names in Rust of texts in `enum`, e.g. `{"+1": "PlusOne"}`; others get theirs from the text.
    pub rust_names: Option<IndexMap<String, String>>,
}

impl Schema {
    /// Whether the schema says nothing but which properties there are: a branch of the `anyOf` of an
    /// object.
    pub(crate) fn is_requirement(&self) -> bool {
        let alone = Schema {
            required: self.required.clone(),
            ..Schema::default()
        };
        self.required.is_some() && *self == alone
    }

    /// The branches of the union that the schema is, if it is one.
    pub(crate) fn branches(&self) -> Option<(&'static str, &[Schema])> {
        let one_of = self.one_of.as_deref().map(|branches| ("oneOf", branches));
        one_of.or_else(|| self.any_of.as_deref().map(|branches| ("anyOf", branches)))
    }

    /// The schema of the properties that it does not name, where it has one.
    pub(crate) fn additional_schema(&self) -> Option<&Schema> {
        match &self.additional_properties {
            Some(Additional::Schema(schema)) => Some(schema),
            _ => None,
        }
    }

    /// The types that are named, null left out.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        let kinds = self.kind.iter().flat_map(Kinds::list).copied();
        kinds.filter(|kind| *kind != Kind::Null)
    }
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
    /// Nothing.
    Null,
}

/// A JSON type, or several.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[serde(untagged)]
pub enum Kinds {
    /// This one.
    One(Kind),
    /// Any of these.
    Several(Vec<Kind>),
}

impl Kinds {
    /// The types, in the order of the text.
    pub fn list(&self) -> &[Kind] {
        match self {
            Kinds::One(kind) => std::slice::from_ref(kind),
            Kinds::Several(kinds) => kinds,
        }
    }
}

/// What is said of the properties that a schema does not name.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[serde(untagged)]
pub enum Additional {
    /// Whether there may be any.
    Allowed(bool),
    /// What they are.
    Schema(Box<Schema>),
}

// Both are read by hand: what serde derives for a choice would take each value apart twice, and a
// schema in it to any depth.
impl<'de> Deserialize<'de> for Kinds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;

        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = Kinds;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type or an array of types")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Kinds, E> {
                Kind::deserialize(StrDeserializer::new(text)).map(Kinds::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Kinds, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items)).map(Kinds::Several)
            }
        }

        deserializer.deserialize_any(OneOrSeveral)
    }
}

impl<'de> Deserialize<'de> for Additional {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagOrSchema;

        impl<'de> Visitor<'de> for FlagOrSchema {
            type Value = Additional;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true`, `false` or a schema")
            }

            fn visit_bool<E: serde::de::Error>(self, allowed: bool) -> Result<Additional, E> {
                Ok(Additional::Allowed(allowed))
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Additional, A::Error> {
                Box::deserialize(MapAccessDeserializer::new(members)).map(Additional::Schema)
            }
        }

        deserializer.deserialize_any(FlagOrSchema)
    }
}
