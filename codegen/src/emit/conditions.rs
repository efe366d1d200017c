//! The module `conditions`, and conditions in words.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Api, Condition};
use crate::rust::layout;

/// The file with the conditions of requests, if there are any.
pub(super) fn file(api: &Api) -> Option<Vec<String>> {
    let used = used(api);
    if used.is_empty() {
        return None;
    }
    let docs = layout::module_comment("Conditions that requests must satisfy beyond their types.");
    let conditions = api
        .conditions
        .iter()
        .filter(|named| used.contains(named.name.as_str()));
    let lines: String = conditions
        .map(|named| format!("    {} = {};\n", named.name, rust(&named.condition)))
        .collect();
    Some(vec![
        docs,
        format!("client_runtime::conditions! {{\n{lines}}}\n"),
    ])
}

/// The names of the conditions that requests need.
pub(super) fn used(api: &Api) -> BTreeSet<&str> {
    let all: BTreeMap<&str, &Condition> = api
        .conditions
        .iter()
        .map(|named| (named.name.as_str(), &*named.condition))
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
