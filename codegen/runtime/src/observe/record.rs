//! Exchanges, written to a file.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use http::header::{COOKIE, PROXY_AUTHORIZATION, SET_COOKIE};
use serde_json::{Map, Value, json};

use super::observer::{Answer, Attempt, Observer};

/// An observer that writes every exchange as a line of JSON, to be compared with the API's
/// description by `cargo xtask drift wire`.
///
/// The access token is in no line: `Authorization` is left out, as cookies are, and where a server
/// sends the token back, `[redacted]` stands in its place. Everything else is as it was sent and
/// came, since that is what is compared: **the file holds data of the instance**, and secrets that
/// its bodies may have. Keep it as you would keep that data.
///
/// A line has `method`, `url`, `requestHeaders`, `requestBody`, `status`, `responseHeaders` and
/// `body`. A body that was streamed, or is no UTF-8, is left out, and so is an attempt to which no
/// whole response came. Lines are written in the task that makes the call, so a slow writer slows
/// the client down; each is flushed.
///
/// Its clones write to the same place, so that a program keeps one to ask it for an
/// [`error`](Self::error).
///
/// ```
/// use client_runtime::Recorder;
/// # use client_runtime::{Api, ClientBuilder, Error};
/// # fn example<C: Api>(builder: ClientBuilder<C>) -> Result<(), Box<dyn std::error::Error>>
/// # where Error<C::ErrorBody>: std::error::Error + 'static {
/// let file = std::fs::File::create("traffic.jsonl")?;
/// let client = builder.observer(Recorder::new(file)).build()?;
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Recorder(Arc<Mutex<Tape>>);

struct Tape {
    writer: Box<dyn Write + Send>,
    /// The first failure; nothing is written after it.
    failed: Option<io::Error>,
}

impl Recorder {
    /// Writes to `writer`, e.g. a file.
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        let writer = Box::new(writer);
        Recorder(Arc::new(Mutex::new(Tape {
            writer,
            failed: None,
        })))
    }

    /// Why it stopped writing, if it did; calls go on regardless. Asked again, it knows
    /// but the kind.
    pub fn error(&self) -> Option<io::Error> {
        let mut tape = self.tape();
        let failed = tape.failed.as_mut()?;
        let kind = failed.kind();
        // What is left keeps it from writing on.
        Some(std::mem::replace(failed, kind.into()))
    }

    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Recorder {
    fn response(&self, attempt: &Attempt<'_>, answer: &Answer<'_>) {
        let Some(line) = line(attempt, answer) else {
            return;
        };
        let mut tape = self.tape();
        if tape.failed.is_some() {
            return;
        }
        let written = tape.writer.write_all(line.as_bytes());
        if let Err(error) = written.and_then(|()| tape.writer.flush()) {
            tape.failed = Some(error);
        }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

/// The line of an exchange; none if there is no whole response.
fn line(attempt: &Attempt<'_>, answer: &Answer<'_>) -> Option<String> {
    let status = answer.status?;
    // Of a body that broke off there is but a part.
    if answer.error.is_some() {
        return None;
    }
    let mut line = json!({
        "method": attempt.method.as_str(),
        "url": attempt.url,
        "requestHeaders": headers(&attempt.headers),
        "status": status.as_u16(),
        "responseHeaders": headers(answer.headers.as_ref()?),
    });
    for (name, body) in [("requestBody", &attempt.body), ("body", &answer.body)] {
        if let Some(text) = body
            .as_ref()
            .and_then(|body| std::str::from_utf8(body).ok())
        {
            line[name] = text.into();
        }
    }
    Some(format!("{line}\n"))
}

/// Headers as an object, without those that say who somebody is. Those that are there twice are
/// joined, as RFC 9110 has it.
fn headers(headers: &HeaderMap) -> Map<String, Value> {
    let mut object = Map::new();
    for name in headers.keys() {
        if [COOKIE, SET_COOKIE, PROXY_AUTHORIZATION].contains(name) {
            continue;
        }
        let values = headers.get_all(name).iter();
        let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
        let value = values.collect::<Vec<_>>().join(", ");
        object.insert(name.as_str().to_owned(), value.into());
    }
    object
}
