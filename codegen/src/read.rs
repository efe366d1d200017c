//! The first stage: reads the bytes of `schemas/` into typed documents.
//!
//! Every mistake of every file is reported in one run. The steps are: sort the files ([`layout`]),
//! parse the bytes to JSON ([`json`]), check that the JSON of a
//! descriptor has the shape of its Rust type ([`shape`], [`check`]), deserialize it, and read the
//! schemas in all files ([`schemas`], [`lints`], and [`crate::normal`]).

mod check;
mod json;
mod keywords;
mod layout;
mod lints;
mod schemas;
mod shape;

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::descriptor::{Resource, Service};
use crate::diagnostics::Diagnostic;
use crate::normal::{Meanings, NodeId};
use crate::source::Source;

use layout::Layout;
use shape::Shapes;

/// The content of a source, by file.
#[derive(Debug, Clone)]
pub(crate) struct Documents {
    /// `api.json`.
    pub service: Document<Service>,
    /// `resources/*.json`, by the files' stems.
    pub resources: BTreeMap<String, Document<Resource>>,
    /// All schemas, those in `types/*.json` and those in descriptors.
    pub meanings: Rc<Meanings>,
    /// The schemas in descriptors, by their places.
    pub inline: HashMap<String, NodeId>,
}

/// A file's content.
#[derive(Debug, Clone)]
pub(crate) struct Document<T> {
    /// Relative to `schemas/`.
    pub path: String,
    /// The content as its Rust type, with properties in the order of the file.
    pub content: T,
}

/// Reads all documents of a source, and reports all mistakes: files that are unexpected or missing,
/// invalid JSON, duplicate keys, and values of an unexpected shape.
///
/// Files with mistakes are left out, so that the next stage can check the rest. Without `api.json`
/// there is nothing to check.
pub(crate) fn read(source: &Source) -> (Option<Documents>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let layout = Layout::of(source, &mut found);
    let service = documents::<Service>(layout.service.clone(), &mut found);
    let resources = documents::<Resource>(layout.resources.clone(), &mut found);
    let read = schemas::read(&layout, &mut found);
    let documents = service.into_values().next().map(|service| Documents {
        service,
        resources,
        meanings: read.meanings,
        inline: read.inline,
    });
    (documents, found)
}

/// Reads a JSON file as a Rust type.
///
/// # Errors
///
/// Returns all mistakes: invalid JSON, duplicate keys, and values of an unexpected shape.
pub fn document<T: JsonSchema + DeserializeOwned>(
    path: &str,
    bytes: &[u8],
) -> Result<T, Vec<Diagnostic>> {
    parsed(path, bytes, &Shapes::of::<T>()).map(|document| document.content)
}

/// Reads the files of one kind, given by their stems; those with mistakes are left out.
fn documents<T: JsonSchema + DeserializeOwned>(
    files: BTreeMap<&str, (&str, &[u8])>,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Document<T>> {
    let shapes = Shapes::of::<T>();
    let mut documents = BTreeMap::new();
    for (stem, (path, bytes)) in files {
        match parsed(path, bytes, &shapes) {
            Ok(document) => {
                documents.insert(stem.to_owned(), document);
            }
            Err(mistakes) => found.extend(mistakes),
        }
    }
    documents
}

fn parsed<T: DeserializeOwned>(
    path: &str,
    bytes: &[u8],
    shapes: &Shapes,
) -> Result<Document<T>, Vec<Diagnostic>> {
    let text = json::text(path, bytes).map_err(|mistake| vec![mistake])?;
    let (value, mut mistakes) = json::value(path, text).map_err(|mistake| vec![mistake])?;
    mistakes.extend(check::check(path, &value.to_value(), shapes));
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    // From the file and not from the value, which does not preserve the order of the keys.
    let content = json::typed(path, text).map_err(|mistake| vec![mistake])?;
    Ok(Document {
        path: path.to_owned(),
        content,
    })
}

#[cfg(test)]
mod tests;
