//! Parses bytes to JSON, with a remedy for invalid JSON.

use std::cell::Cell;

use serde::de::{DeserializeOwned, DeserializeSeed};

use crate::diagnostics::{Diagnostic, Place, not_json, quoted};
use crate::json::{doubled, without_byte_order_mark};
use crate::normal::{Json, Ordered};

/// Decodes the content of a file, which must not be blank.
pub(super) fn text<'b>(path: &str, bytes: &'b [u8]) -> Result<&'b str, Diagnostic> {
    let bytes = without_byte_order_mark(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let byte = bytes.get(offset).copied().unwrap_or_default();
        Diagnostic::new(
            Place::offset(path, offset),
            format!("the file is not UTF-8: byte 0x{byte:02X} at offset {offset}"),
            "save the file as UTF-8",
        )
    })?;
    if text.trim_ascii().is_empty() {
        Err(Diagnostic::new(
            Place::file(path),
            "the file is empty",
            "write a JSON object, or remove the file",
        ))
    } else {
        Ok(text)
    }
}

/// Parses plain JSON, and returns the duplicate keys in it.
pub(super) fn value(path: &str, text: &str) -> Result<(Json, Vec<Diagnostic>), Diagnostic> {
    let has_doubled = Cell::new(false);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // A second pass over the content finds the places, so only the fact is recorded.
    let value = Ordered(&has_doubled)
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| not_json(path, text, &error))?;
    let mistakes = if has_doubled.get() {
        doubled_keys(path, text)
    } else {
        Vec::new()
    };
    Ok((value, mistakes))
}

/// Deserializes the content as a Rust type.
pub(super) fn typed<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, Diagnostic> {
    serde_json::from_str(text).map_err(|error| not_json(path, text, &error))
}

fn doubled_keys(path: &str, text: &str) -> Vec<Diagnostic> {
    let doubled = doubled(text).into_iter().map(|key| {
        let name = text.get(key.second.clone()).unwrap_or_default();
        Diagnostic::new(
            Place::span(path, &key.pointer, key.second),
            format!("duplicate key {}", quoted(name.trim_matches('"'))),
            "remove or rename one of them",
        )
        .note(Place::span(path, key.pointer, key.first), "the first one")
    });
    doubled.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::Source;
    use crate::diagnostics::Diagnostics;

    /// Line, column, message and remedy of the first mistake in the bytes.
    fn wrong(bytes: impl AsRef<[u8]>) -> (usize, usize, String, String) {
        let bytes = bytes.as_ref();
        let mistakes = text("a.json", bytes).and_then(|text| Ok(value("a.json", text)?.1));
        let mistakes = mistakes.unwrap_or_else(|mistake| vec![mistake]);
        let source = Source::new([("a.json".to_owned(), bytes.to_vec())]);
        let diagnostics = Diagnostics::resolve(mistakes, &source);
        let first = diagnostics.iter().next().unwrap();
        let words = (first.message().to_owned(), first.help().to_owned());
        (first.line(), first.column(), words.0, words.1)
    }

    /// Asserts place and message, and that the remedy contains a word.
    fn assert_wrong(bytes: impl AsRef<[u8]>, at: (usize, usize), message: &str, remedy: &str) {
        let (line, column, found, help) = wrong(bytes);
        assert_eq!(((line, column), found.as_str()), (at, message));
        assert!(help.contains(remedy), "{help}");
    }

    #[test]
    fn a_value_is_parsed_as_by_serde_json() {
        let text = r#"{"a": [1, -2, 0.5, "é\n", true, null, {}], "18446744073709551615": []}"#;
        let (value, mistakes) = value("a.json", text).unwrap();
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(value.to_value(), expected);
        assert!(mistakes.is_empty());
    }

    #[test]
    fn mistakes_in_the_syntax_have_a_place_and_a_remedy() {
        assert_wrong(
            "{\n \"a\": 1,\n}",
            (3, 1),
            "invalid JSON: trailing comma",
            "the comma",
        );
        assert_wrong(
            "{\n é: 1}",
            (2, 2),
            "invalid JSON: key must be a string",
            "quotes",
        );
        assert_wrong(
            "[1 2]",
            (1, 4),
            "invalid JSON: expected `,` or `]`",
            "a comma",
        );
        assert_wrong("{\"a\" 2}", (1, 6), "invalid JSON: expected `:`", "a colon");
        assert_wrong(
            "{}\n{}",
            (2, 1),
            "invalid JSON: trailing characters",
            "follows",
        );
        assert_wrong("[tru]", (1, 5), "invalid JSON: expected ident", "`true`");
        assert_wrong(
            "[é, '']",
            (1, 2),
            "invalid JSON: expected value",
            "double quotes",
        );
        assert_wrong(
            "[1e999]",
            (1, 6),
            "invalid JSON: number out of range",
            "number",
        );
        assert_wrong(
            "[\"\\x\"]",
            (1, 4),
            "invalid JSON: invalid escape",
            "backslash",
        );
    }

    #[test]
    fn truncated_input_is_reported_at_its_last_character() {
        let message = "invalid JSON: EOF while parsing an object";
        assert_wrong("{\n \"a\": 1\n\n", (2, 8), message, "close");
        let message = "invalid JSON: EOF while parsing a string";
        assert_wrong("\"é", (1, 3), message, "close");
    }

    #[test]
    fn deep_nesting_is_rejected_without_overflowing_the_stack() {
        let message = "invalid JSON: recursion limit exceeded";
        assert_wrong("[".repeat(1_000_000), (1, 128), message, "127 levels");
        let most = "[".repeat(127) + &"]".repeat(127);
        assert!(value("a.json", &most).is_ok());
    }

    #[test]
    fn invalid_utf8_is_reported_with_its_offset() {
        let message = "the file is not UTF-8: byte 0xE9 at offset 4";
        assert_wrong(b"{\n \"\xe9\": 1}", (2, 3), message, "as UTF-8");
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert_eq!(text("a.json", b"\xef\xbb\xbf{}").unwrap(), "{}");
        assert_wrong("\u{feff} ", (1, 1), "the file is empty", "write");
    }

    #[test]
    fn an_empty_file_is_reported_as_such() {
        assert_wrong("", (1, 1), "the file is empty", "write");
        assert_wrong("\n \t", (1, 1), "the file is empty", "write");
    }

    #[test]
    fn a_duplicate_key_is_reported_at_the_second_occurrence() {
        let message = "duplicate key `a`";
        assert_wrong("{\"a\": 1,\n  \"a\": 2}", (2, 3), message, "remove");
        let text = "[{\"a\": {\"a\": 1}}, {\"a\": 2}]";
        assert!(value("a.json", text).unwrap().1.is_empty());
    }
}
