//! What follows from a change is told with it.
//!
//! Equal shapes are one type. Where one of the shapes changes, the others are a type of their own, with
//! a name and docs of their own; where it becomes equal to another one, its type is gone. And what is
//! described within a type is called after it. So one edit may give types other names in many places:
//! true, and source-breaking, but no change that anybody made.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{Definition, DefinitionKind};

use super::Change;
use super::rules::{DOCS_CHANGED, EXTRA_REMOVED, RUST_TYPE_CHANGED, TYPE_RENAMED, TYPE_UNSENT};
use super::site::Pair;
use super::verdict::{Class, Position};
use super::walk::{Walk, source};
use super::words::kind;

/// The pair of a type that has another name, and the change that says so.
type Renamed<'w> = (&'w Pair, usize);

impl Walk<'_> {
    /// Moves what follows from a change into it.
    pub(super) fn consequences(&mut self) {
        let repeated = self.repeated();
        let renamed = self.renamed_types();
        let mut causes = BTreeMap::new();
        let mut lone = Vec::new();
        for &(pair, index) in &renamed {
            // Who gives a file another name renames its type, whatever else changes where it is used.
            if self.has_moved_file(pair) {
                continue;
            }
            let siblings = self.siblings(pair);
            let outer = self.outer(pair, &renamed);
            let parting = || self.parting(pair, &siblings);
            let Some(cause) = outer.or_else(parting).or_else(|| self.place(pair)) else {
                lone.push((pair, index));
                continue;
            };
            causes.insert(index, cause);
            if siblings.is_empty() {
                continue;
            }
            let members = siblings.into_iter().chain([pair]);
            for node in members.filter_map(|member| self.pairs.get(member)) {
                let changes = node.changes.iter().copied();
                let following = changes.filter(|index| follow(&self.found[*index]));
                causes.extend(following.map(|index| (index, cause)));
            }
        }
        for (pair, index) in lone {
            let cause = clash(pair, &renamed, &causes);
            causes.extend(cause.map(|cause| (index, cause)));
        }
        let found = std::mem::take(&mut self.found);
        let (mut kept, mut moved) = (BTreeMap::new(), Vec::new());
        for (index, change) in found.into_iter().enumerate() {
            match (repeated.get(&index), causes.get(&index)) {
                (Some(same), _) => moved.push((*same, change, repeats as fn(&mut _, _))),
                (None, Some(cause)) => moved.push((first(&causes, *cause), change, follows)),
                (None, None) => drop(kept.insert(index, change)),
            }
        }
        for (index, change, tell) in moved {
            let index = repeated.get(&index).unwrap_or(&index);
            if let Some(kept) = kept.get_mut(index) {
                tell(kept, change);
            }
        }
        self.found = kept.into_values().collect();
    }

    /// The changes of a place in which something else stands, as in others, since the type that stood
    /// there is none any more, or since one with a name that has it does: each with the one that
    /// tells of them all.
    fn repeated(&mut self) -> BTreeMap<usize, usize> {
        let replaced = std::mem::take(&mut self.replaced);
        let mut alike: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (key, now, index) in &replaced {
            alike.entry((key, now)).or_default().push(*index);
        }
        let mut repeated = BTreeMap::new();
        for ((key, now), indices) in alike.into_iter().filter(|(_, all)| all.len() > 1) {
            let kind = self.new_index.get(key).map(|definition| &definition.kind);
            // Where it is replaced by several others, or only in some places, each place says so.
            let is_whole = replaced.iter().all(|(k, n, _)| k != key || n == now)
                && !self.seen.iter().any(|(old, _)| old == key);
            let one = match kind {
                None | Some(DefinitionKind::Alias(_)) if !is_whole => None,
                None | Some(DefinitionKind::Alias(_)) => {
                    self.tell_of_all(indices[0], key, now);
                    Some(indices[0])
                }
                Some(_) => indices
                    .iter()
                    .copied()
                    .find(|index| self.is_of_a_name(*index)),
            };
            let Some(one) = one else { continue };
            let others = indices.into_iter().filter(|index| *index != one);
            repeated.extend(others.map(|index| (index, one)));
        }
        repeated
    }

    /// Makes a change that of a type as a whole, in whose place something else stands now.
    fn tell_of_all(&mut self, index: usize, key: &str, now: &str) {
        let Some(old) = self.old_index.get(key) else {
            return;
        };
        let change = &mut self.found[index];
        let at = &change.diagnostic;
        let place = match self.new_index.get(key) {
            Some(new) => source(new),
            None => Place::at(at.file(), at.pointer()),
        };
        let message = format!("`{key}` is {now} now, and was {}", kind(&old.kind));
        change.diagnostic = Diagnostic::new(place, message, at.help());
        change.subject = format!("`{key}`, now {now}");
    }

    /// Whether a change stands in a type that is but a name, as that of a list in a file of its own:
    /// where the name is used, what it means is what changes.
    fn is_of_a_name(&self, index: usize) -> bool {
        let mut nodes = self.pairs.iter();
        nodes.any(|((_, new), node)| {
            let kind = self.new_index.get(new).map(|definition| &definition.kind);
            matches!(kind, Some(DefinitionKind::Alias(_))) && node.changes.contains(&index)
        })
    }

    /// The pairs of a type that has another name, with the changes that say so.
    fn renamed_types(&self) -> Vec<Renamed<'_>> {
        let nodes = self.pairs.iter();
        let changes = nodes.flat_map(|(pair, node)| node.changes.iter().map(move |i| (pair, *i)));
        changes
            .filter(|(_, index)| self.found[*index].rule == TYPE_RENAMED)
            .collect()
    }

    /// Whether a type has its name from a file that only one version has.
    fn has_moved_file(&self, (old, new): &Pair) -> bool {
        let file = |definition: &Definition| {
            let is_whole = !definition.source.contains('#');
            is_whole.then(|| source(definition))
        };
        let files = (
            self.old_index.get(old).and_then(file),
            self.new_index.get(new).and_then(file),
        );
        let (Some(old), Some(new)) = files else {
            return false;
        };
        !self.new.texts.has(old.file_path()) || !self.old.texts.has(new.file_path())
    }

    /// The other pairs that have a type in common with a pair: what was one type is two now, or the
    /// other way.
    fn siblings(&self, pair: &Pair) -> Vec<&Pair> {
        let others = self.seen.iter().filter(|other| *other != pair);
        others
            .filter(|other| other.0 == pair.0 || other.1 == pair.1)
            .collect()
    }

    /// The new name of the type that a type stands in and is called after.
    fn outer(&self, pair: &Pair, renamed: &[Renamed<'_>]) -> Option<usize> {
        let (old, new) = pair;
        let mut outer = renamed.iter().filter(|((outer_old, outer_new), _)| {
            let suffixes = (old.strip_prefix(outer_old), new.strip_prefix(outer_new));
            matches!(suffixes, (Some(a), Some(b)) if a == b && !a.is_empty())
        });
        outer
            .find(|(outer, _)| self.led_to(outer).contains(pair))
            .map(|(_, index)| *index)
    }

    /// The change that takes the old type from a place, or gives the new one another: what a type is
    /// called depends on where it stands.
    fn place(&self, (old, new): &Pair) -> Option<usize> {
        let [gone, come] = &self.told;
        let cause = *gone.get(old).or_else(|| come.get(new))?;
        let is_one = self.found.get(cause).is_some_and(|change| !follow(change));
        is_one.then_some(cause)
    }

    /// The change that makes a type another one than it is elsewhere: the nearest that is not
    /// reached from all of the places alike.
    fn parting(&self, pair: &Pair, siblings: &[&Pair]) -> Option<usize> {
        if siblings.is_empty() {
            return None;
        }
        let members: Vec<&Pair> = siblings.iter().copied().chain([pair]).collect();
        let reached: Vec<BTreeSet<Pair>> =
            members.iter().map(|member| self.led_to(member)).collect();
        let is_common = |pair: &Pair| reached.iter().all(|reached| reached.contains(pair));
        let mut seen: BTreeSet<&Pair> = members.iter().copied().collect();
        let mut level = members;
        while !level.is_empty() {
            let nodes = || level.iter().filter_map(|pair| self.pairs.get(*pair));
            let changes = nodes().flat_map(|node| &node.changes);
            let mut changes = changes.filter(|index| !follow(&self.found[**index]));
            if let Some(first) = changes.next() {
                return Some(*first);
            }
            let next = nodes().flat_map(|node| &node.leads_to);
            let next = next.filter(|pair| !is_common(pair) && seen.insert(pair));
            level = next.collect();
        }
        None
    }
}

/// The change of another type for which a name is free now, or is not any more: only where several
/// would have one name are they called after more of where they stand.
fn clash(
    (old, new): &Pair,
    renamed: &[Renamed<'_>],
    causes: &BTreeMap<usize, usize>,
) -> Option<usize> {
    let short = match (old.ends_with(new.as_str()), new.ends_with(old.as_str())) {
        (true, _) => new.as_str(),
        (_, true) => old.as_str(),
        _ => return None,
    };
    let mut others = renamed
        .iter()
        .filter(|((old, new), _)| old.ends_with(short) || new.ends_with(short));
    others.find_map(|(_, index)| causes.get(index).copied())
}

/// Whether a change may be of the sort that follows from another one, where a type was one and is two
/// now: what depends on its name, on its docs, and on where it stands.
pub(super) fn follow(change: &Change) -> bool {
    let rules = [
        TYPE_RENAMED,
        DOCS_CHANGED,
        RUST_TYPE_CHANGED,
        TYPE_UNSENT,
        EXTRA_REMOVED,
    ];
    rules.contains(&change.rule)
}

/// What a cause follows from itself, in the end.
fn first(causes: &BTreeMap<usize, usize>, mut cause: usize) -> usize {
    while let Some(further) = causes.get(&cause) {
        cause = *further;
    }
    cause
}

/// What to do about a change that breaks no build by itself.
const SAME_EVERYWHERE: &str = "make the same change wherever the type stands, so that it stays one type; \
                               or release a major version";

/// Tells that a change shows in another place.
fn repeats(first: &mut Change, change: Change) {
    if first.position != change.position {
        first.position = Position::Both;
    }
    first.places += change.places;
    first.shipped = first.shipped.max(change.shipped);
    reach(first, &change);
}

/// Tells a change with the one that it follows from, which is as bad as the worse of both.
fn follows(cause: &mut Change, change: Change) {
    let at = &change.diagnostic;
    let place = match at.pointer() {
        "" => at.file().to_owned(),
        pointer => format!("{}#{pointer}", at.file()),
    };
    if change.class == Class::Source && cause.class != Class::Source {
        (cause.class, cause.bump) = (change.class, change.bump);
        let at = &cause.diagnostic;
        let place = Place::at(at.file(), at.pointer());
        cause.diagnostic = Diagnostic::new(place, at.message(), SAME_EVERYWHERE);
    }
    cause.shipped = cause.shipped.max(change.shipped);
    cause
        .consequences
        .push(format!("{} ({place})", at.message()));
    reach(cause, &change);
}

/// Lets a change reach what another one does as well.
fn reach(change: &mut Change, other: &Change) {
    change.is_everywhere |= other.is_everywhere;
    if change.is_everywhere {
        change.reaches.clear()
    } else {
        change.reaches.extend(other.reaches.iter().cloned())
    }
}
