//! Schemas to types: each shape once, whatever stands in how many places.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{
    Branch, Definition, DefinitionKind, Family, Home, Name, Object, Position, Rule, Type,
};
use crate::names::{family_name, type_name};
use crate::read::{Document, Documents};
use crate::resolve::target;
use crate::schema::{Kind, Schema};

use super::naming::{self, Occurrence, Owner};
use super::objects::Known;
use super::scalars::{Scalar, values};
use super::scope::{Scope, Wanted};
use super::settled::{Names, Settled};
use super::shape::Shape;

/// The type of a schema, and the rules that a request must keep to besides.
pub(super) type Lowered = (Type, Vec<Rule>);

/// All definitions of `types`, and what is needed to add to them.
///
/// As long as definitions are added, they have provisional names: which name is free shows only
/// when all are there, see [`Types::finish`].
pub(super) struct Types<'d> {
    documents: &'d Documents,
    /// What each file in `types/` is; nothing while it is being lowered.
    roots: BTreeMap<&'d str, Option<Lowered>>,
    /// What each file in `types/` is called in Rust.
    root_names: BTreeMap<&'d str, String>,
    /// Definitions by shape: equal ones are one.
    shapes: HashMap<Shape, usize>,
    entries: Vec<Entry>,
    pub(super) found: Vec<Diagnostic>,
    /// How many schemas are being lowered inside one another, and the outermost of them.
    within: (usize, Option<Place>),
    /// Whether a schema was found to have no end: nothing is lowered any more.
    is_endless: bool,
    /// How many schemas are being lowered inside one another, over all files.
    stacked: usize,
}

/// How deep schemas stand in one another at most. None that is meant has as many levels; a union or
/// `allOf` that is spelled out within itself has more, whatever the limit.
const DEEPEST: usize = 128;

/// How many schemas that are lowered inside one another are so many that files are not lowered inside
/// them any more, but in an order of their own; and how many there are at most.
const STACKED: usize = 128;
const MOST_STACKED: usize = 1024;

/// How deep lists and maps stand in one another at most.
const MOST_LEVELS: usize = 32;

/// A definition on its way.
struct Entry {
    kind: DefinitionKind,
    doc: Option<String>,
    occurrences: Vec<Occurrence>,
    /// The file in `types/` that this is the type of; the first one, if there are several.
    root: Option<String>,
}

impl<'d> Types<'d> {
    /// Lowers every file in `types/`.
    pub(super) fn new(documents: &'d Documents) -> Self {
        let mut types = Types {
            documents,
            roots: BTreeMap::new(),
            root_names: BTreeMap::new(),
            shapes: HashMap::new(),
            entries: Vec::new(),
            found: Vec::new(),
            within: (0, None),
            is_endless: false,
            stacked: 0,
        };
        let wanted = documents.types.iter().map(|(wire, document)| {
            let place = Place::at(&document.path, "");
            Wanted::new(wire, document.content.rust_name.as_deref(), place)
        });
        let wanted: Vec<_> = wanted.collect();
        let names = Scope::new("types").settle(&wanted, type_name, &mut types.found);
        let wires = documents.types.keys().map(String::as_str);
        types.root_names = wires.zip(names).collect();
        for wire in documents.types.keys() {
            types.root(wire);
        }
        types
    }

    pub(super) fn documents(&self) -> &'d Documents {
        self.documents
    }

    /// What a file in `types/` is. While that is being found out, it is known by name only.
    fn root(&mut self, wire: &str) -> Lowered {
        match self.roots.get(wire) {
            Some(Some(lowered)) => return lowered.clone(),
            Some(None) => return (named(format!("\0@{wire}")), Vec::new()),
            None => {}
        }
        let Some((wire, document)) = self.documents.types.get_key_value(wire) else {
            // The stage before this one reports it.
            return (Type::Json, Vec::new());
        };
        match self.stacked < STACKED {
            true => self.lower_root(wire, document),
            false => self.lower_roots(wire, document),
        }
    }

    /// Lowers a file in `types/`, and before it those that it refers to, those that these refer to, and
    /// so on: that takes no deeper stack, however long the chain.
    fn lower_roots(&mut self, wire: &'d str, document: &'d Document<Schema>) -> Lowered {
        let documents = self.documents;
        let mut open = vec![(wire, document, references(&document.content))];
        self.roots.insert(wire, None);
        let mut lowered = (Type::Json, Vec::new());
        while let Some((wire, document, ahead)) = open.last_mut() {
            let Some(next) = ahead.pop() else {
                let (wire, document) = (*wire, *document);
                open.pop();
                lowered = self.lower_root(wire, document);
                continue;
            };
            if !self.roots.contains_key(next)
                && let Some((next, document)) = documents.types.get_key_value(next)
            {
                self.roots.insert(next, None);
                open.push((next, document, references(&document.content)));
            }
        }
        lowered
    }

    fn lower_root(&mut self, wire: &'d str, document: &'d Document<Schema>) -> Lowered {
        self.roots.insert(wire, None);
        let place = Place::at(&document.path, "");
        let within = std::mem::take(&mut self.within);
        let lowered = self.lower(&document.content, &place, &Owner::root(wire));
        self.within = within;
        if let Some(entry) = self
            .number_of(&lowered.0)
            .and_then(|n| self.entries.get_mut(n))
        {
            entry.root.get_or_insert_with(|| wire.to_owned());
        }
        self.roots.insert(wire, Some(lowered.clone()));
        lowered
    }

    /// The type of a schema, and the rules that a request must keep to besides.
    pub(super) fn lower(&mut self, schema: &Schema, place: &Place, owner: &Owner<'_>) -> Lowered {
        let (depth, outermost) = &mut self.within;
        if *depth == 0 {
            *outermost = Some(place.clone());
        }
        let is_endless = *depth == DEEPEST || self.stacked == MOST_STACKED;
        if is_endless && !self.is_endless {
            self.is_endless = true;
            self.found.push(Diagnostic::new(
                outermost.clone().unwrap_or_else(|| place.clone()),
                "the schema has no end: a union or an `allOf` in it is a part of itself",
                "move the part that is repeated to a file of its own in `types/`, and refer to it",
            ));
        }
        if self.is_endless {
            return (Type::Json, Vec::new());
        }
        *depth += 1;
        self.stacked += 1;
        let lowered = self.lower_one(schema, place, owner);
        self.within.0 -= 1;
        self.stacked -= 1;
        lowered
    }

    fn lower_one(&mut self, schema: &Schema, place: &Place, owner: &Owner<'_>) -> Lowered {
        if let Some(wire) = schema.reference.as_deref().and_then(target) {
            return self.root(wire);
        }
        if let Some((reference, null)) = schema.only_reference()
            && let Some(wire) = target(reference)
        {
            return or_null(self.root(wire), null);
        }
        if schema.all_of.is_some() {
            let merged = self.merged(schema, place);
            return self.lower(&merged, place, owner);
        }
        let listed = values(schema);
        let null = schema.takes_null() || listed.iter().flatten().any(|value| value.is_null());
        if Self::is_union(schema) || null {
            return self.union(schema, place, owner);
        }
        let kind = schema.kinds().next();
        match kind {
            _ if listed.is_some() => self.one_scalar(schema, place, owner),
            Some(Kind::Object) => self.object(schema, place, owner, Known::default()),
            Some(Kind::Array) => self.array(schema, place, owner),
            Some(_) => self.one_scalar(schema, place, owner),
            None if schema.properties.is_some() || schema.pattern_properties.is_some() => {
                self.object(schema, place, owner, Known::default())
            }
            None if schema.items.is_some() => self.array(schema, place, owner),
            None => (Type::Json, Vec::new()),
        }
    }

    fn one_scalar(&mut self, schema: &Schema, place: &Place, owner: &Owner<'_>) -> Lowered {
        let only = Scalar {
            schema,
            place: place.clone(),
        };
        self.scalars(&[only], false, owner, schema, place)
    }

    fn array(&mut self, schema: &Schema, place: &Place, owner: &Owner<'_>) -> Lowered {
        let (item, each) = match &schema.items {
            Some(items) => self.lower(items, &place.clone().child("items"), &owner.item()),
            None => (Type::Json, Vec::new()),
        };
        let unique = schema.unique_items.filter(|unique| *unique);
        let rules = [
            schema.min_items.map(Rule::MinItems),
            schema.max_items.map(Rule::MaxItems),
            unique.map(|_| Rule::UniqueItems),
            (!each.is_empty()).then_some(Rule::Each(each)),
        ];
        let ty = self.around(item, Type::Array, place);
        (ty, rules.into_iter().flatten().collect())
    }

    /// A list or map of a type, unless that is one of so many others that no type is meant: each name
    /// of it would be spelled out in full.
    pub(super) fn around(&mut self, ty: Type, of: fn(Box<Type>) -> Type, place: &Place) -> Type {
        let levels = std::iter::successors(Some(&ty), |ty| ty.inner()).count();
        if levels <= MOST_LEVELS {
            return of(Box::new(ty));
        }
        self.found.push(Diagnostic::new(
            place.clone(),
            format!("lists and maps stand in one another, more than {MOST_LEVELS} deep"),
            "put an object with properties on the way",
        ));
        Type::Json
    }

    /// The type with this definition, which is an equal one's if there is one.
    pub(super) fn intern(
        &mut self,
        kind: DefinitionKind,
        schema: &Schema,
        place: &Place,
        owner: &Owner<'_>,
    ) -> Type {
        let occurrence = Occurrence {
            path: owner.path(),
            title: schema.title.clone(),
            source: place.reference(),
        };
        let doc = schema.description.clone().or_else(|| schema.title.clone());
        let next = self.entries.len();
        let number = match Shape::of(&kind) {
            Some(shape) => *self.shapes.entry(shape).or_insert(next),
            None => next,
        };
        match self.entries.get_mut(number) {
            Some(entry) => {
                entry.occurrences.push(occurrence);
                entry.take(kind);
                entry.doc = entry.doc.take().or(doc);
            }
            None => self.entries.push(Entry {
                kind,
                doc,
                occurrences: vec![occurrence],
                root: None,
            }),
        }
        named(format!("\0{number}"))
    }

    /// The number of the definition that a type is, as long as names are provisional.
    fn number_of(&self, ty: &Type) -> Option<usize> {
        let Type::Named(name) = ty else { return None };
        name.rust.strip_prefix('\0')?.parse().ok()
    }

    /// The object that a type is, as long as names are provisional.
    pub(super) fn object_of(&self, ty: &Type) -> Option<&Object> {
        match &self.entries.get(self.number_of(ty)?)?.kind {
            DefinitionKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The definitions by their modules, under the names that they have in the end; and these names
    /// by the provisional ones.
    pub(super) fn finish(self) -> (BTreeMap<String, Family>, Names) {
        let root_names = self.root_names;
        let types = self.entries.iter();
        let types = types.map(|entry| naming::Unnamed {
            root: entry.root.as_deref().and_then(|root| root_names.get(root)),
            occurrences: &entry.occurrences,
        });
        let settled = naming::settle(
            &types.collect::<Vec<_>>(),
            &root_names.values().cloned().collect(),
        );
        let mut names: HashMap<String, Settled> = HashMap::new();
        for (number, (name, entry)) in settled.iter().zip(&self.entries).enumerate() {
            let settled = Settled {
                name: name.clone(),
                is_union: matches!(entry.kind, DefinitionKind::Union(_)),
            };
            names.insert(format!("\0{number}"), settled);
        }
        for (wire, lowered) in &self.roots {
            let settled = match lowered {
                // A type of its own, and not the alias of one of the same shape.
                Some((Type::Named(name), _)) => names.get(&name.rust).cloned(),
                _ => None,
            };
            let alias = || Settled {
                name: root_names.get(wire).cloned().unwrap_or_default(),
                is_union: false,
            };
            names.insert(format!("\0@{wire}"), settled.unwrap_or_else(alias));
        }
        let names = Names(names);
        let modules = modules(&self.entries, &settled);
        let mut families = BTreeMap::new();
        for ((entry, name), module) in self.entries.into_iter().zip(settled).zip(modules) {
            entry.define(name, module, &names, &mut families);
        }
        for (wire, lowered) in self.roots {
            if let Some((ty, _)) = lowered
                && let Some(document) = self.documents.types.get(wire)
                && let Some(name) = root_names.get(wire)
            {
                alias((wire, name), ty, &document.content, &names, &mut families);
            }
        }
        (families, names)
    }
}

impl Entry {
    /// Takes over what an equal definition has and this one has not: presets of fields, and titles
    /// of a union's branches.
    fn take(&mut self, other: DefinitionKind) {
        match (&mut self.kind, other) {
            (DefinitionKind::Object(own), DefinitionKind::Object(other)) => {
                let presets = other.fields.into_iter();
                let presets = presets.filter_map(|field| Some((field.wire, field.preset?)));
                let mut presets: HashMap<String, String> = presets.collect();
                for field in &mut own.fields {
                    let preset = presets.remove(&field.wire);
                    field.preset = field.preset.take().or(preset);
                }
            }
            (DefinitionKind::Union(own), DefinitionKind::Union(other)) => take_titles(own, other),
            _ => {}
        }
    }

    /// The file that all occurrences are in, if there is but one.
    fn only_root(&self) -> Option<&str> {
        let first = self.occurrences.first()?.path.first()?;
        let mut roots = self
            .occurrences
            .iter()
            .map(|occurrence| &occurrence.path[0]);
        roots.all(|root| root == first).then_some(first)
    }

    /// Puts the definition into a module.
    fn define(
        mut self,
        name: String,
        module: String,
        names: &Names,
        families: &mut BTreeMap<String, Family>,
    ) {
        for ty in self.kind.parts_mut() {
            names.settle(ty);
        }
        let known = naming::canonical(&self.occurrences);
        let source = match (self.root, known) {
            (Some(root), _) => format!("types/{root}.json"),
            (None, known) => known.map(|known| known.source.clone()).unwrap_or_default(),
        };
        let places = self.occurrences.len();
        let definition = Definition {
            name,
            doc: self.doc,
            source,
            places,
            position: Position::default(),
            recursive: false,
            kind: self.kind,
        };
        family(families, module).add(definition);
    }
}

/// Calls the branches of a union by their titles, if they have any in another place.
fn take_titles(own: &mut [Branch], other: Vec<Branch>) {
    let titled = other.into_iter().enumerate();
    for (index, titled) in titled.filter(|(_, branch)| branch.is_titled) {
        if !own[index].is_titled && own.iter().all(|branch| branch.name != titled.name) {
            own[index].name = titled.name;
            own[index].is_titled = true;
        }
    }
}

/// The types that a schema refers to, the last one first.
fn references(schema: &Schema) -> Vec<&str> {
    let mut open = vec![schema];
    let mut found = Vec::new();
    while let Some(schema) = open.pop() {
        found.extend(schema.reference.as_deref().and_then(target));
        let members = [&schema.properties, &schema.pattern_properties];
        open.extend(members.into_iter().flatten().flat_map(|list| list.values()));
        let parts = [&schema.one_of, &schema.any_of, &schema.all_of];
        open.extend(parts.into_iter().flatten().flatten());
        open.extend(
            schema
                .items
                .as_deref()
                .into_iter()
                .chain(schema.additional_schema()),
        );
    }
    found
}

/// The module of each definition: that of the file that it stands in; where it stands in several,
/// that of the one definition which it is a part of; and else one of its own.
fn modules(entries: &[Entry], names: &[String]) -> Vec<String> {
    let mut users: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); entries.len()];
    for (number, entry) in entries.iter().enumerate() {
        for name in entry.kind.parts().into_iter().filter_map(Type::named) {
            let part: Option<usize> = name.strip_prefix('\0').and_then(|part| part.parse().ok());
            if let Some(users) = part.and_then(|part| users.get_mut(part)) {
                users.insert(number);
            }
        }
    }
    let mut modules: Vec<Option<String>> = vec![None; entries.len()];
    for start in 0..entries.len() {
        // As long as it takes to get from a part to the whole, but not round in a circle.
        let (mut number, mut way, mut seen) = (start, Vec::new(), BTreeSet::new());
        let module = loop {
            let entry = &entries[number];
            way.push(number);
            if let Some(known) = &modules[number] {
                break known.clone();
            }
            if let Some(root) = entry.root.as_deref().or_else(|| entry.only_root()) {
                break family_name(root);
            }
            match (users[number].first(), users[number].len()) {
                (Some(only), 1) if seen.insert(number) => number = *only,
                _ => break family_name(&names[number]),
            }
        };
        for number in way {
            modules[number].get_or_insert_with(|| module.clone());
        }
    }
    modules.into_iter().flatten().collect()
}

/// Defines the name of a file in `types/` that is no type of its own.
fn alias(
    (wire, name): (&str, &str),
    mut ty: Type,
    schema: &Schema,
    names: &Names,
    families: &mut BTreeMap<String, Family>,
) {
    names.settle(&mut ty);
    if matches!(&ty, Type::Named(own) if own.rust == name) {
        return;
    }
    family(families, family_name(wire)).add(Definition {
        name: name.to_owned(),
        doc: schema.description.clone().or_else(|| schema.title.clone()),
        source: format!("types/{wire}.json"),
        places: 1,
        position: Position::default(),
        recursive: false,
        kind: DefinitionKind::Alias(ty),
    });
}

fn family(families: &mut BTreeMap<String, Family>, module: String) -> &mut Family {
    families.entry(module.clone()).or_insert_with(|| Family {
        module,
        sources: BTreeSet::new(),
        definitions: Vec::new(),
        features: BTreeSet::new(),
    })
}

/// A type whose values may be null besides, where that is so.
pub(super) fn or_null((ty, rules): Lowered, null: bool) -> Lowered {
    match null && !ty.takes_null() && ty != Type::Json {
        true => (Type::Nullable(Box::new(ty)), rules),
        false => (ty, rules),
    }
}

fn named(rust: String) -> Type {
    Type::Named(Name {
        rust,
        home: Home::Types,
        is_union: false,
    })
}
