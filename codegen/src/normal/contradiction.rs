//! Schemas that allow nothing, and what in them contradicts what.

use crate::diagnostics::{Diagnostic, Place};

use super::meanings::{Id, Meanings};
use super::meet::join;
use super::node::{Body, Keywords, NodeId};
use super::shape::{Residual, Shape};

impl Meanings {
    /// Warns of each schema that allows nothing though its parts do, with the two places that
    /// contradict each other. `false` is meant.
    pub(crate) fn contradictions(&self) -> Vec<Diagnostic> {
        let nodes = (0..self.nodes.len()).map(NodeId);
        nodes.filter_map(|node| self.contradiction(node)).collect()
    }

    fn contradiction(&self, node: NodeId) -> Option<Diagnostic> {
        let Body::Keywords(keywords) = &self.nodes[node.0].body else {
            return None;
        };
        if !may_contradict(keywords) || !self.shape(self.of_node(node)).is_never() {
            return None;
        }
        let parts = self.said(node, keywords);
        if parts.iter().skip(1).any(|(_, shape)| shape.is_never()) {
            return None;
        }
        let apart = |one: &Shape, other: &Shape| {
            let second = Residual::Is(Id::ANY);
            self.meet_two(one, other, &second).is_never()
        };
        let help = "correct one of the two; a schema that is meant to allow nothing is `false`";
        let mistake = |place: Place| {
            Diagnostic::warning(
                place,
                "no value is allowed: the schema contradicts itself",
                help,
            )
        };
        for (index, (place, shape)) in parts.iter().enumerate() {
            let earlier = parts[..index].iter();
            let mut earlier = earlier.filter(|(_, other)| apart(other, shape));
            if let Some((other, _)) = earlier.next() {
                let note = "this allows none of its values";
                return Some(mistake(place.clone()).note(other.clone(), note));
            }
        }
        Some(mistake(self.place(node)))
    }

    /// What the keywords of a schema say, each with its place; first those about the value itself.
    fn said(&self, node: NodeId, keywords: &Keywords) -> Vec<(Place, Shape)> {
        let place = || self.place(node);
        let shape = |node: NodeId| (*self.shape(self.of_node(node))).clone();
        let mut parts = vec![(place(), self.own(node, keywords))];
        if let Some(reference) = keywords.reference {
            parts.push((place().child("$ref"), shape(reference)));
        }
        for part in &keywords.all_of {
            parts.push((self.place(*part), shape(*part)));
        }
        for (key, branches) in [("anyOf", &keywords.any_of), ("oneOf", &keywords.one_of)] {
            if let Some(branches) = branches {
                let joined = join(branches.iter().map(|branch| shape(*branch)));
                parts.push((place().child(key), joined));
            }
        }
        if let Some(values) = &keywords.values {
            let mut listed = Shape::never();
            values.iter().for_each(|value| listed.list(value, node));
            parts.push((place().child(keywords.listed_by), listed));
        }
        parts
    }
}

/// Whether a schema says more than one thing of one kind of values. To tell is cheaper than to work
/// out what it means, which few others want of most schemas.
fn may_contradict(keywords: &Keywords) -> bool {
    let Keywords {
        min_length,
        max_length,
        min_items,
        max_items,
        min_properties,
        max_properties,
        ..
    } = keywords;
    let is_combined = keywords.reference.is_some()
        || !keywords.all_of.is_empty()
        || keywords.any_of.is_some()
        || keywords.one_of.is_some()
        || keywords.not.is_some()
        || keywords.condition.is_some()
        || !keywords.dependent.is_empty();
    let crosses = |least: u64, most: Option<u64>| most.is_some_and(|most| least > most);
    is_combined
        || keywords.values.is_some()
        || (keywords.minimum.is_some() && keywords.maximum.is_some())
        || keywords.multiple_of.is_some()
        || keywords.contains.is_some()
        || keywords.names.is_some()
        || crosses(*min_length, *max_length)
        || crosses(*min_items, *max_items)
        || crosses(*min_properties, *max_properties)
        || *min_items > 0
        || !keywords.required.is_empty()
}
