//! What is printed, in cargo's manner.
//!
//! Nothing here fails when the reader has gone away (`cargo xtask … | head`): the exit code still
//! tells how the command ended.

use std::env;
use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use anstyle::{AnsiColor, Style};

use crate::Error;

const VERB: Style = AnsiColor::BrightGreen.on_default().bold();
const WAITING: Style = AnsiColor::BrightCyan.on_default().bold();
const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
const HELP: Style = AnsiColor::BrightCyan.on_default().bold();

/// Progress: a verb, right-aligned as cargo's are, and what it is done to.
pub(crate) fn status(verb: &str, message: impl Display) {
    let _ = writeln!(anstream::stderr(), "{VERB}{verb:>12}{VERB:#} {message}");
}

/// Says that another process has to finish first.
pub(crate) fn blocking(message: impl Display) {
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
        let _ = writeln!(anstream::stderr(), "{}\n", text.trim_end());
    }
    error_line(format_args!("{error:#}"));
    if let Some(remedy) = error.remedy() {
        help(remedy);
    }
}

/// One line that begins with `error:`.
pub(crate) fn error_line(message: impl Display) {
    let _ = writeln!(anstream::stderr(), "{ERROR}error{ERROR:#}: {message}");
}

/// One line that begins with `help:`.
pub(crate) fn help(message: impl Display) {
    let _ = writeln!(anstream::stderr(), "{HELP}help{HELP:#}: {message}");
}

/// What another program could want to read: a line on stdout.
///
/// # Errors
///
/// It could not be written, as on a full disk; a command that goes on would read as one that had
/// nothing to say. That the reader has gone away is none.
pub(crate) fn output(line: impl Display) -> Result<(), Error> {
    let mut stdout = anstream::stdout();
    // A pipe holds back what is not flushed, while stderr goes on beside it.
    match writeln!(stdout, "{line}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::new("could not write to stdout").because(error))
        }
        _ => Ok(()),
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
