//! Describes conditions in words.

use crate::ir::Condition;

use super::docs::{self, capital, things};
use super::prose::code;

/// The maximal depth of nested conditions in the docs.
const DEEPEST: usize = 3;

/// The maximal number of listed conditions in the docs.
const MOST: usize = 8;

/// Describes a condition in a sentence.
pub(super) fn sentence(condition: &Condition) -> String {
    match words(condition, DEEPEST) {
        Some(words) => format!("{}.", capital(&words)),
        None => "What its schema allows.".to_owned(),
    }
}

/// Describes a condition in a clause; `None` if that takes too many words.
fn words(condition: &Condition, levels: usize) -> Option<String> {
    let levels = levels.checked_sub(1)?;
    let inner = |condition: &Condition| words(condition, levels);
    let list = |list: &[Condition], with: &str| {
        let short = list.len() <= MOST;
        let words: Option<Vec<String>> = list.iter().map(inner).collect();
        words.filter(|_| short).map(|words| words.join(with))
    };
    let names = |names: &[String]| {
        let names: Vec<_> = names.iter().map(|name| code(name)).collect();
        names.join(" and ")
    };
    Some(match condition {
        Condition::Never => "never allowed".to_owned(),
        Condition::Types(kinds) => docs::kinds(kinds),
        Condition::OneOf(values) => match values.as_slice() {
            [only] => code(only),
            values => {
                let values: Vec<_> = values.iter().map(|value| code(value)).collect();
                format!("one of {}", values.join(", "))
            }
        },
        Condition::Minimum(limit) => format!("at least {limit}"),
        Condition::ExclusiveMinimum(limit) => format!("more than {limit}"),
        Condition::Maximum(limit) => format!("at most {limit}"),
        Condition::ExclusiveMaximum(limit) => format!("less than {limit}"),
        Condition::MultipleOf(of) => format!("a multiple of {of}"),
        Condition::MinLength(least) => format!("at least {}", things(*least, "character")),
        Condition::MaxLength(most) => format!("at most {}", things(*most, "character")),
        Condition::Pattern(pattern) => format!("matches {}", code(pattern)),
        Condition::MinItems(least) => format!("at least {}", things(*least, "item")),
        Condition::MaxItems(most) => format!("at most {}", things(*most, "item")),
        Condition::UniqueItems => "no item twice".to_owned(),
        Condition::Items { first, rest } => match (first.as_slice(), rest) {
            ([], Some(rest)) => format!("each item: {}", inner(rest)?),
            (first, _) => format!("items in this order: {}", list(first, "; ")?),
        },
        Condition::Contains { item, least, most } => {
            let count = match most {
                None => format!("at least {}", things(*least, "item")),
                Some(most) => format!("{least} to {}", things(*most, "item")),
            };
            format!("has {count} of this kind: {}", inner(item)?)
        }
        Condition::MinProperties(least) => format!("at least {}", things(*least, "property")),
        Condition::MaxProperties(most) => format!("at most {}", things(*most, "property")),
        Condition::Required(list) => format!("has {}", names(list)),
        Condition::Properties {
            named,
            patterns,
            rest: None,
        } if patterns.is_empty() => {
            let forbidden = named
                .iter()
                .all(|(_, condition)| *condition == Condition::Never);
            let named: Vec<String> = named.iter().map(|(name, _)| name.clone()).collect();
            forbidden.then(|| format!("has no {}", names(&named)))?
        }
        Condition::Properties { .. } => return None,
        Condition::Names(condition) => format!("names of properties: {}", inner(condition)?),
        Condition::Dependent(name, then) => format!("with {}: {}", code(name), inner(then)?),
        Condition::All(all) => match all.as_slice() {
            [] => "any value".to_owned(),
            all => list(all, ", ")?,
        },
        Condition::Any(any) => format!("either of: {}", list(any, "; or ")?),
        Condition::One(one) => match list(one, "; ") {
            Some(words) => format!("exactly one of: {words}"),
            None => format!("exactly one of {} forms, and not several", one.len()),
        },
        Condition::Not(not) => match &**not {
            // A double negation cancels out.
            Condition::Not(inner) => words(inner, levels)?,
            not => format!("not this: {}", words(not, levels)?),
        },
        Condition::If {
            condition,
            then,
            otherwise,
        } => {
            let condition = inner(condition)?;
            match (&**then, &**otherwise) {
                (then, Condition::All(none)) if none.is_empty() => {
                    format!("where this holds: {condition}; also: {}", inner(then)?)
                }
                (then, otherwise) => format!(
                    "where this holds: {condition}; also: {}; and otherwise: {}",
                    inner(then)?,
                    inner(otherwise)?
                ),
            }
        }
        Condition::Reference(_) => return None,
        Condition::UnevaluatedProperties { .. } => {
            "no properties that it does not describe".to_owned()
        }
        Condition::UnevaluatedItems { .. } => "no items that it does not describe".to_owned(),
    })
}
