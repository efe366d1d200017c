//! Requests by the names of their actions.

use std::collections::BTreeMap;

use crate::ir::{Api, Resource};
use crate::names::ident;
use crate::rust::layout;

/// `dynamic.rs`.
pub(super) fn file(api: &Api) -> Vec<String> {
    let docs = layout::module_comment(
        "Requests by the names of their actions, for programs that learn only at run time what to \
         ask for.\n\nThe parameters are a JSON object under the API's own names. They are read \
         into the same types that typed calls use, so they are checked the same, and sent the \
         same. A number or boolean may be given as text.",
    );
    vec![
        docs,
        "pub use client_runtime::DynamicRequest as Request;\n".to_owned(),
        "use crate::{Error, resources};\n".to_owned(),
        table(api),
    ]
}

/// The `actions!` call.
fn table(api: &Api) -> String {
    let mut groups: BTreeMap<Option<&String>, Vec<&Resource>> = BTreeMap::new();
    for resource in &api.resources {
        groups
            .entry(resource.feature.as_ref())
            .or_default()
            .push(resource);
    }
    let mut text = String::from("client_runtime::actions! {\n");
    for (feature, resources) in groups {
        let indent = if feature.is_some() {
            "        "
        } else {
            "    "
        };
        if let Some(feature) = feature {
            text.push_str(&format!("    {feature:?} {{\n"));
        }
        for resource in resources {
            let module = ident(&resource.module);
            for action in &resource.actions {
                let (wire, request) = (&action.wire, ident(&action.request));
                let line = format!("{wire:?} => resources::{module}::{request},\n");
                text.push_str(&format!("{indent}{line}"));
            }
        }
        if feature.is_some() {
            text.push_str("    }\n");
        }
    }
    text.push_str("}\n");
    text
}
