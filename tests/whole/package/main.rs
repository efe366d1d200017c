//! Decodes JSON into the types of the client and encodes it again.
//!
//! Each line on stdin is `{"schema", "json"}`, and is answered on stdout with `{"schema", "json",
//! "debug", "violations"}` or `{"schema", "error"}`. A line `{"url", "action", "parameters",
//! "schemas"}` calls the action there. It is answered with `{"action", "status"}` after the
//! response has been decoded into the type of its schema, or with `{"action", "error"}`.

mod call;
mod table;

use std::io::{self, BufRead, Write};

use client_runtime::{Validate, Validator};
use serde_json::{Value, json};

/// Decodes JSON into a type.
type Read = fn(&str) -> Result<Value, serde_json::Error>;

/// Defines the function `read` for a table of schemas and types.
#[macro_export]
macro_rules! table {
    ($($schema:literal => $type:ty,)+) => {
        /// The decoder for the type of a schema.
        pub fn read(schema: &str) -> Option<$crate::Read> {
            #[allow(unused_imports, reason = "one of them is not needed, but not always the same")]
            use $crate::{Checked, Probe, Unchecked};
            match schema {
                $($schema => Some(|text| {
                    let value: $type = serde_json::from_str(text)?;
                    $crate::answer(&value, format!("{value:?}"), (&Probe(&value)).violations())
                }),)+
                _ => None,
            }
        }
    };
}

fn answer(
    value: &impl client_runtime::serde::Serialize,
    debug: String,
    violations: Option<Vec<String>>,
) -> Result<Value, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    Ok(json!({"json": json, "debug": debug, "violations": violations}))
}

/// A value that may or may not implement validation.
struct Probe<'a, T>(&'a T);

/// A value that may be sent. This method takes precedence.
trait Checked {
    fn violations(&self) -> Option<Vec<String>>;
}

impl<T: Validate> Checked for Probe<'_, T> {
    fn violations(&self) -> Option<Vec<String>> {
        let mut at = Validator::default();
        at.value("it", self.0, &[]);
        Some(at.finish().iter().map(ToString::to_string).collect())
    }
}

/// Any other value.
trait Unchecked {
    fn violations(&self) -> Option<Vec<String>>;
}

impl<T> Unchecked for &Probe<'_, T> {
    fn violations(&self) -> Option<Vec<String>> {
        None
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut stdout = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        if question["action"].is_string() {
            let mut answer = match call::call(&question) {
                Ok(status) => json!({"status": status}),
                Err(error) => json!({"error": error}),
            };
            answer["action"] = question["action"].clone();
            writeln!(stdout, "{answer}")?;
            continue;
        }
        let schema = question["schema"].as_str().unwrap_or_default();
        let read = table::read(schema).ok_or_else(|| format!("no schema {schema}"))?;
        let mut answer = match read(&question["json"].to_string()) {
            Ok(answer) => answer,
            Err(error) => json!({"error": error.to_string()}),
        };
        answer["schema"] = schema.into();
        writeln!(stdout, "{answer}")?;
    }
    Ok(())
}
