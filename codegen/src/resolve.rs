//! The second stage: checks that documents are consistent with each other and in themselves.
//!
//! References have targets, path templates and path parameters match, defaults are accepted values,
//! patterns are regular expressions, URLs and names are valid for HTTP and Cargo. A source that
//! passes can be lowered.

mod actions;
mod grammar;
mod headers;
mod limits;
mod names;
mod paging;
mod parameters;
mod paths;
mod references;
mod schemas;

pub(crate) use paths::template;

use crate::descriptor::Parameter;
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::read::Documents;

/// Checks consistency, as far as the source could be read, and adds mistakes to those found in
/// reading. Returns warnings if nothing stops the generator.
///
/// # Errors
///
/// Returns all mistakes of both stages, and the warnings, which often explain a mistake.
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
        schemas::check(documents, &mut found);
        headers::check(documents, &mut found);
        names::check(documents, &mut found);
        parameters::check(documents, &mut found);
        paging::check(documents, &mut found);
    }
    let stops = |diagnostic: &Diagnostic| diagnostic.severity() == Severity::Error;
    match documents {
        Some(documents) if !found.iter().any(stops) => Ok((documents, found)),
        _ => Err(found),
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
