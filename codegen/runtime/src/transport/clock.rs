//! Time and chance, as a client sees them.

use std::fmt::Debug;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Time and chance: what decides when a request is tried again.
///
/// A client uses that of the machine unless [`clock`](crate::ClientBuilder::clock) gives it
/// another one, e.g. the `VirtualClock` of the feature `test-util`, with which no test waits.
pub trait Clock: Debug + Send + Sync + 'static {
    /// How long it is since some moment that stays the same; it never goes back.
    fn now(&self) -> Duration;

    /// The date, to which a server's dates are compared.
    fn date(&self) -> SystemTime;

    /// Waits.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// A random number, each as likely as any other.
    fn random(&self) -> u64;
}

/// The time of the machine, by the timer of Tokio.
#[derive(Debug)]
pub(crate) struct SystemClock {
    started: Instant,
    /// Seeded by the system. A wait needs no better randomness, and so no crate for it.
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
