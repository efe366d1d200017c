//! What goes over another transport, kept.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use http_body::{Frame, SizeHint};

use super::exchange::{Exchange, RecordedRequest, RecordedResponse, token};
use crate::observe::{redacted, redacted_headers};
use crate::secrecy::Token;
use crate::transport::coding::decoded;
use crate::transport::{Sending, Transport};

/// A transport that sends through another one, and keeps what went over it, without the token.
///
/// Its clones are the same one, so that a test keeps one and gives the client another.
#[derive(Clone)]
pub struct Recording {
    through: Arc<dyn Transport>,
    tapes: Arc<Mutex<Vec<Tape>>>,
}

/// An exchange, as far as it has come.
#[derive(Clone)]
struct Tape {
    request: RecordedRequest,
    token: Option<Token>,
    response: Option<(StatusCode, HeaderMap, BytesMut)>,
}

impl Recording {
    /// Records what is sent through a transport, e.g. a [`Client`](crate::reqwest::Client) of the
    /// `reqwest` that is re-exported here.
    pub fn new(transport: impl Transport) -> Self {
        Recording {
            through: Arc::new(transport),
            tapes: Arc::default(),
        }
    }

    /// What went over the transport so far, in the order in which it was sent. Where a server sends
    /// the token back, `[redacted]` stands in its place.
    pub fn exchanges(&self) -> Vec<Exchange> {
        lock(&self.tapes).iter().map(Tape::exchange).collect()
    }
}

impl Transport for Recording {
    fn send(&self, request: reqwest::Request) -> Sending {
        let tapes = Arc::clone(&self.tapes);
        let index = {
            let mut tapes = lock(&tapes);
            tapes.push(Tape::of(&request));
            tapes.len() - 1
        };
        let sending = self.through.send(request);
        Box::pin(async move {
            let response = http::Response::<reqwest::Body>::from(decoded(sending.await?));
            let (parts, body) = response.into_parts();
            let heard = (parts.status, parts.headers.clone(), BytesMut::new());
            lock(&tapes)[index].response = Some(heard);
            let body = reqwest::Body::wrap(Tee { body, tapes, index });
            Ok(http::Response::from_parts(parts, body).into())
        })
    }
}

impl Tape {
    fn of(request: &reqwest::Request) -> Self {
        Tape {
            request: RecordedRequest::of(request),
            token: token(request.headers()),
            response: None,
        }
    }

    fn exchange(&self) -> Exchange {
        let Tape {
            request,
            token,
            response,
        } = self;
        let tokens = [token.as_ref(), None];
        let response = response.as_ref();
        Exchange {
            request: request.clone(),
            response: response.map(|(status, headers, body)| RecordedResponse {
                status: *status,
                headers: redacted_headers(headers, tokens),
                body: redacted(&body.clone().freeze(), tokens),
            }),
        }
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("through", &self.through)
            .field("exchanges", &self.exchanges())
            .finish()
    }
}

/// A body that is kept while it is read.
struct Tee {
    body: reqwest::Body,
    tapes: Arc<Mutex<Vec<Tape>>>,
    index: usize,
}

impl http_body::Body for Tee {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
            && let Some((.., body)) = &mut lock(&self.tapes)[self.index].response
        {
            body.extend_from_slice(data);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn lock(tapes: &Mutex<Vec<Tape>>) -> MutexGuard<'_, Vec<Tape>> {
    tapes.lock().unwrap_or_else(PoisonError::into_inner)
}
