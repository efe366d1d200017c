//! The last stage: tokens to text, with a header that says where the text comes from.

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostic;
use crate::header::{HASH, HTML, SLASHES, fingerprint, headed};
use crate::source::Source;

/// A part of a Rust file.
pub(crate) enum Part {
    /// Items, to be laid out by the formatter.
    Items(TokenStream),
    /// A macro call, laid out here: a formatter leaves what stands in a macro as it is.
    Text(String),
}

/// Lays out files and heads them.
pub(crate) struct Printer {
    /// The hash of what the files are made of.
    inputs: String,
}

impl Printer {
    /// A printer for files that are made of `source`.
    pub(crate) fn new(source: &Source) -> Self {
        Printer {
            inputs: fingerprint(source),
        }
    }

    /// A Rust file.
    pub(crate) fn rust(&self, path: &str, parts: &[Part]) -> Result<String, Vec<Diagnostic>> {
        let mut text = String::new();
        for part in parts {
            let part = match part {
                // What the formatter lays out it has parsed; this it has not.
                Part::Text(text) => {
                    syn::parse_file(text).map_err(|error| mistake(path, &error))?;
                    text.clone()
                }
                Part::Items(tokens) => {
                    let file = syn::parse2(tokens.clone());
                    let file = file.map_err(|error| mistake(path, &error))?;
                    spaced(&prettyplease::unparse(&file))
                }
            };
            text.push('\n');
            text.push_str(part.trim_start_matches('\n'));
        }
        Ok(headed(SLASHES, &self.inputs, &text))
    }

    /// A TOML file.
    pub(crate) fn toml(&self, text: &str) -> String {
        headed(HASH, &self.inputs, &format!("\n{text}"))
    }

    /// A Markdown file.
    pub(crate) fn markdown(&self, text: &str) -> String {
        headed(HTML, &self.inputs, &format!("\n{text}"))
    }
}

/// Emitted tokens that are no Rust: a mistake in `emit`, not in the source.
fn mistake(path: &str, error: &syn::Error) -> Vec<Diagnostic> {
    let message = format!("the emitted file {path} is no Rust: {error}");
    vec![Diagnostic::internal(message)]
}

/// Puts an empty line between items and between methods, which the formatter does not.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        spaced.push_str(line);
        spaced.push('\n');
        let Some(next) = lines.peek() else { break };
        let item_ends = line == "}" || (line.ends_with(';') && !line.starts_with(' '));
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
