//! JSON text: one scanner, values by their text, decoding with a path, and repair.
//!
//! It knows no type of a value; those read themselves through it.

mod decode;
pub(crate) mod exact;
mod outline;
mod repair;
mod scan;

pub use decode::{Body, DecodeError};
pub(crate) use decode::{decode, locate, misfit};
pub(crate) use exact::is_number;
pub(crate) use outline::{Outline, check_depth, outline};
