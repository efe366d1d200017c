//! Clients: their settings and connections, and a call with all its attempts, asynchronous or
//! blocking.

mod attempt;
#[cfg(feature = "blocking")]
mod background;
#[cfg(feature = "blocking")]
mod blocking;
mod builder;
mod call;
mod connect;
mod core;
mod options;
mod reserved;
mod shared;

#[cfg(feature = "blocking")]
pub use blocking::Blocking;
pub use builder::{Api, ClientBuilder};
pub use core::Core;
pub use options::Options;
