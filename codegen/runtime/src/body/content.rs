//! The body of a request: a payload and its media type.

use std::borrow::Cow;

use super::payload::Payload;

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Content {
    /// The media type, for the header `Content-Type`.
    pub content_type: Cow<'static, str>,
    /// The bytes, or the files to read.
    pub payload: Payload,
}
