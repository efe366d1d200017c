//! Which properties and items a condition has evaluated, for the `unevaluated` keywords.

use std::collections::HashSet;

use serde_json::Value;

use super::{Condition, matches};

/// The parts of one value that some condition has evaluated and accepted.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    properties: HashSet<String>,
    items: HashSet<usize>,
    /// All items before this one.
    items_below: usize,
    is_everything: bool,
}

impl Evaluated {
    pub(super) fn has_property(&self, name: &str) -> bool {
        self.is_everything || self.properties.contains(name)
    }

    pub(super) fn has_item(&self, index: usize) -> bool {
        self.is_everything || index < self.items_below || self.items.contains(&index)
    }
}

impl Condition {
    /// Adds what the condition evaluates in a value; nothing if the condition is not met.
    pub(super) fn evaluate(&self, value: &Value, seen: &mut Evaluated) {
        if !self.holds(value) {
            return;
        }
        match (self, value) {
            (Condition::All(list) | Condition::Any(list) | Condition::One(list), _) => {
                list.iter().for_each(|one| one.evaluate(value, seen));
            }
            (Condition::Reference(condition), _) => condition().evaluate(value, seen),
            (Condition::If { condition, .. }, _) => {
                condition.evaluate(value, seen);
                self.branch(value).evaluate(value, seen);
            }
            (Condition::Dependent(name, condition), Value::Object(members))
                if members.contains_key(*name) =>
            {
                condition.evaluate(value, seen);
            }
            (
                Condition::Properties {
                    named,
                    patterns,
                    rest,
                },
                Value::Object(members),
            ) => {
                let is_covered = |name: &str| {
                    named.iter().any(|(other, _)| *other == name)
                        || patterns.iter().any(|(pattern, _)| matches(pattern, name))
                };
                let names = members
                    .keys()
                    .filter(|name| rest.is_some() || is_covered(name));
                seen.properties.extend(names.cloned());
            }
            (Condition::Items { first, rest }, Value::Array(items)) => {
                let below = if rest.is_some() {
                    items.len()
                } else {
                    first.len()
                };
                seen.items_below = seen.items_below.max(below);
            }
            (Condition::Contains { item, .. }, Value::Array(items)) => {
                let found = items.iter().enumerate().filter(|(_, one)| item.holds(one));
                seen.items.extend(found.map(|(index, _)| index));
            }
            (Condition::UnevaluatedProperties { .. }, Value::Object(_))
            | (Condition::UnevaluatedItems { .. }, Value::Array(_)) => seen.is_everything = true,
            (
                Condition::UnevaluatedProperties { within, .. }
                | Condition::UnevaluatedItems { within, .. },
                _,
            ) => within.iter().for_each(|one| one.evaluate(value, seen)),
            _ => {}
        }
    }
}
