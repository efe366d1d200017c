//! Sends an HTTP request in one or more attempts.

use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use tokio::time::{Instant, timeout_at};

use super::options::Settings;
use super::shared::{Prepared, Shared};
use crate::error::{CallSummary, Failure, RawResponse, StopReason, TimeLimit};
use crate::observe::{UnredactedAttempt, answer};
use crate::request::Spec;
use crate::secrecy::Token;
use crate::transport::{
    Provider, Redirect, RetryPermit, Tokens, Transport, TransportError, coding, is_safe, watched,
};

/// A successful response.
pub(crate) enum Reply {
    /// A response that was read to its end.
    Whole(Box<RawResponse>),
    /// An event stream, or a 204 No Content response.
    Open(Box<reqwest::Response>),
}

/// Summary of a call, which becomes part of the error if the response is not what the API
/// describes.
pub(crate) struct CallContext {
    spec: &'static Spec,
    attempts: u32,
    /// When the call began, by the client's clock.
    started: Duration,
    pub tokens: [Option<Token>; 2],
}

impl CallContext {
    /// Adds to a failure what its message says about the request, and the tokens to redact.
    #[cold]
    pub fn annotate(
        &self,
        shared: &Shared,
        failure: Box<Failure>,
        end: StopReason,
    ) -> Box<Failure> {
        let [token, refused] = self.tokens.clone();
        let failure = failure.of(self.spec).hiding(token).hiding(refused);
        failure.with_summary(CallSummary {
            attempts: self.attempts,
            elapsed: shared.clock.now().saturating_sub(self.started),
            end,
        })
    }
}

/// A request that is being sent, with all its attempts.
pub(crate) struct Call<'a> {
    shared: &'a Shared,
    transport: &'a dyn Transport,
    spec: &'static Spec,
    settings: &'a Settings,
    prepared: Prepared<'a>,
    /// When the call began, by the client's clock.
    started: Duration,
    attempts: u32,
    token: Option<Token>,
    /// The token that the server rejected.
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

    /// Sends the request, and repeats it where that is safe and may help.
    ///
    /// What few requests need is boxed, here and below: otherwise this future would have room for
    /// all of it, and be so large that allocating it takes longer.
    pub async fn run(&mut self) -> Result<(Reply, Box<CallContext>), Box<Failure>> {
        let shared = self.shared;
        if let Tokens::Provided(provider) = &self.settings.tokens {
            self.token = match Box::pin(self.fetch_token(provider)).await {
                Ok(token) => Some(token),
                Err(failure) => return Err(self.failed(failure, StopReason::Unsafe)),
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
                    return Ok((reply, self.context()));
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
                    // Keep the server's response in the error.
                    Err(token) => {
                        return Err(self.failed(token.answering(*failure), StopReason::Unsafe));
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

    /// Gets the token to send from a provider, within the timeout.
    async fn fetch_token(&self, provider: &Provider) -> Result<Token, Box<Failure>> {
        let timeout = self.settings.timeout;
        let deadline = later(Instant::now(), timeout.saturating_sub(self.elapsed()));
        let fetching = provider.token(self.refused.as_ref());
        match timeout_at(deadline, fetching).await {
            Ok(fetched) => fetched.map_err(Failure::token),
            Err(_) => Err(Failure::timeout(TimeLimit::Token(timeout))),
        }
    }

    /// Whether a new token may help. It is tried only once.
    #[cold]
    fn may_refresh(&self, failure: &Failure) -> bool {
        failure.status_code() == Some(StatusCode::UNAUTHORIZED)
            && !failure.has_acted(self.is_idempotent())
            && self.refused.is_none()
            && self.prepared.body.is_replayable()
    }

    /// How long to wait before the next attempt, or why there is none.
    #[cold]
    fn wait(
        &self,
        failure: &Failure,
        retries: u32,
    ) -> Result<(Duration, RetryPermit<'a>), StopReason> {
        let shared = self.shared;
        let retry = &self.settings.retry;
        if !failure.is_safe_to_retry(self.is_idempotent()) {
            return Err(StopReason::Unsafe);
        }
        if !self.prepared.body.is_replayable() {
            return Err(StopReason::ReadOnce);
        }
        if retries + 1 >= retry.attempts {
            return Err(StopReason::Attempts);
        }
        let asked = failure.retry_after(shared.clock.date());
        let wait = retry.wait(retries + 1, asked, shared.clock.random());
        let (elapsed, timeout) = (self.elapsed(), self.settings.timeout);
        if elapsed >= timeout {
            return Err(StopReason::Late);
        }
        if elapsed.saturating_add(wait) >= timeout {
            return Err(StopReason::Timeout(timeout));
        }
        // Last, because it takes from the budget.
        let retry = shared.budget.take().ok_or(StopReason::Budget)?;
        Ok((wait, retry))
    }

    fn is_idempotent(&self) -> bool {
        self.settings.retry.is_idempotent(&self.spec.method)
    }

    fn elapsed(&self) -> Duration {
        self.shared.clock.now().saturating_sub(self.started)
    }

    fn context(&mut self) -> Box<CallContext> {
        Box::new(CallContext {
            spec: self.spec,
            attempts: self.attempts,
            started: self.started,
            tokens: [self.token.take(), self.refused.take()],
        })
    }

    /// The failure of a call that is given up.
    #[cold]
    fn failed(&mut self, failure: Box<Failure>, end: StopReason) -> Box<Failure> {
        self.context().annotate(self.shared, failure, end)
    }

    /// Makes one attempt, and reports it to the observer.
    async fn observed(&self) -> Result<Reply, Box<Failure>> {
        let Some(observer) = &self.shared.observer else {
            return self.traced().await;
        };
        let unredacted = UnredactedAttempt {
            spec: self.spec,
            url: self.prepared.url.as_str(),
            headers: &self.prepared.headers,
            body: self.prepared.body.bytes().filter(|body| !body.is_empty()),
            tokens: [self.token.as_ref(), self.refused.as_ref()],
            number: self.attempts,
        };
        let shown = unredacted.shown();
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
        observer.response(
            &shown,
            &answer(response, failure, unredacted.tokens, elapsed),
        );
        replied
    }

    /// Whether there is an observer or a subscriber to spans.
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

    /// Makes the attempt within the concurrency limit and the timeouts.
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
                    .map_err(|_| Failure::timeout(TimeLimit::Queue(self.settings.timeout)))?
                    .ok()
            }
        };
        let attempt = self.settings.attempt_timeout;
        let (deadline, limit) = match later(now, attempt) {
            deadline if deadline < end => (deadline, TimeLimit::Attempt(attempt)),
            _ => (end, TimeLimit::Call(self.settings.timeout)),
        };
        let mut partial = PartialResponse::default();
        let ended = {
            // Pinned here, because it is large and `timeout_at` would move it.
            let exchange = pin!(self.exchange(&mut partial));
            timeout_at(deadline, exchange).await
        };
        let redirected = partial.redirected;
        let replied = self.outcome(ended.unwrap_or(Err(ExchangeError::Late(limit))), partial);
        replied.map_err(|failure| failure.redirected(redirected))
    }

    /// Sends the request and reads the response, unless it is the requested event stream.
    async fn exchange(
        &self,
        partial: &mut PartialResponse,
    ) -> Result<Option<Box<reqwest::Response>>, ExchangeError> {
        let request = self.request().await.map_err(ExchangeError::Unsent)?;
        let sending = self.transport.send(request);
        let sent = if is_safe(&self.spec.method) {
            // Any redirect may be followed.
            sending.await
        } else {
            let (sent, redirected) = Box::pin(watched(sending)).await;
            partial.redirected = redirected;
            sent
        };
        let response = sent.map_err(ExchangeError::Broken)?;
        partial.redirect = Redirect::of(&self.spec.method, &self.prepared.url, &response);
        let mut response = coding::decoded(response);
        if self.spec.streams && is_opened(&response) {
            return Ok(Some(Box::new(response)));
        }
        // An event stream with an unknown content coding can't be read, and may never end.
        let is_endless = self.spec.streams
            && response.status() == StatusCode::OK
            && is_event_stream(response.headers());
        partial.raw = Some(Box::new(RawResponse {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: Bytes::new(),
        }));
        if is_endless {
            return Ok(None);
        }
        let limit = self.settings.max_response_size;
        while let Some(chunk) = response.chunk().await.map_err(TransportError::from)? {
            partial.body.append(chunk, limit)?;
        }
        Ok(None)
    }

    /// Turns the result of an exchange, and the part of the response that was received, into a
    /// reply.
    fn outcome(
        &self,
        ended: Result<Option<Box<reqwest::Response>>, ExchangeError>,
        partial: PartialResponse,
    ) -> Result<Reply, Box<Failure>> {
        let body = partial.body.into_bytes();
        let raw = partial.raw.map(|mut raw| {
            raw.body = body;
            raw
        });
        let stopped = match (ended, raw) {
            (Ok(Some(response)), _) => return Ok(Reply::Open(response)),
            // It does not matter whether it was complete.
            (_, Some(raw)) if self.spec.streams && raw.status == StatusCode::OK => {
                return Err(Failure::not_events(raw));
            }
            (Ok(None), Some(raw)) if partial.redirect.is_some() => {
                return Err(Failure::redirect(partial.redirect, raw));
            }
            (Ok(None), Some(raw)) if raw.status.is_success() => return Ok(Reply::Whole(raw)),
            (Ok(None), Some(raw)) => return Err(Failure::status(raw)),
            (Err(ExchangeError::TooLarge), Some(raw)) => {
                return Err(Failure::too_large(self.settings.max_response_size, raw));
            }
            (Err(stopped), raw) => (stopped, raw),
            // A response without a head is not complete.
            (Ok(None), None) => (
                ExchangeError::Broken(TransportError::broken("no response")),
                None,
            ),
        };
        let failure = match stopped.0 {
            ExchangeError::Unsent(failure) => failure,
            ExchangeError::Broken(error) => Failure::transport(error, self.prepared.url.as_str()),
            ExchangeError::Late(limit) => Failure::timeout(limit),
            // A body follows a head, which is missing.
            ExchangeError::TooLarge => {
                Failure::transport(TransportError::broken("no response"), "")
            }
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

/// An instant after some time, at most a year.
fn later(now: Instant, time: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365);
    now + time.min(FAR)
}

/// The part of a response received so far, which is kept if the rest is lost.
#[derive(Default)]
struct PartialResponse {
    redirected: bool,
    /// The redirect, if the response is or follows one and that is an error.
    redirect: Option<Box<Redirect>>,
    /// The response without its body.
    raw: Option<Box<RawResponse>>,
    body: Received,
}

/// Why an exchange stopped.
enum ExchangeError {
    Unsent(Box<Failure>),
    Broken(TransportError),
    Late(TimeLimit),
    TooLarge,
}

impl From<TransportError> for ExchangeError {
    fn from(error: TransportError) -> Self {
        ExchangeError::Broken(error)
    }
}

/// The part of a body received so far. A small body arrives in one chunk, which is not copied.
#[derive(Default)]
struct Received {
    first: Bytes,
    /// The whole body, once there is a second chunk.
    all: BytesMut,
}

impl Received {
    fn len(&self) -> usize {
        self.first.len().max(self.all.len())
    }

    /// Appends a chunk, up to the limit.
    fn append(&mut self, mut chunk: Bytes, limit: u64) -> Result<(), ExchangeError> {
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
            Err(ExchangeError::TooLarge)
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

/// Whether a response is an event stream that can be read, or a 204 No Content.
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
