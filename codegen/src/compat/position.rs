//! Types that become or cease to be part of requests or responses.

use std::collections::BTreeSet;

use crate::rust::fields::Mode;

use super::objects::Defined;
use super::rules::{EXTRA_REMOVED, TYPE_UNSENT};
use super::site::{Pair, Said, Site, Within};
use super::verdict::{Shipped, Verdict};
use super::walk::Walk;

/// A part of a struct that is gone because of its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Displaced {
    /// Its constructor, since no request contains it any more.
    Constructor,
    /// The field for unnamed properties, since no response contains it any more.
    Extra,
}

impl Walk<'_> {
    /// Records what is gone from a struct because of its position.
    pub(super) fn record_displaced(&mut self, old: Defined<'_>, new: Defined<'_>, site: &Site) {
        let Within::Pair(pair) = &site.within else {
            return;
        };
        let has_extra = |(of, object): Defined<'_>| Mode::of(object, of.position) != Mode::Closed;
        let is_unsent = old.0.position.request && !new.0.position.request;
        // A change of the schema is reported on its own.
        let is_closed = has_extra(old) && !has_extra(new) && old.1.open == new.1.open;
        let moved = [
            (is_unsent, Displaced::Constructor),
            (is_closed, Displaced::Extra),
        ];
        for (_, moved) in moved.into_iter().filter(|(is_so, _)| *is_so) {
            self.displaced.push((pair.clone(), site.clone(), moved));
        }
    }

    /// Reports what is gone from structs because of their position: once for a struct and
    /// everything in it.
    pub(super) fn displaced(&mut self) {
        let all = std::mem::take(&mut self.displaced);
        for kind in [Displaced::Constructor, Displaced::Extra] {
            let of_kind = || all.iter().filter(|(_, _, other)| *other == kind);
            let mut open: BTreeSet<&Pair> = of_kind().map(|(pair, ..)| pair).collect();
            let is_part = |pair: &Pair| {
                let mut others = of_kind().filter(|(other, ..)| other != pair);
                others.any(|(other, ..)| self.led_to(other).contains(pair))
            };
            let (whole, parts): (Vec<_>, Vec<_>) = of_kind().partition(|(p, ..)| !is_part(p));
            // Members of a cycle that nothing else contains come last.
            for (pair, site, _) in whole.into_iter().chain(parts) {
                if open.remove(pair) {
                    let before = open.len();
                    let led_to = self.led_to(pair);
                    open.retain(|other| !led_to.contains(*other));
                    self.displaced_one(site, kind, before - open.len());
                }
            }
        }
    }

    /// The pairs that a pair leads to.
    pub(super) fn led_to(&self, pair: &Pair) -> BTreeSet<Pair> {
        let mut reached = BTreeSet::new();
        let mut open = vec![pair];
        while let Some(node) = open.pop().and_then(|pair| self.pairs.get(pair)) {
            for next in &node.leads_to {
                if reached.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        reached
    }

    fn displaced_one(&mut self, site: &Site, gone: Displaced, parts: usize) {
        let name = site
            .subject
            .trim_matches('`')
            .split('`')
            .next()
            .unwrap_or_default();
        let subject = match parts {
            0 => site.subject.clone(),
            1 => format!("{} and a type in it", site.subject),
            parts => format!("{} and {parts} types in it", site.subject),
        };
        let verb = if parts == 0 { "is" } else { "are" };
        let (rule, message, help, before) = match gone {
            Displaced::Constructor => (
                TYPE_UNSENT,
                format!("{subject} {verb} no longer used in requests"),
                "release a major version: `new` and the methods that set fields are gone",
                format!("{name}::new"),
            ),
            Displaced::Extra => (
                EXTRA_REMOVED,
                format!("{subject} {verb} now used in requests, and in no response"),
                "release a major version: the field `extra` is gone",
                "pub extra: Extra".to_owned(),
            ),
        };
        let said = Said::new(message, help).with(&before, "");
        self.note(site, rule, Verdict::source(Shipped::Fine), said);
    }
}
