//! The third stage: documents to the intermediate representation.
//!
//! From here on, every wire name has a Rust name. Schemas become types first, each shape once and
//! under a provisional name. Once all types exist, they get their final names, and properties of
//! the whole graph are computed.
//!
//! | what | where |
//! |---|---|
//! | schemas to types | `types`, by kind: `objects`, `unions`, `scalars`; equal ones: `same` |
//! | rules that types do not express | `conditions` |
//! | descriptors to resources | `resources`, `parameters`, `paging` |
//! | names | `naming`, `rename`; collisions: `scope` |
//! | the whole graph | `position`, `recursion`, `features` |

mod conditions;
pub(crate) mod features;
mod naming;
mod objects;
mod paging;
mod parameters;
mod position;
mod recursion;
mod rename;
mod resources;
mod same;
mod scalars;
mod scope;
mod types;
mod unions;

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::ir::{Api, Definition, ErrorBody, Type, TypeModule};
use crate::read::Documents;

use naming::Owner;
use types::Types;

/// Lowers resolved documents.
///
/// # Errors
///
/// Returns colliding Rust names, and parts that Rust cannot express.
pub(crate) fn lower(documents: &Documents) -> Result<Api, Vec<Diagnostic>> {
    let mut types = Types::new(documents);
    let mut globals = resources::globals(documents, &mut types);
    let mut error = error_body(documents, &mut types);
    let mut resources = resources::resources(documents, &globals, &mut types);
    let found = std::mem::take(&mut types.found);
    let (remarks, mistakes): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|one| one.severity() == Severity::Note);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let (mut type_modules, names, conditions) = types.finish();
    names.rename_all(&mut resources, &mut globals, &mut error);
    position::propagate(&mut type_modules, &resources, &globals, &error);
    recursion::break_cycles(&mut type_modules);
    recursion::mark_recursive(&mut type_modules);
    features::assign(&mut resources, &mut type_modules, &globals, &error);
    let service = &documents.service.content;
    Ok(Api {
        package: service.package.clone(),
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
        examples: service.examples.clone(),
        globals,
        error,
        resources,
        type_modules: type_modules.into_values().collect(),
        conditions,
        remarks,
    })
}

/// All definitions of `types`.
fn definitions(type_modules: &BTreeMap<String, TypeModule>) -> impl Iterator<Item = &Definition> {
    type_modules
        .values()
        .flat_map(|type_module| &type_module.definitions)
}

/// The same, mutable.
fn definitions_mut(
    type_modules: &mut BTreeMap<String, TypeModule>,
) -> impl Iterator<Item = &mut Definition> {
    let type_modules = type_modules.values_mut();
    type_modules.flat_map(|type_module| &mut type_module.definitions)
}

/// The body of an error, if it is an object with the two named properties.
fn error_body(documents: &Documents, types: &mut Types<'_>) -> ErrorBody {
    let service = &documents.service;
    let Some(convention) = &service.content.error else {
        return ErrorBody::Unknown;
    };
    let place = Place::at(&service.path, "/error");
    let schema = place.clone().child("schema");
    let (ty, _) = types.inline(&schema, &Owner::root("error"));
    let Type::Named(name) = &ty else {
        types.found.push(Diagnostic::new(
            schema,
            "the error body is not an object",
            "refer to a type with `type: object`",
        ));
        return ErrorBody::Unknown;
    };
    let mut field = |key: &str, property: &str| {
        let object = types.object_of(&ty);
        let found = object.and_then(|object| object.field(property));
        let found = found.filter(|field| field.ty == Type::String);
        let name = found.map(|field| field.name.clone());
        if name.is_none() {
            types.found.push(Diagnostic::new(
                place.clone().child(key),
                format!("the error body has no string property `{property}`"),
                "name a property with `type: string`",
            ));
        }
        name.unwrap_or_default()
    };
    let code = field("code", &convention.code);
    let message = field("message", &convention.message);
    ErrorBody::Known {
        name: name.rust.clone(),
        code,
        message,
    }
}
