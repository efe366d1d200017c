//! The whole API, from the vendor's own description of it: imported, corrected by the overlays,
//! generated, compiled and used.
//!
//! What is emitted is not part of the project. Its public API is, as a snapshot of names and
//! signatures, and so are some types that tell how schemas are translated.

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
