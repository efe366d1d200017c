//! Texts, numbers, flags, enums, and values of several of those kinds.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde_json::{Number, Value};

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{DefinitionKind, Kind, Rule, Type, Variant};
use crate::names::variant_name;
use crate::normal::{Alternative, Decimal, Id, Limit, Numbers, Shape, Strings};

use super::naming::Owner;
use super::scope::{Scope, Wanted};
use super::types::{Lowered, Types, or_null};

/// The patterns that mean an id of 24 hexadecimal digits.
const OBJECT_ID: &[&str] = &[
    r"^[A-Fa-f\d]{24}$",
    r"^[a-fA-F\d]{24}$",
    r"^[A-Fa-f0-9]{24}$",
    r"^[a-fA-F0-9]{24}$",
    r"^[0-9A-Fa-f]{24}$",
    r"^[0-9a-fA-F]{24}$",
];

/// What is said of a text that is no enum.
#[derive(Clone)]
pub(super) struct Text<'d> {
    pub format: Option<&'d str>,
    pub patterns: Vec<&'d str>,
    pub length: (Option<u64>, Option<u64>),
}

impl<'d> Text<'d> {
    fn of(strings: &'d Strings) -> Self {
        Text {
            format: strings.format.as_deref(),
            patterns: strings.patterns.iter().map(String::as_str).collect(),
            length: (Some(strings.min).filter(|min| *min > 0), strings.max),
        }
    }

    /// Its type, which may be one that knows some of the rules itself.
    pub(super) fn lower(mut self) -> Lowered {
        if self.format == Some("date-time") {
            return (Type::DateTime, self.rules());
        }
        let count = self.patterns.len();
        self.patterns.retain(|pattern| !OBJECT_ID.contains(pattern));
        match self.patterns.len() == count {
            true => (Type::String, self.rules()),
            false => (Type::ObjectId, self.rules()),
        }
    }

    fn rules(&self) -> Vec<Rule> {
        let (least, most) = self.length;
        let rules = [least.map(Rule::MinLength), most.map(Rule::MaxLength)];
        let patterns = self.patterns.iter();
        let patterns = patterns.map(|pattern| Rule::Pattern((*pattern).to_owned()));
        rules.into_iter().flatten().chain(patterns).collect()
    }
}

/// The texts that a shape lists, if it allows nothing else.
pub(super) fn texts(shape: &Shape) -> Option<Vec<&str>> {
    let is_only = !shape.null
        && shape.booleans == [false; 2]
        && shape.numbers.is_empty()
        && shape.arrays.is_empty()
        && shape.objects.is_empty();
    listed(&shape.strings).filter(|_| is_only)
}

/// The texts that alternatives list, if there are any and nothing else.
fn listed(strings: &[Alternative<Strings>]) -> Option<Vec<&str>> {
    let lists: Option<Vec<&Vec<Value>>> = strings.iter().map(|s| s.values.as_ref()).collect();
    let texts = lists?.into_iter().flatten().filter_map(Value::as_str);
    let texts: Vec<&str> = texts.collect();
    (!texts.is_empty()).then_some(texts)
}

impl Types<'_> {
    /// The type of values that are no arrays and no objects.
    pub(super) fn scalars(&mut self, id: Id, shape: &Shape, owner: &Owner<'_>) -> Lowered {
        let only_texts = shape.booleans == [false; 2] && shape.numbers.is_empty();
        if let Some(texts) = listed(&shape.strings).filter(|_| only_texts) {
            let kind = self.open_enum(&texts, &shape.strings);
            let name = self.intern(kind, self.node(id), owner);
            return or_null((name, Vec::new()), shape.null);
        }
        let kinds = kinds(shape);
        let ty = match kinds.as_slice() {
            [] if shape.is_never() => return self.json(id),
            [Kind::Text] => Type::String,
            [Kind::Boolean] => Type::Bool,
            [Kind::Integer] => Type::Integer,
            [Kind::Number] => Type::Number,
            _ => Type::Scalar,
        };
        let (ty, rules) = match (ty, shape.strings.as_slice(), shape.numbers.as_slice()) {
            (Type::String, [only], _) if is_plain(only) => Text::of(&only.facets).lower(),
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

    /// An open enum of texts, each of them once.
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

/// The kinds of scalars that there are, null left out.
fn kinds(shape: &Shape) -> Vec<Kind> {
    let is_integer = |numbers: &Alternative<Numbers>| match &numbers.values {
        Some(values) => values.iter().all(is_integer),
        None => numbers.facets.integer,
    };
    let number = match shape.numbers.iter().all(is_integer) {
        true => Kind::Integer,
        false => Kind::Number,
    };
    let kinds = [
        (!shape.strings.is_empty()).then_some(Kind::Text),
        (!shape.numbers.is_empty()).then_some(number),
        (shape.booleans != [false; 2]).then_some(Kind::Boolean),
    ];
    kinds.into_iter().flatten().collect()
}

fn is_integer(value: &Value) -> bool {
    matches!(value, Value::Number(number) if Decimal::of_number(number).is_integer())
}

/// Whether simple rules say all of an alternative.
fn is_plain<F>(alternative: &Alternative<F>) -> bool {
    alternative.values.is_none() && alternative.residual.is_empty()
}

fn is_unix(numbers: &Alternative<Numbers>) -> bool {
    is_plain(numbers) && numbers.facets.format.as_deref() == Some("unix-ms")
}

/// The simple rules of a value of these kinds, each of which is about one kind only; nothing where
/// they do not say it all.
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
        [only] if is_plain(only) => rules.extend(Text::of(&only.facets).rules()),
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

/// The values of scalars, where they are listed; null is left to a type that has a place for it.
fn finite(shape: &Shape, ty: &Type) -> Option<Vec<Value>> {
    let scalars = Shape {
        arrays: Vec::new(),
        objects: Vec::new(),
        null: shape.null && *ty == Type::Scalar,
        ..shape.clone()
    };
    let is_listed = shape.booleans != [true; 2] || *ty == Type::Scalar;
    let has_more =
        shape.booleans == [true; 2] && shape.strings.is_empty() && shape.numbers.is_empty();
    scalars
        .finite()
        .filter(|values| is_listed && !has_more && !values.is_empty())
}

/// The simple rules of numbers.
fn number_rules(numbers: &[Alternative<Numbers>], ty: &Type) -> Option<Vec<Rule>> {
    let [only] = numbers else { return None };
    let Numbers {
        integer,
        minimum,
        maximum,
        multiples,
        ..
    } = &only.facets;
    let is_simple = is_plain(only) && multiples.is_empty() && (*integer || *ty != Type::Integer);
    is_simple.then_some(())?;
    match integer {
        true => {
            let least = minimum.as_ref().map(|limit| whole(limit, 1));
            let most = maximum.as_ref().map(|limit| whole(limit, -1));
            let rules = [
                least.map(|least| Some(Rule::Minimum(least?))),
                most.map(|most| Some(Rule::Maximum(most?))),
            ];
            rules.into_iter().flatten().collect()
        }
        false => {
            let limits = [minimum, maximum];
            let text = |limit: &Option<Limit>| limit.as_ref().map(|limit| limit.value.to_string());
            let is_exact = limits.into_iter().flatten().all(|limit| !limit.exclusive);
            let rules = [
                text(minimum).map(Rule::MinimumNumber),
                text(maximum).map(Rule::MaximumNumber),
            ];
            is_exact.then(|| rules.into_iter().flatten().collect())
        }
    }
}

/// The first whole number on the right side of a limit.
fn whole(limit: &Limit, step: i128) -> Option<i64> {
    let whole = match step > 0 {
        true => limit.value.ceil()?,
        false => limit.value.floor()?,
    };
    let whole = match limit.exclusive && limit.value.is_integer() {
        true => whole.checked_add(step)?,
        false => whole,
    };
    i64::try_from(whole).ok()
}

/// The names that a description chooses for texts, and where.
pub(super) type Chosen<'c> = HashMap<&'c str, (&'c str, Place)>;

/// The names that stand in `rustNames` at a place.
pub(super) fn chosen<'c>(
    names: Option<&'c IndexMap<String, String>>,
    place: &Place,
) -> impl Iterator<Item = (&'c str, (&'c str, Place))> {
    let place = place.clone().child("rustNames");
    let names = names.into_iter().flatten();
    names.map(move |(wire, name)| (wire.as_str(), (name.as_str(), place.clone().child(wire))))
}

/// The variants for an enum's texts.
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
    let names = Scope::new("enum values").settle(wanted, variant_name, found);
    let texts = texts.iter().map(|wire| (*wire).to_owned());
    let variants = texts.zip(names);
    variants
        .map(|(wire, name)| Variant { wire, name })
        .collect()
}

/// The limits of a whole number that is a parameter.
pub(super) fn integer_rules(least: &Option<Number>, most: &Option<Number>) -> Vec<Rule> {
    // A limit with a fraction is as good as the next whole number within it.
    let limit = |number: &Number| Limit {
        value: Decimal::of_number(number),
        exclusive: false,
    };
    let least = least.as_ref().and_then(|number| whole(&limit(number), 1));
    let most = most.as_ref().and_then(|number| whole(&limit(number), -1));
    let rules = [least.map(Rule::Minimum), most.map(Rule::Maximum)];
    rules.into_iter().flatten().collect()
}

/// The limits of a number that is a parameter.
pub(super) fn float_rules(least: &Option<Number>, most: &Option<Number>) -> Vec<Rule> {
    let text = |number: &Number| number.to_string();
    let least = least.as_ref().map(text).map(Rule::MinimumNumber);
    let most = most.as_ref().map(text).map(Rule::MaximumNumber);
    [least, most].into_iter().flatten().collect()
}
