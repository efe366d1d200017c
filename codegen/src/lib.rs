//! Turns JSON Schemas and endpoint descriptors into the source of a typed Rust API client.
//!
//! [`generate`] is a pure function, and the body of [`generate_with`] is the list of its stages. [`compare`] reports how
//! a change of the schemas affects users of the generated crate.

pub mod compat;
pub mod descriptor;
mod diagnostics;
mod emit;
mod files;
mod format;
mod graph;
mod header;
mod ir;
pub mod json;
mod lower;
mod models;
mod names;
pub mod normal;
#[allow(dead_code, reason = "strings are matched when a client runs")]
#[path = "../runtime/src/pattern/mod.rs"]
mod pattern;
mod read;
mod resolve;
pub mod rule;
mod runtime;
mod rust;
mod source;

pub use compat::{check, compare};
pub use diagnostics::{
    Diagnostic, Diagnostics, Location, Place, Severity, Suggestion, is_invisible, location, quoted,
    visible,
};
pub use files::FileSet;
pub use header::{Origin, have_same_inputs, is_as_emitted, is_emitted};
pub use read::document;
pub use runtime::Runtime;
pub use source::Source;

/// Generates the client crate that `source` describes: the same files for the same source, on any
/// machine. The files come with warnings, and with notes on names that differ in Rust because of a
/// collision.
///
/// # Errors
///
/// Returns every mistake in the source, each with its place and a remedy.
pub fn generate(source: &Source) -> Result<FileSet, Diagnostics> {
    generate_with(source, &Runtime::published())
}

/// Generates the client crate, with the runtime at a given place: only the manifest depends on it.
///
/// # Errors
///
/// See [`generate`].
pub fn generate_with(source: &Source, runtime: &Runtime) -> Result<FileSet, Diagnostics> {
    let stages = || {
        let (documents, found) = read::read(source);
        let (documents, warnings) = resolve::resolve(documents, found)?;
        let mut api = lower::lower(&documents)?;
        // What follows reuses the memory of all schemas.
        drop(documents);
        let remarks = std::mem::take(&mut api.remarks);
        let models = models::Models::make(&api)?;
        let printer = format::Printer::new(source);
        let mut files = emit::emit(&api, &models, runtime, &printer)?;
        emit::licences(source, &printer, &mut files);
        if !warnings.is_empty() {
            files.warn(Diagnostics::resolve(warnings, source));
        }
        files.note(Diagnostics::remarks(remarks, source));
        Ok(files)
    };
    stages().map_err(|mistakes| Diagnostics::resolve(mistakes, source))
}
