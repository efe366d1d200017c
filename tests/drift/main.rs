//! What the drift check reports, and what it does not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod compat;
mod deep;
#[path = "../support/defined.rs"]
mod defined;
mod mock;
#[allow(dead_code, reason = "the generator's tests use the rest")]
#[path = "../generator/schemas.rs"]
mod schemas;
mod wire;
