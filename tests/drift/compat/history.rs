//! A made-up history: versions that follow from one another by random edits. Whatever is found between
//! neighbours, forth and back, is checked against a raw diff of their JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use codegen::compat::{Bump, Change};
use serde_json::Value;

use super::base::{API, BOTH, Description, READ, SENT};
use super::edits;
use super::pairs::compared;

/// Rules of what follows from a change elsewhere: of a type in other places, or of who uses it.
const FOLLOWING: &[&str] = &[
    "type-renamed",
    "type-unsent",
    "extra-removed",
    "rust-type-changed",
    "docs-changed",
];

/// An edit, by its name.
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
                if key == "required" && is_list(a.get(key)) && is_list(b.get(key)) {
                    required(a.get(key), b.get(key), &at, found);
                    continue;
                }
                if key == "path" && template(a.get(key)) == template(b.get(key)) {
                    continue;
                }
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

fn is_list(value: Option<&Value>) -> bool {
    value.is_none_or(Value::is_array)
}

/// What is required, or is not any more, is a change of that property; the order means nothing.
fn required(old: Option<&Value>, new: Option<&Value>, at: &str, found: &mut Vec<String>) {
    let names = |list: Option<&Value>| -> BTreeSet<String> {
        let names = list.and_then(Value::as_array).into_iter().flatten();
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    let (old, new) = (names(old), names(new));
    let changed = old.symmetric_difference(&new);
    found.extend(changed.map(|name| format!("{at}/properties/{name}")));
}

/// A path without the names of its placeholders, which are sent nowhere: another name is one of the
/// parameter. That placeholders change places has a test of its own.
fn template(path: Option<&Value>) -> Option<String> {
    let parts = path?.as_str()?.split('/');
    let parts = parts.map(|part| if part.starts_with('{') { "{}" } else { part });
    Some(parts.collect::<Vec<_>>().join("/"))
}

/// Where a finding stands, and where what follows from it does.
fn places(change: &Change) -> Vec<(String, String)> {
    let at = &change.diagnostic;
    let following = change.consequences.iter().filter_map(|told| {
        let place = told.rsplit_once('(')?.1.strip_suffix(')')?;
        let (file, pointer) = place.split_once('#').unwrap_or((place, ""));
        Some((file.to_owned(), pointer.to_owned()))
    });
    let own = (at.file().to_owned(), at.pointer().to_owned());
    following.chain([own]).collect()
}

/// Whether a finding is about a raw change: it is at it or in it; or it is around it, and says of what
/// in there it speaks. Of a file that comes or goes it may stand elsewhere, where it names it.
fn is_about(change: &Change, (file, pointer): &(String, String)) -> bool {
    let said = [change.diagnostic.message(), &change.subject];
    let said = said
        .into_iter()
        .chain(change.consequences.iter().map(String::as_str));
    let said = said.collect::<Vec<_>>().join(" ").to_lowercase();
    let is_at = places(change).iter().any(|(at, place)| {
        let is_named = || {
            steps(pointer)
                .iter()
                .filter(|(from, _)| *from >= place.len())
                .all(|(_, name)| said.contains(&name.to_lowercase()))
        };
        at == file && (is_inside(pointer, place) || (is_inside(place, pointer) && is_named()))
    });
    let stem = file.rsplit('/').next().unwrap_or_default();
    let stem = stem.trim_end_matches(".json").to_lowercase();
    is_at || (pointer.is_empty() && said.contains(&stem)) || is_of_all(change, file, pointer)
}

/// What the API says of all actions, and an action of its pages, is found at each action, or at its
/// result, for which it comes to something.
fn is_of_all(change: &Change, file: &str, pointer: &str) -> bool {
    let rule = change.rule.id.trim_start_matches("compat/");
    let is_at = |part: &str| is_inside(part, pointer);
    match rule {
        "name-changed" => file == API && is_at("/params"),
        rule if rule.starts_with("paging-") => {
            (file == API && is_at("/paging")) || pointer.ends_with("/pin")
        }
        _ => false,
    }
}

/// An edit that was made: where, whether anything that is emitted is another one for it, and whether
/// it alone needs a major version, forth and back.
struct Made<'e> {
    edit: &'e Edit,
    raw: BTreeSet<(String, String)>,
    is_seen: bool,
    is_major: [bool; 2],
}

impl<'e> Made<'e> {
    fn of(edit: &'e Edit, old: &Description, new: &Description) -> Self {
        Made {
            edit,
            raw: diff(old, new),
            is_seen: old.generate() != new.generate(),
            is_major: [(old, new), (new, old)].map(|(old, new)| is_major(&compared(old, new))),
        }
    }

    /// Whether a raw change between two versions is this edit's, by itself or with others: it is at
    /// the same place, around it or in it, or of the same property.
    fn has(&self, (file, pointer): &(String, String)) -> bool {
        self.raw.iter().any(|(own, at)| {
            own == file
                && (is_inside(at, pointer)
                    || is_inside(pointer, at)
                    || (!thing(at).is_empty() && thing(at) == thing(pointer)))
        })
    }
}

/// The innermost property or action that a pointer is in.
fn thing(pointer: &str) -> &str {
    let end = steps(pointer)
        .last()
        .map_or(0, |(at, name)| at + 1 + name.len());
    &pointer[..end]
}

fn is_inside(outer: &str, inner: &str) -> bool {
    let rest = inner.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The properties and actions that a pointer leads into, and where in it they stand.
fn steps(pointer: &str) -> Vec<(usize, &str)> {
    let steps = pointer.match_indices('/');
    let steps = steps.map(|(at, _)| (at, pointer[at + 1..].split('/').next().unwrap_or_default()));
    let steps: Vec<_> = steps.collect();
    let named = steps
        .windows(2)
        .filter(|pair| ["properties", "actions"].contains(&pair[0].1));
    named.map(|pair| pair[1]).collect()
}

#[test]
fn a_history_and_its_reverse_have_every_change_and_no_false_major() {
    let versions = setting("HISTORY_VERSIONS", 6);
    let edits = all();
    let (mut counts, mut wrong) = (BTreeMap::new(), Vec::new());
    for seed in 0..setting("HISTORY_SEEDS", 1) {
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
    assert!(counts["edits"] > 2 * usize::try_from(versions).unwrap());
}

/// What is wrong with what is found between two versions.
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
        changes
            .iter()
            .for_each(|change| eprintln!("{}", line(change)));
    }
    let mut wrong = Vec::new();
    for change in &raw {
        let is_told = changes.iter().any(|found| is_about(found, change));
        let mut makers = made.iter().filter(|made| made.has(change));
        // What makes no difference to any emitted file is found nowhere: another format of what has
        // no type for it, or a limit of what is no text any more.
        let is_silent = makers.all(|made| !made.is_seen);
        if !is_told && !is_silent {
            wrong.push(format!("{name}: {change:?} is missed"));
        }
    }
    for change in &changes {
        let rule = change.rule.id.trim_start_matches("compat/");
        let of = |raw: &&(String, String)| is_about(change, raw);
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
    // Whatever follows from what: where no edit is major, nothing is.
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
