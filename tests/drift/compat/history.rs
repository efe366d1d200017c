//! A made-up history: versions that follow from each other by random edits. The findings between
//! neighbours, in both directions, are checked against a raw diff of their JSON.

mod diff;
mod places;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use codegen::FileSet;
use codegen::compat::{Bump, Change};

use super::base::{API, BOTH, Description, READ, SENT};
use super::edits;
use super::pairs::compared;
use diff::{diff, whole, with};
use places::{is_about, is_inside, is_wordless, thing};

/// Rules of consequences: they follow from a change of the type elsewhere, or of its users.
const FOLLOWING: &[&str] = &[
    "type-renamed",
    "type-unsent",
    "extra-removed",
    "rust-type-changed",
    "docs-changed",
];

/// A named edit.
struct Edit {
    name: String,
    make: Box<dyn Fn(&mut Description)>,
}

fn all() -> Vec<Edit> {
    let types = edits::of_types().flat_map(|(name, edit)| {
        [SENT, READ, BOTH].map(|path| Edit {
            name: format!("{name} in {path}"),
            make: Box::new(move |d| edit(d, path)),
        })
    });
    let apis = edits::of_api().map(|(name, edit)| Edit {
        name: (*name).to_owned(),
        make: Box::new(edit),
    });
    types.chain(apis).collect()
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

/// Applies an edit. Returns `None` if the edit does not fit any more, or if the result cannot be
/// generated or allows nothing because the edit contradicts an earlier one.
fn edited(version: &Description, edit: &Edit) -> Option<Description> {
    let mut new = version.clone();
    // An edit panics if its target is gone.
    catch_unwind(AssertUnwindSafe(|| (edit.make)(&mut new))).ok()?;
    let files = codegen::generate(&new.source()).ok()?;
    (files.warnings().is_none() && new != *version).then_some(new)
}

/// Whether the change is deliberately not reported: a new release of the emitted crate is not
/// drift.
fn is_decided((file, pointer): &(String, String)) -> bool {
    file == API && pointer == "/package/version"
}

/// Whether raw changes affect no emitted file, both when only they are undone in the new version,
/// and when only they are made in the old one.
fn is_silent(old: &Description, new: &Description, changes: &[&(String, String)]) -> bool {
    let is_same = |version: &Description, other: &Description| {
        let mut changes = changes.iter();
        let made = changes.try_fold(version.clone(), |made, change| with(&made, change, other));
        let made = made.and_then(|made| codegen::generate(&made.source()).ok());
        let files = codegen::generate(&version.source()).ok();
        files.is_some_and(|files| made.is_some_and(|made| emitted(&made) == emitted(&files)))
    };
    // In an object with parts, a required property need not be described.
    [(whole(old), whole(new)), (old.clone(), new.clone())]
        .iter()
        .any(|(old, new)| is_same(new, old) && is_same(old, new))
}

/// The emitted files without the hashes of their inputs. Lines are sorted, since the order of
/// fields is irrelevant; the arguments of `new` are on one line.
fn emitted(files: &FileSet) -> Vec<(String, String)> {
    let files = files.iter().map(|(path, text)| {
        let lines = text.lines().filter(|line| !line.contains(": sha256 "));
        let mut lines: Vec<&str> = lines.collect();
        lines.sort_unstable();
        (path.to_owned(), lines.join("\n"))
    });
    files.collect()
}

/// An applied edit: its raw changes, and whether it alone needs a major version, in each direction.
struct Made<'e> {
    edit: &'e Edit,
    raw: BTreeSet<(String, String)>,
    is_major: [bool; 2],
}

impl<'e> Made<'e> {
    fn of(edit: &'e Edit, old: &Description, new: &Description) -> Self {
        Made {
            edit,
            // Each direction contains placeholder names that the other does not.
            raw: &diff(old, new) | &diff(new, old),
            is_major: [(old, new), (new, old)].map(|(old, new)| is_major(&compared(old, new))),
        }
    }

    /// Whether a raw change between two versions belongs to this edit, alone or with others: it is
    /// at the same place, around it, inside of it, or of the same property.
    fn has(&self, (file, pointer): &(String, String)) -> bool {
        self.raw.iter().any(|(own, at)| {
            own == file
                && (is_inside(at, pointer)
                    || is_inside(pointer, at)
                    || (!thing(at).is_empty() && thing(at) == thing(pointer)))
        })
    }
}

#[test]
fn a_history_and_its_reverse_have_every_change_and_no_false_major() {
    let versions = setting("HISTORY_VERSIONS", 20);
    let edits = all();
    let (mut counts, mut wrong) = (BTreeMap::new(), Vec::new());
    let seeds = setting("HISTORY_SEEDS", 1);
    for seed in 0..seeds {
        let mut random = Random(setting("HISTORY_SEED", 14) + seed);
        let mut left: Vec<&Edit> = edits.iter().collect();
        let mut version = Description::base();
        for number in 1..versions {
            let (mut next, mut made) = (version.clone(), Vec::new());
            while made.len() < 4 && !left.is_empty() {
                let edit = left.swap_remove(random.below(left.len()));
                if let Some(new) = edited(&next, edit) {
                    made.push(Made::of(edit, &next, &new));
                    next = new;
                }
            }
            let name = format!("seed {seed}, version {number}");
            wrong.extend(check(&version, &next, &made, 0, &name));
            wrong.extend(check(&next, &version, &made, 1, &format!("{name}, back")));
            *counts.entry("edits").or_insert(0) += made.len();
            *counts.entry("raw changes").or_insert(0) += diff(&version, &next).len();
            version = next;
        }
    }
    eprintln!("{counts:?}");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(counts["edits"] > 2 * usize::try_from(seeds * versions).unwrap());
}

/// The mistakes in the findings between two versions.
fn check(
    old: &Description,
    new: &Description,
    made: &[Made<'_>],
    direction: usize,
    name: &str,
) -> Vec<String> {
    let changes = compared(old, new);
    let raw = diff(old, new);
    if std::env::var("HISTORY_SHOW").is_ok_and(|shown| name == shown) {
        eprintln!("{name}: {raw:#?}");
        for (path, value) in &new.0 {
            match old.0.get(path) {
                Some(old) if old != value => eprintln!("{path} was {old}\n  and is {value}"),
                None => eprintln!("{path} is {value}"),
                _ => {}
            }
        }
        changes
            .iter()
            .for_each(|change| eprintln!("{}", line(change)));
    }
    let mut wrong = Vec::new();
    let is_reported = |change: &&_| {
        changes
            .iter()
            .any(|found| is_about(found, change, [old, new]))
    };
    let unreported = raw.iter().filter(|change| !is_reported(change));
    // A change that affects no emitted file is not reported: another format without a type of its
    // own, or a length limit of a value that is no longer a string.
    let missed: Vec<_> = unreported
        .filter(|change| !is_decided(change) && !is_silent(old, new, &[change]))
        .collect();
    // Moving something from one place to another is a change in both.
    if !is_silent(old, new, &missed) {
        let missed = missed.iter();
        wrong.extend(missed.map(|change| format!("{name}: {change:?} is missed")));
    }
    for change in &changes {
        let rule = change.rule.id.trim_start_matches("compat/");
        let of =
            |raw: &&(String, String)| is_about(change, raw, [old, new]) || is_wordless(change, raw);
        let causes: Vec<_> = raw.iter().filter(of).collect();
        let is_following = FOLLOWING.contains(&rule);
        if causes.is_empty() && !is_following {
            wrong.push(format!("{name}: nothing made {}", line(change)));
        }
        let mut makers = made
            .iter()
            .filter(|made| causes.iter().any(|raw| made.has(raw)));
        let may_be_major = makers.any(|made| made.is_major[direction]);
        if change.bump == Bump::Major && !may_be_major && !is_following {
            wrong.push(format!("{name}: no major change made {}", line(change)));
        }
    }
    // If no edit is major, no finding may be.
    let may_be_major = made.iter().any(|made| made.is_major[direction]);
    if is_major(&changes) && !may_be_major {
        wrong.push(format!("{name}: no edit is major"));
    }
    let names = || made.iter().map(|made| made.edit.name.as_str());
    if !wrong.is_empty() {
        wrong.push(format!("  edits: {:?}", names().collect::<Vec<_>>()));
        wrong.push(format!("  raw: {raw:?}"));
    }
    wrong
}

fn line(change: &Change) -> String {
    let at = &change.diagnostic;
    format!(
        "{} {:?} {:?} {} {}#{}{}",
        change.rule.id,
        change.bump,
        change.shipped,
        at.message(),
        at.file(),
        at.pointer(),
        change
            .consequences
            .iter()
            .map(|so| format!("\n    so: {so}"))
            .collect::<String>()
    )
}
