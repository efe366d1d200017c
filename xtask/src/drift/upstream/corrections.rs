//! The recorded corrections, compared with the vendor's present description.

use std::collections::BTreeMap;
use std::path::Path;

use codegen::rule::Rule;

use super::files::Changes;
use super::rules::{OVERLAY_MEETS_CHANGE, OVERLAY_MISSES, OVERLAY_REDUNDANT};
use crate::corrections::{Status, Trial, Tried};
use crate::drift::{Finding, Place, Severity};
use crate::shell;

/// The findings about the corrections that `schemas` records.
pub(super) fn findings(trial: &Trial, changes: &Changes, schemas: &Path) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut meeting: BTreeMap<(&str, &str), Vec<&Tried>> = BTreeMap::new();
    for tried in &trial.corrections {
        let what = format!("{}#{}", tried.file, tried.pointer);
        let said = &tried.diagnostic;
        let (rule, message) = match tried.status {
            Status::Applies if changes.meet(&tried.file) => {
                let key = (said.file(), tried.file.as_str());
                meeting.entry(key).or_default().push(tried);
                continue;
            }
            Status::Applies => continue,
            Status::Redundant => (&OVERLAY_REDUNDANT, said.message().to_owned()),
            Status::Misses => {
                let message = format!(
                    "the correction of `{what}` no longer applies: {}",
                    said.message()
                );
                (&OVERLAY_MISSES, message)
            }
        };
        let subject = format!("{}: {what}", said.file());
        found.push(finding(
            rule,
            Severity::Major,
            message,
            subject,
            &[tried],
            schemas,
        ));
    }
    found.extend(
        meeting
            .iter()
            .map(|(key, all)| meets_change(*key, all, schemas)),
    );
    found
}

/// Corrections of one file, recorded in one file. All of them still apply.
fn meets_change((recorded, file): (&str, &str), all: &[&Tried], schemas: &Path) -> Finding {
    let corrections = shell::count(all.len(), "correction");
    let apply = if all.len() == 1 { "applies" } else { "apply" };
    let message = format!("the vendor changed `{file}`, to which {corrections} still {apply}");
    let subject = format!("{recorded}: {file}");
    let rule = &OVERLAY_MEETS_CHANGE;
    let lines = all.iter().map(|tried| {
        let line = tried.diagnostic.line();
        format!("line {line}: {}\n", tried.pointer)
    });
    Finding {
        detail: Some(lines.collect()),
        ..finding(rule, Severity::Minor, message, subject, all, schemas)
    }
}

fn finding(
    rule: &'static Rule,
    severity: Severity,
    message: String,
    subject: String,
    all: &[&Tried],
    schemas: &Path,
) -> Finding {
    let first = all.first().map(|tried| &tried.diagnostic);
    let mut reaches: Vec<String> = all.iter().filter_map(|tried| action(tried)).collect();
    reaches.sort();
    reaches.dedup();
    Finding {
        rule,
        message,
        subject,
        severity,
        verdict: None,
        place: first.map(|said| Place::of(said, &shell::folder(schemas))),
        detail: None,
        reaches,
        count: all.len(),
        help: first.map(|said| said.help().to_owned()).unwrap_or_default(),
    }
}

/// The action that a correction is for, if it is for one.
fn action(tried: &Tried) -> Option<String> {
    let resource = tried
        .file
        .strip_prefix("resources/")?
        .strip_suffix(".json")?;
    let pointer = tried.pointer.strip_prefix("/actions/")?;
    let action = pointer.split('/').next()?;
    Some(format!("{resource}.{action}"))
}
