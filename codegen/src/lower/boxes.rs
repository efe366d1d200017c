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
        let DefinitionKind::Object(object) = &mut definition.kind else {
            continue;
        };
        for field in &mut object.fields {
            let circle = match &field.ty {
                Type::Named(name) => reaches(&name.rust, &definition.name, &contains),
                _ => false,
            };
            if circle {
                field.ty = Type::Boxed(Box::new(field.ty.clone()));
            }
        }
    }
}

type Contains = BTreeMap<String, Vec<String>>;

fn contained(families: &BTreeMap<String, Family>) -> Contains {
    let direct = |ty: &Type| match ty {
        Type::Named(name) => Some(name.rust.clone()),
        _ => None,
    };
    let definitions = families.values().flat_map(|family| &family.definitions);
    definitions
        .map(|definition| {
            let names = match &definition.kind {
                DefinitionKind::Object(object) => object
                    .fields
                    .iter()
                    .filter_map(|field| direct(&field.ty))
                    .collect(),
                DefinitionKind::Alias(ty) => direct(ty).into_iter().collect(),
                DefinitionKind::Enum(_) => Vec::new(),
            };
            (definition.name.clone(), names)
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
