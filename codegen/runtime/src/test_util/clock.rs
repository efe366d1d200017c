//! A clock that advances when something sleeps.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::transport::Clock;

/// A clock on which waiting takes no time: a sleep ends at once and advances the clock.
///
/// Its clones are the same clock. It applies to waits between attempts; a single attempt is still
/// timed by Tokio.
#[derive(Debug, Clone)]
pub struct VirtualClock(Arc<Mutex<Time>>);

#[derive(Debug)]
struct Time {
    date: SystemTime,
    now: Duration,
    slept: Duration,
    random: u64,
}

impl Default for VirtualClock {
    fn default() -> Self {
        VirtualClock::new()
    }
}

impl VirtualClock {
    /// Creates a clock with the current date, whose random numbers make every wait as long as
    /// possible.
    pub fn new() -> Self {
        VirtualClock(Arc::new(Mutex::new(Time {
            date: SystemTime::now(),
            now: Duration::ZERO,
            slept: Duration::ZERO,
            random: u64::MAX,
        })))
    }

    /// Sets all random numbers to this one. A wait is the fraction `number / u64::MAX` of its
    /// limit.
    #[must_use]
    pub fn random(self, number: u64) -> Self {
        self.time().random = number;
        self
    }

    /// Advances the clock.
    pub fn advance(&self, time: Duration) {
        let mut clock = self.time();
        clock.now = clock.now.saturating_add(time);
        clock.date = clock.date.checked_add(time).unwrap_or(clock.date);
    }

    /// The total time slept.
    pub fn slept(&self) -> Duration {
        self.time().slept
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        self.time().now
    }

    fn date(&self) -> SystemTime {
        self.time().date
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.advance(time);
        let mut clock = self.time();
        clock.slept = clock.slept.saturating_add(time);
        // Let other tasks run, such as a test's own timeout.
        Box::pin(tokio::task::yield_now())
    }

    fn random(&self) -> u64 {
        self.time().random
    }
}
