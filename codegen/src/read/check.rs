//! Checks whether a JSON value has the expected shape, and suggests a fix if it has not.

use serde_json::{Map, Value, json};

use crate::diagnostics::{Diagnostic, LONGEST_VALUE, Place, did_you_mean, listed, quoted};

use super::shape::{Record, Shape, Shapes, Unknown};

/// All places where the document `value` has an unexpected shape.
pub(super) fn check(path: &str, value: &Value, shapes: &Shapes) -> Vec<Diagnostic> {
    let mut check = Check {
        path,
        shapes,
        found: Vec::new(),
    };
    match shapes.root() {
        Ok(shape) => check.value(value, shape, &Trail::Root),
        Err(Unknown(what)) => check.found.push(Diagnostic::new(
            Place::file(path),
            format!("the reader does not support a part of the format: {what}"),
            "extend `codegen/src/read/shape.rs`: this is not a mistake in the file",
        )),
    }
    check.found
}

/// The path from a document's root to a value; it becomes a place only for a mistake.
enum Trail<'t> {
    Root,
    Member(&'t Trail<'t>, &'t str),
    Item(&'t Trail<'t>, usize),
}

impl Trail<'_> {
    fn place(&self, path: &str) -> Place {
        match self {
            Trail::Root => Place::at(path, ""),
            Trail::Member(parent, name) => parent.place(path).child(name),
            Trail::Item(parent, number) => parent.place(path).index(*number),
        }
    }
}

struct Check<'a> {
    path: &'a str,
    shapes: &'a Shapes,
    found: Vec<Diagnostic>,
}

impl Check<'_> {
    fn value(&mut self, value: &Value, shape: &Shape, trail: &Trail<'_>) {
        match (shape, value) {
            (Shape::Any, _)
            | (Shape::String, Value::String(_))
            | (Shape::Boolean, Value::Bool(_))
            | (Shape::Number, Value::Number(_))
            | (Shape::Optional(_), Value::Null) => {}
            (Shape::Unsigned, Value::Number(number)) if number.is_u64() => {}
            (Shape::Choice(choices), Value::String(text)) => self.choice(text, choices, trail),
            (Shape::List(item), Value::Array(items)) => {
                for (number, value) in items.iter().enumerate() {
                    self.value(value, item, &Trail::Item(trail, number));
                }
            }
            (Shape::Map(member), Value::Object(members)) => {
                for (key, value) in members {
                    self.value(value, member, &Trail::Member(trail, key));
                }
            }
            (Shape::Record(record), Value::Object(members)) => self.record(members, record, trail),
            (Shape::Optional(shape), value) => self.value(value, shape, trail),
            (Shape::Either(choices), value)
                if choices.iter().any(|shape| self.is_meant(shape, value)) =>
            {
                let mut meant = choices.iter().filter(|shape| self.is_meant(shape, value));
                if let Some(shape) = meant.next() {
                    self.value(value, shape, trail);
                }
            }
            (Shape::Named(name), value) => {
                if let Some(shape) = self.shapes.named(name) {
                    self.value(value, shape, trail);
                }
            }
            (shape, value) => self.mismatch(value, shape, trail),
        }
    }

    /// Whether a value has the JSON type of a shape.
    fn is_meant(&self, shape: &Shape, value: &Value) -> bool {
        match shape {
            Shape::Any => true,
            Shape::String | Shape::Choice(_) => value.is_string(),
            Shape::Boolean => value.is_boolean(),
            Shape::Number | Shape::Unsigned => value.is_number(),
            Shape::List(_) => value.is_array(),
            Shape::Map(_) | Shape::Record(_) => value.is_object(),
            Shape::Named(name) => {
                let named = self.shapes.named(name);
                named.is_some_and(|shape| self.is_meant(shape, value))
            }
            Shape::Optional(shape) => value.is_null() || self.is_meant(shape, value),
            Shape::Either(choices) => choices.iter().any(|shape| self.is_meant(shape, value)),
        }
    }

    /// Reports a value with another JSON type than its shape.
    fn mismatch(&mut self, value: &Value, shape: &Shape, trail: &Trail<'_>) {
        let expected = self.expected(shape);
        let message = format!("expected {expected}, found {}", found(value));
        let place = trail.place(self.path);
        self.found.push(match (remedy(shape, value), value, trail) {
            (Some((help, right)), ..) => {
                Diagnostic::new(place, message, help).replace(value, right)
            }
            (None, Value::Null, Trail::Member(..)) => {
                let help = format!("write {expected}, or remove it");
                Diagnostic::new(place, message, help).remove(value)
            }
            (None, ..) => {
                let help = format!("write {expected}");
                let mistake = Diagnostic::new(place, message, help);
                mistake.remove(value).guess()
            }
        });
    }

    fn choice(&mut self, text: &str, choices: &[String], trail: &Trail<'_>) {
        if choices.iter().any(|choice| choice == text) {
            return;
        }
        let message = match trail {
            Trail::Member(_, key) => format!("unknown value {} of {}", quoted(text), quoted(key)),
            Trail::Root | Trail::Item(..) => format!("unknown value {}", quoted(text)),
        };
        let accepted = format!(
            "expected one of {}",
            listed(choices.iter().map(String::as_str))
        );
        let near = did_you_mean(text, choices.iter().map(String::as_str));
        let help = match near {
            Some(choice) => format!("did you mean {}? {accepted}", quoted(choice)),
            None => accepted,
        };
        let mistake = Diagnostic::new(trail.place(self.path), message, help);
        let likely = near.or(choices.first().map(String::as_str));
        let likely = Value::from(likely.unwrap_or_default());
        self.found
            .push(mistake.replace(&Value::from(text), likely).guess());
    }

    fn record(&mut self, members: &Map<String, Value>, record: &Record, trail: &Trail<'_>) {
        let mut meant = Vec::new();
        for (key, value) in members {
            let trail = Trail::Member(trail, key);
            match record.members.get(key) {
                Some(shape) => self.value(value, shape, &trail),
                None => meant.extend(self.unknown_key(key, members, record, &trail)),
            }
        }
        for key in &record.required {
            // A misspelled key is already reported, with this key as its remedy.
            if !members.contains_key(key) && !meant.contains(&key.as_str()) {
                let shape = record.members.get(key).unwrap_or(&Shape::Any);
                let help = format!("add {}, {}", quoted(key), self.expected(shape));
                self.report(
                    trail.place(self.path),
                    format!("missing key {}", quoted(key)),
                    help,
                );
            }
        }
    }

    /// Reports an unknown key, and returns the one that was probably meant.
    fn unknown_key<'r>(
        &mut self,
        key: &str,
        members: &Map<String, Value>,
        record: &'r Record,
        trail: &Trail<'_>,
    ) -> Option<&'r str> {
        let known = || record.members.keys().map(String::as_str);
        let place = trail.place(self.path).on_key();
        let meant = did_you_mean(key, known().filter(|known| !members.contains_key(*known)));
        let help = match meant {
            Some(meant) => format!("did you mean {}?", quoted(meant)),
            None => format!("remove it; the known keys are {}", listed(known())),
        };
        let mistake = Diagnostic::new(place, format!("unknown key {}", quoted(key)), help);
        self.found.push(match (meant, members.get(key)) {
            (Some(meant), _) => mistake.rename(members, key, meant).guess(),
            // It is not a misspelled key, so nothing is lost without it.
            (None, Some(value)) => mistake.remove(value),
            (None, None) => mistake,
        });
        meant
    }

    fn report(&mut self, place: Place, message: String, help: String) {
        self.found.push(Diagnostic::new(place, message, help));
    }

    /// The values of a shape, in words.
    fn expected(&self, shape: &Shape) -> String {
        match shape {
            Shape::Any => "any value".to_owned(),
            Shape::String => "a string".to_owned(),
            Shape::Boolean => "`true` or `false`".to_owned(),
            Shape::Number => "a number".to_owned(),
            Shape::Unsigned => "a non-negative integer".to_owned(),
            Shape::Choice(choices) => {
                format!("one of {}", listed(choices.iter().map(String::as_str)))
            }
            Shape::List(_) => "an array".to_owned(),
            Shape::Map(_) | Shape::Record(_) => "an object".to_owned(),
            Shape::Optional(shape) => self.expected(shape),
            Shape::Either(choices) => {
                let choices: Vec<_> = choices.iter().map(|shape| self.expected(shape)).collect();
                choices.join(", or ")
            }
            Shape::Named(name) => self
                .shapes
                .named(name)
                .map_or_else(|| name.clone(), |shape| self.expected(shape)),
        }
    }
}

/// A value in words; a short one in full.
fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => format!("`{flag}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::String(text) => format!("the string {}", quoted(text)),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// The fix for a value with the right content in the wrong form, and the right form.
fn remedy(shape: &Shape, value: &Value) -> Option<(String, Value)> {
    match (shape, value) {
        (Shape::String, Value::Number(_) | Value::Bool(_)) => {
            let help = format!("put it in double quotes: `\"{value}\"`");
            Some((help, value.to_string().into()))
        }
        (Shape::Boolean | Shape::Number | Shape::Unsigned, Value::String(text)) => {
            let right = serde_json::from_str(text).ok()?;
            let fits = match &right {
                Value::Bool(_) => matches!(shape, Shape::Boolean),
                Value::Number(number) => match shape {
                    Shape::Boolean => false,
                    Shape::Unsigned => number.is_u64(),
                    _ => true,
                },
                _ => false,
            };
            fits.then(|| (format!("remove the double quotes: {}", quoted(text)), right))
        }
        (Shape::List(_), Value::String(_) | Value::Object(_)) => {
            let inside = if value.to_string().chars().count() <= LONGEST_VALUE {
                value.clone()
            } else {
                json!({"$expected": ""})
            };
            Some(("put it in brackets: `[…]`".to_owned(), json!([inside])))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
