//! Corrects a description by editing its files in memory.
//!
//! The JSON text is edited rather than the parsed value, so that the order of keys stays.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use codegen::json::{Spot, locate, unescaped, without_byte_order_mark};
use codegen::{Diagnostic, Place, Source, quoted};
use serde_json::Value;

use super::items::counted;
use super::{Correction, sha256};

/// A description with the corrections made so far.
pub(super) struct Edited<'s> {
    description: &'s Source,
    /// The new content of the corrected files.
    files: BTreeMap<String, String>,
}

/// Makes those sets of corrections that can be made as a whole, each of one file, and returns the
/// description with the number of corrections.
pub(super) fn amended(description: &Source, sets: &[Vec<Correction>]) -> (Source, usize) {
    let mut edited = Edited::new(description);
    let mut made = 0;
    for set in sets {
        let Some(file) = set.first().map(|correction| &correction.file) else {
            continue;
        };
        let before = edited.files.get(file).cloned();
        let place = Place::file(file);
        if set
            .iter()
            .all(|correction| edited.make(correction, &place).is_ok())
        {
            made += set.len();
        } else if let Some(text) = before {
            edited.files.insert(file.clone(), text);
        } else {
            edited.files.remove(file);
        }
    }
    (edited.finish(), made)
}

impl<'s> Edited<'s> {
    pub fn new(description: &'s Source) -> Self {
        Edited {
            description,
            files: BTreeMap::new(),
        }
    }

    /// Makes a correction, which is recorded at `place`.
    ///
    /// # Errors
    ///
    /// Returns why it cannot be made; nothing if the file is not JSON, which is reported when it is
    /// read.
    pub fn make(
        &mut self,
        correction: &Correction,
        place: &Place,
    ) -> Result<(), Option<Diagnostic>> {
        let text = self.text(correction, place)?;
        let text = edited(text, correction, place).map_err(Some)?;
        self.files.insert(correction.file.clone(), text);
        Ok(())
    }

    /// The content of the file to correct, with earlier corrections.
    fn text(&self, correction: &Correction, place: &Place) -> Result<&str, Option<Diagnostic>> {
        let path = correction.file.as_str();
        if let Some(text) = self.files.get(path) {
            return Ok(text);
        }
        let Some(bytes) = self.description.get(path) else {
            return Err(Some(Diagnostic::new(
                place.clone().child("file"),
                format!("the file {} to correct does not exist", quoted(path)),
                "find where its content moved in the new version, or remove the correction",
            )));
        };
        let text = std::str::from_utf8(without_byte_order_mark(bytes)).map_err(|_| None)?;
        // Pointers cannot be resolved in invalid JSON.
        serde_json::from_str::<Value>(text).map_err(|_| None)?;
        Ok(text)
    }

    /// The description with the corrected files.
    pub fn finish(self) -> Source {
        let files = self.description.files().map(|(path, bytes)| {
            let edited = self.files.get(path).map(String::as_bytes);
            (path.to_owned(), edited.unwrap_or(bytes).to_vec())
        });
        Source::new(files)
    }
}

/// The JSON text with the correction made.
fn edited(text: &str, correction: &Correction, place: &Place) -> Result<String, Diagnostic> {
    let Correction {
        pointer,
        expected,
        value,
        ..
    } = correction;
    let pointer = &counted(&serde_json::from_str(text).unwrap_or_default(), pointer);
    let parent = parent(pointer);
    let wanted = BTreeSet::from([pointer.clone(), parent.clone()]);
    let spots = locate(text, &wanted);
    match (spots.get(pointer), expected, value) {
        (Some(spot), Some(expected), value) => {
            let now = serde_json::from_str::<Value>(&text[spot.value.clone()]).unwrap_or_default();
            if !is_expected(&now, expected) {
                return Err(moved(place, expected, &now));
            }
            match value {
                Some(value) => {
                    let value = filled(value, &text[spot.value.clone()]);
                    let value = value.map_err(|pointer| nowhere(place, &pointer))?;
                    Ok(spliced(text, spot.value.clone(), &value))
                }
                None => Ok(spliced(text, member(text, spot), "")),
            }
        }
        (None, None, Some(value)) => match spots.get(&parent) {
            Some(spot) if text[spot.value.clone()].starts_with('{') && parent != *pointer => {
                Ok(added(text, spot.value.clone(), pointer, value))
            }
            _ => Err(missing(place, &parent)),
        },
        (None, Some(_), _) => Err(missing(place, pointer)),
        (Some(_), None, Some(_)) => Err(Diagnostic::new(
            place.clone().child("pointer"),
            format!("there is already a value at {}", quoted(pointer)),
            "give the old value as `expected` to replace it, or remove the correction if \
             the vendor made it",
        )),
        (_, None, None) => Err(Diagnostic::new(
            place.clone(),
            "the correction changes nothing",
            "give `value` to add or replace, `expected` to remove or replace",
        )),
    }
}

/// Whether a value is the expected one, or has the expected hash.
pub(super) fn is_expected(now: &Value, expected: &Value) -> bool {
    match hash_in(expected) {
        Some(hash) => sha256(now) == hash,
        None => now == expected,
    }
}

pub(super) fn hash_in(expected: &Value) -> Option<&str> {
    let object = expected.as_object().filter(|object| object.len() == 1)?;
    object.get("$sha256")?.as_str()
}

/// The JSON text of the new value, with the referenced parts of the old one; or a pointer that does
/// not exist in the old one.
pub(super) fn filled(value: &Value, old: &str) -> Result<String, String> {
    match value {
        Value::Object(members) => {
            if let (1, Some(Value::String(pointer))) = (members.len(), members.get("$expected")) {
                return part(old, pointer).ok_or_else(|| pointer.clone());
            }
            let members = members.iter().map(|(key, value)| {
                let value = filled(value, old)?;
                Ok::<_, String>(format!("{}:{value}", Value::from(key.as_str())))
            });
            Ok(format!(
                "{{{}}}",
                members.collect::<Result<Vec<_>, _>>()?.join(",")
            ))
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| filled(item, old));
            Ok(format!(
                "[{}]",
                items.collect::<Result<Vec<_>, _>>()?.join(",")
            ))
        }
        scalar => Ok(scalar.to_string()),
    }
}

/// The JSON text of the value at a pointer.
fn part(text: &str, pointer: &str) -> Option<String> {
    let spots = locate(text, &BTreeSet::from([pointer.to_owned()]));
    Some(text[spots.get(pointer)?.value.clone()].to_owned())
}

fn moved(place: &Place, expected: &Value, now: &Value) -> Diagnostic {
    let hash = hash_in(expected).map(|_| format!(" (its hash is {})", sha256(now)));
    Diagnostic::new(
        place.clone().child("expected"),
        format!(
            "expected {}, found {}{}",
            quoted(&expected.to_string()),
            quoted(&now.to_string()),
            hash.unwrap_or_default()
        ),
        "check whether the new version still needs the correction",
    )
}

fn nowhere(place: &Place, pointer: &str) -> Diagnostic {
    Diagnostic::new(
        place.clone().child("value"),
        format!("the expected value has nothing at {}", quoted(pointer)),
        "let `$expected` be a JSON pointer into the present value",
    )
}

fn missing(place: &Place, pointer: &str) -> Diagnostic {
    Diagnostic::new(
        place.clone().child("pointer"),
        format!("there is nothing at {}", quoted(pointer)),
        "find where it moved in the new version, or remove the correction",
    )
}

/// The pointer to the parent of the value at a pointer.
pub(super) fn parent(pointer: &str) -> String {
    let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    parent.to_owned()
}

fn spliced(text: &str, range: Range<usize>, new: &str) -> String {
    format!("{}{new}{}", &text[..range.start], &text[range.end..])
}

/// The range removed with a value: its key, and one comma.
fn member(text: &str, spot: &Spot) -> Range<usize> {
    let start = spot.key.as_ref().map_or(spot.value.start, |key| key.start);
    let end = spot.value.end;
    let rest = text[end..].trim_start();
    if rest.starts_with(',') {
        return start..text.len() - rest.len() + 1;
    }
    match text[..start].trim_end().strip_suffix(',') {
        Some(before) => before.len()..end,
        None => start..end,
    }
}

/// The JSON text with a member added at the end of an object.
fn added(text: &str, object: Range<usize>, pointer: &str, value: &Value) -> String {
    let key = pointer.rsplit('/').next().unwrap_or_default();
    let key = Value::from(unescaped(key));
    let inside = &text[object.start + 1..object.end - 1];
    let comma = if inside.trim().is_empty() { "" } else { "," };
    let end = object.start + 1 + inside.trim_end().len();
    spliced(text, end..end, &format!("{comma}{key}:{value}"))
}

#[cfg(test)]
mod tests;
