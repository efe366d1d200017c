//! Texts, numbers, flags, enums, and values of several of those kinds.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde_json::{Number, Value};

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{self, DefinitionKind, Rule, Type, Variant};
use crate::names::variant_name;
use crate::schema::{Kind, Schema};

use super::naming::Owner;
use super::scope::{Scope, Wanted};
use super::types::{Lowered, Types};

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
#[derive(Clone, Copy)]
pub(super) struct Text<'d> {
    pub format: Option<&'d str>,
    pub pattern: Option<&'d str>,
    pub length: (Option<u64>, Option<u64>),
}

impl<'d> Text<'d> {
    fn of(schema: &'d Schema) -> Self {
        Text {
            format: schema.format.as_deref(),
            pattern: schema.pattern.as_deref(),
            length: (schema.min_length, schema.max_length),
        }
    }

    /// Its type, which may be one that knows the rules itself.
    pub(super) fn lower(self) -> Lowered {
        if self.format == Some("date-time") {
            return (Type::DateTime, Vec::new());
        }
        match self.pattern {
            Some(pattern) if OBJECT_ID.contains(&pattern) => (Type::ObjectId, Vec::new()),
            _ => (Type::String, self.rules()),
        }
    }

    fn rules(self) -> Vec<Rule> {
        let (least, most) = self.length;
        let pattern = self
            .pattern
            .map(|pattern| Rule::Pattern(pattern.to_owned()));
        let rules = [
            least.map(Rule::MinLength),
            most.map(Rule::MaxLength),
            pattern,
        ];
        rules.into_iter().flatten().collect()
    }
}

/// A scalar of one or more kinds, as a schema describes it.
pub(super) struct Scalar<'s> {
    pub schema: &'s Schema,
    pub place: Place,
}

impl Scalar<'_> {
    /// The values that are listed, null left out.
    fn values(&self) -> Option<Vec<&Value>> {
        let values = values(self.schema)?;
        Some(
            values
                .into_iter()
                .filter(|value| !value.is_null())
                .collect(),
        )
    }

    /// The kinds of its values, null left out.
    fn kinds(&self) -> Vec<Kind> {
        match self.values() {
            Some(values) => {
                let mut kinds: Vec<_> = values.into_iter().filter_map(kind_of).collect();
                kinds.sort();
                kinds.dedup();
                kinds
            }
            None => {
                let scalar = |kind: &Kind| !matches!(kind, Kind::Array | Kind::Object);
                self.schema.kinds().filter(scalar).collect()
            }
        }
    }

    /// The rules that its values keep to, each of which is about one kind only.
    fn rules(&self, ty: &Type) -> Vec<Rule> {
        if let Some(values) = self.values() {
            return vec![Rule::OneOf(
                values.iter().map(ToString::to_string).collect(),
            )];
        }
        let kinds = self.kinds();
        let mut rules = Vec::new();
        if kinds.contains(&Kind::String) {
            rules.extend(Text::of(self.schema).rules());
        }
        let Schema {
            minimum, maximum, ..
        } = self.schema;
        if kinds.contains(&Kind::Number) || *ty == Type::Number {
            rules.extend(number_rules(minimum, maximum));
        } else if kinds.contains(&Kind::Integer) {
            rules.extend(integer_rules(minimum, maximum));
        }
        rules
    }
}

/// The values that a schema lists.
pub(super) fn values(schema: &Schema) -> Option<Vec<&Value>> {
    match (&schema.values, &schema.constant) {
        (Some(values), _) => Some(values.iter().collect()),
        (None, Some(constant)) => Some(vec![constant]),
        (None, None) => None,
    }
}

/// The texts that a schema lists, if it lists nothing else.
pub(super) fn texts(schema: &Schema) -> Option<Vec<&str>> {
    if let Some((_, branches)) = schema.branches() {
        let texts: Option<Vec<_>> = branches.iter().map(texts).collect();
        return Some(texts?.concat());
    }
    values(schema)?.into_iter().map(Value::as_str).collect()
}

fn kind_of(value: &Value) -> Option<Kind> {
    match value {
        Value::String(_) => Some(Kind::String),
        Value::Bool(_) => Some(Kind::Boolean),
        Value::Number(number) if number.is_f64() => Some(Kind::Number),
        Value::Number(_) => Some(Kind::Integer),
        _ => None,
    }
}

impl Types<'_> {
    /// The type of a value that is as one of several schemas of scalars say.
    pub(super) fn scalars(
        &mut self,
        scalars: &[Scalar<'_>],
        with_null: bool,
        owner: &Owner<'_>,
        schema: &Schema,
        place: &Place,
    ) -> Lowered {
        let lists: Option<Vec<_>> = scalars.iter().map(|scalar| texts_of(scalar)).collect();
        if let Some(lists) = lists.filter(|lists| lists.iter().any(|list| !list.is_empty())) {
            let at = scalars.first().map_or(place, |scalar| &scalar.place);
            let names = scalars
                .iter()
                .flat_map(|s| chosen(s.schema.rust_names.as_ref(), &s.place));
            let kind = self.open_enum(lists.concat(), names.collect(), at);
            return (self.intern(kind, schema, place, owner), Vec::new());
        }
        let mut kinds: Vec<Kind> = scalars.iter().flat_map(Scalar::kinds).collect();
        kinds.sort();
        kinds.dedup();
        if let ([only], [_]) = (scalars, kinds.as_slice())
            && only.values().is_none()
            && kinds == [Kind::String]
        {
            return Text::of(only.schema).lower();
        }
        let unix = |scalar: &Scalar<'_>| scalar.schema.format.as_deref() == Some("unix-ms");
        let ty = match kinds.as_slice() {
            [Kind::String] => Type::String,
            [Kind::Boolean] => Type::Bool,
            [Kind::Integer] if scalars.iter().all(unix) => return (Type::UnixMillis, Vec::new()),
            [Kind::Integer] => Type::Integer,
            [Kind::Number] | [Kind::Integer, Kind::Number] => Type::Number,
            _ => Type::Scalar,
        };
        let rules = alternatives(scalars, &ty, &kinds, with_null);
        (ty, rules)
    }

    /// An open enum of texts, each of them once.
    fn open_enum<'c>(
        &mut self,
        mut texts: Vec<&'c str>,
        chosen: Chosen<'c>,
        place: &Place,
    ) -> DefinitionKind {
        let mut seen = HashSet::new();
        texts.retain(|text| seen.insert(*text));
        let place = place.clone().child("enum");
        DefinitionKind::Enum(variants(&texts, chosen, place, &mut self.found))
    }
}

fn texts_of<'s>(scalar: &'s Scalar<'_>) -> Option<Vec<&'s str>> {
    scalar.values()?.into_iter().map(Value::as_str).collect()
}

/// The rules of a value that keeps to those of one of several scalars.
fn alternatives(scalars: &[Scalar<'_>], ty: &Type, kinds: &[Kind], with_null: bool) -> Vec<Rule> {
    let mut lists: Vec<Vec<Rule>> = scalars.iter().map(|scalar| scalar.rules(ty)).collect();
    // Without a choice of rules it is enough to say which kinds there are, unless that is all.
    if lists.len() == 1 || lists.iter().all(Vec::is_empty) {
        let kinds = (*ty == Type::Scalar).then(|| shown(kinds, with_null));
        let kinds = kinds.filter(|kinds| kinds.len() < 4 || kinds.contains(&ir::Kind::Integer));
        return kinds
            .map(Rule::Kinds)
            .into_iter()
            .chain(lists.concat())
            .collect();
    }
    if *ty != Type::Scalar && lists.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    for (list, scalar) in lists.iter_mut().zip(scalars) {
        if *ty == Type::Scalar {
            list.insert(0, Rule::Kinds(shown(&scalar.kinds(), false)));
        }
    }
    if *ty == Type::Scalar && with_null {
        lists.push(vec![Rule::Kinds(vec![ir::Kind::Null])]);
    }
    lists.dedup();
    vec![Rule::AnyOf(lists)]
}

/// Kinds as the runtime has them. A whole number is a number too.
fn shown(kinds: &[Kind], with_null: bool) -> Vec<ir::Kind> {
    let mut shown: Vec<_> = kinds
        .iter()
        .filter(|kind| **kind != Kind::Integer || !kinds.contains(&Kind::Number))
        .filter_map(|kind| match kind {
            Kind::String => Some(ir::Kind::Text),
            Kind::Integer => Some(ir::Kind::Integer),
            Kind::Number => Some(ir::Kind::Number),
            Kind::Boolean => Some(ir::Kind::Boolean),
            Kind::Array | Kind::Object | Kind::Null => None,
        })
        .collect();
    shown.extend(with_null.then_some(ir::Kind::Null));
    shown
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
    let wanted: Vec<_> = wanted.collect();
    let names = Scope::new("enum values").settle(&wanted, variant_name, found);
    let texts = texts.iter().map(|wire| (*wire).to_owned());
    let variants = texts.zip(names);
    variants
        .map(|(wire, name)| Variant { wire, name })
        .collect()
}

type Limit = Option<Number>;

pub(super) fn integer_rules(least: &Limit, most: &Limit) -> Vec<Rule> {
    // A limit with a fraction is as good as the next whole number within it.
    let whole = |number: &Number, round: fn(f64) -> f64| {
        number
            .as_i64()
            .or_else(|| number.as_f64().map(|number| round(number) as i64))
    };
    let least = least.as_ref().and_then(|number| whole(number, f64::ceil));
    let most = most.as_ref().and_then(|number| whole(number, f64::floor));
    let rules = [least.map(Rule::Minimum), most.map(Rule::Maximum)];
    rules.into_iter().flatten().collect()
}

pub(super) fn number_rules(least: &Limit, most: &Limit) -> Vec<Rule> {
    let least = least
        .as_ref()
        .map(|number| Rule::MinimumNumber(number.to_string()));
    let most = most
        .as_ref()
        .map(|number| Rule::MaximumNumber(number.to_string()));
    [least, most].into_iter().flatten().collect()
}
