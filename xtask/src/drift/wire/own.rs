//! Checks a value itself, without the values inside it.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::schema::{Kind, Schema};
use jsonschema::{Draft, Validator};
use serde_json::{Number, Value, json};

use super::breach::{Breach, BreachKind, Trail};
use super::sketch::{Sketch, kind_of};
use crate::mock::patterns;

/// Checks values, and caches compiled patterns and formats.
#[derive(Default)]
pub(super) struct Own {
    texts: RefCell<HashMap<(&'static str, String), Option<Validator>>>,
}

impl Own {
    /// Adds every deviation of the value itself from a schema.
    pub(super) fn check<'s>(
        &self,
        value: &Value,
        schema: &'s Schema,
        trail: Trail<'_>,
        found: &mut Vec<Breach<'s>>,
    ) {
        let mut add = |keyword, kind| {
            found.push(Breach {
                kind,
                schema,
                keyword,
                pointer: trail.pointer(),
                seen: Sketch::of(value),
            });
        };
        if !takes(schema, value) {
            return add("type", BreachKind::WrongType);
        }
        if let Some(keyword) = not_listed(schema, value) {
            add(
                keyword,
                BreachKind::UnknownValue(value.as_str().map(str::to_owned)),
            );
        }
        for name in schema.required.iter().flatten() {
            if value
                .as_object()
                .is_some_and(|members| !members.contains_key(name))
            {
                add("required", BreachKind::MissingRequired(name.clone()));
            }
        }
        for (keyword, measure) in self.broken(schema, value) {
            add(keyword, BreachKind::Constraint(measure));
        }
    }

    /// Whether a string matches an ECMA-262 pattern. Everything matches an invalid one, which the
    /// generator rejects.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> bool {
        self.is_valid("pattern", pattern, &Value::String(text.to_owned()))
    }

    fn is_valid(&self, keyword: &'static str, rule: &str, value: &Value) -> bool {
        let mut texts = self.texts.borrow_mut();
        let validator = texts.entry((keyword, rule.to_owned()));
        let validator = validator.or_insert_with(|| {
            let mut schema = json!({keyword: rule});
            patterns::make_strict(&mut schema);
            let options = jsonschema::options()
                .with_draft(Draft::Draft7)
                .with_pattern_options(patterns::options());
            options.should_validate_formats(true).build(&schema).ok()
        });
        validator
            .as_ref()
            .is_none_or(|validator| validator.is_valid(value))
    }

    /// The limits that a value violates, each with the value's length if that is the limit.
    fn broken(&self, schema: &Schema, value: &Value) -> Vec<Broken> {
        match value {
            Value::String(text) => {
                let limits = [schema.min_length, schema.max_length];
                let length = text.chars().count();
                let mut broken = lengths(length, limits, ["minLength", "maxLength"]);
                let rules = [("pattern", &schema.pattern), ("format", &schema.format)];
                let rules = rules
                    .into_iter()
                    .filter_map(|(k, rule)| Some((k, rule.as_ref()?)));
                let wrong = rules.filter(|(keyword, rule)| !self.is_valid(keyword, rule, value));
                broken.extend(wrong.map(|(keyword, _)| (keyword, None)));
                broken
            }
            Value::Array(items) => {
                let limits = [schema.min_items, schema.max_items];
                let mut broken = lengths(items.len(), limits, ["minItems", "maxItems"]);
                if schema.unique_items && !is_unique(items) {
                    broken.push(("uniqueItems", None));
                }
                broken
            }
            Value::Object(members) => {
                let limits = [schema.min_properties, schema.max_properties];
                lengths(members.len(), limits, ["minProperties", "maxProperties"])
            }
            Value::Number(number) => range(schema, number),
            Value::Null | Value::Bool(_) => Vec::new(),
        }
    }
}

/// A keyword, and the length if that is what it limits.
type Broken = (&'static str, Option<usize>);

/// Which of the minimal and the maximal length a length violates.
fn lengths(found: usize, limits: [Option<u64>; 2], keywords: [&'static str; 2]) -> Vec<Broken> {
    let length = u64::try_from(found).unwrap_or(u64::MAX);
    let [least, most] = limits;
    let broken = [
        least.is_some_and(|least| length < least),
        most.is_some_and(|most| length > most),
    ];
    let broken = keywords
        .into_iter()
        .zip(broken)
        .filter(|(_, broken)| *broken);
    broken.map(|(keyword, _)| (keyword, Some(found))).collect()
}

/// Which of the minimum and the maximum a number violates.
fn range(schema: &Schema, number: &Number) -> Vec<Broken> {
    let least = schema.minimum.as_ref();
    let most = schema.maximum.as_ref();
    let below = least.is_some_and(|least| is_less(number, least));
    let above = most.is_some_and(|most| is_less(most, number));
    let broken = [("minimum", below), ("maximum", above)].into_iter();
    broken
        .filter(|(_, broken)| *broken)
        .map(|(keyword, _)| (keyword, None))
        .collect()
}

fn is_less(a: &Number, b: &Number) -> bool {
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => a < b,
        _ => a.as_f64() < b.as_f64(),
    }
}

fn is_unique(items: &[Value]) -> bool {
    let mut known = HashSet::new();
    items.iter().all(|item| known.insert(item.to_string()))
}

/// Whether a schema accepts values of this JSON type. Without `type`, its other keywords decide, as
/// they do for the generator.
fn takes(schema: &Schema, value: &Value) -> bool {
    let seen = kind_of(value);
    let Some(kinds) = &schema.kind else {
        return match seen {
            Kind::Object => schema.items.is_none() || schema.properties.is_some(),
            Kind::Array => schema.properties.is_none() || schema.items.is_some(),
            Kind::Null => is_listed(schema, value) || !says_kind(schema),
            _ => schema.properties.is_none() && schema.items.is_none(),
        };
    };
    kinds
        .iter()
        .any(|kind| *kind == seen || (*kind == Kind::Number && seen == Kind::Integer))
}

/// Whether keywords other than `type` imply the type of a value.
fn says_kind(schema: &Schema) -> bool {
    schema.properties.is_some() || schema.items.is_some()
}

fn is_listed(schema: &Schema, value: &Value) -> bool {
    let mut values = schema.values.iter().flatten();
    values.any(|listed| is_same(listed, value)) || schema.constant.as_ref() == Some(value)
}

/// The keyword whose list lacks the value.
fn not_listed(schema: &Schema, value: &Value) -> Option<&'static str> {
    // For null, `type` decides rather than a list, which was made for the other values.
    if value.is_null() && schema.kind.is_some() {
        return None;
    }
    let lists = |values: &Vec<Value>| values.iter().any(|listed| is_same(listed, value));
    if schema.values.as_ref().is_some_and(|values| !lists(values)) {
        return Some("enum");
    }
    let constant = schema.constant.as_ref();
    let differs = constant.is_some_and(|constant| !is_same(constant, value));
    differs.then_some("const")
}

/// Whether two values are equal; numbers by value.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}
