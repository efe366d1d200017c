//! Lowers schemas to types, each shape once however many places have it.

mod entries;

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::diagnostics::{Diagnostic, Place};
use crate::graph::with_room;
use crate::ir::{
    Definition, DefinitionKind, Kind, Name, NamedCondition, Object, Position, Rule, Type,
    TypeModule,
};
use crate::names::{module_name, type_name};
use crate::normal::{Id, Meanings, NodeId, Shape};
use crate::read::Documents;

use entries::{Entry, modules, type_module};

use super::conditions::Conditions;
use super::naming::{self, Occurrence, Owner};
use super::rename::{Final, Names};
use super::same::same;
use super::scope::{Scope, Wanted};

/// The type of a schema, and further rules for requests.
pub(super) type Lowered = (Type, Vec<Rule>);

/// All definitions of `types`, and the state needed to add to them.
///
/// Definitions have provisional names while more are added: free names are only known when all
/// exist, see [`Types::finish`].
pub(super) struct Types<'d> {
    pub(super) documents: &'d Documents,
    pub(super) meanings: &'d Meanings,
    pub(super) conditions: Conditions<'d>,
    /// The type of each set of values; none while it is being lowered.
    lowered: HashMap<Id, Option<Lowered>>,
    /// The sets being lowered, with the number of definitions around each.
    open: HashMap<Id, usize>,
    /// The depth of nested definitions being lowered.
    definitions: usize,
    /// The files in `types/` of sets, with their Rust names.
    pub(super) roots: HashMap<Id, &'d str>,
    root_names: BTreeMap<&'d str, String>,
    /// The names of the crate's public types, except those of inline definitions.
    pub(super) scope: Scope,
    /// Definitions by shape: equal ones are one.
    shapes: HashMap<DefinitionKind, usize>,
    entries: Vec<Entry>,
    pub(super) found: Vec<Diagnostic>,
}

/// The maximal number of words in the path of a type.
const MOST_WORDS: usize = 512;

/// The maximal nesting of lists and maps.
const MOST_LEVELS: usize = 32;

impl<'d> Types<'d> {
    /// Lowers every file in `types/`.
    pub(super) fn new(documents: &'d Documents) -> Self {
        let meanings = &*documents.meanings;
        let mut types = Types {
            documents,
            meanings,
            conditions: Conditions::new(meanings),
            lowered: HashMap::new(),
            open: HashMap::new(),
            definitions: 0,
            roots: HashMap::new(),
            root_names: BTreeMap::new(),
            scope: Scope::new("types"),
            shapes: HashMap::new(),
            entries: Vec::new(),
            found: Vec::new(),
        };
        let files: Vec<(&str, NodeId)> = meanings.types().collect();
        let wanted = files.iter().map(|(wire, node)| {
            let name = meanings.node(*node).about.rust_name.as_deref();
            Wanted::new(wire, name, meanings.place(*node))
        });
        let names = types.scope.assign(wanted, type_name, &mut types.found);
        types.root_names = files.iter().map(|(wire, _)| *wire).zip(names).collect();
        for (wire, node) in &files {
            // `true` and `false` have no definition, in whichever file.
            if meanings.node(*node).keywords().is_some() {
                types.roots.insert(meanings.of_node(*node), wire);
            }
        }
        for (_, node) in files {
            types.lower(meanings.of_node(node), &Owner::root(""));
        }
        types
    }

    /// The type of the schema at a place in a descriptor.
    pub(super) fn inline(&mut self, place: &Place, owner: &Owner<'_>) -> Lowered {
        match self.documents.inline.get(&place.reference()) {
            Some(node) => self.lower(self.meanings.of_node(*node), owner),
            None => (Type::Json, Vec::new()),
        }
    }

    /// The type of an id, with further rules for requests.
    pub(super) fn lower(&mut self, id: Id, owner: &Owner<'_>) -> Lowered {
        let (meant, null) = self.meanings.meant(id);
        let lowered = match self.lowered.get(&meant) {
            Some(Some(lowered)) => lowered.clone(),
            Some(None) => self.within_itself(meant),
            None => match self.roots.get(&meant) {
                Some(wire) => self.lower_new(meant, &Owner::root(wire)),
                None if meant == id => self.lower_new(meant, owner),
                None => self.lower_target(meant, owner),
            },
        };
        let lowered = or_null(lowered, null);
        if meant != id && self.roots.contains_key(&id) {
            self.lowered.insert(id, Some(lowered.clone()));
        }
        lowered
    }

    /// The type of a referenced schema that is not a file of its own: it is named after its place.
    fn lower_target(&mut self, id: Id, owner: &Owner<'_>) -> Lowered {
        let Some(node) = self.node(id).map(|node| self.meanings.node(node)) else {
            return self.lower_new(id, owner);
        };
        let file = self.meanings.file(node.document).unwrap_or(owner.first());
        let root = Owner::root(file);
        match node.pointer.rsplit_once('/') {
            Some((_, word)) if !word.is_empty() => self.lower_new(id, &root.property(word)),
            _ => self.lower_new(id, &root),
        }
    }

    /// A recursive set: by its name, if it becomes a definition.
    fn within_itself(&mut self, id: Id) -> Lowered {
        let shape = self.meanings.shape(id);
        let around = self.open.get(&id).copied();
        let is_bare = around == Some(self.definitions);
        let is_struct = shape.only_objects()
            && matches!(shape.objects.as_slice(), [only] if super::objects::is_struct(only));
        if is_bare || (around.is_none() && !is_defined(&shape)) {
            return self.json(id);
        }
        let rules = if is_struct {
            Vec::new()
        } else {
            self.whole(id)
        };
        (named(provisional(id)), rules)
    }

    fn lower_new(&mut self, id: Id, owner: &Owner<'_>) -> Lowered {
        if owner.words() > MOST_WORDS {
            return self.json(id);
        }
        self.lowered.insert(id, None);
        self.open.insert(id, self.definitions);
        let mut lowered = with_room(|| self.by_shape(id, owner));
        if lowered.0.inner().and_then(Type::named) == Some(&provisional(id)) {
            // A type without a name cannot be recursive.
            lowered = self.json(id);
        }
        self.open.remove(&id);
        if let Some(wire) = self.roots.get(&id)
            && let Type::Named(name) = &lowered.0
            && let Some(entry) = number_of(&name.rust).and_then(|n| self.entries.get_mut(n))
        {
            entry.root.get_or_insert_with(|| (*wire).to_owned());
        }
        self.lowered.insert(id, Some(lowered.clone()));
        lowered
    }

    /// Chooses the type by the possible JSON types and the number of their alternatives.
    fn by_shape(&mut self, id: Id, owner: &Owner<'_>) -> Lowered {
        let shape = self.meanings.shape(id);
        if shape.is_any() {
            return (Type::Json, Vec::new());
        }
        let scalars = shape.has_scalars();
        let lowered = match (scalars, shape.arrays.as_slice(), shape.objects.as_slice()) {
            (_, [], []) => return self.scalars(id, &shape, owner),
            (false, arrays, []) => self.array(id, arrays, owner),
            _ if is_unspecific(&shape) => return self.json(id),
            (false, [], objects) => self.objects(id, objects, owner),
            _ => self.union(id, &shape, owner),
        };
        or_null(lowered, shape.null)
    }

    /// Free-form JSON, with the rule that an id allows it.
    pub(super) fn json(&mut self, id: Id) -> Lowered {
        (Type::Json, self.whole(id))
    }

    /// The schema of an id, or the first of those it combines.
    pub(super) fn node(&self, id: Id) -> Option<NodeId> {
        self.meanings.parts(id).first().copied()
    }

    /// The rule that an id allows a value.
    pub(super) fn whole(&mut self, id: Id) -> Vec<Rule> {
        let condition = self.conditions.id(id);
        self.conditions.rule(condition, self.node(id))
    }

    /// The rule that an id allows a value of a given type.
    pub(super) fn whole_of_type(&mut self, id: Id, kind: Kind) -> Vec<Rule> {
        let condition = self.conditions.id(id).of_type(kind);
        self.conditions.rule(condition, self.node(id))
    }

    /// A list or map of a type; none beyond the maximal nesting, because each use would spell out
    /// the full type.
    pub(super) fn around(ty: Type, of: fn(Box<Type>) -> Type) -> Option<Type> {
        let levels = std::iter::successors(Some(&ty), |ty| ty.inner()).count();
        (levels <= MOST_LEVELS).then(|| of(Box::new(ty)))
    }

    /// Lowers the parts of a definition.
    pub(super) fn defining<T>(&mut self, parts: impl FnOnce(&mut Self) -> T) -> T {
        self.definitions += 1;
        let made = parts(self);
        self.definitions -= 1;
        made
    }

    /// Interns a definition: equal ones share a type.
    pub(super) fn intern(
        &mut self,
        kind: DefinitionKind,
        node: Option<NodeId>,
        owner: &Owner<'_>,
    ) -> Type {
        let place = node.map(|node| self.meanings.place(node).reference());
        let about = node.map(|node| &self.meanings.node(node).about);
        let title = about.and_then(|about| about.title.clone());
        let doc = node
            .and_then(|node| self.meanings.description(node))
            .or(title.clone());
        let occurrence = Occurrence {
            path: owner.path(),
            title,
            source: place.unwrap_or_default(),
            is_parameter: false,
        };
        let example = about.and_then(|about| about.examples.first().cloned());
        self.define(kind, doc, example, occurrence)
    }

    /// The type with this definition, which occurs in a place of the description.
    pub(super) fn define(
        &mut self,
        kind: DefinitionKind,
        doc: Option<String>,
        example: Option<Value>,
        occurrence: Occurrence,
    ) -> Type {
        let next = self.entries.len();
        let number = *self.shapes.entry(same(&kind)).or_insert(next);
        match self.entries.get_mut(number) {
            Some(entry) => {
                entry.occurrences.push(occurrence);
                entry.take(kind);
                entry.doc = entry.doc.take().or(doc);
                entry.example = entry.example.take().or(example);
            }
            None => self.entries.push(Entry {
                kind,
                doc,
                example,
                occurrences: vec![occurrence],
                root: None,
            }),
        }
        named(format!("\0{number}"))
    }

    /// The object behind a type, while names are provisional.
    pub(super) fn object_of(&self, ty: &Type) -> Option<&Object> {
        let Type::Named(name) = ty else { return None };
        match &self.entries.get(number_of(&name.rust)?)?.kind {
            DefinitionKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The definitions by their modules, under their final names; and these names by the
    /// provisional ones.
    pub(super) fn finish(self) -> (BTreeMap<String, TypeModule>, Names, Vec<NamedCondition>) {
        let root_names = self.root_names;
        let types = self.entries.iter();
        let types = types.map(|entry| naming::Unnamed {
            root: entry.root.as_deref().and_then(|root| root_names.get(root)),
            occurrences: &entry.occurrences,
        });
        let assigned = naming::assign(&types.collect::<Vec<_>>(), self.scope.names().collect());
        let mut names: HashMap<String, Final> = HashMap::new();
        for (number, (name, entry)) in assigned.iter().zip(&self.entries).enumerate() {
            let is_union = matches!(entry.kind, DefinitionKind::Union(_));
            let assigned = Final::Name(name.clone(), is_union);
            names.insert(format!("\0{number}"), assigned);
        }
        for (id, lowered) in &self.lowered {
            let Some((ty, _)) = lowered else { continue };
            let root = self.roots.get(id).and_then(|wire| root_names.get(wire));
            let assigned = match (ty, root) {
                // A type of its own, and not an alias of an equal one.
                (Type::Named(name), _) => names.get(&name.rust).cloned(),
                (_, Some(alias)) => Some(Final::Name(alias.clone(), false)),
                (ty, None) => Some(Final::Type(ty.clone())),
            };
            names.extend(assigned.map(|assigned| (provisional(*id), assigned)));
        }
        let names = Names(names);
        let modules = modules(&self.entries, &assigned);
        let mut type_modules = BTreeMap::new();
        for ((mut entry, name), module) in self.entries.into_iter().zip(assigned).zip(modules) {
            entry
                .kind
                .parts_mut()
                .into_iter()
                .for_each(|ty| names.rename(ty));
            type_module(&mut type_modules, module).add(entry.define(name));
        }
        for (wire, node) in self.meanings.types() {
            let id = self.meanings.of_node(node);
            let lowered = self.lowered.get(&id).cloned().flatten();
            let mut ty = lowered.map_or(Type::Json, |(ty, _)| ty);
            names.rename(&mut ty);
            let name = root_names.get(wire).cloned().unwrap_or_default();
            // A file without a type of its own is an alias.
            if ty.named() != Some(&name) || ty.inner().is_some() {
                let about = &self.meanings.node(node).about;
                type_module(&mut type_modules, module_name(wire)).add(Definition {
                    name,
                    doc: about.description.clone().or_else(|| about.title.clone()),
                    example: about.examples.first().cloned(),
                    source: format!("types/{wire}.json"),
                    places: 1,
                    position: Position::default(),
                    recursive: false,
                    kind: DefinitionKind::Alias(ty),
                });
            }
        }
        (type_modules, names, self.conditions.named)
    }
}

/// A type, nullable if null is allowed as well.
pub(super) fn or_null((ty, rules): Lowered, null: bool) -> Lowered {
    match ty {
        Type::Json if null => {
            let or_null = |rule| match rule {
                Rule::Object => Rule::Kinds(vec![Kind::Object, Kind::Null]),
                rule => rule,
            };
            (Type::Json, rules.into_iter().map(or_null).collect())
        }
        ty if null && !ty.takes_null() => (Type::Nullable(Box::new(ty)), rules),
        ty => (ty, rules),
    }
}

/// Whether values of every type are allowed and no property has a name: then any type would be
/// arbitrary.
fn is_unspecific(shape: &Shape) -> bool {
    let has_all = shape.null
        && shape.booleans == [true; 2]
        && !shape.numbers.is_empty()
        && !shape.strings.is_empty()
        && !shape.arrays.is_empty();
    has_all && !shape.objects.iter().any(super::objects::is_struct)
}

/// Whether a set becomes an enum or a struct.
fn is_defined(shape: &Shape) -> bool {
    let is_union = !shape.objects.is_empty()
        && (shape.objects.len() > 1 || !shape.arrays.is_empty() || shape.has_scalars());
    (is_union && !is_unspecific(shape)) || shape.objects.iter().any(super::objects::is_struct)
}

/// The index of the definition behind a provisional name.
fn number_of(name: &str) -> Option<usize> {
    name.strip_prefix('\0')?.parse().ok()
}

/// The name of a set while it is being lowered.
fn provisional(id: Id) -> String {
    format!("\0@{id:?}")
}

fn named(rust: String) -> Type {
    Type::Named(Name {
        rust,
        is_union: false,
    })
}
