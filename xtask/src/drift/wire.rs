//! `cargo xtask drift wire`: compares recorded traffic with the schemas, as if they described
//! everything.
//!
//! A file is a HAR 1.2 or JSON lines (see `lines`), and is read one exchange at a time (`traffic`).
//! Each exchange is matched to an action of the `service`, its parts are checked against their
//! schemas (`walk`), and deviations are counted (`tally`) by rule, action and place.
//!
//! No recorded content is shown, except for names that could be in a schema (`shown`).
//!
//! The round trip is a separate and slow pass: it builds the client.

mod breach;
mod check;
mod exchange;
mod har;
mod lines;
mod own;
mod remedy;
mod request;
mod round_trip;
mod rules;
mod schema;
mod schemas;
mod service;
mod shown;
mod sketch;
mod tally;
mod traffic;
mod unchecked;
mod walk;

use std::path::{Path, PathBuf};

use super::Outcome;
use crate::Error;

use check::Check;
use service::Service;
use unchecked::Tried;

pub use rules::RULES;

/// Compares the exchanges of the files with the schemas in a folder.
///
/// # Errors
///
/// Fails for schemas that cannot be read, and for files that do not exist, are truncated, are not
/// recorded traffic, or have no exchange that could be checked. Each error has the place and a next
/// step.
pub fn run(schemas: &Path, traffic: &[PathBuf]) -> Result<Outcome, Error> {
    if traffic.is_empty() {
        return Ok(Outcome::Skipped(NO_TRAFFIC.to_owned()));
    }
    let service = Service::read(schemas)?;
    let mut check = Check::new(&service);
    let mut failures = Vec::new();
    for path in traffic {
        let mut tried = Tried::default();
        let read = traffic::read(path, &mut |exchange| {
            tried.add(check.exchange(&exchange));
            Ok(())
        });
        failures.extend(read.and_then(|()| tried.finish(path, &service)).err());
    }
    match Error::all(failures) {
        Some(error) => Err(error),
        None => Ok(Outcome::Done(check.finish())),
    }
}

/// Optional passes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether bodies are decoded into the generated types and encoded again.
    pub round_trip: bool,
}

/// Decodes every response body that has a type into that type, encodes it again and compares; only
/// on request, since it builds the client.
///
/// # Errors
///
/// As [`run`], and if the client cannot be generated or built.
pub fn round_trip(
    schemas: &Path,
    traffic: &[PathBuf],
    options: &Options,
) -> Result<Outcome, Error> {
    if !options.round_trip {
        return Ok(Outcome::Skipped(NOT_ASKED.to_owned()));
    }
    if traffic.is_empty() {
        return Ok(Outcome::Skipped(NO_TRAFFIC.to_owned()));
    }
    round_trip::run(schemas, traffic).map(Outcome::Done)
}

const NOT_ASKED: &str = "the round trip through the client's types needs a build of the client: \
     pass --round-trip";

const NO_TRAFFIC: &str =
    "pass `--traffic FILE`, recorded traffic in a file that ends in .har or .jsonl";
