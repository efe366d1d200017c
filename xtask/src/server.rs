//! A small HTTP server on loopback, under the mock and the recorder.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use http_body::Frame;
use tokio::sync::oneshot;
use tokio::time::{Instant, Interval};

use crate::Error;

/// The maximal size of a request body.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// A request as received: nothing is decoded or normalised.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the answer continues after the body, as an event stream does: with periodic
    /// comments, until the client closes the connection.
    pub(crate) stays_open: bool,
}

/// A server on 127.0.0.1, on a thread of its own; dropping it stops it.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

type Handler = dyn Fn(Received) -> Reply + Send + Sync;

#[derive(Clone)]
struct Shared {
    handler: Arc<Handler>,
    latency: Duration,
}

impl Server {
    /// Listens on `port` (0 for a free one) and answers each request, after `latency`, with the
    /// result of `handler`.
    pub(crate) fn start(
        port: u16,
        latency: Duration,
        handler: impl Fn(Received) -> Reply + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let shared = Shared {
            handler: Arc::new(handler),
            latency,
        };
        Self::listen(port, shared).map_err(|error| {
            Error::new(format!("could not listen on 127.0.0.1:{port}"))
                .because(error)
                .help("choose another port with --port, or 0 for a free one")
        })
    }

    fn listen(port: u16, shared: Shared) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _context = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let app = Router::new().fallback(handle).with_state(shared);
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            runtime.spawn(async move { axum::serve(listener, app).await });
            // Dropping the runtime closes the server with all its connections, idle or not.
            let _ = runtime.block_on(stopped);
        });
        Ok(Server {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn handle(State(shared): State<Shared>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return status(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let reply = (shared.handler)(Received {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body,
    });
    if !shared.latency.is_zero() {
        tokio::time::sleep(shared.latency).await;
    }
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    let body = if reply.stays_open {
        Body::new(Open::after(reply.body))
    } else {
        Body::from(reply.body)
    };
    let response = response.body(body);
    response.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

/// The interval of comments in an open stream.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

/// A body without an end.
struct Open {
    start: Option<Bytes>,
    ticks: Interval,
}

impl Open {
    fn after(start: Vec<u8>) -> Self {
        Open {
            start: Some(start.into()),
            ticks: tokio::time::interval_at(Instant::now() + KEEP_ALIVE, KEEP_ALIVE),
        }
    }
}

impl http_body::Body for Open {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let chunk = match self.start.take().filter(|start| !start.is_empty()) {
            Some(start) => start,
            None => match self.ticks.poll_tick(context) {
                Poll::Ready(_) => Bytes::from_static(b": still here\n\n"),
                Poll::Pending => return Poll::Pending,
            },
        };
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
