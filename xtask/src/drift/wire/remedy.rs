//! The change of the schemas that resolves a finding, ready to be applied.

use serde_json::{Map, Value, json};

use crate::corrections::expectation;

use super::breach::{Breach, BreachKind};
use super::service::Service;
use super::sketch::{Sketch, types};

/// A change at a place of a file; for an imported file it is a correction to record.
struct Change<'a> {
    file: &'a str,
    pointer: String,
    value: Option<Value>,
}

/// How to fix a deviation. `shown` is its name or value, if it may be shown; `seen` has the types
/// of all values seen.
pub(super) fn of_breach(
    service: &Service,
    breach: &Breach<'_>,
    shown: Option<&str>,
    seen: &Sketch,
) -> String {
    let Some((file, place)) = service.schemas.place(breach.schema) else {
        return "change the schema".to_owned();
    };
    let keyword = breach.keyword;
    let pointer = format!("{place}/{keyword}");
    let current = service.value(file, &pointer);
    let value = match (&breach.kind, shown) {
        (BreachKind::UnknownProperty(Some(_)), Some(name)) => {
            return property(service, file, pointer, current, name, seen);
        }
        (BreachKind::UnknownProperty(None), _) => {
            return format!(
                "describe such values with `patternProperties` or `additionalProperties` of \
                 {file}#{place}, e.g. {}",
                seen.schema()
            );
        }
        (BreachKind::UnknownProperty(Some(_)), None) => {
            return format!(
                "if its names are data, it is a map: set `\"additionalProperties\": {}` in \
                 {file}#{place}; otherwise add the property to `properties`",
                seen.schema()
            );
        }
        (_, _) if ["oneOf", "anyOf"].contains(&keyword) => {
            return format!("add a branch for {} to {file}#{pointer}", seen.words());
        }
        (BreachKind::UnknownValue(_), Some(value)) if keyword == "enum" => appended(current, value),
        (BreachKind::UnknownValue(_), _) => {
            return format!("add the value to {file}#{pointer}, or remove `{keyword}` there");
        }
        (BreachKind::MissingRequired(name), _) => without(current, name),
        (BreachKind::WrongType, _) => Some(widened(current, seen)),
        (BreachKind::Constraint(_), _) => {
            let limit = current.map(Value::to_string).unwrap_or_default();
            let remove = Change {
                file,
                pointer: pointer.clone(),
                value: None,
            };
            return format!(
                "widen `{keyword}` ({limit}), or {}",
                remove.words(service, current)
            );
        }
    };
    Change {
        file,
        pointer,
        value,
    }
    .words(service, current)
}

/// Adds a property, or the first one.
fn property(
    service: &Service,
    file: &str,
    pointer: String,
    current: Option<&Value>,
    name: &str,
    seen: &Sketch,
) -> String {
    let change = match current {
        Some(_) => Change {
            file,
            pointer: format!("{pointer}/{}", super::schemas::escaped(name)),
            value: Some(seen.schema()),
        },
        None => Change {
            file,
            pointer,
            value: Some(Value::Object(Map::from_iter([(
                name.to_owned(),
                seen.schema(),
            )]))),
        },
    };
    change.words(service, None)
}

/// Adds a member or an item to a list of a descriptor.
pub(super) fn added(service: &Service, file: &str, pointer: &str, value: Value) -> String {
    let change = Change {
        file,
        pointer: pointer.to_owned(),
        value: Some(value),
    };
    change.words(service, None)
}

/// Adds an item to a list of a descriptor, or creates the list with it.
pub(super) fn listed(service: &Service, file: &str, pointer: &str, item: Value) -> String {
    let current = service.value(file, pointer);
    let count = current.and_then(Value::as_array).map_or(0, Vec::len);
    if count > 0 && !is_corrected(service, file) {
        return format!("add {item} to {file}#{pointer}");
    }
    let before = (0..count).map(|index| json!({"$expected": format!("/{index}")}));
    let change = Change {
        file,
        pointer: pointer.to_owned(),
        value: Some(before.chain([item]).collect()),
    };
    change.words(service, current)
}

/// Whether a file must not be edited, but is changed by recorded corrections.
fn is_corrected(service: &Service, file: &str) -> bool {
    service.is_imported && file != "api.json"
}

/// Removes a member of a descriptor.
pub(super) fn removed(service: &Service, file: &str, pointer: &str) -> String {
    let change = Change {
        file,
        pointer: pointer.to_owned(),
        value: None,
    };
    change.words(service, service.value(file, pointer))
}

fn appended(current: Option<&Value>, value: &str) -> Option<Value> {
    let mut list = current?.as_array()?.clone();
    list.push(json!(value));
    Some(Value::Array(list))
}

/// A list without a name; none if the list would be empty.
fn without(current: Option<&Value>, name: &str) -> Option<Value> {
    let rest = current?.as_array()?.iter();
    let rest: Vec<_> = rest.filter(|other| *other != name).cloned().collect();
    (!rest.is_empty()).then_some(Value::Array(rest))
}

/// `type` extended by the types seen.
fn widened(current: Option<&Value>, seen: &Sketch) -> Value {
    let listed = match current {
        Some(Value::Array(list)) => list.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let listed = listed.iter();
    let known = listed.filter_map(|kind| serde_json::from_value(kind.clone()).ok());
    types(known.chain(seen.kinds()))
}

impl Change<'_> {
    /// The change in words, or as the correction to record.
    fn words(&self, service: &Service, current: Option<&Value>) -> String {
        let Change {
            file,
            pointer,
            value,
        } = self;
        if !is_corrected(service, file) {
            return match value {
                Some(value) => format!("set {file}#{pointer} to {value}"),
                None => format!("remove {file}#{pointer}"),
            };
        }
        let mut members = vec![format!("\"file\": {}", json!(file))];
        members.push(format!("\"pointer\": {}", json!(pointer)));
        members.extend(current.map(|value| format!("\"expected\": {}", expectation(value))));
        members.extend(value.as_ref().map(|value| format!("\"value\": {value}")));
        members.push("\"reason\": \"Seen in traffic.\"".to_owned());
        format!(
            "add to \"corrections\" of a file in upstream/: {{{}}}",
            members.join(", ")
        )
    }
}
