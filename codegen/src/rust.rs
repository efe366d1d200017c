//! Pieces of Rust shared by [`models`](crate::models) and [`emit`](crate::emit): types and values,
//! docs, and prose that is safe in docs.

mod conditions;
pub(crate) mod docs;
pub(crate) mod fields;
pub(crate) mod layout;
pub(crate) mod prose;
pub(crate) mod values;
