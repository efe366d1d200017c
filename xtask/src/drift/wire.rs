//! `cargo xtask drift wire`: recorded traffic against the schemas, as if these were all that there
//! is.
//!
//! A file is a HAR 1.2 or JSON lines (see `lines`), and is read an exchange at a time
//! (`traffic`). Each exchange is matched to an action of the `service`, its parts are walked
//! through along their schemas (`walk`), and what doesn't fit is counted (`tally`) by rule,
//! action and place.
//!
//! Nothing that the traffic says is shown, but for names that a schema would have (`shown`).
//!
//! The round trip is a pass of its own, and slow: it builds the client.

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
/// Schemas that can't be read, and files that are not there, are cut off, are no recorded traffic,
/// or have no exchange that could be checked, each with the place and what to do.
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

/// What to do besides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether bodies go through the generated types and back.
    pub round_trip: bool,
}

/// Decodes every body of a response that has a type into that type, writes it again and compares;
/// if that is asked for, since the client has to be built for it.
///
/// # Errors
///
/// As [`run`], and a client that can't be generated or built.
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

const NOT_ASKED: &str = "bodies were not sent through the client's types and back, which takes a build of the client: \
     pass --round-trip";

const NO_TRAFFIC: &str =
    "pass `--traffic FILE`, recorded traffic in a file that ends in .har or .jsonl";
