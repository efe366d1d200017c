//! Diagnostics: what is wrong with a source, where, and what to do about it.
//!
//! A stage reports mistakes with [`Diagnostic::new`] and a [`Place`]: a file and a JSON pointer.
//! Lines, columns and excerpts are computed once, in [`Diagnostics::resolve`], so a source without
//! mistakes does not pay for them.

mod excerpt;
mod location;
mod place;
mod render;
mod suggestion;
mod syntax;
mod wording;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use crate::json::{Spot, locate, without_byte_order_mark};
use crate::source::Source;

use excerpt::{Excerpt, Lines};
pub use location::{Location, location};
pub use place::Place;
pub use suggestion::Suggestion;
pub(crate) use suggestion::{LONGEST_VALUE, below, taken};
pub(crate) use syntax::not_json;
pub(crate) use wording::{did_you_mean, listed};
pub use wording::{is_invisible, quoted, visible};

/// One mistake in a source, with its place and a remedy.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    message: String,
    help: String,
    /// Boxed, as the attachment is, so that a `Result` with a diagnostic in it stays small.
    primary: Box<Label>,
    notes: Vec<Label>,
    suggestions: Vec<Suggestion>,
    /// Whether the suggestions are guesses.
    is_guess: bool,
    attachment: Option<Box<Attachment>>,
    severity: Severity,
}

/// Whether a diagnostic stops the generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Severity {
    /// It stops the generator.
    Error,
    /// It does not stop the generator, but the author should know.
    Warning,
    /// Nothing is wrong: it explains how the source was understood.
    Note,
}

/// A marked place with a remark.
#[derive(Debug, Clone)]
struct Label {
    place: Place,
    text: String,
    /// None until resolved, and for a whole file.
    excerpt: Option<Excerpt>,
}

/// What a command adds to a diagnostic.
#[derive(Debug, Clone)]
struct Attachment {
    kind: &'static str,
    text: String,
    lines: Vec<String>,
}

impl Label {
    fn new(place: Place, text: String) -> Self {
        Label {
            place,
            text,
            excerpt: None,
        }
    }
}

impl Diagnostic {
    /// Creates a mistake: what is wrong (`message`), where, and what to do about it (`help`).
    ///
    /// Both start in lower case and end without a full stop. Strings from a source go through
    /// [`quoted`].
    pub fn new(place: Place, message: impl Into<String>, help: impl Into<String>) -> Self {
        let text = match place.pointer() {
            "" => String::new(),
            pointer => format!("at {}", wording::shortened(pointer)),
        };
        Diagnostic {
            message: message.into(),
            help: help.into(),
            primary: Box::new(Label::new(place, text)),
            notes: Vec::new(),
            suggestions: Vec::new(),
            is_guess: false,
            attachment: None,
            severity: Severity::Error,
        }
    }

    /// Creates a diagnostic that does not stop the generator.
    pub(crate) fn warning(
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::new(place, message, help)
        }
    }

    /// Creates a diagnostic that explains how a valid source was understood.
    pub(crate) fn remark(
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Diagnostic {
            severity: Severity::Note,
            ..Diagnostic::new(place, message, help)
        }
    }

    /// Returns whether it stops the generator.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Makes it stop the generator.
    pub(crate) fn stop(&mut self) {
        self.severity = Severity::Error;
    }

    /// Creates a mistake of the generator itself, which cannot be fixed in the source.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Diagnostic::new(
            Place::file("api.json"),
            format!("internal error: {}", message.into()),
            "this is a bug in the generator; please report it together with `schemas/`",
        )
    }

    /// Adds a second place, e.g. the first of two duplicates.
    pub(crate) fn note(mut self, place: Place, text: impl Into<String>) -> Self {
        self.notes.push(Label::new(place, text.into()));
        self
    }

    /// Adds a line `= KIND: TEXT` below the help, and lines to copy below that.
    pub fn attach(&mut self, kind: &'static str, text: impl Into<String>, lines: Vec<String>) {
        self.attachment = Some(Box::new(Attachment {
            kind,
            text: text.into(),
            lines,
        }));
    }

    /// The file, relative to `schemas/`.
    pub fn file(&self) -> &str {
        self.primary.place.file_path()
    }

    /// The line, counted from 1; 1 for a whole file.
    pub fn line(&self) -> usize {
        self.primary.excerpt.as_ref().map_or(1, |at| at.line)
    }

    /// The column in characters, counted from 1; 1 for a whole file.
    pub fn column(&self) -> usize {
        self.primary.excerpt.as_ref().map_or(1, |at| at.column)
    }

    /// The JSON pointer (RFC 6901); empty for the whole document and for files that are not JSON.
    pub fn pointer(&self) -> &str {
        self.primary.place.pointer()
    }

    /// The line with a mark below the place, like rustc; empty for a whole file.
    pub fn excerpt(&self) -> String {
        render::excerpt(self)
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    pub fn help(&self) -> &str {
        &self.help
    }

    fn labels(&self) -> impl Iterator<Item = &Label> {
        std::iter::once(&*self.primary).chain(&self.notes)
    }

    fn labels_mut(&mut self) -> impl Iterator<Item = &mut Label> {
        std::iter::once(&mut *self.primary).chain(&mut self.notes)
    }
}

/// All mistakes and warnings that a run found in a source: at least one, in the order of file, line
/// and column.
#[derive(Clone)]
pub struct Diagnostics(pub(crate) Vec<Diagnostic>);

#[allow(
    clippy::len_without_is_empty,
    reason = "it is made from the mistakes that stopped a stage, so it never is empty"
)]
impl Diagnostics {
    /// Computes lines, columns and excerpts from the files of `source`, and sorts.
    pub fn resolve(mut list: Vec<Diagnostic>, source: &Source) -> Self {
        Self::locate(&mut list, source);
        list.sort_by(|a, b| position(a).cmp(&position(b)));
        Diagnostics(list)
    }

    /// Remarks with their places, in the order of the source; a remark about several places is
    /// shown at the first one.
    pub(crate) fn remarks(mut list: Vec<Diagnostic>, source: &Source) -> Vec<Diagnostic> {
        let mut seen = HashSet::new();
        list.retain(|remark| seen.insert(remark.message.clone()));
        Self::locate(&mut list, source);
        list.sort_by(|a, b| position(a).cmp(&position(b)));
        list
    }

    /// Computes lines, columns and excerpts from the files of `source`.
    pub fn locate<'d>(list: impl IntoIterator<Item = &'d mut Diagnostic>, source: &Source) {
        let mut wanted: BTreeMap<String, Vec<&mut Label>> = BTreeMap::new();
        for label in list.into_iter().flat_map(Diagnostic::labels_mut) {
            let file = label.place.file_path().to_owned();
            wanted.entry(file).or_default().push(label);
        }
        for (path, bytes) in source.files() {
            if let Some(labels) = wanted.remove(path) {
                resolve_file(labels, bytes);
            }
        }
    }

    /// The same mistakes with the paths of their files prefixed by `folder`, which ends with a
    /// slash.
    pub fn below(mut self, folder: &str) -> Self {
        let labels = self.0.iter_mut().flat_map(Diagnostic::labels_mut);
        labels.for_each(|label| label.place.put_below(folder));
        self
    }

    /// The mistakes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// The mistakes, in order, to attach something to them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.0.iter_mut()
    }

    /// The number of diagnostics.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The number of diagnostics that stop the generator.
    pub fn mistakes(&self) -> usize {
        let stops = |one: &&Diagnostic| one.severity == Severity::Error;
        self.0.iter().filter(stops).count()
    }

    /// Renders the mistakes for a terminal, each with the lines it is about; in colours (ANSI
    /// escapes) if `styled`. Whatever a source contains, the result has no other control characters
    /// than line feeds and those of the colours.
    pub fn render(&self, styled: bool) -> String {
        render::render(&self.0, styled)
    }
}

fn position(diagnostic: &Diagnostic) -> (&str, usize, usize) {
    (diagnostic.file(), diagnostic.line(), diagnostic.column())
}

/// Gives the labels in one file their excerpts.
fn resolve_file(labels: Vec<&mut Label>, bytes: &[u8]) {
    let pointers = labels.iter().flat_map(|label| label.place.pointers());
    let pointers = pointers.map(String::from).collect();
    // The lossy string equals the bytes up to the first invalid byte, so offsets up to there stay
    // right.
    let text = String::from_utf8_lossy(without_byte_order_mark(bytes));
    let spots: HashMap<String, Spot> = locate(&text, &pointers);
    let lines = Lines::new(&text);
    for label in labels {
        let range = label.place.range(&spots);
        label.excerpt = range.map(|range| lines.excerpt(range));
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// The same as `Display`, so that a test's `unwrap` shows what is wrong with the source.
impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests;
