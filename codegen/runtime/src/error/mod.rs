//! The error type of a generated client: what failed, the API's description of it, and the message.

mod failure;
mod message;

pub use failure::Failure;
pub(crate) use failure::{CallSummary, RawResponse, StopReason, TimeLimit};

use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::secrecy::show;
use crate::text::decode;
use crate::transport::request_id;
use crate::value::{Json, Violation};
use failure::FailureKind;

/// The body of an API's error responses.
pub trait ErrorBody: DeserializeOwned {
    /// The code of the error, for programs.
    fn code(&self) -> Option<&str>;

    /// The message of the error, for people.
    fn message(&self) -> Option<&str>;
}

/// The error body of an API that does not describe its errors.
impl ErrorBody for Json {
    fn code(&self) -> Option<&str> {
        None
    }

    fn message(&self) -> Option<&str> {
        None
    }
}

/// Error building a client, sending a request, or reading a response.
///
/// It keeps the status, headers and body of the response, if there was one. `E` is the body of the
/// API's error responses.
///
/// # Troubleshooting
///
/// | predicate | what happened | what to do |
/// |---|---|---|
/// | [`is_invalid_request`](Self::is_invalid_request) | a parameter does not match the API's description; nothing was sent | fix what [`violations`](Self::violations) lists |
/// | [`is_upload`](Self::is_upload) | a file of the request can't be read, or changed while it was sent | see the [`source`](StdError::source)s |
/// | [`is_config`](Self::is_config) | a setting of the client or of the request is wrong | fix what the message names |
/// | [`is_token`](Self::is_token) | the provider of access tokens failed; nothing was sent, or the server returned 401 | see the [`source`](StdError::source) |
/// | [`is_connect`](Self::is_connect) | no connection to the server | check the base URL, DNS, proxy and firewall |
/// | [`is_broken`](Self::is_broken) | the connection was lost, or the response is not valid HTTP | look for a proxy that cuts connections; see the [`source`](StdError::source)s |
/// | [`is_timeout`](Self::is_timeout) | no complete response in time | raise the timeout that the message names, or request less |
/// | [`is_redirect`](Self::is_redirect) | a redirect that was not followed, e.g. because a POST would have become a GET; the message shows both URLs | correct the base URL, or find out why the server redirects |
/// | [`is_unauthorized`](Self::is_unauthorized) | 401: no token, or an expired one | get a new token |
/// | [`is_forbidden`](Self::is_forbidden) | 403: the token lacks a scope | use a token with a scope that the action's docs list |
/// | [`is_not_found`](Self::is_not_found) | 404: not found, or not visible with this token | check the ids |
/// | [`is_rate_limited`](Self::is_rate_limited) | 429: too many requests | wait for [`retry_after`](Self::retry_after) |
/// | [`is_server_error`](Self::is_server_error) | 500 to 599 | try again later, and give the vendor the [`request_id`](Self::request_id) |
/// | [`is_too_large`](Self::is_too_large) | the response has more bytes than `max_response_size` | raise the limit, or request less |
/// | [`is_incomplete`](Self::is_incomplete) | a page does not show what comes after it, though more items exist | see [`body`](Self::body); report the message |
/// | [`is_decode`](Self::is_decode) | the response is not what the API describes | see [`body`](Self::body); report the path that the message names |
///
/// The client has already retried what is safe to retry, as configured with
/// [`Retry`](crate::Retry). [`attempts`](Self::attempts) returns how often, the message says why it
/// stopped, and [`is_retryable`](Self::is_retryable) says whether another attempt is safe.
pub struct Error<E> {
    pub(crate) failure: Box<Failure>,
    pub(crate) api_error: Option<E>,
}

impl<E: ErrorBody> From<Box<Failure>> for Error<E> {
    fn from(failure: Box<Failure>) -> Self {
        let api_error = match (&failure.kind, &failure.response) {
            (FailureKind::Status | FailureKind::Redirect(_), Some(response)) => {
                decode(&response.body)
                    .ok()
                    // Any object decodes; only one with a code or a message is the API's error.
                    .filter(|error: &E| error.code().is_some() || error.message().is_some())
            }
            _ => None,
        };
        Error { failure, api_error }
    }
}

impl<E> Error<E> {
    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        Some(self.failure.response.as_ref()?.status)
    }

    /// The headers of the response, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        Some(&self.failure.response.as_ref()?.headers)
    }

    /// The body of the response, if there was one: as much of it as was received, up to the size
    /// limit.
    pub fn body(&self) -> Option<&Bytes> {
        Some(&self.failure.response.as_ref()?.body)
    }

    /// The API's description of the error, if the body is of that type.
    pub fn api_error(&self) -> Option<&E> {
        self.api_error.as_ref()
    }

    /// The parameters that break a rule. If there are any, nothing was sent.
    pub fn violations(&self) -> &[Violation] {
        match &self.failure.kind {
            FailureKind::InvalidRequest(violations) => violations,
            _ => &[],
        }
    }

    /// How long the server asks to wait: the header `Retry-After`, in seconds or as a date. A date
    /// is compared with the response's `Date`, or with this machine's clock if there is none.
    pub fn retry_after(&self) -> Option<Duration> {
        self.failure.retry_after(SystemTime::now())
    }

    /// The id of the request in the vendor's logs: the header `X-Request-Id`, or another one used
    /// for it.
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers()?)
    }

    /// How many times the request was sent; 0 if it was not.
    pub fn attempts(&self) -> u32 {
        self.failure.summary.map_or(0, |summary| summary.attempts)
    }

    /// How long the attempts took, with the waits between them.
    pub fn elapsed(&self) -> Duration {
        self.failure
            .summary
            .map(|summary| summary.elapsed)
            .unwrap_or_default()
    }

    /// Whether the same request may succeed later and is safe to repeat: the errors that
    /// [`Retry`](crate::Retry) retries.
    pub fn is_retryable(&self) -> bool {
        let summary = self.failure.summary;
        summary.is_some_and(|summary| summary.end != StopReason::Unsafe)
    }

    /// Whether a setting of the client or of this request is wrong.
    pub fn is_config(&self) -> bool {
        matches!(self.failure.kind, FailureKind::Config(_))
    }

    /// Whether the request does not match the API's description. Nothing was sent.
    pub fn is_invalid_request(&self) -> bool {
        matches!(
            self.failure.kind,
            FailureKind::InvalidRequest(_) | FailureKind::InvalidParameters(_)
        )
    }

    /// Whether a file of the request can't be read, or became shorter or longer while it was sent.
    pub fn is_upload(&self) -> bool {
        matches!(self.failure.kind, FailureKind::Upload(_))
    }

    /// Whether the provider of access tokens failed.
    pub fn is_token(&self) -> bool {
        matches!(self.failure.kind, FailureKind::Token)
    }

    /// Whether connecting to the server failed.
    pub fn is_connect(&self) -> bool {
        matches!(self.failure.kind, FailureKind::Connect(_))
    }

    /// Whether the response is incomplete: the connection was lost, or the response is not valid
    /// HTTP.
    pub fn is_broken(&self) -> bool {
        matches!(self.failure.kind, FailureKind::Transport)
    }

    /// Whether the time ran out before the response was complete.
    pub fn is_timeout(&self) -> bool {
        matches!(self.failure.kind, FailureKind::Timeout(_))
    }

    /// Whether the response is not what the API describes: JSON of a type, or an event stream.
    pub fn is_decode(&self) -> bool {
        matches!(
            self.failure.kind,
            FailureKind::Decode(_) | FailureKind::NotEvents
        )
    }

    /// Whether the response is a redirect that was not followed: it leads to another server, it
    /// would drop the method and the body, or it never ends. Also true if an `http_client` of your
    /// own has followed a redirect for a request other than GET and HEAD.
    pub fn is_redirect(&self) -> bool {
        matches!(self.failure.kind, FailureKind::Redirect(_))
    }

    /// Whether a collection has more items than can be requested, or a page is not valid: to go on
    /// would silently lose items. See [`Pages`](crate::Pages).
    pub fn is_incomplete(&self) -> bool {
        matches!(self.failure.kind, FailureKind::Incomplete(_))
    }

    /// Whether the response, or an event, is larger than `max_response_size`.
    pub fn is_too_large(&self) -> bool {
        matches!(self.failure.kind, FailureKind::TooLarge(..))
    }

    /// Whether the status is 400.
    pub fn is_bad_request(&self) -> bool {
        self.status() == Some(StatusCode::BAD_REQUEST)
    }

    /// Whether the status is 401.
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Whether the status is 403.
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN)
    }

    /// Whether the status is 404.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the status is 429.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the status is 500 to 599.
    pub fn is_server_error(&self) -> bool {
        self.status().is_some_and(|status| status.is_server_error())
    }
}

impl<E: ErrorBody> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, |f| {
            f.debug_struct("Error")
                .field("message", &self.to_string())
                .field("source", &self.failure.source)
                .finish_non_exhaustive()
        })
    }
}

impl<E: ErrorBody> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.failure.source.as_deref()?;
        Some(source)
    }
}
