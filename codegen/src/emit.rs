//! The fifth stage: the intermediate representation to the files of a crate.

mod client;
mod conditions;
mod dynamic;
mod example;
mod features;
mod outcomes;
mod package;
mod requests;
mod resources;
mod types;

use crate::diagnostics::Diagnostic;
use crate::files::FileSet;
use crate::format::{Part, Printer};
use crate::ir::Api;
use crate::models::Models;

/// Emits all files of the crate.
pub(crate) fn emit(
    api: &Api,
    models: &Models,
    printer: &Printer,
) -> Result<FileSet, Vec<Diagnostic>> {
    let mut files = FileSet::default();
    let mut rust = |path: String, parts: Vec<Part>| -> Result<(), Vec<Diagnostic>> {
        let text = printer.rust(&path, &parts)?;
        files.insert(path, text);
        Ok(())
    };
    rust("src/lib.rs".into(), package::lib(api))?;
    rust("src/client.rs".into(), client::file(api))?;
    rust("src/dynamic.rs".into(), dynamic::file(api))?;
    rust("src/resources.rs".into(), resources::index(api))?;
    rust("src/types.rs".into(), types::index(api))?;
    for resource in &api.resources {
        let module = &resource.module;
        rust(
            format!("src/resources/{module}.rs"),
            resources::file(api, resource),
        )?;
    }
    for (resource, parts) in example::files(api) {
        rust(format!("examples/{}.rs", resource.module), parts)?;
    }
    if let Some(parts) = conditions::file(api) {
        rust("src/conditions.rs".into(), parts)?;
    }
    for family in &api.families {
        rust(
            format!("src/types/{}.rs", family.module),
            types::file(family, models),
        )?;
    }
    files.insert("Cargo.toml", printer.toml(&package::manifest(api)));
    files.insert("README.md", printer.markdown(&package::readme(api)));
    files.insert(
        "rustfmt.toml",
        printer.toml("disable_all_formatting = true\n"),
    );
    Ok(files)
}
