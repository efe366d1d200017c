//! Collections as streams of pages.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use jiff::Timestamp;

use super::cycle::Cycle;
use super::flight::{Arrival, Flight};
use super::mark::Mark as _;
use super::paged::Paged;
use super::pin::Pinning;
use crate::client::{Core, Options};
use crate::error::{Error, ErrorBody, Failure, Raw};
use crate::text::misfit;
use crate::transport::Response;
use crate::value::Json;

/// A stream over the pages of a collection, from the one that the request asks for.
///
/// Each later page is requested, with the same options, when the stream is asked for it, or
/// before that with a [`concurrency`](Self::concurrency). Nothing is sent before the stream is
/// asked for its first page, and dropping the stream drops every request under way.
///
/// # End
///
/// The stream ends behind the last page. Where the response tells the number of all items, that
/// decides; where it does not, or where that number has no room for the items that came, a page that
/// is shorter than it might be is the last. A page without items is the last, unless that number says
/// that something is missing; and a page whose body is that of the page before, byte by byte, is not handed out and ends the
/// stream, for the server takes no notice of which page it is asked for.
///
/// The stream fails with an error for which [`is_incomplete`](Error::is_incomplete) is true, instead
/// of handing out the page, where its end would leave something out:
///
/// | response | why it is not the end |
/// |---|---|
/// | it says that there is a next page, but has no item, or its last item has no key | there is no cursor to ask by |
/// | its cursor leads to a page that was asked for before | the pages go round in a circle of any length; it is noticed after at most three times as many pages as lead into it and once around |
/// | it is the page before once more, and says that there are items behind | the server takes no notice of which page it is asked for |
/// | it has no items, and says that there are more than came until there | something is left out, or the number is wrong |
/// | it has no list of items, and does not say that there are none | it is not a page |
/// | it has a number of items, a size or a word on the next page that is no such thing, a text for a number for example | what comes behind it can't be told |
///
/// # Errors
///
/// An error is handed out once. The stream is at its end then, until [`resume`](Self::resume) makes
/// it ask again for the page that failed. No page is lost or doubled by that. A
/// [`request`](Self::request) is data that can be stored, so another process can go on as well.
///
/// # Items made meanwhile
///
/// A collection that is listed newest first moves on between two pages if something is made
/// meanwhile. If the action has a parameter that ends its range, and the request does not set it,
/// the stream sets it when it starts, for all its pages: to the last whole millisecond before the
/// client's time. If the header `Date` of the first response shows that client and server differ by
/// more than a second, the first page is asked for again, with the last millisecond before that
/// date as the end, so that at most a second's items are left out. What was made before the end is
/// handed out once, and what is made after it is not. Items that are deleted meanwhile move the rest
/// all the same.
#[must_use = "streams do nothing unless polled"]
pub struct Pages<R: Paged, E> {
    core: Core,
    options: Options,
    concurrency: usize,
    /// The request of the next page to be handed out; none behind the last.
    next: Option<R>,
    has_started: bool,
    has_failed: bool,
    /// The end of the range, while only the client's clock speaks for it.
    pin: Option<Pinning<R>>,
    flight: Flight<R>,
    /// The page that was handed out last.
    latest: Option<Latest<R>>,
    /// How many items of the collection stand before the next page; not known at first.
    seen: Option<i64>,
    /// Whether a page had fewer items than it said it holds, though it was not the last.
    is_capped: bool,
    cycle: Cycle<R>,
    error: PhantomData<fn() -> E>,
}

/// What is kept of a page that was handed out.
struct Latest<R: Paged> {
    mark: R::Mark,
    body: Bytes,
}

/// A page as it is handed out.
type Page<R, E> = Result<Response<<R as crate::Action>::Output>, Error<E>>;

impl<R: Paged, E> Pages<R, E> {
    /// The pages that `request` asks for.
    pub fn new(core: Core, request: R, options: Options) -> Self {
        Pages {
            core,
            options,
            concurrency: 1,
            next: Some(request),
            has_started: false,
            has_failed: false,
            pin: None,
            flight: Flight::new(),
            latest: None,
            seen: None,
            is_capped: false,
            cycle: Cycle::default(),
            error: PhantomData,
        }
    }

    /// How many pages may be requested at a time, from 1 to 100; 1 by default. A number beyond that
    /// counts as the nearest one.
    ///
    /// With more than 1, the pages behind the one that is handed out are requested ahead, as far as
    /// they can be told: those of a collection that is paged by number or by offset, and whose
    /// pages tell the number of all items. Of others only the next page is. At most `pages` are under
    /// way or wait to be handed out.
    ///
    /// The same pages are handed out as without, in the same order, and the same errors. A page
    /// that was requested ahead and turns out not to be the next one is dropped.
    ///
    /// Requests made ahead are tasks of the Tokio runtime, so that they go on while the program works
    /// on a page. They end with the stream.
    pub fn concurrency(mut self, pages: usize) -> Self {
        const MOST: usize = 100;
        self.concurrency = pages.clamp(1, MOST);
        self
    }

    /// The request of the next page to be handed out: after an error, of the one that failed. There
    /// is none behind the last page.
    ///
    /// A stream that starts with it, in this process or in another, goes on where this one stands.
    /// Once the stream has started, it has the end of the range too.
    pub fn request(&self) -> Option<&R> {
        self.next.as_ref()
    }

    /// Makes the stream go on after an error, with the page that failed. Without an error, it
    /// changes nothing.
    pub fn resume(&mut self) {
        self.has_failed = false;
    }

    /// Ends the range of the collection, when the stream is asked for its first page.
    fn start(&mut self) {
        if let Some(next) = self.next.as_mut().filter(|_| !self.has_started) {
            self.pin = Pinning::new(next, now(&self.core));
        }
        self.has_started = true;
    }

    /// Asks for the next page, and for those behind it as far as they can be told.
    fn ask(&mut self) {
        if let Some(next) = self.next.clone().filter(|_| self.flight.len() == 0) {
            self.fetch(next);
        }
        let Some(mark) = self.latest.as_ref().and_then(|latest| latest.mark.ahead()) else {
            return;
        };
        let mut ahead = Vec::new();
        let mut last = self.flight.last().cloned();
        while self.flight.len() + ahead.len() < self.concurrency
            && let Some(request) = &mut last
            && request.advance(&mark)
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
            Arrival { page, at }
        };
        match self.concurrency {
            1 => self.flight.add(request, fetching),
            _ => self.flight.start(request, fetching),
        }
    }

    fn end(&mut self) {
        self.next = None;
        self.flight.clear();
    }
}

impl<R: Paged, E: ErrorBody> Pages<R, E> {
    /// Makes of what has come for the next page what is handed out; nothing if the stream is at its
    /// end, or has to ask again.
    fn accept(&mut self, arrival: Arrival<R>) -> Option<Page<R, E>> {
        let (response, body) = match arrival.page {
            Ok(page) => page,
            Err(failure) => {
                self.flight.clear();
                self.has_failed = true;
                return Some(Err(failure.into()));
            }
        };
        let pin = self.pin.take();
        if let Some(request) = pin.and_then(|pin| pin.corrected(response.headers(), arrival.at)) {
            self.next = Some(request);
            return None;
        }
        let mut mark = R::mark(&response);
        if self.latest.as_ref().is_some_and(|page| page.body == body) {
            if mark.says_more() {
                return Some(Err(self.incomplete(AGAIN, response, body)));
            }
            self.end();
            return None;
        }
        if self.is_capped {
            mark.forget_size();
        }
        let before = self.next.as_ref().and_then(|next| next.items_before(&mark));
        match self.follow(&response, &mark) {
            Ok(true) => self.is_capped |= mark.is_short(),
            Ok(false) => self.end(),
            Err(reason) => return Some(Err(self.incomplete(reason, response, body))),
        }
        if self.flight.first() != self.next.as_ref() {
            self.flight.clear();
        }
        let items = i64::try_from(mark.items()).unwrap_or(i64::MAX);
        let seen = self.seen.or(before);
        self.seen = seen.map(|seen| seen.saturating_add(items));
        self.latest = Some(Latest { mark, body });
        Some(Ok(response))
    }

    /// Makes the request that led to a page with this mark the one for the next page; false if
    /// there is none, or why there should be one.
    fn follow(
        &mut self,
        response: &Response<R::Output>,
        mark: &R::Mark,
    ) -> Result<bool, &'static str> {
        let Some(present) = &self.next else {
            return Ok(false);
        };
        if !R::has_items(response) && mark.may_have_items() {
            return Err("it has no list of items");
        }
        if R::is_unclear(response) {
            return Err(
                "what it says of the pages behind it is not of the kind that the API describes",
            );
        }
        let seen = self.seen.or_else(|| present.items_before(mark));
        if seen.is_some_and(|seen| mark.lacks_items(seen)) {
            return Err("it has no items, though it says that there are more");
        }
        let mut next = present.clone();
        if !next.advance(mark) {
            return mark.dead_end().map_or(Ok(false), Err);
        }
        if self.cycle.closes(present, &next) {
            return Err("its next page is one of those before it");
        }
        self.next = Some(next);
        Ok(true)
    }

    /// The error of an item that is none, on the page that was handed out last.
    pub(crate) fn misfit(
        &self,
        page: &Response<R::Output>,
        position: usize,
        json: &Json,
    ) -> Box<Failure> {
        let body = self.latest.as_ref().map(|latest| latest.body.clone());
        let raw = Raw {
            status: page.status(),
            headers: page.headers().clone(),
            body: body.unwrap_or_default(),
        };
        let failure = Failure::decode(misfit(position, json.get()), Box::new(raw));
        failure.hiding(self.core.shared.settings.tokens.known())
    }

    /// The error of a page that does not say what comes behind it. The next request is still the
    /// one for that page.
    fn incomplete(
        &mut self,
        reason: &'static str,
        response: Response<R::Output>,
        body: Bytes,
    ) -> Error<E> {
        self.flight.clear();
        self.has_failed = true;
        let raw = Raw {
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

const AGAIN: &str = "it is the page before once more, though there are items behind that";

#[cfg(feature = "blocking")]
impl<R: Paged, E> Pages<R, E> {
    /// The pages as an iterator that waits for each. What was requested ahead before that is
    /// requested again.
    pub fn blocking(mut self) -> crate::client::Blocking<Self> {
        let core = self.use_blocking();
        crate::client::Blocking::new(core, self)
    }

    /// Sends what is not handed out yet by the thread for blocking calls: what is under way is
    /// driven by a runtime that may be the very thing that is kept waiting.
    pub(crate) fn use_blocking(&mut self) -> Core {
        self.flight.clear();
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
            let Some(arrival) = ready!(this.flight.poll_next(cx)) else {
                return Poll::Ready(None);
            };
            let Some(page) = this.accept(arrival) else {
                continue;
            };
            // What is ahead goes on while the program works on this page.
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
    // A clock beyond the years that a timestamp has is as wrong as one can be, and the server's is
    // taken instead.
    core.shared.clock.date().try_into().unwrap_or_default()
}
