//! Limits side by side.

use std::cmp::Ordering;

use crate::emit::docs;
use crate::ir::{Kind, Rule};

use super::rules::{LIMIT_LOOSENED, LIMIT_TIGHTENED, VALUES_CHANGED};
use super::site::{Said, Site};
use super::verdict::{Bump, Position, Shipped, Verdict};
use super::walk::Walk;

/// What became of the limits of a value.
#[derive(Debug, Clone, Copy, Default)]
struct Moved {
    tighter: bool,
    looser: bool,
    /// Values that are listed one by one.
    values: bool,
}

impl Walk<'_> {
    /// Compares the limits of a value.
    pub(super) fn limits(&mut self, old: &[Rule], new: &[Rule], site: &Site) {
        let moved = moved(old, new);
        let is_sent = !matches!(site.position, Position::Response);
        let verdict = |tighter| match tighter && is_sent {
            true => Verdict::wire(Bump::Patch, Shipped::BreaksSome),
            false => Verdict::docs(),
        };
        let (before, after) = (told(old, new), told(new, old));
        let change = match (before.as_str(), after.as_str()) {
            ("", after) => format!("{after}, where there was no such limit"),
            (before, "") => format!("no longer {before}"),
            (before, after) => format!("{after}, where it was {before}"),
        };
        let subject = &site.subject;
        let said = |message: String, help| Said::new(message, help).with(&before, &after);
        if moved.values {
            let message = format!("other values of {subject} are accepted: {change}");
            let help = "say in the release notes which values are accepted";
            let said = said(message, help);
            return self.note(site, VALUES_CHANGED, verdict(moved.tighter), said);
        }
        if moved.tighter {
            let message = format!("{subject} is limited more: {change}");
            let help = match is_sent {
                true => "say in the release notes what is refused now",
                false => "nothing: a response is read whatever the limit",
            };
            self.note(site, LIMIT_TIGHTENED, verdict(true), said(message, help));
        }
        if moved.looser {
            let message = format!("{subject} is limited less: {change}");
            let help = match is_sent {
                true => "say in the release notes what is accepted now",
                false => "nothing: a response is read whatever the limit",
            };
            self.note(site, LIMIT_LOOSENED, verdict(false), said(message, help));
        }
    }

    /// Reports that something else is said.
    pub(super) fn docs(&mut self, site: &Site, old: Option<&str>, new: Option<&str>) {
        if old != new {
            self.described(site);
        }
    }
}

/// Limits that another version has not, for people.
fn told(rules: &[Rule], others: &[Rule]) -> String {
    let rules = rules.iter().filter(|rule| !others.contains(rule));
    let rules = rules.map(|rule| {
        let sentence = docs::limit(rule);
        let mut letters = sentence.trim_end_matches('.').chars();
        let first = letters.next().map(|first| first.to_lowercase().to_string());
        format!("{}{}", first.unwrap_or_default(), letters.as_str())
    });
    rules.collect::<Vec<_>>().join("; ")
}

fn moved(old: &[Rule], new: &[Rule]) -> Moved {
    let mut moved = Moved::default();
    for rule in old {
        match new.iter().find(|other| slot(other) == slot(rule)) {
            None => moved.looser = true,
            Some(other) => moved.add(compare(rule, other), rule),
        }
    }
    moved.tighter |= new
        .iter()
        .any(|rule| !old.iter().any(|other| slot(other) == slot(rule)));
    moved
}

impl Moved {
    fn add(&mut self, change: Moved, rule: &Rule) {
        self.tighter |= change.tighter;
        self.looser |= change.looser;
        let is_changed = change.tighter || change.looser;
        self.values |= change.values || (is_changed && matches!(rule, Rule::OneOf(_)));
    }
}

/// Which limit a rule is.
fn slot(rule: &Rule) -> u8 {
    match rule {
        Rule::MinLength(_) => 0,
        Rule::MaxLength(_) => 1,
        Rule::Pattern(_) => 2,
        Rule::Minimum(_) | Rule::MinimumNumber(_) => 3,
        Rule::Maximum(_) | Rule::MaximumNumber(_) => 4,
        Rule::MinItems(_) => 5,
        Rule::MaxItems(_) => 6,
        Rule::UniqueItems => 7,
        Rule::Each(_) => 8,
        Rule::Object => 9,
        Rule::OneOf(_) => 10,
        Rule::AnyOf(_) => 11,
        Rule::Kinds(_) => 12,
        Rule::MinProperties(_) => 13,
        Rule::MaxProperties(_) => 14,
        Rule::Keys(_) => 15,
        Rule::AnyRequired(_) => 16,
    }
}

/// What became of a limit that both versions have.
fn compare(old: &Rule, new: &Rule) -> Moved {
    let least = |order: Option<Ordering>| match order {
        Some(Ordering::Less) => Moved {
            tighter: true,
            ..Moved::default()
        },
        Some(Ordering::Greater) => Moved {
            looser: true,
            ..Moved::default()
        },
        Some(Ordering::Equal) => Moved::default(),
        None => BOTH,
    };
    let most = |order: Option<Ordering>| least(order.map(Ordering::reverse));
    match (old, new) {
        (old, new) if old == new => Moved::default(),
        (Rule::MinLength(a), Rule::MinLength(b))
        | (Rule::MinItems(a), Rule::MinItems(b))
        | (Rule::MinProperties(a), Rule::MinProperties(b)) => least(Some(a.cmp(b))),
        (Rule::MaxLength(a), Rule::MaxLength(b))
        | (Rule::MaxItems(a), Rule::MaxItems(b))
        | (Rule::MaxProperties(a), Rule::MaxProperties(b)) => most(Some(a.cmp(b))),
        (Rule::Each(a), Rule::Each(b)) => moved(a, b),
        (Rule::OneOf(a), Rule::OneOf(b)) => sets(a, b),
        (Rule::Kinds(a), Rule::Kinds(b)) => kinds(a, b),
        _ => match (number(old), number(new)) {
            (Some(a), Some(b)) if slot(old) == 3 => least(a.partial_cmp(&b)),
            (Some(a), Some(b)) => most(a.partial_cmp(&b)),
            // Two patterns can't be compared but by being the same.
            _ => BOTH,
        },
    }
}

/// What may accept more, and less as well.
const BOTH: Moved = Moved {
    tighter: true,
    looser: false,
    values: false,
};

fn sets<T: PartialEq>(old: &[T], new: &[T]) -> Moved {
    Moved {
        tighter: old.iter().any(|value| !new.contains(value)),
        looser: new.iter().any(|value| !old.contains(value)),
        values: false,
    }
}

fn kinds(old: &[Kind], new: &[Kind]) -> Moved {
    sets(old, new)
}

fn number(rule: &Rule) -> Option<f64> {
    match rule {
        // Limits are compared, not reckoned with, so that the nearest float is near enough.
        Rule::Minimum(number) | Rule::Maximum(number) => Some(*number as f64),
        Rule::MinimumNumber(text) | Rule::MaximumNumber(text) => text.parse().ok(),
        _ => None,
    }
}
