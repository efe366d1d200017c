//! Observes requests and responses, without access tokens.

use std::borrow::Cow;
use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use crate::error::Failure;
use crate::request::Spec;
use crate::secrecy::Token;

/// Observes every attempt of a client: to log, to count, to record.
///
/// It is called in the task that makes the call, so it should be quick. It never sees an access
/// token: the header `Authorization` is omitted, and a token that the server sends back is replaced
/// with `[redacted]`.
///
/// ```
/// # use client_runtime::{Answer, Attempt, Observer};
/// #[derive(Debug)]
/// struct Log;
///
/// impl Observer for Log {
///     fn response(&self, attempt: &Attempt<'_>, answer: &Answer<'_>) {
///         let (action, number, elapsed) = (attempt.action, attempt.number, answer.elapsed);
///         match answer.status {
///             Some(status) => println!("{action} #{number}: {status} after {elapsed:?}"),
///             None => println!("{action} #{number}: {:?} after {elapsed:?}", answer.error),
///         }
///     }
/// }
/// ```
pub trait Observer: Debug + Send + Sync + 'static {
    /// Called before an attempt.
    fn request(&self, attempt: &Attempt<'_>) {
        let _ = attempt;
    }

    /// Called after an attempt, or when the response is a stream of events that has begun.
    fn response(&self, attempt: &Attempt<'_>, answer: &Answer<'_>) {
        let _ = (attempt, answer);
    }
}

/// An attempt to make a request.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The resource and the action, e.g. `instanceAuditLogs.get`.
    pub action: &'static str,
    /// The HTTP method.
    pub method: &'a http::Method,
    /// The path template, e.g. `/instance/{instanceId}/audit-logs`.
    pub template: &'static str,
    /// The URL.
    pub url: Cow<'a, str>,
    /// The headers, without `Authorization`.
    pub headers: HeaderMap,
    /// The body; none if there is none, or if it is streamed.
    pub body: Option<Bytes>,
    /// Which attempt of its call it is; the first is 1.
    pub number: u32,
}

/// The outcome of an attempt.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer<'a> {
    /// The status, if there was a response.
    pub status: Option<StatusCode>,
    /// The headers, if there was a response.
    pub headers: Option<HeaderMap>,
    /// The body, decompressed, as much of it as was received; `None` without a response, or if the
    /// response is a stream of events.
    pub body: Option<Bytes>,
    /// The type of error, if the response is not complete: a short word such as `timeout`.
    pub error: Option<&'a str>,
    /// How long it took.
    pub elapsed: Duration,
}

/// The token of an attempt, and the one that the server has rejected before.
pub(crate) type TokenPair<'a> = [Option<&'a Token>; 2];

/// The parts of an attempt, including secrets.
pub(crate) struct UnredactedAttempt<'a> {
    pub spec: &'static Spec,
    pub url: &'a str,
    pub headers: &'a HeaderMap,
    pub body: Option<&'a Bytes>,
    pub tokens: TokenPair<'a>,
    pub number: u32,
}

impl UnredactedAttempt<'_> {
    /// Returns what an observer may see.
    pub fn shown(&self) -> Attempt<'_> {
        let mut headers = redacted_headers(self.headers, self.tokens);
        headers.remove(AUTHORIZATION);
        Attempt {
            action: self.spec.name,
            method: &self.spec.method,
            template: self.spec.path,
            url: redacted_text(self.url, self.tokens),
            headers,
            body: self.body.map(|body| redacted(body, self.tokens)),
            number: self.number,
        }
    }
}

/// Returns what an observer may see of a response.
pub(crate) fn answer<'a>(
    response: Option<(StatusCode, &HeaderMap, Option<&Bytes>)>,
    failure: Option<&'a Failure>,
    tokens: TokenPair<'_>,
    elapsed: Duration,
) -> Answer<'a> {
    Answer {
        status: response.map(|(status, ..)| status),
        headers: response.map(|(_, headers, _)| redacted_headers(headers, tokens)),
        body: response.and_then(|(.., body)| Some(redacted(body?, tokens))),
        error: failure.and_then(Failure::error_type),
        elapsed,
    }
}

pub(crate) fn redacted(body: &Bytes, tokens: TokenPair<'_>) -> Bytes {
    let tokens = tokens.into_iter().flatten();
    tokens.fold(body.clone(), |body, token| token.redacted_bytes(&body))
}

pub(crate) fn redacted_text<'a>(text: &'a str, tokens: TokenPair<'_>) -> Cow<'a, str> {
    let tokens = tokens.into_iter().flatten();
    tokens.fold(text.into(), |text, token| {
        token.redacted(&text, false).into_owned().into()
    })
}

pub(crate) fn redacted_headers(headers: &HeaderMap, tokens: TokenPair<'_>) -> HeaderMap {
    let mut headers = headers.clone();
    for value in headers.values_mut() {
        let text = String::from_utf8_lossy(value.as_bytes());
        let shown = redacted_text(&text, tokens);
        if shown != text {
            // Only the marker was added, so it stays valid.
            *value = shown
                .parse()
                .unwrap_or_else(|_| http::HeaderValue::from_static(""));
        }
    }
    headers
}
