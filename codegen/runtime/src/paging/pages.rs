//! Collections as streams of pages.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use jiff::Timestamp;

use super::cycle::Cycle;
use super::page_info::PageInfo as _;
use super::paged::Paged;
use super::pin::Pinning;
use super::queue::{FetchedPage, PageQueue};
use crate::client::{Core, Options};
use crate::error::{Error, ErrorBody, Failure, RawResponse};
use crate::text::misfit;
use crate::transport::Response;
use crate::value::Json;

/// A stream over the pages of a collection, starting with the one that the request selects.
///
/// Each later page is requested with the same options when the stream is polled for it, or earlier
/// with a [`concurrency`](Self::concurrency). Nothing is sent before the stream is polled, and
/// dropping the stream cancels its requests.
///
/// # End
///
/// The stream ends after the last page. If the response reports the number of all items, that
/// number decides. If it does not, or if the number is smaller than that of the items received, a
/// page shorter than the page size is the last. A page without items is the last, unless the number
/// of all items shows that some are missing. A page whose body is identical to that of the page
/// before is not returned and ends the stream, because the server ignores which page is requested.
///
/// Where ending would lose items, the stream returns an error instead of the page.
/// [`is_incomplete`](Error::is_incomplete) is true for it:
///
/// | response | why it is not the end |
/// |---|---|
/// | it says that there is a next page, but has no item, or its last item has no key | the next page has no cursor |
/// | its cursor leads to a page that was requested before | the pages repeat in a cycle, which is detected after at most three times as many pages as lead into it and once around |
/// | it is identical to the page before, and says that more items follow | the server ignores which page is requested |
/// | it has no items, and says that there are more than were received | items are missing, or the number is wrong |
/// | it has no list of items, and does not say that there are none | it is not a valid page |
/// | its total, page size or next page has the wrong type, e.g. a string instead of a number | what follows is unknown |
///
/// # Errors
///
/// An error is returned once, and ends the stream. [`resume`](Self::resume) makes it request the
/// failed page again, without losing or repeating a page. A [`request`](Self::request) is data that
/// can be stored, so another process can resume as well.
///
/// # Items created meanwhile
///
/// If a collection is listed newest first, items created between two pages shift its pages. If the
/// action has a parameter that ends the range and the request does not set it, the stream sets it
/// for all its pages when it starts: to the last whole millisecond before the client's time. If the
/// header `Date` of the first response shows that the clocks of client and server differ by more
/// than a second, the first page is requested again with the last millisecond before that date as
/// the end, so that at most the items of a second are left out. Items created before the end are
/// returned once, later ones are not returned. Items that are deleted meanwhile still shift pages.
#[must_use = "streams do nothing unless polled"]
pub struct Pages<R: Paged, E> {
    core: Core,
    options: Options,
    concurrency: usize,
    /// The request of the next page to return; none after the last.
    next: Option<R>,
    has_started: bool,
    has_failed: bool,
    /// The end of the range, while it is based on the client's clock only.
    pin: Option<Pinning<R>>,
    queue: PageQueue<R>,
    /// The page that was returned last.
    latest: Option<Latest<R>>,
    /// The number of items before the next page; unknown at first.
    seen: Option<i64>,
    /// Whether a page was shorter than the reported page size, though it was not the last.
    is_capped: bool,
    cycle: Cycle<R>,
    error: PhantomData<fn() -> E>,
}

/// What is kept of a returned page.
struct Latest<R: Paged> {
    page_info: R::PageInfo,
    body: Bytes,
}

/// A page as returned by the stream.
type Page<R, E> = Result<Response<<R as crate::Action>::Output>, Error<E>>;

impl<R: Paged, E> Pages<R, E> {
    /// Creates a stream over the pages that `request` selects.
    pub fn new(core: Core, request: R, options: Options) -> Self {
        Pages {
            core,
            options,
            concurrency: 1,
            next: Some(request),
            has_started: false,
            has_failed: false,
            pin: None,
            queue: PageQueue::new(),
            latest: None,
            seen: None,
            is_capped: false,
            cycle: Cycle::default(),
            error: PhantomData,
        }
    }

    /// Sets how many pages may be requested at a time, from 1 to 100; other numbers count as the
    /// nearest of these. Default: 1.
    ///
    /// With more than 1, later pages are requested ahead. Several are if the collection is paged by
    /// number or offset and its pages report the number of all items; otherwise only the next one
    /// is. At most `pages` pages are being fetched or waiting to be returned.
    ///
    /// Pages, their order and errors are the same as without. A page that was requested ahead and
    /// turns out not to be the next one is dropped.
    ///
    /// Requests made ahead are tasks of the Tokio runtime, so they go on while the program works on
    /// a page. Dropping the stream cancels them.
    pub fn concurrency(mut self, pages: usize) -> Self {
        const MOST: usize = 100;
        self.concurrency = pages.clamp(1, MOST);
        self
    }

    /// The request of the next page to return; after an error, that of the page that failed. There
    /// is none after the last page.
    ///
    /// A stream that starts with it, in this process or another, continues where this one is. Once
    /// the stream has started, the request includes the end of the range.
    pub fn request(&self) -> Option<&R> {
        self.next.as_ref()
    }

    /// Resumes the stream after an error, with the page that failed. Without an error, it does
    /// nothing.
    pub fn resume(&mut self) {
        self.has_failed = false;
    }

    /// Sets the end of the collection's range when the stream is first polled.
    fn start(&mut self) {
        if let Some(next) = self.next.as_mut().filter(|_| !self.has_started) {
            self.pin = Pinning::new(next, now(&self.core));
        }
        self.has_started = true;
    }

    /// Requests the next page, and later ones as far as their requests are known.
    fn ask(&mut self) {
        if let Some(next) = self.next.clone().filter(|_| self.queue.len() == 0) {
            self.fetch(next);
        }
        let Some(page_info) = self
            .latest
            .as_ref()
            .and_then(|latest| latest.page_info.ahead())
        else {
            return;
        };
        let mut ahead = Vec::new();
        let mut last = self.queue.last().cloned();
        while self.queue.len() + ahead.len() < self.concurrency
            && let Some(request) = &mut last
            && request.advance(&page_info)
        {
            ahead.push(request.clone());
        }
        ahead.into_iter().for_each(|request| self.fetch(request));
    }

    fn fetch(&mut self, request: R) {
        let (core, options) = (self.core.clone(), self.options.clone());
        let asked = request.clone();
        let fetching = async move {
            let page = core.whole(&asked, &options).await;
            let page = page.and_then(|page| {
                let bytes = page.bytes().clone();
                page.decode::<R, _>(&core).map(|page| (page, bytes))
            });
            let at = now(&core);
            FetchedPage { page, at }
        };
        match self.concurrency {
            1 => self.queue.add(request, fetching),
            _ => self.queue.start(request, fetching),
        }
    }

    fn end(&mut self) {
        self.next = None;
        self.queue.clear();
    }
}

impl<R: Paged, E: ErrorBody> Pages<R, E> {
    /// Turns a fetched page into what is returned; `None` if the stream has ended or must request
    /// the page again.
    fn accept(&mut self, fetched: FetchedPage<R>) -> Option<Page<R, E>> {
        let (response, body) = match fetched.page {
            Ok(page) => page,
            Err(failure) => {
                self.queue.clear();
                self.has_failed = true;
                return Some(Err(failure.into()));
            }
        };
        let pin = self.pin.take();
        if let Some(request) = pin.and_then(|pin| pin.corrected(response.headers(), fetched.at)) {
            self.next = Some(request);
            return None;
        }
        let mut page_info = R::page_info(&response);
        if self.latest.as_ref().is_some_and(|page| page.body == body) {
            if page_info.reports_more() {
                return Some(Err(self.incomplete(AGAIN, response, body)));
            }
            self.end();
            return None;
        }
        if self.is_capped {
            page_info.forget_size();
        }
        let before = self
            .next
            .as_ref()
            .and_then(|next| next.items_before(&page_info));
        match self.follow(&response, &page_info) {
            Ok(true) => self.is_capped |= page_info.is_short(),
            Ok(false) => self.end(),
            Err(reason) => return Some(Err(self.incomplete(reason, response, body))),
        }
        if self.queue.first() != self.next.as_ref() {
            self.queue.clear();
        }
        let items = i64::try_from(page_info.items()).unwrap_or(i64::MAX);
        let seen = self.seen.or(before);
        self.seen = seen.map(|seen| seen.saturating_add(items));
        self.latest = Some(Latest { page_info, body });
        Some(Ok(response))
    }

    /// Advances to the request of the next page. Returns false if there is none, or an error if
    /// there should be one.
    fn follow(
        &mut self,
        response: &Response<R::Output>,
        page_info: &R::PageInfo,
    ) -> Result<bool, &'static str> {
        let Some(present) = &self.next else {
            return Ok(false);
        };
        if !R::has_items(response) && page_info.may_have_items() {
            return Err("it has no list of items");
        }
        if R::is_unclear(response) {
            return Err(
                "what it says about the next page is not of the type that the API describes",
            );
        }
        let seen = self.seen.or_else(|| present.items_before(page_info));
        if seen.is_some_and(|seen| page_info.lacks_items(seen)) {
            return Err("it has no items, though it says that there are more");
        }
        let mut next = present.clone();
        if !next.advance(page_info) {
            return page_info.dead_end().map_or(Ok(false), Err);
        }
        if self.cycle.closes(present, &next) {
            return Err("its next page was requested before");
        }
        self.next = Some(next);
        Ok(true)
    }

    /// The error for an entry that is not an item, on the page that was returned last.
    pub(crate) fn misfit(
        &self,
        page: &Response<R::Output>,
        position: usize,
        json: &Json,
    ) -> Box<Failure> {
        let body = self.latest.as_ref().map(|latest| latest.body.clone());
        let raw = RawResponse {
            status: page.status(),
            headers: page.headers().clone(),
            body: body.unwrap_or_default(),
        };
        let failure = Failure::decode(misfit(position, json.get()), Box::new(raw));
        failure.hiding(self.core.shared.settings.tokens.known())
    }

    /// The error for a page that does not show what comes after it. The next request stays that of
    /// this page.
    fn incomplete(
        &mut self,
        reason: &'static str,
        response: Response<R::Output>,
        body: Bytes,
    ) -> Error<E> {
        self.queue.clear();
        self.has_failed = true;
        let raw = RawResponse {
            status: response.status(),
            headers: response.headers().clone(),
            body,
        };
        let failure = Failure::incomplete(reason, Box::new(raw));
        let failure = failure.hiding(self.core.shared.settings.tokens.known());
        match &self.next {
            Some(request) => failure.of(request.spec()).into(),
            None => failure.into(),
        }
    }
}

const AGAIN: &str = "it is identical to the page before, though more items follow";

#[cfg(feature = "blocking")]
impl<R: Paged, E> Pages<R, E> {
    /// Returns the pages as an iterator that blocks the current thread. Pages that were already
    /// requested ahead are requested again.
    pub fn blocking(mut self) -> crate::client::Blocking<Self> {
        let core = self.use_blocking();
        crate::client::Blocking::new(core, self)
    }

    /// Moves requests to the thread for blocking calls: a blocking call may be blocking the runtime
    /// that drives the current ones.
    pub(crate) fn use_blocking(&mut self) -> Core {
        self.queue.clear();
        self.core.use_blocking();
        self.core.clone()
    }
}

impl<R: Paged, E> Unpin for Pages<R, E> {}

impl<R: Paged, E: ErrorBody> Stream for Pages<R, E> {
    type Item = Page<R, E>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.has_failed {
            return Poll::Ready(None);
        }
        this.start();
        loop {
            this.ask();
            let Some(fetched) = ready!(this.queue.poll_next(cx)) else {
                return Poll::Ready(None);
            };
            let Some(page) = this.accept(fetched) else {
                continue;
            };
            // Fetch further pages while the program works on this one.
            if page.is_ok() && this.concurrency > 1 {
                this.ask();
            }
            return Poll::Ready(Some(page));
        }
    }
}

impl<R: Paged, E> fmt::Debug for Pages<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

/// The client's time.
fn now(core: &Core) -> Timestamp {
    // A clock beyond the range of a timestamp is wrong, and the server's is used instead.
    core.shared.clock.date().try_into().unwrap_or_default()
}
