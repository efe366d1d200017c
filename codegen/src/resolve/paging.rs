//! Checks collections by the conventions of `api.json`: a page contains items and not pages, and
//! the response of a paginated action is a page.

use std::collections::BTreeMap;

use crate::descriptor::{Action, Location, PagingConvention, Resource};
use crate::diagnostics::{Diagnostic, Place, quoted};
use crate::names::singular;
use crate::normal::{Meanings, NodeId};
use crate::read::{Document, Documents};

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    let types = Types::of(documents);
    let conventions = &documents.service.content.paging;
    conventions_themselves(documents, found);
    for name in types.0.keys() {
        found.extend(conventions.iter().find_map(|c| own_page(&types, name, c)));
    }
    for document in documents.resources.values() {
        for (name, action) in &document.content.actions {
            let mut conventions = conventions.iter();
            found.extend(
                conventions.find_map(|c| no_page(documents, &types, document, name, action, c)),
            );
        }
    }
}

/// Reports a convention with no or several ways of pagination.
fn conventions_themselves(documents: &Documents, found: &mut Vec<Diagnostic>) {
    for (index, convention) in documents.service.content.paging.iter().enumerate() {
        let PagingConvention {
            page,
            per_page,
            offset,
            limit,
            cursor,
            key,
            ..
        } = convention;
        let is_whole = match (page, offset, cursor) {
            (Some(_), None, None) => per_page.is_some(),
            (None, Some(_), None) => limit.is_some(),
            (None, None, Some(_)) => key.is_some(),
            _ => false,
        };
        if !is_whole {
            found.push(Diagnostic::new(
                Place::at(&documents.service.path, "/paging").index(index),
                "the convention does not say how collections are paginated",
                "name `page` and `perPage`, or `offset` and `limit`, or `cursor` and `key`",
            ));
        }
    }
}

/// An object's properties by name, with the item types of those that are arrays of a type.
type Properties<'d> = BTreeMap<&'d str, Option<&'d str>>;

/// The properties of each type.
struct Types<'d>(BTreeMap<&'d str, Properties<'d>>);

impl<'d> Types<'d> {
    fn of(documents: &'d Documents) -> Self {
        let meanings = &*documents.meanings;
        let types = meanings.types();
        Types(
            types
                .map(|(name, node)| (name, properties(meanings, node)))
                .collect(),
        )
    }

    fn has(&self, name: &str, property: &str) -> bool {
        self.0
            .get(name)
            .is_some_and(|known| known.contains_key(property))
    }

    /// The type of the items of a property.
    fn items(&self, name: &str, property: &str) -> Option<&'d str> {
        *self.0.get(name)?.get(property)?
    }

    /// The type whose pages contain another type: by its items, or else by its name.
    fn page_of(&self, item: &str, items: &str) -> Option<&'d str> {
        let pages = || self.0.keys().copied().filter(|page| self.has(page, items));
        let by_items = pages().find(|page| *page != item && self.items(page, items) == Some(item));
        by_items.or_else(|| pages().find(|page| *page != item && singular(page) == item))
    }
}

fn properties(meanings: &Meanings, node: NodeId) -> Properties<'_> {
    let keywords = meanings.node(node).keywords();
    let properties = keywords
        .into_iter()
        .flat_map(|keywords| &keywords.properties);
    let properties = properties.map(|(name, property)| {
        let keywords = meanings.node(*property).keywords();
        let items = keywords.and_then(|keywords| keywords.items);
        (
            name.as_str(),
            items.and_then(|items| target(meanings, items)),
        )
    });
    properties.collect()
}

/// The type that a schema refers to.
fn target(meanings: &Meanings, node: NodeId) -> Option<&str> {
    meanings.name_of(meanings.node(node).keywords()?.reference?)
}

/// Reports a page whose items are pages.
fn own_page(types: &Types<'_>, name: &str, convention: &PagingConvention) -> Option<Diagnostic> {
    if types.items(name, &convention.items) != Some(name) {
        return None;
    }
    let item = singular(name);
    let item = Some(item).filter(|item| item != name && types.0.contains_key(item.as_str()));
    // A tree also has items of its own type, but is not a page.
    let mut paged = convention
        .parameters()
        .into_iter()
        .chain(convention.total.as_deref());
    let is_page = paged.any(|property| types.has(name, property));
    if item.is_none() && !is_page {
        return None;
    }
    let place = Place::at(format!("types/{name}.json"), "/properties");
    let place = place.child(&convention.items).child("items").child("$ref");
    let message = format!("a page of {} contains pages of itself", quoted(name));
    Some(match item {
        Some(item) => Diagnostic::new(
            place,
            message,
            format!("refer to {}", quoted(&reference(&item))),
        )
        .replace(&reference(name).into(), reference(&item).into()),
        None => Diagnostic::new(place, message, "refer to the type of an item"),
    })
}

/// Reports a paginated action that responds with an item instead of a page.
fn no_page(
    documents: &Documents,
    types: &Types<'_>,
    document: &Document<Resource>,
    name: &str,
    action: &Action,
    convention: &PagingConvention,
) -> Option<Diagnostic> {
    let takes = |name: &str| {
        let mut params = action.params.iter().chain(&document.content.params);
        params.any(|p| p.location == Location::Query && p.name == name)
    };
    let mut paged = convention.parameters();
    if paged.is_empty() || !paged.iter().all(|name| takes(name)) {
        return None;
    }
    paged.dedup();
    let mut responses = action.responses.iter();
    let (status, response) = responses.find(|(status, _)| status.starts_with('2'))?;
    response.schema.as_ref()?;
    let place = Place::at(&document.path, "/actions").child(name);
    let place = place.child("responses").child(status).child("schema");
    let schema = documents.inline.get(&place.reference())?;
    let old = target(&documents.meanings, *schema)?;
    let is_object = types.0.get(old).is_some_and(|known| !known.is_empty());
    if !is_object || types.has(old, &convention.items) {
        return None;
    }
    // Without such a type, the response may be intended.
    let page = types.page_of(old, &convention.items)?;
    let message = format!(
        "the action takes {}, but its response {} is not a page: it has no {}",
        paged
            .into_iter()
            .map(quoted)
            .collect::<Vec<_>>()
            .join(" and "),
        quoted(old),
        quoted(&convention.items)
    );
    let help = format!("refer to {}", quoted(&reference(page)));
    let mistake = Diagnostic::new(place.child("$ref"), message, help);
    Some(mistake.replace(&reference(old).into(), reference(page).into()))
}

fn reference(name: &str) -> String {
    format!("#/definitions/{name}")
}
