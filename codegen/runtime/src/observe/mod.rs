//! Observes requests and responses, without access tokens: observers, a recorder, spans.

mod observer;
mod record;
#[cfg(feature = "tracing")]
pub(crate) mod trace;

pub use observer::{Answer, Attempt, Observer};
pub(crate) use observer::{UnredactedAttempt, answer};
#[cfg(feature = "test-util")]
pub(crate) use observer::{redacted, redacted_headers, redacted_text};
pub use record::Recorder;
