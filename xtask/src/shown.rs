//! Formats names, paths and counts safely, whatever they contain.

use std::env;
use std::path::{Component, Path, PathBuf};

/// The prefixes of CI commands anywhere in a line, and harmless replacements.
const COMMANDS: [(&str, &str); 3] = [
    ("##[", "# #["),
    ("##vso[", "# #vso["),
    ("##teamcity[", "# #teamcity["),
];

/// A string within one line: nothing in it affects a terminal, is invisible, changes the writing
/// direction, starts another line, or is a command to a CI.
pub(crate) fn visible(text: &str) -> String {
    let text = codegen::visible(text);
    COMMANDS.iter().fold(text, |text, (command, broken)| {
        if text.contains(command) {
            text.replace(command, broken)
        } else {
            text
        }
    })
}

/// The same for a whole line, which GitHub takes for a command if it begins with two colons.
pub(crate) fn line(text: &str) -> String {
    inert(&visible(text))
}

/// Breaks up commands to a CI.
pub(crate) fn inert(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let rest = line.trim_start();
        match rest.strip_prefix("::") {
            Some(after) => format!("{}: :{after}", &line[..line.len() - rest.len()]),
            None => line.to_owned(),
        }
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    COMMANDS.iter().fold(lines, |lines, (command, broken)| {
        lines.replace(command, broken)
    })
}

/// A string as one word of a shell command: unchanged if the shell takes every character literally,
/// and otherwise in single quotes.
pub(crate) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,+@%=".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// `1 file`, `3 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// A path as a person would type it: relative to the current folder if it is below it.
pub(crate) fn path(path: &Path) -> String {
    let current = env::current_dir().unwrap_or_default();
    let below = match path.strip_prefix(&current) {
        Ok(below) if below.as_os_str().is_empty() => Path::new("."),
        Ok(below) => below,
        Err(_) => path,
    };
    let plain: PathBuf = below
        .components()
        .filter(|part| below == Path::new(".") || *part != Component::CurDir)
        .collect();
    plain.display().to_string()
}

/// A folder's path, with a slash at its end.
pub(crate) fn folder(folder: &Path) -> String {
    let mut text = path(folder);
    if !text.ends_with(std::path::MAIN_SEPARATOR) {
        text.push('/');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_line_acts_on_a_terminal_or_begins_another_one() {
        let evil = "a\u{1b}[2J\r\nb\u{9b}31m\u{202e}c\u{2066}\u{200b}\u{7f}\u{2028}d";
        let shown = line(evil);
        assert!(!shown.contains(|c: char| codegen::is_invisible(c) || c.is_control()));
        assert!(shown.starts_with("a␛[2J␍␊b"), "{shown}");
    }

    #[test]
    fn no_line_is_a_command_to_a_ci() {
        for (text, shown) in [
            ("::error::x", ": :error::x"),
            (" \t::set-output name=a::b", "     : :set-output name=a::b"),
            ("a ::error::x", "a ::error::x"),
            ("a ##[error]b", "a # #[error]b"),
            ("##vso[task.x]", "# #vso[task.x]"),
            ("## A heading", "## A heading"),
        ] {
            assert_eq!(line(text), shown);
        }
        assert_eq!(inert("a\n ::error::x\n##[b"), "a\n : :error::x\n# #[b");
    }

    #[test]
    fn a_word_is_one_word_to_a_shell() {
        for (text, shown) in [
            ("a/b-c.json", "a/b-c.json"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's; $(x)", "'it'\\''s; $(x)'"),
            ("~/a", "'~/a'"),
        ] {
            assert_eq!(word(text), shown);
        }
    }
}
