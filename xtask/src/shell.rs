//! What is printed, in cargo's manner.
//!
//! Names, paths and messages come from descriptions, recordings and folders of others: what is printed
//! passes [`visible`] here, and a line of its own [`line`] besides, so that nothing in it acts on the
//! terminal or is a command to the CI whose log it is. What is to be pasted into a shell is made of
//! [`word`]s.
//!
//! Nothing here fails when the reader has gone away (`cargo xtask … | head`): the exit code still
//! tells how the command ended.

use std::env;
use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use anstyle::{AnsiColor, Style};
use codegen::Diagnostics;

use crate::Error;

const VERB: Style = AnsiColor::BrightGreen.on_default().bold();
const WAITING: Style = AnsiColor::BrightCyan.on_default().bold();
const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
const HELP: Style = AnsiColor::BrightCyan.on_default().bold();

/// Progress: a verb, right-aligned as cargo's are, and what it is done to.
pub(crate) fn status(verb: &str, message: impl Display) {
    let message = visible(&message.to_string());
    let _ = writeln!(anstream::stderr(), "{VERB}{verb:>12}{VERB:#} {message}");
}

/// Says that another process has to finish first.
pub(crate) fn blocking(message: impl Display) {
    let message = visible(&message.to_string());
    let _ = writeln!(
        anstream::stderr(),
        "{WAITING}{:>12}{WAITING:#} waiting for {message}",
        "Blocking"
    );
}

/// A failure, with its causes and its remedy.
pub(crate) fn error(error: &Error) {
    if let Some(diagnostics) = error.diagnostics() {
        let text = diagnostics.render(true);
        let _ = writeln!(anstream::stderr(), "{}\n", inert(text.trim_end()));
    }
    error.lines().for_each(error_line);
    if let Some(remedy) = error.remedy() {
        help(remedy);
    }
}

/// What the reader of the schemas should know, though nothing failed.
pub(crate) fn warnings(warnings: &Diagnostics) {
    let text = warnings.render(true);
    let _ = writeln!(anstream::stderr(), "{}\n", inert(text.trim_end()));
}

/// One line that begins with `error:`.
pub(crate) fn error_line(message: impl Display) {
    let message = visible(&message.to_string());
    let _ = writeln!(anstream::stderr(), "{ERROR}error{ERROR:#}: {message}");
}

/// One line that begins with `note:`.
pub(crate) fn note(message: impl Display) {
    let message = visible(&message.to_string());
    let _ = writeln!(anstream::stderr(), "{HELP}note{HELP:#}: {message}");
}

/// One line that begins with `help:`.
pub(crate) fn help(message: impl Display) {
    let message = visible(&message.to_string());
    let _ = writeln!(anstream::stderr(), "{HELP}help{HELP:#}: {message}");
}

/// What another program could want to read: lines on stdout.
///
/// # Errors
///
/// They could not be written, as on a full disk; a command that goes on would read as one that had
/// nothing to say. That the reader has gone away is none.
pub(crate) fn output(text: impl Display) -> Result<(), Error> {
    let text = text.to_string();
    let lines: Vec<_> = text.split('\n').map(line).collect();
    verbatim(lines.join("\n"))
}

/// Lines on stdout with styles in them. Everything in them from outside has passed [`visible`].
///
/// # Errors
///
/// As [`output`].
pub(crate) fn styled(text: &str) -> Result<(), Error> {
    verbatim(inert(text))
}

/// Text on stdout as it is: a format with rules of its own for what comes from outside.
///
/// # Errors
///
/// As [`output`].
pub(crate) fn verbatim(text: impl Display) -> Result<(), Error> {
    let mut stdout = anstream::stdout();
    // A pipe holds back what is not flushed, while stderr goes on beside it.
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::new("could not write to stdout").because(error))
        }
        _ => Ok(()),
    }
}

/// What begins a command to a CI wherever it is in a line, and the same broken up.
const COMMANDS: [(&str, &str); 3] = [
    ("##[", "# #["),
    ("##vso[", "# #vso["),
    ("##teamcity[", "# #teamcity["),
];

/// A text within one line: nothing in it acts on a terminal, is unseen, turns text around, begins
/// another line, or is a command to a CI.
pub(crate) fn visible(text: &str) -> String {
    let text = codegen::visible(text);
    COMMANDS.iter().fold(text, |text, (command, broken)| {
        match text.contains(command) {
            true => text.replace(command, broken),
            false => text,
        }
    })
}

/// The same as a whole line, which GitHub takes for a command if it begins with two colons.
pub(crate) fn line(text: &str) -> String {
    inert(&visible(text))
}

/// Breaks up commands to a CI.
fn inert(text: &str) -> String {
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

/// A text as one word of a shell's command: as it is where the shell takes every character as
/// such, and otherwise in single quotes.
pub(crate) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,+@%=".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// `1 file`, `3 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// A path as a person would type it: relative to the current folder where it lies below it.
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
