//! Types that contain themselves need a box on the way.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{DefinitionKind, Family, Type};

/// Boxes every field through which a type contains itself; an array is a box already.
pub(super) fn break_circles(families: &mut BTreeMap<String, Family>) {
    let contains = contained(families);
    for definition in families
        .values_mut()
        .flat_map(|family| &mut family.definitions)
    {
        let name = definition.name.clone();
        if matches!(definition.kind, DefinitionKind::Alias(_)) {
            continue;
        }
        for ty in definition.kind.parts_mut() {
            break_circle(ty, &name, &contains);
        }
    }
}

/// Marks each type whose values may contain values of the same type: what is left when types that
/// contain no other one, or are in no other one, are taken away as long as there are any.
pub(super) fn mark_recursive(families: &mut BTreeMap<String, Family>) {
    let definitions = families.values().flat_map(|family| &family.definitions);
    let mut parts: BTreeMap<String, BTreeSet<String>> = definitions
        .map(|definition| {
            let names = definition.kind.parts().into_iter().filter_map(Type::named);
            (definition.name.clone(), names.map(str::to_owned).collect())
        })
        .collect();
    // Once from either end.
    for _ in 0..2 {
        parts = reversed(&without_leaves(parts));
    }
    for definition in families
        .values_mut()
        .flat_map(|family| &mut family.definitions)
    {
        definition.recursive = parts.contains_key(&definition.name);
    }
}

type Graph = BTreeMap<String, BTreeSet<String>>;

fn without_leaves(mut parts: Graph) -> Graph {
    let wholes = reversed(&parts);
    let mut leaves: Vec<String> = parts
        .iter()
        .filter(|(_, names)| names.is_empty())
        .map(|(name, _)| name.clone())
        .collect();
    while let Some(leaf) = leaves.pop() {
        parts.remove(&leaf);
        for whole in wholes.get(&leaf).into_iter().flatten() {
            if let Some(names) = parts.get_mut(whole)
                && names.remove(&leaf)
                && names.is_empty()
            {
                leaves.push(whole.clone());
            }
        }
    }
    parts
}

fn reversed(parts: &Graph) -> Graph {
    let mut wholes: Graph = parts
        .keys()
        .map(|name| (name.clone(), BTreeSet::new()))
        .collect();
    for (name, parts) in parts {
        for part in parts {
            wholes.entry(part.clone()).or_default().insert(name.clone());
        }
    }
    wholes
}

fn break_circle(ty: &mut Type, within: &str, contains: &Contains) {
    match ty {
        Type::Named(name) if reaches(&name.rust, within, contains) => {
            *ty = Type::Boxed(Box::new(ty.clone()));
        }
        Type::Nullable(inner) => break_circle(inner, within, contains),
        _ => {}
    }
}

/// The definition whose values lie in those of a type: lists, maps and boxes hold theirs elsewhere.
fn direct(ty: &Type) -> Option<String> {
    match ty {
        Type::Named(name) => Some(name.rust.clone()),
        Type::Nullable(inner) => direct(inner),
        _ => None,
    }
}

type Contains = BTreeMap<String, Vec<String>>;

fn contained(families: &BTreeMap<String, Family>) -> Contains {
    let definitions = families.values().flat_map(|family| &family.definitions);
    definitions
        .map(|definition| {
            let names = definition.kind.parts().into_iter().filter_map(direct);
            (definition.name.clone(), names.collect())
        })
        .collect()
}

fn reaches(from: &str, to: &str, contains: &Contains) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            open.extend(contains.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    false
}
