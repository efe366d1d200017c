//! The first stage: the bytes of `schemas/` to typed documents.
//!
//! In this order, and with every mistake of every file reported in one run: which file is what
//! ([`layout`]), corrections ([`overlay`]), bytes to JSON ([`json`]), whether the JSON of a descriptor
//! has the shape that its Rust type wants ([`shape`], [`check`]), JSON to that type, and what the
//! schemas in all files mean ([`schemas`], [`slips`], and [`crate::normal`]).

mod check;
mod json;
mod keywords;
mod layout;
pub(crate) mod overlay;
mod schemas;
mod shape;
mod slips;

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
use overlay::standing::{Numbers, Trial};
use shape::Shapes;

/// Everything that a source says, by file.
#[derive(Debug, Clone)]
pub(crate) struct Documents {
    /// `api.json`.
    pub service: Document<Service>,
    /// `resources/*.json`, by the files' stems.
    pub resources: BTreeMap<String, Document<Resource>>,
    /// What all schemas mean, those in `types/*.json` and those in descriptors.
    pub meanings: Rc<Meanings>,
    /// The schemas in descriptors, by their places.
    pub inline: HashMap<String, NodeId>,
}

/// A file's content.
#[derive(Debug, Clone)]
pub(crate) struct Document<T> {
    /// Relative to `schemas/`.
    pub path: String,
    /// The content as its Rust type, with properties in the order of the text.
    pub content: T,
}

/// Reads all documents of a source, and reports all mistakes: files that don't belong or are
/// missing, text that is no JSON, keys that stand twice, and values of another shape than the
/// format has.
///
/// What has mistakes is left out, so that the next stage can look at the rest. There is nothing
/// for it to look at where `api.json` is left out.
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

/// Does something with the files of a source as overlays have corrected them.
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
/// Files that don't belong, and corrections that can't be made.
pub(crate) fn correct(source: &Source) -> Result<Source, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let files = corrected(source, &mut found, |layout, _| owned(layout));
    if found.is_empty() {
        Ok(Source::new(files))
    } else {
        Err(found)
    }
}

/// How every correction but those stands, and the source as those that apply correct it.
///
/// # Errors
///
/// Files that don't belong, and overlays that can't be read.
pub(crate) fn try_overlays(source: &Source, but: &Numbers) -> Result<Trial, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let layout = Layout::of(source, &mut found);
    let overlays = documents::<Overlay>(layout.overlays.clone(), &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    let (corrected, corrections) = overlay::standing::try_all(&layout, &overlays, but, source);
    let layout = corrected.over(layout);
    Ok(Trial {
        corrections,
        corrected: Source::new(owned(&layout)),
    })
}

/// The source with those of the sets of corrections made that can be as a whole, and how many
/// corrections that are; nothing if none can.
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
    // From the text and not from the value, which has forgotten the order of the keys.
    let content = json::typed(path, text).map_err(|mistake| vec![mistake])?;
    Ok(Document {
        path: path.to_owned(),
        content,
    })
}

#[cfg(test)]
mod tests;
