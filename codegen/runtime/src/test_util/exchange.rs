//! Requests and responses as data.

use std::fmt;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::Url;

/// A request as it was sent, but for the access token: `Authorization` says `[redacted]`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: Url,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty if there is none, or if it was streamed.
    pub body: Bytes,
}

/// A response as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, decompressed, as far as the client has read it.
    pub body: Bytes,
}

/// A request, and what came back.
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
        let mut headers = request.headers().clone();
        if let Some(value) = headers.get_mut(AUTHORIZATION) {
            *value = HeaderValue::from_static("[redacted]");
        }
        let body = request.body().and_then(reqwest::Body::as_bytes);
        RecordedRequest {
            method: request.method().clone(),
            url: request.url().clone(),
            headers,
            body: Bytes::copy_from_slice(body.unwrap_or_default()),
        }
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}
