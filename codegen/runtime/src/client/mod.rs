//! Clients: their settings and connections, and all attempts of a call, asynchronous or blocking.

mod attempt;
#[cfg(feature = "blocking")]
mod background;
#[cfg(feature = "blocking")]
mod blocking;
mod builder;
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
