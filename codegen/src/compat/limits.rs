//! Limits side by side.

use crate::ir::Rule;
use crate::rust::docs;

use super::implied::implies;
use super::rules::{LIMIT_LOOSENED, LIMIT_TIGHTENED, VALUES_CHANGED};
use super::site::{Said, Site};
use super::verdict::{Bump, Position, Shipped, Verdict};
use super::walk::Walk;

/// How the limits of a value changed.
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
        let moved = limits_of(old, new);
        let is_sent = !matches!(site.position, Position::Response);
        let verdict = |tighter| {
            if tighter && is_sent {
                Verdict::wire(Bump::Patch, Shipped::BreaksSome)
            } else {
                Verdict::docs()
            }
        };
        let (before, after) = (describe(old, new), describe(new, old));
        // A condition that has no description in words, and is not checked in responses.
        let is_same_in_words = before == after;
        if is_same_in_words && !is_sent {
            return;
        }
        let change = match (before.as_str(), after.as_str()) {
            _ if is_same_in_words => "its schema allows other values than before".to_owned(),
            ("", after) => format!("{after}, previously unlimited"),
            (before, "") => format!("no longer {before}"),
            (before, after) => format!("{after}, previously {before}"),
        };
        let subject = &site.subject;
        let said = |message: String, help| Said::new(message, help).with(&before, &after);
        if moved.values {
            let message = format!("{subject} accepts other values: {change}");
            let help = "say in the release notes which values are accepted";
            let said = said(message, help);
            return self.note(site, VALUES_CHANGED, verdict(moved.tighter), said);
        }
        if moved.tighter {
            let message = format!("the limits of {subject} are tighter: {change}");
            let help = if is_sent {
                "say in the release notes which values are now refused"
            } else {
                "nothing: limits are not checked in responses"
            };
            self.note(site, LIMIT_TIGHTENED, verdict(true), said(message, help));
        }
        if moved.looser {
            let message = format!("the limits of {subject} are looser: {change}");
            let help = if is_sent {
                "say in the release notes which values are now accepted"
            } else {
                "nothing: limits are not checked in responses"
            };
            self.note(site, LIMIT_LOOSENED, verdict(false), said(message, help));
        }
    }

    /// Reports that docs changed.
    pub(super) fn docs(&mut self, site: &Site, old: Option<&str>, new: Option<&str>) {
        if old != new {
            self.described(site);
        }
    }
}

/// Limits that the other version lacks, for people.
fn describe(rules: &[Rule], others: &[Rule]) -> String {
    let rules = rules.iter().filter(|rule| !others.contains(rule));
    let rules = rules.map(|rule| {
        let sentence = docs::limit(rule);
        let mut letters = sentence.trim_end_matches('.').chars();
        let first = letters.next().map(|first| first.to_lowercase().to_string());
        format!("{}{}", first.unwrap_or_default(), letters.as_str())
    });
    rules.collect::<Vec<_>>().join("; ")
}

fn limits_of(old: &[Rule], new: &[Rule]) -> Moved {
    let twin = |rules: &'_ [Rule], rule: &Rule| -> Option<Rule> {
        let mut twins = rules.iter().filter(|other| slot(other) == slot(rule));
        twins.next().cloned()
    };
    let mut moved = Moved::default();
    for rule in new.iter().filter(|rule| !implies(old, rule)) {
        match (twin(old, rule), rule) {
            (Some(Rule::Each(a)), Rule::Each(b)) => moved.add(limits_of(&a, b)),
            _ => moved.tighter = true,
        }
    }
    for rule in old.iter().filter(|rule| !implies(new, rule)) {
        match (rule, twin(new, rule)) {
            (Rule::Each(a), Some(Rule::Each(b))) => moved.add(limits_of(a, &b)),
            // Patterns can only be compared for equality.
            (Rule::Pattern(_) | Rule::Keys(_) | Rule::Matching(_), Some(_)) => {}
            _ => moved.looser = true,
        }
    }
    let values = |rules: &[Rule]| {
        rules
            .iter()
            .find(|rule| matches!(rule, Rule::OneOf(_)))
            .cloned()
    };
    moved.values |= match (values(old), values(new)) {
        (Some(a), Some(b)) => (moved.tighter || moved.looser) && a != b,
        _ => false,
    };
    moved
}

impl Moved {
    fn add(&mut self, other: Moved) {
        self.tighter |= other.tighter;
        self.looser |= other.looser;
        self.values |= other.values;
    }
}

/// The kind of limit that a rule is.
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
        Rule::Kinds(_) => 12,
        Rule::MinProperties(_) => 13,
        Rule::MaxProperties(_) => 14,
        Rule::Keys(_) => 15,
        Rule::AnyRequired(_) => 16,
        Rule::Matching(_) => 17,
        Rule::Meets(_) => 11,
    }
}
