//! Every schema of every document, read together, since they refer to one another.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use crate::diagnostics::{Diagnostic, Place};
use crate::normal::{Json, Meanings, NodeId, Schemas};

use super::json;
use super::layout::Layout;
use super::slips::Slips;

/// What all schemas mean, and those of descriptors by their places.
pub(super) struct Read {
    pub meanings: Rc<Meanings>,
    pub inline: HashMap<String, NodeId>,
}

/// Where schemas stand in descriptors; `*` is any member or item.
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
    let mut slips = Slips::default();
    for (stem, (path, bytes)) in &layout.types {
        let json = match parsed(path, bytes) {
            Ok((json, value, doubled)) => {
                found.extend(doubled);
                slips.look_at(Place::at(*path, ""), &value);
                json
            }
            // Others may refer to it all the same.
            Err(mistake) => {
                found.push(mistake);
                Json::Bool(true)
            }
        };
        schemas.add(Place::at(*path, ""), json, Some(stem));
    }
    let mut inline = HashMap::new();
    let descriptors = layout.service.values().chain(layout.resources.values());
    for (path, bytes) in descriptors {
        // What is no JSON was reported where descriptors are read.
        let Ok((json, value, _)) = parsed(path, bytes) else {
            continue;
        };
        for pattern in PLACES {
            each(&json, Place::at(*path, ""), pattern, &mut |place, json| {
                if let Some(value) = value.pointer(place.pointer()) {
                    slips.look_at(place.clone(), value);
                }
                let node = schemas.add(place.clone(), json.clone(), None);
                inline.insert(place.reference(), node);
            });
        }
    }
    let (meanings, others) = schemas.finish();
    found.extend(slips.with(others));
    Read {
        meanings: Rc::new(meanings),
        inline,
    }
}

type Parsed = (Json, Value, Vec<Diagnostic>);

/// The JSON of a file in the order of the text and without, and the keys that stand twice.
fn parsed(path: &str, bytes: &[u8]) -> Result<Parsed, Diagnostic> {
    let text = json::text(path, bytes)?;
    let (value, doubled) = json::value(path, text)?;
    Ok((json::typed(path, text)?, value, doubled))
}

/// Calls `visit` with each value below another one to which a pattern leads.
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
