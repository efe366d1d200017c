//! Event streams: their text format, typed events, and streams that reconnect.

mod event;
mod sse;
mod stream;

pub use event::{EventStream, FromEvent};
pub use sse::ServerSentEvent;
pub use stream::Events;
