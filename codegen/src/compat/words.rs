//! Types in words, and in Rust.

use crate::ir::{Definition, DefinitionKind, Name, Type};
use crate::rust::values;

/// Boxing does not change what a type means.
pub(super) fn unboxed(ty: &Type) -> &Type {
    match ty {
        Type::Boxed(inner) => unboxed(inner),
        ty => ty,
    }
}

/// A type as a module of types spells it.
pub(super) fn spelled(ty: &Type) -> String {
    values::stored(ty, values::in_types)
}

/// The path to a type from the crate's root.
pub(super) fn path(name: &Name) -> String {
    format!("types::{}", name.rust)
}

/// Whether two types are both strings, or both numbers, so that only their formats differ.
pub(super) fn differ_in_format(old: &Type, new: &Type) -> bool {
    (is_string(old) && is_string(new)) || (is_number(old) && is_number(new))
}

fn is_string(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::ObjectId | Type::DateTime)
}

fn is_number(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Integer | Type::UnixMillis | Type::Number | Type::Float
    )
}

/// A definition, in Rust.
pub(super) fn keyword(definition: &Definition) -> String {
    let name = &definition.name;
    match &definition.kind {
        DefinitionKind::Object(_) => format!("pub struct {name}"),
        DefinitionKind::Enum(_) | DefinitionKind::Union(_) => format!("pub enum {name}"),
        DefinitionKind::Alias(ty) => format!("pub type {name} = {}", spelled(ty)),
    }
}

/// A definition, for people.
pub(super) fn kind(kind: &DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Object(_) => "an object",
        DefinitionKind::Enum(_) => "an enum",
        DefinitionKind::Union(_) => "a union",
        DefinitionKind::Alias(_) => "an alias of a type",
    }
}

/// Values of a type, for people.
fn many(ty: &Type) -> String {
    let text = match ty {
        Type::Bool => "booleans",
        Type::Integer => "integers",
        Type::Number | Type::Float => "numbers",
        Type::String => "strings",
        Type::ObjectId => "ids",
        Type::DateTime => "timestamps",
        Type::UnixMillis => "timestamps in milliseconds",
        Type::Scalar => "scalars",
        Type::Empty => "empty objects",
        Type::Upload => "files",
        Type::Nullable(inner) => return format!("{} or nulls", many(inner)),
        Type::Map(inner) => return format!("maps of {}", many(inner)),
        Type::Array(inner) => return format!("lists of {}", many(inner)),
        Type::Boxed(inner) => return many(inner),
        Type::Unit | Type::Json | Type::Named(_) => return describe(ty),
    };
    text.to_owned()
}

/// A type, for people.
pub(super) fn describe(ty: &Type) -> String {
    let text = match ty {
        Type::Unit => "nothing",
        Type::Bool => "a boolean",
        Type::Integer => "an integer",
        Type::Number | Type::Float => "a number",
        Type::String => "a string",
        Type::ObjectId => "an id",
        Type::DateTime => "a timestamp",
        Type::UnixMillis => "a timestamp in milliseconds",
        Type::Json => "free-form JSON",
        Type::Scalar => "one of several scalar types",
        Type::Empty => "an empty object",
        Type::Upload => "a file",
        Type::Nullable(inner) => return format!("{} or null", describe(inner)),
        Type::Map(inner) => return format!("a map of {}", many(inner)),
        Type::Array(inner) => return format!("a list of {}", many(inner)),
        Type::Boxed(inner) => return describe(inner),
        Type::Named(name) => return format!("`{}`", name.rust),
    };
    text.to_owned()
}
