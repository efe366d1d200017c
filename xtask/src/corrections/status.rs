//! The status of corrections in a description, whichever version they were made for.

use std::collections::BTreeMap;

use codegen::json::unescaped;
use codegen::{Diagnostic, Place, Source, quoted};
use serde_json::{Value, json};

use super::edit::{Edited, filled, hash_in, parent};
use super::items::{counted, json};
use super::{Correction, Number, Numbers, Recorded, moves, sha256};

/// The status of a correction in a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// It applies: the expected value is there.
    Applies,
    /// It is redundant: the description already has the result.
    Redundant,
    /// It does not apply: the file, the place or the expected value is gone.
    Misses,
}

/// A correction and its status.
#[derive(Debug, Clone)]
pub(crate) struct Tried {
    /// Its status.
    pub status: Status,
    /// Identifies the correction.
    pub(super) number: Number,
    /// The file that it corrects, e.g. `types/error.json`.
    pub file: String,
    /// The JSON pointer to correct in that file.
    pub pointer: String,
    /// The place where it is recorded, with a message and a help.
    pub diagnostic: Diagnostic,
}

/// The result of applying corrections to a description.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    /// Every correction, in the order of the files' names and of their content.
    pub corrections: Vec<Tried>,
    /// The description with the applicable corrections made.
    pub corrected: Source,
}

/// Makes every applicable correction except the given ones, and returns the status of each. If one
/// half of a move cannot be made, the other half is not made either.
pub(super) fn try_all(description: &Source, recorded: &Recorded, but: &Numbers) -> Trial {
    let mut halves = but.clone();
    loop {
        let mut trial = try_each(description, recorded, &halves);
        let statuses = trial.corrections.iter();
        let statuses = statuses.map(|tried| (&tried.number, tried.status));
        let statuses: BTreeMap<_, _> = statuses.collect();
        let moved = recorded.iter();
        let moved = moved.flat_map(|(path, file)| moves::halves(path, &file.corrections));
        let lone: Vec<Number> = moved
            .filter(|(half, other)| {
                statuses.get(half) == Some(&Status::Applies)
                    && statuses.get(other) != Some(&Status::Applies)
            })
            .map(|(half, _)| half)
            .collect();
        if !lone.is_empty() {
            halves.extend(lone);
            continue;
        }
        let left: Numbers = halves.difference(but).cloned().collect();
        trial.corrections.extend(try_lone(recorded, &left));
        trial.corrections.sort_by(|a, b| a.number.cmp(&b.number));
        return trial;
    }
}

/// Each correction with its number and its place.
fn numbered(recorded: &Recorded) -> impl Iterator<Item = (Number, Place, &Correction)> {
    recorded.iter().flat_map(|(path, file)| {
        let corrections = file.corrections.iter().enumerate();
        corrections.map(move |(index, correction)| {
            let place = Place::at(path, "/corrections").index(index);
            ((path.clone(), index), place, correction)
        })
    })
}

impl Tried {
    fn new(status: Status, number: Number, correction: &Correction, said: Diagnostic) -> Self {
        Tried {
            status,
            number,
            file: correction.file.clone(),
            pointer: correction.pointer.clone(),
            diagnostic: said,
        }
    }
}

/// Halves of moves that would apply, but whose other halves do not.
fn try_lone(recorded: &Recorded, halves: &Numbers) -> impl Iterator<Item = Tried> {
    let lone = numbered(recorded).filter(|(number, ..)| halves.contains(number));
    lone.map(|(number, place, correction)| {
        let message = format!(
            "{} is one half of a move whose other half does not apply",
            quoted(&correction.target())
        );
        let help = "check which halves the new version still needs";
        let said = Diagnostic::new(place, message, help);
        Tried::new(Status::Misses, number, correction, said)
    })
}

fn try_each(description: &Source, recorded: &Recorded, but: &Numbers) -> Trial {
    let mut edited = Edited::new(description);
    let others = numbered(recorded).filter(|(number, ..)| !but.contains(number));
    let corrections = others.map(|(number, place, correction)| {
        let (status, said) = try_one(&mut edited, description, correction, place);
        Tried::new(status, number, correction, said)
    });
    Trial {
        corrections: corrections.collect(),
        corrected: edited.finish(),
    }
}

fn try_one(
    edited: &mut Edited<'_>,
    description: &Source,
    correction: &Correction,
    place: Place,
) -> (Status, Diagnostic) {
    let what = quoted(&correction.target());
    let (status, message, help) = match edited.make(correction, &place) {
        Ok(()) => (
            Status::Applies,
            format!("{what} is corrected"),
            "check whether the correction is still needed",
        ),
        // Compared with the vendor's own file: the result of an earlier correction does not count.
        Err(_)
            if json(description, &correction.file).is_some_and(|now| is_made(&now, correction)) =>
        {
            (
                Status::Redundant,
                format!("{what} is already correct"),
                "remove the correction: the vendor made it",
            )
        }
        Err(Some(mistake)) => return (Status::Misses, mistake),
        Err(None) => (
            Status::Misses,
            format!("{} is not valid JSON", quoted(&correction.file)),
            "find where its content moved, or remove the correction",
        ),
    };
    (status, Diagnostic::new(place, message, help))
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
    use codegen::Diagnostics;

    use super::*;
    use crate::corrections::Version;

    /// The status of each correction of `types/a.json`, and the content afterwards.
    fn statuses_of(text: &str, corrections: &Value) -> (Vec<Status>, String) {
        let overlay = json!({"upstream": "1", "corrections": corrections});
        let files = [
            ("api.json", "{}".to_owned()),
            ("types/a.json", text.to_owned()),
            ("overlays/o.json", overlay.to_string()),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.into_bytes()));
        let trial = Version::of(&Source::new(files)).unwrap().tried();
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

    fn one(text: &str, pointer: &str, more: Value) -> Status {
        statuses_of(text, &json!([at(pointer, more)])).0[0]
    }

    #[test]
    fn a_replacement_applies_is_made_or_misses() {
        let more = || json!({"expected": "a", "value": "b"});
        assert_eq!(one(r#"{"x": "a"}"#, "/x", more()), Status::Applies);
        assert_eq!(one(r#"{"x": "b"}"#, "/x", more()), Status::Redundant);
        assert_eq!(one(r#"{"x": "c"}"#, "/x", more()), Status::Misses);
        assert_eq!(one(r#"{"y": "a"}"#, "/x", more()), Status::Misses);
    }

    #[test]
    fn an_addition_applies_is_made_or_misses() {
        let more = || json!({"value": {"b": 1}});
        assert_eq!(one("{}", "/x", more()), Status::Applies);
        assert_eq!(one(r#"{"x": {"b": 1}}"#, "/x", more()), Status::Redundant);
        assert_eq!(one(r#"{"x": {"b": 2}}"#, "/x", more()), Status::Misses);
        assert_eq!(one("{}", "/p/x", more()), Status::Misses);
    }

    #[test]
    fn a_removal_applies_is_made_or_misses() {
        let more = || json!({"expected": 1});
        assert_eq!(one(r#"{"x": 1}"#, "/x", more()), Status::Applies);
        assert_eq!(one("{}", "/x", more()), Status::Redundant);
        assert_eq!(one(r#"{"x": 2}"#, "/x", more()), Status::Misses);
        assert_eq!(one("{}", "/p/x", more()), Status::Misses);
        assert_eq!(one("[]", "/0", more()), Status::Misses);
    }

    #[test]
    fn a_file_that_is_gone_is_missed() {
        let correction =
            json!({"file": "types/b.json", "pointer": "/x", "value": 1, "reason": "r"});
        assert_eq!(statuses_of("{}", &json!([correction])).0, [Status::Misses]);
    }

    #[test]
    fn parts_of_the_expected_value_are_found_again() {
        let expected = json!({"a": 1, "b": 2});
        let more = json!({"expected": expected, "value": [{"$expected": "/b"}]});
        assert_eq!(one(r#"{"x": [2]}"#, "/x", more.clone()), Status::Redundant);
        assert_eq!(one(r#"{"x": [3]}"#, "/x", more), Status::Misses);
    }

    #[test]
    fn a_value_that_is_known_by_its_hash_is_wrapped_already() {
        let old = json!({"a/b": {"type": "string"}});
        let expected = json!({"$sha256": sha256(&old)});
        let wrap = json!({"type": "object", "properties": {"$expected": ""}});
        let more = json!({"expected": expected, "value": wrap});
        for properties in [&old, &json!({"a/b": {}, "more": {}})] {
            let now = json!({"x": {"type": "object", "properties": properties}});
            assert_eq!(one(&now.to_string(), "/x", more.clone()), Status::Redundant);
        }
        let other = json!({"x": {"type": "array", "properties": old}});
        assert_eq!(one(&other.to_string(), "/x", more), Status::Misses);
    }

    #[test]
    fn a_value_that_is_known_by_its_hash_is_unwrapped_already() {
        let old = json!([["p", "q"], {"a/b": "r"}]);
        let parts = json!([{"$expected": "/0/0"}, {"$expected": "/0/1"}, {"$expected": "/1/a~1b"}]);
        let more = json!({"expected": {"$sha256": sha256(&old)}, "value": parts});
        let statuses_of = |now: Value| one(&json!({"x": now}).to_string(), "/x", more.clone());
        assert_eq!(statuses_of(old), Status::Applies);
        assert_eq!(statuses_of(json!(["p", "q", "r"])), Status::Redundant);
        assert_eq!(statuses_of(json!(["p", "q", "s"])), Status::Misses);
    }

    #[test]
    fn what_an_earlier_correction_made_is_not_upstream_s() {
        let add = || at("/x", json!({"value": 1}));
        let (statuses, text) = statuses_of("{}", &json!([add(), add()]));
        assert_eq!(statuses, [Status::Applies, Status::Misses]);
        assert_eq!(text, r#"{"x":1}"#);
    }

    #[test]
    fn what_does_not_apply_leaves_the_rest_to_be_corrected() {
        let corrections = json!([
            at("/x", json!({"expected": 0, "value": 1})),
            at("/y", json!({"expected": 0, "value": 2}))
        ]);
        let (statuses, text) = statuses_of(r#"{"x": 5, "y": 0}"#, &corrections);
        assert_eq!(statuses, [Status::Misses, Status::Applies]);
        assert_eq!(text, r#"{"x": 5, "y": 2}"#);
    }

    #[test]
    fn each_has_its_place_in_its_file() {
        let overlay = "{\n\"upstream\": \"1\",\n\"corrections\": [\n {\"file\": \"types/a.json\",\n  \
            \"pointer\": \"/x\", \"value\": 1, \"reason\": \"r\"}]}";
        let files = [
            ("api.json", "{}"),
            ("types/a.json", r#"{"x": 1}"#),
            ("overlays/o.json", overlay),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let source = Source::new(files);
        let mut trial = Version::of(&source).unwrap().tried();
        let diagnostic = &mut trial.corrections[0].diagnostic;
        Diagnostics::locate([&mut *diagnostic], &source);
        assert_eq!(diagnostic.file(), "overlays/o.json");
        assert_eq!((diagnostic.line(), diagnostic.column()), (4, 2));
        assert_eq!(diagnostic.pointer(), "/corrections/0");
        let excerpt =
            "4 |  {\"file\": \"types/a.json\",\n  |  ^^^^^^^^^^^^^^^^^^^^^^^^ at /corrections/0";
        assert_eq!(diagnostic.excerpt(), excerpt);
    }
}
