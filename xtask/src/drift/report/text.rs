//! Makes untrusted strings safe to show: the vendor's names, patterns and docs, and recorded
//! traffic.

use std::fmt::Write;

use crate::shell;

/// A string in one line, without control characters.
pub(super) fn line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    shell::visible(&words.join(" "))
}

/// The lines of a string, without control characters and trailing spaces.
pub(super) fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .map(|line| shell::visible(line).trim_end().to_owned())
}

/// Equivalent JSON, with escapes for characters that would affect a terminal or be invisible, and
/// without commands to a CI: all of these are within strings.
pub(super) fn json(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            _ if codegen::is_invisible(character) || character == '\u{7f}' => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(safe, "\\u{unit:04x}"); // a String takes everything
                }
            }
            '#' if safe.ends_with('#') => safe.push_str("\\u0023"),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_is_left() {
        assert_eq!(line("a\r\nb\u{1b}[2J \u{202e}c"), "a b␛[2J \u{fffd}c");
        let all: Vec<_> = lines("\ta \nb\u{7}\r\n").collect();
        assert_eq!(all, ["    a", "b␇"]);
    }

    #[test]
    fn json_says_the_same_without_what_would_act() {
        let value = serde_json::json!({"a": "\u{202e}##[x]\u{9b}\u{e0001}## b\u{7f}"});
        let text = json(&format!("{value:#}"));
        assert!(text.is_ascii() && !text.contains("##"), "{text}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }
}
