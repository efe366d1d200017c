//! Event streams that reconnect.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;

use super::event::{EventStream, FromEvent};
use super::sse::{Parser, ServerSentEvent};
use crate::client::{Core, Options};
use crate::error::{Error, ErrorBody, Failure};
use crate::secrecy::show;
use crate::transport::Retry;

/// How long to wait before reconnecting, unless the server sets another time.
const RECONNECTION_TIME: Duration = Duration::from_secs(3);

/// The longest time that a server can ask to wait; after a longer one, nobody would expect the
/// stream to go on.
const LONGEST_RECONNECTION_TIME: Duration = Duration::from_secs(60 * 60);

/// The shortest wait, so that a server that sets 0 does not keep a client busy.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);

/// The longest wait, unless the server asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How many times in a row reconnecting may fail: about seven minutes.
const RECONNECTS: u32 = 10;

/// A stream of the events that a server sends.
///
/// It connects when it is first polled. It does not end by itself: if the server ends the
/// connection, or the connection breaks, it reconnects and requests the events after the last one
/// that had an id. It runs in the task that polls it, so dropping it ends everything.
///
/// | what happens | what the stream does |
/// |---|---|
/// | the connection ends or breaks | waits for 3 seconds, or as long as the server asked for, up to an hour, and reconnects |
/// | reconnecting fails, or returns 408, 429, 500, 502, 503 or 504 | waits twice as long as the last time, but at most 60 seconds unless the server asked for more; gives up according to [`reconnects`](Self::reconnects) |
/// | the first connection fails | retries according to [`Retry`](crate::Retry), then ends with the last error |
/// | the server returns 204 | ends without an error: no events are left |
/// | any other status but 200 | ends with that error |
/// | the response is not an event stream | ends with an error for which [`is_decode`](Error::is_decode) is true |
/// | an event larger than the client's [`max_response_size`](crate::ClientBuilder::max_response_size) | ends with an error |
///
/// The timeouts limit the time until the response begins, not the duration of the stream. It needs
/// a Tokio runtime with its timer.
///
/// An event may be received twice if the server does not resume right after the last one, and
/// events may be missing if the server can't resume.
#[must_use = "streams do nothing unless polled"]
pub struct Events<R: EventStream, E> {
    #[cfg(feature = "blocking")]
    core: Core,
    state: State<R>,
    last_event_id: Option<String>,
    error: PhantomData<fn() -> E>,
}

enum State<R> {
    Idle(Box<EventSource<R>>),
    Waiting(Pin<Box<dyn Future<Output = Next<R>> + Send>>),
    Done,
}

/// An event, and the source of further ones.
type Next<R> = (
    Option<Result<ServerSentEvent, Box<Failure>>>,
    Box<EventSource<R>>,
);

impl<R: EventStream, E> Events<R, E> {
    /// Creates a stream over the events that `request` selects.
    pub fn new(core: Core, request: R, options: Options) -> Self {
        Events {
            #[cfg(feature = "blocking")]
            core: core.clone(),
            state: State::Idle(Box::new(EventSource {
                core,
                request,
                options,
                last_event_id: String::new(),
                reconnection_time: RECONNECTION_TIME,
                reconnects: RECONNECTS,
                failures: 0,
                asked: None,
                was_connected: false,
                connection: None,
            })),
            last_event_id: None,
            error: PhantomData,
        }
    }

    /// Resumes after the event with this id, the [`last_event_id`](Self::last_event_id) of an
    /// earlier stream. Set it before polling the stream. An id that is not valid in a header is not
    /// sent.
    pub fn resume_after(mut self, id: impl Into<String>) -> Self {
        let id = id.into();
        if let State::Idle(source) = &mut self.state {
            source.last_event_id.clone_from(&id);
            self.last_event_id = Some(id).filter(|id| !id.is_empty());
        }
        self
    }

    /// Sets how many times in a row reconnecting may fail before the stream ends with the last
    /// error; with 0 and 1, the first failure ends it.
    ///
    /// Default: 10, which takes about seven minutes at the default pace.
    pub fn reconnects(mut self, most: u32) -> Self {
        if let State::Idle(source) = &mut self.state {
            source.reconnects = most;
        }
        self
    }

    /// Returns the events as an iterator that blocks the current thread.
    ///
    /// Call it before polling the stream. A stream that has returned events reconnects, as if the
    /// connection had ended. A stream that is waiting for an event stays on its runtime, which the
    /// iterator must not block.
    #[cfg(feature = "blocking")]
    pub fn blocking(mut self) -> crate::client::Blocking<Self> {
        let core = self.core.clone();
        if let State::Idle(source) = &mut self.state {
            source.core.use_blocking();
            // It is driven by a runtime that the iterator may block.
            source.connection = None;
        }
        crate::client::Blocking::new(core, self)
    }

    /// The id with which another stream can [resume](Self::resume_after) after the last event of
    /// this one; `None` if the server sends no ids.
    pub fn last_event_id(&self) -> Option<&str> {
        self.last_event_id.as_deref()
    }
}

impl<R: EventStream, E: ErrorBody> Stream for Events<R, E> {
    type Item = Result<R::Event, Error<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            match std::mem::replace(&mut this.state, State::Done) {
                State::Done => return Poll::Ready(None),
                State::Idle(mut source) => {
                    this.state = State::Waiting(Box::pin(async move {
                        let next = source.next().await;
                        (next, source)
                    }));
                }
                State::Waiting(mut waiting) => {
                    let Poll::Ready((next, source)) = waiting.as_mut().poll(cx) else {
                        this.state = State::Waiting(waiting);
                        return Poll::Pending;
                    };
                    return Poll::Ready(match next {
                        None => None,
                        Some(Err(failure)) => Some(Err(failure.into())),
                        Some(Ok(event)) => {
                            this.state = State::Idle(source);
                            this.last_event_id.clone_from(&event.id);
                            Some(Ok(R::Event::from_event(event)))
                        }
                    });
                }
            }
        }
    }
}

impl<R: EventStream, E> Unpin for Events<R, E> {}

impl<R: EventStream, E> fmt::Debug for Events<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, |f| {
            f.debug_struct("Events")
                .field("last_event_id", &self.last_event_id)
                .finish_non_exhaustive()
        })
    }
}

/// The source of events: one connection after another.
struct EventSource<R> {
    core: Core,
    request: R,
    options: Options,
    last_event_id: String,
    reconnection_time: Duration,
    reconnects: u32,
    /// How many times in a row reconnecting has failed.
    failures: u32,
    /// How long a server that has just rejected a connection asks to wait.
    asked: Option<Duration>,
    was_connected: bool,
    connection: Option<Connection>,
}

struct Connection {
    response: reqwest::Response,
    parser: Parser,
    /// Received bytes that are not parsed yet.
    chunk: Bytes,
}

impl<R: EventStream> EventSource<R> {
    /// Returns the next event, reconnecting as needed; `None` if no events are left.
    async fn next(&mut self) -> Option<Result<ServerSentEvent, Box<Failure>>> {
        loop {
            let Some(connection) = &mut self.connection else {
                match self.connect().await {
                    Ok(Some((response, limit))) => self.connected(response, limit),
                    Ok(None) => return None,
                    Err(failure) => return Some(Err(failure)),
                }
                continue;
            };
            let next = connection.next().await;
            let parser = &connection.parser;
            parser.last_event_id().clone_into(&mut self.last_event_id);
            let asked = parser
                .retry()
                .map(|time| time.min(LONGEST_RECONNECTION_TIME));
            self.reconnection_time = asked.unwrap_or(self.reconnection_time);
            match next {
                Ok(Some(event)) => return Some(Ok(event)),
                Ok(None) => self.connection = None,
                Err(failure) => return Some(Err(failure.of(self.request.spec()))),
            }
        }
    }

    async fn connect(&mut self) -> Result<Option<(reqwest::Response, u64)>, Box<Failure>> {
        loop {
            if self.was_connected {
                let wait = wait(self.reconnection_time, self.failures);
                let wait = wait.max(self.asked.take().unwrap_or_default());
                self.core.shared.clock.sleep(wait).await;
            }
            // Only this loop retries connections after the first one.
            let options = if self.was_connected {
                &self.options.clone().retry(Retry::none())
            } else {
                &self.options
            };
            let opening = self.core.open(&self.request, options, &self.last_event_id);
            match opening.await {
                Err(failure) if self.was_connected && failure.is_safe_to_retry(true) => {
                    let asked = failure.retry_after(self.core.shared.clock.date());
                    self.asked = asked.map(|asked| asked.min(LONGEST_WAIT));
                    self.failures += 1;
                    if self.failures >= self.reconnects {
                        return Err(failure);
                    }
                }
                opened => return opened,
            }
        }
    }

    fn connected(&mut self, response: reqwest::Response, limit: u64) {
        self.failures = 0;
        self.was_connected = true;
        self.connection = Some(Connection {
            response,
            parser: Parser::new(limit, &self.last_event_id),
            chunk: Bytes::new(),
        });
    }
}

impl Connection {
    /// Returns the next event; `None` if the connection has ended or is broken.
    async fn next(&mut self) -> Result<Option<ServerSentEvent>, Box<Failure>> {
        loop {
            match self.parser.next(&mut self.chunk) {
                Ok(None) => {}
                Ok(event) => return Ok(event),
                Err(_) => {
                    let limit = self.parser.limit();
                    return Err(Failure::event_too_large(limit, &self.response));
                }
            }
            match self.response.chunk().await {
                Ok(Some(chunk)) => self.chunk = chunk,
                Ok(None) | Err(_) => return Ok(None),
            }
        }
    }
}

/// How long to wait before reconnecting, after so many failures.
fn wait(reconnection_time: Duration, failures: u32) -> Duration {
    let factor = 2u32.saturating_pow(failures);
    reconnection_time
        .saturating_mul(factor)
        .min(LONGEST_WAIT)
        .max(reconnection_time)
        .max(SHORTEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_doubles_the_wait_up_to_a_minute() {
        let seconds = |failures| wait(RECONNECTION_TIME, failures).as_secs();
        let waits: Vec<_> = (0..6).map(seconds).collect();
        assert_eq!(waits, [3, 6, 12, 24, 48, 60]);
        assert_eq!(seconds(u32::MAX), 60);
    }

    #[test]
    fn a_server_can_ask_for_a_longer_wait_but_not_for_none() {
        let hour = Duration::from_secs(3600);
        assert_eq!(wait(hour, 0), hour);
        assert_eq!(wait(hour, 3), hour);
        assert_eq!(wait(Duration::ZERO, 5), SHORTEST_WAIT);
        assert_eq!(wait(Duration::MAX, 5), Duration::MAX);
    }
}
