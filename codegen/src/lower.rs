//! The third stage: documents to the intermediate representation.
//!
//! From here on there is no JSON Schema and no wire name that has not found its Rust name. Names
//! that collide are reported, never shared.

mod boxes;
mod names;
mod position;
mod resources;
mod types;

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{Api, ErrorBody, Family, Type};
use crate::names::{field_name, snake_name};
use crate::read::Documents;

use names::Scope;
use types::Types;

/// Lowers resolved documents.
///
/// # Errors
///
/// Rust names that collide, and what has no form in Rust.
pub(crate) fn lower(documents: &Documents) -> Result<Api, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut types = Types::new(documents, &mut found);
    let globals = resources::globals(documents, &mut types, &mut found);
    let error = error_body(documents, &mut types, &mut found);
    let mut resources = resources::resources(documents, &globals, &mut types, &mut found);
    let (mut families, has_patterns) = types.finish();
    position::propagate(&mut families, &mut resources, &error);
    boxes::break_circles(&mut families);
    if !found.is_empty() {
        return Err(found);
    }
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
        error,
        resources,
        families: modules(families, &mut found),
        has_patterns,
    })
    .and_then(|api| {
        if found.is_empty() {
            Ok(api)
        } else {
            Err(found)
        }
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

/// One module for each family that defines something.
fn modules(families: BTreeMap<String, Family>, found: &mut Vec<Diagnostic>) -> Vec<Family> {
    let mut scope = Scope::new("modules of types");
    let families = families.into_iter().map(|(wire, mut family)| {
        let place = Place::file(format!("types/{wire}.json"));
        family.module = scope.claim(snake_name(&wire), &wire, place, found);
        family
    });
    families
        .filter(|family| !family.definitions.is_empty())
        .collect()
}
