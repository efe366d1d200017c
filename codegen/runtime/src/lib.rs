//! What every generated API client stands on: all that does not depend on a schema.
//!
//! A request goes one way: [`parameters!`] structs are encoded by an [`Encoder`], which validates
//! them and makes the target, headers and body; [`Core`] sends that and decodes the response into
//! [`object!`] structs, or keeps it whole in an [`Error`]. [`Pages`] and [`Items`] do so again and
//! again, and [`Events`] reads a response that has no end.
//!
//! | noun | where |
//! |---|---|
//! | scalars: numbers, ids, points in time, open enums, free-form JSON | `number`, `object_id`, `date_time`, `string_enum`, `json` |
//! | files in requests, and bodies of parts | `upload`, `multipart` |
//! | values of several kinds: scalars, null, unions | `scalar`, `nullable`, `union` |
//! | JSON objects | `object`, `empty`, `setters` |
//! | requests: parameters, rules, encoding | `parameters`, `rule`, `validate`, `encode`, `request`, `dynamic` |
//! | JSON text, looked over | `outline` |
//! | the client and its settings | `client`, `secret` |
//! | what every call goes through | `transport` |
//! | responses and errors | `response`, `decode`, `mend`, `error` |
//! | collections | `paging`, `pages` |
//! | event streams | `sse`, `event`, `events` |

mod client;
mod date_time;
mod decode;
mod dynamic;
mod empty;
mod encode;
mod error;
mod event;
mod events;
mod json;
mod mend;
mod multipart;
mod nullable;
mod number;
mod object;
mod object_id;
mod outline;
mod pages;
mod paging;
mod parameters;
mod request;
mod response;
mod rule;
mod scalar;
mod secret;
mod setters;
mod sse;
mod string_enum;
mod transport;
mod union;
mod upload;
mod validate;

pub use client::{Api, ClientBuilder};
pub use date_time::{DateTime, UnixMillis};
pub use decode::{Body, DecodeError};
pub use dynamic::DynamicRequest;
pub use empty::EmptyObject;
pub use encode::{Content, Encoded, Encoder};
pub use error::{Error, ErrorBody, Failure};
pub use event::{EventStream, FromEvent};
pub use events::Events;
pub use json::Json;
pub use nullable::Nullable;
pub use number::Number;
pub use object::Extra;
pub use object_id::{ObjectId, ParseObjectIdError};
pub use pages::{Items, Pages};
pub use paging::{Extent, Paged, next_cursor, next_offset, next_page};
pub use parameters::Parameters;
pub use request::{Action, Request, Spec};
pub use response::Response;
pub use scalar::Scalar;
pub use sse::ServerSentEvent;
pub use transport::{Core, Options};
pub use upload::Upload;
pub use validate::{Kind, Rule, Validate, Validator, Violation};

pub use {bytes, futures_core, http, jiff, reqwest, serde, serde_json};

/// What the macros here expand to; nothing for anybody else.
#[doc(hidden)]
pub mod __private {
    pub use crate::object::{
        Checks, Object, ObjectVisitor, Properties, Rest, Shape, Writer, read, read_nullable,
        require, write,
    };
    pub use crate::parameters::{Named, missing};
    pub use crate::string_enum::{TextVisitor, quoted};
    pub use crate::union::{
        Branch, Form, Union, no_branch, parse_number, read_union, validate_unknown,
    };
}
