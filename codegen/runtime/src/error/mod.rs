//! The one error of a generated client: what failed, what the API says of it, and the message.

mod failure;
mod message;

pub use failure::Failure;
pub(crate) use failure::{End, Limit, Raw, Tries};

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
use failure::Kind;

/// The body with which an API explains an error.
pub trait ErrorBody: DeserializeOwned {
    /// The kind of error, for a program to act on.
    fn code(&self) -> Option<&str>;

    /// What went wrong, for a person to read.
    fn message(&self) -> Option<&str>;
}

/// The error body of an API that says nothing of its errors.
impl ErrorBody for Json {
    fn code(&self) -> Option<&str> {
        None
    }

    fn message(&self) -> Option<&str> {
        None
    }
}

/// Why a client could not be built, a request not be sent, or a response not be had.
///
/// It keeps the status, headers and body of a response whatever they are. `E` is the body with
/// which the API explains an error.
///
/// # Troubleshooting
///
/// | predicate | what happened | what to do |
/// |---|---|---|
/// | [`is_invalid_request`](Self::is_invalid_request) | a parameter breaks the API's description; nothing was sent | mend what [`violations`](Self::violations) lists |
/// | [`is_upload`](Self::is_upload) | a file of the request can't be read, or changed meanwhile | see the [`source`](StdError::source)s |
/// | [`is_config`](Self::is_config) | the settings of the client or of the request are wrong | mend what the message names |
/// | [`is_token`](Self::is_token) | the provider of access tokens failed; nothing was sent, or it was refused with 401 | see the [`source`](StdError::source) |
/// | [`is_connect`](Self::is_connect) | no connection to the server | check the base URL, DNS, proxy and firewall |
/// | [`is_broken`](Self::is_broken) | the connection was lost, or what came is no HTTP | look for a proxy that cuts connections, and at the [`source`](StdError::source)s |
/// | [`is_timeout`](Self::is_timeout) | no whole response in time | raise the timeout that the message names, or ask for less |
/// | [`is_redirect`](Self::is_redirect) | a redirect that was not followed, e.g. as a POST would have become a GET; the message has both URLs | correct the base URL, or look at what the redirect is about |
/// | [`is_unauthorized`](Self::is_unauthorized) | 401: no token, or one that has expired | get a new token |
/// | [`is_forbidden`](Self::is_forbidden) | 403: the token lacks a scope | use a token with a scope that the action's docs list |
/// | [`is_not_found`](Self::is_not_found) | 404: no such thing, or not for this token | check the ids |
/// | [`is_rate_limited`](Self::is_rate_limited) | 429: too many requests | wait for [`retry_after`](Self::retry_after) |
/// | [`is_server_error`](Self::is_server_error) | 500 to 599 | try again later, and give the vendor the [`request_id`](Self::request_id) |
/// | [`is_too_large`](Self::is_too_large) | the response has more bytes than `max_response_size` | raise that, or ask for less |
/// | [`is_incomplete`](Self::is_incomplete) | a page does not say what comes behind it, though something does | see [`body`](Self::body); report what the message says |
/// | [`is_decode`](Self::is_decode) | the response is not what the API describes | see [`body`](Self::body); report the path that the message names |
///
/// The client has tried again what is safe to try again, as its [`Retry`](crate::Retry) says:
/// [`attempts`](Self::attempts) and the message tell how often and why no more, and
/// [`is_retryable`](Self::is_retryable) whether it is safe to go on doing so.
pub struct Error<E> {
    pub(crate) failure: Box<Failure>,
    pub(crate) api_error: Option<E>,
}

impl<E: ErrorBody> From<Box<Failure>> for Error<E> {
    fn from(failure: Box<Failure>) -> Self {
        let api_error = match (&failure.kind, &failure.response) {
            (Kind::Status | Kind::Redirect(_), Some(response)) => decode(&response.body)
                .ok()
                // Any object decodes; only one that says something is the API's error.
                .filter(|error: &E| error.code().is_some() || error.message().is_some()),
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

    /// The body of the response, if there was one: as far as it came, and up to the size limit.
    pub fn body(&self) -> Option<&Bytes> {
        Some(&self.failure.response.as_ref()?.body)
    }

    /// What the API says of the error, if the body is its error type.
    pub fn api_error(&self) -> Option<&E> {
        self.api_error.as_ref()
    }

    /// The parameters that break a rule; nothing was sent then.
    pub fn violations(&self) -> &[Violation] {
        match &self.failure.kind {
            Kind::InvalidRequest(violations) => violations,
            _ => &[],
        }
    }

    /// How long the server asks to wait: the header `Retry-After`, in seconds or as a date. A date
    /// is compared to that of the response, and to the clock of this machine if it has none.
    pub fn retry_after(&self) -> Option<Duration> {
        self.failure.retry_after(SystemTime::now())
    }

    /// By which the vendor finds the request in its logs: the header `X-Request-Id`, or another one
    /// that is used for it.
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers()?)
    }

    /// How many times the request was sent; 0 if it was not.
    pub fn attempts(&self) -> u32 {
        self.failure.tries.map_or(0, |tries| tries.attempts)
    }

    /// How long the attempts took, with the waits between them.
    pub fn elapsed(&self) -> Duration {
        self.failure
            .tries
            .map(|tries| tries.elapsed)
            .unwrap_or_default()
    }

    /// Whether the same request may succeed later, and may be made again without being done twice:
    /// what [`Retry`](crate::Retry) tries again.
    pub fn is_retryable(&self) -> bool {
        let tries = self.failure.tries;
        tries.is_some_and(|tries| tries.end != End::Unsafe)
    }

    /// Whether the settings of the client, or of this request, are wrong.
    pub fn is_config(&self) -> bool {
        matches!(self.failure.kind, Kind::Config(_))
    }

    /// Whether the request breaks the API's description, so that nothing was sent.
    pub fn is_invalid_request(&self) -> bool {
        matches!(
            self.failure.kind,
            Kind::InvalidRequest(_) | Kind::InvalidParameters(_)
        )
    }

    /// Whether a file of the request can't be read, or became shorter or longer while it was sent.
    pub fn is_upload(&self) -> bool {
        matches!(self.failure.kind, Kind::Upload(_))
    }

    /// Whether there is no access token, as its provider has failed.
    pub fn is_token(&self) -> bool {
        matches!(self.failure.kind, Kind::Token)
    }

    /// Whether no connection to the server could be made.
    pub fn is_connect(&self) -> bool {
        matches!(self.failure.kind, Kind::Connect(_))
    }

    /// Whether the exchange broke off, so that there is no whole response: the connection was lost,
    /// or what came is no HTTP.
    pub fn is_broken(&self) -> bool {
        matches!(self.failure.kind, Kind::Transport)
    }

    /// Whether the time ran out before the response was there.
    pub fn is_timeout(&self) -> bool {
        matches!(self.failure.kind, Kind::Timeout(_))
    }

    /// Whether a response came that is not what the API describes: JSON of a type, or an event
    /// stream.
    pub fn is_decode(&self) -> bool {
        matches!(self.failure.kind, Kind::Decode(_) | Kind::NotEvents)
    }

    /// Whether the response is a redirect that was not followed: it leads to another server, or the
    /// request would have been sent without its method and body, or it never ends. Also whether an
    /// `http_client` of the user's own has followed one for a request that is neither GET nor HEAD.
    pub fn is_redirect(&self) -> bool {
        matches!(self.failure.kind, Kind::Redirect(_))
    }

    /// Whether a collection has more items than can be asked for, or a page is none: handing out the
    /// rest as if it were all would lose the others. See [`Pages`](crate::Pages).
    pub fn is_incomplete(&self) -> bool {
        matches!(self.failure.kind, Kind::Incomplete(_))
    }

    /// Whether the response, or an event, is larger than `max_response_size`.
    pub fn is_too_large(&self) -> bool {
        matches!(self.failure.kind, Kind::TooLarge(..))
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
