//! The pages of a collection that were requested and not returned yet.

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

/// A fetched page, or the failure to fetch it.
pub(crate) struct FetchedPage<R: Paged> {
    /// The page, and the bytes of its body.
    pub page: Result<(Response<R::Output>, Bytes), Box<Failure>>,
    /// When it was received, by the client's clock.
    pub at: Timestamp,
}

/// A page that is being fetched.
type Fetching<R> = Pin<Box<dyn Future<Output = FetchedPage<R>> + Send>>;

/// Pages in the order in which they are returned.
pub(crate) struct PageQueue<R: Paged>(VecDeque<(R, Fetching<R>)>);

impl<R: Paged> PageQueue<R> {
    pub fn new() -> Self {
        PageQueue(VecDeque::new())
    }

    /// The number of pages, fetched or being fetched.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The request of the next page to return.
    pub fn first(&self) -> Option<&R> {
        self.0.front().map(|(request, _)| request)
    }

    /// The request of the last page to return.
    pub fn last(&self) -> Option<&R> {
        self.0.back().map(|(request, _)| request)
    }

    /// Appends a page that is fetched while it is polled.
    pub fn add(
        &mut self,
        request: R,
        fetching: impl Future<Output = FetchedPage<R>> + Send + 'static,
    ) {
        self.0.push_back((request, Box::pin(fetching)));
    }

    /// Appends a page that a task fetches.
    pub fn start(
        &mut self,
        request: R,
        fetching: impl Future<Output = FetchedPage<R>> + Send + 'static,
    ) {
        match Handle::try_current() {
            Ok(runtime) => self.add(request, Task(runtime.spawn(fetching))),
            // Polling it returns the error for a missing runtime.
            Err(_) => self.add(request, fetching),
        }
    }

    /// Drops all pages and cancels their requests.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Polls the next page; `None` if none was requested.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<FetchedPage<R>>> {
        let Some((_, fetching)) = self.0.front_mut() else {
            return Poll::Ready(None);
        };
        let fetched = ready!(fetching.as_mut().poll(cx));
        self.0.pop_front();
        Poll::Ready(Some(fetched))
    }
}

/// A task that is aborted when this is dropped.
///
/// A task goes on while the program works on a page. A future that is polled with its stream would
/// stop then: it would run into its timeout, and hold a permit of the concurrency limit.
struct Task<R: Paged>(JoinHandle<FetchedPage<R>>);

impl<R: Paged> Future for Task<R> {
    type Output = FetchedPage<R>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<FetchedPage<R>> {
        let joined = ready!(Pin::new(&mut self.0).poll(cx));
        Poll::Ready(joined.unwrap_or_else(|error| FetchedPage {
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
