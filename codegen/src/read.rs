//! The first stage: the bytes of `schemas/` to typed documents.
//!
//! In this order, and with every mistake of every file reported in one run: which file is what
//! ([`layout`]), corrections ([`overlay`]), bytes to JSON ([`json`]), whether the JSON has the shape that the Rust types
//! want ([`shape`], [`check`]), and JSON to those types.

mod check;
pub(crate) mod json;
mod layout;
pub(crate) mod locate;
mod overlay;
mod shape;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::descriptor::{Overlay, Resource, Service};
use crate::diagnostics::Diagnostic;
use crate::schema::Schema;
use crate::source::Source;

use layout::Layout;
use shape::Shapes;

/// Everything that a source says, by file.
#[derive(Debug, Clone)]
pub(crate) struct Documents {
    /// `api.json`.
    pub service: Document<Service>,
    /// `resources/*.json`, by the files' stems.
    pub resources: BTreeMap<String, Document<Resource>>,
    /// `types/*.json`, by the files' stems.
    pub types: BTreeMap<String, Document<Schema>>,
}

/// A file's content.
#[derive(Debug, Clone)]
pub(crate) struct Document<T> {
    /// Relative to `schemas/`.
    pub path: String,
    /// The content as its Rust type, with properties in the order of the text.
    pub content: T,
}

/// Reads all documents of a source.
///
/// # Errors
///
/// All mistakes, at least one: files that don't belong or are missing, text that is no JSON, keys
/// that stand twice, and values of another shape than the format has.
pub(crate) fn read(source: &Source) -> Result<Documents, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let layout = Layout::of(source, &mut found);
    let overlays = documents::<Overlay>(layout.overlays.clone(), &mut found);
    let corrected = overlay::apply(&layout, &overlays, &mut found);
    let layout = corrected.over(layout);
    let service = documents::<Service>(layout.service, &mut found);
    let resources = documents::<Resource>(layout.resources, &mut found);
    let types = documents::<Schema>(layout.types, &mut found);
    match service.into_values().next() {
        Some(service) if found.is_empty() => Ok(Documents {
            service,
            resources,
            types,
        }),
        _ => Err(found),
    }
}

/// Reads the files of one kind, given by their stems; those with mistakes are left out.
fn documents<T: JsonSchema + DeserializeOwned>(
    files: BTreeMap<&str, (&str, &[u8])>,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Document<T>> {
    let shapes = Shapes::of::<T>();
    let mut documents = BTreeMap::new();
    for (stem, (path, bytes)) in files {
        match document(path, bytes, &shapes) {
            Ok(document) => {
                documents.insert(stem.to_owned(), document);
            }
            Err(mistakes) => found.extend(mistakes),
        }
    }
    documents
}

fn document<T: DeserializeOwned>(
    path: &str,
    bytes: &[u8],
    shapes: &Shapes,
) -> Result<Document<T>, Vec<Diagnostic>> {
    let text = json::text(path, bytes).map_err(|mistake| vec![mistake])?;
    let (value, mut mistakes) = json::value(path, text).map_err(|mistake| vec![mistake])?;
    mistakes.extend(check::check(path, &value, shapes));
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    // From the text and not from the value, which has forgotten the order of the keys.
    let content = json::typed(path, text).map_err(|mistake| vec![mistake])?;
    Ok(Document {
        path: path.to_owned(),
        content,
    })
}

#[cfg(test)]
mod tests;
