//! Files of recorded traffic, an exchange at a time.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde_json::error::Category;

use super::exchange::Exchange;
use super::{har, lines};
use crate::{Error, shell};

/// What is done with each exchange.
pub(super) type Take<'t> = dyn FnMut(Exchange) -> Result<(), Error> + 't;

/// Why a file could not be read to its end.
pub(super) enum Stop {
    /// It is not what its name says.
    Broken(serde_json::Error),
    /// It is JSON, but of another sort; this says what is missing.
    Strange(&'static str),
    /// What was done with an exchange failed.
    Taker(Error),
}

/// Has every exchange of a file taken, in order; no more than one is in memory at a time.
///
/// # Errors
///
/// A file that is not there, is cut off, is not of its format, or has no exchange in it, with the
/// line and the column where there are some. No message has anything in it that the file says.
pub(super) fn read(path: &Path, take: &mut Take<'_>) -> Result<(), Error> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let reads = match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("har") => har::read as fn(Input, &mut Take<'_>) -> Result<usize, Stop>,
        Some("jsonl") => lines::read,
        _ => return Err(unknown(path)),
    };
    let file = File::open(path).map_err(|error| unreadable(path, error))?;
    let mut input = BufReader::new(file);
    let start = input.fill_buf().map_err(|error| unreadable(path, error))?;
    if start.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    match reads(Box::new(input), take) {
        Ok(0) => Err(located(path, 1, 1, "there is no exchange in it")
            .help("record some, or leave the file out")),
        Ok(_) => Ok(()),
        Err(Stop::Broken(error)) => Err(broken(path, error)),
        Err(Stop::Strange(reason)) => Err(located(path, 1, 1, reason).help(SHAPE)),
        Err(Stop::Taker(error)) => Err(error),
    }
}

/// What is read from.
pub(super) type Input = Box<dyn BufRead>;

const SHAPE: &str = "a .har is as HAR 1.2 has it, `{\"log\": {\"entries\": […]}}`; each line of a \
     .jsonl is an object with method, url and status, and may have requestHeaders, requestBody, \
     responseHeaders and body";

fn unknown(path: &Path) -> Error {
    let file = shell::path(path);
    Error::new(format!(
        "{file} is no recorded traffic: its name ends in neither .har nor .jsonl"
    ))
    .help("export a HAR from a browser or a proxy, or have the client write lines with Recorder")
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::io("read", path, error).help("pass a file of recorded traffic, a .har or a .jsonl")
}

fn located(path: &Path, line: usize, column: usize, reason: &str) -> Error {
    Error::new(format!("{}:{line}:{column}: {reason}", shell::path(path)))
}

fn broken(path: &Path, error: serde_json::Error) -> Error {
    let (line, column) = (error.line().max(1), error.column().max(1));
    let reason = plain_reason(&error);
    match error.classify() {
        Category::Io => unreadable(path, error.into()),
        Category::Eof => located(path, line, column, "the file ends in the middle of a value").help(
            "it was cut off: record or export it anew; of a .jsonl the last line can be removed",
        ),
        Category::Syntax => {
            let reason = format!("it is no JSON: {reason}");
            located(path, line, column, &reason).help("record or export the file anew")
        }
        Category::Data => {
            let reason = match reason.starts_with("missing field") {
                true => reason,
                // What stands there instead would be part of the message.
                false => "a value is of another type than the format has there".to_owned(),
            };
            located(path, line, column, &reason).help(SHAPE)
        }
    }
}

/// The parser's message without the place.
fn plain_reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}
