//! Status codes (RFC 9110), and names of events.

use super::Wrong;
use crate::diagnostics::quoted;

/// The status of a response.
pub(super) fn status(status: &str) -> Result<(), Wrong> {
    let is_code = status.len() == 3
        && status.starts_with(['1', '2', '3', '4', '5'])
        && status.chars().all(|digit| digit.is_ascii_digit());
    if is_code {
        Ok(())
    } else {
        Err(Wrong::new(
            format!("{} is not a valid status code", quoted(status)),
            "write three digits, from `100` to `599`",
        ))
    }
}

/// The name of an event of a stream.
pub(super) fn event(event: &str) -> Result<(), Wrong> {
    if event.contains(['\r', '\n', '\0']) {
        Err(Wrong::new(
            format!("{} is not a valid event name", quoted(event)),
            "write it in one line: a line break ends the name in a stream",
        ))
    } else {
        Ok(())
    }
}
