//! Text that is not JSON, or not the JSON that is expected, in the words of `serde_json`.

use serde_json::error::Category;

use super::{Diagnostic, Place};

/// What serde_json says of a text, with its place and a remedy.
pub(crate) fn not_json(path: &str, text: &str, error: &serde_json::Error) -> Diagnostic {
    let place = Place::offset(path, offset(text, error));
    let full = error.to_string();
    let what = full.rfind(" at line ").and_then(|end| full.get(..end));
    let what = what.unwrap_or(&full);
    match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => {
            Diagnostic::new(place, format!("no JSON: {what}"), remedy(what))
        }
        // Reached only if the derived schema lets something pass that the derived type doesn't.
        Category::Data => Diagnostic::new(
            place,
            format!("not as the format has it: {what}"),
            "see `schemas/descriptor.schema.json`",
        ),
    }
}

/// Where serde_json's parser stood.
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

/// Words of serde_json's about mistakes in the syntax, and what to do about them.
const REMEDIES: &[(&str, &str)] = &[
    ("EOF", "close what is open: the file ends too early"),
    (
        "trailing comma",
        "remove the comma before the closing bracket",
    ),
    (
        "trailing characters",
        "remove what follows: a file holds one JSON value",
    ),
    (
        "key must be a string",
        "put the key in double quotes; a comment can't stand here",
    ),
    (
        "recursion limit",
        "nest less deeply: 127 levels are the most",
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

/// What to do about a mistake in the syntax; `what` is serde_json's text.
fn remedy(what: &str) -> &'static str {
    let known = REMEDIES.iter().find(|(words, _)| what.contains(words));
    known.map_or(
        "write a string in double quotes, a number, `true`, `false`, `null`, a list or an object",
        |(_, remedy)| remedy,
    )
}
