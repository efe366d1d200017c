//! Runs the official suite, and inputs that once failed, through emitted code: over HTTP on
//! loopback, in both directions.

use std::collections::BTreeMap;
use std::fs;

use codegen::normal;
use jsonschema::Draft;
use serde_json::{Map, Value, json};
use tests::shared;

use crate::client::{generated, made};
use crate::description::whole;
use crate::dice::Dice;
use crate::differential::{
    draft, has_whole_fraction, ours, reachable, size, validator, validator_of_dates, values,
};
use crate::random;

/// A schema, and values with their validity.
struct Case {
    name: String,
    schema: Value,
    /// Values, and whether the schema allows them.
    values: Vec<(Value, bool)>,
}

/// The outcome of many cases.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    generated: usize,
    valid: usize,
    valid_sent: usize,
    invalid: usize,
    invalid_refused: usize,
    valid_read: usize,
    /// Invalid values are read too. If a value has another JSON type than the whole type, the error
    /// keeps it.
    invalid_kept: usize,
}

/// Generates one crate for all cases that can be generated. Returns the outcome, and the unexpected
/// results.
fn run(name: &str, cases: &[Case]) -> (Outcome, Vec<String>) {
    let mut wrong = Vec::new();
    let mut good = Vec::new();
    for case in cases {
        match generated(name, &[("type".to_owned(), &case.schema)]) {
            Ok(_) => good.push(case),
            Err(mistakes) => wrong.push(format!("{}\n{}\n{mistakes}", case.name, case.schema)),
        }
    }
    let types = good.iter().enumerate();
    let types: Vec<_> = types
        .map(|(index, case)| (format!("type{index}"), &case.schema))
        .collect();
    let outcome = outcome(name, &types, &good, &mut wrong);
    (outcome, wrong)
}

/// Sends and reads all values of some cases with the client of their types.
fn outcome(
    name: &str,
    types: &[(String, &Value)],
    cases: &[&Case],
    wrong: &mut Vec<String>,
) -> Outcome {
    let mut outcome = Outcome {
        generated: types.len(),
        ..Outcome::default()
    };
    if types.is_empty() {
        return outcome;
    }
    let values = cases.iter().enumerate();
    let values: Vec<_> = values
        .flat_map(|(index, case)| case.values.iter().map(move |value| (index, value)))
        .collect();
    let asked: Vec<_> = values
        .iter()
        .map(|(index, (value, _))| (*index, value))
        .collect();
    for ((index, (value, valid)), made) in values.iter().zip(made(name, types, &asked)) {
        let case = cases[*index];
        // The only exception: an integer beyond `i64` can be read, but not sent.
        let is_large = *valid && has_large_whole(value);
        let mut fail = |what: String| {
            wrong.push(format!("{}\n{}\n{value} {what}", case.name, case.schema));
        };
        match (valid, &made.sent) {
            (true, Ok(back)) if is_same(back, value) => outcome.valid_sent += 1,
            (true, Ok(back)) => fail(format!("is valid, and came back as {back}")),
            (true, Err(_)) if is_large => outcome.valid_sent += 1,
            (true, Err(error)) => fail(format!("is valid, and was refused: {error}")),
            // A request is read as from the command line, where `3` is the string `"3"`: what was
            // sent was not the value.
            (false, Ok(back)) if !is_same(back, value) => outcome.invalid_refused += 1,
            (false, Ok(_)) => fail("is not valid, and was sent".to_owned()),
            (false, Err(_)) => outcome.invalid_refused += 1,
        }
        match &made.read {
            Ok(back) if is_same(back, value) && *valid => outcome.valid_read += 1,
            Ok(back) if is_same(back, value) => outcome.invalid_kept += 1,
            Ok(back) => fail(format!("was read as {back}")),
            Err((_, kept)) if is_large && is_same(kept, value) => outcome.valid_read += 1,
            Err((_, kept)) if !valid && is_same(kept, value) => outcome.invalid_kept += 1,
            Err((error, _)) => fail(format!("could not be read: {error}")),
        }
        if *valid {
            outcome.valid += 1
        } else {
            outcome.invalid += 1
        }
    }
    outcome
}

/// Whether a value contains an integer beyond `i64`.
fn has_large_whole(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            let float = number.as_f64().unwrap_or_default();
            number.as_i64().is_none() && float.fract() == 0.0 && float.abs() >= 2f64.powi(63)
        }
        Value::Array(items) => items.iter().any(has_large_whole),
        Value::Object(members) => members.values().any(has_large_whole),
        _ => false,
    }
}

/// Whether two values are equal in JSON Schema: `1.0` equals 1.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let is_whole = one.is_f64() == other.is_f64();
            one == other || (!is_whole && one.as_f64() == other.as_f64())
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has = |(name, value): (&String, &Value)| {
                other.get(name).is_some_and(|other| is_same(value, other))
            };
            one.len() == other.len() && one.iter().all(has)
        }
        _ => one == other,
    }
}

/// The groups of the official suite without remote or dynamic references.
fn suite(folder: &str) -> Option<Vec<Case>> {
    let folder = shared(&format!("corpora/json-schema-test-suite/{folder}"))?;
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.is_file()).collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let groups: Vec<Value> = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        for group in groups {
            let tests = group["tests"].as_array().unwrap().iter();
            let case = Case {
                name: format!("{stem}: {}", group["description"].as_str().unwrap()),
                schema: group["schema"].clone(),
                values: tests
                    .map(|test| (test["data"].clone(), test["valid"].as_bool().unwrap()))
                    .collect(),
            };
            if is_whole(&case.schema) {
                cases.push(case);
            }
        }
    }
    Some(cases)
}

/// Whether a schema contains all schemas that it refers to, as far as `normal` can determine.
fn is_whole(schema: &Value) -> bool {
    let text = schema.to_string();
    normal::read([("schema", text.as_str())]).is_ok_and(|meanings| {
        let mut warnings = meanings.warnings().iter();
        !warnings.any(|warning| warning.message().starts_with("the dialect "))
    })
}

/// Compares the outcome of cases with the expected one.
fn expect(expected: Outcome, (outcome, wrong): (Outcome, Vec<String>)) {
    assert_eq!(outcome, expected, "{}", wrong.join("\n\n"));
}

#[test]
fn the_suite_of_draft_07_goes_through_emitted_code() {
    let Some(cases) = suite("draft7") else { return };
    assert_eq!(cases.len(), 244);
    expect(right(&cases), run("meaning-draft7", &cases));
}

#[test]
fn the_suite_of_2020_12_goes_through_emitted_code() {
    let Some(cases) = suite("draft2020-12") else {
        return;
    };
    assert_eq!(cases.len(), 342);
    expect(right(&cases), run("meaning-2020-12", &cases));
}

/// A random schema, with values and a validator's verdicts on them.
fn random_case(seed: u64) -> Option<Case> {
    let dice = &mut Dice::new(seed);
    let schema = random::schema(dice);
    let theirs = validator(&schema)?;
    let (meanings, id) = ours(&schema)?;
    let rounds = 0..size(1, 10);
    let mut values: Vec<_> = rounds
        .flat_map(|_| values(&meanings, id, &[], dice))
        .collect();
    if draft(&schema) == Draft::Draft4 {
        values.retain(|value| !has_whole_fraction(value));
    }
    let values = values.into_iter().map(|value| {
        let valid = theirs.is_valid(&value);
        (value, valid)
    });
    Some(Case {
        name: format!("seed {seed}"),
        values: values.collect(),
        schema,
    })
}

#[test]
fn random_schemas_go_through_emitted_code() {
    const TOGETHER: u64 = 200;
    let mut count = 0;
    let seed = std::env::var("MEANING_SEED").ok();
    let mut first = seed.map_or(0, |seed| seed.parse().unwrap());
    while count < size(1_500, 200_000) {
        let cases: Vec<_> = (first..first + TOGETHER).filter_map(random_case).collect();
        first += TOGETHER;
        expect(right(&cases), run("meaning-random", &cases));
        count += cases.iter().map(|case| case.values.len()).sum::<usize>();
    }
}

/// The expected outcome of cases.
fn right(cases: &[Case]) -> Outcome {
    let values = cases.iter().flat_map(|case| &case.values);
    let valid = values.clone().filter(|(_, valid)| *valid).count();
    let invalid = values.count() - valid;
    Outcome {
        generated: cases.len(),
        valid,
        valid_sent: valid,
        invalid,
        invalid_refused: invalid,
        valid_read: valid,
        invalid_kept: invalid,
    }
}

#[test]
fn the_types_of_the_vendor_go_through_emitted_code() {
    let Some(whole) = whole() else { return };
    let texts: BTreeMap<String, String> = whole
        .source
        .files()
        .filter_map(|(path, bytes)| {
            let name = path.strip_prefix("types/")?.strip_suffix(".json")?;
            Some((name.to_owned(), String::from_utf8(bytes.to_vec()).unwrap()))
        })
        .collect();
    let files = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let meanings = normal::read(files).unwrap();
    let mut chosen = Map::new();
    for name in texts.keys().step_by(size(12, 1)) {
        reachable(name, &texts, &mut chosen);
    }
    let cases = chosen.into_iter().map(|(name, schema)| {
        let mut definitions = Map::new();
        reachable(&name, &texts, &mut definitions);
        let whole = json!({"$ref": format!("#/definitions/{name}"), "definitions": definitions});
        let id = meanings.of_type(&name).unwrap();
        let examples = schema["examples"].as_array().cloned().unwrap_or_default();
        let rounds = (0..size(1, 40)).map(|round| Dice::new(round as u64));
        let values = rounds.flat_map(|mut dice| values(&meanings, id, &examples, &mut dice));
        // The validator does not support all of ECMA-262.
        let theirs = validator(&whole).zip(validator_of_dates(&whole));
        let values = theirs
            .into_iter()
            .zip([values])
            .flat_map(|(theirs, values)| {
                values.filter_map(move |value| {
                    let [valid, dated] = [&theirs.0, &theirs.1].map(|one| one.is_valid(&value));
                    // The standard leaves open whether a date and time must be valid.
                    (valid == dated).then_some((value, valid))
                })
            });
        Case {
            values: values.collect(),
            name,
            schema,
        }
    });
    let cases: Vec<_> = cases.collect();
    let types: Vec<_> = cases.iter().map(|c| (c.name.clone(), &c.schema)).collect();
    let mut wrong = Vec::new();
    let all: Vec<&Case> = cases.iter().collect();
    let outcome = outcome("meaning-vendor", &types, &all, &mut wrong);
    expect(right(&cases), (outcome, wrong));
}

#[test]
fn inputs_that_once_failed_go_through_emitted_code() {
    let Some(folder) = shared("cases/schemas") else {
        return;
    };
    let probes = ["probes.json", "probes-vendor.json"].map(|file| {
        let text = fs::read(folder.join(file)).unwrap();
        serde_json::from_slice::<Vec<Value>>(&text).unwrap()
    });
    let probes = probes.concat();
    // Some are a vendor's type with the files that it refers to.
    let schema = |probe: &Value| match probe["files"].as_object() {
        Some(files) => {
            let mut schema = files["thing"].clone();
            schema["definitions"] = json!(files);
            schema
        }
        None => probe["schema"].clone(),
    };
    let list = |probe: &Value, key: &str| -> Vec<Value> {
        let texts = probe[key].as_array().unwrap().iter();
        texts
            .map(|text| serde_json::from_str(text.as_str().unwrap()).unwrap())
            .collect()
    };
    let cases = probes.iter().map(|probe| Case {
        name: probe["name"].as_str().unwrap().to_owned(),
        schema: schema(probe),
        values: [("valid", true), ("invalid", false)]
            .into_iter()
            .flat_map(|(key, valid)| list(probe, key).into_iter().map(move |v| (v, valid)))
            .collect(),
    });
    let cases: Vec<_> = cases.collect();
    expect(right(&cases), run("meaning-probes", &cases));
}

#[test]
fn read_only_properties_are_left_out_of_requests_and_kept_in_responses() {
    let inner = json!({"properties": {"at": {"type": "string", "readOnly": true}}});
    let schema = json!({"type": "object", "required": ["id", "name"], "properties": {
        "id": {"type": "string", "minLength": 2, "readOnly": true},
        "name": {"type": "string"}, "inner": inner}});
    let whole = json!({"id": "a", "name": "b", "inner": {"at": "c", "more": 1}});
    let values = [whole.clone(), json!({"name": "b"}), json!({"id": "ab"})];
    let values: Vec<_> = values.iter().map(|value| (0, value)).collect();
    let types = [("type".to_owned(), &schema)];
    let [whole_made, without, nameless] = &made("meaning-read-only", &types, &values)[..] else {
        panic!("three values");
    };
    let sent = json!({"name": "b", "inner": {"more": 1}});
    assert_eq!(whole_made.sent, Ok(sent));
    assert_eq!(whole_made.read, Ok(whole));
    assert_eq!(without.sent, Ok(json!({"name": "b"})));
    assert!(nameless.sent.is_err(), "{nameless:?}");
}
