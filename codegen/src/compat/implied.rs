//! Whether all values that satisfy some rules satisfy another one. This distinguishes a looser
//! limit from a tighter one.

use std::sync::Arc;

use serde_json::Value;

use crate::ir::{Condition, Kind, NamedCondition, Rule};

/// Whether every value that satisfies `rules` satisfies `rule`. False if it cannot be known, as for
/// two patterns, or after [`MOST_STEPS`].
pub(super) fn implies(rules: &[Rule], rule: &Rule) -> bool {
    Search { steps: MOST_STEPS }.implies(rules, rule)
}

/// The maximal number of rules that are looked at for the answer. Each choice of alternatives
/// multiplies the cases.
const MOST_STEPS: usize = 3_000;

/// A search through the alternatives of some rules.
struct Search {
    /// The number of rules that may still be looked at.
    steps: usize,
}

impl Search {
    fn imply(&mut self, rules: &[Rule], others: &[Rule]) -> bool {
        others.iter().all(|other| self.implies(rules, other))
    }

    fn implies(&mut self, rules: &[Rule], rule: &Rule) -> bool {
        let rules: Vec<Rule> = rules.iter().flat_map(spelled).collect();
        let mut others = spelled(rule).into_iter();
        others.all(|rule| self.each_implies(&rules, &rule))
    }

    fn each_implies(&mut self, rules: &[Rule], rule: &Rule) -> bool {
        let Some(left) = self.steps.checked_sub(rules.len().max(1)) else {
            return false;
        };
        self.steps = left;
        if rules
            .iter()
            .any(|own| own == rule || self.one_implies(own, rule))
        {
            return true;
        }
        if let Rule::Meets(named) = rule
            && let Condition::Any(choices) = &*named.condition
            && choices.iter().any(|choice| self.imply(rules, &of(choice)))
        {
            return true;
        }
        // Every alternative must imply it, together with all other rules.
        let mut own = rules.iter().enumerate();
        own.any(|(index, own)| match own {
            Rule::Meets(named) => match &*named.condition {
                Condition::Any(choices) | Condition::One(choices) => choices.iter().all(|choice| {
                    let mut whole = of(choice);
                    whole.extend_from_slice(&rules[..index]);
                    whole.extend_from_slice(&rules[index + 1..]);
                    self.implies(&whole, rule)
                }),
                _ => false,
            },
            _ => false,
        })
    }

    fn one_implies(&mut self, own: &Rule, rule: &Rule) -> bool {
        match (own, rule) {
            (Rule::MinLength(a), Rule::MinLength(b))
            | (Rule::MinItems(a), Rule::MinItems(b))
            | (Rule::MinProperties(a), Rule::MinProperties(b)) => a >= b,
            (Rule::MaxLength(a), Rule::MaxLength(b))
            | (Rule::MaxItems(a), Rule::MaxItems(b))
            | (Rule::MaxProperties(a), Rule::MaxProperties(b)) => a <= b,
            (Rule::Each(a), Rule::Each(b)) => self.imply(a, b),
            (Rule::Kinds(a), Rule::Kinds(b)) => a.iter().all(|kind| has_kind(b, *kind)),
            (Rule::AnyRequired(a), Rule::AnyRequired(b)) => a.iter().all(|list| {
                b.iter()
                    .any(|other| other.iter().all(|name| list.contains(name)))
            }),
            (Rule::OneOf(values), rule) => values.iter().all(|value| satisfies(value, rule)),
            (own, rule) => match (least(own), least(rule), most(own), most(rule)) {
                (Some(a), Some(b), _, _) => a >= b,
                (_, _, Some(a), Some(b)) => a <= b,
                _ => false,
            },
        }
    }
}

/// Splits a rule into the simple rules that it consists of.
fn spelled(rule: &Rule) -> Vec<Rule> {
    match rule {
        Rule::Meets(named) => match &*named.condition {
            Condition::All(all) => all.iter().flat_map(of).collect(),
            condition => vec![simple(condition).unwrap_or_else(|| rule.clone())],
        },
        rule => vec![rule.clone()],
    }
}

/// A condition as rules.
fn of(condition: &Condition) -> Vec<Rule> {
    if let Condition::All(all) = condition {
        return all.iter().flat_map(of).collect();
    }
    let meets = || {
        Rule::Meets(NamedCondition {
            name: String::new(),
            condition: Arc::new(condition.clone()),
        })
    };
    vec![simple(condition).unwrap_or_else(meets)]
}

/// The rule that is the same as a condition.
fn simple(condition: &Condition) -> Option<Rule> {
    Some(match condition {
        Condition::Types(kinds) => Rule::Kinds(kinds.clone()),
        Condition::OneOf(values) => Rule::OneOf(values.clone()),
        Condition::MinLength(least) => Rule::MinLength(*least),
        Condition::MaxLength(most) => Rule::MaxLength(*most),
        Condition::Pattern(pattern) => Rule::Pattern(pattern.clone()),
        Condition::Minimum(least) => Rule::MinimumNumber(least.clone()),
        Condition::Maximum(most) => Rule::MaximumNumber(most.clone()),
        Condition::MinItems(least) => Rule::MinItems(*least),
        Condition::MaxItems(most) => Rule::MaxItems(*most),
        Condition::UniqueItems => Rule::UniqueItems,
        Condition::MinProperties(least) => Rule::MinProperties(*least),
        Condition::MaxProperties(most) => Rule::MaxProperties(*most),
        _ => return None,
    })
}

fn has_kind(kinds: &[Kind], kind: Kind) -> bool {
    kinds.contains(&kind) || (kind == Kind::Integer && kinds.contains(&Kind::Number))
}

/// Whether a value, as JSON, satisfies a rule.
fn satisfies(value: &str, rule: &Rule) -> bool {
    let value = match rule {
        Rule::OneOf(others) => return others.iter().any(|other| other == value),
        _ => serde_json::from_str::<Value>(value).unwrap_or_default(),
    };
    let length = value.as_str().map(|text| text.chars().count() as u64);
    match rule {
        Rule::MinLength(least) => length.is_some_and(|length| length >= *least),
        Rule::MaxLength(most) => length.is_some_and(|length| length <= *most),
        Rule::Kinds(kinds) => has_kind(kinds, kind(&value)),
        rule => match (least(rule), most(rule), value.as_f64()) {
            (Some(least), _, Some(number)) => number >= least,
            (_, Some(most), Some(number)) => number <= most,
            _ => false,
        },
    }
}

fn kind(value: &Value) -> Kind {
    match value {
        Value::Null => Kind::Null,
        Value::Bool(_) => Kind::Boolean,
        Value::Number(number) if number.is_f64() => Kind::Number,
        Value::Number(_) => Kind::Integer,
        _ => Kind::String,
    }
}

// Limits are only compared, so the nearest float is close enough.

/// The least number that a rule allows.
pub(super) fn least(rule: &Rule) -> Option<f64> {
    match rule {
        Rule::Minimum(number) => Some(*number as f64),
        Rule::MinimumNumber(text) => text.parse().ok(),
        _ => None,
    }
}

/// The greatest number that a rule allows.
pub(super) fn most(rule: &Rule) -> Option<f64> {
    match rule {
        Rule::Maximum(number) => Some(*number as f64),
        Rule::MaximumNumber(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imply(rules: &[Rule], others: &[Rule]) -> bool {
        others.iter().all(|other| implies(rules, other))
    }

    fn text(most: u64) -> Condition {
        Condition::All(vec![
            Condition::Types(vec![Kind::String]),
            Condition::MaxLength(most),
        ])
    }

    fn number() -> Condition {
        Condition::Types(vec![Kind::Number])
    }

    #[test]
    fn a_choice_is_implied_by_one_with_fewer_or_narrower_alternatives() {
        let any = |ways: &[Condition]| of(&Condition::Any(ways.to_vec()));
        let (narrow, wide) = (any(&[number(), text(64)]), any(&[number(), text(128)]));
        assert!(imply(&narrow, &wide) && !imply(&wide, &narrow));
        assert!(imply(&of(&text(64)), &narrow) && !imply(&narrow, &of(&text(64))));
        // Rules beside the alternatives hold in each of them.
        let pattern = Condition::Pattern("a".into());
        let inside = any(&[Condition::All(vec![number(), pattern.clone()])]);
        assert!(imply(&[any(&[number()]), of(&pattern)].concat(), &inside));
    }

    #[test]
    fn listed_values_imply_the_limits_that_all_of_them_satisfy() {
        let values = [Rule::OneOf(vec!["\"ab\"".into(), "\"abc\"".into()])];
        assert!(implies(&values, &Rule::MaxLength(3)));
        assert!(!implies(&values, &Rule::MaxLength(2)));
        assert!(!implies(&values, &Rule::Pattern("a".into())));
        let numbers = [Rule::OneOf(vec!["1".into(), "2".into()])];
        assert!(implies(&numbers, &Rule::Minimum(1)) && !implies(&numbers, &Rule::Minimum(2)));
    }
}
