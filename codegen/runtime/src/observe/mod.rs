//! Watching requests and responses, without the token: observers, a recorder, spans.

mod observer;
mod record;
#[cfg(feature = "tracing")]
pub(crate) mod trace;

pub use observer::{Answer, Attempt, Observer};
pub(crate) use observer::{Draft, answer};
#[cfg(feature = "test-util")]
pub(crate) use observer::{redacted, redacted_headers, redacted_text};
pub use record::Recorder;
