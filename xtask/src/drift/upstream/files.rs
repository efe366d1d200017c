//! The files of the vendor's description, compared with the lock.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use codegen::rule::Rule;

use super::rules::{FILE_ADDED, FILE_CHANGED, FILE_REMOVED, VERSION_CHANGED};
use crate::drift::{Finding, Place, Severity};
use crate::import::{Lock, UPSTREAM_LOCK, relock};
use crate::shell;

/// How a set of named things changed.
#[derive(Default)]
struct Difference {
    added: BTreeSet<String>,
    changed: BTreeSet<String>,
    removed: BTreeSet<String>,
}

impl Difference {
    /// Compares two maps from names to hashes.
    fn between(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Self {
        let mut difference = Difference::default();
        for (name, hash) in new {
            match old.get(name) {
                None => difference.added.insert(name.clone()),
                Some(old) if !old.eq_ignore_ascii_case(hash) => {
                    difference.changed.insert(name.clone())
                }
                Some(_) => false,
            };
        }
        let removed = old.keys().filter(|name| !new.contains_key(*name));
        difference.removed = removed.cloned().collect();
        difference
    }

    fn is_new(&self, name: &str) -> bool {
        self.added.contains(name) || self.changed.contains(name)
    }
}

/// The vendor's changes.
pub(super) struct Changes {
    locked: String,
    /// The new version, if it is known and differs.
    version: Option<String>,
    files: Difference,
    resources: Difference,
}

impl Changes {
    pub(super) fn between(lock: &Lock, now: &Lock) -> Self {
        let is_other = !now.version.is_empty() && now.version != lock.version;
        Changes {
            locked: lock.version.clone(),
            version: is_other.then(|| now.version.clone()),
            files: Difference::between(&lock.files, &now.files),
            resources: Difference::between(&lock.resources, &now.resources),
        }
    }

    /// Whether the vendor changed the source of a file of the schemas.
    pub(super) fn meet(&self, file: &str) -> bool {
        match file.split_once('/') {
            Some(("resources", name)) => {
                let name = name.strip_suffix(".json").unwrap_or(name);
                self.resources.is_new(name)
            }
            Some(_) => self.files.is_new(file),
            None => self.files.is_new("globalParams.json"),
        }
    }

    /// The changed resources, for the one file that contains them all.
    fn resources(&self) -> Option<String> {
        let Difference {
            added,
            changed,
            removed,
        } = &self.resources;
        let lists = [("changed", changed), ("added", added), ("removed", removed)];
        let lists = lists.iter().filter(|(_, names)| !names.is_empty());
        let lines = lists.map(|(what, names)| {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            format!("resources {what}: {}\n", names.join(", "))
        });
        Some(lines.collect()).filter(|text: &String| !text.is_empty())
    }
}

/// Every change, with its place in the lock of `schemas`, whose content is given.
pub(super) fn findings(changes: &Changes, schemas: &Path, text: &str) -> Vec<Finding> {
    let (locked, path) = (&changes.locked, schemas.join(UPSTREAM_LOCK));
    let finding = |rule, subject: &str, severity, message| Finding {
        rule,
        message,
        subject: subject.to_owned(),
        severity,
        verdict: None,
        place: Some(place(&path, text, subject)),
        detail: (subject == "apiInfo.json")
            .then(|| changes.resources())
            .flatten(),
        reaches: Vec::new(),
        count: 1,
        help: relock(schemas),
    };
    let mut found = Vec::new();
    if let Some(now) = &changes.version {
        let message =
            format!("the vendor's description is version {now}, but the lock has {locked}");
        found.push(finding(
            &VERSION_CHANGED,
            "version",
            Severity::Minor,
            message,
        ));
    }
    let kinds: [(&Rule, _, _, _); 3] = [
        (
            &FILE_CHANGED,
            &changes.files.changed,
            Severity::Minor,
            "has changed since",
        ),
        (
            &FILE_ADDED,
            &changes.files.added,
            Severity::Minor,
            "is new since",
        ),
        (
            &FILE_REMOVED,
            &changes.files.removed,
            Severity::Major,
            "is gone since",
        ),
    ];
    for (rule, names, severity, words) in kinds {
        for name in names {
            let message = format!("the vendor's `{name}` {words} {locked}");
            found.push(finding(rule, name, severity, message));
        }
    }
    found
}

/// The place of a key in the lock, or of the lock as a whole.
fn place(path: &Path, text: &str, key: &str) -> Place {
    let has_key = |line: &str| {
        let (name, _) = line.split_once('=')?;
        (name.trim().trim_matches('"') == key).then_some(())
    };
    let mut lines = text.lines().zip(1..);
    let found = lines.find(|(line, _)| has_key(line).is_some());
    let (line, excerpt) = match found {
        Some((content, line)) => (line, excerpt(line, content)),
        None => (1, String::new()),
    };
    Place {
        file: shell::path(path),
        line,
        column: 1,
        pointer: String::new(),
        excerpt,
    }
}

/// A line as rustc shows it, marked as a whole.
fn excerpt(line: usize, content: &str) -> String {
    let number = line.to_string();
    let gutter = " ".repeat(number.len());
    let marks = "^".repeat(content.chars().count());
    format!("{gutter} |\n{number} | {content}\n{gutter} | {marks}\n{gutter} |")
}
