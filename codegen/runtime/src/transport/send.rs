//! What sends HTTP requests.

use std::fmt::{self, Debug};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::redirect::{FollowedElsewhere, is_safe};
use super::token::BoxError;

/// The head of a response, on its way.
pub type Sending = Pin<Box<dyn Future<Output = Result<reqwest::Response, TransportError>> + Send>>;

/// What sends HTTP requests: a [`reqwest::Client`], or something that stands in for it or around
/// it.
///
/// It is given every attempt, token included, and returns the response's head as soon as that is
/// there; the body is read later. It need not limit the time: the client drops what takes too long.
///
/// ```
/// use client_runtime::{Sending, Transport, http, reqwest};
///
/// /// Finds nothing.
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
        // A client of the user's own may have a limit that is meant for other requests.
        *request.timeout_mut() = Some(Duration::MAX);
        // Or a policy of following redirects that loses what is sent.
        let asked = (!is_safe(request.method())).then(|| request.url().clone());
        let response = self.execute(request);
        Box::pin(async {
            let mut response = response.await?;
            FollowedElsewhere::note(asked, &mut response);
            Ok(response)
        })
    }
}

/// A client of our own making, which has no limit to be lifted: each would be a timer more for
/// every request.
#[derive(Debug)]
pub(crate) struct Unlimited(pub reqwest::Client);

impl Transport for Unlimited {
    fn send(&self, request: reqwest::Request) -> Sending {
        let response = self.0.execute(request);
        Box::pin(async { response.await.map_err(TransportError::from) })
    }
}

/// Why a [`Transport`] has no response.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) kind: TransportErrorKind,
    pub(crate) source: BoxError,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransportErrorKind {
    Connect,
    /// The same, as it took too long.
    ConnectTimeout,
    Timeout,
    Broken,
}

impl TransportError {
    /// No connection could be made, so that the server can't have acted: any request may be tried
    /// again.
    pub fn connect(source: impl Into<BoxError>) -> Self {
        TransportError {
            kind: TransportErrorKind::Connect,
            source: source.into(),
        }
    }

    /// No response came in time.
    pub fn timeout(source: impl Into<BoxError>) -> Self {
        TransportError {
            kind: TransportErrorKind::Timeout,
            source: source.into(),
        }
    }

    /// The exchange broke off, and the server may have acted.
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
            // The URL stays out of messages: a template is told instead.
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
            TransportErrorKind::Broken => "could not exchange request and response",
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}
