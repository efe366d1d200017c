//! The last stage: formats tokens, and adds a header with the origin of each file.

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostic;
use crate::header::{HASH, HTML, SLASHES, fingerprint, headed};
use crate::source::Source;

/// A part of a Rust file, with an empty line before the next.
pub(crate) enum Part {
    /// Items for the formatter.
    Items(TokenStream),
    /// Text that `emit` has already laid out: the formatter leaves the content of macros unchanged,
    /// and its lines are not those of rustfmt.
    Text(String),
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Part::Text(text)
    }
}

/// Formats files and adds their headers.
pub(crate) struct Printer {
    /// The hash of the inputs of the files.
    inputs: String,
}

impl Printer {
    /// A printer for files generated from `source`.
    pub(crate) fn new(source: &Source) -> Self {
        Printer {
            inputs: fingerprint(source),
        }
    }

    /// A Rust file.
    pub(crate) fn rust(&self, path: &str, parts: Vec<Part>) -> Result<String, Vec<Diagnostic>> {
        let mut text = String::new();
        for part in parts {
            let part = match part {
                Part::Text(text) => text,
                Part::Items(tokens) => {
                    let file = syn::parse2(tokens);
                    let file = file.map_err(|error| mistake(path, &error))?;
                    spaced(&prettyplease::unparse(&file))
                }
            };
            let part = part.trim_matches('\n');
            if !part.is_empty() {
                text.push_str(&format!("\n{part}\n"));
            }
        }
        syn::parse_file(&text).map_err(|error| mistake(path, &error))?;
        Ok(headed(SLASHES, None, &text))
    }

    /// The manifest, the one file with the hash of the inputs.
    pub(crate) fn manifest(&self, text: &str) -> String {
        headed(HASH, Some(&self.inputs), &format!("\n{text}"))
    }

    /// A plain text file.
    pub(crate) fn text(&self, text: &str) -> String {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        headed(HASH, None, &format!("\n{}", text.replace("\r\n", "\n")))
    }

    /// A Markdown file.
    pub(crate) fn markdown(&self, text: &str) -> String {
        headed(HTML, None, &format!("\n{text}"))
    }
}

/// Emitted tokens that are not valid Rust: a mistake in `emit`, not in the source.
fn mistake(path: &str, error: &syn::Error) -> Vec<Diagnostic> {
    let message = format!("the emitted file {path} is not valid Rust: {error}");
    vec![Diagnostic::internal(message)]
}

/// Inserts the empty lines between items and between methods that the formatter lacks.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        spaced.push_str(line);
        spaced.push('\n');
        let Some(next) = lines.peek() else { break };
        let is_inner = line.starts_with([' ', '/']);
        let item_ends = line == "}" || (line.ends_with(';') && !is_inner);
        let item_ends = item_ends && !same_kind(line, next);
        let method_ends = line == "    }" && *next != "}";
        let docs_end = line.starts_with("//!") && !next.starts_with("//!");
        if item_ends || method_ends || docs_end {
            spaced.push('\n');
        }
    }
    spaced
}

/// Whether two lines are of one group: imports, or modules, without docs between them.
fn same_kind(line: &str, next: &str) -> bool {
    ["use ", "pub use ", "mod ", "pub mod "]
        .iter()
        .any(|start| line.starts_with(start) && next.starts_with(start))
}
