//! The dialects of JSON Schema, and the keywords of each.

/// A dialect of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// Draft-04.
    Draft4,
    /// Draft-06.
    Draft6,
    /// Draft-07, the default without `$schema`.
    Draft7,
    /// 2019-09.
    Draft2019,
    /// 2020-12.
    Draft2020,
}

use Dialect::{Draft4, Draft6, Draft7, Draft2019, Draft2020};

impl Dialect {
    /// The dialect of a `$schema`, if it is known.
    pub fn of(uri: &str) -> Option<Self> {
        let uri = uri.trim_end_matches('#');
        let path = uri
            .strip_prefix("http://")
            .or(uri.strip_prefix("https://"))?;
        match path.trim_end_matches('/') {
            "json-schema.org/draft-04/schema" => Some(Draft4),
            "json-schema.org/draft-06/schema" => Some(Draft6),
            "json-schema.org/draft-07/schema" => Some(Draft7),
            "json-schema.org/draft/2019-09/schema" => Some(Draft2019),
            "json-schema.org/draft/2020-12/schema" | "json-schema.org/schema" => Some(Draft2020),
            _ => None,
        }
    }

    /// Its usual name.
    pub fn name(self) -> &'static str {
        match self {
            Draft4 => "draft-04",
            Draft6 => "draft-06",
            Draft7 => "draft-07",
            Draft2019 => "2019-09",
            Draft2020 => "2020-12",
        }
    }

    /// The keyword that gives a schema its URI.
    pub(super) fn id_keyword(self) -> &'static str {
        match self {
            Draft4 => "id",
            _ => "$id",
        }
    }

    /// Whether `$ref` hides the keywords beside it.
    pub(super) fn hides_siblings(self) -> bool {
        self <= Draft7
    }

    /// Whether this is one of its keywords.
    pub(super) fn has(self, keyword: &str) -> bool {
        let mut found = KEYWORDS.iter().filter(|(name, ..)| *name == keyword);
        found.any(|(_, first, last)| (*first..=*last).contains(&self))
    }

    /// Its keywords.
    pub(super) fn keywords(self) -> impl Iterator<Item = &'static str> {
        let own =
            move |(_, first, last): &&(&str, Dialect, Dialect)| (*first..=*last).contains(&self);
        KEYWORDS.iter().filter(own).map(|(name, ..)| *name)
    }
}

/// The dialects that have a keyword, the first and the last.
pub(super) fn dialects_with(keyword: &str) -> Option<(Dialect, Dialect)> {
    let entry = KEYWORDS.iter().find(|(name, ..)| *name == keyword);
    entry.map(|(_, first, last)| (*first, *last))
}

/// Each keyword, with the first and the last dialect that has it. Keywords that were only renamed
/// or moved are read in every dialect in which they are unambiguous.
const KEYWORDS: &[(&str, Dialect, Dialect)] = &[
    ("$schema", Draft4, Draft2020),
    ("$ref", Draft4, Draft2020),
    ("id", Draft4, Draft4),
    ("$id", Draft6, Draft2020),
    ("$comment", Draft4, Draft2020),
    ("$anchor", Draft2019, Draft2020),
    ("$dynamicRef", Draft2020, Draft2020),
    ("$dynamicAnchor", Draft2020, Draft2020),
    ("$recursiveRef", Draft2019, Draft2019),
    ("$recursiveAnchor", Draft2019, Draft2019),
    ("$vocabulary", Draft2019, Draft2020),
    ("$defs", Draft4, Draft2020),
    ("definitions", Draft4, Draft2020),
    ("title", Draft4, Draft2020),
    ("description", Draft4, Draft2020),
    ("default", Draft4, Draft2020),
    ("examples", Draft4, Draft2020),
    ("deprecated", Draft4, Draft2020),
    ("readOnly", Draft4, Draft2020),
    ("writeOnly", Draft4, Draft2020),
    ("type", Draft4, Draft2020),
    ("enum", Draft4, Draft2020),
    ("const", Draft6, Draft2020),
    ("allOf", Draft4, Draft2020),
    ("anyOf", Draft4, Draft2020),
    ("oneOf", Draft4, Draft2020),
    ("not", Draft4, Draft2020),
    ("if", Draft7, Draft2020),
    ("then", Draft7, Draft2020),
    ("else", Draft7, Draft2020),
    ("format", Draft4, Draft2020),
    ("pattern", Draft4, Draft2020),
    ("minLength", Draft4, Draft2020),
    ("maxLength", Draft4, Draft2020),
    ("contentEncoding", Draft7, Draft2020),
    ("contentMediaType", Draft7, Draft2020),
    ("contentSchema", Draft2019, Draft2020),
    ("multipleOf", Draft4, Draft2020),
    ("minimum", Draft4, Draft2020),
    ("maximum", Draft4, Draft2020),
    ("exclusiveMinimum", Draft4, Draft2020),
    ("exclusiveMaximum", Draft4, Draft2020),
    ("items", Draft4, Draft2020),
    ("additionalItems", Draft4, Draft2019),
    ("prefixItems", Draft2020, Draft2020),
    ("contains", Draft6, Draft2020),
    ("minContains", Draft2019, Draft2020),
    ("maxContains", Draft2019, Draft2020),
    ("minItems", Draft4, Draft2020),
    ("maxItems", Draft4, Draft2020),
    ("uniqueItems", Draft4, Draft2020),
    ("unevaluatedItems", Draft2019, Draft2020),
    ("properties", Draft4, Draft2020),
    ("patternProperties", Draft4, Draft2020),
    ("additionalProperties", Draft4, Draft2020),
    ("propertyNames", Draft6, Draft2020),
    ("required", Draft4, Draft2020),
    ("minProperties", Draft4, Draft2020),
    ("maxProperties", Draft4, Draft2020),
    ("dependencies", Draft4, Draft2020),
    ("dependentRequired", Draft2019, Draft2020),
    ("dependentSchemas", Draft2019, Draft2020),
    ("unevaluatedProperties", Draft2019, Draft2020),
    // Extensions of this project.
    ("rustName", Draft4, Draft2020),
    ("rustNames", Draft4, Draft2020),
];
