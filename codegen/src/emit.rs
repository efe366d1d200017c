//! The fifth stage: the intermediate representation to the files of a crate.

mod client;
mod conditions;
mod dynamic;
mod example;
mod manifest;
mod outcomes;
mod package;
mod requests;
mod resources;
mod sample;
mod types;

use crate::diagnostics::Diagnostic;
use crate::files::FileSet;
use crate::format::{Part, Printer};
use crate::ir::Api;
use crate::models::Models;
use crate::runtime::Runtime;
use crate::rust::prose;
use crate::source::Source;

/// Emits all files of the crate.
pub(crate) fn emit(
    api: &Api,
    models: &Models,
    runtime: &Runtime,
    printer: &Printer,
) -> Result<FileSet, Vec<Diagnostic>> {
    let mut files = FileSet::default();
    let mut rust = |path: String, parts: Vec<Part>| -> Result<(), Vec<Diagnostic>> {
        let text = printer.rust(&path, parts)?;
        files.insert(path, text);
        Ok(())
    };
    rust("src/client.rs".into(), client::file(api))?;
    for (resource, parts) in example::files(api) {
        rust(format!("examples/{}.rs", resource.module), parts)?;
    }
    let mut text =
        |path: String, parts: Vec<String>| rust(path, parts.into_iter().map(Part::from).collect());
    text("src/lib.rs".into(), package::lib(api))?;
    text("src/dynamic.rs".into(), dynamic::file(api))?;
    text("src/resources.rs".into(), resources::index(api))?;
    text("src/types.rs".into(), types::index(api))?;
    let samples = sample::Samples::of(api);
    for resource in &api.resources {
        let module = &resource.module;
        let parts = resources::file(api, &samples, resource);
        text(format!("src/resources/{module}.rs"), parts)?;
    }
    if let Some(parts) = conditions::file(api) {
        text("src/conditions.rs".into(), parts)?;
    }
    for type_module in &api.type_modules {
        let parts = types::file(type_module, models);
        text(format!("src/types/{}.rs", type_module.name), parts)?;
    }
    files.insert(
        "Cargo.toml",
        printer.manifest(&manifest::file(api, runtime)),
    );
    // An entity may stand for a character that acts where the file is shown.
    let readme = prose::plain(&package::readme(api, &samples));
    files.insert("README.md", printer.markdown(&readme));
    Ok(files)
}

/// Adds the licence files of the source, which the crate is distributed with.
pub(crate) fn licences(source: &Source, printer: &Printer, files: &mut FileSet) {
    for (path, text) in source.licences() {
        files.insert(path, printer.text(text));
    }
}
