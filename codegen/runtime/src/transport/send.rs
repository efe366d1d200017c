//! Transports, which send HTTP requests.

use std::fmt::{self, Debug};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::redirect::{FollowedElsewhere, is_safe};
use super::token::BoxError;

/// A future of a response's head.
pub type Sending = Pin<Box<dyn Future<Output = Result<reqwest::Response, TransportError>> + Send>>;

/// Sends HTTP requests: a [`reqwest::Client`], or a replacement or wrapper of it.
///
/// It receives every attempt, including the token, and returns the response's head as soon as it
/// arrives; the body is read later. It need not limit the time: the client drops an attempt that
/// takes too long.
///
/// ```
/// # use client_runtime::{Sending, Transport, http, reqwest};
/// /// Answers every request with 404.
/// #[derive(Debug)]
/// struct Nowhere;
///
/// impl Transport for Nowhere {
///     fn send(&self, _request: reqwest::Request) -> Sending {
///         Box::pin(async {
///             let mut response = http::Response::new("");
///             *response.status_mut() = http::StatusCode::NOT_FOUND;
///             Ok(response.into())
///         })
///     }
/// }
/// ```
pub trait Transport: Debug + Send + Sync + 'static {
    /// Sends a request.
    fn send(&self, request: reqwest::Request) -> Sending;
}

impl Transport for reqwest::Client {
    fn send(&self, mut request: reqwest::Request) -> Sending {
        // The user's client may have a timeout that is meant for other requests.
        *request.timeout_mut() = Some(Duration::MAX);
        // Or a redirect policy that drops the body.
        let asked = (!is_safe(request.method())).then(|| request.url().clone());
        let response = self.execute(request);
        Box::pin(async {
            let mut response = response.await?;
            FollowedElsewhere::note(asked, &mut response);
            Ok(response)
        })
    }
}

/// Our own client, which has no timeout to disable: that would add a timer to every request.
#[derive(Debug)]
pub(crate) struct Unlimited(pub reqwest::Client);

impl Transport for Unlimited {
    fn send(&self, request: reqwest::Request) -> Sending {
        let response = self.0.execute(request);
        Box::pin(async { response.await.map_err(TransportError::from) })
    }
}

/// An error of a [`Transport`].
#[derive(Debug)]
pub struct TransportError {
    pub(crate) kind: TransportErrorKind,
    pub(crate) source: BoxError,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransportErrorKind {
    Connect,
    /// Connecting took too long.
    ConnectTimeout,
    Timeout,
    Broken,
}

impl TransportError {
    /// Creates the error for a failed connection. The server can't have acted, so any request may
    /// be retried.
    pub fn connect(source: impl Into<BoxError>) -> Self {
        TransportError {
            kind: TransportErrorKind::Connect,
            source: source.into(),
        }
    }

    /// Creates the error for a response that did not arrive in time.
    pub fn timeout(source: impl Into<BoxError>) -> Self {
        TransportError {
            kind: TransportErrorKind::Timeout,
            source: source.into(),
        }
    }

    /// Creates the error for a broken connection. The server may have acted.
    pub fn broken(source: impl Into<BoxError>) -> Self {
        TransportError {
            kind: TransportErrorKind::Broken,
            source: source.into(),
        }
    }
}

impl From<reqwest::Error> for TransportError {
    fn from(error: reqwest::Error) -> Self {
        let kind = match &error {
            error if error.is_connect() && error.is_timeout() => TransportErrorKind::ConnectTimeout,
            error if error.is_connect() => TransportErrorKind::Connect,
            error if error.is_timeout() => TransportErrorKind::Timeout,
            _ => TransportErrorKind::Broken,
        };
        TransportError {
            kind,
            // Messages show the path template instead of the URL.
            source: error.without_url().into(),
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "could not connect",
            TransportErrorKind::ConnectTimeout => "could not connect in time",
            TransportErrorKind::Timeout => "timed out",
            TransportErrorKind::Broken => "connection lost or response not valid HTTP",
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}
