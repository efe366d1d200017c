//! Requests and responses as data.

use std::fmt;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::Url;

use crate::observe::{redacted, redacted_headers, redacted_text};
use crate::secrecy::Token;

/// A request as sent, without the access token: `Authorization` is `[redacted]`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: Url,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty if there is none or it was streamed.
    pub body: Bytes,
}

/// A response as received.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, decompressed, as much as the client has read.
    pub body: Bytes,
}

/// A request and its response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// The request.
    pub request: RecordedRequest,
    /// The response, if there was one.
    pub response: Option<RecordedResponse>,
}

impl RecordedRequest {
    pub(super) fn of(request: &reqwest::Request) -> Self {
        let body = request.body().and_then(reqwest::Body::as_bytes);
        let tokens = [token(request.headers())];
        let tokens = [tokens[0].as_ref(), None];
        let mut headers = redacted_headers(request.headers(), tokens);
        if let Some(value) = headers.get_mut(AUTHORIZATION) {
            *value = HeaderValue::from_static("[redacted]");
        }
        let url = redacted_text(request.url().as_str(), tokens);
        RecordedRequest {
            method: request.method().clone(),
            url: url.parse().unwrap_or_else(|_| request.url().clone()),
            headers,
            body: redacted(&Bytes::copy_from_slice(body.unwrap_or_default()), tokens),
        }
    }
}

/// The token of a request.
pub(super) fn token(headers: &HeaderMap) -> Option<Token> {
    let authorization = headers.get(AUTHORIZATION)?.to_str().ok()?;
    Token::new(authorization.strip_prefix("Bearer ")?).ok()
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}
