//! Strings, numbers, booleans, enums, and values of several of those types.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde_json::Value;

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{DefinitionKind, Kind, Rule, Type, Variant};
use crate::names::variant_name;
use crate::normal::{Alternative, Decimal, Id, Limit, Numbers, Shape, Strings};

use super::naming::Owner;
use super::scope::{Scope, Wanted};
use super::types::{Lowered, Types, or_null};

/// The patterns of an id with 24 hexadecimal digits.
const OBJECT_ID: &[&str] = &[
    r"^[A-Fa-f\d]{24}$",
    r"^[a-fA-F\d]{24}$",
    r"^[A-Fa-f0-9]{24}$",
    r"^[a-fA-F0-9]{24}$",
    r"^[0-9A-Fa-f]{24}$",
    r"^[0-9a-fA-F]{24}$",
];

/// The type of strings without a list, which may cover some of the rules itself.
pub(super) fn string_type(strings: &Strings) -> Lowered {
    let mut rules = string_rules(strings);
    if strings.format.as_deref() == Some("date-time") {
        return (Type::DateTime, rules);
    }
    let count = rules.len();
    rules.retain(|rule| !matches!(rule, Rule::Pattern(text) if OBJECT_ID.contains(&text.as_str())));
    if rules.len() == count {
        (Type::String, rules)
    } else {
        (Type::ObjectId, rules)
    }
}

fn string_rules(strings: &Strings) -> Vec<Rule> {
    let least = (strings.min > 0).then_some(Rule::MinLength(strings.min));
    let most = strings.max.map(Rule::MaxLength);
    let patterns = strings.patterns.iter().cloned().map(Rule::Pattern);
    least.into_iter().chain(most).chain(patterns).collect()
}

/// The strings that a shape lists, if it allows nothing else.
pub(super) fn listed_strings(shape: &Shape) -> Option<Vec<&str>> {
    let is_only = !shape.null
        && shape.booleans == [false; 2]
        && shape.numbers.is_empty()
        && shape.arrays.is_empty()
        && shape.objects.is_empty();
    listed(&shape.strings).filter(|_| is_only)
}

/// The strings that alternatives list, if there are any and nothing else.
fn listed(strings: &[Alternative<Strings>]) -> Option<Vec<&str>> {
    let lists: Option<Vec<&Vec<Value>>> = strings.iter().map(|s| s.values.as_ref()).collect();
    let texts = lists?.into_iter().flatten().filter_map(Value::as_str);
    let texts: Vec<&str> = texts.collect();
    (!texts.is_empty()).then_some(texts)
}

impl Types<'_> {
    /// The type of values that are neither arrays nor objects.
    pub(super) fn scalars(&mut self, id: Id, shape: &Shape, owner: &Owner<'_>) -> Lowered {
        let only_strings = shape.booleans == [false; 2] && shape.numbers.is_empty();
        if let Some(texts) = listed(&shape.strings).filter(|_| only_strings) {
            let kind = self.open_enum(&texts, &shape.strings);
            let name = self.intern(kind, self.node(id), owner);
            return or_null((name, Vec::new()), shape.null);
        }
        let kinds = kinds(shape);
        let ty = match kinds.as_slice() {
            [] if shape.is_never() => return self.json(id),
            [Kind::String] => Type::String,
            [Kind::Boolean] => Type::Bool,
            [Kind::Integer] => Type::Integer,
            [Kind::Number] => Type::Number,
            _ => Type::Scalar,
        };
        let (ty, rules) = match (ty, shape.strings.as_slice(), shape.numbers.as_slice()) {
            (Type::String, [only], _) if is_plain(only) => string_type(&only.facets),
            (Type::Integer, _, numbers) if numbers.iter().all(is_unix) => {
                let rules = number_rules(numbers, &Type::Integer);
                (Type::UnixMillis, rules.unwrap_or_else(|| self.whole(id)))
            }
            (ty, ..) => {
                let rules = scalar_rules(shape, &ty, &kinds);
                let rules = rules.unwrap_or_else(|| match kinds.as_slice() {
                    [only] => self.whole_of_type(id, *only),
                    _ => self.whole(id),
                });
                (ty, rules)
            }
        };
        or_null((ty, rules), shape.null)
    }

    /// An open enum of strings, without duplicates.
    fn open_enum(&mut self, texts: &[&str], strings: &[Alternative<Strings>]) -> DefinitionKind {
        let meanings = self.meanings;
        let mut seen = HashSet::new();
        let texts: Vec<&str> = texts
            .iter()
            .copied()
            .filter(|text| seen.insert(*text))
            .collect();
        let origins = || strings.iter().flat_map(|strings| &strings.origins);
        let names = origins().flat_map(|node| {
            let names = &meanings.node(*node).about.rust_names;
            let place = meanings.place(*node);
            chosen(Some(names), &place).collect::<Vec<_>>()
        });
        let names = names.filter(|(wire, _)| texts.contains(wire)).collect();
        let place = origins().next().map(|node| meanings.place(*node));
        let place = place.unwrap_or_else(|| Place::file("types")).child("enum");
        DefinitionKind::Enum(variants(&texts, names, place, &mut self.found))
    }
}

/// The types of scalars that are possible, except null.
fn kinds(shape: &Shape) -> Vec<Kind> {
    let is_integer = |numbers: &Alternative<Numbers>| match &numbers.values {
        Some(values) => values.iter().all(is_integer),
        None => numbers.facets.integer,
    };
    let number = if shape.numbers.iter().all(is_integer) {
        Kind::Integer
    } else {
        Kind::Number
    };
    let kinds = [
        (!shape.strings.is_empty()).then_some(Kind::String),
        (!shape.numbers.is_empty()).then_some(number),
        (shape.booleans != [false; 2]).then_some(Kind::Boolean),
    ];
    kinds.into_iter().flatten().collect()
}

fn is_integer(value: &Value) -> bool {
    matches!(value, Value::Number(number) if Decimal::of_number(number).is_integer())
}

/// Whether simple rules express all of an alternative.
fn is_plain<F>(alternative: &Alternative<F>) -> bool {
    alternative.values.is_none() && alternative.residual.is_empty()
}

fn is_unix(numbers: &Alternative<Numbers>) -> bool {
    is_plain(numbers) && numbers.facets.format.as_deref() == Some("unix-ms")
}

/// The simple rules for values of these types, each about one type only; none if they are
/// incomplete.
fn scalar_rules(shape: &Shape, ty: &Type, kinds: &[Kind]) -> Option<Vec<Rule>> {
    if let Some(values) = finite(shape, ty) {
        let values = values.iter().map(ToString::to_string);
        return Some(vec![Rule::OneOf(values.collect())]);
    }
    let mut rules = Vec::new();
    if *ty == Type::Scalar {
        let mut kinds = kinds.to_vec();
        kinds.extend(shape.null.then_some(Kind::Null));
        if kinds.len() < 4 || kinds.contains(&Kind::Integer) {
            rules.push(Rule::Kinds(kinds));
        }
    }
    match shape.strings.as_slice() {
        [] => {}
        [only] if is_plain(only) => rules.extend(string_rules(&only.facets)),
        _ => return None,
    }
    if matches!(shape.booleans, [true, false] | [false, true]) {
        return None;
    }
    if !shape.numbers.is_empty() {
        rules.extend(number_rules(&shape.numbers, ty)?);
    }
    Some(rules)
}

/// The values of scalars, if they are listed; null is left to `Nullable`.
fn finite(shape: &Shape, ty: &Type) -> Option<Vec<Value>> {
    let is_any_bool = *ty == Type::Bool && shape.booleans == [true; 2];
    let mut values = shape.finite().filter(|_| !is_any_bool)?;
    values.retain(|value| !value.is_null() || *ty == Type::Scalar);
    (!values.is_empty()).then_some(values)
}

/// The simple rules of numbers.
fn number_rules(numbers: &[Alternative<Numbers>], ty: &Type) -> Option<Vec<Rule>> {
    let [only] = numbers else { return None };
    let Numbers {
        integer, multiples, ..
    } = &only.facets;
    let is_simple = is_plain(only) && multiples.is_empty() && (*integer || *ty != Type::Integer);
    is_simple.then(|| limits(&only.facets).collect())?
}

/// The rules for the limits of numbers; none for a limit that no simple rule expresses.
pub(super) fn limits(numbers: &Numbers) -> impl Iterator<Item = Option<Rule>> {
    let text = |limit: &Limit| (!limit.exclusive).then(|| limit.value.to_string());
    let whole = |limit: &Limit, step| i64::try_from(limit.whole(step)?).ok();
    let least = numbers.minimum.as_ref();
    let least = least.map(|limit| {
        if numbers.integer {
            whole(limit, 1).map(Rule::Minimum)
        } else {
            text(limit).map(Rule::MinimumNumber)
        }
    });
    let most = numbers.maximum.as_ref();
    let most = most.map(|limit| {
        if numbers.integer {
            whole(limit, -1).map(Rule::Maximum)
        } else {
            text(limit).map(Rule::MaximumNumber)
        }
    });
    least.into_iter().chain(most)
}

/// The names that a description chooses for strings, and where.
pub(super) type Chosen<'c> = HashMap<&'c str, (&'c str, Place)>;

/// The names in `rustNames` at a place.
pub(super) fn chosen<'c>(
    names: Option<&'c IndexMap<String, String>>,
    place: &Place,
) -> impl Iterator<Item = (&'c str, (&'c str, Place))> {
    let place = place.clone().child("rustNames");
    let names = names.into_iter().flatten();
    names.map(move |(wire, name)| (wire.as_str(), (name.as_str(), place.clone().child(wire))))
}

/// The variants for an enum's strings.
pub(super) fn variants<'c>(
    texts: &[&'c str],
    mut chosen: Chosen<'c>,
    place: Place,
    found: &mut Vec<Diagnostic>,
) -> Vec<Variant> {
    let wanted = texts.iter().enumerate().map(|(index, wire)| Wanted {
        wire,
        place: place.clone().index(index),
        chosen: chosen.remove(wire),
    });
    let names = Scope::new("enum values").assign(wanted, variant_name, found);
    let texts = texts.iter().map(|wire| (*wire).to_owned());
    let variants = texts.zip(names);
    variants
        .map(|(wire, name)| Variant { wire, name })
        .collect()
}
