//! Schemas that allow nothing, and their contradicting parts.

use crate::diagnostics::{Diagnostic, Place, quoted};

use super::meanings::{Id, Meanings};
use super::meet::join;
use super::node::{Body, Keywords, NodeId};
use super::shape::{Residual, Shape};

const HELP: &str = "correct one of them; write `false` for a schema that allows nothing";

impl Meanings {
    /// Warns of each schema that allows nothing though its parts do, with the two places that
    /// contradict each other. `false` is intentional.
    pub(crate) fn contradictions(&self) -> Vec<Diagnostic> {
        let nodes = (0..self.nodes.len()).map(NodeId);
        nodes.filter_map(|node| self.contradiction(node)).collect()
    }

    fn contradiction(&self, node: NodeId) -> Option<Diagnostic> {
        let Body::Keywords(keywords) = &self.nodes[node.0].body else {
            return None;
        };
        let says_more = !self.nodes[node.0].in_place().is_empty();
        if !says_more && !may_contradict(keywords) {
            return None;
        }
        let shape = self.shape(self.of_node(node));
        if !shape.is_never() {
            return self.contradicted_property(node, &shape);
        }
        let parts = self.said(node, keywords);
        if parts.iter().skip(1).any(|(_, shape)| shape.is_never()) {
            return None;
        }
        let apart = |one: &Shape, other: &Shape| {
            let second = Residual::Is(Id::ANY);
            self.meet_two(one, other, &second).is_never()
        };
        let mistake = |place: Place| {
            Diagnostic::warning(
                place,
                "no value is allowed: the schema contradicts itself",
                HELP,
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

    /// Warns of a property whose schemas allow nothing together, though each of them does.
    fn contradicted_property(&self, node: NodeId, shape: &Shape) -> Option<Diagnostic> {
        let objects = shape.objects.iter();
        let mut properties = objects.flat_map(|object| &object.facets.properties);
        let (name, parts) = properties.find_map(|(name, property)| {
            let parts = self.parts(property.shape);
            let allows = |part: &NodeId| !self.shape(self.of_node(*part)).is_never();
            let contradict = parts.len() > 1
                && self.shape(property.shape).is_never()
                && parts.iter().all(allows);
            contradict.then_some((name, parts))
        })?;
        let message = format!(
            "the property {} has no allowed value: its schemas contradict each other",
            quoted(name)
        );
        let warning = Diagnostic::warning(self.place(node), message, HELP);
        let parts = parts.into_iter();
        Some(parts.fold(warning, |warning, part| {
            warning.note(self.place(part), "this is one of them")
        }))
    }

    /// The keywords of a schema, each with its place; first those about the value itself.
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

/// Whether the keywords of a schema restrict one type of values in several ways. This check is
/// cheaper than the normal form, which few other steps need for most schemas.
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
    let crosses = |least: u64, most: Option<u64>| most.is_some_and(|most| least > most);
    keywords.values.is_some()
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
