//! Which features the crate has, and which of its modules each needs.
//!
//! A collection and its items are one group of resources: `devices` and `device`. A group needs the
//! modules of the types that its resources reach. What none of them reaches is there with all of
//! them only.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{ErrorBody, Family, Parameter, Resource, Type};
use crate::names::{singular, words_of};

/// Gives resources and modules of types their features, where there is more than one group.
pub(super) fn assign(
    resources: &mut [Resource],
    families: &mut BTreeMap<String, Family>,
    globals: &[Parameter],
    error: &ErrorBody,
) {
    let groups = groups(resources);
    if groups.iter().collect::<BTreeSet<_>>().len() < 2 {
        return;
    }
    let modules = modules(families);
    let needs = needs(families, &modules);
    let mut always: BTreeSet<&str> = BTreeSet::new();
    let named = globals.iter().filter_map(|parameter| parameter.ty.named());
    let error = match error {
        ErrorBody::Known { name, .. } => Some(name.as_str()),
        ErrorBody::Unknown => None,
    };
    mark(named.chain(error), &modules, &needs, &mut always);
    let mut features: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (resource, group) in resources.iter().zip(&groups) {
        let mut reached = BTreeSet::new();
        mark(reachable(resource), &modules, &needs, &mut reached);
        for module in reached.difference(&always) {
            features
                .entry((*module).to_owned())
                .or_default()
                .insert(group.clone());
        }
    }
    let always: BTreeSet<String> = always.into_iter().map(str::to_owned).collect();
    for family in families
        .values_mut()
        .filter(|family| !always.contains(&family.module))
    {
        let own = features.remove(&family.module);
        family.features = own.unwrap_or_else(|| BTreeSet::from([ALL.to_owned()]));
    }
    for (resource, group) in resources.iter_mut().zip(groups) {
        resource.feature = Some(group);
    }
}

/// The feature with everything.
pub(crate) const ALL: &str = "all";

/// Features that are there whatever the resources.
const TAKEN: &[&str] = &[
    "blocking",
    "default",
    "dynamic",
    "native-tls",
    "rustls",
    "test-util",
    "tracing",
];

/// The group of each resource: the longest name among those whose singular is the same.
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
        match name == ALL || TAKEN.contains(&name.as_str()) {
            true => format!("{name}-resource"),
            false => name,
        }
    };
    resources.iter().map(name).collect()
}

/// The module of each type.
fn modules(families: &BTreeMap<String, Family>) -> BTreeMap<&str, &str> {
    let definitions = families.values().flat_map(|family| {
        let names = family
            .definitions
            .iter()
            .map(|definition| definition.name.as_str());
        names.map(|name| (name, family.module.as_str()))
    });
    definitions.collect()
}

type Needs<'f> = BTreeMap<&'f str, BTreeSet<&'f str>>;

/// The modules that each module imports from.
fn needs<'f>(
    families: &'f BTreeMap<String, Family>,
    modules: &BTreeMap<&'f str, &'f str>,
) -> Needs<'f> {
    let needs = families.values().map(|family| {
        let parts = family
            .definitions
            .iter()
            .flat_map(|definition| definition.kind.parts());
        let named = parts.filter_map(Type::named);
        let imported = named.filter_map(|name| modules.get(name).copied());
        (family.module.as_str(), imported.collect())
    });
    needs.collect()
}

/// The types that a resource's module names.
fn reachable(resource: &Resource) -> impl Iterator<Item = &str> {
    let params = resource.actions.iter().flat_map(|action| &action.params);
    let params = params
        .chain(&resource.params)
        .map(|parameter| &parameter.ty);
    let returned = resource.actions.iter().flat_map(|action| {
        let paged = action.paging.as_ref().map(|paging| &paging.item);
        // The docs link to them.
        let documented = action
            .responses
            .iter()
            .filter_map(|response| response.body.as_ref());
        action
            .output
            .types()
            .into_iter()
            .chain(paged)
            .chain(documented)
    });
    params.chain(returned).filter_map(Type::named)
}

fn mark<'n, 'f: 'n>(
    names: impl Iterator<Item = &'n str>,
    modules: &BTreeMap<&'f str, &'f str>,
    needs: &Needs<'f>,
    marked: &mut BTreeSet<&'f str>,
) {
    let mut open: Vec<&str> = names
        .filter_map(|name| modules.get(name).copied())
        .collect();
    while let Some(module) = open.pop() {
        if marked.insert(module) {
            open.extend(needs.get(module).into_iter().flatten());
        }
    }
}
