//! Definitions that are being built.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::super::naming::{self, Occurrence};
use super::number_of;
use crate::ir::{Branch, Definition, DefinitionKind, Position, Type, TypeModule};
use crate::names::module_name;

/// A definition being built.
pub(super) struct Entry {
    pub kind: DefinitionKind,
    pub doc: Option<String>,
    pub example: Option<Value>,
    pub occurrences: Vec<Occurrence>,
    /// The file in `types/` that this is the type of; the first of several.
    pub root: Option<String>,
}

impl Entry {
    /// Adds what an equal definition has and this one lacks: constant fields, and titles of a
    /// union's variants.
    pub fn take(&mut self, other: DefinitionKind) {
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

    /// The file of all occurrences, if it is the same.
    fn only_root(&self) -> Option<&str> {
        let first = self.occurrences.first()?.path.first()?;
        let mut roots = self
            .occurrences
            .iter()
            .map(|occurrence| &occurrence.path[0]);
        roots.all(|root| root == first).then_some(first)
    }

    /// The definition under its final name.
    pub fn define(self, name: String) -> Definition {
        let known = naming::canonical(&self.occurrences);
        let source = match (self.root, known) {
            (Some(root), _) => format!("types/{root}.json"),
            (None, known) => known.map(|known| known.source.clone()).unwrap_or_default(),
        };
        Definition {
            name,
            doc: self.doc,
            example: self.example,
            source,
            places: self.occurrences.len(),
            position: Position::default(),
            recursive: false,
            kind: self.kind,
        }
    }
}

/// Names the variants of a union by their titles in other places, if there are any.
fn take_titles(own: &mut [Branch], other: Vec<Branch>) {
    let titled = other.into_iter().enumerate();
    for (index, titled) in titled.filter(|(_, branch)| branch.is_titled) {
        if !own[index].is_titled && own.iter().all(|branch| branch.name != titled.name) {
            own[index].name = titled.name;
            own[index].is_titled = true;
        }
    }
}

/// The module of each definition: that of its file; for several files, that of the single
/// definition that contains it; and else its own.
pub(super) fn modules(entries: &[Entry], names: &[String]) -> Vec<String> {
    let mut users: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); entries.len()];
    for (number, entry) in entries.iter().enumerate() {
        for name in entry.kind.parts().into_iter().filter_map(Type::named) {
            if let Some(users) = number_of(name).and_then(|part| users.get_mut(part)) {
                users.insert(number);
            }
        }
    }
    let mut modules: Vec<Option<String>> = vec![None; entries.len()];
    for start in 0..entries.len() {
        // Follows a part to the whole, but does not loop in a cycle.
        let (mut number, mut way, mut seen) = (start, Vec::new(), BTreeSet::new());
        let module = loop {
            let entry = &entries[number];
            way.push(number);
            if let Some(known) = &modules[number] {
                break known.clone();
            }
            if let Some(root) = entry.root.as_deref().or_else(|| entry.only_root()) {
                break module_name(root);
            }
            match (users[number].first(), users[number].len()) {
                (Some(only), 1) if seen.insert(number) => number = *only,
                _ => break module_name(&names[number]),
            }
        };
        for number in way {
            modules[number].get_or_insert_with(|| module.clone());
        }
    }
    modules.into_iter().flatten().collect()
}

pub(super) fn type_module(
    type_modules: &mut BTreeMap<String, TypeModule>,
    name: String,
) -> &mut TypeModule {
    type_modules
        .entry(name.clone())
        .or_insert_with(|| TypeModule {
            name,
            ..TypeModule::default()
        })
}
