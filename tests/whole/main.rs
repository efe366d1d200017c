//! The whole API, from the vendor's own description: imported, corrected by the overlays,
//! generated, compiled and used.
//!
//! The output is not part of the project. There are snapshots of its public API, as names and
//! signatures, and of some types that show how schemas are translated.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod built;
mod compile;
#[allow(dead_code, reason = "the tests of the drift check use the rest")]
#[path = "../support/defined.rs"]
mod defined;
mod description;
mod emitted;
mod examples;
mod mock;
mod names;
mod outline;
mod snapshots;
mod usage;
