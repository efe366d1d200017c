//! A made-up history: versions that follow from one another by random edits. Whatever is found between
//! neighbours, forth and back, is checked against a raw diff of their JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use codegen::compat::{Bump, Change};
use serde_json::Value;

use super::base::{BOTH, Description, READ, SENT};
use super::edits;
use super::pairs::{self, compared};

/// Rules of what follows from a change elsewhere: of a type in other places, or of who uses it.
const FOLLOWING: &[&str] = &[
    "type-renamed",
    "type-unsent",
    "extra-removed",
    "rust-type-changed",
    "docs-changed",
];

/// An edit, and whether it needs a major version, forth and back, when it is the only one.
struct Edit {
    name: String,
    make: Box<dyn Fn(&mut Description)>,
    is_found: [bool; 2],
    is_major: [bool; 2],
}

fn all() -> Vec<Edit> {
    let types = edits::of_types().flat_map(|(name, edit)| {
        [SENT, READ, BOTH].map(|path| {
            let make: Box<dyn Fn(&mut Description)> = Box::new(move |d| edit(d, path));
            (format!("{name} in {path}"), make)
        })
    });
    let apis = edits::of_api().map(|(name, edit)| {
        let make: Box<dyn Fn(&mut Description)> = Box::new(move |d| edit(d));
        ((*name).to_owned(), make)
    });
    // What each is found as alone is in the same order.
    let edits = types
        .chain(apis)
        .zip(pairs::all())
        .map(|((name, make), pair)| {
            let both = [&pair.forth, &pair.back];
            Edit {
                name,
                make,
                is_found: both.map(|changes| !changes.is_empty()),
                is_major: both.map(|changes| is_major(changes)),
            }
        });
    edits.collect()
}

fn is_major(changes: &[Change]) -> bool {
    changes.iter().any(|change| change.bump == Bump::Major)
}

/// SplitMix64: the same history for the same seed, on any machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) >> 1).unwrap() % limit
    }
}

fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(default, |text| text.parse().expect("a number"))
}

/// A version with an edit made, if the edit still fits and what it makes can be generated.
fn edited(version: &Description, edit: &Edit) -> Option<Description> {
    let mut new = version.clone();
    // An edit panics where what it is about is gone.
    catch_unwind(AssertUnwindSafe(|| (edit.make)(&mut new))).ok()?;
    codegen::generate(&new.source()).ok()?;
    (new != *version).then_some(new)
}

/// Where two descriptions differ: each place as a file and a JSON pointer.
fn diff(old: &Description, new: &Description) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let paths: BTreeSet<&String> = old.0.keys().chain(new.0.keys()).collect();
    for path in paths {
        let mut pointers = Vec::new();
        differing(
            old.0.get(path),
            new.0.get(path),
            String::new(),
            &mut pointers,
        );
        found.extend(pointers.into_iter().map(|pointer| (path.clone(), pointer)));
    }
    found
}

fn differing(old: Option<&Value>, new: Option<&Value>, at: String, found: &mut Vec<String>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                differing(a.get(key), b.get(key), at, found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differing(Some(a), Some(b), format!("{at}/{index}"), found);
            }
        }
        _ => found.push(at),
    }
}

/// Whether a finding is about a raw change: it is at it, around it or in it, or names what is gone.
fn is_about(change: &Change, (file, pointer): &(String, String)) -> bool {
    let at = &change.diagnostic;
    let is_around = |outer: &str, inner: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_at =
        at.file() == file && (is_around(at.pointer(), pointer) || is_around(pointer, at.pointer()));
    let stem = file
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".json")
        .to_lowercase();
    let names = |text: &str| text.to_lowercase().contains(&stem);
    let is_named = names(&change.subject) || change.consequences.iter().any(|c| names(c));
    is_at || is_named
}

#[test]
fn a_history_and_its_reverse_have_every_change_and_no_false_major() {
    let versions = setting("HISTORY_VERSIONS", 6);
    let edits = all();
    let mut counts = BTreeMap::new();
    for seed in 0..setting("HISTORY_SEEDS", 1) {
        let mut random = Random(setting("HISTORY_SEED", 14) + seed);
        let mut left: Vec<&Edit> = edits.iter().collect();
        let mut version = Description::base();
        for number in 1..versions {
            let (mut next, mut made) = (version.clone(), Vec::new());
            while made.len() < 4 && !left.is_empty() {
                let edit = left.swap_remove(random.below(left.len()));
                if let Some(new) = edited(&next, edit) {
                    next = new;
                    made.push(edit);
                }
            }
            let name = format!("seed {seed}, version {number}");
            check(&version, &next, &made, 0, &name);
            check(&next, &version, &made, 1, &format!("{name}, back"));
            *counts.entry("edits").or_insert(0) += made.len();
            *counts.entry("raw changes").or_insert(0) += diff(&version, &next).len();
            version = next;
        }
    }
    eprintln!("{counts:?}");
    assert!(counts["edits"] > 2 * usize::try_from(versions).unwrap());
}

fn check(old: &Description, new: &Description, made: &[&Edit], direction: usize, name: &str) {
    let changes = compared(old, new);
    let names: Vec<&String> = made.iter().map(|edit| &edit.name).collect();
    let messages = || -> Vec<String> {
        let lines = changes.iter().map(|change| {
            let at = &change.diagnostic;
            format!(
                "{} {} {}#{}",
                change.rule.id,
                at.message(),
                at.file(),
                at.pointer()
            )
        });
        lines.collect()
    };
    let raw = diff(old, new);
    // An edit that means nothing is found nowhere, alone or with others.
    let is_silent = made.iter().any(|edit| !edit.is_found[direction]);
    for change in &raw {
        let is_told = changes.iter().any(|found| is_about(found, change));
        assert!(
            is_told || is_silent,
            "{name}: {change:?} of {names:?} is missed: {:#?}",
            messages()
        );
    }
    for change in &changes {
        let rule = change.rule.id.trim_start_matches("compat/");
        let is_following = FOLLOWING.contains(&rule);
        let has_cause = raw.iter().any(|raw| is_about(change, raw));
        assert!(
            has_cause || is_following,
            "{name}: nothing of {names:?} made {:?}: {raw:#?}",
            change.diagnostic.message()
        );
    }
    let may_be_major = made.iter().any(|edit| edit.is_major[direction]);
    assert!(
        may_be_major || !is_major(&changes),
        "{name}: no major in {names:?}: {:#?}",
        messages()
    );
}
