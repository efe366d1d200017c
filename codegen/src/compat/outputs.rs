//! Results of actions, side by side.

use crate::ir::{Action, Event, Outcome, Output, Type};
use crate::rule::Rule;
use crate::rust::values::in_output;

use super::rules::{
    EVENT_ADDED, EVENT_REMOVED, NULL_ADDED, NULL_REMOVED, OUTCOME_ADDED, OUTCOME_REMOVED,
    STATUS_CHANGED, SUCCESS_CHANGED,
};
use super::site::{Said, Site};
use super::verdict::{Shipped, Verdict};
use super::walk::{Side, Walk};

/// A variant of an enum that an action returns: its wire value, its name, and its content.
struct Variant<'o> {
    wire: &'o str,
    name: &'o str,
    ty: Option<&'o Type>,
}

impl<'o> Variant<'o> {
    fn outcomes(outcomes: &'o [Outcome]) -> Vec<Self> {
        let variant = |outcome: &'o Outcome| Variant {
            wire: &outcome.status,
            name: &outcome.name,
            ty: outcome.body.as_ref(),
        };
        outcomes.iter().map(variant).collect()
    }

    fn events(events: &'o [Event]) -> Vec<Self> {
        let variant = |event: &'o Event| Variant {
            wire: &event.wire,
            name: &event.name,
            ty: Some(&event.data),
        };
        events.iter().map(variant).collect()
    }
}

impl Walk<'_> {
    /// Compares the results of a success.
    pub(super) fn outputs(&mut self, old: &Output, new: &Output, site: &Site) {
        match (old, new) {
            (Output::Body(a), Output::Body(b)) if (*a == Type::Unit) == (*b == Type::Unit) => {
                self.body(a, b, site);
            }
            (Output::Outcome(a, old), Output::Outcome(b, new)) => {
                self.renamed(a, b, site);
                let (old, new) = (Variant::outcomes(old), Variant::outcomes(new));
                self.variants(&old, &new, site, [OUTCOME_ADDED, OUTCOME_REMOVED]);
            }
            (Output::Events(a, old), Output::Events(b, new)) => {
                self.renamed(a, b, site);
                let (old, new) = (Variant::events(old), Variant::events(new));
                self.variants(&old, &new, site, [EVENT_ADDED, EVENT_REMOVED]);
            }
            (old, new) => {
                self.pass_over_all_types(Side::Old, &old.types());
                self.pass_over_all_types(Side::New, &new.types());
                let (before, after) = (describe(old), describe(new));
                let message = format!("{} changed from {before} to {after}", site.subject);
                let help = "let the API keep the old success, or release a major version";
                let said = Said::new(message, help).with(&shown(old), &shown(new));
                let verdict = Verdict::source(Shipped::Breaks);
                self.note(site, SUCCESS_CHANGED, verdict, said);
            }
        }
    }

    /// Compares bodies that may be absent: as null, or as a status without a body.
    fn body(&mut self, old: &Type, new: &Type, site: &Site) {
        let mut at = site.clone();
        at.rust = [in_option(old), in_option(new)];
        let (rule, verdict, message, help) = match (old, new) {
            (Type::Nullable(_), Type::Nullable(_)) => return self.types(old, new, &at),
            (Type::Nullable(_), _) => (
                NULL_REMOVED,
                Verdict::source(Shipped::Fine),
                "is now always present",
                "release a major version: it is no longer an `Option`",
            ),
            (_, Type::Nullable(_)) => (
                NULL_ADDED,
                Verdict::source(Shipped::Breaks),
                "may now be absent or null",
                "let the API always return a body, or release a major version",
            ),
            _ => return self.types(old, new, &at),
        };
        let message = format!("{} {message}", at.subject);
        let said = Said::new(message, help).rust(&at);
        self.note(&at, rule, verdict, said);
        self.types(bare(old), bare(new), &at);
    }

    /// Compares variants of an enum that an action returns.
    fn variants(
        &mut self,
        old: &[Variant<'_>],
        new: &[Variant<'_>],
        site: &Site,
        [added, removed]: [&'static Rule; 2],
    ) {
        let at = |wire: &str| site.called(format!("`{wire}` of {}", site.subject));
        for variant in old {
            let at = at(variant.wire);
            match new.iter().find(|other| other.wire == variant.wire) {
                Some(other) => self.variant(variant, other, &at),
                None => {
                    self.pass_over_all_types(Side::Old, variant.ty.as_slice());
                    let message = format!("{} is gone", at.subject);
                    let help = "let the API keep it, or release a major version";
                    let said = Said::new(message, help).with(variant.name, "");
                    // A value that never arrives is not lost.
                    self.note(&at, removed, Verdict::source(Shipped::Fine), said);
                }
            }
        }
        for variant in new {
            if !old.iter().any(|other| other.wire == variant.wire) {
                self.pass_over_all_types(Side::New, variant.ty.as_slice());
                let at = at(variant.wire);
                let message = format!("{} is new", at.subject);
                let said = Said::new(message, "release a minor version");
                let said = said.with("", variant.name);
                self.note(&at, added, Verdict::additive(), said);
            }
        }
    }

    fn variant(&mut self, old: &Variant<'_>, new: &Variant<'_>, at: &Site) {
        self.renamed(old.name, new.name, at);
        match (old.ty, new.ty) {
            (Some(a), Some(b)) => {
                let mut at = at.clone();
                at.rust = [in_output(a), in_output(b)];
                self.types(a, b, &at);
            }
            (None, None) => {}
            (a, b) => {
                self.pass_over_all_types(Side::Old, a.as_slice());
                self.pass_over_all_types(Side::New, b.as_slice());
                let message = match b {
                    Some(_) => format!("{} now has a body", at.subject),
                    None => format!("{} no longer has a body", at.subject),
                };
                let help = "let the API keep the old success, or release a major version";
                let said = Said::new(message, help);
                self.note(at, SUCCESS_CHANGED, Verdict::source(Shipped::Breaks), said);
            }
        }
    }

    /// Compares the statuses of an action's only success.
    fn statuses(&mut self, old: &Action, new: &Action, site: &Site) {
        let (Output::Body(a), Output::Body(b)) = (&old.output, &new.output) else {
            return;
        };
        let successes = |action: &Action| -> Vec<String> {
            let statuses = action
                .responses
                .iter()
                .map(|response| response.status.clone());
            let mut statuses: Vec<_> = statuses.filter(|s| s.starts_with('2')).collect();
            statuses.sort();
            statuses
        };
        let (before, after) = (successes(old).join(", "), successes(new).join(", "));
        // Otherwise the success as a whole differs.
        let is_alike = (*a == Type::Unit) == (*b == Type::Unit);
        if before == after || before.is_empty() || after.is_empty() || !is_alike {
            return;
        }
        let message = format!("{} now has the status {after}, not {before}", site.subject);
        let help = "say in the release notes what the status means: the response is read the same, \
                    but 202, for example, means that the work is not done yet";
        let said = Said::new(message, help).with(&before, &after);
        self.note(
            site,
            STATUS_CHANGED,
            Verdict::behaviour(Shipped::Fine),
            said,
        );
    }

    /// Compares the docs of responses and events, and the status of a success.
    pub(super) fn responses(&mut self, old: &Action, new: &Action, site: &Site) {
        self.statuses(old, new, site);
        if said(old, new) != said(new, old) {
            self.described(site);
        }
    }

    fn pass_over_all_types(&mut self, side: Side, types: &[&Type]) {
        for ty in types {
            self.pass_over(side, ty);
        }
    }
}

/// The docs of an action's responses and events, if nothing else about them is reported: a success
/// that the other version lacks is reported on its own.
fn said<'a>(action: &'a Action, other: &Action) -> Vec<(&'a str, Option<&'a str>)> {
    let is_common = |status: &str| {
        let mut others = other.responses.iter();
        !status.starts_with('2') || others.any(|other| other.status == status)
    };
    let responses = action.responses.iter().filter(|r| is_common(&r.status));
    let responses = responses.map(|r| (r.status.as_str(), r.description.as_deref()));
    let known = events(other);
    let events = events(action).iter().filter(|event| {
        let mut known = known.iter();
        known.any(|other| other.wire == event.wire)
    });
    let events = events.map(|event| (event.wire.as_str(), event.description.as_deref()));
    responses.chain(events).collect()
}

fn events(action: &Action) -> &[Event] {
    match &action.output {
        Output::Events(_, events) => events,
        _ => &[],
    }
}

/// A body without its optionality.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Nullable(inner) => inner,
        ty => ty,
    }
}

/// A body as an action returns it.
fn in_option(ty: &Type) -> String {
    match ty {
        Type::Nullable(inner) => format!("Option<{}>", in_output(inner)),
        ty => in_output(ty),
    }
}

/// A success, for people.
fn describe(output: &Output) -> String {
    match output {
        Output::Body(Type::Unit) => "nothing".to_owned(),
        Output::Body(ty) => format!("`{}`", in_option(ty)),
        Output::Outcome(name, _) => format!("one of several bodies, `{name}`"),
        Output::Events(name, _) => format!("a stream of `{name}`"),
    }
}

/// A success, in Rust.
fn shown(output: &Output) -> String {
    match output {
        Output::Body(ty) => in_option(ty),
        Output::Outcome(name, _) => name.clone(),
        Output::Events(name, _) => format!("stream of {name}"),
    }
}
