//! What the generator makes of schemas, and of wrong ones.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod commands;
mod compile;
mod constructs;
mod deep;
mod diagnostics;
mod headers;
mod files;
mod hostile;
mod mutations;
mod printed;
mod schemas;
mod snapshots;
mod upstream;
mod vendor;
mod workflows;
