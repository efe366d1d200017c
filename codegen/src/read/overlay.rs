//! Corrects imported descriptions by editing their files in memory.
//!
//! The JSON text is edited rather than the parsed value, so the next reader, which preserves the
//! order of keys, need not know about corrections. Remaining mistakes are shown in the file on
//! disk.

pub(crate) mod items;
mod moves;
pub(crate) mod status;
mod suggested;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::Value;

use crate::correction::{Correction, sha256};
use crate::descriptor::Overlay;
use crate::diagnostics::{Diagnostic, Place, quoted};
use crate::json::{Spot, locate, unescaped, without_byte_order_mark};

use items::counted;
pub(crate) use suggested::resolved;

use super::layout::Layout;
use super::{Document, json};

/// The corrected files, with their new content.
#[derive(Default)]
pub(super) struct Corrected(BTreeMap<String, String>);

/// Makes every correction, and reports those that cannot be made.
pub(super) fn apply(
    layout: &Layout<'_>,
    overlays: &BTreeMap<String, Document<Overlay>>,
    found: &mut Vec<Diagnostic>,
) -> Corrected {
    let mut corrected = Corrected::default();
    let Some(upstream) = upstream(layout.corrigible()) else {
        return corrected;
    };
    for document in overlays.values() {
        if document.content.upstream != upstream {
            found.push(Diagnostic::new(
                Place::at(&document.path, "/upstream"),
                format!(
                    "the overlay corrects {}, but {} was imported",
                    quoted(&document.content.upstream),
                    quoted(&upstream)
                ),
                "check which corrections the new version still needs, then name it in `upstream`",
            ));
            continue;
        }
        let place = Place::at(&document.path, "/corrections");
        for (index, correction) in document.content.corrections.iter().enumerate() {
            let place = place.clone().index(index);
            match corrected.attempt(layout, correction, &place) {
                Ok(text) => {
                    corrected.0.insert(correction.file.clone(), text);
                }
                Err(Some(mistake)) => found.push(mistake),
                // Invalid JSON is reported when the file is read.
                Err(None) => {}
            }
        }
    }
    corrected
}

/// Applies those sets of corrections that apply as a whole, and counts the corrections.
pub(super) fn make(layout: &Layout<'_>, sets: &[Vec<&Correction>]) -> (Corrected, usize) {
    let mut corrected = Corrected::default();
    let mut made = 0;
    for set in sets {
        let before: Vec<_> = set
            .iter()
            .map(|correction| (&correction.file, corrected.0.get(&correction.file).cloned()))
            .collect();
        let is_made = set.iter().all(|correction| {
            let place = Place::file(&correction.file);
            let text = corrected.attempt(layout, correction, &place);
            text.is_ok_and(|text| {
                corrected.0.insert(correction.file.clone(), text);
                true
            })
        });
        if is_made {
            made += set.len();
            continue;
        }
        for (file, text) in before {
            match text {
                Some(text) => corrected.0.insert(file.clone(), text),
                None => corrected.0.remove(file),
            };
        }
    }
    (corrected, made)
}

/// The version from which the files were imported, if they were.
pub(crate) fn upstream<'s>(mut files: impl Iterator<Item = (&'s str, &'s [u8])>) -> Option<String> {
    let (_, bytes) = files.find(|(path, _)| *path == "api.json")?;
    let service: Value = serde_json::from_slice(without_byte_order_mark(bytes)).ok()?;
    Some(service.get("upstream")?.as_str()?.to_owned())
}

impl Corrected {
    /// The content of the file with the correction made; an invalid file is not reported here.
    fn attempt(
        &self,
        layout: &Layout<'_>,
        correction: &Correction,
        place: &Place,
    ) -> Result<String, Option<Diagnostic>> {
        let text = self.text(layout, correction, place)?;
        edited(text, correction, place).map_err(Some)
    }

    /// The content of the file to correct, with earlier corrections.
    fn text<'t>(
        &'t self,
        layout: &Layout<'t>,
        correction: &Correction,
        place: &Place,
    ) -> Result<&'t str, Option<Diagnostic>> {
        let path = correction.file.as_str();
        if let Some(text) = self.0.get(path) {
            return Ok(text);
        }
        let mut files = layout.corrigible();
        let Some((_, bytes)) = files.find(|(other, _)| *other == path) else {
            return Err(Some(Diagnostic::new(
                place.clone().child("file"),
                format!("the file {} to correct does not exist", quoted(path)),
                "find where its content moved in the new version, or remove the correction",
            )));
        };
        let text = json::text(path, bytes).map_err(|_| None)?;
        // Pointers cannot be resolved in invalid JSON.
        json::value(path, text).map_err(|_| None)?;
        Ok(text)
    }

    /// The layout with the corrected files in place of the old ones.
    pub(super) fn over<'s>(&'s self, mut layout: Layout<'s>) -> Layout<'s> {
        for files in [
            &mut layout.service,
            &mut layout.resources,
            &mut layout.types,
        ] {
            for (path, bytes) in files.values_mut() {
                if let Some(text) = self.0.get(*path) {
                    *bytes = text.as_bytes();
                }
            }
        }
        layout
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
fn is_expected(now: &Value, expected: &Value) -> bool {
    match hash_in(expected) {
        Some(hash) => sha256(now) == hash,
        None => now == expected,
    }
}

fn hash_in(expected: &Value) -> Option<&str> {
    let object = expected.as_object().filter(|object| object.len() == 1)?;
    object.get("$sha256")?.as_str()
}

/// The JSON text of the new value, with the referenced parts of the old one; or a pointer that does
/// not exist in the old one.
fn filled(value: &Value, old: &str) -> Result<String, String> {
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
fn parent(pointer: &str) -> String {
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
mod tests {
    use serde_json::json;

    use super::*;

    fn edit(
        text: &str,
        pointer: &str,
        expected: Option<Value>,
        value: Option<Value>,
    ) -> Result<String, String> {
        let correction = Correction {
            file: "types/a.json".into(),
            pointer: pointer.into(),
            expected,
            value,
            reason: String::new(),
        };
        edited(text, &correction, &Place::file("overlays/a.json"))
            .map_err(|mistake| mistake.message().to_owned())
    }

    #[test]
    fn a_value_is_replaced_where_it_is_what_was_expected() {
        let text = r#"{"a": {"b/c": [1, "10"]}, "d": 1}"#;
        assert_eq!(
            edit(text, "/a/b~1c/1", Some(json!("10")), Some(json!(10))).unwrap(),
            r#"{"a": {"b/c": [1, 10]}, "d": 1}"#
        );
        assert_eq!(
            edit(
                text,
                "",
                Some(serde_json::from_str(text).unwrap()),
                Some(json!(1))
            )
            .unwrap(),
            "1"
        );
        assert_eq!(
            edit(text, "/d", Some(json!(2)), Some(json!(3))).unwrap_err(),
            "expected `2`, found `1`"
        );
        assert_eq!(
            edit(text, "/e", Some(json!(2)), Some(json!(3))).unwrap_err(),
            "there is nothing at `/e`"
        );
    }

    #[test]
    fn an_item_is_found_by_its_name_wherever_it_stands() {
        let expected = || Some(json!("string"));
        let edited = |text: &str| edit(text, "/p/a~1b/t", expected(), Some(json!("integer")));
        for text in [
            r#"{"p": [{"name": "a/b", "t": "string"}]}"#,
            r#"{"p": [{"name": "c", "t": "string"}, 1, {"name": "a/b", "t": "string"}]}"#,
        ] {
            let result = text.replace(r#""a/b", "t": "string""#, r#""a/b", "t": "integer""#);
            assert_eq!(edited(text).unwrap(), result);
        }
        assert_eq!(
            edited(r#"{"p": [{"name": "c", "t": "string"}]}"#).unwrap_err(),
            "there is nothing at `/p/a~1b/t`"
        );
        // Digits are an index, whatever the names.
        let text = r#"[{"name": "1"}, {"name": "0"}]"#;
        let result = edit(text, "/1/name", Some(json!("0")), Some(json!("2")));
        assert_eq!(result.unwrap(), r#"[{"name": "1"}, {"name": "2"}]"#);
    }

    #[test]
    fn a_large_value_is_expected_by_its_hash_and_wrapped_as_it_is() {
        let text = r#"{"a": {"z": 1.50, "b": [ ]}}"#;
        let hash = sha256(&json!({"z": 1.5, "b": []}));
        let wrap = json!({"type": "object", "properties": {"$expected": ""}});
        assert_eq!(
            edit(
                text,
                "/a",
                Some(json!({"$sha256": hash})),
                Some(wrap.clone())
            )
            .unwrap(),
            r#"{"a": {"properties":{"z": 1.50, "b": [ ]},"type":"object"}}"#
        );
        let parts = json!([{"$expected": "/z"}, {"$expected": "/b"}]);
        assert_eq!(
            edit(text, "/a", Some(json!({"$sha256": hash})), Some(parts)).unwrap(),
            r#"{"a": [1.50,[ ]]}"#
        );
        assert_eq!(
            edit("1", "", Some(json!(1)), Some(json!({"$expected": "/x"}))).unwrap_err(),
            "the expected value has nothing at `/x`"
        );
        let error = edit(text, "/a", Some(json!({"$sha256": "0"})), Some(wrap)).unwrap_err();
        assert!(error.contains(&hash), "{error}");
    }

    #[test]
    fn a_member_is_removed_with_its_comma() {
        for (text, left) in [
            (r#"{"a": 1, "b": 2}"#, r#"{ "b": 2}"#),
            (r#"{"b": 2, "a": 1}"#, r#"{"b": 2}"#),
            (r#"{"a": 1}"#, r"{}"),
            (r#"{"b": 2 , "a": 1 , "c": 3}"#, r#"{"b": 2 ,  "c": 3}"#),
        ] {
            assert_eq!(edit(text, "/a", Some(json!(1)), None).unwrap(), left);
        }
        assert_eq!(edit("[1, 2]", "/1", Some(json!(2)), None).unwrap(), "[1]");
    }

    #[test]
    fn a_member_is_added_where_none_is() {
        for (text, result) in [
            (r"{}", r#"{"a~/":null}"#),
            (r#"{ "b": 2 }"#, r#"{ "b": 2,"a~/":null }"#),
        ] {
            assert_eq!(
                edit(text, "/a~0~1", None, Some(Value::Null)).unwrap(),
                result
            );
        }
        assert_eq!(
            edit(r#"{"a": 1}"#, "/a", None, Some(json!(2))).unwrap_err(),
            "there is already a value at `/a`"
        );
        assert_eq!(
            edit("[]", "/0", None, Some(json!(2))).unwrap_err(),
            "there is nothing at ``"
        );
        assert_eq!(
            edit("{}", "", None, None).unwrap_err(),
            "the correction changes nothing"
        );
    }

    proptest::proptest! {
        #[test]
        fn what_is_made_of_json_is_json(pointer in "(/[abc]|/0|/1){0,3}", add in 0..3usize) {
            let text = r#"{"a": [1, {"b": {"c": 2 , "a": []}}], "b": {}, "c" : [ ]}"#;
            let value: Value = serde_json::from_str(text).unwrap();
            let now = value.pointer(&pointer).cloned();
            let (expected, new) = match add {
                0 => (None, Some(json!({"x": 1}))),
                1 => (now.clone(), Some(json!("new"))),
                _ => (now.clone(), None),
            };
            if pointer.is_empty() && new.is_none() { return Ok(()); }
            if let Ok(text) = edit(text, &pointer, expected, new.clone()) {
                let edited: Value = serde_json::from_str(&text).unwrap();
                if new.is_some() {
                    proptest::prop_assert_eq!(edited.pointer(&pointer).cloned(), new);
                }
            }
        }
    }
}
