//! Time and random numbers.

use std::fmt::Debug;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Time and random numbers, which determine when a request is retried.
///
/// A client uses the machine's unless [`clock`](crate::ClientBuilder::clock) sets another one, e.g.
/// the `VirtualClock` of the feature `test-util`, with which tests do not wait.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The time since a fixed moment. It never goes back.
    fn now(&self) -> Duration;

    /// The date, for comparison with a server's dates.
    fn date(&self) -> SystemTime;

    /// Waits.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// A uniformly distributed random number.
    fn random(&self) -> u64;
}

/// The time of the machine, with the timer of Tokio.
#[derive(Debug)]
pub(crate) struct SystemClock {
    started: Instant,
    /// Seeded by the system. Waits need no better randomness, so no crate is needed.
    random: RandomState,
}

impl SystemClock {
    pub fn new() -> Self {
        SystemClock {
            started: Instant::now(),
            random: RandomState::new(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn date(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(time))
    }

    fn random(&self) -> u64 {
        self.random.hash_one(self.now())
    }
}
