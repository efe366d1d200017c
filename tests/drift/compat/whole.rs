//! The whole API, from the vendor's own description, compared with itself and with edited versions.

use std::collections::BTreeMap;
use std::time::Instant;

use codegen::Source;
use codegen::compat::Change;
use serde_json::{Value, json};
use tests::root;
use xtask::{corrections, import};

type Files = BTreeMap<String, Vec<u8>>;

/// The files of the description, as the project corrects them.
fn whole() -> Option<Files> {
    let from = tests::shared("vendor/losant-1.30.0")?;
    let api = root().join("schemas/api.json");
    let corrected = import::corrected(&from, &api, &root().join("schemas/upstream"));
    Some(owned(&corrected.unwrap()))
}

/// The files of the description, translated but not corrected.
fn translated() -> Option<Source> {
    let from = tests::shared("vendor/losant-1.30.0")?;
    let read = import::read(&from, &root().join("schemas/api.json")).unwrap();
    Some(Source::new(read.files))
}

fn owned(source: &Source) -> Files {
    let files = source.files();
    files
        .map(|(path, bytes)| (path.to_owned(), bytes.to_vec()))
        .collect()
}

/// The changes if a string is replaced in each file that contains it. Prints how long the
/// comparison takes.
fn changed(whole: &Files, from: &str, to: &str) -> Vec<Change> {
    let mut new = whole.clone();
    let mut edits = 0;
    for bytes in new.values_mut() {
        let text = String::from_utf8(std::mem::take(bytes)).unwrap();
        edits += text.matches(from).count();
        *bytes = text.replace(from, to).into_bytes();
    }
    let (old, new) = (Source::new(whole.clone()), Source::new(new));
    let start = Instant::now();
    let changes = corrections::compare(&old, &new).unwrap_or_else(|e| panic!("{}", e.diagnostics));
    eprintln!(
        "{edits} edits: {} found in {:?}",
        changes.len(),
        start.elapsed()
    );
    changes
}

#[test]
fn the_whole_api_equals_itself() {
    let Some(whole) = whole() else { return };
    assert!(changed(&whole, "{", "{").is_empty());
}

#[test]
fn a_new_value_in_all_copies_of_a_shape_is_one_finding() {
    let Some(whole) = whole() else { return };
    // The device classes, at each place that lists them.
    let changes = changed(&whole, r#""edgeCompute","#, r#""edgeCompute", "drifter","#);
    let [change] = changes.as_slice() else {
        panic!("{changes:#?}")
    };
    assert_eq!(change.rule.id, "compat/enum-value-added");
    assert_eq!(change.subject, r#"the value "drifter" of `DeviceClass`"#);
    assert_eq!((change.places, change.reaches.len()), (16, 12));
    assert!(!change.is_everywhere);
}

/// The vendor repeats most types inline where they are listed. So such a type is one with its
/// copies before an edit, and separate afterwards.
#[test]
fn a_changed_property_of_a_shared_type_is_one_finding() {
    let Some(whole) = whole() else { return };
    type Case = (&'static str, fn(&mut Value), &'static str);
    let cases: [Case; 5] = [
        (
            "types/experienceView.json",
            |schema| schema["properties"]["drift"] = json!({"type": "string"}),
            "compat/property-added",
        ),
        (
            "types/credential.json",
            |schema| {
                drop(
                    schema["properties"]
                        .as_object_mut()
                        .unwrap()
                        .remove("gcpConfig"),
                )
            },
            "compat/property-removed",
        ),
        // Another type has the same name, and now gets it.
        (
            "types/event.json",
            |schema| {
                let values = &mut schema["properties"]["sourceType"]["enum"];
                values.as_array_mut().unwrap().push(json!("drift"));
            },
            "compat/enum-value-added",
        ),
        (
            "types/apiTokenPatch.json",
            |schema| schema["required"] = json!(["name"]),
            "compat/property-required",
        ),
        (
            "types/success.json",
            |schema| {
                drop(
                    schema["properties"]
                        .as_object_mut()
                        .unwrap()
                        .remove("success"),
                )
            },
            "compat/type-changed",
        ),
    ];
    let old = Source::new(whole.clone());
    std::thread::scope(|scope| {
        for (file, edit, rule) in cases {
            let (old, mut new) = (&old, whole.clone());
            scope.spawn(move || {
                let mut schema = serde_json::from_slice(&new[file]).unwrap();
                edit(&mut schema);
                new.insert(file.to_owned(), schema.to_string().into_bytes());
                let changes = codegen::compare(old, &Source::new(new));
                let changes = changes.unwrap_or_else(|e| panic!("{}", e.diagnostics));
                let [change] = changes.as_slice() else {
                    panic!("{file}: {changes:#?}")
                };
                assert_eq!(change.rule.id, rule, "{file}");
                assert!(change.reaches.len() > 1, "{file}: {:?}", change.reaches);
            });
        }
    });
}

/// Without corrections, the description has all its mistakes.
#[test]
fn a_description_that_nothing_corrects_is_compared() {
    let Some(raw) = translated() else {
        return;
    };
    let mistakes = codegen::generate(&raw).unwrap_err().len();
    assert!(mistakes > 300, "{mistakes}");
    let changes = changed(
        &owned(&raw),
        r#""edgeCompute","#,
        r#""edgeCompute", "drifter","#,
    );
    let rules: Vec<_> = changes.iter().map(|change| change.rule.id).collect();
    let expected = [
        "compat/mistakes-corrected",
        "compat/mistakes-corrected",
        "compat/enum-value-added",
    ];
    assert_eq!(rules, expected);
}
