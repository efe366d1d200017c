//! Required references in cycles, which no value satisfies.

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, listed, quoted};
use crate::graph::components;
use crate::normal::{Kind, Meanings, NodeId};
use crate::read::Documents;

/// Warns of schemas that require a value of themselves.
pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    let meanings = &*documents.meanings;
    let nodes: Vec<NodeId> = meanings.nodes().map(|(id, _)| id).collect();
    let numbers: BTreeMap<NodeId, usize> = nodes.iter().copied().zip(0..).collect();
    let edges = nodes.iter().map(|node| {
        let needed = needed(meanings, *node).into_iter();
        needed
            .filter_map(|node| numbers.get(&node).copied())
            .collect()
    });
    let edges: Vec<Vec<usize>> = edges.collect();
    let components = components(&edges);
    let mut cycles: BTreeMap<usize, Vec<NodeId>> = BTreeMap::new();
    for (from, to) in edges.iter().enumerate() {
        if to.iter().any(|to| components[*to] == components[from]) {
            cycles
                .entry(components[from])
                .or_default()
                .push(nodes[from]);
        }
    }
    found.extend(
        cycles
            .values()
            .filter_map(|cycle| without_value(meanings, cycle)),
    );
}

/// The schemas that a value requires: the target of a reference, required properties and the first
/// item.
fn needed(meanings: &Meanings, node: NodeId) -> Vec<NodeId> {
    let Some(keywords) = meanings.node(node).keywords() else {
        return Vec::new();
    };
    let mut needed = keywords.all_of.clone();
    needed.extend(keywords.reference);
    let is_only = |kind| keywords.kinds.is_some_and(|kinds| kinds.is_only(kind));
    if is_only(Kind::Array) && keywords.min_items > 0 && keywords.prefix.is_empty() {
        needed.extend(keywords.items);
    }
    if is_only(Kind::Object) {
        let required = keywords.required.iter();
        needed.extend(required.filter_map(|name| keywords.properties.get(name)));
    }
    needed
}

fn without_value(meanings: &Meanings, cycle: &[NodeId]) -> Option<Diagnostic> {
    let reference = |node: &&NodeId| {
        let keywords = meanings.node(**node).keywords();
        keywords.is_some_and(|keywords| keywords.reference.is_some())
    };
    let place = match cycle.iter().find(reference) {
        Some(node) => meanings.place(*node).child("$ref"),
        None => meanings.place(*cycle.first()?),
    };
    let names = cycle.iter().filter_map(|node| meanings.name_of(*node));
    let names: Vec<&str> = names.collect();
    let message = match names.as_slice() {
        [] => "the schema requires a value of itself, so it has no values".to_owned(),
        [name] => format!(
            "{} requires a value of itself, so it has no values",
            quoted(name)
        ),
        names => format!(
            "the types {} require each other, so they have no values",
            listed(names.iter().copied())
        ),
    };
    let help = "refer to another type, or make a property of the cycle optional";
    Some(Diagnostic::warning(place, message, help))
}
