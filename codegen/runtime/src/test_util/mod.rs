//! Mocks of the server and the clock, to test programs that use a client.
//!
//! [`Scripted`] answers requests without a network, [`Recording`] records exchanges with a server,
//! and [`VirtualClock`] makes waiting take no time.
//!
//! ```
//! use std::time::Duration;
//!
//! use client_runtime::test_util::{Reply, Scripted, VirtualClock};
//! # use client_runtime::{Api, ClientBuilder, Error};
//!
//! # async fn example<C: Api>(
//! #     builder: impl Fn() -> ClientBuilder<C>,
//! #     program: impl AsyncFn(C) -> bool,
//! # ) -> Result<(), Error<C::ErrorBody>> {
//! let server = Scripted::new([
//!     Reply::status(503).header("Retry-After", "30"),
//!     Reply::json(r#"{"items": [], "totalCount": 0}"#),
//! ]);
//! let clock = VirtualClock::new();
//! let client = builder()
//!     .transport(server.clone())
//!     .clock(clock.clone())
//!     .build()?;
//!
//! assert!(program(client).await);
//! assert_eq!(server.requests().len(), 2);
//! assert_eq!(clock.slept(), Duration::from_secs(30));
//! # Ok(())
//! # }
//! ```

mod clock;
mod exchange;
mod recording;
mod scripted;

pub use clock::VirtualClock;
pub use exchange::{Exchange, RecordedRequest, RecordedResponse};
pub use recording::Recording;
pub use scripted::{Reply, Scripted};
