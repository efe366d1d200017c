//! Decodes bodies with the generated client and encodes them again. Written and run by `cargo xtask
//! drift wire`.
//!
//! Reads one line per body on stdin, `{"action", "status", "body"}`, and answers on stdout with
//! `{"json"}`, with `{"failed"}`, which is the place in the body, or with `{}` if it has no type.

mod table;

use std::io::{self, BufRead, Write};

use client_runtime::serde::Serialize;
use client_runtime::http::StatusCode;
use client_runtime::{Api, Body, DecodeError};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for line in io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{}", answer(&question)?)?;
        stdout.flush()?;
    }
    Ok(())
}

fn answer(question: &Value) -> Result<Value, Box<dyn std::error::Error>> {
    let status = StatusCode::from_u16(u16::try_from(question["status"].as_u64().unwrap_or(0))?)?;
    let body = Body::new(question["body"].as_str().unwrap_or_default().as_bytes());
    let action = question["action"].as_str().unwrap_or_default();
    let read = if status.is_success() { table::read(action, status, body) } else { Some(failure(body)) };
    Ok(match read {
        Some(Ok(Some(json))) => json!({"json": json}),
        Some(Ok(None)) | None => json!({}),
        Some(Err(error)) => json!({"failed": error.path}),
    })
}

/// A body after it was decoded, if it has a value.
type Read = Result<Option<String>, DecodeError>;

/// The body of an error.
fn failure(body: Body<'_>) -> Read {
    body.json::<<client::Client as Api>::ErrorBody>()
        .map(|value| write(&value))
}

fn write<T: Serialize>(value: &T) -> Option<String> {
    client_runtime::serde_json::to_string(value).ok()
}
