//! What schemas mean, held to the official test suite and to a validator nobody here wrote.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod dice;
mod differential;
mod mutate;
mod random;
mod shrink;
mod strings;
mod suite;
mod values;
