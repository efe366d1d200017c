//! Unions: values of one of several schemas.
//!
//! The common properties of the branches decide: a null branch makes the others nullable, scalar
//! branches become one scalar with rules, and only branches with objects or arrays become an enum.

use std::collections::{BTreeSet, HashSet};

use crate::ir::{Branch, DefinitionKind, Form, Kind, Rule, Type};
use crate::names::{variant_name, words_of};
use crate::normal::{Alternative, Id, Meanings, NodeId, Objects, Residual, Shape};

use super::naming::Owner;
use super::objects::{Known, is_struct};
use super::scalars::listed_strings;
use super::types::{Lowered, Types};

/// A branch that is an object.
struct Part<'s> {
    object: &'s Alternative<Objects>,
    /// The schema of the branch, if it is a single one.
    node: Option<NodeId>,
}

impl<'d> Types<'d> {
    /// The enum of values of several types.
    pub(super) fn union(&mut self, id: Id, shape: &Shape, owner: &Owner<'_>) -> Lowered {
        let parts = shape.objects.iter().map(|object| Part {
            object,
            node: self.branch_of(id, object),
        });
        let parts: Vec<Part<'_>> = parts.collect();
        let mut union = Union::default();
        let tags = discriminators(self.meanings, &parts);
        self.defining(|types| {
            for index in 0..parts.len() {
                types.object_branch(id, index, &parts, &tags, owner, &mut union);
            }
            if !shape.arrays.is_empty() {
                let (ty, rules) = types.array(id, &shape.arrays, owner);
                union.rules.extend(rules);
                union.add(("List", false), ty, Form::Array, Vec::new());
            }
            if shape.has_scalars() {
                let scalars = Shape {
                    arrays: Vec::new(),
                    objects: Vec::new(),
                    ..shape.clone()
                };
                let (ty, rules) = types.scalars(id, &scalars, &owner.branch("value"));
                let ty = match ty {
                    // Null is a value beside the union.
                    Type::Nullable(ty) => *ty,
                    ty => ty,
                };
                let (name, form) = scalar_branch(&ty);
                union.rules.extend(rules);
                union.add((name, false), ty, form, Vec::new());
            }
        });
        let is_partial = parts.iter().any(|part| has_choice(part.object));
        let rules = match union.disjoint_rules().filter(|_| !is_partial) {
            Some(rules) => rules,
            None => self.whole(id),
        };
        match union.branches.as_slice() {
            [only] => (only.ty.clone(), rules),
            _ => {
                let kind = DefinitionKind::Union(union.branches);
                (self.intern(kind, self.node(id), owner), rules)
            }
        }
    }

    /// The schema that equals an alternative of an id: a branch of a union.
    pub(super) fn branch_of(&self, id: Id, object: &Alternative<Objects>) -> Option<NodeId> {
        let own = self.meanings.parts(id);
        let is_same = |node: &&NodeId| {
            let shape = self.meanings.shape(self.meanings.of_node(**node));
            let [only] = shape.objects.as_slice() else {
                return false;
            };
            only.values == object.values
                && only.facets == object.facets
                && own_conditions(only).eq(own_conditions(object))
        };
        let origins = object.origins.iter().filter(|node| !own.contains(node));
        origins.copied().find(|node| is_same(&node))
    }

    fn object_branch(
        &mut self,
        id: Id,
        index: usize,
        parts: &[Part<'_>],
        tags: &[&str],
        owner: &Owner<'_>,
        union: &mut Union,
    ) {
        let part = &parts[index];
        let tagged = tags.iter().filter_map(|tag| {
            let texts = property_strings(self.meanings, part.object, tag)?;
            Some(((*tag).to_owned(), texts))
        });
        let tagged: Vec<(String, Vec<String>)> = tagged.collect();
        let labels = self.labels(index, parts, &tagged, owner);
        let free = labels.iter().find(|label| !union.has(&variant_name(label)));
        let label = free.or(labels.last()).cloned().unwrap_or_default();
        let branch = owner.branch(&label);
        let of_node = part.node.map(|node| self.meanings.of_node(node));
        let target = of_node.filter(|id| {
            self.meanings.meant(*id).0 != *id && self.meanings.shape(*id).only_objects()
        });
        let (ty, rules) = match target {
            Some(id) => self.lower(id, &branch),
            None if part.object.values.is_some() => (Type::Json, vec![Rule::Object]),
            None => {
                let mut object = part.object.clone();
                object.residual.retain(|residual| !is_choice(residual));
                let node = part.node.or(self.node(id));
                self.object(&object, node, &branch, known(part, &tagged))
            }
        };
        union.rules.extend(rules);
        let (name, ty) = match ty {
            Type::Map(_) => ("Map".to_owned(), ty),
            Type::Empty => ("Empty".to_owned(), ty),
            Type::Json => ("Object".to_owned(), ty),
            ty => (label, Type::Boxed(Box::new(ty))),
        };
        let about = part.node.map(|node| &self.meanings.node(node).about);
        let is_named =
            about.is_some_and(|about| about.title.is_some() || about.rust_name.is_some());
        let is_titled = is_named && name == labels[0];
        union.add((&name, is_titled), ty, Form::Object, tagged);
    }

    /// The candidates for the name of a branch, best first.
    fn labels(
        &self,
        index: usize,
        parts: &[Part<'_>],
        tagged: &[(String, Vec<String>)],
        owner: &Owner<'_>,
    ) -> Vec<String> {
        let part = &parts[index];
        let about = part.node.map(|node| &self.meanings.node(node).about);
        let mut labels = Vec::new();
        labels.extend(about.and_then(|about| about.rust_name.clone()));
        let title = about.and_then(|about| about.title.as_ref());
        labels.extend(title.map(|title| shortened(title, owner.word())));
        let firsts = tagged.iter().filter_map(|(_, texts)| texts.first());
        let firsts: Vec<&str> = firsts.map(String::as_str).collect();
        labels.extend((!firsts.is_empty()).then(|| firsts.join(" ")));
        labels.extend(part.node.and_then(|node| self.target_name(node)));
        let others = parts[..index].iter().chain(&parts[index + 1..]);
        let others: HashSet<&String> = others
            .flat_map(|part| part.object.facets.described())
            .map(|(name, _)| name)
            .collect();
        let own = |name: &&String| !others.contains(name);
        let required: Vec<&String> = part.object.facets.required().collect();
        if parts.iter().filter(|part| is_struct(part.object)).count() > 1 {
            labels.extend(required.into_iter().find(own).cloned());
            labels.extend(
                part.object
                    .facets
                    .described()
                    .map(|(name, _)| name)
                    .find(own)
                    .cloned(),
            );
        } else if let [name] = required.as_slice() {
            labels.push((*name).clone());
        }
        labels.push("object".to_owned());
        labels
    }

    /// The name that a reference gives its target.
    fn target_name(&self, node: NodeId) -> Option<String> {
        let (meant, _) = self.meanings.meant(self.meanings.of_node(node));
        let target = self.node(meant).filter(|target| *target != node)?;
        let (_, word) = match self.roots.get(&meant) {
            Some(wire) => ("", *wire),
            None => self.meanings.node(target).pointer.rsplit_once('/')?,
        };
        Some(word.to_owned())
    }
}

/// Whether a condition only selects a branch of a union.
fn is_choice(residual: &Residual) -> bool {
    matches!(residual, Residual::One(_))
}

/// The conditions of an alternative that do more than select a branch.
fn own_conditions(object: &Alternative<Objects>) -> impl Iterator<Item = &Residual> {
    let conditions = object.residual.iter();
    conditions.filter(|residual| !is_choice(residual))
}

fn has_choice(object: &Alternative<Objects>) -> bool {
    object.values.is_some() || object.residual.iter().any(is_choice)
}

/// A union under construction.
#[derive(Default)]
struct Union {
    branches: Vec<Branch>,
    /// The rules of all branches; each is about one JSON type only.
    rules: Vec<Rule>,
}

impl Union {
    /// The rules of all branches, if none of them can apply to another branch.
    fn disjoint_rules(&self) -> Option<Vec<Rule>> {
        let has = |form: Form| self.branches.iter().any(|branch| branch.form == form);
        let maps = self
            .branches
            .iter()
            .filter(|branch| branch.form == Form::Object)
            .count();
        let is_own = |rule: &Rule| match rule {
            Rule::Each(_) => !(has(Form::Array) && maps > 0),
            Rule::MinProperties(_) | Rule::MaxProperties(_) | Rule::Keys(_) | Rule::Matching(_) => {
                maps == 1
            }
            Rule::Object | Rule::Meets(..) | Rule::AnyRequired(_) => false,
            _ => true,
        };
        let mut rules = Vec::new();
        for rule in &self.rules {
            match rule {
                // Each JSON type that a branch has.
                Rule::Kinds(kinds) => {
                    let mut kinds = kinds.clone();
                    kinds.extend(has(Form::Array).then_some(Kind::Array));
                    kinds.extend(has(Form::Object).then_some(Kind::Object));
                    rules.push(Rule::Kinds(kinds));
                }
                // The form of a branch implies it.
                Rule::Object if maps == 1 => {}
                rule if is_own(rule) => rules.push(rule.clone()),
                _ => return None,
            }
        }
        Some(rules)
    }

    fn has(&self, name: &str) -> bool {
        self.branches.iter().any(|branch| branch.name == name)
    }

    /// Adds a branch, unless it exists already.
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
        let name = if self.has(&plain) {
            names.find(|name| !self.has(name)).unwrap_or(plain)
        } else {
            plain
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

/// The properties whose strings distinguish the objects of a union: one, or else two together.
fn discriminators<'s>(meanings: &Meanings, objects: &'s [Part<'_>]) -> Vec<&'s str> {
    let objects = objects.iter().map(|part| part.object);
    let objects: Vec<&Alternative<Objects>> = objects.filter(|object| is_struct(object)).collect();
    let Some(first) = objects.first().filter(|_| objects.len() > 1) else {
        return Vec::new();
    };
    let list = |object: &Alternative<Objects>, name: &str| property_strings(meanings, object, name);
    let common: Vec<&str> = first
        .facets
        .described()
        .map(|(name, _)| name.as_str())
        .filter(|name| objects.iter().all(|object| list(object, name).is_some()))
        .collect();
    let distinguishes = |names: &[&str]| {
        let mut seen = BTreeSet::new();
        objects.iter().all(|object| {
            let mut combinations: Vec<Vec<String>> = vec![Vec::new()];
            for name in names {
                let texts = list(object, name).unwrap_or_default();
                let longer = combinations.iter().flat_map(|start| {
                    let texts = texts.iter();
                    texts.map(|text| [start.as_slice(), std::slice::from_ref(text)].concat())
                });
                combinations = longer.collect();
            }
            combinations
                .into_iter()
                .all(|combination| seen.insert(combination))
        })
    };
    let required = |name: &&&str| objects.iter().all(|object| object.facets.requires(name));
    let mut alone = common
        .iter()
        .filter(|name| distinguishes(&[name]))
        .peekable();
    let first = alone.peek().copied();
    if let Some(name) = alone.find(required).or(first) {
        return vec![name];
    }
    let pairs = common.iter().enumerate();
    let mut pairs = pairs.flat_map(|(n, one)| common[n + 1..].iter().map(move |two| [*one, *two]));
    pairs
        .find(|pair| distinguishes(pair))
        .map(Vec::from)
        .unwrap_or_default()
}

/// The strings that a property can have, if it can have nothing else.
fn property_strings(
    meanings: &Meanings,
    object: &Alternative<Objects>,
    name: &str,
) -> Option<Vec<String>> {
    let property = object.facets.properties.get(name)?;
    let shape = meanings.shape(property.shape);
    let strings = listed_strings(&shape)?;
    Some(strings.into_iter().map(str::to_owned).collect())
}

/// The discriminators of a branch with a single string: those that are always present need no
/// field.
fn known(part: &Part<'_>, tagged: &[(String, Vec<String>)]) -> Known {
    let mut known = Known::default();
    for (name, texts) in tagged {
        if let [text] = texts.as_slice() {
            let list = if part.object.facets.requires(name) {
                &mut known.constants
            } else {
                &mut known.presets
            };
            list.push((name.clone(), text.clone()));
        }
    }
    known
}

/// A title without the name of the union at its end.
fn shortened(title: &str, union: &str) -> String {
    let (title_words, union) = (words_of(title), words_of(union));
    match title_words.strip_suffix(union.as_slice()) {
        Some(rest) if !rest.is_empty() => rest.join(" "),
        _ => title.to_owned(),
    }
}
