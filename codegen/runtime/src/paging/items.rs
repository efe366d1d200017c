//! Collections as streams of items.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::paged::Paged;
use super::pages::Pages;
use crate::client::{Core, Options};
use crate::error::{Error, ErrorBody, Failure};
use crate::transport::Response;

/// A stream over the items of a collection, starting with the page that the request selects.
///
/// It returns the items of [`Pages`], page by page. The docs of that stream apply to this one too:
/// when pages are requested, where the stream ends, how it resumes after an error, and how it
/// handles items created meanwhile.
///
/// An entry of the list that is not an item, such as a null, is returned as an error in its place.
/// [`is_decode`](Error::is_decode) is true for that error, and its body is the page. So an export
/// that stops at errors is either complete or fails. The stream does not end there: polled again,
/// it returns the following items.
#[must_use = "streams do nothing unless polled"]
pub struct Items<R: Paged, E> {
    pages: Pages<R, E>,
    /// The items of the current page that were not returned yet.
    items: VecDeque<Result<R::Item, Box<Failure>>>,
}

impl<R: Paged, E> Items<R, E> {
    /// Creates a stream over the items that `request` selects.
    pub fn new(core: Core, request: R, options: Options) -> Self {
        Items {
            pages: Pages::new(core, request, options),
            items: VecDeque::new(),
        }
    }

    /// Sets how many pages may be requested at a time, from 1 to 100. Default: 1. See
    /// [`Pages::concurrency`].
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.pages = self.pages.concurrency(pages);
        self
    }

    /// The request of the next page; after an error, that of the page that failed. There is none
    /// after the last page was received, even if items of it are left.
    ///
    /// After a page has failed, all items before that page were returned, and a stream that starts
    /// with this request returns the others. In the middle of a page, such a stream would skip the
    /// rest of the page: use [`Pages`] for an export that must resume from any point.
    pub fn request(&self) -> Option<&R> {
        self.pages.request()
    }

    /// Resumes the stream after an error, with the page that failed. Without an error, or after
    /// that of a single item, it does nothing.
    pub fn resume(&mut self) {
        self.pages.resume();
    }

    /// Returns the items as an iterator that blocks the current thread.
    #[cfg(feature = "blocking")]
    pub fn blocking(mut self) -> crate::client::Blocking<Self> {
        let core = self.pages.use_blocking();
        crate::client::Blocking::new(core, self)
    }
}

impl<R: Paged, E: ErrorBody> Items<R, E> {
    /// Takes the items of a page, with an error in the place of each entry that is not an item.
    fn take(&mut self, mut page: Response<R::Output>) {
        let items = R::take(&mut page).into_entries().enumerate();
        let items = items.map(|(position, entry)| {
            entry.map_err(|json| self.pages.misfit(&page, position, &json))
        });
        self.items = items.collect();
    }
}

impl<R: Paged, E> Unpin for Items<R, E> {}

impl<R: Paged, E: ErrorBody> Stream for Items<R, E> {
    type Item = Result<R::Item, Error<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.items.pop_front() {
                return Poll::Ready(Some(item.map_err(Error::from)));
            }
            match ready!(Pin::new(&mut this.pages).poll_next(cx)) {
                Some(Ok(page)) => this.take(page),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<R: Paged, E> fmt::Debug for Items<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}
