//! The second stage: what one document says must fit what the others say, and itself.
//!
//! References lead somewhere, path templates and path parameters name each other, defaults are
//! accepted values, patterns are regular expressions. What passes here can be lowered.

mod limits;
mod paths;
mod references;

pub(crate) use paths::template;
pub(crate) use references::target;

use crate::descriptor::Parameter;
use crate::diagnostics::{Diagnostic, Place};
use crate::read::Documents;
use crate::schema::Schema;

/// Checks that everything fits.
///
/// # Errors
///
/// Everything that does not.
pub(crate) fn resolve(documents: &Documents) -> Result<(), Vec<Diagnostic>> {
    let mut found = Vec::new();
    references::check(documents, &mut found);
    paths::check(documents, &mut found);
    limits::check(documents, &mut found);
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// Calls `visit` with every schema of every document, outer ones first.
fn each_schema<'d>(documents: &'d Documents, visit: &mut impl FnMut(Place, &'d Schema)) {
    if let Some(error) = &documents.service.content.error {
        let place = Place::at(&documents.service.path, "/error/schema");
        within(place, &error.schema, visit);
    }
    each_parameter(documents, &mut |place, parameter| {
        if let Some(schema) = &parameter.schema {
            within(place.child("schema"), schema, visit);
        }
    });
    for document in documents.resources.values() {
        for (name, action) in &document.content.actions {
            for (status, response) in &action.responses {
                if let Some(schema) = &response.schema {
                    let place = Place::at(&document.path, "/actions").child(name);
                    let place = place.child("responses").child(status).child("schema");
                    within(place, schema, visit);
                }
            }
        }
    }
    for document in documents.types.values() {
        within(Place::at(&document.path, ""), &document.content, visit);
    }
}

fn within<'d>(place: Place, schema: &'d Schema, visit: &mut impl FnMut(Place, &'d Schema)) {
    visit(place.clone(), schema);
    if let Some(items) = &schema.items {
        within(place.clone().child("items"), items, visit);
    }
    for (name, property) in schema.properties.iter().flatten() {
        let place = place.clone().child("properties").child(name);
        within(place, property, visit);
    }
}

/// Calls `visit` with every parameter of every document.
fn each_parameter<'d>(documents: &'d Documents, visit: &mut impl FnMut(Place, &'d Parameter)) {
    let mut list = |place: Place, params: &'d [Parameter]| {
        for (index, parameter) in params.iter().enumerate() {
            visit(place.clone().child("params").index(index), parameter);
        }
    };
    let service = &documents.service;
    list(Place::at(&service.path, ""), &service.content.params);
    for document in documents.resources.values() {
        list(Place::at(&document.path, ""), &document.content.params);
        for (name, action) in &document.content.actions {
            let place = Place::at(&document.path, "/actions").child(name);
            list(place, &action.params);
        }
    }
}
