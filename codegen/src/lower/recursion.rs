//! Boxes fields of recursive types.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::graph::components;
use crate::ir::{DefinitionKind, Type, TypeModule};

use super::{definitions, definitions_mut};

/// Boxes every field through which a type contains itself; arrays are on the heap anyway.
pub(super) fn break_cycles(type_modules: &mut BTreeMap<String, TypeModule>) {
    // Types that contain each other have the same number.
    let (names, edges) = graph(type_modules, direct);
    let names = names.into_iter().map(str::to_owned);
    let cycles: HashMap<String, usize> = names.zip(components(&edges)).collect();
    for definition in definitions_mut(type_modules) {
        if matches!(definition.kind, DefinitionKind::Alias(_)) {
            continue;
        }
        let Some(own) = cycles.get(&definition.name) else {
            continue;
        };
        for ty in definition.kind.parts_mut() {
            break_cycle(ty, *own, &cycles);
        }
    }
}

/// Marks each type whose values may contain values of the same type, at any depth.
pub(super) fn mark_recursive(type_modules: &mut BTreeMap<String, TypeModule>) {
    let (names, edges) = graph(type_modules, Type::named);
    let components = components(&edges);
    let mut sizes: HashMap<usize, usize> = HashMap::new();
    for component in &components {
        *sizes.entry(*component).or_default() += 1;
    }
    let recursive: HashSet<String> = (0..names.len())
        .filter(|number| sizes[&components[*number]] > 1 || edges[*number].contains(number))
        .map(|number| names[number].to_owned())
        .collect();
    for definition in definitions_mut(type_modules) {
        definition.recursive = recursive.contains(&definition.name);
    }
}

/// Boxes a part that is in the same cycle as the whole.
fn break_cycle(ty: &mut Type, own: usize, cycles: &HashMap<String, usize>) {
    match ty {
        Type::Named(name) if cycles.get(&name.rust) == Some(&own) => {
            *ty = Type::Boxed(Box::new(ty.clone()));
        }
        Type::Nullable(inner) => break_cycle(inner, own, cycles),
        _ => {}
    }
}

/// The definition that a type stores inline: lists, maps and boxes store values on the heap.
fn direct(ty: &Type) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(&name.rust),
        Type::Nullable(inner) => direct(inner),
        _ => None,
    }
}

/// The names of all definitions, and the indices of the parts of each.
fn graph(
    type_modules: &BTreeMap<String, TypeModule>,
    part: fn(&Type) -> Option<&str>,
) -> (Vec<&str>, Vec<Vec<usize>>) {
    let names = definitions(type_modules).map(|definition| definition.name.as_str());
    let names: Vec<&str> = names.collect();
    let numbers: HashMap<&str, usize> = names.iter().copied().zip(0..).collect();
    let edges = definitions(type_modules).map(|definition| {
        let parts = definition.kind.parts().into_iter().filter_map(part);
        parts
            .filter_map(|name| numbers.get(name).copied())
            .collect()
    });
    (names, edges.collect())
}
