//! The project's commands, `cargo xtask …`: the only place that touches the disk, the clock and
//! the network.
//!
//! - [`regenerate`] writes `generated/` from `schemas/`, or checks that it is up to date;
//! - [`import`] translates the vendor's description into a folder of schemas;
//! - [`mock`] serves every action of `schemas/` on 127.0.0.1;
//! - [`replay`] compares the generated client's requests with recorded ones;
//! - [`drift`] finds what is out of step, whom it breaks, and which version bump it needs;
//! - `bench` measures the generator.
//!
//! All but `import` start from a folder of schemas and know nothing else of the API. [`corrections`]
//! of the vendor's description are made by an import, and by the comparison of two versions. This crate
//! depends on the generator but not on its output, so it also builds if `generated/` is missing,
//! when it is needed most.

mod base64;
mod bench;
mod cli;
pub mod corrections;
pub mod drift;
mod error;
mod files;
mod given;
pub mod import;
mod lock;
pub mod mock;
mod multipart;
pub mod regenerate;
pub mod replay;
pub mod schemas;
pub mod scratch;
mod secrets;
mod server;
mod shell;
mod shown;
mod workspace;

/// The allocator of the command, and not of other programs that link this crate: the generator
/// spends a third of its time in it.
pub use mimalloc::MiMalloc as Allocator;

use std::process::ExitCode;

pub use error::Error;

/// Runs the command in the process's arguments. Messages go to stderr; output for other programs
/// (diffs, variables to export) goes to stdout.
pub fn main() -> ExitCode {
    cli::run().unwrap_or_else(|error| {
        shell::error(&error);
        ExitCode::FAILURE
    })
}
