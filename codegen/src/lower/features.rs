//! The features of the crate, and the modules that each needs.
//!
//! A collection and its items are one group of resources: `devices` and `device`. A group needs the
//! modules of the types that its resources reach. Modules that no group reaches are only available
//! with all features.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::reached;
use crate::ir::{Action, ErrorBody, Parameter, Resource, Type, TypeModule};
use crate::names::{singular, words_of};

/// Gives resources and modules of types their features, if there is more than one group.
pub(super) fn assign(
    resources: &mut [Resource],
    type_modules: &mut BTreeMap<String, TypeModule>,
    globals: &[Parameter],
    error: &ErrorBody,
) {
    let groups = groups(resources);
    if groups.iter().collect::<BTreeSet<_>>().len() < 2 {
        return;
    }
    let modules = modules(type_modules);
    let module = |name: &str| modules.get(name).copied();
    // The modules that each module imports from.
    let needs = type_modules.values().map(|type_module| {
        let parts = type_module.definitions.iter();
        let parts = parts.flat_map(|definition| definition.kind.parts());
        let needed = parts.filter_map(Type::named).filter_map(module);
        (type_module.name.as_str(), needed.collect())
    });
    let needs = needs.collect();
    let named = globals.iter().filter_map(|parameter| parameter.ty.named());
    let always = reached(named.chain(error.name()).filter_map(module), &needs);
    let mut features: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (resource, group) in resources.iter().zip(&groups) {
        let reached = reached(reachable(resource).filter_map(module), &needs);
        for module in reached.difference(&always) {
            features
                .entry((*module).to_owned())
                .or_default()
                .insert(group.clone());
        }
    }
    let always: BTreeSet<String> = always.into_iter().map(str::to_owned).collect();
    for type_module in type_modules
        .values_mut()
        .filter(|type_module| !always.contains(&type_module.name))
    {
        let own = features.remove(&type_module.name);
        type_module.features = own.unwrap_or_else(|| BTreeSet::from([ALL.to_owned()]));
    }
    for (resource, group) in resources.iter_mut().zip(groups) {
        resource.feature = Some(group);
    }
}

/// The feature with everything.
pub(crate) const ALL: &str = "all";

/// Features that exist for every API.
const TAKEN: &[&str] = &[
    "blocking",
    "default",
    "dynamic",
    "native-tls",
    "rustls",
    "test-util",
    "tracing",
];

/// The group of each resource: the longest of the names with the same singular.
fn groups(resources: &[Resource]) -> Vec<String> {
    let key = |resource: &Resource| singular(&resource.wire);
    let mut longest: BTreeMap<String, &str> = BTreeMap::new();
    for resource in resources {
        let name = longest.entry(key(resource)).or_default();
        if resource.wire.len() > name.len() {
            *name = &resource.wire;
        }
    }
    let name = |resource: &Resource| {
        let name = words_of(longest[&key(resource)]).join("-");
        if name == ALL || TAKEN.contains(&name.as_str()) {
            format!("{name}-resource")
        } else {
            name
        }
    };
    resources.iter().map(name).collect()
}

/// The module of each type.
fn modules(type_modules: &BTreeMap<String, TypeModule>) -> BTreeMap<&str, &str> {
    let definitions = type_modules.values().flat_map(|type_module| {
        let definitions = type_module.definitions.iter();
        definitions.map(|definition| (definition.name.as_str(), type_module.name.as_str()))
    });
    definitions.collect()
}

/// The types that a resource's module names.
fn reachable(resource: &Resource) -> impl Iterator<Item = &str> {
    let params = resource.actions.iter().flat_map(|action| &action.params);
    let params = params
        .chain(&resource.params)
        .map(|parameter| &parameter.ty);
    // The docs link to all bodies.
    let returned = resource.actions.iter().flat_map(Action::returned);
    params.chain(returned).filter_map(Type::named)
}
