//! Records exchanges in a file.

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
/// No line contains an access token: `Authorization` and cookies are omitted, and a token that the
/// server sends back is replaced with `[redacted]`. Everything else is recorded as sent and
/// received, because that is what is compared: **the file contains data of the instance**, and any
/// secrets in its bodies. Protect it like that data.
///
/// A line has `method`, `url`, `requestHeaders`, `requestBody`, `status`, `responseHeaders` and
/// `body`. A body that was streamed or is not valid UTF-8 is omitted, and so is an attempt without
/// a complete response. Each line is written and flushed in the task that makes the call, so a slow
/// writer slows the client down.
///
/// Clones share the writer: keep one to check for an [`error`](Self::error).
///
/// ```
/// # use client_runtime::Recorder;
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
pub struct Recorder(Arc<Mutex<Output>>);

struct Output {
    writer: Box<dyn Write + Send>,
    /// The first failure; nothing is written after it.
    failed: Option<io::Error>,
}

impl Recorder {
    /// Writes to `writer`, e.g. a file.
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        let writer = Box::new(writer);
        Recorder(Arc::new(Mutex::new(Output {
            writer,
            failed: None,
        })))
    }

    /// Returns why writing failed, if it did. Calls go on regardless. A second call returns only
    /// the kind of the error.
    pub fn error(&self) -> Option<io::Error> {
        let mut output = self.output();
        let failed = output.failed.as_mut()?;
        let kind = failed.kind();
        // The kind stays, so that nothing is written anymore.
        Some(std::mem::replace(failed, kind.into()))
    }

    fn output(&self) -> MutexGuard<'_, Output> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Recorder {
    fn response(&self, attempt: &Attempt<'_>, answer: &Answer<'_>) {
        let Some(line) = line(attempt, answer) else {
            return;
        };
        let mut output = self.output();
        if output.failed.is_some() {
            return;
        }
        let written = output.writer.write_all(line.as_bytes());
        if let Err(error) = written.and_then(|()| output.writer.flush()) {
            output.failed = Some(error);
        }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

/// The line of an exchange; `None` if the response is not complete.
fn line(attempt: &Attempt<'_>, answer: &Answer<'_>) -> Option<String> {
    let status = answer.status?;
    // The body is incomplete.
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

/// Headers as an object, without credentials. Repeated headers are joined, as in RFC 9110.
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
