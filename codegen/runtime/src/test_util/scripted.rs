//! A mock server with scripted replies.

use std::collections::VecDeque;
use std::fmt;
use std::future::ready;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body::Frame;

use super::exchange::{Exchange, RecordedRequest};
use crate::transport::{Sending, Transport, TransportError};

/// A transport that sends nothing: it returns scripted replies and records the requests.
///
/// Its clones are the same one: keep one and give the client another.
#[derive(Clone)]
pub struct Scripted(Arc<Script>);

struct Script {
    answer: Answer,
    requests: Mutex<Vec<RecordedRequest>>,
}

enum Answer {
    InOrder(Mutex<VecDeque<Reply>>),
    By(Box<dyn Fn(&RecordedRequest) -> Reply + Send + Sync>),
}

impl Scripted {
    /// Answers the first request with the first reply, and so on. Requests after the last reply
    /// fail with a broken connection.
    pub fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies = replies.into_iter().collect();
        Scripted::start(Answer::InOrder(Mutex::new(replies)))
    }

    /// Answers each request with the reply that `answer` returns.
    pub fn by(answer: impl Fn(&RecordedRequest) -> Reply + Send + Sync + 'static) -> Self {
        Scripted::start(Answer::By(Box::new(answer)))
    }

    fn start(answer: Answer) -> Self {
        Scripted(Arc::new(Script {
            answer,
            requests: Mutex::default(),
        }))
    }

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.0.requests).clone()
    }
}

impl Transport for Scripted {
    fn send(&self, request: reqwest::Request) -> Sending {
        let request = RecordedRequest::of(&request);
        let reply = match &self.0.answer {
            Answer::InOrder(replies) => lock(replies).pop_front(),
            Answer::By(answer) => Some(answer(&request)),
        };
        lock(&self.0.requests).push(request);
        let reply =
            reply.unwrap_or_else(|| Reply::broken("the script has no reply for this request"));
        Box::pin(ready(reply.response()))
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scripted").field(&self.requests()).finish()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A reply of a [`Scripted`] transport.
#[derive(Debug, Clone)]
#[must_use]
pub struct Reply {
    failure: Option<Failure>,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    breaks: bool,
}

#[derive(Debug, Clone)]
enum Failure {
    Connect,
    Timeout,
    Broken(&'static str),
}

impl Reply {
    fn new(status: StatusCode) -> Self {
        Reply {
            failure: None,
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            breaks: false,
        }
    }

    /// A response with this status and no body; 500 if the number is not a valid status.
    pub fn status(status: u16) -> Self {
        Reply::new(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
    }

    /// A response with status 200 and this JSON text.
    pub fn json(text: impl Into<Bytes>) -> Self {
        Reply::new(StatusCode::OK)
            .header("content-type", "application/json")
            .body(text)
    }

    /// A response with status 200 and this text as its event stream, which then ends.
    pub fn events(text: impl Into<Bytes>) -> Self {
        Reply::new(StatusCode::OK)
            .header("content-type", "text/event-stream")
            .body(text)
    }

    /// No connection.
    pub fn refused() -> Self {
        Reply::failing(Failure::Connect)
    }

    /// No response in time.
    pub fn timed_out() -> Self {
        Reply::failing(Failure::Timeout)
    }

    /// A connection that breaks before the response.
    pub fn broken(reason: &'static str) -> Self {
        Reply::failing(Failure::Broken(reason))
    }

    fn failing(failure: Failure) -> Self {
        Reply {
            failure: Some(failure),
            ..Reply::status(500)
        }
    }

    /// Adds a header; an invalid one is ignored.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            self.headers.append(name, value);
        }
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Breaks the connection after the body so far.
    pub fn then_breaks(mut self) -> Self {
        self.breaks = true;
        self
    }

    fn response(self) -> Result<reqwest::Response, TransportError> {
        match self.failure {
            Some(Failure::Connect) => return Err(TransportError::connect("connection refused")),
            Some(Failure::Timeout) => return Err(TransportError::timeout("no response in time")),
            Some(Failure::Broken(reason)) => return Err(TransportError::broken(reason)),
            None => {}
        }
        let body = if self.breaks {
            reqwest::Body::wrap(Broken(Some(self.body)))
        } else {
            reqwest::Body::from(self.body)
        };
        let mut response = http::Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        Ok(response.into())
    }
}

/// Replays an exchange of a [`Recording`](super::Recording), as a broken connection if it has no
/// response.
impl From<Exchange> for Reply {
    fn from(exchange: Exchange) -> Self {
        let Some(response) = exchange.response else {
            return Reply::broken("no response was recorded");
        };
        let mut reply = Reply::new(response.status).body(response.body);
        reply.headers = response.headers;
        reply
    }
}

/// A body that breaks off.
struct Broken(Option<Bytes>);

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let next = match self.0.take() {
            Some(bytes) => Ok(Frame::data(bytes)),
            None => Err(io::ErrorKind::ConnectionReset.into()),
        };
        Poll::Ready(Some(next))
    }
}
