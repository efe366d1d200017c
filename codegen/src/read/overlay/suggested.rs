//! Corrections that diagnostics suggest for an imported description.

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::json::without_byte_order_mark;
use crate::source::Source;

use super::{items, upstream};

/// Locates diagnostics, and adds the corrections for an overlay.
pub(crate) fn resolved(mut list: Vec<Diagnostic>, source: &Source) -> Diagnostics {
    // Hand-written files and overlays are fixed in place.
    if upstream(source.files()).is_none() {
        return Diagnostics::resolve(list, source);
    }
    let is_overlay = |file: &str| file.starts_with("overlays/") || file.starts_with("upstream/");
    let of_overlays = |one: &&mut Diagnostic| is_overlay(one.file());
    let of_overlays = list.iter_mut().filter(of_overlays);
    of_overlays.for_each(Diagnostic::suggest_nothing);
    let mut diagnostics = Diagnostics::suggesting(list, source);
    name_items(&mut diagnostics, source);
    diagnostics
}

/// Addresses list items by name in suggested corrections, if an overlay can: indices differ in a
/// version with more items before them.
fn name_items(diagnostics: &mut Diagnostics, source: &Source) {
    let mut by_file: BTreeMap<String, Vec<&mut String>> = BTreeMap::new();
    for correction in diagnostics.corrections_mut() {
        let pointers = by_file.entry(correction.file.clone()).or_default();
        pointers.push(&mut correction.pointer);
    }
    if by_file.is_empty() {
        return;
    }
    // A suggestion follows the corrections that are already made.
    let trial = super::super::try_overlays(source, &Default::default());
    let source = trial.as_ref().map_or(source, |trial| &trial.corrected);
    for (path, bytes) in source.files() {
        let Some(pointers) = by_file.get_mut(path) else {
            continue;
        };
        if let Ok(document) = serde_json::from_slice(without_byte_order_mark(bytes)) {
            for pointer in pointers {
                **pointer = items::named(&document, pointer);
            }
        }
    }
}
