//! `min` and `max`, which are not keywords: their intended meaning depends on `type`.

use serde_json::Value;

use crate::diagnostics::{Diagnostic, below, quoted};

use super::{Lints, Members};

impl Lints {
    /// Reports `min` and `max`.
    pub(super) fn limits(&mut self, members: &Members, at: &str) {
        for (key, bound) in [("min", Bound::Least), ("max", Bound::Most)] {
            if let Some(limit) = members.get(key).filter(|limit| limit.is_number()) {
                self.limit(members, (key, limit), bound, at);
            }
        }
    }

    fn limit(&mut self, members: &Members, (key, limit): (&str, &Value), bound: Bound, at: &str) {
        let message = format!("{} is not a keyword of JSON Schema", quoted(key));
        let mistake = |message: String, help: String| {
            let place = self.at(&below(at, key)).on_key();
            Diagnostic::warning(place, message, help).remove(limit)
        };
        let meant = kind(members).and_then(|kind| bound.of(kind).map(|meant| (kind, meant)));
        let mistake = match meant {
            Some((_, meant)) if members.contains_key(meant) => {
                let help = format!("remove it: the schema already has {}", quoted(meant));
                mistake(message, help)
            }
            Some((kind, meant)) => {
                let message = format!(
                    "{message}; for the type {} it is {}",
                    quoted(kind),
                    quoted(meant)
                );
                let help = format!("write {}", quoted(meant));
                let new = below(at, meant);
                mistake(message, help).suggest(new, None, Some(limit.clone()))
            }
            None => {
                let help = "remove it, or add a `type`".to_owned();
                mistake(message, help).guess()
            }
        };
        self.report(mistake);
    }
}

/// A schema with `min` and `max` replaced by the intended keywords.
pub(super) fn limited(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kind = kind(members);
            let named = |key: &str, value: &Value| match (key, value, kind) {
                ("min", Value::Number(_), Some(kind)) => Bound::Least.of(kind),
                ("max", Value::Number(_), Some(kind)) => Bound::Most.of(kind),
                _ => None,
            };
            let members = members.iter().map(|(key, value)| {
                let key = named(key, value).unwrap_or(key);
                (key.to_owned(), limited(value))
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(limited).collect()),
        other => other.clone(),
    }
}

/// Which end of a range.
#[derive(Clone, Copy)]
enum Bound {
    Least,
    Most,
}

impl Bound {
    /// The keyword that limits values of a type.
    fn of(self, kind: &str) -> Option<&'static str> {
        let (least, most) = match kind {
            "string" => ("minLength", "maxLength"),
            "integer" | "number" => ("minimum", "maximum"),
            "array" => ("minItems", "maxItems"),
            "object" => ("minProperties", "maxProperties"),
            _ => return None,
        };
        Some(match self {
            Bound::Least => least,
            Bound::Most => most,
        })
    }
}

/// The one type of a schema's values, besides null.
fn kind(schema: &Members) -> Option<&str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            let kind = kinds.by_ref().find(|kind| *kind != "null")?;
            kinds.all(|kind| kind == "null").then_some(kind)
        }
        _ => None,
    }
}
