//! What the keywords of a schema accept.

use serde_json::{Value, json};

use super::super::decimal::Decimal;
use super::super::json::Json;
use crate::diagnostics::{LONGEST_VALUE, quoted};

/// The values that a keyword accepts.
#[derive(Clone, Copy)]
pub(super) enum Expected {
    String,
    Boolean,
    Number,
    Positive,
    Count,
    List,
    Names,
    Types,
    Schema,
    Schemas,
    Members,
}

impl Expected {
    pub fn words(self) -> &'static str {
        match self {
            Expected::String => "a string",
            Expected::Boolean => "`true` or `false`",
            Expected::Number => "a number",
            Expected::Positive => "a number greater than 0",
            Expected::Count => "a non-negative integer",
            Expected::List => "a list",
            Expected::Names => "a list of strings",
            Expected::Types => "the name of a type, or a list of such names",
            Expected::Schema => "a schema",
            Expected::Schemas => "a list of at least one schema",
            Expected::Members => "an object",
        }
    }

    pub fn fits(self, json: &Json) -> bool {
        let number = match json {
            Json::Number(number) => Some(Decimal::of_number(number)),
            _ => None,
        };
        match self {
            Expected::String => json.as_str().is_some(),
            Expected::Boolean => matches!(json, Json::Bool(_)),
            Expected::Number => number.is_some(),
            Expected::Positive => number.is_some_and(|number| number.is_positive()),
            Expected::Count => json.as_count().is_some(),
            Expected::List => matches!(json, Json::Array(_)),
            Expected::Names | Expected::Types => json.as_strings().is_some(),
            Expected::Schema => matches!(json, Json::Object(_) | Json::Bool(_)),
            Expected::Schemas => match json {
                Json::Array(items) => items.iter().all(|item| Expected::Schema.fits(item)),
                _ => false,
            },
            Expected::Members => json.as_object().is_some(),
        }
    }

    /// The fix for a value with the right content in the wrong form, and the right form.
    pub fn remedy(self, json: &Json) -> Option<(String, Value)> {
        let value = json.to_value();
        if let Json::String(text) = json
            && let Ok(right) = serde_json::from_str::<Json>(text)
            && self.fits(&right)
        {
            let help = format!("remove the double quotes: {}", quoted(text));
            return Some((help, right.to_value()));
        }
        if matches!(
            (self, json),
            (Expected::String, Json::Number(_) | Json::Bool(_))
        ) {
            let help = format!("put it in double quotes: `\"{value}\"`");
            return Some((help, value.to_string().into()));
        }
        if self.fits(&Json::Array(vec![json.clone()])) {
            let inside = if value.to_string().chars().count() <= LONGEST_VALUE {
                value
            } else {
                json!({"$expected": ""})
            };
            return Some(("put it in brackets: `[…]`".to_owned(), json!([inside])));
        }
        None
    }
}

/// A value in words; a short one in full.
pub(super) fn shown(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(flag) => format!("`{flag}`"),
        Json::Number(number) => format!("the number `{number}`"),
        Json::String(text) => format!("the string {}", quoted(text)),
        Json::Array(items) if items.is_empty() => "an empty array".to_owned(),
        Json::Array(_) => "an array".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}
