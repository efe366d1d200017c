//! What failed, whatever the API.

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

/// What failed, whatever the API.
pub struct Failure {
    pub(crate) kind: Kind,
    pub(crate) spec: Option<&'static Spec>,
    pub(crate) response: Option<Box<Raw>>,
    pub(crate) source: Option<SharedError>,
    /// What was tried; nothing where nothing was sent.
    pub(crate) tries: Option<Tries>,
    /// Whether it came behind a redirect, so that the server has acted.
    pub(crate) redirected: bool,
    /// What the message must not show, though the server may have sent it back.
    pub(crate) secrets: Vec<Token>,
}

/// Not what the server sent, which may be anybody's secret.
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

/// A response as it came.
pub(crate) struct Raw {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

pub(crate) enum Kind {
    Config(Vec<String>),
    InvalidRequest(Vec<Violation>),
    InvalidParameters(String),
    /// What could not be read.
    Upload(String),
    /// There is no access token.
    Token,
    /// No connection to this host, or not in time.
    Connect(String),
    /// No whole response in time.
    Timeout(Limit),
    Transport,
    /// What it is that has more bytes than this.
    TooLarge(&'static str, u64),
    /// A response where an event stream was asked for.
    NotEvents,
    /// A redirect that was not followed, or must not have been.
    Redirect(Box<Redirect>),
    /// A page of a collection that does not say what comes behind it, and why.
    Incomplete(&'static str),
    Status,
    Decode(DecodeError),
}

/// What limits the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// The setting `attempt_timeout`.
    Attempt(Duration),
    /// The setting `timeout`.
    Call(Duration),
    /// The same, before there was an access token.
    Token(Duration),
    /// The same, before the setting `concurrency_limit` let the request through.
    Turn(Duration),
    /// Something that the transport knows.
    Transport,
}

/// What was not there in time.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Attempt(time) => {
                write!(
                    f,
                    "no whole response within {time:?}, the `attempt_timeout`"
                )
            }
            Limit::Call(time) => write!(f, "no whole response within {time:?}, the `timeout`"),
            Limit::Token(time) => write!(f, "no access token within {time:?}, the `timeout`"),
            Limit::Turn(time) => write!(
                f,
                "not sent within {time:?}, the `timeout`, as other requests were under way, \
                 as many as the `concurrency_limit`"
            ),
            Limit::Transport => f.write_str("no whole response in time"),
        }
    }
}

/// What a client has tried before it gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tries {
    pub attempts: u32,
    pub elapsed: Duration,
    pub end: End,
}

/// Why a client does not try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It would not help, or might be done twice.
    Unsafe,
    /// It has had as many attempts as it may have.
    Attempts,
    /// The next attempt would begin after this time, the setting `timeout`.
    Timeout(Duration),
    /// The time ran out while an attempt was made.
    Late,
    /// The client's budget of retries is spent.
    Budget,
    /// What is sent can be read once only.
    ReadOnce,
}

impl fmt::Display for Tries {
    /// What follows the message of a failure; nothing where there is nothing to add.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tries {
            attempts,
            elapsed,
            end,
        } = self;
        if *attempts > 1 {
            write!(f, "; gave up after {attempts} attempts in {elapsed:.1?}")?;
        }
        match end {
            End::Unsafe | End::Attempts | End::Late => Ok(()),
            End::Timeout(limit) => {
                write!(
                    f,
                    "; no time left for another attempt within {limit:?}, the `timeout`"
                )
            }
            End::Budget => f.write_str("; not tried again, as the retry budget is spent"),
            End::ReadOnce => {
                f.write_str("; not tried again, as what was sent can be read once only")
            }
        }
    }
}

impl Failure {
    // Cold, so that what leads here is compiled out of the way of requests that succeed.
    #[cold]
    fn new(kind: Kind) -> Box<Self> {
        Box::new(Failure {
            kind,
            spec: None,
            response: None,
            source: None,
            tries: None,
            redirected: false,
            secrets: Vec::new(),
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

    pub(crate) fn token(source: SharedError) -> Box<Self> {
        Failure::new(Kind::Token).caused_by(source)
    }

    /// A file that can't be opened; nothing was sent.
    pub(crate) fn upload(error: UploadError) -> Box<Self> {
        Failure::new(Kind::Upload(error.to_string())).caused_by(BoxError::from(error.into_cause()))
    }

    pub(crate) fn timeout(limit: Limit) -> Box<Self> {
        Failure::new(Kind::Timeout(limit))
    }

    pub(crate) fn transport(error: TransportError, url: &str) -> Box<Self> {
        let kind = match (UploadError::find(&*error.source), error.kind) {
            (Some(upload), _) => Kind::Upload(upload.to_string()),
            (None, TransportErrorKind::Connect) => Kind::Connect(host(url)),
            (None, TransportErrorKind::ConnectTimeout) => {
                Kind::Connect(format!("{} within the `connect_timeout`", host(url)))
            }
            (None, TransportErrorKind::Timeout) => Kind::Timeout(Limit::Transport),
            (None, TransportErrorKind::Broken) => Kind::Transport,
        };
        Failure::new(kind).caused_by(error.source)
    }

    pub(crate) fn status(response: Box<Raw>) -> Box<Self> {
        Failure::new(Kind::Status).with_response(response)
    }

    pub(crate) fn decode(error: DecodeError, response: Box<Raw>) -> Box<Self> {
        Failure::new(Kind::Decode(error)).with_response(response)
    }

    pub(crate) fn too_large(limit: u64, response: Box<Raw>) -> Box<Self> {
        Failure::new(Kind::TooLarge("the body", limit)).with_response(response)
    }

    pub(crate) fn event_too_large(limit: u64, stream: &reqwest::Response) -> Box<Self> {
        let failure =
            Failure::new(Kind::TooLarge("an event", limit)).with_response(Box::new(Raw {
                status: stream.status(),
                headers: stream.headers().clone(),
                body: Bytes::new(),
            }));
        live::tokens()
            .into_iter()
            .fold(failure, |failure, token| failure.hiding(Some(token)))
    }

    pub(crate) fn redirect(redirect: Option<Box<Redirect>>, response: Box<Raw>) -> Box<Self> {
        let kind = redirect.map_or(Kind::Status, Kind::Redirect);
        Failure::new(kind).with_response(response)
    }

    pub(crate) fn incomplete(reason: &'static str, response: Box<Raw>) -> Box<Self> {
        Failure::new(Kind::Incomplete(reason)).with_response(response)
    }

    pub(crate) fn not_events(response: Box<Raw>) -> Box<Self> {
        Failure::new(Kind::NotEvents).with_response(response)
    }

    fn caused_by(mut self: Box<Self>, source: impl Into<SharedError>) -> Box<Self> {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn with_response(mut self: Box<Self>, response: Box<Raw>) -> Box<Self> {
        self.response = Some(response);
        self
    }

    pub(crate) fn redirected(mut self: Box<Self>, redirected: bool) -> Box<Self> {
        self.redirected = redirected;
        self
    }

    /// Keeps a token out of the message, should the server have sent it back.
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

    pub(crate) fn tried(mut self: Box<Self>, tries: Tries) -> Box<Self> {
        self.tries = Some(tries);
        self
    }

    /// A failure to answer another one, whose response it has then.
    pub(crate) fn answering(mut self: Box<Self>, other: Self) -> Box<Self> {
        self.response = other.response;
        self
    }

    /// Whether nothing was sent, as the request has waited for its turn in vain.
    pub(crate) fn is_unsent(&self) -> bool {
        matches!(self.kind, Kind::Timeout(Limit::Turn(_)))
    }

    pub(crate) fn status_code(&self) -> Option<StatusCode> {
        Some(self.response.as_ref()?.status)
    }

    /// Whether the same request may succeed when it is made again, without being done twice where
    /// that is not the same as once.
    pub(crate) fn is_safe_to_retry(&self, is_idempotent: bool) -> bool {
        match &self.kind {
            Kind::Connect(_) => !self.has_acted(is_idempotent),
            Kind::Timeout(Limit::Turn(_)) => true,
            Kind::Timeout(_) | Kind::Transport => is_idempotent,
            Kind::Status => match self.status_code().map(|status| status.as_u16()) {
                Some(429) => !self.has_acted(is_idempotent),
                Some(408 | 500 | 502 | 503 | 504) => is_idempotent,
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the server has acted in a way that must not be repeated, whatever the failure is.
    pub(crate) fn has_acted(&self, is_idempotent: bool) -> bool {
        self.redirected && !is_idempotent
    }

    /// How long the server asks to wait.
    pub(crate) fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        retry::retry_after(&self.response.as_ref()?.headers, now)
    }

    /// What failed, in a word, where no response says so.
    pub(crate) fn word(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::Connect(_) => Some("connect"),
            Kind::Timeout(_) => Some("timeout"),
            Kind::Transport => Some("broken"),
            Kind::TooLarge(..) => Some("too_large"),
            _ => None,
        }
    }
}

/// The host and the port of a URL, for a message.
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
