//! Collections as streams of pages and of items.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::client::{Core, Options};
use crate::error::{Error, ErrorBody, Failure};
use crate::request::{Extent, Paged};
use crate::response::Response;

/// A page, or why it could not be had; and what it takes to ask for the next.
type Fetched<R> = (
    Result<Response<<R as crate::Action>::Output>, Box<Failure>>,
    Core,
    R,
    Options,
);

/// A stream over the pages of a collection, from the one that the request asks for.
///
/// Each later page is requested, with the same options, when the stream is asked for it. The
/// stream ends behind the last page, and for good behind an error.
pub struct Pages<R: Paged, E> {
    state: State<R>,
    error: PhantomData<fn() -> E>,
}

enum State<R: Paged> {
    Ready(Core, R, Options),
    Fetching(Pin<Box<dyn Future<Output = Fetched<R>> + Send>>),
    Done,
}

impl<R: Paged, E> Pages<R, E> {
    /// The pages that `request` asks for.
    pub fn new(core: Core, request: R, options: Options) -> Self {
        Pages {
            state: State::Ready(core, request, options),
            error: PhantomData,
        }
    }
}

impl<R: Paged, E: ErrorBody> Stream for Pages<R, E> {
    type Item = Result<Response<R::Output>, Error<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            match std::mem::replace(&mut this.state, State::Done) {
                State::Done => return Poll::Ready(None),
                State::Ready(core, request, options) => {
                    this.state = State::Fetching(Box::pin(async move {
                        let fetched = core.send(&request, &options).await;
                        (fetched, core, request, options)
                    }));
                }
                State::Fetching(mut fetching) => {
                    let Poll::Ready(fetched) = fetching.as_mut().poll(cx) else {
                        this.state = State::Fetching(fetching);
                        return Poll::Pending;
                    };
                    let (fetched, core, mut request, options) = fetched;
                    let page = match fetched {
                        Ok(page) => page,
                        Err(failure) => return Poll::Ready(Some(Err(failure.into()))),
                    };
                    let number = request.page().unwrap_or(0);
                    if let Some(next) = next_page(number, R::extent(&page)) {
                        *request.page() = Some(next);
                        this.state = State::Ready(core, request, options);
                    }
                    return Poll::Ready(Some(Ok(page)));
                }
            }
        }
    }
}

/// The number of the page behind one, unless that was the last.
///
/// The total decides where the response tells it, and the page's size where it does not: the size
/// that the response reports, for a server may cap the one that was asked for. A page without
/// items is the last in any case, so that a wrong total can't keep a stream going.
fn next_page(number: i64, extent: Extent) -> Option<i64> {
    let items = i64::try_from(extent.items)
        .ok()
        .filter(|items| *items > 0)?;
    let next = number.checked_add(1)?;
    let size = extent.per_page.filter(|size| *size > 0);
    let more = match (extent.total, size) {
        (Some(total), size) => next.saturating_mul(size.unwrap_or(items)) < total,
        (None, Some(size)) => items >= size,
        (None, None) => true,
    };
    more.then_some(next)
}

/// A stream over the items of a collection, from the page that the request asks for.
///
/// It ends behind the last item, and for good behind an error.
pub struct Items<R: Paged, E> {
    pages: Pages<R, E>,
    items: VecDeque<R::Item>,
}

impl<R: Paged, E> Items<R, E> {
    /// The items that `request` asks for.
    pub fn new(core: Core, request: R, options: Options) -> Self {
        Items {
            pages: Pages::new(core, request, options),
            items: VecDeque::new(),
        }
    }
}

impl<R: Paged, E> Unpin for Items<R, E> {}

impl<R: Paged, E> Unpin for Pages<R, E> {}

impl<R: Paged, E: ErrorBody> Stream for Items<R, E> {
    type Item = Result<R::Item, Error<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.items.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut this.pages).poll_next(cx)) {
                Some(Ok(page)) => this.items = R::take(page.into_body()).into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<R: Paged, E> fmt::Debug for Pages<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

impl<R: Paged, E> fmt::Debug for Items<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(items: usize, per_page: Option<i64>, total: Option<i64>) -> Extent {
        Extent {
            items,
            per_page,
            total,
        }
    }

    #[test]
    fn the_total_decides_where_there_is_one() {
        assert_eq!(next_page(0, extent(10, Some(10), Some(11))), Some(1));
        assert_eq!(next_page(0, extent(10, Some(10), Some(10))), None);
        assert_eq!(next_page(1, extent(1, Some(10), Some(11))), None);
        // Items were deleted meanwhile, or are left out by the server: the next page has the rest.
        assert_eq!(next_page(0, extent(9, Some(10), Some(11))), Some(1));
    }

    #[test]
    fn a_short_page_is_the_last_where_there_is_no_total() {
        assert_eq!(next_page(0, extent(10, Some(10), None)), Some(1));
        assert_eq!(next_page(0, extent(9, Some(10), None)), None);
        assert_eq!(next_page(0, extent(9, None, None)), Some(1));
    }

    #[test]
    fn an_empty_page_is_the_last_whatever_the_total() {
        assert_eq!(next_page(7, extent(0, Some(10), Some(i64::MAX))), None);
        assert_eq!(next_page(i64::MAX, extent(1, Some(1), None)), None);
    }
}
