//! Successful responses.

use std::fmt;
use std::ops::{Deref, DerefMut};

use http::{HeaderMap, StatusCode};

use crate::secrecy::{Token, debug_struct};

/// The body of a successful response, with its status and headers.
///
/// It dereferences to the body.
///
/// `Debug` redacts access tokens that the server has sent back, in the response, its headers and
/// its body. The data itself is unchanged.
#[derive(Clone)]
pub struct Response<T> {
    status: StatusCode,
    headers: HeaderMap,
    body: T,
    /// Keeps the tokens of the request among those that are redacted.
    _tokens: [Option<Token>; 2],
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: [(_, &dyn fmt::Debug); 3] = [
            ("status", &self.status),
            ("headers", &self.headers),
            ("body", &self.body),
        ];
        debug_struct(f, "Response", &fields, None)
    }
}

impl<T> Response<T> {
    /// Creates a response to a request with these tokens.
    pub(crate) fn new(
        status: StatusCode,
        mut headers: HeaderMap,
        body: T,
        tokens: [Option<Token>; 2],
    ) -> Self {
        for token in tokens.iter().flatten() {
            token.mark(&mut headers);
        }
        Response {
            status,
            headers,
            body,
            _tokens: tokens,
        }
    }

    /// The status, from 200 to 299.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers. A header with an access token that the server has sent back is marked as
    /// sensitive.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The id of the request in the vendor's logs: the header `X-Request-Id`, or another one used
    /// for it.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// The body, to which the response dereferences.
    pub fn body(&self) -> &T {
        &self.body
    }

    /// Returns the body.
    pub fn into_body(self) -> T {
        self.body
    }
}

/// The id of a request, in the headers that servers, gateways and proxies use.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    const NAMES: [&str; 4] = ["x-request-id", "request-id", "x-correlation-id", "cf-ray"];
    let mut ids = NAMES.iter().filter_map(|name| headers.get(*name));
    ids.find_map(|id| id.to_str().ok())
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.body
    }
}
