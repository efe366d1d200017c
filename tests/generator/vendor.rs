//! The vendor's description of its whole API, uncorrected: every known mistake in it is reported in
//! one run, and the suggested corrections fix it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use codegen::Diagnostics;
use serde_json::{Value, json};
use tests::root;
use xtask::{corrections, import};

use crate::schemas::Schemas;

/// The known mistakes that are listed one by one: the file, and the pointer at which each is
/// reported.
const KNOWN: &[(&str, &str)] = &[
    // Pages of pages, and a page declared as its item.
    (
        "types/instanceAuditLogs.json",
        "/properties/items/items/$ref",
    ),
    (
        "types/instanceOrgMembers.json",
        "/properties/items/items/$ref",
    ),
    (
        "resources/userApiTokens.json",
        "/actions/get/responses/200/schema/$ref",
    ),
    (
        "resources/instanceApiTokens.json",
        "/actions/get/responses/200/schema/$ref",
    ),
    // Not valid draft-07.
    ("types/orgInvites.json", "/items/properties"),
    ("types/orgInvitesUser.json", "/items/properties"),
    (
        "types/validateContextError.json",
        "/properties/ctx/patternProperties/^[0-9a-zA-Z_-]{1,255}$/anyOf/0",
    ),
    (
        "types/validateContextSuccess.json",
        "/properties/ctx/patternProperties/^[0-9a-zA-Z_-]{1,255}$/anyOf/0",
    ),
    ("types/instanceOrgPost.json", "/properties/members/maxItems"),
    // Properties in place of their schema, and among its keywords.
    ("types/applicationJobLog.json", "/properties/input"),
    ("types/applicationJobLog.json", "/properties/output"),
    (
        "types/applicationJobLogs.json",
        "/properties/items/items/properties/input",
    ),
    (
        "types/applicationJobLogs.json",
        "/properties/items/items/properties/output",
    ),
    ("types/integration.json", "/properties/status"),
    (
        "types/integrations.json",
        "/properties/items/items/properties/status",
    ),
    (
        "types/credentialLinkedResources.json",
        "/properties/integrations/properties/items/items/properties/status",
    ),
    (
        "types/paletteResponse.json",
        "/properties/customNodes/instanceNodes",
    ),
    (
        "types/resourceJobExecutionLogs.json",
        "/items/maxIterationRetries",
    ),
    ("types/resourceJobExecutionLogs.json", "/items/retryDelay"),
    (
        "types/resourceJobExecutionLogs.json",
        "/items/retryOnFailure",
    ),
    (
        "types/resourceJobExecutionLogs.json",
        "/items/retryOnTimeout",
    ),
];

/// The place of a reported mistake: file, pointer and message.
type Report = (String, String, String);

#[test]
fn every_known_mistake_is_reported_in_one_run_with_its_correction() {
    let Some(vendor) = tests::shared("vendor/losant-1.30.0") else {
        return;
    };
    let schemas = imported(&vendor);
    let mistakes = schemas.generate().unwrap_err();
    let mistakes = corrections::suggest(mistakes, &schemas.source());
    let known = known(&vendor, &mistakes);
    assert_located(&vendor, &schemas, &mistakes, &known);

    let pasted = suggested(&mistakes, &known);
    let overlay = json!({"upstream": "1.30.0", "corrections": pasted});
    let schemas = schemas.with("overlays/pasted.json", overlay.to_string());
    let corrected = corrections::corrected(&schemas.source()).unwrap();
    let left = codegen::generate(&corrected).err();
    let left: Vec<_> = left.iter().flat_map(reports).collect();
    for report in &left {
        assert!(!known.contains(report), "{report:?}");
    }
}

/// The vendor's description in the layout of the schemas, without corrections.
fn imported(vendor: &Path) -> Schemas {
    let read = import::read(vendor, &root().join("schemas/api.json")).unwrap();
    let empty = Schemas::default();
    let files = read.files.into_iter();
    files.fold(empty, |schemas, (path, bytes)| schemas.with(&path, bytes))
}

fn reports(mistakes: &Diagnostics) -> Vec<Report> {
    let reports = mistakes.iter().map(|mistake| {
        let [file, pointer, message] = [mistake.file(), mistake.pointer(), mistake.message()];
        (file.to_owned(), pointer.to_owned(), message.to_owned())
    });
    reports.collect()
}

/// The reports of known mistakes. Asserts that each mistake has one.
fn known(vendor: &Path, mistakes: &Diagnostics) -> BTreeSet<Report> {
    let reports = reports(mistakes);
    let mut places: BTreeSet<(String, String)> = KNOWN
        .iter()
        .map(|(file, pointer)| ((*file).to_owned(), (*pointer).to_owned()))
        .collect();
    let limits = limits(vendor);
    assert_eq!(limits.len(), 76, "besides those of moved properties");
    places.extend(limits);
    places.extend(mistyped_parameters(vendor, &reports));
    for (file, pointer) in &places {
        let is_here = |(f, p, _): &&Report| f == file && p == pointer;
        assert_eq!(
            reports.iter().filter(is_here).count(),
            1,
            "{file}#{pointer}"
        );
    }
    let is_known = |(file, pointer, _): &Report| places.contains(&(file.clone(), pointer.clone()));
    reports.into_iter().filter(is_known).collect()
}

/// The places where a type contains `min` or `max`.
fn limits(vendor: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(vendor.join("types")).unwrap() {
        let path = entry.unwrap().path();
        let file = format!("types/{}", path.file_name().unwrap().to_str().unwrap());
        let schema = json_in(&path);
        walk(&schema, "", &mut |pointer, value| {
            let is_limit = pointer.ends_with("/min") || pointer.ends_with("/max");
            let moved = ["/items/maxIterationRetries/", "/items/retryDelay/"];
            let is_moved = file == "types/resourceJobExecutionLogs.json"
                && moved.iter().any(|from| pointer.starts_with(from));
            if is_limit && value.is_number() && !is_moved {
                found.push((file.clone(), pointer.to_owned()));
            }
        });
    }
    found
}

fn walk(value: &Value, at: &str, visit: &mut impl FnMut(&str, &Value)) {
    visit(at, value);
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(key, value)| walk(value, &format!("{at}/{key}"), visit)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| walk(value, &format!("{at}/{index}"), visit)),
        _ => {}
    }
}

/// The parameters that are declared as strings but whose default or example is a number or a
/// boolean. Those of resources that cannot be read yet, because of parts that are not translated,
/// are left out.
fn mistyped_parameters(vendor: &Path, reports: &[Report]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let info = json_in(&vendor.join("apiInfo.json"));
    for (name, resource) in info.as_object().unwrap() {
        let file = format!("resources/{name}.json");
        let is_unread = |(f, _, message): &Report| *f == file && message.starts_with("unknown");
        if reports.iter().any(is_unread) {
            continue;
        }
        for (action, content) in resource["actions"].as_object().unwrap() {
            let params = content["params"].as_array().into_iter().flatten();
            for (index, parameter) in params.enumerate() {
                let value = parameter
                    .get("default")
                    .or_else(|| parameter.get("example"));
                let is_text = value.is_none_or(Value::is_string) || parameter["type"] != "string";
                let key = match parameter.get("enum") {
                    Some(_) => "default",
                    None => "type",
                };
                if !is_text {
                    let pointer = format!("/actions/{action}/params/{index}/{key}");
                    found.push((file.clone(), pointer));
                }
            }
        }
    }
    assert!(found.len() > 200, "{}", found.len());
    found
}

fn json_in(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Asserts that the reported line of a mistake is that in the vendor's own file.
fn assert_located(
    vendor: &Path,
    schemas: &Schemas,
    mistakes: &Diagnostics,
    known: &BTreeSet<Report>,
) {
    let rendered = mistakes.render(false);
    for mistake in mistakes.iter() {
        let (file, line) = (mistake.file(), mistake.line());
        let place = format!("--> {file}:{line}:{}\n", mistake.column());
        assert!(rendered.contains(&place), "{place}");
        let report = [file, mistake.pointer(), mistake.message()]
            .map(str::to_owned)
            .into();
        if known.contains(&report) && file.starts_with("types/") {
            assert!(line > 1, "{place}");
            let own = fs::read_to_string(vendor.join(file)).unwrap();
            let own = own.lines().nth(line - 1);
            assert_eq!(own, schemas.text(file).lines().nth(line - 1), "{place}");
        }
    }
}

/// The suggested corrections of the known mistakes. Asserts that each has some, and that none is a
/// guess.
fn suggested(mistakes: &Diagnostics, known: &BTreeSet<Report>) -> Vec<Value> {
    let rendered = mistakes.render(false);
    let printed: Vec<&str> = rendered.split("\n\n").collect();
    assert_eq!(printed.len(), mistakes.len());
    let mut corrections = Vec::new();
    for (text, report) in printed.iter().zip(reports(mistakes)) {
        if known.contains(&report) {
            let (_, pasted) = text
                .split_once("= correction: add to \"corrections\" of a file in upstream/:\n")
                .unwrap_or_else(|| panic!("{text}"));
            let pasted: Vec<Value> = serde_json::from_str(&format!("[{pasted}]")).unwrap();
            assert!(!pasted.is_empty(), "{text}");
            corrections.extend(pasted);
        }
    }
    corrections
}
