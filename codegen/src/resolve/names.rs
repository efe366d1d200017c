//! `rustName` and `rustNames`: only where they name something.

use std::collections::HashSet;
use std::ptr;

use indexmap::IndexMap;
use serde_json::Value;

use crate::diagnostics::{Diagnostic, Place, quoted};
use crate::read::Documents;
use crate::schema::Schema;

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    // What a name can be chosen for: outer schemas are seen before those in them.
    let types = documents.types.values();
    let mut named: HashSet<*const Schema> = types.map(|d| ptr::from_ref(&d.content)).collect();
    super::each_schema(documents, &mut |place, schema| {
        named.extend(
            schema
                .properties
                .iter()
                .flatten()
                .map(|(_, s)| ptr::from_ref(s)),
        );
        let branches = schema.branches().into_iter().flat_map(|(_, list)| list);
        named.extend(branches.map(ptr::from_ref));
        if schema.rust_name.is_some() && !named.contains(&ptr::from_ref(schema)) {
            found.push(Diagnostic::new(
                place.clone().child("rustName").on_key(),
                "there is nothing here that `rustName` names",
                "name a property, a branch of a union or a file in `types/`; a type that stands \
                 elsewhere takes its name from `title`",
            ));
        }
        unlisted(place, &schema.rust_names, &schema.values, found);
    });
    super::each_parameter(documents, &mut |place, parameter| {
        unlisted(place, &parameter.rust_names, &parameter.values, found);
    });
}

/// Names of what no `enum` beside them lists.
fn unlisted(
    place: Place,
    names: &Option<IndexMap<String, String>>,
    values: &Option<Vec<Value>>,
    found: &mut Vec<Diagnostic>,
) {
    for wire in names.iter().flatten().map(|(wire, _)| wire) {
        let mut values = values.iter().flatten();
        if !values.any(|value| value.as_str() == Some(wire)) {
            found.push(Diagnostic::new(
                place.clone().child("rustNames").child(wire).on_key(),
                format!("no `enum` beside this lists {}", quoted(wire)),
                "remove the name, or list the text",
            ));
        }
    }
}
