//! Files of recorded traffic, read one exchange at a time.

mod watched;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde_json::error::Category;

use super::exchange::Exchange;
use super::{har, lines};
use crate::{Error, given, shell};

use watched::{Seen, Watched};

/// The function called with each exchange.
pub(super) type Take<'t> = dyn FnMut(Exchange) -> Result<(), Error> + 't;

/// Why a file could not be read to its end.
pub(super) enum Stop {
    /// Its content does not match its name.
    Broken(serde_json::Error),
    /// It is JSON of another kind; this says what is missing.
    Strange(&'static str),
    /// The function called with an exchange failed.
    Taker(Error),
}

/// Passes every exchange of a file to a function, in order; at most one is in memory at a time.
///
/// # Errors
///
/// Fails if the file does not exist, is not a regular file, is truncated or not in its format, or
/// if it has no exchange or one of more than 64 MiB; with the line and the column if known. Error
/// messages never contain content of the file.
pub(super) fn read(path: &Path, take: &mut Take<'_>) -> Result<(), Error> {
    let file = given::open(path).map_err(|error| unreadable(path, error))?;
    let mut input = BufReader::new(file);
    let start = input.fill_buf().map_err(|error| unreadable(path, error))?;
    // Checked before the name, which may only hint at it: `.har.gz`.
    if let Some((reason, help)) = foreign(start) {
        return Err(Error::new(format!("{}: {reason}", shell::path(path))).help(help));
    }
    if start.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    let extension = path.extension().and_then(|extension| extension.to_str());
    let reads = match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("har") => har::read as fn(Input, &mut Take<'_>) -> Result<usize, Stop>,
        Some("jsonl") => lines::read,
        _ => return Err(unknown(path)),
    };
    let (input, seen) = Watched::new(input);
    let mut take = |exchange| {
        seen.begin_exchange();
        take(exchange)
    };
    match reads(Box::new(input), &mut take) {
        Ok(0) if seen.is_blank() => Err(empty(path)),
        Ok(0) => Err(located(path, (1, 1), "it has no exchanges").help(RECORD)),
        Ok(_) => Ok(()),
        Err(Stop::Broken(error)) => Err(broken(path, error, &seen)),
        Err(Stop::Strange(reason)) => Err(located(path, (1, 1), reason).help(SHAPE)),
        Err(Stop::Taker(error)) => Err(error),
    }
}

/// The input of a parser.
pub(super) type Input = Box<dyn Read>;

const SHAPE: &str = "a .har file is HAR 1.2, `{\"log\": {\"entries\": […]}}`; each line of a \
     .jsonl is an object with method, url and status, and may have requestHeaders, requestBody, \
     responseHeaders and body";

const RECORD: &str = "record some, or leave the file out";

const UTF_16: (&str, &str) = (
    "it is UTF-16, as PowerShell writes redirected output; expected UTF-8",
    "convert it, e.g. `iconv -f UTF-16 -t UTF-8 < OLD > NEW`, and pass the new file",
);

/// What a file that is not UTF-8 is, and what to do with it.
fn foreign(start: &[u8]) -> Option<(&'static str, &'static str)> {
    let known: [(&[u8], _); 4] = [
        (
            b"\x1f\x8b",
            (
                "it is compressed with gzip",
                "decompress it, e.g. `gunzip < OLD > NEW.har`, and pass the new file",
            ),
        ),
        (
            b"PK\x03\x04",
            (
                "it is a ZIP archive",
                "unpack it, and pass the .har or .jsonl file in it",
            ),
        ),
        (b"\xff\xfe", UTF_16),
        (b"\xfe\xff", UTF_16),
    ];
    let mut known = known.into_iter();
    let (_, encoding) = known.find(|(magic, _)| start.starts_with(magic))?;
    Some(encoding)
}

fn unknown(path: &Path) -> Error {
    let file = shell::path(path);
    Error::new(format!(
        "{file} is not recorded traffic: its name does not end in .har or .jsonl"
    ))
    .help("export a HAR from a browser or a proxy, or have the client write lines with Recorder")
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::io("read", path, error).help("pass a file of recorded traffic, a .har or a .jsonl")
}

fn empty(path: &Path) -> Error {
    located(path, (1, 1), "the file is empty").help(RECORD)
}

/// An error at a line and a column.
fn located(path: &Path, (line, column): (usize, usize), reason: &str) -> Error {
    Error::new(format!("{}:{line}:{column}: {reason}", shell::path(path)))
}

fn broken(path: &Path, error: serde_json::Error, seen: &Seen) -> Error {
    let place = match error.column() {
        // The parser counts a line feed to the next line, but the mistake is on the previous one.
        0 => seen.line_feed(),
        column => (error.line(), column),
    };
    let reason = plain_reason(&error);
    match error.classify() {
        Category::Io => unreadable(path, error.into()),
        Category::Eof | Category::Syntax if seen.is_blank() => empty(path),
        // The parser takes `-` and `1e` at the end for invalid numbers.
        Category::Eof | Category::Syntax if seen.is_end(place) => located(
            path,
            place,
            "the file ends in the middle of a value",
        )
        .help("it was truncated: record or export it again; in a .jsonl file you can remove the last line"),
        Category::Eof | Category::Syntax => {
            let reason = format!("it is not valid JSON: {reason}");
            located(path, place, &reason).help("record or export the file again")
        }
        Category::Data => located(path, place, plain_shape(&reason)).help(SHAPE),
    }
}

/// How JSON deviates from the format, without the value found: the parser quotes it.
fn plain_shape(reason: &str) -> &str {
    // These name members of the format.
    if reason.starts_with("missing field") || reason.starts_with("duplicate field") {
        return reason;
    }
    if reason.starts_with("unknown field") {
        "the format does not have this member"
    } else {
        "a value has another type than the format expects"
    }
}

/// The parser's message without the place.
fn plain_reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}
