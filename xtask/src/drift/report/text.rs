//! Text of others made safe to show: names, patterns and docs of the vendor's, and recorded traffic.

/// A text in one line, without control characters.
pub(super) fn line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .map(shown)
        .collect()
}

/// The lines of a text, without control characters and trailing space.
pub(super) fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(|line| {
        let spaced = line.replace('\t', "    ");
        spaced.trim_end().chars().map(shown).collect()
    })
}

/// A character, or what stands for one that would act on the terminal or turn text around.
fn shown(character: char) -> char {
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    match turns || character.is_control() {
        true => char::REPLACEMENT_CHARACTER,
        false => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_is_left() {
        assert_eq!(
            line("a\r\nb\u{1b}[2J \u{202e}c"),
            "a b\u{fffd}[2J \u{fffd}c"
        );
        let all: Vec<_> = lines("\ta \nb\u{7}\r\n").collect();
        assert_eq!(all, ["    a", "b\u{fffd}"]);
    }
}
