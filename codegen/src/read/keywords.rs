//! The keywords of JSON Schema, draft-04 to 2020-12, and the values they take: enough to recognize
//! a schema among other JSON, whether or not its keywords are supported.

use serde_json::{Map, Value};

/// The values that a keyword takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Anything,
    String,
    Number,
    Boolean,
    List,
    /// A type's name, or a list of names.
    Names,
    /// A number, or a boolean in draft-04.
    Limit,
    /// A schema.
    Schema,
    /// An array of schemas.
    Schemas,
    /// A schema or, in some drafts, an array of schemas.
    SchemaOrSchemas,
    /// An object whose members are schemas.
    Members,
}

/// The values that a keyword takes; none if the key is not a keyword.
pub(super) fn takes(key: &str) -> Option<Takes> {
    Some(match key {
        "default" | "const" => Takes::Anything,
        "$schema" | "$id" | "id" | "$ref" | "$comment" | "title" | "description" | "format"
        | "pattern" | "contentMediaType" | "contentEncoding" | "$anchor" | "$dynamicRef"
        | "$dynamicAnchor" => Takes::String,
        "type" => Takes::Names,
        "enum" | "examples" | "required" => Takes::List,
        "minLength" | "maxLength" | "minimum" | "maximum" | "minItems" | "maxItems"
        | "minProperties" | "maxProperties" | "multipleOf" | "minContains" | "maxContains" => {
            Takes::Number
        }
        "exclusiveMinimum" | "exclusiveMaximum" => Takes::Limit,
        "uniqueItems" | "readOnly" | "writeOnly" | "deprecated" => Takes::Boolean,
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Takes::Schemas,
        "items" => Takes::SchemaOrSchemas,
        "additionalItems"
        | "additionalProperties"
        | "not"
        | "if"
        | "then"
        | "else"
        | "contains"
        | "propertyNames"
        | "contentSchema"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Takes::Schema,
        "properties" | "patternProperties" | "definitions" | "$defs" | "dependencies"
        | "dependentRequired" | "dependentSchemas" => Takes::Members,
        _ => return None,
    })
}

impl Takes {
    /// Whether a value is of the kind that the keyword takes.
    fn fits(self, value: &Value) -> bool {
        match self {
            Takes::Anything => true,
            Takes::String => value.is_string(),
            Takes::Number => value.is_number(),
            Takes::Boolean => value.is_boolean(),
            Takes::Limit => value.is_number() || value.is_boolean(),
            Takes::Names => value.is_string() || value.is_array(),
            Takes::List | Takes::Schemas => value.is_array(),
            Takes::Schema => value.is_object() || value.is_boolean(),
            Takes::SchemaOrSchemas => value.is_object() || value.is_boolean() || value.is_array(),
            Takes::Members => value.is_object(),
        }
    }
}

/// Whether a member of an object can be a keyword of a schema.
pub(super) fn is_keyword(key: &str, value: &Value) -> bool {
    takes(key).is_some_and(|takes| takes.fits(value))
}

/// Whether a value has a keyword that only schemas have.
pub(super) fn looks_like_schema(value: &Value) -> bool {
    const DISTINCTIVE: &[&str] = &[
        "type",
        "$ref",
        "enum",
        "allOf",
        "anyOf",
        "oneOf",
        "properties",
        "items",
        "format",
        "pattern",
    ];
    let members = value.as_object();
    members.is_some_and(|members| {
        let mut members_found = DISTINCTIVE
            .iter()
            .filter_map(|key| Some((*key, members.get(*key)?)));
        members_found.any(|(key, value)| is_keyword(key, value))
    })
}

/// The members that are schemas of an object's properties rather than keywords, by key.
pub(super) fn strays(schema: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let members = schema.iter().map(|(key, value)| (key.as_str(), value));
    let strays = members.filter(|(key, value)| !is_keyword(key, value) && looks_like_schema(value));
    strays.collect()
}
