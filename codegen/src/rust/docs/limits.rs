//! Limits of values, in sentences.

use super::super::prose::code;
use crate::ir::{Kind, Rule, Type};

pub(super) fn sentence(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// The limits of a value in a request, in sentences: `1 to 255 characters.`
pub(super) fn limits(ty: &Type, rules: &[Rule]) -> String {
    let of_type = match ty {
        Type::ObjectId => "24 hexadecimal digits.",
        _ => "",
    };
    sentence([of_type.to_owned(), of_rules(rules)])
}

/// Rules in sentences. A lower and an upper limit share one.
pub(crate) fn of_rules(rules: &[Rule]) -> String {
    let mut sentences = Vec::new();
    let mut rules = rules.iter().peekable();
    while let Some(rule) = rules.next() {
        match rules.peek().and_then(|next| range(rule, next)) {
            Some(range) => {
                sentences.push(range);
                rules.next();
            }
            None => sentences.push(limit(rule)),
        }
    }
    sentence(sentences)
}

/// A lower limit and the upper limit that follows it.
fn range(least: &Rule, most: &Rule) -> Option<String> {
    let (least, most, thing) = match (least, most) {
        (Rule::MinLength(least), Rule::MaxLength(most)) => (least, most, "character"),
        (Rule::MinItems(least), Rule::MaxItems(most)) => (least, most, "item"),
        (Rule::MinProperties(least), Rule::MaxProperties(most)) => (least, most, "property"),
        (Rule::Minimum(least), Rule::Maximum(most)) => {
            return Some(format!("Between {least} and {most}."));
        }
        _ => return None,
    };
    Some(if least == most {
        format!("Exactly {}.", things(*least, thing))
    } else {
        format!("{} to {}.", grouped(*least), things(*most, thing))
    })
}

pub(crate) fn limit(rule: &Rule) -> String {
    match rule {
        Rule::MinLength(least) => format!("At least {}.", things(*least, "character")),
        Rule::MaxLength(most) => format!("At most {}.", things(*most, "character")),
        Rule::Pattern(pattern) => format!("Matches {}.", code(pattern)),
        Rule::Minimum(least) => format!("At least {least}."),
        Rule::Maximum(most) => format!("At most {most}."),
        Rule::MinimumNumber(least) => format!("At least {least}."),
        Rule::MaximumNumber(most) => format!("At most {most}."),
        Rule::MinItems(least) => format!("At least {}.", things(*least, "item")),
        Rule::MaxItems(most) => format!("At most {}.", things(*most, "item")),
        Rule::UniqueItems => "Items are unique.".to_owned(),
        Rule::Each(rules) => {
            format!("Each item: {}", of_rules(rules))
        }
        Rule::Object => "Any JSON object.".to_owned(),
        Rule::OneOf(values) => {
            let values: Vec<_> = values.iter().map(|value| code(value)).collect();
            format!("One of {}.", values.join(", "))
        }
        Rule::Kinds(kinds) => format!("{}.", capital(&self::kinds(kinds))),
        Rule::MinProperties(least) => format!("At least {}.", counted(*least)),
        Rule::MaxProperties(most) => format!("At most {}.", counted(*most)),
        Rule::Matching(pattern) => {
            format!("Any value under names that do not match {}.", code(pattern))
        }
        Rule::Keys(pattern) => format!("Names match {}.", code(pattern)),
        Rule::AnyRequired(lists) => {
            let lists = lists.iter().map(|names| {
                let names: Vec<_> = names.iter().map(|name| code(name)).collect();
                names.join(" and ")
            });
            format!("Has {}.", lists.collect::<Vec<_>>().join(", or "))
        }
        Rule::Meets(named) => super::super::conditions::sentence(&named.condition),
    }
}

fn counted(properties: u64) -> String {
    things(properties, "property")
}

/// A count with its noun: `1 item`, `2 properties`.
pub(crate) fn things(count: u64, thing: &str) -> String {
    match (count, thing.strip_suffix('y')) {
        (1, _) => format!("1 {thing}"),
        (many, Some(stem)) => format!("{} {stem}ies", grouped(many)),
        (many, None) => format!("{} {thing}s", grouped(many)),
    }
}

/// JSON types, in words.
pub(crate) fn kinds(kinds: &[Kind]) -> String {
    let words: Vec<_> = kinds
        .iter()
        .map(|kind| match kind {
            Kind::Null => "null",
            Kind::Boolean => "a boolean",
            Kind::Integer => "an integer",
            Kind::Number => "a number",
            Kind::String => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        })
        .collect();
    words.join(" or ")
}

pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
