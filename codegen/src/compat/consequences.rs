//! Folds consequences of a change into its finding.
//!
//! Equal shapes are one type. If one of the shapes changes, the others become a type of their own,
//! with a name and docs of their own. If a shape becomes equal to another, its type is gone. Inline
//! types are named after the type around them. So one edit may rename types in many places. Those
//! renames break builds, but are not edits of their own.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{Definition, DefinitionKind};

use super::Change;
use super::rules::{DOCS_CHANGED, EXTRA_REMOVED, RUST_TYPE_CHANGED, TYPE_RENAMED, TYPE_UNSENT};
use super::site::Pair;
use super::verdict::{Class, Position};
use super::walk::{Walk, source};
use super::words::kind;

/// The pair of a renamed type, and the change that reports it.
type Renamed<'w> = (&'w Pair, usize);

impl Walk<'_> {
    /// Moves consequences of a change into it.
    pub(super) fn consequences(&mut self) {
        let repeated = self.repeated();
        let renamed = self.renamed_types();
        let mut causes = BTreeMap::new();
        let mut lone = Vec::new();
        for &(pair, index) in &renamed {
            // Renaming a file renames its type, whatever else changes where it is used.
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

    /// The changes of places whose type was replaced in other places too, because the old type is
    /// gone or another one took its name: each with the change that reports them all.
    fn repeated(&mut self) -> BTreeMap<usize, usize> {
        let replaced = std::mem::take(&mut self.replaced);
        let mut alike: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (key, now, index) in &replaced {
            alike.entry((key, now)).or_default().push(*index);
        }
        let mut repeated = BTreeMap::new();
        for ((key, now), indices) in alike.into_iter().filter(|(_, all)| all.len() > 1) {
            let kind = self.new_index.get(key).map(|definition| &definition.kind);
            // If several types replace it, or only in some places, each place is reported.
            let is_whole = replaced.iter().all(|(k, n, _)| k != key || n == now)
                && !self.seen.iter().any(|(old, _)| old == key);
            let one = match kind {
                None | Some(DefinitionKind::Alias(_)) if !is_whole => None,
                None | Some(DefinitionKind::Alias(_)) => {
                    self.replace_whole_type(indices[0], key, now);
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

    /// Turns a change of one place into a change of the whole type, which another type replaces.
    fn replace_whole_type(&mut self, index: usize, key: &str, now: &str) {
        let Some(old) = self.old_index.get(key) else {
            return;
        };
        let change = &mut self.found[index];
        let at = &change.diagnostic;
        let place = match self.new_index.get(key) {
            Some(new) => source(new),
            None => Place::at(at.file(), at.pointer()),
        };
        let message = format!("`{key}` changed from {} to {now}", kind(&old.kind));
        change.diagnostic = Diagnostic::new(place, message, at.help());
        change.subject = format!("`{key}`, now {now}");
    }

    /// Whether a change is in an alias, e.g. a list in its own file: the change is visible where
    /// the alias is used.
    fn is_of_a_name(&self, index: usize) -> bool {
        let mut nodes = self.pairs.iter();
        nodes.any(|((_, new), node)| {
            let kind = self.new_index.get(new).map(|definition| &definition.kind);
            matches!(kind, Some(DefinitionKind::Alias(_))) && node.changes.contains(&index)
        })
    }

    /// The pairs of renamed types, with the changes that report them.
    fn renamed_types(&self) -> Vec<Renamed<'_>> {
        let nodes = self.pairs.iter();
        let changes = nodes.flat_map(|(pair, node)| node.changes.iter().map(move |i| (pair, *i)));
        changes
            .filter(|(_, index)| self.found[*index].rule == TYPE_RENAMED)
            .collect()
    }

    /// Whether a type is named after a file that only one version has.
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
        !self.new.files.has(old.file_path()) || !self.old.files.has(new.file_path())
    }

    /// The other pairs that share a type with a pair: one type became two, or two became one.
    fn siblings(&self, pair: &Pair) -> Vec<&Pair> {
        let others = self.seen.iter().filter(|other| *other != pair);
        others
            .filter(|other| other.0 == pair.0 || other.1 == pair.1)
            .collect()
    }

    /// The new name of the type that contains a type and gives it its name.
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

    /// The change that removes the old type from a place, or gives the new type another place:
    /// types are named after their place.
    fn place(&self, (old, new): &Pair) -> Option<usize> {
        let [gone, come] = &self.reported;
        let cause = *gone.get(old).or_else(|| come.get(new))?;
        let is_one = self.found.get(cause).is_some_and(|change| !follow(change));
        is_one.then_some(cause)
    }

    /// The change that makes a type differ from its copies elsewhere: the nearest one that is not
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

/// The change of another type that frees or takes a name. Types are named after more of their place
/// only if several of them compete for a name.
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

/// Whether a change may follow from another one when a type is split: it depends on the type's
/// name, docs or place.
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

/// The root cause of a cause.
fn first(causes: &BTreeMap<usize, usize>, mut cause: usize) -> usize {
    while let Some(further) = causes.get(&cause) {
        cause = *further;
    }
    cause
}

/// What to do about a change that breaks no build by itself.
const SAME_EVERYWHERE: &str = "make the same change wherever the type is used, so that it stays one type; \
                               or release a major version";

/// Adds another place in which a change is visible.
fn repeats(first: &mut Change, change: Change) {
    if first.position != change.position {
        first.position = Position::Both;
    }
    first.places += change.places;
    first.shipped = first.shipped.max(change.shipped);
    reach(first, &change);
}

/// Folds a change into the one that caused it, which becomes as severe as the worse of both.
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

/// Adds everything that one change reaches to another.
fn reach(change: &mut Change, other: &Change) {
    change.is_everywhere |= other.is_everywhere;
    if change.is_everywhere {
        change.reaches.clear()
    } else {
        change.reaches.extend(other.reaches.iter().cloned())
    }
}
