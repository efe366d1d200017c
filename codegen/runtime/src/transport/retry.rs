//! Retries: policy, backoff, budget.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, header};

/// A retry policy: when a request is retried, and after which wait.
///
/// Only requests that are safe to repeat are retried. Between attempts the client waits for a
/// random time between zero and a limit that doubles with every attempt ("full jitter"), or for the
/// time in the server's `Retry-After`, in seconds or as a date.
///
/// | what happened | methods that are retried |
/// |---|---|
/// | connecting failed; 429 | all: the server has not acted |
/// | the connection broke, or the time for the attempt ran out; 408, 500, 502, 503, 504 | GET, HEAD, OPTIONS, TRACE, PUT, DELETE: idempotent (RFC 9110, section 9.2.2) |
/// | anything else | none |
///
/// After a redirect within the server, no failure shows that the server has not acted, so only
/// idempotent methods are retried. Redirects that your own `reqwest` client follows are not seen.
///
/// An upload from a reader is sent once, because it can't be read again.
///
/// | setting | default |
/// |---|---|
/// | [`attempts`](Self::attempts) | 4 |
/// | [`backoff`](Self::backoff) | from 500 milliseconds to 20 seconds |
/// | [`longest_retry_after`](Self::longest_retry_after) | 60 seconds |
/// | [`idempotent`](Self::idempotent) | depends on the method |
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Retry {
    pub(crate) attempts: u32,
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
    pub(crate) longest_retry_after: Duration,
    pub(crate) idempotent: Option<bool>,
}

impl Default for Retry {
    fn default() -> Self {
        Retry {
            attempts: 4,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(20),
            longest_retry_after: Duration::from_secs(60),
            idempotent: None,
        }
    }
}

impl Retry {
    /// Creates a policy with the defaults.
    pub fn new() -> Self {
        Retry::default()
    }

    /// Creates a policy with one attempt only.
    pub fn none() -> Self {
        Retry::new().attempts(1)
    }

    /// Sets the maximum number of attempts, including the first. At least 1.
    pub fn attempts(mut self, most: u32) -> Self {
        self.attempts = most;
        self
    }

    /// Sets the limits of the waits: `first` before the second attempt, doubling up to `longest`.
    /// Each wait is a random part of its limit.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first = first;
        self.longest = longest;
        self
    }

    /// Sets the longest wait that the server can ask for. If it asks for more, the client waits
    /// this long.
    pub fn longest_retry_after(mut self, longest: Duration) -> Self {
        self.longest_retry_after = longest;
        self
    }

    /// Sets whether the request may safely be repeated, whatever its method: e.g. true for a POST
    /// that only reads, false for a PUT that counts.
    pub fn idempotent(mut self, is: bool) -> Self {
        self.idempotent = Some(is);
        self
    }

    /// Whether a request has the same effect if it is repeated.
    pub(crate) fn is_idempotent(&self, method: &Method) -> bool {
        self.idempotent.unwrap_or_else(|| method.is_idempotent())
    }

    /// How long to wait after so many attempts.
    pub(crate) fn wait(&self, attempts: u32, asked: Option<Duration>, random: u64) -> Duration {
        if let Some(asked) = asked {
            return asked.min(self.longest_retry_after);
        }
        let doubled = 2u32.saturating_pow(attempts.saturating_sub(1));
        let limit = self.first.saturating_mul(doubled).min(self.longest);
        // The fraction `random / 2^64` of the limit.
        let nanos = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
        let part = (u128::from(nanos) * u128::from(random)) >> u64::BITS;
        // Less than `nanos`, so the cast is lossless.
        Duration::from_nanos(part as u64)
    }
}

/// A client's retry budget, so that retries do not make an outage worse.
///
/// It is full at first. A retry takes a part of it. A successful first attempt gives a tenth of
/// that part back, a successful retry the whole part. While nothing succeeds, the budget runs out
/// and each call gets one attempt.
#[derive(Debug)]
pub(crate) struct Budget {
    /// In tenths of a retry.
    left: AtomicU32,
    most: u32,
}

const RETRY: u32 = 10;

impl Budget {
    /// Creates a budget of so many retries.
    pub fn new(retries: u32) -> Self {
        let most = retries.saturating_mul(RETRY);
        Budget {
            left: AtomicU32::new(most),
            most,
        }
    }

    /// Takes a retry, if there is one.
    pub fn take(&self) -> Option<RetryPermit<'_>> {
        let take = |left: u32| left.checked_sub(RETRY);
        let taken = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.ok().map(|_| RetryPermit(self))
    }

    /// Counts a success.
    pub fn succeeded(&self, was_retried: bool) {
        self.give(if was_retried { RETRY } else { 1 });
    }

    fn give(&self, back: u32) {
        let give = |left: u32| (left < self.most).then(|| left.saturating_add(back).min(self.most));
        // It fails if the budget is full, and then there is nothing to do.
        let _ = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, give);
    }
}

/// A retry taken from the budget. It is given back if it is dropped unused, e.g. with a future that
/// waits.
#[derive(Debug)]
pub(crate) struct RetryPermit<'a>(&'a Budget);

impl RetryPermit<'_> {
    /// Uses the retry.
    pub fn spend(self) {
        std::mem::forget(self);
    }
}

impl Drop for RetryPermit<'_> {
    fn drop(&mut self) {
        self.0.give(RETRY);
    }
}

/// How long the server asks to wait: `Retry-After` (RFC 9110, section 10.2.3), in seconds or as a
/// date. A date is compared with the response's `Date` if there is one, since the server's clock
/// may differ from ours. A date in the past means no wait.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than a number holds mean forever.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let then = httpdate::parse_http_date(text).ok()?;
    let date = headers
        .get(header::DATE)
        .and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
    Some(then.duration_since(date.unwrap_or(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_limit_of_a_wait_doubles_and_a_random_part_of_it_is_waited() {
        let retry = Retry::new().backoff(SECOND, 10 * SECOND);
        let longest = |attempts| {
            let wait = retry.wait(attempts, None, u64::MAX);
            (wait + Duration::from_nanos(1)).as_secs()
        };
        let limits: Vec<_> = (1..=6).map(longest).collect();
        assert_eq!(limits, [1, 2, 4, 8, 10, 10]);
        assert_eq!(longest(u32::MAX), 10);
        assert_eq!(retry.wait(3, None, 0), Duration::ZERO);
        assert_eq!(retry.wait(3, None, 1 << 63), 2 * SECOND);
    }

    #[test]
    fn the_server_decides_how_long_is_waited_up_to_a_cap() {
        let retry = Retry::new().longest_retry_after(30 * SECOND);
        for (asked, waited) in [(0, 0), (7, 7), (u64::MAX, 30)] {
            let asked = Some(Duration::from_secs(asked));
            assert_eq!(retry.wait(1, asked, u64::MAX).as_secs(), waited);
        }
    }

    #[test]
    fn an_empty_budget_fills_by_success_only() {
        let budget = Budget::new(2);
        assert_eq!([(); 3].map(|()| spend(&budget)), [true, true, false]);
        (0..9).for_each(|_| budget.succeeded(false));
        assert!(!spend(&budget));
        budget.succeeded(false);
        assert!(spend(&budget));
        budget.succeeded(true);
        assert!(spend(&budget));
        (0..100).for_each(|_| budget.succeeded(true));
        assert_eq!([(); 3].map(|()| spend(&budget)), [true, true, false]);
        assert!(!spend(&Budget::new(0)));
    }

    #[test]
    fn a_retry_that_is_not_made_goes_back() {
        let budget = Budget::new(1);
        drop(budget.take());
        assert!(spend(&budget));
        assert!(!spend(&budget));
    }

    #[test]
    fn the_largest_budget_does_not_overflow() {
        let budget = Budget::new(u32::MAX);
        assert!(spend(&budget));
        budget.succeeded(false);
        budget.succeeded(true);
        assert_eq!(budget.left.load(Ordering::Relaxed), u32::MAX);
    }

    fn spend(budget: &Budget) -> bool {
        budget.take().map(RetryPermit::spend).is_some()
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        let asked = |text: &str, date: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, text.parse().unwrap());
            if let Some(date) = date {
                headers.insert(header::DATE, date.parse().unwrap());
            }
            retry_after(&headers, now).map(|time| time.as_secs())
        };
        assert_eq!(asked("0", None), Some(0));
        assert_eq!(asked(" 120 ", None), Some(120));
        assert_eq!(asked("1000000000000", None), Some(1_000_000_000_000));
        assert_eq!(asked("99999999999999999999999", None), Some(u64::MAX));
        for date in [
            "Sun, 06 Nov 1994 08:49:47 GMT",
            "Sunday, 06-Nov-94 08:49:47 GMT",
            "Sun Nov  6 08:49:47 1994",
        ] {
            assert_eq!(asked(date, None), Some(10), "{date}");
        }
        assert_eq!(asked("Sun, 06 Nov 1994 08:00:00 GMT", None), Some(0));
        let date = Some("Sun, 06 Nov 1994 08:50:00 GMT");
        assert_eq!(asked("Sun, 06 Nov 1994 08:50:03 GMT", date), Some(3));
        for garbage in ["", "-1", "1.5", "soon", "Sun, 99 Nov 1994 08:50:03 GMT"] {
            assert_eq!(asked(garbage, None), None, "{garbage}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_wait_is_longer_than_its_limits(
            attempts: u32, asked: Option<u64>, random: u64, first: u64, longest: u64,
        ) {
            let (first, longest) = (Duration::from_nanos(first), Duration::from_nanos(longest));
            let retry = Retry::new().backoff(first, longest);
            let wait = retry.wait(attempts, asked.map(Duration::from_nanos), random);
            proptest::prop_assert!(wait <= longest.max(retry.longest_retry_after));
        }
    }
}
