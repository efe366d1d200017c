//! The message of an error: one line, without access tokens.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use http::{HeaderValue, header};

use super::failure::FailureKind;
use super::{Error, ErrorBody};
use crate::secrecy::show;
use crate::text::DecodeError;
use crate::transport::coding;

impl<E: ErrorBody> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut message = String::new();
        self.message(&mut message)?;
        show(f, |f| {
            line(&message).try_for_each(|character| f.write_char(character))
        })
    }
}

/// Makes a message one safe line of a log: control characters, line breaks and marks that change
/// the writing direction are escaped, as in a Rust string.
fn line(text: &str) -> impl Iterator<Item = char> {
    let escaped = |character: char| {
        let acts = character.is_control()
            || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{feff}');
        let escape = acts.then(|| character.escape_debug());
        let plain = (!acts).then_some(character);
        escape.into_iter().flatten().chain(plain)
    };
    text.chars().flat_map(escaped)
}

impl<E: ErrorBody> Error<E> {
    fn message(&self, f: &mut String) -> fmt::Result {
        if let Some(spec) = self.failure.spec {
            write!(f, "{} ({} {}): ", spec.name, spec.method, spec.path)?;
        }
        self.reason(f)?;
        match self.failure.summary {
            Some(summary) => write!(f, "{summary}"),
            None => Ok(()),
        }
    }

    fn reason(&self, f: &mut String) -> fmt::Result {
        let status = self.status().map(|status| status.to_string());
        let status = status.unwrap_or_default();
        match &self.failure.kind {
            FailureKind::Config(problems) => write!(f, "invalid settings: {}", problems.join("; ")),
            FailureKind::InvalidRequest(violations) => {
                let violations: Vec<_> = violations.iter().map(ToString::to_string).collect();
                write!(f, "invalid request: {}", violations.join("; "))
            }
            FailureKind::InvalidParameters(reason) => write!(f, "invalid request: {reason}"),
            FailureKind::Connect(host) => write!(f, "could not connect to {host}"),
            FailureKind::Upload(what) => f.write_str(what),
            FailureKind::Token => f.write_str("could not get an access token"),
            FailureKind::Timeout(limit) => write!(f, "{limit}"),
            FailureKind::Transport if self.failure.response.is_some() => {
                write!(f, "{status}: could not read the body")
            }
            FailureKind::Transport => f.write_str("connection lost or response not valid HTTP"),
            FailureKind::TooLarge(what, limit) => {
                write!(
                    f,
                    "{status}: {what} is larger than {limit} bytes, the `max_response_size`"
                )
            }
            FailureKind::NotEvents => {
                let media_type = self.media_type();
                write!(
                    f,
                    "{status}: expected an event stream, not content of type {media_type:?}"
                )?;
                if let Some(coding) = self.headers().and_then(coding::unknown) {
                    write!(f, " and coding {coding:?}")?;
                }
                self.excerpt(f)
            }
            FailureKind::Incomplete(reason) => {
                write!(f, "{status}: incomplete collection: {reason}")
            }
            FailureKind::Redirect(redirect) => {
                write!(f, "{status}: {redirect}")?;
                self.explain(f)
            }
            FailureKind::Status => {
                f.write_str(&status)?;
                self.explain(f)
            }
            FailureKind::Decode(error) => {
                let DecodeError { message, .. } = error;
                write!(f, "{status}: unexpected body")?;
                if !error.path.is_empty() {
                    write!(f, " at `{}`", error.path)?;
                }
                write!(f, ": {message}")?;
                match error.excerpt.as_str() {
                    "" => Ok(()),
                    excerpt => write!(f, ", near {excerpt:?}"),
                }
            }
        }
    }

    /// Writes the API's description of the error, or else the beginning of the body.
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
        // A character has at most four bytes, so this shows whether the body is longer. A token is
        // redacted before the body is cut, so that no part of it is shown.
        let enough = 4 * (CHARACTERS + 1);
        let mut beginning = body.slice(..body.len().min(enough));
        for secret in &self.failure.secrets {
            beginning = secret.redacted_bytes(&beginning);
        }
        let text = String::from_utf8_lossy(&beginning);
        let mut characters = text.chars();
        let excerpt: String = characters.by_ref().take(CHARACTERS).collect();
        let cut = characters.next().map_or("", |_| " …");
        write!(f, ": {excerpt:?}{cut}")
    }
}
