//! JSON lines: what the client's `Recorder` writes.
//!
//! One exchange per line, each an object:
//!
//! | member | |
//! |---|---|
//! | `method` | e.g. `GET` |
//! | `url` | the URL, or its path and query |
//! | `requestHeaders` | an object of strings; optional |
//! | `requestBody` | the body as a string; optional |
//! | `status` | the response's status, a number |
//! | `responseHeaders` | an object of strings; optional |
//! | `body` | the response's body as a string; absent if it was not recorded |
//!
//! Any other member is a mistake. The values of a repeated header are joined by a comma and a
//! space.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::exchange::Exchange;
use super::traffic::{Input, Stop, Take};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Line {
    method: String,
    url: String,
    #[serde(default)]
    request_headers: BTreeMap<String, String>,
    request_body: Option<String>,
    status: u16,
    #[serde(default)]
    response_headers: BTreeMap<String, String>,
    body: Option<String>,
}

/// Passes the exchange of every line to a function, and returns their number.
pub(super) fn read(input: Input, take: &mut Take<'_>) -> Result<usize, Stop> {
    let mut count = 0;
    // One parser for all lines, so that it knows the line numbers.
    for line in serde_json::Deserializer::from_reader(input).into_iter::<Line>() {
        take(line.map_err(Stop::Broken)?.into()).map_err(Stop::Taker)?;
        count += 1;
    }
    Ok(count)
}

impl From<Line> for Exchange {
    fn from(line: Line) -> Self {
        Exchange {
            method: line.method,
            url: line.url,
            request_headers: line.request_headers.into_iter().collect(),
            request_body: line.request_body.map(String::into_bytes),
            status: Some(line.status),
            response_headers: line.response_headers.into_iter().collect(),
            body: line.body.map(String::into_bytes),
        }
    }
}
