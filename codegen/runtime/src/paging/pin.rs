//! Pins: a stream fixes the end of a collection's range when it starts, so that later items are not
//! returned and do not shift pages.
//!
//! A collection that is listed newest first grows at its beginning: items created between two pages
//! shift all others, and a page would begin with items of the page before. So the range is ended
//! before the first page is requested, by the client's clock. The `Date` of the first response
//! shows whether that clock is right.

use std::time::SystemTime;

use http::HeaderMap;
use http::header::DATE;
use jiff::{SignedDuration, Timestamp};

use super::paged::Paged;

/// How far the clocks of client and server may differ. `Date` has whole seconds only.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(1);

/// A pin by the client's clock, until a response shows whether the clock is right.
pub(crate) struct Pinning<R> {
    free: R,
    at: Timestamp,
}

impl<R: Paged> Pinning<R> {
    /// Pins a request to items created before `now`, the client's time. Returns `None` if the
    /// action has no parameter for that, or the request sets it itself.
    pub fn new(request: &mut R, now: Timestamp) -> Option<Self> {
        let free = request.clone();
        let pinning = Pinning { free, at: now };
        request.pin(before(now)).then_some(pinning)
    }

    /// Returns the request pinned by the server's clock, if the headers of the response, received
    /// at `arrived`, show that the client's clock is wrong.
    pub fn corrected(self, headers: &HeaderMap, arrived: Timestamp) -> Option<R> {
        let date = date(headers).filter(|date| differ(self.at, arrived, *date))?;
        let mut request = self.free;
        request.pin(before(date)).then_some(request)
    }
}

/// The last whole millisecond before a point in time: in the current one, more items may still be
/// created.
fn before(time: Timestamp) -> Timestamp {
    let last = time.as_millisecond().saturating_sub(1);
    Timestamp::from_millisecond(last).unwrap_or(Timestamp::MIN)
}

/// Whether the server's clock differs from the client's. By the client's, a request was sent at
/// `asked` and its response received at `arrived`.
///
/// The server wrote its `date` between the two, or up to a second earlier because it has whole
/// seconds only.
fn differ(asked: Timestamp, arrived: Timestamp, date: Timestamp) -> bool {
    asked.duration_since(date) > TOLERANCE || date.duration_since(arrived) > TOLERANCE
}

/// When the server sent a response, by its clock; in any of the three formats of RFC 9110.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(DATE)?.to_str().ok()?;
    let time: SystemTime = httpdate::parse_http_date(text).ok()?;
    Timestamp::try_from(time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_present_millisecond_is_left_out() {
        for (now, end) in [
            ("2026-01-01T00:00:00.000Z", "2025-12-31T23:59:59.999Z"),
            ("2026-01-01T00:00:00.002999Z", "2026-01-01T00:00:00.001Z"),
        ] {
            assert_eq!(before(time(now)), time(end));
        }
        before(Timestamp::MIN);
    }

    #[test]
    fn a_clock_is_right_however_long_a_response_takes() {
        let asked = time("2026-01-01T00:00:09.999Z");
        for arrived in ["2026-01-01T00:00:09.999Z", "2026-01-01T00:01:00.5Z"] {
            for date in ["2026-01-01T00:00:09Z", "2026-01-01T00:00:10Z"] {
                assert!(
                    !differ(asked, time(arrived), time(date)),
                    "{arrived} {date}"
                );
            }
        }
        let later = time("2026-01-01T00:01:00.5Z");
        assert!(!differ(asked, later, time("2026-01-01T00:01:00Z")));
        assert!(differ(asked, later, time("2026-01-01T00:01:02Z")));
        assert!(differ(asked, later, time("2026-01-01T00:00:08Z")));
    }

    #[test]
    fn a_date_is_read_in_each_of_its_formats_and_anything_else_is_none() {
        let expected = Some(time("1994-11-06T08:49:37Z"));
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", expected),
            ("Sunday, 06-Nov-94 08:49:37 GMT", expected),
            ("Sun Nov  6 08:49:37 1994", expected),
            ("1994-11-06T08:49:37Z", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(DATE, text.parse().unwrap())]);
            assert_eq!(date(&headers), expected, "{text}");
        }
        assert_eq!(date(&HeaderMap::new()), None);
    }
}
