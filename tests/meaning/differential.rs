//! Compares the verdicts on values with those of the crate `jsonschema`.
//!
//! An ordinary run compares a few thousand values; `MEANING=full` compares hundreds of thousands.

use std::collections::BTreeMap;
use std::fs;

use codegen::normal::{self, Id, Meanings};
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};
use tests::shared;

use crate::dice::Dice;
use crate::mutate::changed;
use crate::random;
use crate::shrink::shrunk;
use crate::values::inside;

/// The number of compared values, in a short run and in a full one.
pub fn size(short: usize, full: usize) -> usize {
    match std::env::var("MEANING").as_deref() {
        Ok("full") => full,
        _ => short,
    }
}

pub fn validator(schema: &Value) -> Option<Validator> {
    let mut schema = schema.clone();
    with_ascii_digits(&mut schema);
    let options = jsonschema::options().with_draft(draft(&schema));
    options.should_validate_formats(false).build(&schema).ok()
}

/// The same, but strings of the format `date-time` must be valid dates and times, because the
/// client has a type for them.
pub fn validator_of_dates(schema: &Value) -> Option<Validator> {
    let mut schema = schema.clone();
    with_ascii_digits(&mut schema);
    without(&mut schema, &|name, value| {
        name == "format" && value.is_string() && value != "date-time"
    });
    let options = jsonschema::options().with_draft(draft(&schema));
    options.should_validate_formats(true).build(&schema).ok()
}

/// Replaces `\d` by the digits that it means in ECMA-262. To the validator it means digits of any
/// script.
fn with_ascii_digits(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            for (name, mut value) in std::mem::take(members) {
                match &mut value {
                    Value::String(pattern) if name == "pattern" => *pattern = ascii_digits(pattern),
                    value => with_ascii_digits(value),
                }
                members.insert(ascii_digits(&name), value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(with_ascii_digits),
        _ => {}
    }
}

fn ascii_digits(pattern: &str) -> String {
    let mut text = String::new();
    let (mut in_class, mut letters) = (false, pattern.chars());
    while let Some(letter) = letters.next() {
        match (letter, letters.clone().next()) {
            ('\\', Some('d')) => {
                letters.next();
                text.push_str(if in_class { "0-9" } else { "[0-9]" });
                continue;
            }
            ('\\', Some(next)) => {
                letters.next();
                text.extend([letter, next]);
                continue;
            }
            ('[', _) => in_class = true,
            (']', _) => in_class = false,
            _ => {}
        }
        text.push(letter);
    }
    text
}

pub fn draft(schema: &Value) -> Draft {
    match schema["$schema"].as_str().unwrap_or_default() {
        uri if uri.contains("draft-04") => Draft::Draft4,
        uri if uri.contains("draft-06") => Draft::Draft6,
        uri if uri.contains("2019-09") => Draft::Draft201909,
        uri if uri.contains("2020-12") => Draft::Draft202012,
        _ => Draft::Draft7,
    }
}

pub fn ours(schema: &Value) -> Option<(Meanings, Id)> {
    let text = schema.to_string();
    let meanings = normal::read([("schema", text.as_str())]).ok()?;
    let id = meanings.of_type("schema")?;
    Some((meanings, id))
}

/// Whether the two verdicts on a value differ.
fn differs(schema: &Value, value: &Value) -> bool {
    let (Some(theirs), Some((meanings, id))) = (validator(schema), ours(schema)) else {
        return false;
    };
    theirs.is_valid(value) != meanings.allows(id, value)
}

/// Values that an id allows, and values one step away from those and from examples.
pub fn values(meanings: &Meanings, id: Id, examples: &[Value], dice: &mut Dice) -> Vec<Value> {
    let mut values = inside(meanings, id, 4, dice);
    values.extend(examples.iter().take(4).cloned());
    if values.is_empty() {
        values.push(json!({}));
    }
    for _ in 0..values.len().max(6) {
        let changed = changed(dice.pick(&values), dice);
        values.push(changed);
    }
    values
}

#[derive(Debug, Default)]
struct Tally {
    schemas: usize,
    allowed: usize,
    refused: usize,
}

impl Tally {
    fn compare(
        &mut self,
        (meanings, id): (&Meanings, Id),
        theirs: &Validator,
        value: &Value,
    ) -> bool {
        let expected = theirs.is_valid(value);
        if expected {
            self.allowed += 1
        } else {
            self.refused += 1
        }
        expected == meanings.allows(id, value)
    }

    fn count(&self) -> usize {
        self.allowed + self.refused
    }
}

/// Compares the verdicts on values of a schema. Returns the first difference, shrunk.
fn compare(
    schema: &Value,
    examples: &[Value],
    dice: &mut Dice,
    tally: &mut Tally,
) -> Option<String> {
    let theirs = validator(schema)?;
    let (meanings, id) = ours(schema)?;
    tally.schemas += 1;
    let mut values = values(&meanings, id, examples, dice);
    if draft(schema) == Draft::Draft4 {
        // We read `1.0` as an integer in draft-04 too, as in every later dialect.
        values.retain(|value| !has_whole_fraction(value));
    }
    for value in values {
        if !tally.compare((&meanings, id), &theirs, &value) {
            let (schema, value) = shrunk(schema.clone(), value, differs);
            let valid = validator(&schema).is_some_and(|theirs| theirs.is_valid(&value));
            return Some(format!("{schema}\n{value} is valid: {valid}"));
        }
    }
    None
}

pub fn has_whole_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            number.is_f64() && number.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        Value::Array(items) => items.iter().any(has_whole_fraction),
        Value::Object(members) => members.values().any(has_whole_fraction),
        _ => false,
    }
}

#[test]
fn random_schemas_mean_what_a_validator_says() {
    let mut tally = Tally::default();
    let mut seed = 0;
    while tally.count() < size(5_000, 400_000) {
        seed += 1;
        let dice = &mut Dice::new(seed);
        let schema = random::schema(dice);
        if let Some(difference) = compare(&schema, &[], dice, &mut tally) {
            panic!("seed {seed}: {difference}");
        }
    }
    assert!(tally.allowed > tally.count() / 10, "{tally:?}");
    assert!(tally.refused > tally.count() / 10, "{tally:?}");
    eprintln!("{tally:?}");
}

#[test]
fn published_schemas_mean_what_a_validator_says() {
    let Some(folder) = shared("corpora/schemas") else {
        return;
    };
    let mut tally = Tally::default();
    let mut found = Vec::new();
    for file in ["jsonschemabench-300.jsonl", "schemastore-199.jsonl"] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        for line in text.lines().step_by(size(10, 1)) {
            let Value::Object(mut entry) = serde_json::from_str(line).unwrap() else {
                panic!("{line}");
            };
            let mut schema = entry["schema"].take();
            // The validator asserts formats, which the standard does not.
            without(&mut schema, &|name, _| name.starts_with("content"));
            let examples = schema["examples"].as_array().cloned().unwrap_or_default();
            for round in 0..size(1, 30) {
                let dice = &mut Dice::new(round as u64);
                if let Some(difference) = compare(&schema, &examples, dice, &mut tally) {
                    found.push(format!("{}: {difference}", entry["name"]));
                    break;
                }
            }
        }
    }
    eprintln!("{tally:?}");
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    assert!(tally.schemas >= size(40, 400), "{tally:?}");
}

/// Removes members of all objects in a schema.
fn without(schema: &mut Value, is_left_out: &dyn Fn(&str, &Value) -> bool) {
    match schema {
        Value::Object(members) => {
            members.retain(|name, value| !is_left_out(name, value));
            let inner = members.values_mut();
            inner.for_each(|value| without(value, is_left_out));
        }
        Value::Array(items) => {
            let items = items.iter_mut();
            items.for_each(|value| without(value, is_left_out));
        }
        _ => {}
    }
}

#[test]
fn the_types_of_the_vendor_mean_what_a_validator_says() {
    let Some(folder) = shared("vendor/losant-1.30.0") else {
        return;
    };
    let examples = fs::read(folder.join("apiExamples.json")).unwrap();
    let examples: Value = serde_json::from_slice(&examples).unwrap();
    let types = readable_types(&folder.join("types"));
    let files = types
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let meanings = normal::read(files).unwrap();
    let mut tally = Tally::default();
    let mut found = Vec::new();
    for name in types.keys().step_by(size(20, 1)) {
        let mut definitions = Map::new();
        reachable(name, &types, &mut definitions);
        let whole = json!({"$ref": format!("#/definitions/{name}"), "definitions": definitions});
        let Some(theirs) = validator(&whole) else {
            continue;
        };
        tally.schemas += 1;
        let id = meanings.of_type(name).unwrap();
        let example = examples.get(name).cloned();
        let example: Vec<Value> = example.into_iter().collect();
        for round in 0..size(2, 40) {
            let dice = &mut Dice::new(round as u64);
            for value in values(&meanings, id, &example, dice) {
                if !tally.compare((&meanings, id), &theirs, &value) {
                    found.push(format!("{name}: {value}"));
                }
            }
        }
    }
    eprintln!("{tally:?}");
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    assert!(tally.schemas >= size(15, 300), "{tally:?}");
}

/// Adds a type and those that it refers to.
pub fn reachable(name: &str, types: &BTreeMap<String, String>, all: &mut Map<String, Value>) {
    let schema: Value = serde_json::from_str(&types[name]).unwrap();
    let text = schema.to_string();
    all.insert(name.to_owned(), schema);
    for other in text.split("\"#/definitions/").skip(1) {
        let other = other.split('"').next().unwrap();
        if !all.contains_key(other) && types.contains_key(other) {
            reachable(other, types, all);
        }
    }
}

/// The vendor's types, except those with mistakes, and those that refer to them.
fn readable_types(folder: &std::path::Path) -> BTreeMap<String, String> {
    let mut types = BTreeMap::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        types.insert(name, fs::read_to_string(&path).unwrap());
    }
    loop {
        let files = types
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        let Err(mistakes) = normal::read(files) else {
            return types;
        };
        for mistake in mistakes.iter() {
            let file = mistake.file().trim_start_matches("types/");
            types.remove(file.trim_end_matches(".json"));
        }
    }
}
