//! The first stage: reads the bytes of `schemas/` into typed documents.
//!
//! Every mistake of every file is reported in one run. The steps are: sort the files ([`layout`]),
//! apply corrections ([`overlay`]), parse the bytes to JSON ([`json`]), check that the JSON of a
//! descriptor has the shape of its Rust type ([`shape`], [`check`]), deserialize it, and read the
//! schemas in all files ([`schemas`], [`lints`], and [`crate::normal`]).

mod check;
mod json;
mod keywords;
mod layout;
mod lints;
pub(crate) mod overlay;
mod schemas;
mod shape;

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::correction::Correction;
use crate::descriptor::{Overlay, Resource, Service};
use crate::diagnostics::Diagnostic;
use crate::normal::{Meanings, NodeId};
use crate::source::Source;

use layout::Layout;
pub(crate) use overlay::resolved;
use overlay::status::{Numbers, Trial};
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
    let documents = corrected(source, &mut found, |layout, found| {
        let service = documents::<Service>(layout.service.clone(), found);
        let resources = documents::<Resource>(layout.resources.clone(), found);
        let read = schemas::read(layout, found);
        let service = service.into_values().next()?;
        Some(Documents {
            service,
            resources,
            meanings: read.meanings,
            inline: read.inline,
        })
    });
    (documents, found)
}

/// Calls a function with the files of a source as corrected by overlays.
fn corrected<T>(
    source: &Source,
    found: &mut Vec<Diagnostic>,
    then: impl FnOnce(&Layout<'_>, &mut Vec<Diagnostic>) -> T,
) -> T {
    let layout = Layout::of(source, found);
    let overlays = documents::<Overlay>(layout.overlays.clone(), found);
    let corrected = overlay::apply(&layout, &overlays, found);
    then(&corrected.over(layout), found)
}

/// The source with its overlays applied and left out.
///
/// # Errors
///
/// Returns unexpected files, and corrections that cannot be made.
pub(crate) fn correct(source: &Source) -> Result<Source, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let files = corrected(source, &mut found, |layout, _| owned(layout));
    if found.is_empty() {
        Ok(Source::new(files))
    } else {
        Err(found)
    }
}

/// The status of every correction except the given ones, and the source corrected by those that
/// apply.
///
/// # Errors
///
/// Returns unexpected files, and overlays that cannot be read.
pub(crate) fn try_overlays(source: &Source, but: &Numbers) -> Result<Trial, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let layout = Layout::of(source, &mut found);
    let overlays = documents::<Overlay>(layout.overlays.clone(), &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    let (corrected, corrections) = overlay::status::try_all(&layout, &overlays, but, source);
    let layout = corrected.over(layout);
    Ok(Trial {
        corrections,
        corrected: Source::new(owned(&layout)),
    })
}

/// Applies those sets of corrections that apply as a whole, and returns the source with the number
/// of corrections; none if no set applies.
pub(crate) fn amended(source: &Source, sets: &[Vec<&Correction>]) -> Option<(Source, usize)> {
    let layout = Layout::of(source, &mut Vec::new());
    let (corrected, made) = overlay::make(&layout, sets);
    (made > 0).then(|| (Source::new(owned(&corrected.over(layout))), made))
}

fn owned(layout: &Layout<'_>) -> Vec<(String, Vec<u8>)> {
    let files = layout.corrigible();
    let files = files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
    files.collect()
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
