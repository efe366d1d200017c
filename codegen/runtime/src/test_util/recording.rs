//! Records the exchanges of another transport.

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

/// A transport that sends with another one and records the exchanges, without access tokens.
///
/// Its clones are the same one: keep one and give the client another.
#[derive(Clone)]
pub struct Recording {
    through: Arc<dyn Transport>,
    exchanges: Arc<Mutex<Vec<PendingExchange>>>,
}

/// An exchange that may not be complete.
#[derive(Clone)]
struct PendingExchange {
    request: RecordedRequest,
    token: Option<Token>,
    response: Option<(StatusCode, HeaderMap, BytesMut)>,
}

impl Recording {
    /// Records exchanges of a transport, e.g. a [`Client`](crate::reqwest::Client) of the
    /// re-exported `reqwest`.
    pub fn new(transport: impl Transport) -> Self {
        Recording {
            through: Arc::new(transport),
            exchanges: Arc::default(),
        }
    }

    /// Returns the exchanges so far, in the order of the requests. A token that the server sends
    /// back is replaced with `[redacted]`.
    pub fn exchanges(&self) -> Vec<Exchange> {
        lock(&self.exchanges)
            .iter()
            .map(PendingExchange::exchange)
            .collect()
    }
}

impl Transport for Recording {
    fn send(&self, request: reqwest::Request) -> Sending {
        let exchanges = Arc::clone(&self.exchanges);
        let index = {
            let mut exchanges = lock(&exchanges);
            exchanges.push(PendingExchange::of(&request));
            exchanges.len() - 1
        };
        let sending = self.through.send(request);
        Box::pin(async move {
            let response = http::Response::<reqwest::Body>::from(decoded(sending.await?));
            let (parts, body) = response.into_parts();
            let heard = (parts.status, parts.headers.clone(), BytesMut::new());
            lock(&exchanges)[index].response = Some(heard);
            let body = reqwest::Body::wrap(Tee {
                body,
                exchanges,
                index,
            });
            Ok(http::Response::from_parts(parts, body).into())
        })
    }
}

impl PendingExchange {
    fn of(request: &reqwest::Request) -> Self {
        PendingExchange {
            request: RecordedRequest::of(request),
            token: token(request.headers()),
            response: None,
        }
    }

    fn exchange(&self) -> Exchange {
        let PendingExchange {
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

/// A body that is recorded while it is read.
struct Tee {
    body: reqwest::Body,
    exchanges: Arc<Mutex<Vec<PendingExchange>>>,
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
            && let Some((.., body)) = &mut lock(&self.exchanges)[self.index].response
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

fn lock(exchanges: &Mutex<Vec<PendingExchange>>) -> MutexGuard<'_, Vec<PendingExchange>> {
    exchanges.lock().unwrap_or_else(PoisonError::into_inner)
}
