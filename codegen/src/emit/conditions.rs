//! The module `conditions`, and conditions in words.

use std::collections::{BTreeMap, BTreeSet};

use super::{Part, docs, prose::code};
use crate::ir::{Api, Condition};

/// The file with the conditions of requests, if there are any.
pub(super) fn file(api: &Api) -> Option<Vec<Part>> {
    let used = used(api);
    if used.is_empty() {
        return None;
    }
    let docs = docs::inner("What requests must keep to beyond their types.");
    let mut text = String::from(
        "#![allow(\n    dead_code,\n    reason = \"which of them are needed depends on the features\"\n)]\n\n\
         use client_runtime::Condition::{self, *};\n",
    );
    let conditions = api
        .conditions
        .iter()
        .filter(|(name, _)| used.contains(name.as_str()));
    let lines: String = conditions
        .map(|(name, condition)| {
            format!(
                "pub(crate) const {name}: Condition = {};\n",
                rust(condition)
            )
        })
        .collect();
    if lines.contains("Kind::") {
        text.push_str("use client_runtime::Kind;\n");
    }
    Some(vec![
        Part::Items(docs),
        Part::Text(format!("{text}\n{lines}")),
    ])
}

/// The names of the conditions that requests need.
pub(super) fn used(api: &Api) -> BTreeSet<&str> {
    let all: BTreeMap<&str, &Condition> = api
        .conditions
        .iter()
        .map(|(name, condition)| (name.as_str(), condition))
        .collect();
    let mut open: Vec<&str> = api
        .request_rules()
        .iter()
        .flat_map(|rule| rule.conditions())
        .collect();
    let mut used = BTreeSet::new();
    while let Some(name) = open.pop() {
        if used.insert(name)
            && let Some(condition) = all.get(name)
        {
            references(condition, &mut open);
        }
    }
    used
}

fn references<'c>(condition: &'c Condition, found: &mut Vec<&'c str>) {
    if let Condition::Reference(name) = condition {
        found.push(name);
    }
    for part in condition.parts() {
        references(part, found);
    }
}

/// A condition as Rust, with the names of `Condition` in scope.
fn rust(condition: &Condition) -> String {
    let list = |list: &[Condition]| {
        let list: Vec<_> = list.iter().map(rust).collect();
        format!("&[{}]", list.join(", "))
    };
    let members = |members: &[(String, Condition)]| {
        let members = members.iter();
        let members: Vec<_> = members
            .map(|(name, condition)| format!("({name:?}, {})", rust(condition)))
            .collect();
        format!("&[{}]", members.join(", "))
    };
    let optional = |condition: &Option<Box<Condition>>| match condition {
        Some(condition) => format!("Some(&{})", rust(condition)),
        None => "None".to_owned(),
    };
    match condition {
        Condition::Never => "Never".to_owned(),
        Condition::Types(kinds) => {
            let kinds: Vec<_> = kinds.iter().map(|kind| format!("Kind::{kind:?}")).collect();
            format!("Types(&[{}])", kinds.join(", "))
        }
        Condition::OneOf(values) => format!("OneOf(&{values:?})"),
        Condition::Minimum(limit) => format!("Minimum({limit:?})"),
        Condition::ExclusiveMinimum(limit) => format!("ExclusiveMinimum({limit:?})"),
        Condition::Maximum(limit) => format!("Maximum({limit:?})"),
        Condition::ExclusiveMaximum(limit) => format!("ExclusiveMaximum({limit:?})"),
        Condition::MultipleOf(of) => format!("MultipleOf({of:?})"),
        Condition::MinLength(least) => format!("MinLength({least})"),
        Condition::MaxLength(most) => format!("MaxLength({most})"),
        Condition::Pattern(pattern) => format!("Pattern({pattern:?})"),
        Condition::MinItems(least) => format!("MinItems({least})"),
        Condition::MaxItems(most) => format!("MaxItems({most})"),
        Condition::UniqueItems => "UniqueItems".to_owned(),
        Condition::Items { first, rest } => {
            format!(
                "Items {{ first: {}, rest: {} }}",
                list(first),
                optional(rest)
            )
        }
        Condition::Contains { item, least, most } => {
            format!(
                "Contains {{ item: &{}, least: {least}, most: {most:?} }}",
                rust(item)
            )
        }
        Condition::MinProperties(least) => format!("MinProperties({least})"),
        Condition::MaxProperties(most) => format!("MaxProperties({most})"),
        Condition::Required(names) => format!("Required(&{names:?})"),
        Condition::Properties {
            named,
            patterns,
            rest,
        } => format!(
            "Properties {{ named: {}, patterns: {}, rest: {} }}",
            members(named),
            members(patterns),
            optional(rest)
        ),
        Condition::Names(names) => format!("Names(&{})", rust(names)),
        Condition::Dependent(name, then) => format!("Dependent({name:?}, &{})", rust(then)),
        Condition::All(all) if all.is_empty() => "Condition::ALWAYS".to_owned(),
        Condition::All(all) => format!("All({})", list(all)),
        Condition::Any(any) => format!("Any({})", list(any)),
        Condition::One(one) => format!("One({})", list(one)),
        Condition::Not(not) => format!("Not(&{})", rust(not)),
        Condition::If {
            condition,
            then,
            otherwise,
        } => format!(
            "If {{ condition: &{}, then: &{}, otherwise: &{} }}",
            rust(condition),
            rust(then),
            rust(otherwise)
        ),
        Condition::Reference(name) => format!("Reference(|| &{name})"),
        Condition::UnevaluatedProperties { within, rest } => format!(
            "UnevaluatedProperties {{ within: &[{}], rest: &{} }}",
            rust(within),
            rust(rest)
        ),
        Condition::UnevaluatedItems { within, rest } => format!(
            "UnevaluatedItems {{ within: &[{}], rest: &{} }}",
            rust(within),
            rust(rest)
        ),
    }
}

/// How many levels of conditions within conditions the docs show.
const DEEPEST: usize = 3;

/// How many conditions of a list the docs show.
const MOST: usize = 8;

/// What a condition asks for, as a sentence.
pub(super) fn sentence(condition: &Condition) -> String {
    match words(condition, DEEPEST) {
        Some(words) => format!("{}.", docs::capital(&words)),
        None => "What its schema allows.".to_owned(),
    }
}

/// What a condition asks for, in a part of a sentence; nothing where that takes too many words.
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
        Condition::MinLength(least) => format!("at least {}", docs::things(*least, "character")),
        Condition::MaxLength(most) => format!("at most {}", docs::things(*most, "character")),
        Condition::Pattern(pattern) => format!("matches {}", code(pattern)),
        Condition::MinItems(least) => format!("at least {}", docs::things(*least, "item")),
        Condition::MaxItems(most) => format!("at most {}", docs::things(*most, "item")),
        Condition::UniqueItems => "no item twice".to_owned(),
        Condition::Items { first, rest } => match (first.as_slice(), rest) {
            ([], Some(rest)) => format!("each item: {}", inner(rest)?),
            (first, _) => format!("items in this order: {}", list(first, "; ")?),
        },
        Condition::Contains { item, least, most } => {
            let count = match most {
                None => format!("at least {}", docs::things(*least, "item")),
                Some(most) => format!("{least} to {}", docs::things(*most, "item")),
            };
            format!("has {count} of this kind: {}", inner(item)?)
        }
        Condition::MinProperties(least) => format!("at least {}", docs::things(*least, "property")),
        Condition::MaxProperties(most) => format!("at most {}", docs::things(*most, "property")),
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
            // A detour for what looks at nothing.
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
