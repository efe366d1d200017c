//! Invalid or unexpected JSON, as `serde_json` describes it.

use serde_json::error::Category;

use super::{Diagnostic, Place};

/// Converts an error of serde_json into a diagnostic with its place and a remedy.
pub(crate) fn not_json(path: &str, text: &str, error: &serde_json::Error) -> Diagnostic {
    let place = Place::offset(path, offset(text, error));
    let full = error.to_string();
    let what = full.rfind(" at line ").and_then(|end| full.get(..end));
    let what = what.unwrap_or(&full);
    match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => {
            Diagnostic::new(place, format!("invalid JSON: {what}"), remedy(what))
        }
        // Reached only if the derived schema accepts something that the derived type rejects.
        Category::Data => Diagnostic::new(
            place,
            format!("unexpected value: {what}"),
            "see `schemas/descriptor.schema.json`",
        ),
    }
}

/// The position of serde_json's parser.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    if error.is_eof() {
        return text.trim_ascii_end().len();
    }
    let above = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1));
    let line_start: usize = above.map(str::len).sum();
    line_start + error.column().saturating_sub(1) // the column counts bytes, from 1
}

/// Beginnings of serde_json's messages about invalid syntax, and what to do about them.
const REMEDIES: &[(&str, &str)] = &[
    (
        "EOF",
        "close the open string, list or object: the file ends too early",
    ),
    (
        "trailing comma",
        "remove the comma before the closing bracket",
    ),
    (
        "trailing characters",
        "remove what follows: a file contains one JSON value",
    ),
    (
        "key must be a string",
        "put the key in double quotes; comments are not allowed",
    ),
    (
        "recursion limit",
        "nest less deeply: at most 127 levels are allowed",
    ),
    (
        "control character",
        r"write the character as an escape, e.g. `\n` or `\u0007`",
    ),
    (
        "escape",
        r#"write `\\` for a backslash; escapes are \" \\ \/ \b \f \n \r \t \uXXXX"#,
    ),
    (
        "surrogate",
        r"write the character itself, or both halves of its surrogate pair",
    ),
    (
        "expected `,`",
        "put a comma before this, or close the list or object",
    ),
    ("expected `:`", "put a colon between the key and its value"),
    (
        "number",
        "write a number of ordinary size, e.g. `0`, `-1.5` or `1e3`",
    ),
];

/// What to do about invalid syntax; `what` is serde_json's message.
fn remedy(what: &str) -> &'static str {
    let known = REMEDIES.iter().find(|(words, _)| what.contains(words));
    known.map_or(
        "write a string in double quotes, a number, `true`, `false`, `null`, a list or an object",
        |(_, remedy)| remedy,
    )
}
