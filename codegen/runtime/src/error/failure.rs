//! The part of an error that does not depend on the API.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};

use crate::body::UploadError;
use crate::request::Spec;
use crate::secrecy::{Token, live, show};
use crate::text::DecodeError;
use crate::transport::{
    BoxError, Redirect, SharedError, TransportError, TransportErrorKind, retry,
};
use crate::value::Violation;

/// The part of an error that does not depend on the API.
pub struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) spec: Option<&'static Spec>,
    pub(crate) response: Option<Box<RawResponse>>,
    pub(crate) source: Option<SharedError>,
    /// Attempts, elapsed time and reason to stop; `None` if nothing was sent.
    pub(crate) summary: Option<CallSummary>,
    /// Whether the request was redirected before it failed, so that the server has acted.
    pub(crate) redirected: bool,
    /// Tokens that the message must not show, even if the server has sent them back.
    pub(crate) secrets: Vec<Token>,
}

/// Omits what the server sent, which may contain secrets.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, |f| {
            f.debug_struct("Failure")
                .field("action", &self.spec.map(|spec| spec.name))
                .field("status", &self.status_code())
                .field("source", &self.source)
                .finish_non_exhaustive()
        })
    }
}

/// A response that is not decoded.
pub(crate) struct RawResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

pub(crate) enum FailureKind {
    Config(Vec<String>),
    InvalidRequest(Vec<Violation>),
    InvalidParameters(String),
    /// A file could not be read; the message says which.
    Upload(String),
    /// The access token could not be obtained.
    Token,
    /// No connection to this host, or none in time.
    Connect(String),
    /// No complete response in time.
    Timeout(TimeLimit),
    Transport,
    /// The body or an event, as named, has more bytes than the limit.
    TooLarge(&'static str, u64),
    /// A response that is not an event stream, though one was requested.
    NotEvents,
    /// A redirect that was not followed, or should not have been.
    Redirect(Box<Redirect>),
    /// A page that does not show what comes after it, and the reason.
    Incomplete(&'static str),
    Status,
    Decode(DecodeError),
}

/// A time limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeLimit {
    /// The setting `attempt_timeout`.
    Attempt(Duration),
    /// The setting `timeout`.
    Call(Duration),
    /// The setting `timeout`, while waiting for an access token.
    Token(Duration),
    /// The setting `timeout`, while waiting because of the setting `concurrency_limit`.
    Queue(Duration),
    /// A limit of the transport.
    Transport,
}

/// Writes what was not done in time.
impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimeLimit::Attempt(time) => {
                write!(
                    f,
                    "no complete response within {time:?}, the `attempt_timeout`"
                )
            }
            TimeLimit::Call(time) => {
                write!(f, "no complete response within {time:?}, the `timeout`")
            }
            TimeLimit::Token(time) => write!(f, "no access token within {time:?}, the `timeout`"),
            TimeLimit::Queue(time) => write!(
                f,
                "not sent within {time:?}, the `timeout`: the `concurrency_limit` was reached"
            ),
            TimeLimit::Transport => f.write_str("no complete response in time"),
        }
    }
}

/// Attempts, elapsed time and the reason to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CallSummary {
    pub attempts: u32,
    pub elapsed: Duration,
    pub end: StopReason,
}

/// Why a client stops trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// Another attempt would not help, or might repeat the action.
    Unsafe,
    /// The maximum number of attempts was made.
    Attempts,
    /// The next attempt would begin after the setting `timeout`, this long.
    Timeout(Duration),
    /// The time ran out during an attempt.
    Late,
    /// The client's retry budget is spent.
    Budget,
    /// The body can be read only once.
    ReadOnce,
}

impl fmt::Display for CallSummary {
    /// Writes what follows the message of a failure, if there is anything to add.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CallSummary {
            attempts,
            elapsed,
            end,
        } = self;
        if *attempts > 1 {
            write!(f, "; gave up after {attempts} attempts in {elapsed:.1?}")?;
        }
        match end {
            StopReason::Unsafe | StopReason::Attempts | StopReason::Late => Ok(()),
            StopReason::Timeout(limit) => {
                write!(
                    f,
                    "; no time left for another attempt within {limit:?}, the `timeout`"
                )
            }
            StopReason::Budget => f.write_str("; not retried: the retry budget is spent"),
            StopReason::ReadOnce => f.write_str("; not retried: the body can be read only once"),
        }
    }
}

impl Failure {
    // Cold, so that the code for errors is kept apart from that of requests that succeed.
    #[cold]
    fn new(kind: FailureKind) -> Box<Self> {
        Box::new(Failure {
            kind,
            spec: None,
            response: None,
            source: None,
            summary: None,
            redirected: false,
            secrets: Vec::new(),
        })
    }

    pub(crate) fn config(problems: Vec<String>) -> Box<Self> {
        Failure::new(FailureKind::Config(problems))
    }

    pub(crate) fn invalid_request(violations: Vec<Violation>) -> Box<Self> {
        Failure::new(FailureKind::InvalidRequest(violations))
    }

    /// The error for parameters that do not fit their action.
    pub fn invalid_parameters(reason: impl fmt::Display) -> Box<Self> {
        Failure::new(FailureKind::InvalidParameters(reason.to_string()))
    }

    /// The error for an unknown action.
    pub fn unknown_action(name: &str, names: &[&str]) -> Box<Self> {
        let near = names.iter().find(|other| other.eq_ignore_ascii_case(name));
        let hint = near.map(|other| format!("; did you mean `{other}`?"));
        let hint = hint.unwrap_or_default();
        Failure::invalid_parameters(format!("action `{name}` does not exist{hint}"))
    }

    pub(crate) fn token(source: SharedError) -> Box<Self> {
        Failure::new(FailureKind::Token).caused_by(source)
    }

    /// The error for a file that can't be opened; nothing was sent.
    pub(crate) fn upload(error: UploadError) -> Box<Self> {
        Failure::new(FailureKind::Upload(error.to_string()))
            .caused_by(BoxError::from(error.into_cause()))
    }

    pub(crate) fn timeout(limit: TimeLimit) -> Box<Self> {
        Failure::new(FailureKind::Timeout(limit))
    }

    pub(crate) fn transport(error: TransportError, url: &str) -> Box<Self> {
        let kind = match (UploadError::find(&*error.source), error.kind) {
            (Some(upload), _) => FailureKind::Upload(upload.to_string()),
            (None, TransportErrorKind::Connect) => FailureKind::Connect(host(url)),
            (None, TransportErrorKind::ConnectTimeout) => {
                FailureKind::Connect(format!("{} within the `connect_timeout`", host(url)))
            }
            (None, TransportErrorKind::Timeout) => FailureKind::Timeout(TimeLimit::Transport),
            (None, TransportErrorKind::Broken) => FailureKind::Transport,
        };
        Failure::new(kind).caused_by(error.source)
    }

    pub(crate) fn status(response: Box<RawResponse>) -> Box<Self> {
        Failure::new(FailureKind::Status).with_response(response)
    }

    pub(crate) fn decode(error: DecodeError, response: Box<RawResponse>) -> Box<Self> {
        Failure::new(FailureKind::Decode(error)).with_response(response)
    }

    pub(crate) fn too_large(limit: u64, response: Box<RawResponse>) -> Box<Self> {
        Failure::new(FailureKind::TooLarge("the body", limit)).with_response(response)
    }

    pub(crate) fn event_too_large(limit: u64, stream: &reqwest::Response) -> Box<Self> {
        let failure = Failure::new(FailureKind::TooLarge("an event", limit)).with_response(
            Box::new(RawResponse {
                status: stream.status(),
                headers: stream.headers().clone(),
                body: Bytes::new(),
            }),
        );
        live::tokens()
            .into_iter()
            .fold(failure, |failure, token| failure.hiding(Some(token)))
    }

    pub(crate) fn redirect(
        redirect: Option<Box<Redirect>>,
        response: Box<RawResponse>,
    ) -> Box<Self> {
        let kind = redirect.map_or(FailureKind::Status, FailureKind::Redirect);
        Failure::new(kind).with_response(response)
    }

    pub(crate) fn incomplete(reason: &'static str, response: Box<RawResponse>) -> Box<Self> {
        Failure::new(FailureKind::Incomplete(reason)).with_response(response)
    }

    pub(crate) fn not_events(response: Box<RawResponse>) -> Box<Self> {
        Failure::new(FailureKind::NotEvents).with_response(response)
    }

    fn caused_by(mut self: Box<Self>, source: impl Into<SharedError>) -> Box<Self> {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn with_response(mut self: Box<Self>, response: Box<RawResponse>) -> Box<Self> {
        self.response = Some(response);
        self
    }

    pub(crate) fn redirected(mut self: Box<Self>, redirected: bool) -> Box<Self> {
        self.redirected = redirected;
        self
    }

    /// Keeps a token out of the message, even if the server has sent it back.
    pub(crate) fn hiding(mut self: Box<Self>, token: Option<Token>) -> Box<Self> {
        if let (Some(token), Some(response)) = (&token, &mut self.response) {
            token.mark(&mut response.headers);
        }
        self.secrets.extend(token);
        self
    }

    pub(crate) fn of(mut self: Box<Self>, spec: &'static Spec) -> Box<Self> {
        self.spec = Some(spec);
        self
    }

    pub(crate) fn with_summary(mut self: Box<Self>, summary: CallSummary) -> Box<Self> {
        self.summary = Some(summary);
        self
    }

    /// Takes over the response of the failure that led to this one.
    pub(crate) fn answering(mut self: Box<Self>, other: Self) -> Box<Self> {
        self.response = other.response;
        self
    }

    /// Whether nothing was sent, because the concurrency limit never let the request through.
    pub(crate) fn is_unsent(&self) -> bool {
        matches!(self.kind, FailureKind::Timeout(TimeLimit::Queue(_)))
    }

    pub(crate) fn status_code(&self) -> Option<StatusCode> {
        Some(self.response.as_ref()?.status)
    }

    /// Whether the same request may succeed if it is sent again, without the risk of repeating an
    /// action that is not idempotent.
    pub(crate) fn is_safe_to_retry(&self, is_idempotent: bool) -> bool {
        match &self.kind {
            FailureKind::Connect(_) => !self.has_acted(is_idempotent),
            FailureKind::Timeout(TimeLimit::Queue(_)) => true,
            FailureKind::Timeout(_) | FailureKind::Transport => is_idempotent,
            FailureKind::Status => match self.status_code().map(|status| status.as_u16()) {
                Some(429) => !self.has_acted(is_idempotent),
                Some(408 | 500 | 502 | 503 | 504) => is_idempotent,
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the server has acted in a way that must not be repeated.
    pub(crate) fn has_acted(&self, is_idempotent: bool) -> bool {
        self.redirected && !is_idempotent
    }

    /// How long to wait before trying again, according to the server.
    pub(crate) fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        retry::retry_after(&self.response.as_ref()?.headers, now)
    }

    /// The type of error as one word, if no response shows it.
    pub(crate) fn error_type(&self) -> Option<&'static str> {
        match &self.kind {
            FailureKind::Connect(_) => Some("connect"),
            FailureKind::Timeout(_) => Some("timeout"),
            FailureKind::Transport => Some("broken"),
            FailureKind::TooLarge(..) => Some("too_large"),
            _ => None,
        }
    }
}

/// Host and port of a URL, for a message.
fn host(url: &str) -> String {
    let url = url.parse::<Uri>().ok();
    let host = url.as_ref().and_then(|url| Some((url.host()?, url)));
    let Some((host, url)) = host else {
        return "the server".to_owned();
    };
    let usual = match url.scheme_str() {
        Some("http") => 80,
        _ => 443,
    };
    format!("{host}:{}", url.port_u16().unwrap_or(usual))
}
