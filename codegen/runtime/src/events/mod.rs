//! Event streams: their text, what events become, and streams that go on when their connection does
//! not.

mod event;
mod sse;
mod stream;

pub use event::{EventStream, FromEvent};
pub use sse::ServerSentEvent;
pub use stream::Events;
