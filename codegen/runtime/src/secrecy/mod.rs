//! Secrets, and keeping them out of whatever is printed: tokens, how they are spelled, `Debug` output.

pub(crate) mod live;
mod secret;
mod shown;
mod spelling;

pub(crate) use secret::{Secret, Token};
pub(crate) use shown::show;
pub use shown::{debug_struct, debug_variant};
