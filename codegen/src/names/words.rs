//! The words of a string that becomes a name.

use heck::ToSnakeCase;

use super::LONGEST;
use crate::header::sha256;

/// The words of a name, in lower case.
pub(crate) fn words_of(wire: &str) -> Vec<String> {
    let snake = words(wire).to_snake_case();
    snake.split('_').map(str::to_owned).collect()
}

/// Alternatives for a name that is taken, best first: each is a string to make a name from, and
/// depends on this string only.
pub(crate) fn alternatives(wire: &str) -> Vec<String> {
    let letters = || wire.chars().filter(|c| c.is_alphabetic());
    let mut capitals = letters().map(char::is_uppercase);
    let case = match (capitals.next(), capitals.next()) {
        (Some(true), None) => Some("upper"),
        (Some(true), Some(second)) => match capitals.all(|capital| capital == second) {
            true if second => Some("upper"),
            true => Some("capital"),
            false => None,
        },
        _ => None,
    };
    let spelled = wire.chars().any(|c| !c.is_ascii_alphanumeric());
    let spelled = spelled.then(|| spelled_out(wire));
    let in_case = |text: &str| case.map(|case| format!("{case} {text}"));
    let both = spelled.as_deref().and_then(in_case);
    [in_case(wire), spelled, both]
        .into_iter()
        .flatten()
        .collect()
}

/// How much of a string its name omits. Of two strings with the same name, the one that loses less
/// keeps the name, in any order.
pub(crate) fn left_out(wire: &str) -> (usize, usize, usize) {
    let symbols = wire.chars().map(|c| match c {
        c if c.is_ascii_alphanumeric() => 0,
        '_' => 1,
        _ => 2,
    });
    let capitals = wire.chars().filter(|c| c.is_uppercase());
    (symbols.sum(), capitals.count(), wire.len())
}

/// The letters and digits of a string as words, and signs; all other characters separate words. A
/// string of other characters only is spelled out. A string that is too long is cut, and ends with
/// a hash that distinguishes it from others with the same beginning.
pub(super) fn words(wire: &str) -> String {
    let start = wire.char_indices().nth(LONGEST);
    let start = start.map_or(wire, |(end, _)| &wire[..end]);
    let words = all_words(start);
    if start.len() < wire.len() || words.len() > LONGEST {
        let kept: String = words.chars().take(LONGEST).collect();
        format!("{kept} {}", &sha256(wire)[..8])
    } else {
        words
    }
}

fn all_words(wire: &str) -> String {
    let chars: Vec<char> = wire.chars().collect();
    let mut words = String::with_capacity(wire.len());
    for (index, c) in chars.iter().enumerate() {
        match c {
            c if c.is_ascii_alphanumeric() => words.push(*c),
            '+' | '-' if is_sign(&chars, index) => {
                words.push_str(if *c == '+' { " plus " } else { " minus " });
            }
            c if c.is_ascii() => words.push(' '),
            // The nearest ASCII letters: `größe` is `grosse`.
            c => {
                let letters = deunicode::deunicode_char(*c).unwrap_or(" ");
                let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { ' ' };
                words.extend(letters.chars().map(plain));
            }
        }
    }
    match words.trim().is_empty() {
        true if wire.is_empty() => "empty".to_owned(),
        true => spelled_out(wire),
        false => words,
    }
}

/// Whether a plus or minus is a sign, and does not just separate words: as in `-created_at`, `+1`,
/// `Etc/GMT-1` and `c++`, but not in `content-type`, `utf-8` and `vnd.api+json`.
fn is_sign(chars: &[char], index: usize) -> bool {
    let (before, after) = (&chars[..index], &chars[index + 1..]);
    let word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
    let is_digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    if chars[index] == '+' {
        let is_last = after.iter().all(|c| *c == '+') && word(before.iter().rfind(|c| **c != '+'));
        return is_last || is_digit(after.first()) || (before.is_empty() && word(after.first()));
    }
    let of_a_zone = [['g', 'm', 't'], ['u', 't', 'c']].into_iter().any(|zone| {
        before
            .last_chunk::<3>()
            .is_some_and(|end| end.map(|c| c.to_ascii_lowercase()) == zone)
    });
    match before.last() {
        None => word(after.first()),
        Some(c) if c.is_alphanumeric() => of_a_zone && is_digit(after.first()),
        Some(c) => matches!(c, '(' | '=' | ',' | ':') && is_digit(after.first()),
    }
}

/// A string with every symbol in it as a word.
fn spelled_out(wire: &str) -> String {
    let mut words = String::new();
    for c in wire.chars() {
        if c.is_ascii_alphanumeric() {
            words.push(c)
        } else {
            words.extend([" ", &spelled(c), " "])
        }
    }
    words
}

fn spelled(c: char) -> String {
    let word = match c {
        ' ' => "space",
        '\t' => "tab",
        '\n' => "newline",
        '*' => "star",
        '$' => "dollar",
        '_' => "underscore",
        '-' => "dash",
        '+' => "plus",
        '.' => "dot",
        '/' => "slash",
        '\\' => "backslash",
        '<' => "less",
        '>' => "greater",
        '=' => "equal",
        '!' => "not",
        '@' => "at",
        '#' => "hash",
        '%' => "percent",
        '&' => "and",
        '|' => "or",
        '^' => "caret",
        '~' => "tilde",
        '?' => "question",
        ':' => "colon",
        ';' => "semicolon",
        ',' => "comma",
        '\'' => "apostrophe",
        '"' => "quote",
        '`' => "backtick",
        '(' | '[' | '{' => "open",
        ')' | ']' | '}' => "close",
        c => return format!("u{:x}", u32::from(c)),
    };
    word.to_owned()
}
