//! Watching requests and responses, without the token.

use std::borrow::Cow;
use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use crate::error::Failure;
use crate::request::Spec;
use crate::secrecy::Token;

/// Watches every attempt of a client: to log, to count, to record.
///
/// It is called in the task that makes the call, so it should be quick. What it is shown has no
/// access token: the header `Authorization` is left out, and where a server sends the token back,
/// `[redacted]` stands in its place.
///
/// ```
/// use client_runtime::{Answer, Attempt, Observer};
///
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
    /// An attempt is about to be made.
    fn request(&self, attempt: &Attempt<'_>) {
        let _ = attempt;
    }

    /// An attempt is over; or, where the response is a stream of events, has begun to stream.
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

/// What came of an attempt.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer<'a> {
    /// The status, if there was a response.
    pub status: Option<StatusCode>,
    /// The headers, if there was a response.
    pub headers: Option<HeaderMap>,
    /// The body, decompressed, as far as it came; none if there was no response, or if it streams.
    pub body: Option<Bytes>,
    /// What failed, if no whole response came: a short word such as `timeout`.
    pub error: Option<&'a str>,
    /// How long it took.
    pub elapsed: Duration,
}

/// The token of an attempt, and the one that the server has refused before.
pub(crate) type Shy<'a> = [Option<&'a Token>; 2];

/// What an attempt is made of, secrets included.
pub(crate) struct Draft<'a> {
    pub spec: &'static Spec,
    pub url: &'a str,
    pub headers: &'a HeaderMap,
    pub body: Option<&'a Bytes>,
    pub tokens: Shy<'a>,
    pub number: u32,
}

impl Draft<'_> {
    /// What an observer may see of it.
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

/// What an observer may see of a response.
pub(crate) fn answer<'a>(
    response: Option<(StatusCode, &HeaderMap, Option<&Bytes>)>,
    failure: Option<&'a Failure>,
    tokens: Shy<'_>,
    elapsed: Duration,
) -> Answer<'a> {
    Answer {
        status: response.map(|(status, ..)| status),
        headers: response.map(|(_, headers, _)| redacted_headers(headers, tokens)),
        body: response.and_then(|(.., body)| Some(redacted(body?, tokens))),
        error: failure.and_then(Failure::word),
        elapsed,
    }
}

pub(crate) fn redacted(body: &Bytes, tokens: Shy<'_>) -> Bytes {
    let tokens = tokens.into_iter().flatten();
    tokens.fold(body.clone(), |body, token| token.redacted_bytes(&body))
}

pub(crate) fn redacted_text<'a>(text: &'a str, tokens: Shy<'_>) -> Cow<'a, str> {
    let tokens = tokens.into_iter().flatten();
    tokens.fold(text.into(), |text, token| {
        token.redacted(&text, false).into_owned().into()
    })
}

pub(crate) fn redacted_headers(headers: &HeaderMap, tokens: Shy<'_>) -> HeaderMap {
    let mut headers = headers.clone();
    for value in headers.values_mut() {
        let text = String::from_utf8_lossy(value.as_bytes());
        let shown = redacted_text(&text, tokens);
        if shown != text {
            // It has no other characters than before but those of the marker.
            *value = shown
                .parse()
                .unwrap_or_else(|_| http::HeaderValue::from_static(""));
        }
    }
    headers
}
