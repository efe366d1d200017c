//! The wording of diagnostics: names from a source, lists of names, and suggestions.

use unicode_width::UnicodeWidthChar;

/// The maximal number of characters shown of a string from a source.
const LONGEST: usize = 60;

/// A string from a source between backticks, shortened, with control characters escaped.
pub fn quoted(text: &str) -> String {
    let mut result = String::from("`");
    for character in text.chars().take(LONGEST) {
        if character.is_control() {
            result.extend(character.escape_debug())
        } else {
            result.push(character)
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        result.push('…');
    }
    result.push('`');
    result
}

/// Names between backticks with commas between them.
pub(crate) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// The candidate that `name` is most likely a misspelling of.
///
/// ```text
/// did_you_mean("sumary", ["method", "summary"]) == Some("summary")
/// ```
pub(crate) fn did_you_mean<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let length = name.chars().take(LONGEST + 1).count();
    if length > LONGEST {
        return None; // the distance takes quadratic time, and no name is that long
    }
    let name = name.to_lowercase();
    let characters = name.chars().count();
    let mut bound = length.max(3) / 3;
    let mut nearest = None;
    for candidate in candidates {
        let candidate_name = candidate.to_lowercase();
        if candidate_name.chars().count().abs_diff(characters) > bound {
            continue;
        }
        let distance = strsim::osa_distance(&name, &candidate_name);
        if distance > bound {
            continue;
        }
        nearest = Some(candidate);
        // Of several equally near candidates the first one counts, so the next one must be nearer.
        match distance.checked_sub(1) {
            Some(nearer) => bound = nearer,
            None => break,
        }
    }
    nearest
}

/// The end of a JSON pointer that is too long to be shown in full.
pub(super) fn shortened(pointer: &str) -> String {
    match pointer.char_indices().rev().nth(LONGEST - 1) {
        Some((start, _)) if start > 0 => format!("…{}", pointer.split_at(start).1),
        _ => pointer.to_owned(),
    }
}

/// A string in one line for a terminal or a log: characters that would affect it, are invisible or
/// change the writing direction are replaced by visible ones.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars()
        .for_each(|character| push_shown(&mut shown, character));
    shown
}

/// Appends a character for the terminal: control characters, invisible ones and those that change
/// the writing direction become visible, a tab becomes four spaces.
pub(super) fn push_shown(text: &mut String, character: char) {
    match character {
        '\t' => text.push_str("    "),
        '\0'..='\u{1f}' => text.extend(char::from_u32(0x2400 + u32::from(character))),
        '\u{7f}' => text.push('␡'),
        _ if is_invisible(character) => text.push('\u{fffd}'),
        _ => text.push(character),
    }
}

/// The number of columns that [`push_shown`] adds.
pub(super) fn shown_width(character: char) -> usize {
    match character {
        '\t' => 4,
        _ if is_invisible(character) => 1,
        _ => character.width().unwrap_or(1),
    }
}

/// C1 controls, the default-ignorable code points and the line separators of Unicode.
pub fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_finds_the_nearest_name() {
        let names = ["minimum", "minItems", "minLength", "type"];
        assert_eq!(did_you_mean("minLenght", names), Some("minLength"));
        assert_eq!(did_you_mean("TYPE", names), Some("type"));
        assert_eq!(did_you_mean("minimun", names), Some("minimum"));
        assert_eq!(did_you_mean("colour", names), None);
    }

    #[test]
    fn a_string_of_any_length_is_quoted_on_one_line() {
        assert_eq!(quoted("a\u{1b}\n"), "`a\\u{1b}\\n`");
        assert_eq!(quoted(&"x".repeat(61)), format!("`{}…`", "x".repeat(60)));
        assert_eq!(did_you_mean(&"x".repeat(1_000_000), ["type"]), None);
    }

    #[test]
    fn the_end_of_a_long_pointer_is_shown() {
        assert_eq!(shortened("/a/b"), "/a/b");
        assert_eq!(shortened(&"/é".repeat(30)), "/é".repeat(30));
        assert_eq!(shortened(&"/é".repeat(31)), format!("…{}", "/é".repeat(30)));
    }
}
