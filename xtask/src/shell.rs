//! Prints messages in cargo's style.
//!
//! Names, paths and messages come from other people's descriptions, recordings and folders: all
//! output passes [`visible`] here, and separate lines also [`line`], so that nothing in it affects
//! the terminal or is a command to the CI. Commands to paste into a shell are made of [`word`]s.
//!
//! Nothing here fails when the reader has gone away (`cargo xtask … | head`): the exit code still
//! reports how the command ended.

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

/// Prints progress: a verb, right-aligned as in cargo, and its object.
pub(crate) fn status(verb: &str, message: impl Display) {
    let message = visible(&message.to_string());
    let _ = writeln!(anstream::stderr(), "{VERB}{verb:>12}{VERB:#} {message}");
}

/// Reports that another process must finish first.
pub(crate) fn blocking(message: impl Display) {
    let message = visible(&message.to_string());
    let _ = writeln!(
        anstream::stderr(),
        "{WAITING}{:>12}{WAITING:#} waiting for {message}",
        "Blocking"
    );
}

/// Prints a failure, with its causes and its remedy.
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

/// Prints warnings for the author of the schemas.
pub(crate) fn warnings(warnings: &Diagnostics) {
    let text = warnings.render(true);
    let _ = writeln!(anstream::stderr(), "{}\n", inert(text.trim_end()));
}

/// Prints a line that begins with `error:`.
pub(crate) fn error_line(message: impl Display) {
    let message = visible(&message.to_string());
    let _ = writeln!(anstream::stderr(), "{ERROR}error{ERROR:#}: {message}");
}

/// Prints a line that begins with `note:`.
pub(crate) fn note(message: impl Display) {
    let message = visible(&message.to_string());
    let _ = writeln!(anstream::stderr(), "{HELP}note{HELP:#}: {message}");
}

/// Prints a line that begins with `help:`.
pub(crate) fn help(message: impl Display) {
    let message = visible(&message.to_string());
    let _ = writeln!(anstream::stderr(), "{HELP}help{HELP:#}: {message}");
}

/// Prints output for other programs: lines on stdout.
///
/// # Errors
///
/// Fails if they could not be written, e.g. on a full disk, because a successful exit would look
/// like empty output. It is not an error if the reader has gone away.
pub(crate) fn output(text: impl Display) -> Result<(), Error> {
    let text = text.to_string();
    let lines: Vec<_> = text.split('\n').map(line).collect();
    verbatim(lines.join("\n"))
}

/// Prints styled lines on stdout. Foreign strings in them have passed [`visible`].
///
/// # Errors
///
/// As [`output`].
pub(crate) fn styled(text: &str) -> Result<(), Error> {
    verbatim(inert(text))
}

/// Prints a string on stdout unchanged: a format with escapes of its own.
///
/// # Errors
///
/// As [`output`].
pub(crate) fn verbatim(text: impl Display) -> Result<(), Error> {
    let mut stdout = anstream::stdout();
    // A pipe buffers what is not flushed, while stderr goes on beside it.
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::new("could not write to stdout").because(error))
        }
        _ => Ok(()),
    }
}
