//! Actions that a change reaches, and types that no action uses.

use std::collections::BTreeSet;

use crate::diagnostics::Place;
use crate::ir::{self, Definition, DefinitionKind};

use super::rules::{TYPE_ADDED, TYPE_REMOVED};
use super::site::{Pair, Root, Said, Site, Within};
use super::verdict::{Bump, Class, Position, Shipped, Verdict};
use super::walk::{Side, Walk, source};

impl Walk<'_> {
    /// The actions that a root belongs to.
    pub(super) fn actions(&self, root: &Root) -> BTreeSet<String> {
        let of = |resources: &[ir::Resource], wire: &str| {
            let resource = resources.iter().find(|resource| resource.wire == wire)?;
            let actions = resource.actions.iter();
            Some(actions.map(|action| action.wire.clone()).collect())
        };
        match root {
            Root::Api => BTreeSet::new(),
            Root::Action { wire, .. } => BTreeSet::from([wire.clone()]),
            Root::Resource(wire) => {
                let new = of(&self.new.api.resources, wire);
                let all = new.or_else(|| of(&self.old.api.resources, wire));
                all.unwrap_or_default()
            }
        }
    }

    /// Gives each change the actions that lead to it.
    pub(super) fn reach(&mut self) {
        for (root, pairs) in &self.roots {
            let actions = self.actions(root);
            let mut open: Vec<&Pair> = pairs.iter().collect();
            let mut seen: BTreeSet<&Pair> = pairs.iter().collect();
            while let Some(pair) = open.pop() {
                let Some(node) = self.pairs.get(pair) else {
                    continue;
                };
                for index in &node.changes {
                    let change = &mut self.found[*index];
                    change.is_everywhere |= *root == Root::Api;
                    change.reaches.extend(actions.iter().cloned());
                }
                open.extend(node.leads_to.iter().filter(|pair| seen.insert(pair)));
            }
        }
        // A list of all actions would say nothing.
        for change in self.found.iter_mut().filter(|change| change.is_everywhere) {
            change.reaches.clear();
        }
    }

    /// Compares types whose users in both versions were passed over. For example, a change of
    /// `Thing` counts although `Thing` was replaced by a list of `Thing`.
    pub(super) fn kept(&mut self) {
        let [old, new] = &self.reported;
        let kept = new.iter().filter(|(key, _)| old.contains_key(*key));
        let kept: Vec<(String, usize)> = kept.map(|(key, at)| (key.clone(), *at)).collect();
        for (key, change) in kept {
            let is_met = self.seen.iter().any(|pair| pair.0 == key || pair.1 == key);
            let is_there = self.old_index.get(&key).is_some() && self.new_index.get(&key).is_some();
            let (false, true, Some(within)) = (is_met, is_there, self.within.get(change)) else {
                continue;
            };
            let pair = (key.clone(), key);
            let leads_to = match within {
                Within::Root(root) => self.roots.entry(root.clone()).or_default(),
                Within::Pair(from) => &mut self.pairs.entry(from.clone()).or_default().leads_to,
            };
            leads_to.insert(pair.clone());
            self.meet(pair);
            self.drain();
        }
    }

    /// Compares types that no parameter and no success leads to, by name: they are emitted too, so
    /// programs may use them.
    pub(super) fn remains(&mut self) {
        let count = self.found.len();
        for key in self.old_index.keys() {
            let is_there = self.new_index.get(&key).is_some();
            if is_there && (self.is_left(Side::Old, &key) || self.is_out_of_use(&key)) {
                self.meet((key.clone(), key));
                self.drain();
            }
        }
        for key in by_file(self.old_index.keys(), |key| self.old_index.get(key)) {
            if self.is_left(Side::Old, &key) {
                self.alone(Side::Old, &key);
            }
        }
        for key in by_file(self.new_index.keys(), |key| self.new_index.get(key)) {
            if self.is_left(Side::New, &key) && self.old_index.get(&key).is_none() {
                self.alone(Side::New, &key);
            }
        }
        // They are neither sent nor read.
        for change in self.found.iter_mut().skip(count) {
            change.shipped = Shipped::Fine;
            if change.class == Class::Wire {
                (change.class, change.bump) = (Class::Docs, Bump::Patch);
            }
        }
    }

    /// Whether a type was passed over with its user, and still exists though nothing uses it. An
    /// alias is compared where it was used.
    fn is_out_of_use(&self, key: &str) -> bool {
        let is_met = self.seen.iter().any(|pair| pair.0 == key || pair.1 == key);
        let new = self.new_index.get(key).map(|definition| &definition.kind);
        !is_met && !matches!(new, None | Some(DefinitionKind::Alias(_)))
    }

    /// Whether a type has not been reported yet.
    fn is_left(&self, side: Side, key: &str) -> bool {
        let own = |pair: &Pair| match side {
            Side::Old => pair.0 == key,
            Side::New => pair.1 == key,
        };
        !self.reported[side as usize].contains_key(key) && !self.seen.iter().any(own)
    }

    /// Reports a type that only one version has.
    fn alone(&mut self, side: Side, key: &str) {
        let index = match side {
            Side::Old => &self.old_index,
            Side::New => &self.new_index,
        };
        let Some(definition) = index.get(key) else {
            return;
        };
        for ty in definition.kind.parts() {
            self.pass_over(side, ty);
        }
        let name = &definition.name;
        let (rule, verdict, message, help) = match side {
            Side::Old => (
                TYPE_REMOVED,
                Verdict::source(Shipped::Fine),
                format!("the type `{name}` is gone"),
                "keep its file, or release a major version: programs may name it",
            ),
            Side::New => (
                TYPE_ADDED,
                Verdict::additive(),
                format!("the type `{name}` is new"),
                "release a minor version",
            ),
        };
        let place = match side {
            Side::Old => Place::at(&self.new.documents.service.path, ""),
            Side::New => source(definition),
        };
        let mut site = Site::at(
            Root::Api,
            format!("the type `{name}`"),
            place,
            Position::Api,
        );
        site.within = Within::Pair((key.to_owned(), String::new()));
        let type_path = format!("types::{name}");
        let said = match side {
            Side::Old => Said::new(message, help).with(&type_path, ""),
            Side::New => Said::new(message, help).with("", &type_path),
        };
        self.note(&site, rule, verdict, said);
    }
}

/// Keys of types, those with a file first: inline types in them follow.
fn by_file<'d>(mut keys: Vec<String>, get: impl Fn(&str) -> Option<&'d Definition>) -> Vec<String> {
    keys.sort_by_key(|key| get(key).is_some_and(|definition| definition.source.contains('#')));
    keys
}
