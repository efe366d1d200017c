//! What every generated API client stands on: all that does not depend on a schema.
//!
//! A request goes one way: [`parameters!`] structs are encoded by an [`Encoder`], which validates
//! them and makes the target, headers and body; [`Core`] sends that and decodes the response into
//! [`object!`] structs, or keeps it whole in an [`Error`]. [`Pages`] and [`Items`] do so again and
//! again.
//!
//! | noun | where |
//! |---|---|
//! | scalars: ids, points in time, open enums, free-form JSON | `object_id`, `date_time`, `string_enum`, `json` |
//! | JSON objects | `object` |
//! | requests: parameters, rules, encoding | `parameters`, `validate`, `encode`, `request`, `dynamic` |
//! | the client and its settings | `client`, `secret` |
//! | responses and errors | `response`, `decode`, `mend`, `error` |
//! | collections | `paging` |

mod client;
mod date_time;
mod decode;
mod dynamic;
mod encode;
mod error;
mod json;
mod mend;
mod object;
mod object_id;
mod paging;
mod parameters;
mod request;
mod response;
mod secret;
mod string_enum;
mod validate;

pub use client::{Api, ClientBuilder, Core, Options};
pub use date_time::{DateTime, UnixMillis};
pub use dynamic::DynamicRequest;
pub use encode::{Encoded, Encoder};
pub use error::{Error, ErrorBody, Failure};
pub use json::Json;
pub use object::Extra;
pub use object_id::{ObjectId, ParseObjectIdError};
pub use paging::{Items, Pages};
pub use parameters::Parameters;
pub use request::{Action, Extent, Paged, Request, Spec};
pub use response::Response;
pub use validate::{Rule, Validate, Validator, Violation};

pub use {bytes, futures_core, http, jiff, reqwest, serde, serde_json};

/// What the macros here expand to; nothing for anybody else.
#[doc(hidden)]
pub mod __private {
    pub use crate::object::{Object, ObjectVisitor, Properties, Writer, read, require, write};
    pub use crate::parameters::{Named, missing};
    pub use crate::string_enum::{TextVisitor, quoted};
}
