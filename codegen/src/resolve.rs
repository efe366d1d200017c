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
mod schemas;

pub(crate) use paths::template;

use crate::descriptor::Parameter;
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::read::Documents;

/// Checks that everything fits, as far as it could be read, and adds what does not to what was
/// found in reading. Returns what does not stop the generator too.
///
/// # Errors
///
/// All mistakes of both stages, and the warnings, which often say where a mistake comes from.
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
