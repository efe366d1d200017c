//! The fields of structs: their types, which of them are an `Option`, and how unknown properties
//! are kept.

use crate::ir::{Field, Object, Position, Type};

/// How an object treats properties that it does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It keeps them.
    Open,
    /// It keeps those of a response and refuses them in a request.
    Tolerant,
    /// It refuses them.
    Closed,
}

impl Mode {
    pub(crate) fn of(object: &Object, position: Position) -> Self {
        match (object.open, position.request, position.response) {
            (true, _, _) | (false, false, _) => Mode::Open,
            (false, true, true) => Mode::Tolerant,
            (false, true, false) => Mode::Closed,
        }
    }
}

/// Whether a field is required, and so not an `Option`. A response may lack even what the schema requires.
pub(crate) fn is_plain(field: &Field, position: Position) -> bool {
    field.required && !position.response
}

/// The type of a field. In a response null needs no type: whatever is null goes to `extra`.
pub(crate) fn field_type(field: &Field, position: Position) -> &Type {
    match &field.ty {
        Type::Nullable(inner) if !position.request => inner,
        ty => ty,
    }
}
