//! Turns JSON Schemas and endpoint descriptors into the source of a typed Rust API client.
//!
//! [`generate`] is a pure function, and its body is the list of its stages.

pub mod descriptor;
mod diagnostics;
mod emit;
mod format;
mod ir;
mod lower;
mod models;
mod names;
mod read;
mod resolve;
pub mod schema;
mod source;

pub use diagnostics::{Diagnostic, Diagnostics};
pub use source::{FileSet, Source};

/// Generates the client crate that `source` describes: the same files for the same source, on any
/// machine.
///
/// # Errors
///
/// Every mistake in the source, each with its place and a remedy.
pub fn generate(source: &Source) -> Result<FileSet, Diagnostics> {
    let stages = || {
        let (documents, found) = read::read(source);
        let documents = resolve::resolve(documents, found)?;
        let api = lower::lower(&documents)?;
        let models = models::Models::make(&api)?;
        emit::emit(&api, &models, &format::Printer::new(source))
    };
    stages().map_err(|mistakes| Diagnostics::resolve(mistakes, source))
}

/// The source as its overlays correct it, without the overlays.
///
/// # Errors
///
/// Files that are no part of a source, and corrections that can't be made. Mistakes that remain in
/// the corrected files are not looked for.
pub fn corrected(source: &Source) -> Result<Source, Diagnostics> {
    read::correct(source).map_err(|mistakes| Diagnostics::resolve(mistakes, source))
}
