//! The meaning of schemas, compared with the official test suite and an independent validator.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod client;
#[allow(dead_code, reason = "other tests need more of it")]
#[path = "../whole/description.rs"]
mod description;
mod dice;
mod differential;
mod emitted;
mod mutate;
mod published;
mod random;
#[allow(dead_code, reason = "other tests need more of it")]
#[path = "../client/server.rs"]
mod server;
mod shrink;
mod strings;
mod suite;
mod values;
