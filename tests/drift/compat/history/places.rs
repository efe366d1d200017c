//! Where a finding and a raw change are, and whether the finding covers the change.

use codegen::compat::Change;

use super::super::base::{API, Description};
use super::diff::{name, named, reference, without_parts};

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
pub fn is_about(
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
pub fn is_wordless(change: &Change, (file, pointer): &(String, String)) -> bool {
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

/// The innermost property or action that contains a pointer's target.
pub fn thing(pointer: &str) -> &str {
    let end = steps(pointer)
        .last()
        .map_or(0, |(at, name)| at + 1 + name.len());
    &pointer[..end]
}

pub fn is_inside(outer: &str, inner: &str) -> bool {
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
