//! What schemas mean: exactly which JSON values each of them allows.
//!
//! A JSON value has exactly one type. So the meaning of a schema is, type by type, a list of
//! alternatives, a [`Shape`]; `type`, `enum`, limits, `allOf`, `$ref` and its siblings are merged
//! into it, `anyOf` and `oneOf` add alternatives, and anything that no alternative can express
//! remains a condition, a [`Residual`]. Schemas of draft-04 to 2020-12 are read, each by the rules
//! of its dialect.
//!
//! ```
//! use serde_json::json;
//!
//! let schema = r#"{"type": ["string", "null"], "allOf": [{"minLength": 2}]}"#;
//! let meanings = codegen::normal::read([("name", schema)])?;
//! let name = meanings.of_type("name").unwrap();
//! assert!(meanings.allows(name, &json!("ab")));
//! assert!(meanings.allows(name, &json!(null)));
//! assert!(!meanings.allows(name, &json!("a")));
//! assert!(meanings.shape(name).objects.is_empty());
//! # Ok::<(), codegen::Diagnostics>(())
//! ```
//!
//! | what | where |
//! |---|---|
//! | JSON to keywords, by dialect | `read`, `node`, `dialect` |
//! | `$ref`, `$id` and anchors | `schemas`, `uri` |
//! | keywords to the normal form | `head`; the form itself: `shape`, `facets` |
//! | intersection and union of forms | `meet` |
//! | schemas that allow nothing | `contradiction` |
//! | validation by the standard, keyword by keyword | `holds` |

mod contradiction;
mod decimal;
mod dialect;
mod facets;
mod head;
mod holds;
mod json;
mod meanings;
mod meet;
mod node;
mod pattern;
mod read;
mod same;
mod schemas;
mod shape;
mod uri;

pub use decimal::Decimal;
pub use dialect::Dialect;
pub use facets::{Arrays, Numbers, Objects, Occurs, Property, Rest, Strings};
pub use json::Json;
pub(crate) use json::Ordered;
pub use meanings::{Id, Meanings};
pub(crate) use node::{Body, Keywords};
pub use node::{Kind, Limit, NodeId};
pub(crate) use schemas::Schemas;
pub use shape::{Alternative, Residual, Shape};

pub(crate) use same::equal;

use std::rc::Rc;

use crate::diagnostics::{Diagnostic, Diagnostics, Place, Severity, not_json, quoted};
use crate::source::Source;

/// Reads schemas, given by the names of their types: `#/definitions/NAME` refers to another one.
///
/// # Errors
///
/// Returns invalid JSON, keywords of the wrong type, and references without a target.
pub fn read<'t>(
    types: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Result<Meanings, Diagnostics> {
    let mut schemas = Schemas::default();
    let mut files = Vec::new();
    let mut mistakes = Vec::new();
    for (name, text) in types {
        let path = format!("types/{name}.json");
        match serde_json::from_str::<Json>(text) {
            Ok(json) => drop(schemas.add(Place::at(&path, ""), Rc::new(json), Some(name))),
            Err(error) => mistakes.push(not_json(&path, text, &error)),
        }
        files.push((path, text.as_bytes().to_vec()));
    }
    let source = Source::new(files);
    let (mut meanings, found) = schemas.finish();
    let is_warning = |one: &Diagnostic| one.severity() == Severity::Warning;
    let (warnings, more): (Vec<_>, Vec<_>) = found.into_iter().partition(is_warning);
    mistakes.extend(more);
    for (place, pattern) in meanings.patterns() {
        mistakes.extend(
            pattern::Pattern::new(pattern)
                .err()
                .map(|error| invalid_pattern(place, pattern, &error.to_string())),
        );
    }
    if !mistakes.is_empty() {
        return Err(Diagnostics::resolve(mistakes, &source));
    }
    meanings.warnings = warnings;
    meanings.warnings.extend(meanings.contradictions());
    Diagnostics::locate(&mut meanings.warnings, &source);
    Ok(meanings)
}

/// Reports an invalid pattern.
pub(crate) fn invalid_pattern(place: Place, pattern: &str, error: &str) -> Diagnostic {
    Diagnostic::new(
        place,
        format!(
            "{} is not a valid regular expression: {error}",
            quoted(pattern)
        ),
        "write an ECMA-262 regular expression, with each backslash doubled in JSON",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rendered warnings.
    fn warnings(schema: &str) -> String {
        let meanings = read([("a", schema)]).unwrap();
        let text = schema.as_bytes().to_vec();
        let source = Source::new([("types/a.json".to_owned(), text)]);
        Diagnostics::resolve(meanings.warnings().to_vec(), &source).to_string()
    }

    #[test]
    fn a_schema_that_allows_nothing_is_a_warning_with_both_places() {
        let found = warnings("{\"allOf\": [\n{\"type\": \"string\"},\n{\"type\": \"integer\"}]}");
        let expected = "no value is allowed: the schema contradicts itself\n --> types/a.json:3:1";
        assert!(found.contains(expected), "{found}");
        assert!(found.contains("::: types/a.json:2:1"), "{found}");
        let found = warnings("{\"type\": \"string\",\n\"enum\": [1]}");
        assert!(found.contains("types/a.json:2:9"), "{found}");
        let found = warnings("{\"minLength\": 3, \"maxLength\": 2, \"type\": \"string\"}");
        assert!(found.contains("no value is allowed"), "{found}");
        assert_eq!(warnings("{\"properties\": {\"a\": false}}"), "");
        let apart = "{\"properties\": {\"a\": {\"type\": \"string\"}},
            \"allOf\": [{\"properties\": {\"a\": {\"type\": \"array\"}}}]}";
        let found = warnings(apart);
        let expected = "the property `a` has no allowed value: its schemas contradict each other";
        assert!(found.contains(expected), "{found}");
        assert!(found.contains("types/a.json:2:44"), "{found}");
    }

    #[test]
    fn an_unknown_keyword_is_a_warning_with_a_suggestion() {
        let found = warnings("{\"minLenght\": 3, \"x-more\": 1}");
        assert!(
            found.contains("`minLenght` is not a keyword of JSON Schema"),
            "{found}"
        );
        assert!(found.contains("help: did you mean `minLength`?"), "{found}");
        assert_eq!(found.matches("is not a keyword").count(), 1, "{found}");
    }

    #[test]
    fn ignored_siblings_of_a_reference_are_a_warning() {
        let schema =
            "{\"$ref\": \"#/definitions/b\", \"definitions\": {\"b\": true}, \"minLength\": 3}";
        assert!(
            warnings(schema).contains("draft-07 ignores the keywords beside `$ref`: `minLength`"),
            "{}",
            warnings(schema)
        );
    }

    #[test]
    fn an_alternative_remembers_some_of_many_schemas_that_lead_to_it() {
        let name = |number: usize| format!("t{number}");
        let mut types: Vec<(String, String)> = (0..100)
            .map(|number| {
                let next = name(number + 1);
                (
                    name(number),
                    format!(r##"{{"$ref": "#/definitions/{next}"}}"##),
                )
            })
            .collect();
        types.push((name(100), r#"{"type": "string"}"#.to_owned()));
        let types = types.iter();
        let types = types.map(|(name, text)| (name.as_str(), text.as_str()));
        let meanings = read(types).unwrap();
        let shape = meanings.shape(meanings.of_type("t0").unwrap());
        let origins = &shape.strings[0].origins;
        assert_eq!(origins.len(), 64);
        assert_eq!(meanings.name_of(origins[0]), Some("t0"));
    }

    #[test]
    fn mistakes_are_reported_all_at_once() {
        let schema = r##"{"required": true, "type": "strng", "minLength": -1,
            "properties": {"a": {"$ref": "#/no"}, "b": {"$ref": "other.json"}},
            "allOf": [{"$ref": "#"}], "pattern": "("}"##;
        let mistakes = read([("b", schema)]).err().unwrap();
        let mut messages: Vec<_> = mistakes.iter().map(|m| m.message().to_owned()).collect();
        messages.sort();
        let expected = [
            "`#/no` does not exist",
            "`(` is not a valid regular expression",
            "`minLength` must be a non-negative integer, not the number `-1`",
            "`required` must be a list of strings, not `true`",
            "`strng` is not a type",
            "the document `types/other.json` is not part of the source",
            "the schema refers to itself without end",
        ];
        for (message, expected) in messages.iter().zip(expected) {
            assert!(message.starts_with(expected), "{messages:#?}");
        }
        assert_eq!(messages.len(), expected.len(), "{messages:#?}");
    }
}
