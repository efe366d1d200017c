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

/// A stream over the items of a collection, from those of the page that the request asks for.
///
/// It has the items of [`Pages`], page by page, and what is said of that stream holds for this one:
/// when pages are requested, where it ends, how it goes on after an error, and that items made
/// meanwhile don't disturb it.
///
/// Something in the list that is no item, a null for example, is an error in its place, for which
/// [`is_decode`](Error::is_decode) is true and which has the page as its body; so an export that
/// stops at errors is whole or fails. The stream is not at its end then: it has the items behind when
/// it is asked again.
#[must_use = "streams do nothing unless polled"]
pub struct Items<R: Paged, E> {
    pages: Pages<R, E>,
    /// Those of the present page that are not handed out yet.
    items: VecDeque<Result<R::Item, Box<Failure>>>,
}

impl<R: Paged, E> Items<R, E> {
    /// The items that `request` asks for.
    pub fn new(core: Core, request: R, options: Options) -> Self {
        Items {
            pages: Pages::new(core, request, options),
            items: VecDeque::new(),
        }
    }

    /// How many pages may be requested at a time, from 1 to 100; 1 by default. See
    /// [`Pages::concurrency`].
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.pages = self.pages.concurrency(pages);
        self
    }

    /// The request of the next page: after an error, of the one that failed. There is none once
    /// the last page is there, though items of it may be left.
    ///
    /// After the error of a page, all items before that page are handed out, and a stream that starts with the
    /// request has those that are left. In the midst of a page it would miss the rest of the page:
    /// where an export has to go on from any point, [`Pages`] suit better.
    pub fn request(&self) -> Option<&R> {
        self.pages.request()
    }

    /// Makes the stream go on after an error, with the page that failed. Without an error, or after
    /// that of a single item, it changes nothing.
    pub fn resume(&mut self) {
        self.pages.resume();
    }

    /// The items as an iterator that waits for each.
    #[cfg(feature = "blocking")]
    pub fn blocking(mut self) -> crate::client::Blocking<Self> {
        let core = self.pages.use_blocking();
        crate::client::Blocking::new(core, self)
    }
}

impl<R: Paged, E: ErrorBody> Items<R, E> {
    /// Takes the items of a page, and errors in the place of those that are none.
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
