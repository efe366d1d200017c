//! Reads the schemas of all documents together, since they refer to each other.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::diagnostics::{Diagnostic, Place};
use crate::normal::{Json, Meanings, NodeId, Schemas};

use super::json;
use super::layout::Layout;
use super::lints::Lints;

/// All schemas, and those of descriptors by their places.
pub(super) struct Read {
    pub meanings: Rc<Meanings>,
    pub inline: HashMap<String, NodeId>,
}

/// The places of schemas in descriptors; `*` is any member or item.
const PLACES: [&[&str]; 5] = [
    &["error", "schema"],
    &["params", "*", "schema"],
    &["actions", "*", "params", "*", "schema"],
    &["actions", "*", "responses", "*", "schema"],
    &["actions", "*", "responses", "*", "sseEvents", "*", "schema"],
];

/// Reads the schemas of all documents.
pub(super) fn read(layout: &Layout<'_>, found: &mut Vec<Diagnostic>) -> Read {
    let mut schemas = Schemas::default();
    let mut roots = Vec::new();
    let mut add = |place: Place, json: Json, name: Option<&str>| {
        let json = Rc::new(json);
        roots.push((place.clone(), Rc::clone(&json)));
        schemas.add(place, json, name)
    };
    for (stem, (path, bytes)) in &layout.types {
        let json = match parsed(path, bytes) {
            Ok((json, doubled)) => {
                found.extend(doubled);
                json
            }
            // Other schemas may still refer to it.
            Err(mistake) => {
                found.push(mistake);
                Json::Bool(true)
            }
        };
        add(Place::at(*path, ""), json, Some(stem));
    }
    let mut inline = HashMap::new();
    let descriptors = layout.service.values().chain(layout.resources.values());
    for (path, bytes) in descriptors {
        // Invalid JSON was reported where descriptors are read.
        let Ok((json, _)) = parsed(path, bytes) else {
            continue;
        };
        for pattern in PLACES {
            each(&json, Place::at(*path, ""), pattern, &mut |place, json| {
                let reference = place.reference();
                inline.insert(reference, add(place, json.clone(), None));
            });
        }
    }
    let (meanings, others) = schemas.finish();
    found.extend(explained(&roots, others));
    Read {
        meanings: Rc::new(meanings),
        inline,
    }
}

/// The mistakes that no lint explains, and the lints.
fn explained(roots: &[(Place, Rc<Json>)], others: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let files: HashSet<&str> = others.iter().map(Diagnostic::file).collect();
    let mut lints = Lints::default();
    // Lints explain mistakes, so there are none without mistakes.
    for (place, json) in roots
        .iter()
        .filter(|(place, _)| files.contains(place.file_path()))
    {
        lints.check(place, &json.to_value());
    }
    lints.with(others)
}

/// The JSON of a file, and its duplicate keys.
fn parsed(path: &str, bytes: &[u8]) -> Result<(Json, Vec<Diagnostic>), Diagnostic> {
    json::value(path, json::text(path, bytes)?)
}

/// Calls `visit` with each value that a pattern matches below another value.
fn each(json: &Json, place: Place, pattern: &[&str], visit: &mut impl FnMut(Place, &Json)) {
    let Some((token, rest)) = pattern.split_first() else {
        return visit(place, json);
    };
    match (*token, json) {
        ("*", Json::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                each(item, place.clone().index(index), rest, visit);
            }
        }
        (token, Json::Object(members)) => {
            let members = members.iter();
            for (key, value) in members.filter(|(key, _)| token == "*" || token == *key) {
                each(value, place.clone().child(key), rest, visit);
            }
        }
        _ => {}
    }
}
