//! From where each type can be reached: requests are strict, responses are tolerant.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{ErrorBody, Family, Parameter, Position, Resource, Type};

/// Marks every type that a request or a response reaches. A type that neither reaches counts as
/// one of responses, which tolerate more.
pub(super) fn propagate(
    families: &mut BTreeMap<String, Family>,
    resources: &[Resource],
    globals: &[Parameter],
    error: &ErrorBody,
) {
    let reach = reaches(families);
    let mut request = BTreeSet::new();
    let mut response = BTreeSet::new();
    if let ErrorBody::Known { name, .. } = error {
        mark(name, &reach, &mut response);
    }
    let actions = || resources.iter().flat_map(|resource| &resource.actions);
    let params = actions().flat_map(|action| &action.params).chain(globals);
    for name in params.filter_map(|parameter| parameter.ty.named()) {
        mark(name, &reach, &mut request);
    }
    for action in actions() {
        let bodies = action
            .responses
            .iter()
            .filter_map(|response| response.body.as_ref());
        for name in bodies.chain(action.output.types()).filter_map(Type::named) {
            mark(name, &reach, &mut response);
        }
    }
    for definition in families
        .values_mut()
        .flat_map(|family| &mut family.definitions)
    {
        let request = request.contains(&definition.name);
        definition.position = Position {
            request,
            response: !request || response.contains(&definition.name),
        };
    }
}

type Reach = BTreeMap<String, Vec<String>>;

fn reaches(families: &BTreeMap<String, Family>) -> Reach {
    let definitions = families.values().flat_map(|family| &family.definitions);
    definitions
        .map(|definition| {
            let names = definition.kind.parts().into_iter();
            let names = names.filter_map(Type::named).map(str::to_owned);
            (definition.name.clone(), names.collect())
        })
        .collect()
}

fn mark(name: &str, reach: &Reach, marked: &mut BTreeSet<String>) {
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        if marked.insert(name.to_owned()) {
            open.extend(reach.get(name).into_iter().flatten().map(String::as_str));
        }
    }
}
