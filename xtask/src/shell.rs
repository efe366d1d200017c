//! What is printed, in cargo's manner.
//!
//! Names, paths and messages come from descriptions, recordings and folders of others: what is printed
//! passes [`visible`] here, and a line of its own [`line`] besides, so that nothing in it acts on the
//! terminal or is a command to the CI whose log it is. What is to be pasted into a shell is made of
//! [`word`]s.
//!
//! Nothing here fails when the reader has gone away (`cargo xtask … | head`): the exit code still
//! tells how the command ended.

use std::fmt::Display;
use std::io::{ErrorKind, Write};

use anstyle::{AnsiColor, Style};
use codegen::Diagnostics;

use crate::Error;
use crate::shown::inert;
pub(crate) use crate::shown::{count, folder, line, path, visible, word};

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
