//! The parameters of an action, and their schemas.

use std::sync::OnceLock;

use codegen::descriptor::{Location, Parameter, ParameterType};
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use super::definitions::{Definitions, steps};
use super::patterns;

/// The maximal number of violations reported for one value.
const SHOWN_VIOLATIONS: usize = 3;

/// The maximal number of schemas that one value is validated against: beyond it there are nested
/// choices, for which a validator takes exponential time.
const MOST_STEPS: u64 = 100_000;

/// How a value is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As a string, one pair.
    Scalar,
    /// In bracket form, a pair for each scalar inside.
    Brackets,
    /// As a JSON string.
    Json,
}

/// A parameter of an action.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) location: Location,
    pub(super) required: bool,
    pub(super) default: Option<Value>,
    pub(super) example: Option<Value>,
    pub(super) form: Form,
    /// Whether it is the content of a file, which may be anything.
    pub(super) is_file: bool,
    pub(super) schema: Value,
    /// Created when first needed: a run uses few of hundreds of actions.
    validator: OnceLock<Result<Validator, String>>,
}

/// Why a value is rejected.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Violation {
    /// The value violates the schema.
    Value(String),
    /// The schema itself is invalid.
    Schema(String),
}

impl Field {
    /// The field described by `parameter`; `raw` is the same as JSON.
    pub(super) fn new(parameter: &Parameter, raw: &Value) -> Self {
        let form = match (parameter.location, parameter.kind, &parameter.schema) {
            (Location::Body, _, _) | (_, Some(ParameterType::Object), _) => Form::Json,
            // A part is a scalar as a string, or JSON.
            (Location::Multipart, _, Some(_)) => Form::Json,
            (_, None, Some(_)) => Form::Brackets,
            _ => Form::Scalar,
        };
        let mut schema = Map::new();
        for keyword in [
            "type",
            "format",
            "enum",
            "pattern",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
        ] {
            if let Some(value) = raw.get(keyword) {
                schema.insert(keyword.to_owned(), value.clone());
            }
        }
        if let Some(structure) = raw.get("schema") {
            schema.insert("allOf".to_owned(), json!([structure]));
        }
        if parameter.kind.is_none() && form == Form::Scalar {
            schema.insert("type".to_owned(), json!("string"));
        }
        Field {
            name: parameter.name.clone(),
            location: parameter.location,
            required: parameter.required || parameter.location == Location::Path,
            default: parameter.default.clone(),
            example: parameter.example.clone(),
            form,
            is_file: parameter.kind == Some(ParameterType::File),
            schema: Value::Object(schema),
            validator: OnceLock::new(),
        }
    }

    /// Its name in messages: ``query parameter `sortField` ``.
    pub(super) fn title(&self) -> String {
        let name = &self.name;
        match self.location {
            Location::Path => format!("path parameter `{name}`"),
            Location::Query => format!("query parameter `{name}`"),
            Location::Header => format!("header `{name}`"),
            Location::Body => "body".to_owned(),
            Location::Multipart => format!("part `{name}`"),
        }
    }

    /// Checks a value against the schema.
    pub(super) fn check(&self, value: &Value, definitions: &Definitions) -> Result<(), Violation> {
        let validator = self.validator.get_or_init(|| {
            let document = definitions.document(&self.schema);
            if steps(&document) > MOST_STEPS {
                return Err(format!(
                    "a value would have to be validated against more than {MOST_STEPS} branches"
                ));
            }
            jsonschema::options()
                .with_draft(Draft::Draft7)
                .should_validate_formats(true)
                .with_pattern_options(patterns::options())
                .build(&document)
                .map_err(|error| error.masked().to_string())
        });
        let validator = validator
            .as_ref()
            .map_err(|error| Violation::Schema(error.clone()))?;
        let violations = validator.iter_errors(value).take(SHOWN_VIOLATIONS);
        let violations: Vec<String> = violations
            .map(|violation| match violation.instance_path().as_str() {
                "" => violation.to_string(),
                path => format!("{path}: {violation}"),
            })
            .collect();
        if violations.is_empty() {
            Ok(())
        } else {
            Err(Violation::Value(violations.join("; ")))
        }
    }
}
