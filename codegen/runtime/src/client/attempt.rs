//! Sending an HTTP request: one attempt, and as many as it takes.

use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use tokio::time::{Instant, timeout_at};

use super::options::Settings;
use super::shared::{Prepared, Shared};
use crate::error::{End, Failure, Limit, Raw, Tries};
use crate::observe::{Draft, answer};
use crate::request::Spec;
use crate::secrecy::Token;
use crate::transport::{
    Provider, Redirect, Taken, Tokens, Transport, TransportError, coding, is_safe, watched,
};

/// A response that is a success.
pub(crate) enum Reply {
    /// One that was read to its end.
    Whole(Box<Raw>),
    /// An event stream, or the word that there are no events.
    Open(Box<reqwest::Response>),
}

/// What it took to get a response, which an error tells too if the response turns out to be none
/// that is described.
pub(crate) struct Story {
    spec: &'static Spec,
    attempts: u32,
    /// When it began, by the client's clock.
    started: Duration,
    pub tokens: [Option<Token>; 2],
}

impl Story {
    /// A failure with what its message tells of the request, and hides.
    #[cold]
    pub fn told(&self, shared: &Shared, failure: Box<Failure>, end: End) -> Box<Failure> {
        let [token, refused] = self.tokens.clone();
        let failure = failure.of(self.spec).hiding(token).hiding(refused);
        failure.tried(Tries {
            attempts: self.attempts,
            elapsed: shared.clock.now().saturating_sub(self.started),
            end,
        })
    }
}

/// A request on its way through its attempts.
pub(crate) struct Call<'a> {
    shared: &'a Shared,
    transport: &'a dyn Transport,
    spec: &'static Spec,
    settings: &'a Settings,
    prepared: Prepared<'a>,
    /// When it began, by the client's clock.
    started: Duration,
    attempts: u32,
    token: Option<Token>,
    /// The token that the server did not take.
    refused: Option<Token>,
}

impl<'a> Call<'a> {
    pub fn new(
        shared: &'a Shared,
        transport: &'a dyn Transport,
        spec: &'static Spec,
        settings: &'a Settings,
        prepared: Prepared<'a>,
    ) -> Self {
        Call {
            shared,
            transport,
            spec,
            settings,
            prepared,
            started: shared.clock.now(),
            attempts: 0,
            token: settings.tokens.known(),
            refused: None,
        }
    }

    /// Sends the request, again and again where that is safe and may help.
    ///
    /// What few requests need is in boxes, here and below: this future has room for all of it
    /// otherwise, and is so large that it takes an allocator longer to find a place for it.
    pub async fn run(&mut self) -> Result<(Reply, Box<Story>), Box<Failure>> {
        let shared = self.shared;
        if let Tokens::Provided(provider) = &self.settings.tokens {
            self.token = match Box::pin(self.fetch_token(provider)).await {
                Ok(token) => Some(token),
                Err(failure) => return Err(self.failed(failure, End::Unsafe)),
            };
        }
        let mut retries = 0;
        loop {
            self.attempts += 1;
            let replied = if self.is_observed() {
                Box::pin(self.observed()).await
            } else {
                self.limited().await
            };
            let failure = match replied {
                Ok(reply) => {
                    shared.budget.succeeded(retries > 0);
                    return Ok((reply, self.story()));
                }
                Err(failure) => failure,
            };
            if failure.is_unsent() {
                self.attempts -= 1;
            }
            if let Tokens::Provided(provider) = &self.settings.tokens
                && self.may_refresh(&failure)
            {
                self.refused = self.token.take();
                self.token = match Box::pin(self.fetch_token(provider)).await {
                    Ok(token) => Some(token),
                    // What the server said is told too.
                    Err(token) => {
                        return Err(self.failed(token.answering(*failure), End::Unsafe));
                    }
                };
                if self.token != self.refused {
                    continue;
                }
            }
            match self.wait(&failure, retries) {
                Ok((wait, retry)) => {
                    shared.clock.sleep(wait).await;
                    retry.spend();
                }
                Err(end) => return Err(self.failed(failure, end)),
            }
            retries += 1;
        }
    }

    /// The token to send, which a provider may take its time for.
    async fn fetch_token(&self, provider: &Provider) -> Result<Token, Box<Failure>> {
        let timeout = self.settings.timeout;
        let deadline = later(Instant::now(), timeout.saturating_sub(self.elapsed()));
        let fetching = provider.token(self.refused.as_ref());
        match timeout_at(deadline, fetching).await {
            Ok(fetched) => fetched.map_err(Failure::token),
            Err(_) => Err(Failure::timeout(Limit::Token(timeout))),
        }
    }

    /// Whether another token may help, which is tried once.
    #[cold]
    fn may_refresh(&self, failure: &Failure) -> bool {
        failure.status_code() == Some(StatusCode::UNAUTHORIZED)
            && !failure.has_acted(self.is_idempotent())
            && self.refused.is_none()
            && self.prepared.body.is_replayable()
    }

    /// How long to wait before the next attempt, or why there is none.
    #[cold]
    fn wait(&self, failure: &Failure, retries: u32) -> Result<(Duration, Taken<'a>), End> {
        let shared = self.shared;
        let retry = &self.settings.retry;
        if !failure.is_safe_to_retry(self.is_idempotent()) {
            return Err(End::Unsafe);
        }
        if !self.prepared.body.is_replayable() {
            return Err(End::ReadOnce);
        }
        if retries + 1 >= retry.attempts {
            return Err(End::Attempts);
        }
        let asked = failure.retry_after(shared.clock.date());
        let wait = retry.wait(retries + 1, asked, shared.clock.random());
        let (elapsed, timeout) = (self.elapsed(), self.settings.timeout);
        if elapsed >= timeout {
            return Err(End::Late);
        }
        if elapsed.saturating_add(wait) >= timeout {
            return Err(End::Timeout(timeout));
        }
        // Last, as it takes what it asks for.
        let retry = shared.budget.take().ok_or(End::Budget)?;
        Ok((wait, retry))
    }

    fn is_idempotent(&self) -> bool {
        self.settings.retry.is_idempotent(&self.spec.method)
    }

    fn elapsed(&self) -> Duration {
        self.shared.clock.now().saturating_sub(self.started)
    }

    fn story(&mut self) -> Box<Story> {
        Box::new(Story {
            spec: self.spec,
            attempts: self.attempts,
            started: self.started,
            tokens: [self.token.take(), self.refused.take()],
        })
    }

    /// What a call comes to that is given up.
    #[cold]
    fn failed(&mut self, failure: Box<Failure>, end: End) -> Box<Failure> {
        self.story().told(self.shared, failure, end)
    }

    /// One attempt, and what there is to see of it.
    async fn observed(&self) -> Result<Reply, Box<Failure>> {
        let Some(observer) = &self.shared.observer else {
            return self.traced().await;
        };
        let draft = Draft {
            spec: self.spec,
            url: self.prepared.url.as_str(),
            headers: &self.prepared.headers,
            body: self.prepared.body.bytes().filter(|body| !body.is_empty()),
            tokens: [self.token.as_ref(), self.refused.as_ref()],
            number: self.attempts,
        };
        let shown = draft.shown();
        observer.request(&shown);
        let started = self.shared.clock.now();
        let replied = self.traced().await;
        let (response, failure) = match &replied {
            Ok(Reply::Whole(raw)) => (Some((raw.status, &raw.headers, Some(&raw.body))), None),
            Ok(Reply::Open(open)) => (Some((open.status(), open.headers(), None)), None),
            Err(failure) => {
                let raw = failure.response.as_ref();
                (
                    raw.map(|raw| (raw.status, &raw.headers, Some(&raw.body))),
                    Some(&**failure),
                )
            }
        };
        let elapsed = self.shared.clock.now().saturating_sub(started);
        observer.response(&shown, &answer(response, failure, draft.tokens, elapsed));
        replied
    }

    /// Whether somebody watches.
    fn is_observed(&self) -> bool {
        #[cfg(feature = "tracing")]
        if crate::observe::trace::is_on() {
            return true;
        }
        self.shared.observer.is_some()
    }

    #[cfg(not(feature = "tracing"))]
    async fn traced(&self) -> Result<Reply, Box<Failure>> {
        self.limited().await
    }

    #[cfg(feature = "tracing")]
    async fn traced(&self) -> Result<Reply, Box<Failure>> {
        use tracing::Instrument;

        let span =
            crate::observe::trace::span(self.spec, self.prepared.url.as_str(), self.attempts);
        let replied = self.limited().instrument(span.clone()).await;
        let status = match &replied {
            Ok(Reply::Whole(raw)) => Some(raw.status),
            Ok(Reply::Open(open)) => Some(open.status()),
            Err(failure) => failure.status_code(),
        };
        crate::observe::trace::record(
            &span,
            status,
            replied.as_ref().err().map(|failure| &**failure),
        );
        replied
    }

    /// Makes the attempt when it is its turn.
    async fn limited(&self) -> Result<Reply, Box<Failure>> {
        let left = self.settings.timeout.saturating_sub(self.elapsed());
        let mut now = Instant::now();
        let end = later(now, left);
        let _permit = match &self.shared.limit {
            None => None,
            Some(limit) => {
                let permit = timeout_at(end, limit.acquire()).await;
                now = Instant::now();
                // The semaphore is never closed.
                permit
                    .map_err(|_| Failure::timeout(Limit::Turn(self.settings.timeout)))?
                    .ok()
            }
        };
        let attempt = self.settings.attempt_timeout;
        let (deadline, limit) = match later(now, attempt) {
            deadline if deadline < end => (deadline, Limit::Attempt(attempt)),
            _ => (end, Limit::Call(self.settings.timeout)),
        };
        let mut came = Came::default();
        let ended = {
            // In its place from the start: it is large, and the limit would move it.
            let exchange = pin!(self.exchange(&mut came));
            timeout_at(deadline, exchange).await
        };
        let redirected = came.redirected;
        let replied = self.outcome(ended.unwrap_or(Err(Stopped::Late(limit))), came);
        replied.map_err(|failure| failure.redirected(redirected))
    }

    /// Sends the request and reads the response, unless it is the stream that was asked for.
    async fn exchange(&self, came: &mut Came) -> Result<Option<Box<reqwest::Response>>, Stopped> {
        let request = self.request().await.map_err(Stopped::Unsent)?;
        let sending = self.transport.send(request);
        let sent = if is_safe(&self.spec.method) {
            // Then it does not matter.
            sending.await
        } else {
            let (sent, redirected) = Box::pin(watched(sending)).await;
            came.redirected = redirected;
            sent
        };
        let response = sent.map_err(Stopped::Broken)?;
        came.redirect = Redirect::of(&self.spec.method, &self.prepared.url, &response);
        let mut response = coding::decoded(response);
        if self.spec.streams && is_opened(&response) {
            return Ok(Some(Box::new(response)));
        }
        // A stream that can't be read, as of its coding, has no end to wait for.
        let is_endless = self.spec.streams
            && response.status() == StatusCode::OK
            && is_event_stream(response.headers());
        came.raw = Some(Box::new(Raw {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: Bytes::new(),
        }));
        if is_endless {
            return Ok(None);
        }
        let limit = self.settings.max_response_size;
        while let Some(chunk) = response.chunk().await.map_err(TransportError::from)? {
            came.body.append(chunk, limit)?;
        }
        Ok(None)
    }

    /// What an exchange comes to, with what has come of its response.
    fn outcome(
        &self,
        ended: Result<Option<Box<reqwest::Response>>, Stopped>,
        came: Came,
    ) -> Result<Reply, Box<Failure>> {
        let body = came.body.into_bytes();
        let raw = came.raw.map(|mut raw| {
            raw.body = body;
            raw
        });
        let stopped = match (ended, raw) {
            (Ok(Some(response)), _) => return Ok(Reply::Open(response)),
            // Whether it ended as it should is the smaller trouble then.
            (_, Some(raw)) if self.spec.streams && raw.status == StatusCode::OK => {
                return Err(Failure::not_events(raw));
            }
            (Ok(None), Some(raw)) if came.redirect.is_some() => {
                return Err(Failure::redirect(came.redirect, raw));
            }
            (Ok(None), Some(raw)) if raw.status.is_success() => return Ok(Reply::Whole(raw)),
            (Ok(None), Some(raw)) => return Err(Failure::status(raw)),
            (Err(Stopped::TooLarge), Some(raw)) => {
                return Err(Failure::too_large(self.settings.max_response_size, raw));
            }
            (Err(stopped), raw) => (stopped, raw),
            // Nothing is whole without a head.
            (Ok(None), None) => (Stopped::Broken(TransportError::broken("no response")), None),
        };
        let failure = match stopped.0 {
            Stopped::Unsent(failure) => failure,
            Stopped::Broken(error) => Failure::transport(error, self.prepared.url.as_str()),
            Stopped::Late(limit) => Failure::timeout(limit),
            // Only what has a head has a body.
            Stopped::TooLarge => Failure::transport(TransportError::broken("no response"), ""),
        };
        Err(match stopped.1 {
            Some(raw) => failure.with_response(raw),
            None => failure,
        })
    }

    async fn request(&self) -> Result<reqwest::Request, Box<Failure>> {
        let Prepared { url, headers, body } = &self.prepared;
        let mut request = reqwest::Request::new(self.spec.method.clone(), url.clone());
        if !self.shared.carries(headers) {
            *request.headers_mut() = HeaderMap::clone(headers);
            coding::ask(request.headers_mut());
            if let Some(token) = &self.token {
                request.headers_mut().insert(AUTHORIZATION, token.header());
            }
        }
        *request.body_mut() = match body.at_once() {
            Some(bytes) if bytes.is_empty() => None,
            Some(bytes) => Some(bytes.clone().into()),
            None => Some(Box::pin(body.open()).await.map_err(Failure::upload)?),
        };
        Ok(request)
    }
}

/// A moment, or one so far away that it never comes.
fn later(now: Instant, time: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365);
    now + time.min(FAR)
}

/// What has come of a response, which is kept when the rest does not come.
#[derive(Default)]
struct Came {
    redirected: bool,
    /// The redirect that the response is, or comes of, if that is an error.
    redirect: Option<Box<Redirect>>,
    /// The response, but for its body.
    raw: Option<Box<Raw>>,
    body: Received,
}

/// Why the rest of an exchange is missing.
enum Stopped {
    Unsent(Box<Failure>),
    Broken(TransportError),
    Late(Limit),
    TooLarge,
}

impl From<TransportError> for Stopped {
    fn from(error: TransportError) -> Self {
        Stopped::Broken(error)
    }
}

/// What has come of a body. A small one comes at once, and is not copied then.
#[derive(Default)]
struct Received {
    first: Bytes,
    /// All of it, once there is more.
    all: BytesMut,
}

impl Received {
    fn len(&self) -> usize {
        self.first.len().max(self.all.len())
    }

    /// Adds what has come, up to the most bytes that there may be.
    fn append(&mut self, mut chunk: Bytes, limit: u64) -> Result<(), Stopped> {
        let left = limit - self.len() as u64;
        let is_too_large = chunk.len() as u64 > left;
        if is_too_large {
            // Not more than the chunk's length, so the cast is lossless.
            chunk.truncate(left as usize);
        }
        if self.len() == 0 {
            self.first = chunk;
        } else {
            if self.all.is_empty() {
                self.all.extend_from_slice(&self.first);
            }
            self.all.extend_from_slice(&chunk);
        }
        if is_too_large {
            Err(Stopped::TooLarge)
        } else {
            Ok(())
        }
    }

    fn into_bytes(self) -> Bytes {
        if self.all.is_empty() {
            self.first
        } else {
            self.all.freeze()
        }
    }
}

/// Whether a response is an event stream, or says that there are no events.
fn is_opened(response: &reqwest::Response) -> bool {
    match response.status() {
        StatusCode::NO_CONTENT => true,
        StatusCode::OK => {
            is_event_stream(response.headers()) && coding::unknown(response.headers()).is_none()
        }
        _ => false,
    }
}

fn is_event_stream(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|text| text.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/event-stream"))
}
