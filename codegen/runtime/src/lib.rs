//! The runtime of generated API clients: everything that does not depend on a schema.
//!
//! The path of a request: an [`Encoder`] validates a [`parameters!`] struct and encodes it into
//! URL, headers and body. [`Core`] sends these with a [`Transport`], repeats that according to
//! [`Retry`], and decodes the response into [`object!`] structs, or keeps it in an [`Error`].
//! [`Pages`] and [`Items`] repeat this for each page, and [`Events`] reads a response that does not
//! end.
//!
//! Each folder uses only folders below it in this table, which a test checks:
//!
//! | folder | holds |
//! |---|---|
//! | `test_util` | mocks of the server and the clock |
//! | `dynamic` | requests whose type is only known at run time |
//! | `paging`, `events` | streams of pages and items; event streams |
//! | `client` | clients, their settings and connections, attempts of a call, blocking |
//! | `observe` | observers, a recorder, spans |
//! | `error` | the error type |
//! | `request` | actions, their parameters and encoding |
//! | `body` | bodies of requests: bytes, files, parts |
//! | `union` | values of one of several types |
//! | `object` | JSON objects |
//! | `value` | scalars, lists and maps, free-form JSON; rules and conditions |
//! | `pattern` | regular expressions of ECMA-262, on top of `regex` |
//! | `transport` | sending, tokens, retry policy, clock, redirects, codings, the response |
//! | `text` | JSON text: a scanner, decoding with paths, repair |
//! | `secrecy` | tokens, and their redaction |
//! | `stack` | stack space for recursive values |
//!
//! # Features
//!
//! `rustls` (default) and `native-tls` provide TLS; without either, only `http` URLs work.
//! `blocking` adds blocking calls, `tracing` adds spans, `test-util` adds mocks of the server and
//! the clock, and `pattern` supports APIs with their own patterns.

#![cfg_attr(docsrs, feature(doc_cfg))]

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
    Cursor, Extent, Items, PageInfo, Paged, Pages, items_before_offset, items_before_page,
    next_cursor, next_offset, next_page,
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

/// Items that the macros expand to. Not for other use.
#[doc(hidden)]
pub mod __private {
    pub use crate::object::{
        Checks, Object, ObjectReader, Properties, Rest, Shape, Writer, read, read_nullable,
        read_object, read_strictly, read_strictly_nullable, require, write,
    };
    #[cfg(feature = "pattern")]
    pub use crate::pattern::Engine;
    pub use crate::request::{NamedParameters, read_parameters, write_parameters};
    pub use crate::secrecy::{debug_struct, debug_variant};
    pub use crate::stack::with_room;
    pub use crate::union::{
        Branch, BranchKind, Union, UnionReader, no_branch, parse_number, parse_parts, read_union,
        validate_union, validate_unknown,
    };
    pub use crate::value::{
        EnumReader, Reader, Tolerant, WholeReader, is_whole, json_of, quoted, read_enum,
    };
}
