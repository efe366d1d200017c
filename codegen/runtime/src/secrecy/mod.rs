//! Secrets: access tokens, every way to spell one, and `Debug` output without them.

pub(crate) mod live;
mod secret;
mod shown;
mod spelling;

pub(crate) use secret::{Secret, Token};
pub(crate) use shown::show;
pub use shown::{debug_struct, debug_variant};
