//! Collections as streams of pages and of items.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::error::{Error, ErrorBody, Failure};
use crate::paging::Paged;
use crate::response::Response;
use crate::transport::{Core, Options};

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
                    if request.advance(&page) {
                        this.state = State::Ready(core, request, options);
                    }
                    return Poll::Ready(Some(Ok(page)));
                }
            }
        }
    }
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
