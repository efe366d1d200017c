//! Whether a value meets a condition, and where it does not.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::equal::{are_unique, is_equal};
use super::evaluated::Evaluated;
use super::{Condition, matches, number};
use crate::value::rule::Kind;
use crate::value::validate::Validator;

impl Condition {
    /// Reports where a value does not meet the condition, naming the fields within it where
    /// possible.
    pub(crate) fn report(&self, value: &Value, at: &mut Validator) {
        match (self, value) {
            (Condition::All(all), _) => all.iter().for_each(|one| one.report(value, at)),
            (Condition::Reference(condition), _) => condition().report(value, at),
            (Condition::If { .. }, _) => self.branch(value).report(value, at),
            (Condition::Items { first, rest }, Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(condition) = first.get(index).or(*rest) {
                        at.index(index, |at| condition.report(item, at));
                    }
                }
            }
            (Condition::Properties { .. }, Value::Object(members)) => {
                for (name, value) in members {
                    at.field(name, |at| {
                        self.for_property(name)
                            .for_each(|one| one.report(value, at));
                    });
                }
            }
            (Condition::Dependent(name, condition), Value::Object(members)) => {
                if members.contains_key(*name) {
                    condition.report(value, at);
                }
            }
            (Condition::Required(names), Value::Object(members)) => {
                for name in names.iter().filter(|name| !members.contains_key(**name)) {
                    at.field(name, |at| at.refuse("a value"));
                }
            }
            (Condition::UnevaluatedProperties { within, rest }, Value::Object(members)) => {
                within.iter().for_each(|one| one.report(value, at));
                for (name, value) in left(within, value, members) {
                    at.field(name, |at| rest.report(value, at));
                }
            }
            _ if self.holds(value) => {}
            _ => at.refuse(self.words()),
        }
    }

    /// Whether a value meets the condition.
    pub(crate) fn holds(&self, value: &Value) -> bool {
        match (*self, value) {
            (Condition::Never, _) => false,
            (Condition::Types(kinds), _) => kinds.iter().any(|kind| is_of(value, *kind)),
            (Condition::OneOf(texts), _) => texts.iter().any(|text| is_text_of(text, value)),
            (Condition::All(all), _) => all.iter().all(|one| one.holds(value)),
            (Condition::Any(any), _) => any.iter().any(|one| one.holds(value)),
            (Condition::One(list), _) => {
                list.iter().filter(|one| one.holds(value)).take(2).count() == 1
            }
            (Condition::Not(not), _) => !not.holds(value),
            (Condition::If { .. }, _) => self.branch(value).holds(value),
            (Condition::Reference(condition), _) => condition().holds(value),
            (condition, Value::Number(number)) => condition.holds_of_number(number),
            (condition, Value::String(text)) => condition.holds_of_string(text),
            (condition, Value::Array(items)) => condition.holds_of_array(items, value),
            (condition, Value::Object(members)) => condition.holds_of_object(members, value),
            // No other condition applies to null and booleans, except through `within`.
            (
                Condition::UnevaluatedProperties { within, .. }
                | Condition::UnevaluatedItems { within, .. },
                _,
            ) => within.iter().all(|one| one.holds(value)),
            _ => true,
        }
    }

    /// The branch of an `If` that applies to a value; any other condition itself.
    pub(super) fn branch(&self, value: &Value) -> &Condition {
        match self {
            Condition::If {
                condition,
                then,
                otherwise,
            } => {
                if condition.holds(value) {
                    then
                } else {
                    otherwise
                }
            }
            other => other,
        }
    }

    fn holds_of_number(self, value: &serde_json::Number) -> bool {
        let compares =
            |limit, wanted: fn(Ordering) -> bool| number::compare(value, limit).is_none_or(wanted);
        match self {
            Condition::Minimum(limit) => compares(limit, Ordering::is_ge),
            Condition::ExclusiveMinimum(limit) => compares(limit, Ordering::is_gt),
            Condition::Maximum(limit) => compares(limit, Ordering::is_le),
            Condition::ExclusiveMaximum(limit) => compares(limit, Ordering::is_lt),
            Condition::MultipleOf(of) => number::is_multiple(value, of),
            other => other.holds_within(&Value::Number(value.clone())),
        }
    }

    fn holds_of_string(self, text: &str) -> bool {
        match self {
            Condition::MinLength(least) => text.chars().count() >= least,
            Condition::MaxLength(most) => text.chars().count() <= most,
            Condition::Pattern(pattern) => matches(pattern, text),
            other => other.holds_within(&Value::from(text)),
        }
    }

    fn holds_of_array(self, items: &[Value], value: &Value) -> bool {
        match self {
            Condition::MinItems(least) => items.len() >= least,
            Condition::MaxItems(most) => items.len() <= most,
            Condition::UniqueItems => are_unique(items),
            Condition::Items { first, rest } => items.iter().enumerate().all(|(index, item)| {
                let condition = first.get(index).or(rest);
                condition.is_none_or(|condition| condition.holds(item))
            }),
            Condition::Contains { item, least, most } => {
                let count = items.iter().filter(|one| item.holds(one)).count();
                count >= least && most.is_none_or(|most| count <= most)
            }
            Condition::UnevaluatedItems { within, rest } => {
                let mut seen = Evaluated::default();
                let holds = within.iter().all(|one| one.holds(value));
                within.iter().for_each(|one| one.evaluate(value, &mut seen));
                let left = items.iter().enumerate();
                holds
                    && left
                        .filter(|(index, _)| !seen.has_item(*index))
                        .all(|(_, item)| rest.holds(item))
            }
            other => other.holds_within(value),
        }
    }

    fn holds_of_object(self, members: &Map<String, Value>, value: &Value) -> bool {
        match self {
            Condition::MinProperties(least) => members.len() >= least,
            Condition::MaxProperties(most) => members.len() <= most,
            Condition::Required(names) => names.iter().all(|name| members.contains_key(*name)),
            Condition::Properties { .. } => members
                .iter()
                .all(|(name, value)| self.for_property(name).all(|one| one.holds(value))),
            Condition::Names(condition) => members
                .keys()
                .all(|name| condition.holds(&Value::from(name.as_str()))),
            Condition::Dependent(name, condition) => {
                !members.contains_key(name) || condition.holds(value)
            }
            Condition::UnevaluatedProperties { within, rest } => {
                within.iter().all(|one| one.holds(value))
                    && left(within, value, members).all(|(_, value)| rest.holds(value))
            }
            other => other.holds_within(value),
        }
    }

    /// Evaluates a condition on another type: it is met, unless a condition in `within` is not.
    fn holds_within(self, value: &Value) -> bool {
        match self {
            Condition::UnevaluatedProperties { within, .. }
            | Condition::UnevaluatedItems { within, .. } => {
                within.iter().all(|one| one.holds(value))
            }
            _ => true,
        }
    }

    /// The conditions of `Properties` for the property of this name.
    pub(super) fn for_property(self, name: &str) -> impl Iterator<Item = &'static Condition> {
        let (named, patterns, rest) = match self {
            Condition::Properties {
                named,
                patterns,
                rest,
            } => (named, patterns, rest),
            _ => (&[][..], &[][..], None),
        };
        let named = named.iter().find(|(other, _)| *other == name);
        let matching = patterns
            .iter()
            .filter(|(pattern, _)| matches(pattern, name));
        let mut found: Vec<_> = named
            .into_iter()
            .chain(matching)
            .map(|(_, one)| one)
            .collect();
        if found.is_empty() {
            found.extend(rest);
        }
        found.into_iter()
    }
}

/// The properties that none of these conditions has looked at.
fn left<'v>(
    within: &[Condition],
    value: &'v Value,
    members: &'v Map<String, Value>,
) -> impl Iterator<Item = (&'v String, &'v Value)> {
    let mut seen = Evaluated::default();
    within.iter().for_each(|one| one.evaluate(value, &mut seen));
    members
        .iter()
        .filter(move |(name, _)| !seen.has_property(name))
}

fn is_text_of(text: &str, value: &Value) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|other| is_equal(&other, value))
}

fn is_of(value: &Value, kind: Kind) -> bool {
    match kind {
        Kind::Null => value.is_null(),
        Kind::Boolean => value.is_boolean(),
        Kind::Number => value.is_number(),
        Kind::Integer => match value.as_f64() {
            Some(number) => number.fract() == 0.0,
            None => false,
        },
        Kind::String => value.is_string(),
        Kind::Array => value.is_array(),
        Kind::Object => value.is_object(),
    }
}
