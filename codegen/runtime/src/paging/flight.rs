//! The pages of a collection that are asked for and not handed out yet.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::paged::Paged;
use crate::error::Failure;
use crate::transport::{Response, TransportError};

/// A page that has come, or why it has not.
pub(crate) struct Arrival<R: Paged> {
    /// The page and the bytes of its body.
    pub page: Result<(Response<R::Output>, Bytes), Box<Failure>>,
    /// When, by the client's clock.
    pub at: Timestamp,
}

/// A page on its way.
type Fetching<R> = Pin<Box<dyn Future<Output = Arrival<R>> + Send>>;

/// Pages in the order in which they are handed out.
pub(crate) struct Flight<R: Paged>(VecDeque<(R, Fetching<R>)>);

impl<R: Paged> Flight<R> {
    pub fn new() -> Self {
        Flight(VecDeque::new())
    }

    /// How many pages there are, on their way or here.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The request of the page that is the next to be handed out.
    pub fn first(&self) -> Option<&R> {
        self.0.front().map(|(request, _)| request)
    }

    /// The request of the page that is the last to be handed out.
    pub fn last(&self) -> Option<&R> {
        self.0.back().map(|(request, _)| request)
    }

    /// Adds a page behind the last one, which comes when it is polled.
    pub fn add(&mut self, request: R, fetching: impl Future<Output = Arrival<R>> + Send + 'static) {
        self.0.push_back((request, Box::pin(fetching)));
    }

    /// Adds a page behind the last one, which comes by itself.
    pub fn start(
        &mut self,
        request: R,
        fetching: impl Future<Output = Arrival<R>> + Send + 'static,
    ) {
        match Handle::try_current() {
            Ok(runtime) => self.add(request, Task(runtime.spawn(fetching))),
            // It comes to an error that says that there is no runtime.
            Err(_) => self.add(request, fetching),
        }
    }

    /// Drops all pages, and with them the requests that are under way.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The next page; none if none was asked for.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Arrival<R>>> {
        let Some((_, fetching)) = self.0.front_mut() else {
            return Poll::Ready(None);
        };
        let arrival = ready!(fetching.as_mut().poll(cx));
        self.0.pop_front();
        Poll::Ready(Some(arrival))
    }
}

/// A task that ends when nobody waits for it any more.
///
/// It is a task, and not a future that is polled with its stream, so that requests made ahead go on
/// while the program works on a page: they would run out of time otherwise, and keep what limits
/// concurrency from others.
struct Task<R: Paged>(JoinHandle<Arrival<R>>);

impl<R: Paged> Future for Task<R> {
    type Output = Arrival<R>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Arrival<R>> {
        let joined = ready!(Pin::new(&mut self.0).poll(cx));
        Poll::Ready(joined.unwrap_or_else(|error| Arrival {
            page: Err(Failure::transport(TransportError::broken(error), "")),
            at: Timestamp::UNIX_EPOCH,
        }))
    }
}

impl<R: Paged> Drop for Task<R> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
