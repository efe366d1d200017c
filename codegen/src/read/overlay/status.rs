//! The status of corrections in a description, whichever version they were made for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::correction::{Correction, sha256};
use crate::descriptor::Overlay;
use crate::diagnostics::{Diagnostic, Diagnostics, Place, quoted};
use crate::json::{unescaped, without_byte_order_mark};
use crate::source::Source;

use super::super::Document;
use super::super::layout::Layout;
use super::items::counted;
use super::{Corrected, filled, hash_in, moves, parent};

/// The status of a correction in a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorrectionStatus {
    /// It applies: the expected value is there.
    Applies,
    /// It is redundant: the description already has the result.
    Redundant,
    /// It does not apply: the file, the place or the expected value is gone.
    Misses,
}

/// A correction and its status.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Its status.
    pub status: CorrectionStatus,
    /// Identifies the correction.
    pub(crate) number: (String, usize),
    /// The file that it corrects, e.g. `types/error.json`.
    pub file: String,
    /// The JSON pointer to correct in that file.
    pub pointer: String,
    /// Its place in the overlay, with a message and a help.
    pub diagnostic: Diagnostic,
}

/// The result of applying overlays to a description.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Every correction, in the order of the overlays' names and of their content.
    pub corrections: Vec<Tried>,
    /// The description with the applicable corrections made, without the overlays.
    pub corrected: Source,
}

/// Corrections, each by the path of its overlay and its index in it.
pub(crate) type Numbers = BTreeSet<(String, usize)>;

/// Makes every applicable correction except the given ones, and returns the status of each. If one
/// half of a move cannot be made, the other half is not made either.
pub(in super::super) fn try_all(
    layout: &Layout<'_>,
    overlays: &BTreeMap<String, Document<Overlay>>,
    but: &Numbers,
    source: &Source,
) -> (Corrected, Vec<Tried>) {
    let mut halves = but.clone();
    loop {
        let (corrected, mut tried) = try_each(layout, overlays, &halves, source);
        let statuses = tried
            .iter()
            .map(|tried| (tried.number.clone(), tried.status));
        let statuses: BTreeMap<_, _> = statuses.collect();
        let lone: Vec<Half> = overlays
            .values()
            .flat_map(|document| moves::halves(&document.path, &document.content.corrections))
            .filter(|(half, other)| {
                statuses.get(half) == Some(&CorrectionStatus::Applies)
                    && statuses.get(other) != Some(&CorrectionStatus::Applies)
            })
            .collect();
        if !lone.is_empty() {
            halves.extend(lone.into_iter().map(|(half, _)| half));
            continue;
        }
        let left: Numbers = halves.difference(but).cloned().collect();
        if !left.is_empty() {
            let mut others = try_lone(overlays, &left, source);
            tried.append(&mut others);
            tried.sort_by(|a, b| a.number.cmp(&b.number));
        }
        return (corrected, tried);
    }
}

/// A correction and the other half of its move.
type Half = ((String, usize), (String, usize));

/// Halves of moves that would apply, but whose other halves do not.
fn try_lone(
    overlays: &BTreeMap<String, Document<Overlay>>,
    halves: &Numbers,
    source: &Source,
) -> Vec<Tried> {
    let corrections = overlays.values().flat_map(|document| {
        let corrections = document.content.corrections.iter().enumerate();
        corrections.map(|(index, correction)| ((document.path.clone(), index), correction))
    });
    let lone = corrections.filter(|(number, _)| halves.contains(number));
    let mut tried: Vec<_> = lone
        .map(|(number, correction)| {
            let place = Place::at(&number.0, "/corrections").index(number.1);
            let what = format!("{}#{}", correction.file, correction.pointer);
            let message = format!(
                "{} is one half of a move whose other half does not apply",
                quoted(&what)
            );
            let help = "check which halves the new version still needs";
            Tried {
                status: CorrectionStatus::Misses,
                number,
                file: correction.file.clone(),
                pointer: correction.pointer.clone(),
                diagnostic: Diagnostic::new(place, message, help),
            }
        })
        .collect();
    let mut remarks: Vec<_> = tried.iter().map(|tried| tried.diagnostic.clone()).collect();
    Diagnostics::locate(&mut remarks, source);
    for (tried, remark) in tried.iter_mut().zip(remarks) {
        tried.diagnostic = remark;
    }
    tried
}

fn try_each(
    layout: &Layout<'_>,
    overlays: &BTreeMap<String, Document<Overlay>>,
    but: &Numbers,
    source: &Source,
) -> (Corrected, Vec<Tried>) {
    let mut corrected = Corrected::default();
    let mut tried = Vec::new();
    let mut remarks = Vec::new();
    for document in overlays.values() {
        let place = Place::at(&document.path, "/corrections");
        for (index, correction) in document.content.corrections.iter().enumerate() {
            let number = (document.path.clone(), index);
            if but.contains(&number) {
                continue;
            }
            let place = place.clone().index(index);
            let (status, remark) = try_one(&mut corrected, layout, correction, place);
            tried.push((status, correction, number));
            remarks.push(remark);
        }
    }
    Diagnostics::locate(&mut remarks, source);
    let tried = tried.into_iter().zip(remarks);
    let tried = tried.map(|((status, correction, number), diagnostic)| Tried {
        status,
        number,
        file: correction.file.clone(),
        pointer: correction.pointer.clone(),
        diagnostic,
    });
    (corrected, tried.collect())
}

fn try_one(
    corrected: &mut Corrected,
    layout: &Layout<'_>,
    correction: &Correction,
    place: Place,
) -> (CorrectionStatus, Diagnostic) {
    let what = format!("{}#{}", correction.file, correction.pointer);
    match corrected.attempt(layout, correction, &place) {
        Ok(text) => {
            corrected.0.insert(correction.file.clone(), text);
            let message = format!("{} is corrected", quoted(&what));
            let help = "check whether the correction is still needed";
            (
                CorrectionStatus::Applies,
                Diagnostic::new(place, message, help),
            )
        }
        // Compared with the vendor's own file: the result of an earlier correction does not count.
        Err(_)
            if original(layout, &correction.file).is_some_and(|now| is_made(&now, correction)) =>
        {
            let message = format!("{} is already correct", quoted(&what));
            let help = "remove the correction: the vendor made it";
            (
                CorrectionStatus::Redundant,
                Diagnostic::new(place, message, help),
            )
        }
        Err(Some(mistake)) => (CorrectionStatus::Misses, mistake),
        Err(None) => {
            let message = format!("{} is not valid JSON", quoted(&correction.file));
            let help = "find where its content moved, or remove the correction";
            (
                CorrectionStatus::Misses,
                Diagnostic::new(place, message, help),
            )
        }
    }
}

/// The content of a file before any correction.
fn original(layout: &Layout<'_>, path: &str) -> Option<Value> {
    let (_, bytes) = layout.corrigible().find(|(other, _)| *other == path)?;
    serde_json::from_slice(without_byte_order_mark(bytes)).ok()
}

/// Whether a document already has the result of a correction.
fn is_made(document: &Value, correction: &Correction) -> bool {
    let expected = correction.expected.as_ref();
    let pointer = counted(document, &correction.pointer);
    match (document.pointer(&pointer), &correction.value) {
        (Some(now), Some(value)) => is_result(now, value, expected),
        (None, None) => {
            let parent = document.pointer(&parent(&pointer));
            parent.is_some_and(Value::is_object)
        }
        _ => false,
    }
}

/// Whether `now` is the result of a correction.
///
/// Of a value that is expected by its hash, only the parts that occur in the result are known:
/// either the value rebuilt from them has the hash, or the result has a distinctive shape and the
/// parts are in their places.
fn is_result(now: &Value, value: &Value, expected: Option<&Value>) -> bool {
    match expected.map(|expected| (expected, hash_in(expected))) {
        Some((expected, None)) => {
            let result = filled(value, &expected.to_string());
            result.is_ok_and(|text| serde_json::from_str(&text).ok().as_ref() == Some(now))
        }
        Some((_, Some(hash))) => {
            let mut old = Value::Null;
            let is_alike = unfilled(value, now, &mut old);
            is_alike && (has_shape(value) || sha256(&old) == hash)
        }
        None => now == value,
    }
}

/// Whether `now` equals `value`, except for parts taken from the expected value, which are
/// collected in `old`.
fn unfilled(value: &Value, now: &Value, old: &mut Value) -> bool {
    if let Some(pointer) = taken(value) {
        let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
        put(old, &tokens, now);
        return true;
    }
    match (value, now) {
        (Value::Object(members), Value::Object(found)) => {
            members.len() == found.len()
                && members.iter().all(|(key, member)| {
                    found.get(key).is_some_and(|now| unfilled(member, now, old))
                })
        }
        (Value::Array(items), Value::Array(found)) => {
            let mut pairs = items.iter().zip(found);
            items.len() == found.len() && pairs.all(|(item, now)| unfilled(item, now, old))
        }
        _ => value == now,
    }
}

/// The pointer in `{"$expected": POINTER}`.
fn taken(value: &Value) -> Option<&str> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members.get("$expected")?.as_str()
}

/// Whether a value is more than a list of parts of the expected value.
fn has_shape(value: &Value) -> bool {
    match value {
        _ if taken(value).is_some() => false,
        Value::Array(items) => items.iter().any(has_shape),
        _ => true,
    }
}

/// Puts a part where it was, in a value that is built as needed.
fn put(whole: &mut Value, tokens: &[&str], part: &Value) {
    let Some((token, rest)) = tokens.split_first() else {
        *whole = part.clone();
        return;
    };
    if whole.is_null() {
        *whole = if *token == "0" { json!([]) } else { json!({}) };
    }
    match whole {
        Value::Array(items) => {
            if *token == items.len().to_string() {
                items.push(Value::Null);
            }
            let item = token.parse::<usize>().ok().and_then(|at| items.get_mut(at));
            if let Some(item) = item {
                put(item, rest, part);
            }
        }
        Value::Object(members) => {
            let key = unescaped(token);
            put(members.entry(key).or_insert(Value::Null), rest, part);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The status of each correction of `types/a.json`, and the content afterwards.
    fn statuses_of(text: &str, corrections: &Value) -> (Vec<CorrectionStatus>, String) {
        let overlay = json!({"upstream": "1", "corrections": corrections});
        let files = [
            ("api.json", "{}".to_owned()),
            ("types/a.json", text.to_owned()),
            ("overlays/o.json", overlay.to_string()),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.into_bytes()));
        let trial = crate::try_overlays(&Source::new(files)).unwrap();
        let statuses = trial.corrections.iter().map(|tried| tried.status);
        let mut corrected = trial.corrected.files();
        let (_, bytes) = corrected.find(|(path, _)| *path == "types/a.json").unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        (statuses.collect(), text)
    }

    /// A correction of `types/a.json`.
    fn at(pointer: &str, more: Value) -> Value {
        let mut correction = json!({"file": "types/a.json", "pointer": pointer, "reason": "r"});
        let members = correction.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        correction
    }

    fn one(text: &str, pointer: &str, more: Value) -> CorrectionStatus {
        statuses_of(text, &json!([at(pointer, more)])).0[0]
    }

    #[test]
    fn a_replacement_applies_is_made_or_misses() {
        let more = || json!({"expected": "a", "value": "b"});
        assert_eq!(
            one(r#"{"x": "a"}"#, "/x", more()),
            CorrectionStatus::Applies
        );
        assert_eq!(
            one(r#"{"x": "b"}"#, "/x", more()),
            CorrectionStatus::Redundant
        );
        assert_eq!(one(r#"{"x": "c"}"#, "/x", more()), CorrectionStatus::Misses);
        assert_eq!(one(r#"{"y": "a"}"#, "/x", more()), CorrectionStatus::Misses);
    }

    #[test]
    fn an_addition_applies_is_made_or_misses() {
        let more = || json!({"value": {"b": 1}});
        assert_eq!(one("{}", "/x", more()), CorrectionStatus::Applies);
        assert_eq!(
            one(r#"{"x": {"b": 1}}"#, "/x", more()),
            CorrectionStatus::Redundant
        );
        assert_eq!(
            one(r#"{"x": {"b": 2}}"#, "/x", more()),
            CorrectionStatus::Misses
        );
        assert_eq!(one("{}", "/p/x", more()), CorrectionStatus::Misses);
    }

    #[test]
    fn a_removal_applies_is_made_or_misses() {
        let more = || json!({"expected": 1});
        assert_eq!(one(r#"{"x": 1}"#, "/x", more()), CorrectionStatus::Applies);
        assert_eq!(one("{}", "/x", more()), CorrectionStatus::Redundant);
        assert_eq!(one(r#"{"x": 2}"#, "/x", more()), CorrectionStatus::Misses);
        assert_eq!(one("{}", "/p/x", more()), CorrectionStatus::Misses);
        assert_eq!(one("[]", "/0", more()), CorrectionStatus::Misses);
    }

    #[test]
    fn a_file_that_is_gone_is_missed() {
        let correction =
            json!({"file": "types/b.json", "pointer": "/x", "value": 1, "reason": "r"});
        assert_eq!(
            statuses_of("{}", &json!([correction])).0,
            [CorrectionStatus::Misses]
        );
    }

    #[test]
    fn parts_of_the_expected_value_are_found_again() {
        let expected = json!({"a": 1, "b": 2});
        let more = json!({"expected": expected, "value": [{"$expected": "/b"}]});
        assert_eq!(
            one(r#"{"x": [2]}"#, "/x", more.clone()),
            CorrectionStatus::Redundant
        );
        assert_eq!(one(r#"{"x": [3]}"#, "/x", more), CorrectionStatus::Misses);
    }

    #[test]
    fn a_value_that_is_known_by_its_hash_is_wrapped_already() {
        let old = json!({"a/b": {"type": "string"}});
        let expected = json!({"$sha256": sha256(&old)});
        let wrap = json!({"type": "object", "properties": {"$expected": ""}});
        let more = json!({"expected": expected, "value": wrap});
        for properties in [&old, &json!({"a/b": {}, "more": {}})] {
            let now = json!({"x": {"type": "object", "properties": properties}});
            assert_eq!(
                one(&now.to_string(), "/x", more.clone()),
                CorrectionStatus::Redundant
            );
        }
        let other = json!({"x": {"type": "array", "properties": old}});
        assert_eq!(
            one(&other.to_string(), "/x", more),
            CorrectionStatus::Misses
        );
    }

    #[test]
    fn a_value_that_is_known_by_its_hash_is_unwrapped_already() {
        let old = json!([["p", "q"], {"a/b": "r"}]);
        let parts = json!([{"$expected": "/0/0"}, {"$expected": "/0/1"}, {"$expected": "/1/a~1b"}]);
        let more = json!({"expected": {"$sha256": sha256(&old)}, "value": parts});
        let statuses_of = |now: Value| one(&json!({"x": now}).to_string(), "/x", more.clone());
        assert_eq!(statuses_of(old), CorrectionStatus::Applies);
        assert_eq!(
            statuses_of(json!(["p", "q", "r"])),
            CorrectionStatus::Redundant
        );
        assert_eq!(
            statuses_of(json!(["p", "q", "s"])),
            CorrectionStatus::Misses
        );
    }

    #[test]
    fn what_an_earlier_correction_made_is_not_upstream_s() {
        let add = || at("/x", json!({"value": 1}));
        let (statuses, text) = statuses_of("{}", &json!([add(), add()]));
        assert_eq!(
            statuses,
            [CorrectionStatus::Applies, CorrectionStatus::Misses]
        );
        assert_eq!(text, r#"{"x":1}"#);
    }

    #[test]
    fn what_does_not_apply_leaves_the_rest_to_be_corrected() {
        let corrections = json!([
            at("/x", json!({"expected": 0, "value": 1})),
            at("/y", json!({"expected": 0, "value": 2}))
        ]);
        let (statuses, text) = statuses_of(r#"{"x": 5, "y": 0}"#, &corrections);
        assert_eq!(
            statuses,
            [CorrectionStatus::Misses, CorrectionStatus::Applies]
        );
        assert_eq!(text, r#"{"x": 5, "y": 2}"#);
    }

    #[test]
    fn each_has_its_place_in_the_overlay() {
        let overlay = "{\n\"upstream\": \"1\",\n\"corrections\": [\n {\"file\": \"types/a.json\",\n  \
            \"pointer\": \"/x\", \"value\": 1, \"reason\": \"r\"}]}";
        let files = [
            ("api.json", "{}"),
            ("types/a.json", r#"{"x": 1}"#),
            ("overlays/o.json", overlay),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let trial = crate::try_overlays(&Source::new(files)).unwrap();
        let diagnostic = &trial.corrections[0].diagnostic;
        assert_eq!(diagnostic.file(), "overlays/o.json");
        assert_eq!((diagnostic.line(), diagnostic.column()), (4, 2));
        assert_eq!(diagnostic.pointer(), "/corrections/0");
        let excerpt =
            "4 |  {\"file\": \"types/a.json\",\n  |  ^^^^^^^^^^^^^^^^^^^^^^^^ at /corrections/0";
        assert_eq!(diagnostic.excerpt(), excerpt);
    }
}
