//! Why a command failed.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::Path;

use codegen::Diagnostics;

use crate::shown;

/// Error of a command: what is wrong, where, why, and what to do about it.
///
/// One opaque type for all commands, because people read it and no program distinguishes failures.
/// `{}` prints the message; `{:#}` adds the causes.
#[derive(Debug)]
pub struct Error {
    message: String,
    /// Further messages of the same kind, each for a line of its own.
    more: Vec<String>,
    help: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    diagnostics: Option<Box<Diagnostics>>,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Error {
            message: message.into(),
            more: Vec::new(),
            help: None,
            source: None,
            diagnostics: None,
        }
    }

    /// Creates an error for several mistakes of one kind with one remedy, each on a line of its
    /// own.
    pub(crate) fn several(messages: Vec<String>) -> Self {
        let mut messages = messages.into_iter();
        let first = Error::new(messages.next().unwrap_or_default());
        Error {
            more: messages.collect(),
            ..first
        }
    }

    /// Creates an error for a failed operation on a file: `could not VERB PATH`.
    pub(crate) fn io(verb: &str, path: &Path, source: io::Error) -> Self {
        Error::new(format!("could not {verb} {}", shown::path(path))).because(source)
    }

    /// Creates an error for mistakes in the schemas in `folder`, so that the crate `name` could not
    /// be generated.
    pub(crate) fn mistakes(name: &str, folder: &Path, diagnostics: Diagnostics) -> Self {
        let (count, folder) = (counted(&diagnostics), shown::folder(folder));
        Error::new(format!(
            "could not generate {name}: {count} in {folder} (nothing was written)"
        ))
        .diagnosed(diagnostics.below(&folder))
    }

    /// Creates an error for warnings in the schemas in `folder`, which the command line denies.
    pub(crate) fn warned(name: &str, folder: &Path, warnings: Diagnostics) -> Self {
        let (count, folder) = (counted(&warnings), shown::folder(folder));
        let message = format!("denied {count} in {folder} for {name} (nothing was written)");
        let help = "fix them, or leave out `--deny warnings`";
        Error::new(message)
            .help(help)
            .diagnosed(warnings.below(&folder))
    }

    /// Adds the mistakes in the schemas that are the cause.
    pub(crate) fn diagnosed(mut self, diagnostics: Diagnostics) -> Self {
        self.diagnostics = Some(Box::new(diagnostics));
        self
    }

    /// Creates an error for a version of the schemas with mistakes, which cannot be compared.
    pub(crate) fn unreadable(name: &str, origin: &Path, diagnostics: Diagnostics) -> Self {
        let (count, origin) = (counted(&diagnostics), shown::folder(origin));
        Error::new(format!("could not compare {name}: {count} in {origin}"))
            .diagnosed(diagnostics.below(&origin))
    }

    /// Refers to another error if the mistakes were already reported there.
    pub(crate) fn told_of(mut self, other: &str) -> Self {
        self.message
            .push_str(&format!("; already reported for {other}"));
        self.diagnostics = None;
        self
    }

    pub(crate) fn because(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Several failures as one, each with its help; none if there is none.
    pub(crate) fn all(mut errors: Vec<Error>) -> Option<Error> {
        if errors.len() < 2 {
            return errors.pop();
        }
        let messages: Vec<_> = errors.iter().map(|error| format!("{error:#}")).collect();
        let mut helps: Vec<&str> = errors.iter().filter_map(Error::remedy).collect();
        let mut known = BTreeSet::new();
        helps.retain(|help| known.insert(*help));
        Some(Error::new(messages.join("; ")).help(helps.join("; ")))
    }

    /// The messages with the causes: a line for each.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        let causes = std::iter::successors(std::error::Error::source(self), |error| error.source());
        let causes: String = causes.map(|cause| format!(": {cause}")).collect();
        let last = self.more.len();
        let messages = [&self.message].into_iter().chain(&self.more).enumerate();
        messages.map(move |(number, message)| {
            if number == last {
                format!("{message}{causes}")
            } else {
                message.clone()
            }
        })
    }

    /// What to do about it, if known.
    pub fn remedy(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The mistakes in the schemas, if those are the cause.
    pub fn diagnostics(&self) -> Option<&Diagnostics> {
        self.diagnostics.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for message in &self.more {
            write!(f, "; {message}")?;
        }
        if f.alternate() {
            let mut source = std::error::Error::source(self);
            while let Some(cause) = source {
                write!(f, ": {cause}")?;
                source = cause.source();
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
/// The numbers of mistakes and warnings, in words.
fn counted(diagnostics: &Diagnostics) -> String {
    let mistakes = diagnostics.mistakes();
    match (mistakes, diagnostics.len() - mistakes) {
        (mistakes, 0) => shown::count(mistakes, "mistake"),
        (0, warnings) => shown::count(warnings, "warning"),
        (mistakes, warnings) => format!(
            "{} and {}",
            shown::count(mistakes, "mistake"),
            shown::count(warnings, "warning")
        ),
    }
}
