//! The values of requests and responses: their types, their rules, and how they are read without
//! loss.
//!
//! Conditions, which check what a schema requires beyond a Rust type, are rules too and live here.
//! The pattern engine knows no values and has a folder of its own.

mod condition;
mod date_time;
mod json;
mod list;
mod map;
#[cfg(feature = "pattern")]
mod matcher;
mod nullable;
mod number;
mod object_id;
mod rule;
mod scalar;
mod string_enum;
pub(crate) mod tolerant;
mod unix_millis;
mod validate;

pub use condition::Condition;
pub use date_time::{DateTime, ParseDateTimeError};
pub use json::Json;
pub use list::List;
pub use map::Map;
#[cfg(feature = "pattern")]
pub use matcher::Pattern;
pub use nullable::Nullable;
pub use number::Number;
pub use object_id::{ObjectId, ParseObjectIdError};
pub use rule::{Kind, Rule};
pub(crate) use rule::{Subject, check};
pub use scalar::Scalar;
pub(crate) use scalar::{integer, is_same_number};
pub use string_enum::{EnumReader, quoted, read_enum};
pub use tolerant::{Fit, Reader, Tolerant, WholeReader, is_whole};
pub(crate) use tolerant::{Fitting, ReadingField, ReadingNullable, Strictly, fit};
pub use unix_millis::UnixMillis;
pub(crate) use validate::is_described;
pub use validate::{Validate, Validator, Violation, json_of};
