//! Sends HTTP requests: the transport, tokens, clock, retry policy, redirects, content codings and
//! the response.

mod clock;
pub(crate) mod coding;
mod gunzip;
mod redirect;
pub mod reqwest;
mod response;
pub(crate) mod retry;
mod send;
mod token;

pub use clock::Clock;
pub(crate) use clock::SystemClock;
pub(crate) use redirect::{Redirect, is_safe, watched};
pub use response::Response;
pub(crate) use response::request_id;
pub use retry::Retry;
pub(crate) use retry::{Budget, RetryPermit};
pub use send::{Sending, Transport, TransportError};
pub(crate) use send::{TransportErrorKind, Unlimited};
pub(crate) use token::{BoxError, Provider, SharedError, Tokens};
