//! Renders diagnostics for people, like rustc.

use std::fmt::{Display, Write};

use super::wording::{shown_width, visible};
use super::{Attachment, Diagnostic, Excerpt, Label, Severity};

/// An ANSI escape sequence (ECMA-48 SGR) that switches a style on.
#[derive(Clone, Copy)]
struct Style(&'static str);

const ERROR: Style = Style("\x1b[1;91m");
const WARNING: Style = Style("\x1b[1;93m");
const BOLD: Style = Style("\x1b[1m");
const FRAME: Style = Style("\x1b[1;94m");
const RESET: &str = "\x1b[0m";

/// The number of diagnostics that are shown: nobody reads more, and a mistake is often repeated.
const MOST: usize = 500;

/// All diagnostics, with an empty line between any two.
pub(super) fn render(list: &[Diagnostic], styled: bool) -> String {
    let mut page = Page {
        text: String::new(),
        styled,
        gutter: 1,
    };
    for (number, diagnostic) in shown(list).enumerate() {
        if number > 0 {
            page.text.push('\n');
        }
        page.diagnostic(diagnostic);
    }
    if let more @ 1.. = list.len().saturating_sub(MOST) {
        page.text.push_str(&format!("\nand {more} more\n"));
    }
    page.text
}

/// The first diagnostics, as many as are shown: those that stop the generator come first.
fn shown(list: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    let stops = |one: &&Diagnostic| one.severity() == Severity::Error;
    let mut errors = list.iter().filter(stops).count().min(MOST);
    let mut others = MOST - errors;
    list.iter().filter(move |one| {
        let left = if stops(one) { &mut errors } else { &mut others };
        let is_shown = *left > 0;
        *left -= usize::from(is_shown);
        is_shown
    })
}

/// The line of a diagnostic, with its mark.
pub(super) fn excerpt(diagnostic: &Diagnostic) -> String {
    let label = &diagnostic.primary;
    let Some(excerpt) = &label.excerpt else {
        return String::new();
    };
    let mut page = Page {
        text: String::new(),
        styled: false,
        gutter: excerpt.line.to_string().len(),
    };
    page.excerpt(excerpt);
    page.marks(excerpt, '^', ERROR, &label.text);
    page.text.trim_end().to_owned()
}

/// A line of a source with a mark below it.
pub(super) fn line(excerpt: &Excerpt) -> String {
    let mut page = Page {
        text: String::new(),
        styled: false,
        gutter: excerpt.line.to_string().len(),
    };
    page.excerpt(excerpt);
    page.marks(excerpt, '^', ERROR, "");
    page.text
}

/// The page being rendered.
struct Page {
    text: String,
    styled: bool,
    /// The width of the widest line number of the diagnostic.
    gutter: usize,
}

impl Page {
    fn diagnostic(&mut self, diagnostic: &Diagnostic) {
        let lines = diagnostic.labels().flat_map(|label| &label.excerpt);
        let last = lines.map(|excerpt| excerpt.line).max().unwrap_or(0);
        self.gutter = last.to_string().len();

        let (style, word) = match diagnostic.severity {
            Severity::Error => (ERROR, "error"),
            Severity::Warning => (WARNING, "warning"),
            Severity::Note => (BOLD, "note"),
        };
        self.paint(style, word);
        self.paint(BOLD, format_args!(": {}", visible(&diagnostic.message)));
        self.text.push('\n');
        self.label(&diagnostic.primary, "--> ", '^', style);
        for note in &diagnostic.notes {
            match note.excerpt {
                Some(_) => self.label(note, "::: ", '-', FRAME),
                None => {
                    let text = format!("{}: {}", note.place.file_path(), note.text);
                    self.remark("note", &text);
                }
            }
        }
        self.remark("help", &diagnostic.help);
        self.attachment(diagnostic.attachment.as_deref());
    }

    /// The place of a label, and the line with the mark.
    fn label(&mut self, label: &Label, arrow: &str, mark: char, style: Style) {
        self.indent();
        self.paint(FRAME, arrow);
        self.push(visible(label.place.file_path()));
        let Some(excerpt) = &label.excerpt else {
            self.text.push('\n');
            return;
        };
        self.push(format_args!(":{}:{}\n", excerpt.line, excerpt.column));
        self.marked(excerpt, mark, style, &label.text);
    }

    /// A line with the mark below it, in a frame.
    fn marked(&mut self, excerpt: &Excerpt, mark: char, style: Style, text: &str) {
        self.frame("", "");
        self.excerpt(excerpt);
        self.marks(excerpt, mark, style, text);
        self.frame("", "");
    }

    fn excerpt(&mut self, excerpt: &Excerpt) {
        let Excerpt {
            before,
            marked,
            after,
            ..
        } = excerpt;
        let line = format!(" {before}{marked}{after}");
        self.frame(&excerpt.line.to_string(), line.trim_end());
    }

    fn marks(&mut self, excerpt: &Excerpt, mark: char, style: Style, text: &str) {
        self.indent();
        self.paint(FRAME, " |");
        self.push(" ".repeat(1 + width(&excerpt.before)));
        let marks = mark.to_string().repeat(width(&excerpt.marked).max(1));
        let text = visible(text);
        let space = if text.is_empty() { "" } else { " " };
        self.paint(style, format_args!("{marks}{space}{text}"));
        self.text.push('\n');
    }

    /// A line with a note or a help.
    fn remark(&mut self, kind: &str, text: &str) {
        self.indent();
        self.paint(FRAME, " = ");
        self.paint(BOLD, kind);
        self.push(format_args!(": {}\n", visible(text)));
    }

    fn attachment(&mut self, attachment: Option<&Attachment>) {
        let Some(Attachment { kind, text, lines }) = attachment else {
            return;
        };
        self.remark(kind, text);
        for line in lines {
            self.indent();
            self.push(format_args!("     {}\n", visible(line)));
        }
    }

    /// A line with a number and a bar before it.
    fn frame(&mut self, number: &str, content: &str) {
        let gutter = self.gutter;
        self.paint(FRAME, format_args!("{number:>gutter$} |"));
        self.push(content);
        self.text.push('\n');
    }

    fn indent(&mut self) {
        self.push(" ".repeat(self.gutter));
    }

    fn paint(&mut self, Style(style): Style, text: impl Display) {
        if self.styled {
            self.push(format_args!("{style}{text}{RESET}"))
        } else {
            self.push(text)
        }
    }

    fn push(&mut self, text: impl Display) {
        let _ = write!(self.text, "{text}"); // a String takes everything
    }
}

fn width(text: &str) -> usize {
    text.chars().map(shown_width).sum()
}

#[cfg(test)]
mod tests {
    use crate::Source;
    use crate::diagnostics::{Diagnostic, Diagnostics, Place};

    fn one(text: &str, place: Place, message: &str) -> Diagnostics {
        let source = Source::new([("a.json".to_owned(), text.as_bytes().to_vec())]);
        Diagnostics::resolve(vec![Diagnostic::new(place, message, "right it")], &source)
    }

    #[test]
    fn marks_are_aligned_with_the_marked_columns() {
        let text = "\t[\"日本\u{200b}\u{1b}[31m\u{301}\", 17]";
        let rendered = one(text, Place::at("a.json", "/1"), "wrong").to_string();
        let lines: Vec<_> = rendered.lines().collect();
        assert_eq!(lines[3], "1 |     [\"日本\u{fffd}␛[31m\u{301}\", 17]");
        assert_eq!(lines[4], "  |                    ^^ at /1");
    }

    #[test]
    fn no_control_character_reaches_the_terminal() {
        let text = "{\"\u{1b}\u{9b}\u{7}\u{202e}\": 1}";
        let place = Place::at("a.json", "/\u{1b}\u{9b}\u{7}\u{202e}").on_key();
        let rendered = one(text, place, "\u{1b}[2J\r\n").render(false);
        assert!(!rendered.contains(|c: char| c != '\n' && c.is_control()));
        assert!(!rendered.contains('\u{202e}'));
        let hidden = one(text, Place::file("\u{1b}.json"), "wrong").render(false);
        assert!(hidden.contains("--> ␛.json\n"), "{hidden}");
    }

    #[test]
    fn colours_change_nothing_but_the_colours() {
        let diagnostics = one("[1]", Place::at("a.json", "/0"), "wrong");
        let mut styled = diagnostics.render(true);
        assert!(styled.starts_with("\x1b[1;91merror\x1b[0m"));
        for style in ["\x1b[1;91m", "\x1b[1;94m", "\x1b[1m", "\x1b[0m"] {
            styled = styled.replace(style, "");
        }
        assert_eq!(styled, diagnostics.render(false));
    }
}
