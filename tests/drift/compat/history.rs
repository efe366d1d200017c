//! A made-up history: versions that follow from each other by random edits. The findings between
//! neighbours, in both directions, are checked against a raw diff of their JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use codegen::FileSet;
use codegen::compat::{Bump, Change};
use serde_json::Value;

use super::base::{API, BOTH, Description, READ, SENT};
use super::edits;
use super::pairs::compared;

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

/// A description with the parts of each `allOf` merged: moving a property from part to part is not
/// a change.
fn whole(description: &Description) -> Description {
    let mut whole = description.clone();
    whole.0.values_mut().for_each(merge_parts);
    whole
}

fn merge_parts(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(merge_parts),
        Value::Object(members) => {
            members.values_mut().for_each(merge_parts);
            let is_part = |part: &Value| {
                let mut keys = part.as_object().into_iter().flat_map(|part| part.keys());
                part.is_object() && keys.all(|key| key == "type" || key == "properties")
            };
            let parts = members.get("allOf").and_then(Value::as_array);
            let Some(parts) = parts.filter(|parts| parts.iter().all(is_part)).cloned() else {
                return;
            };
            members.remove("allOf");
            for part in parts {
                for (name, property) in part["properties"].as_object().into_iter().flatten() {
                    value["properties"][name] = property.clone();
                }
            }
        }
        _ => {}
    }
}

/// A pointer into a description, as a pointer into the [`whole`] description.
fn without_parts(pointer: &str) -> String {
    let mut steps = pointer.split('/');
    let mut whole = Vec::new();
    while let Some(step) = steps.next() {
        match step {
            "allOf" => drop(steps.next()),
            step => whole.push(step),
        }
    }
    whole.join("/")
}

/// The differences between two descriptions: each place as a file and a JSON pointer.
fn diff(old: &Description, new: &Description) -> BTreeSet<(String, String)> {
    let (old, new) = (&whole(old), &whole(new));
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
                if key == "params" && is_list(a.get(key)) && is_list(b.get(key)) {
                    let at = format!("{at}/{key}");
                    parameters(a.get(key), b.get(key), &at, found);
                    continue;
                }
                if key == "path" && template(a.get(key)) == template(b.get(key)) {
                    continue;
                }
                let at = format!("{at}/{}", escaped(key));
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

/// A property that becomes required or optional counts as changed; the order is irrelevant.
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

/// Parameters are identified by name, as in [`named`] pointers, so adding or removing one does not
/// change those after it. The order matters for required parameters: it is the order of the
/// arguments of `new`.
fn parameters(old: Option<&Value>, new: Option<&Value>, at: &str, found: &mut Vec<String>) {
    let list = |list: Option<&Value>| -> Vec<(String, Value)> {
        let list = list.and_then(Value::as_array).into_iter().flatten();
        list.map(|value| (name(value).to_owned(), value.clone()))
            .collect()
    };
    let (mut old, new) = (list(old), list(new));
    rename_placeholders(&mut old, &new);
    let of = |list: &[(String, Value)], name: &str| {
        let mut values = list.iter().filter(|(own, _)| own == name);
        values.next().map(|(_, value)| value.clone())
    };
    let names: BTreeSet<&String> = old.iter().chain(&new).map(|(name, _)| name).collect();
    for name in names {
        let at = format!("{at}/{}", escaped(name));
        differing(of(&old, name).as_ref(), of(&new, name).as_ref(), at, found);
    }
    let order = |list: &[(String, Value)], other: &[(String, Value)]| -> Vec<String> {
        let is_required = |value: &Value| value["required"] == true;
        let both = list.iter().filter(|(name, value)| {
            is_required(value) && of(other, name).is_some_and(|value| is_required(&value))
        });
        both.map(|(name, _)| name.clone()).collect()
    };
    if order(&old, &new) != order(&new, &old) {
        found.push(at.to_owned());
    }
}

/// Renames the placeholders of a path in the old version to their new names. Names are never sent,
/// so a rename is a change of the parameter.
fn rename_placeholders(old: &mut [(String, Value)], new: &[(String, Value)]) {
    let only = |list: &[(String, Value)], other: &[(String, Value)]| -> Vec<String> {
        let is_other = |name: &String| other.iter().all(|(own, _)| own != name);
        let list = list.iter();
        let names = list.filter(|(name, value)| value["in"] == "path" && is_other(name));
        names.map(|(name, _)| name.clone()).collect()
    };
    let (gone, added) = (only(old, new), only(new, old));
    if gone.len() == added.len() {
        for (name, _) in old {
            if let Some(index) = gone.iter().position(|gone| gone == name) {
                name.clone_from(&added[index]);
            }
        }
    }
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap_or_default()
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A pointer with the names of parameters in place of their indices.
fn named(description: &Description, file: &str, pointer: &str) -> String {
    let (mut real, mut named) = (String::new(), String::new());
    for step in pointer.split('/').skip(1) {
        let is_parameter = real.ends_with("/params");
        real.push_str(&format!("/{step}"));
        let value = description.0.get(file).and_then(|file| file.pointer(&real));
        let own = value.filter(|_| is_parameter).map(name).map(escaped);
        named.push_str(&format!("/{}", own.as_deref().unwrap_or(step)));
    }
    named
}

/// The referenced type at a [`named`] pointer.
fn reference<'d>(description: &'d Description, file: &str, pointer: &str) -> Option<&'d str> {
    let mut value = description.0.get(file)?;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        value = match value {
            Value::Array(list) => {
                let by_name = list.iter().find(|value| name(value) == step);
                by_name.or_else(|| list.get(step.parse::<usize>().ok()?))?
            }
            value => value.get(&step)?,
        };
    }
    value.as_str()?.rsplit('/').next()
}

/// The version with the value at a [`named`] pointer taken from another version. `None` if the
/// change is not a change of a single value.
fn with(
    version: &Description,
    (file, pointer): &(String, String),
    other: &Description,
) -> Option<Description> {
    let (from, mut made) = (other.0.get(file), version.clone());
    if pointer.is_empty() {
        match from {
            Some(value) => drop(made.0.insert(file.clone(), value.clone())),
            None => drop(made.0.remove(file)),
        }
        return Some(made);
    }
    let (mut from, mut into) = (from?, made.0.get_mut(file)?);
    let mut steps = pointer.split('/').skip(1).peekable();
    while let Some(step) = steps.next() {
        let step = step.replace("~1", "/").replace("~0", "~");
        let is_last = steps.peek().is_none();
        let index = |list: &[Value]| {
            let by_name = list.iter().position(|value| name(value) == step);
            by_name.or_else(|| step.parse().ok())
        };
        match (into, from) {
            (Value::Object(a), Value::Object(b)) if is_last => {
                match b.get(&step) {
                    Some(value) => drop(a.insert(step, value.clone())),
                    None => drop(a.remove(&step)),
                }
                return Some(made);
            }
            (Value::Object(a), Value::Object(b)) => {
                (into, from) = (a.get_mut(&step)?, b.get(&step)?);
            }
            (Value::Array(a), Value::Array(b)) => {
                let places = (index(a)?, index(b)?);
                (into, from) = (a.get_mut(places.0)?, b.get(places.1)?);
                if is_last {
                    *into = from.clone();
                    return Some(made);
                }
            }
            _ => return None,
        }
    }
    None
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

/// A path without the names of its placeholders. They are never sent, so a rename is a change of
/// the parameter. Swapped placeholders have their own test.
fn template(path: Option<&Value>) -> Option<String> {
    let parts = path?.as_str()?.split('/');
    let parts = parts.map(|part| if part.starts_with('{') { "{}" } else { part });
    Some(parts.collect::<Vec<_>>().join("/"))
}

/// The places of a finding and of its consequences.
fn places(change: &Change, new: &Description) -> Vec<(String, String)> {
    let at = &change.diagnostic;
    let following = change.consequences.iter().filter_map(|consequence| {
        let place = consequence.rsplit_once('(')?.1.strip_suffix(')')?;
        let (file, pointer) = place.split_once('#').unwrap_or((place, ""));
        Some((file.to_owned(), named(new, file, pointer)))
    });
    let own = (at.file().to_owned(), named(new, at.file(), at.pointer()));
    let places = following.chain([own]);
    places
        .map(|(file, pointer)| (file, without_parts(&pointer)))
        .collect()
}

/// Whether a finding covers a raw change. It is at the change, inside of it, or around it and names
/// it. For an added or removed file, it may be elsewhere if it names the file.
fn is_about(
    change: &Change,
    (file, pointer): &(String, String),
    [old, new]: [&Description; 2],
) -> bool {
    let said = [change.diagnostic.message(), &change.subject];
    let said = said
        .into_iter()
        .chain(change.consequences.iter().map(String::as_str));
    let said = said.collect::<Vec<_>>().join(" ").to_lowercase();
    let is_at = places(change, new).iter().any(|(at, place)| {
        let is_named = || {
            steps(pointer)
                .iter()
                .filter(|(from, _)| *from >= place.len())
                .all(|(_, name)| said.contains(&name.to_lowercase()))
        };
        at == file && (is_inside(pointer, place) || (is_inside(place, pointer) && is_named()))
    });
    // A reference to a type that was only renamed is covered by the rename.
    if pointer.ends_with("/$ref") && change.rule.id == "compat/type-renamed" {
        let target = reference(new, file, pointer).unwrap_or_default();
        return !target.is_empty() && said.contains(&target.to_lowercase());
    }
    // Whether a success is a stream is reported at the result.
    if let Some(action) = pointer.strip_suffix("/sseStream") {
        let result = (file.clone(), format!("{action}/responses"));
        if places(change, new).contains(&result) && said.contains("stream") {
            return true;
        }
    }
    let stem = file.rsplit('/').next().unwrap_or_default();
    let stem = stem.trim_end_matches(".json").to_lowercase();
    is_at
        || (pointer.is_empty() && said.contains(&stem))
        || is_of_all(change, file, pointer)
        || is_rehomed(change, file, pointer, [old, new])
}

/// A parameter that moved between the resource and its actions is reported once, for those actions
/// whose own parameter equals the shared one of the other version.
fn is_rehomed(change: &Change, file: &str, pointer: &str, [old, new]: [&Description; 2]) -> bool {
    let parameter = |version: &Description, list: &str, name: &str| {
        let list = version.0.get(file)?.pointer(list)?.as_array()?.iter();
        let name = name.replace("~1", "/").replace("~0", "~");
        list.clone()
            .find(|value| self::name(value) == name)
            .cloned()
    };
    let Some((list, name)) = pointer.rsplit_once('/') else {
        return false;
    };
    let is_alike = |own: &Description, shared: &Description| {
        let own = parameter(own, list, name);
        own.is_some() && own == parameter(shared, "/params", name)
    };
    change.rule.id == "compat/parameter-rehomed"
        && change.diagnostic.file() == file
        && change.diagnostic.message().contains(&format!("`{name}`"))
        && list.starts_with("/actions/")
        && list.ends_with("/params")
        && (is_alike(old, new) || is_alike(new, old))
}

/// Whether a finding may be caused by a raw change without naming it. If a whole schema is a
/// condition without a description in words, anything in it may be the cause, as in a recursive
/// type.
fn is_wordless(change: &Change, (file, pointer): &(String, String)) -> bool {
    let at = &change.diagnostic;
    let is_limit = change.rule.id.starts_with("compat/limit-");
    is_limit
        && ["what its schema allows", "its schema allows other values"]
            .iter()
            .any(|words| at.message().contains(words))
        && at.file() == file
        && is_inside(at.pointer(), pointer)
}

/// A change of a global parameter is reported at each action whose names it affects.
fn is_of_all(change: &Change, file: &str, pointer: &str) -> bool {
    let is_named = change.rule.id == "compat/name-changed";
    is_named && file == API && is_inside("/params", pointer)
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

/// The innermost property or action that contains a pointer's target.
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

/// The properties, actions and parameters on the path of a pointer, with their offsets.
fn steps(pointer: &str) -> Vec<(usize, &str)> {
    let steps = pointer.match_indices('/');
    let steps = steps.map(|(at, _)| (at, pointer[at + 1..].split('/').next().unwrap_or_default()));
    let steps: Vec<_> = steps.collect();
    let named = steps
        .windows(2)
        .filter(|pair| ["properties", "actions", "params"].contains(&pair[0].1));
    named.map(|pair| pair[1]).collect()
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
