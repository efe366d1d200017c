//! Unions: values that are as one of several schemas say.
//!
//! What the branches have in common decides the form: a branch that is null makes the others
//! nullable, branches of scalars are one scalar with rules, and only branches with objects or arrays
//! in them make an enum.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{Branch, DefinitionKind, Form, Rule, Type};
use crate::names::{variant_name, words_of};
use crate::resolve::target;
use crate::schema::{Kind, Kinds, Schema};

use super::naming::Owner;
use super::objects::Known;
use super::scalars::{Scalar, texts, values};
use super::types::{Lowered, Types, or_null};

/// What a union consists of.
#[derive(Default)]
struct Parts<'s> {
    null: bool,
    /// Whether a branch says nothing of the value.
    any: bool,
    scalars: Vec<Scalar<'s>>,
    arrays: Vec<Part<'s>>,
    objects: Vec<Part<'s>>,
}

/// A branch with an object or an array in it.
struct Part<'s> {
    /// What stands in the union.
    schema: Cow<'s, Schema>,
    /// What that refers to, or itself.
    meant: Cow<'s, Schema>,
    place: Place,
}

/// How many types that are unions a union is put together of at most.
const MOST_UNIONS: usize = 256;

impl<'d> Types<'d> {
    /// Whether a schema is to be lowered as a union.
    pub(super) fn is_union(schema: &Schema) -> bool {
        let mixed = schema.kinds().count() > 1;
        let branches = schema.branches();
        mixed || branches.is_some_and(|(_, branches)| !branches.iter().all(Schema::is_requirement))
    }

    pub(super) fn union(&mut self, schema: &Schema, place: &Place, owner: &Owner<'_>) -> Lowered {
        let mut parts = Parts::default();
        self.gather(schema, place, &mut parts, &mut BTreeSet::new());
        if parts.any {
            return (Type::Json, Vec::new());
        }
        let lowered = match (parts.objects.as_slice(), parts.arrays.as_slice()) {
            ([], []) if parts.scalars.is_empty() => return (Type::Json, Vec::new()),
            ([], []) => self.scalars(&parts.scalars, parts.null, owner, schema, place),
            ([only], []) | ([], [only]) if parts.scalars.is_empty() => {
                self.lower(&only.schema, &only.place, owner)
            }
            _ => self.branches(&parts, schema, place, owner),
        };
        or_null(lowered, parts.null)
    }

    /// Sorts the branches of a union, and of the unions in it.
    fn gather<'s>(
        &mut self,
        schema: &'s Schema,
        place: &Place,
        parts: &mut Parts<'s>,
        seen: &mut BTreeSet<String>,
    ) where
        'd: 's,
    {
        if let Some(name) = schema.reference.as_deref().and_then(target) {
            let documents = self.documents();
            let Some(document) = documents.types.get(name) else {
                return;
            };
            let meant = &document.content;
            if Self::is_union(meant) || meant.reference.is_some() || meant.takes_null() {
                if seen.len() == MOST_UNIONS {
                    self.found.push(Diagnostic::new(
                        place.clone(),
                        format!("a union has more than {MOST_UNIONS} other ones in it"),
                        "list the branches in fewer unions",
                    ));
                }
                if seen.len() <= MOST_UNIONS && seen.insert(name.to_owned()) {
                    self.gather(meant, &Place::at(&document.path, ""), parts, seen);
                }
                return;
            }
            return self.sort(schema, meant, place, parts);
        }
        let Some((key, branches)) = schema.branches().filter(|_| Self::is_union(schema)) else {
            return self.sort(schema, schema, place, parts);
        };
        if schema.properties.is_some() || schema.items.is_some() {
            self.found.push(Diagnostic::new(
                place.clone().child(key).on_key(),
                format!("`{key}` beside `properties` or `items` is not translated"),
                "say in each branch all that holds for it",
            ));
        }
        parts.null |= schema.takes_null();
        for (index, branch) in branches.iter().enumerate() {
            self.gather(branch, &place.clone().child(key).index(index), parts, seen);
        }
    }

    /// Puts a branch where it belongs; `meant` is what it refers to.
    fn sort<'s>(
        &mut self,
        schema: &'s Schema,
        meant: &'s Schema,
        place: &Place,
        parts: &mut Parts<'s>,
    ) {
        let listed = values(meant);
        parts.null |= meant.takes_null();
        parts.null |= listed.iter().flatten().any(|value| value.is_null());
        let kinds: Vec<Kind> = meant.kinds().collect();
        let is_object = kinds.contains(&Kind::Object)
            || (kinds.is_empty() && (meant.properties.is_some() || meant.all_of.is_some()));
        let is_array = kinds.contains(&Kind::Array) || (kinds.is_empty() && meant.items.is_some());
        let alone = kinds.len() < 2 && !meant.takes_null() && listed.is_none();
        let part = |kind: Kind| Part {
            schema: match alone || schema.reference.is_some() {
                true => Cow::Borrowed(schema),
                false => Cow::Owned(only(schema, kind)),
            },
            meant: Cow::Borrowed(meant),
            place: place.clone(),
        };
        if is_object {
            parts.objects.push(part(Kind::Object));
        }
        if is_array {
            parts.arrays.push(part(Kind::Array));
        }
        let scalar = |kind: &Kind| !matches!(kind, Kind::Object | Kind::Array);
        let has_values = listed
            .as_ref()
            .is_some_and(|list| list.iter().any(|v| !v.is_null()));
        if kinds.iter().any(scalar) || (kinds.is_empty() && has_values) {
            let place = place.clone();
            let schema = meant;
            parts.scalars.push(Scalar { schema, place });
        }
        let says_nothing = kinds.is_empty() && !is_object && !is_array && listed.is_none();
        parts.any |= says_nothing && !meant.takes_null();
    }

    /// The enum of a union in which there are objects or arrays.
    fn branches(
        &mut self,
        parts: &Parts<'_>,
        schema: &Schema,
        place: &Place,
        owner: &Owner<'_>,
    ) -> Lowered {
        let mut union = Union::default();
        let tags = discriminators(&parts.objects);
        for (index, part) in parts.objects.iter().enumerate() {
            self.object_branch(index, part, parts, &tags, owner, &mut union);
        }
        if !parts.arrays.is_empty() {
            let mut lists = Vec::new();
            for part in &parts.arrays {
                lists.push(self.lower(&part.schema, &part.place, owner));
            }
            let (ty, rules) = lists.remove(0);
            let same = lists.iter().all(|(other, _)| *other == ty);
            let ty = if same {
                ty
            } else {
                Type::Array(Box::new(Type::Json))
            };
            union
                .rules
                .extend(if lists.is_empty() { rules } else { Vec::new() });
            union.add(("List", false), ty, Form::Array, Vec::new());
        }
        if !parts.scalars.is_empty() {
            let value = owner.branch("value");
            let (ty, rules) = self.scalars(
                &parts.scalars,
                parts.null,
                &value,
                &Schema::default(),
                place,
            );
            let (name, form) = scalar_branch(&ty);
            union.rules.extend(rules);
            union.add((name, false), ty, form, Vec::new());
        }
        match union.branches.as_slice() {
            [only] => (only.ty.clone(), union.rules),
            _ => {
                let kind = DefinitionKind::Union(union.branches);
                (self.intern(kind, schema, place, owner), union.rules)
            }
        }
    }

    fn object_branch(
        &mut self,
        index: usize,
        part: &Part<'_>,
        parts: &Parts<'_>,
        tags: &[&str],
        owner: &Owner<'_>,
        union: &mut Union,
    ) {
        let values = |tag: &&str| {
            let property = part.meant.properties.as_ref()?.get(*tag)?;
            let values = texts(property)?.into_iter().map(str::to_owned).collect();
            Some(((*tag).to_owned(), values))
        };
        let tagged: Vec<(String, Vec<String>)> = tags.iter().filter_map(values).collect();
        let labels = labels(index, part, &parts.objects, &tagged, owner);
        let free = labels.iter().find(|label| !union.has(&variant_name(label)));
        let label = free.or(labels.last()).cloned().unwrap_or_default();
        let known = match part.schema.reference {
            Some(_) => Known::default(),
            None => known(part, &tagged),
        };
        let (ty, rules) = match part.schema.reference {
            None if part.schema.all_of.is_none() => {
                self.object(&part.schema, &part.place, &owner.branch(&label), known)
            }
            _ => self.lower(&part.schema, &part.place, &owner.branch(&label)),
        };
        union.rules.extend(rules);
        let (name, ty) = match ty {
            Type::Map(_) => ("Map".to_owned(), ty),
            Type::Empty => ("Empty".to_owned(), ty),
            Type::Json => ("Object".to_owned(), ty),
            ty => (label, Type::Boxed(Box::new(ty))),
        };
        let is_named = part.schema.title.is_some() || part.schema.rust_name.is_some();
        let is_titled = is_named && name == labels[0];
        union.add((&name, is_titled), ty, Form::Object, tagged);
    }
}

/// A union under construction.
#[derive(Default)]
struct Union {
    branches: Vec<Branch>,
    /// The rules of all branches; each is about one form of JSON only.
    rules: Vec<Rule>,
}

impl Union {
    fn has(&self, name: &str) -> bool {
        self.branches.iter().any(|branch| branch.name == name)
    }

    /// Adds a branch, unless it is there already.
    fn add(
        &mut self,
        (label, is_titled): (&str, bool),
        ty: Type,
        form: Form,
        tags: Vec<(String, Vec<String>)>,
    ) {
        if self.branches.iter().any(|branch| branch.ty == ty) {
            return;
        }
        let plain = variant_name(label);
        let mut names = (2..).map(|number| format!("{plain}{number}"));
        let name = match self.has(&plain) {
            true => names.find(|name| !self.has(name)).unwrap_or(plain),
            false => plain,
        };
        self.branches.push(Branch {
            name,
            is_titled,
            ty,
            form,
            tags,
        });
    }
}

/// A schema as far as it is about objects or about arrays: the values that it lists are scalars.
fn only(schema: &Schema, kind: Kind) -> Schema {
    Schema {
        kind: Some(Kinds::One(kind)),
        values: None,
        constant: None,
        ..schema.clone()
    }
}

fn scalar_branch(ty: &Type) -> (&'static str, Form) {
    match ty {
        Type::String => ("Text", Form::Text),
        Type::ObjectId => ("Id", Form::Text),
        Type::DateTime => ("Time", Form::Text),
        Type::Integer | Type::Number | Type::UnixMillis => ("Number", Form::Number),
        Type::Bool => ("Flag", Form::Flag),
        Type::Named(_) => ("Value", Form::Text),
        _ => ("Value", Form::Scalar),
    }
}

/// The properties whose texts tell the objects of a union apart: one, or else two together.
fn discriminators<'s>(objects: &'s [Part<'_>]) -> Vec<&'s str> {
    let objects: Vec<&Part<'_>> = objects
        .iter()
        .filter(|part| is_struct(&part.meant))
        .collect();
    let Some(first) = objects.first().filter(|_| objects.len() > 1) else {
        return Vec::new();
    };
    let list = |part: &'s Part<'_>, name: &str| -> Option<Vec<&'s str>> {
        texts(part.meant.properties.as_ref()?.get(name)?)
    };
    let names = first
        .meant
        .properties
        .iter()
        .flatten()
        .map(|(name, _)| name.as_str());
    let common: Vec<&str> = names
        .filter(|name| objects.iter().all(|part| list(part, name).is_some()))
        .collect();
    let tells = |names: &[&str]| {
        let mut seen = BTreeSet::new();
        objects.iter().all(|part| {
            let mut combinations: Vec<Vec<&str>> = vec![Vec::new()];
            for name in names {
                let texts = list(part, name).unwrap_or_default();
                combinations = combinations
                    .iter()
                    .flat_map(|start| {
                        texts
                            .iter()
                            .map(|text| [start.as_slice(), &[text]].concat())
                    })
                    .collect();
            }
            combinations
                .into_iter()
                .all(|combination| seen.insert(combination))
        })
    };
    let required = |name: &&&str| objects.iter().all(|part| requires(&part.meant, name));
    let alone: Vec<&&str> = common.iter().filter(|name| tells(&[name])).collect();
    if let Some(name) = alone
        .iter()
        .copied()
        .find(required)
        .or(alone.first().copied())
    {
        return vec![name];
    }
    let pairs = common.iter().enumerate();
    let mut pairs = pairs.flat_map(|(n, one)| common[n + 1..].iter().map(move |two| [*one, *two]));
    pairs
        .find(|pair| tells(pair))
        .map(Vec::from)
        .unwrap_or_default()
}

fn is_struct(schema: &Schema) -> bool {
    schema
        .properties
        .as_ref()
        .is_some_and(|properties| !properties.is_empty())
}

fn requires(schema: &Schema, name: &str) -> bool {
    schema
        .required
        .iter()
        .flatten()
        .any(|required| required == name)
}

/// The discriminators of a branch that have one text: those that are always there need no field.
fn known(part: &Part<'_>, tagged: &[(String, Vec<String>)]) -> Known {
    let mut known = Known::default();
    for (name, texts) in tagged {
        if let [text] = texts.as_slice() {
            let list = match requires(&part.meant, name) {
                true => &mut known.constants,
                false => &mut known.presets,
            };
            list.push((name.clone(), text.clone()));
        }
    }
    known
}

/// What a branch could be called, best first.
fn labels(
    index: usize,
    part: &Part<'_>,
    objects: &[Part<'_>],
    tagged: &[(String, Vec<String>)],
    owner: &Owner<'_>,
) -> Vec<String> {
    let mut labels: Vec<String> = part.schema.rust_name.clone().into_iter().collect();
    let title = part
        .schema
        .title
        .as_ref()
        .map(|title| shortened(title, owner.word()));
    let firsts: Vec<&str> = tagged
        .iter()
        .filter_map(|(_, texts)| texts.first().map(String::as_str))
        .collect();
    let value = (!firsts.is_empty()).then(|| firsts.join(" "));
    labels.extend([title, value].into_iter().flatten());
    let reference = part.schema.reference.as_deref().and_then(target);
    labels.extend(reference.map(str::to_owned));
    let others = || {
        objects
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
    };
    let own = |name: &&String| {
        let has = |other: &Part<'_>| {
            let properties = other.meant.properties.as_ref();
            properties.is_some_and(|properties| properties.contains_key(*name))
        };
        !others().any(|(_, other)| has(other))
    };
    if objects.iter().filter(|part| is_struct(&part.meant)).count() > 1 {
        labels.extend(part.meant.required.iter().flatten().find(own).cloned());
        let mut names = part.meant.properties.iter().flatten().map(|(name, _)| name);
        labels.extend(names.find(own).cloned());
    } else if let Some([name]) = part.meant.required.as_deref() {
        labels.push(name.clone());
    }
    labels.push("object".to_owned());
    labels
}

/// A title without the name of the union at its end.
fn shortened(title: &str, union: &str) -> String {
    let (title_words, union) = (words_of(title), words_of(union));
    match title_words.strip_suffix(union.as_slice()) {
        Some(rest) if !rest.is_empty() => rest.join(" "),
        _ => title.to_owned(),
    }
}
