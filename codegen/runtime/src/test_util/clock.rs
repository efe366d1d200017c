//! A clock that goes on by being waited for.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::transport::Clock;

/// A clock on which waiting takes no time: a sleep is over at once, and it is as much later then.
///
/// Its clones are the same clock. It says what limits waiting between attempts; how long a single
/// attempt may take is still measured by Tokio's timer.
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
    /// A clock whose date is the present one, and by whose chance every wait is as long as it may
    /// be.
    pub fn new() -> Self {
        VirtualClock(Arc::new(Mutex::new(Time {
            date: SystemTime::now(),
            now: Duration::ZERO,
            slept: Duration::ZERO,
            random: u64::MAX,
        })))
    }

    /// Sets the random number of every choice; a wait is that part of its limit which the number is
    /// of `u64::MAX`.
    #[must_use]
    pub fn random(self, number: u64) -> Self {
        self.time().random = number;
        self
    }

    /// Makes it later without anybody sleeping.
    pub fn advance(&self, time: Duration) {
        let mut clock = self.time();
        clock.now = clock.now.saturating_add(time);
        clock.date = clock.date.checked_add(time).unwrap_or(clock.date);
    }

    /// How long everybody has slept together.
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
        // Others get their turn, and with it what limits the time of a test.
        Box::pin(tokio::task::yield_now())
    }

    fn random(&self) -> u64 {
        self.time().random
    }
}
