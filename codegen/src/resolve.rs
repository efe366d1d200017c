//! The second stage: what one document says must fit what the others say, and itself.
//!
//! References lead somewhere, path templates and path parameters name each other, defaults are
//! accepted values, patterns are regular expressions, URLs and names are what HTTP and Cargo take.
//! What passes here can be lowered.

mod actions;
mod grammar;
mod headers;
mod limits;
mod names;
mod paging;
mod parameters;
mod paths;
mod references;

pub(crate) use paths::template;

use crate::descriptor::Parameter;
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::read::Documents;
use crate::schema::Schema;

/// Checks that everything fits, as far as it could be read, and adds what does not to what was
/// found in reading. Returns what does not stop the generator too.
///
/// # Errors
///
/// All mistakes of both stages.
pub(crate) fn resolve(
    documents: Option<Documents>,
    mut found: Vec<Diagnostic>,
) -> Result<(Documents, Vec<Diagnostic>), Vec<Diagnostic>> {
    if let Some(documents) = &documents {
        grammar::check(documents, &mut found);
        references::check(documents, &mut found);
        paths::check(documents, &mut found);
        actions::check(documents, &mut found);
        limits::check(documents, &mut found);
        headers::check(documents, &mut found);
        names::check(documents, &mut found);
        parameters::check(documents, &mut found);
        paging::check(documents, &mut found);
    }
    let (warnings, mistakes): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|diagnostic| diagnostic.severity() == Severity::Warning);
    match documents {
        Some(documents) if mistakes.is_empty() => Ok((documents, warnings)),
        _ => Err(mistakes),
    }
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
                let place = Place::at(&document.path, "/actions").child(name);
                let place = place.child("responses").child(status);
                if let Some(schema) = &response.schema {
                    within(place.clone().child("schema"), schema, visit);
                }
                for (event, content) in &response.sse_events {
                    let place = place.clone().child("sseEvents").child(event);
                    within(place.child("schema"), &content.schema, visit);
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
    for (key, schemas) in [
        ("properties", &schema.properties),
        ("patternProperties", &schema.pattern_properties),
    ] {
        for (name, property) in schemas.iter().flatten() {
            within(place.clone().child(key).child(name), property, visit);
        }
    }
    if let Some(additional) = schema.additional_schema() {
        within(
            place.clone().child("additionalProperties"),
            additional,
            visit,
        );
    }
    for (key, branches) in [
        ("oneOf", &schema.one_of),
        ("anyOf", &schema.any_of),
        ("allOf", &schema.all_of),
    ] {
        for (index, branch) in branches.iter().flatten().enumerate() {
            within(place.clone().child(key).index(index), branch, visit);
        }
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
