//! Which types requests and responses reach: requests are strict, responses are tolerant.

use std::collections::{BTreeMap, HashSet};

use crate::graph::reached;
use crate::ir::{Action, ErrorBody, Parameter, Position, Resource, Type, TypeModule};

use super::{definitions, definitions_mut};

/// Marks every type that a request or a response reaches. A type that neither reaches counts as one
/// of responses, which are more tolerant.
pub(super) fn propagate(
    type_modules: &mut BTreeMap<String, TypeModule>,
    resources: &[Resource],
    globals: &[Parameter],
    error: &ErrorBody,
) {
    let parts = definitions(type_modules).map(|definition| {
        let parts = definition.kind.parts().into_iter();
        let names = parts.filter_map(Type::named).collect();
        (definition.name.as_str(), names)
    });
    let parts = parts.collect();
    let actions = || resources.iter().flat_map(|resource| &resource.actions);
    let params = actions().flat_map(|action| &action.params).chain(globals);
    let sent = params.filter_map(|parameter| parameter.ty.named());
    let returned = actions().flat_map(Action::returned);
    let returned = returned.filter_map(Type::named).chain(error.name());
    let [request, response] = [reached(sent, &parts), reached(returned, &parts)]
        .map(|names| names.into_iter().map(str::to_owned).collect::<HashSet<_>>());
    for definition in definitions_mut(type_modules) {
        let request = request.contains(&definition.name);
        definition.position = Position {
            request,
            response: !request || response.contains(&definition.name),
        };
    }
}
