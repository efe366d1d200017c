//! The third stage: documents to the intermediate representation.
//!
//! From here on there is no JSON Schema and no wire name that has not found its Rust name. Names
//! that collide are reported, never shared.

mod boxes;
mod names;
mod position;
mod resources;
mod types;

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{Api, ErrorBody, Type};
use crate::names::field_name;
use crate::read::Documents;

use types::Types;

/// Lowers resolved documents.
///
/// # Errors
///
/// Rust names that collide, and what has no form in Rust.
pub(crate) fn lower(documents: &Documents) -> Result<Api, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut types = Types::new(documents, &mut found);
    let (globals, global_definitions) = resources::globals(documents, &mut types, &mut found);
    let error = error_body(documents, &mut types, &mut found);
    let resources = resources::resources(documents, &globals, &mut types, &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    let (mut families, has_patterns) = types.finish();
    position::propagate(&mut families, &resources, &globals, &error);
    boxes::break_circles(&mut families);
    let service = &documents.service.content;
    Ok(Api {
        package: service.package.name.clone(),
        package_version: service.package.version.clone(),
        title: service.title.clone(),
        description: service.description.clone(),
        version: service.version.clone(),
        base_url: service.base_url.clone(),
        documentation: service.documentation.clone(),
        token_variable: service
            .authentication
            .as_ref()
            .map(|a| a.environment.clone()),
        headers: service.headers.clone().into_iter().collect(),
        globals,
        global_definitions,
        error,
        resources,
        families: families.into_values().collect(),
        has_patterns,
    })
}

/// The body of an error, if it is an object with the two named properties.
fn error_body(documents: &Documents, types: &mut Types, found: &mut Vec<Diagnostic>) -> ErrorBody {
    let service = &documents.service;
    let Some(convention) = &service.content.error else {
        return ErrorBody::Unknown;
    };
    let place = Place::at(&service.path, "/error");
    let owner = types::Owner::new("api", "Error");
    let ty = types.lower(
        &convention.schema,
        place.clone().child("schema"),
        &owner,
        found,
    );
    let Type::Named(name) = ty.0 else {
        found.push(Diagnostic::new(
            place.child("schema"),
            "the error body is no object",
            "refer to a type with `type: object`",
        ));
        return ErrorBody::Unknown;
    };
    for (key, property) in [("code", &convention.code), ("message", &convention.message)] {
        if !types.has_text(&name.rust, property) {
            found.push(Diagnostic::new(
                place.clone().child(key),
                format!("the error body has no text property `{property}`"),
                "name a property with `type: string`",
            ));
        }
    }
    ErrorBody::Known {
        name: name.rust,
        code: field_name(&convention.code),
        message: field_name(&convention.message),
    }
}
