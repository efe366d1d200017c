//! The generator's output for schemas, and its diagnostics for invalid ones.

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
mod drift_command;
mod examples;
mod files;
mod foreign;
mod given;
mod headers;
mod hostile;
mod imports;
mod killed;
mod mutations;
mod names;
mod printed;
mod prose;
mod readme;
mod schemas;
mod size;
mod snapshots;
mod standalone;
mod upstream;
mod vendor;
mod words;
mod workflows;
