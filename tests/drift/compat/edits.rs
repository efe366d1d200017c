//! Edits of the base, like those a vendor makes.

mod actions;
mod parameters;
mod service;
mod types;
mod values;

use super::base::Description;

/// An edit of a type, by the path of its file.
pub type TypeEdit = (&'static str, fn(&mut Description, &str));

/// An edit of the API.
pub type ApiEdit = (&'static str, fn(&mut Description));

/// Every edit of a type. Each is applied to a type that is sent, to one that is read, and to one
/// that is both.
pub fn of_types() -> impl Iterator<Item = &'static TypeEdit> {
    values::EDITS.iter().chain(types::EDITS)
}

/// Every edit of the API.
pub fn of_api() -> impl Iterator<Item = &'static ApiEdit> {
    let edits = parameters::EDITS.iter().chain(actions::EDITS);
    edits.chain(service::EDITS)
}
