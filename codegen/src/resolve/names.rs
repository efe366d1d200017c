//! `rustName` and `rustNames`, which must name something.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::Value;

use crate::diagnostics::{Diagnostic, Place, quoted};
use crate::normal::NodeId;
use crate::read::Documents;

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    let meanings = &*documents.meanings;
    let mut named: HashSet<NodeId> = meanings.types().map(|(_, node)| node).collect();
    for keywords in meanings.nodes().filter_map(|(_, node)| node.keywords()) {
        named.extend(keywords.properties.values());
        named.extend(
            [&keywords.one_of, &keywords.any_of]
                .into_iter()
                .flatten()
                .flatten(),
        );
    }
    for (id, node) in meanings.nodes() {
        if node.about.rust_name.is_some() && !named.contains(&id) {
            found.push(Diagnostic::new(
                meanings.place(id).child("rustName").on_key(),
                "`rustName` has no effect here",
                "name a property, a branch of a union or a file in `types/`; any other type \
                 takes its name from `title`",
            ));
        }
        if !node.about.rust_names.is_empty() {
            let values = node
                .keywords()
                .and_then(|keywords| keywords.values.as_deref());
            unlisted(meanings.place(id), &node.about.rust_names, values, found);
        }
    }
    super::each_parameter(documents, &mut |place, parameter| {
        if let Some(names) = &parameter.rust_names {
            unlisted(place, names, parameter.values.as_deref(), found);
        }
    });
}

/// Reports names of values that the `enum` beside them does not list.
fn unlisted(
    place: Place,
    names: &IndexMap<String, String>,
    values: Option<&[Value]>,
    found: &mut Vec<Diagnostic>,
) {
    for wire in names.keys() {
        let mut values = values.into_iter().flatten();
        if !values.any(|value| value.as_str() == Some(wire)) {
            found.push(Diagnostic::new(
                place.clone().child("rustNames").child(wire).on_key(),
                format!("the `enum` beside this does not list {}", quoted(wire)),
                "remove the name, or add the value to the `enum`",
            ));
        }
    }
}
