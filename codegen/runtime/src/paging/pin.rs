//! Pins: the end of a collection's range, by which a stream keeps out what is made after it began.
//!
//! A collection that is listed newest first grows at its beginning: whatever is made between two
//! pages moves all that is behind it, and a later page begins with items of the page before. So
//! the range is ended before the first page is asked for, by the client's clock, and the first
//! response shows by its `Date` whether that clock is right.

use std::time::SystemTime;

use http::HeaderMap;
use http::header::DATE;
use jiff::{SignedDuration, Timestamp};

use super::paged::Paged;

/// How far the clocks of client and server may differ. The server's is told in whole seconds.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(1);

/// A pin by the client's clock, until a response shows whether that is right.
pub(crate) struct Pinning<R> {
    free: R,
    at: Timestamp,
}

impl<R: Paged> Pinning<R> {
    /// Pins a request to what was made before `now`, the client's time. There is no pin if the
    /// action has no parameter for it, or the request sets that itself.
    pub fn new(request: &mut R, now: Timestamp) -> Option<Self> {
        let free = request.clone();
        let pinning = Pinning { free, at: now };
        request.pin(before(now)).then_some(pinning)
    }

    /// The request pinned by the server's clock, where the headers of the response, which came at
    /// `arrived`, show that the client's clock is wrong.
    pub fn corrected(self, headers: &HeaderMap, arrived: Timestamp) -> Option<R> {
        let date = date(headers).filter(|date| differ(self.at, arrived, *date))?;
        let mut request = self.free;
        request.pin(before(date)).then_some(request)
    }
}

/// The last whole millisecond before a point in time: in the present one, more may still be made.
fn before(time: Timestamp) -> Timestamp {
    let last = time.as_millisecond().saturating_sub(1);
    Timestamp::from_millisecond(last).unwrap_or(Timestamp::MIN)
}

/// Whether the server's clock is another than the client's, by which a request was made at `asked`
/// and its response came at `arrived`.
///
/// In between, and not more than a second before that for being told in whole seconds, the server
/// wrote its `date`, however long either took.
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
