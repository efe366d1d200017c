//! The one error of a generated client.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::de::DeserializeOwned;

use crate::decode::{DecodeError, decode};
use crate::request::Spec;
use crate::secret::Secret;
use crate::validate::Violation;

/// The body with which an API explains an error.
pub trait ErrorBody: DeserializeOwned {
    /// The kind of error, for a program to act on.
    fn code(&self) -> Option<&str>;

    /// What went wrong, for a person to read.
    fn message(&self) -> Option<&str>;
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
/// | [`is_config`](Self::is_config) | the client's settings don't make a client | mend what the message names |
/// | [`is_connect`](Self::is_connect) | no connection to the server | check the base URL, DNS, proxy and firewall |
/// | [`is_timeout`](Self::is_timeout) | no whole response in time | raise the client's timeout, or ask for less |
/// | [`is_unauthorized`](Self::is_unauthorized) | 401: no token, or one that has expired | get a new token |
/// | [`is_forbidden`](Self::is_forbidden) | 403: the token lacks a scope | use a token with a scope that the action's docs list |
/// | [`is_not_found`](Self::is_not_found) | 404: no such thing, or not for this token | check the ids |
/// | [`is_rate_limited`](Self::is_rate_limited) | 429: too many requests | wait for [`retry_after`](Self::retry_after) |
/// | [`is_server_error`](Self::is_server_error) | 500 to 599 | try again later |
/// | [`is_decode`](Self::is_decode) | the response is not what the API describes | see [`body`](Self::body); report the path that the message names |
pub struct Error<E> {
    failure: Box<Failure>,
    api_error: Option<E>,
}

/// What failed, whatever the API.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    spec: Option<&'static Spec>,
    response: Option<Raw>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// What the message must not show, though the server may have sent it back.
    secret: Option<Secret>,
}

/// A response as it came.
#[derive(Debug)]
pub(crate) struct Raw {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Debug)]
enum Kind {
    Config(Vec<String>),
    InvalidRequest(Vec<Violation>),
    InvalidParameters(String),
    /// No connection to this host.
    Connect(String),
    Timeout,
    Transport,
    /// What it is that has more bytes than this.
    TooLarge(&'static str, u64),
    /// A response where an event stream was asked for.
    NotEvents,
    Status,
    Decode(DecodeError),
}

impl Failure {
    fn new(kind: Kind) -> Box<Self> {
        Box::new(Failure {
            kind,
            spec: None,
            response: None,
            source: None,
            secret: None,
        })
    }

    pub(crate) fn config(problems: Vec<String>) -> Box<Self> {
        Failure::new(Kind::Config(problems))
    }

    pub(crate) fn invalid_request(violations: Vec<Violation>) -> Box<Self> {
        Failure::new(Kind::InvalidRequest(violations))
    }

    /// Parameters that are not those of the action that they are for.
    pub fn invalid_parameters(reason: impl fmt::Display) -> Box<Self> {
        Failure::new(Kind::InvalidParameters(reason.to_string()))
    }

    /// A name that is none of an action.
    pub fn unknown_action(name: &str, names: &[&str]) -> Box<Self> {
        let near = names.iter().find(|other| other.eq_ignore_ascii_case(name));
        let hint = near.map(|other| format!("; did you mean `{other}`?"));
        let hint = hint.unwrap_or_default();
        Failure::invalid_parameters(format!("there is no action `{name}`{hint}"))
    }

    pub(crate) fn status(response: Raw) -> Box<Self> {
        Failure::new(Kind::Status).with_response(response)
    }

    pub(crate) fn decode(error: DecodeError, response: Raw) -> Box<Self> {
        Failure::new(Kind::Decode(error)).with_response(response)
    }

    pub(crate) fn too_large(limit: u64, response: Raw) -> Box<Self> {
        Failure::new(Kind::TooLarge("the body", limit)).with_response(response)
    }

    pub(crate) fn event_too_large(limit: u64, stream: &reqwest::Response) -> Box<Self> {
        Failure::new(Kind::TooLarge("an event", limit)).with_response(Raw {
            status: stream.status(),
            headers: stream.headers().clone(),
            body: Bytes::new(),
        })
    }

    pub(crate) fn not_events(response: Raw) -> Box<Self> {
        Failure::new(Kind::NotEvents).with_response(response)
    }

    pub(crate) fn timeout() -> Box<Self> {
        Failure::new(Kind::Timeout)
    }

    /// Whether no response came, for a reason that may be gone when tried again.
    pub(crate) fn is_network(&self) -> bool {
        let network = matches!(
            self.kind,
            Kind::Connect(_) | Kind::Timeout | Kind::Transport
        );
        network && self.response.is_none()
    }

    pub(crate) fn transport(error: reqwest::Error) -> Box<Self> {
        let kind = match &error {
            error if error.is_timeout() => Kind::Timeout,
            error if error.is_connect() => {
                let host = error.url().and_then(|url| url.host_str());
                Kind::Connect(host.unwrap_or("the server").to_owned())
            }
            _ => Kind::Transport,
        };
        let mut failure = Failure::new(kind);
        // The URL stays out of messages: a template is told instead.
        failure.source = Some(error.without_url().into());
        failure
    }

    pub(crate) fn with_response(mut self: Box<Self>, response: Raw) -> Box<Self> {
        self.response = Some(response);
        self
    }

    /// Keeps a secret out of the message, should the server have sent it back.
    pub(crate) fn hiding(mut self: Box<Self>, secret: Option<&Secret>) -> Box<Self> {
        self.secret = secret.cloned();
        self
    }

    pub(crate) fn of(mut self: Box<Self>, spec: &'static Spec) -> Box<Self> {
        self.spec = Some(spec);
        self
    }
}

impl<E: ErrorBody> From<Box<Failure>> for Error<E> {
    fn from(failure: Box<Failure>) -> Self {
        let api_error = match (&failure.kind, &failure.response) {
            (Kind::Status, Some(response)) => decode(&response.body)
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

    /// How long the server asks to wait: the header `Retry-After` in its form of whole seconds.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.headers()?.get(header::RETRY_AFTER)?.to_str().ok()?;
        seconds.trim().parse().ok().map(Duration::from_secs)
    }

    /// Whether the client's settings don't make a client.
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

    /// Whether no connection to the server could be made.
    pub fn is_connect(&self) -> bool {
        matches!(self.failure.kind, Kind::Connect(_))
    }

    /// Whether the time ran out before the response was there.
    pub fn is_timeout(&self) -> bool {
        matches!(self.failure.kind, Kind::Timeout)
    }

    /// Whether a response came that is not what the API describes: JSON of a type, or an event
    /// stream.
    pub fn is_decode(&self) -> bool {
        matches!(self.failure.kind, Kind::Decode(_) | Kind::NotEvents)
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

impl<E: ErrorBody> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut message = String::new();
        self.message(&mut message)?;
        match &self.failure.secret {
            Some(secret) => f.write_str(&secret.redacted(&message)),
            None => f.write_str(&message),
        }
    }
}

impl<E: ErrorBody> Error<E> {
    fn message(&self, f: &mut String) -> fmt::Result {
        if let Some(spec) = self.failure.spec {
            write!(f, "{} ({} {}): ", spec.name, spec.method, spec.path)?;
        }
        let status = self.status().map(|status| status.to_string());
        let status = status.unwrap_or_default();
        match &self.failure.kind {
            Kind::Config(problems) => write!(f, "invalid settings: {}", problems.join("; ")),
            Kind::InvalidRequest(violations) => {
                let violations: Vec<_> = violations.iter().map(ToString::to_string).collect();
                write!(f, "invalid request: {}", violations.join("; "))
            }
            Kind::InvalidParameters(reason) => write!(f, "invalid request: {reason}"),
            Kind::Connect(host) => write!(f, "could not connect to {host}"),
            Kind::Timeout => f.write_str("timed out"),
            Kind::Transport if self.failure.response.is_some() => {
                write!(f, "{status}: could not read the body")
            }
            Kind::Transport => f.write_str("could not exchange request and response"),
            Kind::TooLarge(what, limit) => {
                write!(f, "{status}: {what} is larger than {limit} bytes")
            }
            Kind::NotEvents => {
                let media_type = self.media_type();
                write!(
                    f,
                    "{status}: expected an event stream, not content of type {media_type:?}"
                )?;
                self.excerpt(f)
            }
            Kind::Status => {
                f.write_str(&status)?;
                self.explain(f)
            }
            Kind::Decode(error) if error.path.is_empty() => {
                write!(f, "{status}: unexpected body: {}", error.message)?;
                self.excerpt(f)
            }
            Kind::Decode(error) => {
                let DecodeError { path, message } = error;
                write!(f, "{status}: unexpected body at `{path}`: {message}")
            }
        }
    }

    /// Writes what the API says of the error, or else the beginning of the body.
    fn explain(&self, f: &mut String) -> fmt::Result {
        match self.api_error.as_ref() {
            Some(error) => [error.code(), error.message()]
                .into_iter()
                .flatten()
                .try_for_each(|text| write!(f, ": {text}")),
            None => self.excerpt(f),
        }
    }

    /// The header `Content-Type`; empty if there is none.
    fn media_type(&self) -> Cow<'_, str> {
        let headers = self.headers();
        let value = headers.and_then(|headers| headers.get(header::CONTENT_TYPE));
        String::from_utf8_lossy(value.map_or(b"", HeaderValue::as_bytes))
    }

    fn excerpt(&self, f: &mut String) -> fmt::Result {
        const CHARACTERS: usize = 200;
        let Some(body) = self.body().filter(|body| !body.is_empty()) else {
            return Ok(());
        };
        // Four bytes hold any character, so this is enough of the body to tell whether it has more.
        let text = String::from_utf8_lossy(&body[..body.len().min(4 * (CHARACTERS + 1))]);
        let mut characters = text.chars();
        let excerpt: String = characters.by_ref().take(CHARACTERS).collect();
        let cut = characters.next().map_or("", |_| " …");
        write!(f, ": {excerpt:?}{cut}")
    }
}

impl<E: ErrorBody> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("message", &self.to_string())
            .field("source", &self.failure.source)
            .finish_non_exhaustive()
    }
}

impl<E: ErrorBody> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.failure.source.as_deref()?;
        Some(source)
    }
}
