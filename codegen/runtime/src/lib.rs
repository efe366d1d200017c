//! What every generated API client stands on: all that does not depend on a schema.
//!
//! A request goes one way: [`parameters!`] structs are encoded by an [`Encoder`], which validates
//! them and makes the target, headers and body; [`Core`] gives that to a [`Transport`], as often as
//! [`Retry`] says, and decodes the response into [`object!`] structs, or keeps it whole in an
//! [`Error`]. [`Pages`] and [`Items`] do so again and again, and [`Events`] reads a response that has
//! no end.
//!
//! Each folder uses only folders below it, which a test checks:
//!
//! | folder | holds |
//! |---|---|
//! | `test_util` | stand-ins for the server and the clock |
//! | `dynamic` | requests whose type is known at run time only |
//! | `paging`, `events` | streams of pages and items; event streams |
//! | `client` | clients, their settings and connections, calls and their attempts, blocking |
//! | `observe` | observers, a recorder, spans |
//! | `error` | the one error |
//! | `request` | actions, their parameters, and how these are encoded |
//! | `body` | what a request carries: bytes, files, parts |
//! | `union` | values of one of several forms |
//! | `object` | JSON objects |
//! | `value` | scalars, lists and maps, free-form JSON; rules and conditions |
//! | `pattern` | patterns of ECMA-262, on top of `regex` |
//! | `transport` | sending, tokens, retry policy, clock, redirects, codings, the response |
//! | `text` | JSON text: one scanner, decoding with a path, repair |
//! | `secrecy` | tokens, and keeping them out of what is printed |
//! | `stack` | room for values that contain their own type |
//!
//! # Features
//!
//! `rustls` (default) and `native-tls` are for TLS; without either, only `http` can be had.
//! `blocking` keeps threads waiting, `tracing` makes spans, `test-util` has stand-ins for the server
//! and the clock, and `pattern` is for APIs with patterns of their own.

mod body;
mod client;
mod dynamic;
mod error;
mod events;
mod object;
mod observe;
mod paging;
#[cfg(feature = "pattern")]
mod pattern;
mod request;
mod secrecy;
mod stack;
#[cfg(feature = "test-util")]
pub mod test_util;
mod text;
mod transport;
mod union;
mod value;

pub use body::{Content, Payload, Progress, Upload, UploadError};
#[cfg(feature = "blocking")]
pub use client::Blocking;
pub use client::{Api, ClientBuilder, Core, Options};
pub use dynamic::DynamicRequest;
pub use error::{Error, ErrorBody, Failure};
pub use events::{EventStream, Events, FromEvent, ServerSentEvent};
pub use object::{EmptyObject, Extra};
pub use observe::{Answer, Attempt, Observer, Recorder};
pub use paging::{
    Cursor, Extent, Items, Mark, Paged, Pages, items_before_offset, items_before_page, next_cursor,
    next_offset, next_page,
};
pub use request::{Action, Encoded, Encoder, Parameters, Request, Spec};
pub use text::{Body, DecodeError};
pub use transport::{Clock, Response, Retry, Sending, Transport, TransportError, reqwest};
#[cfg(feature = "pattern")]
pub use value::Pattern;
pub use value::{
    Condition, DateTime, Json, Kind, List, Map, Nullable, Number, ObjectId, ParseDateTimeError,
    ParseObjectIdError, Rule, Scalar, UnixMillis, Validate, Validator, Violation,
};

pub use {bytes, futures_core, http, jiff, serde, serde_json};

/// What the macros here expand to; nothing for anybody else.
#[doc(hidden)]
pub mod __private {
    pub use crate::object::{
        Checks, Object, ObjectVisitor, Properties, Rest, Shape, Writer, is_whole, read,
        read_nullable, read_strictly, read_strictly_nullable, require, write,
    };
    #[cfg(feature = "pattern")]
    pub use crate::pattern::Engine;
    pub use crate::request::{Named, missing};
    pub use crate::secrecy::{debug_struct, debug_variant};
    pub use crate::stack::with_room;
    pub use crate::union::{
        Branch, Form, Union, no_branch, parse_number, parse_parts, read_union, validate_union,
        validate_unknown,
    };
    pub use crate::value::tolerant::Kind;
    pub use crate::value::{
        Fit, Fitting, TextVisitor, Tolerant, json_of, quoted, read_text, read_whole,
    };
}
