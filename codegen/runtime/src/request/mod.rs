//! Requests as data: an action's parameters, and how they are encoded into an HTTP request.

mod action;
mod checked;
mod encode;
mod parameters;

pub use action::{Action, Request, Spec};
pub use encode::{Encoded, Encoder};
pub use parameters::{NamedParameters, Parameters, read_parameters, write_parameters};
