//! Parameters side by side.

use crate::diagnostics::Place;
use crate::ir::{self, Parameter};
use crate::rust::values::in_resource;

use super::rules::{
    DEFAULT_CHANGED, NAME_CHANGED, PARAMETER_ADDED, PARAMETER_MOVED, PARAMETER_OPTIONAL,
    PARAMETER_REMOVED, PARAMETER_REQUIRED, REQUIRED_ADDED,
};
use super::site::{Root, Said, Site};
use super::verdict::{Bump, Position, Shipped, Verdict};
use super::walk::{Side, Walk};

/// Parameters of both versions that are in one struct.
pub(super) struct Parameters<'p> {
    /// Their owner.
    pub root: Root,
    pub old: Vec<&'p Parameter>,
    pub new: Vec<&'p Parameter>,
    /// The path templates that contain the parameters of the path.
    pub templates: [&'p str; 2],
}

impl<'p> Parameters<'p> {
    /// The counterpart of a parameter: the one with its name, or in a path the one at its position,
    /// since placeholder names are not sent.
    fn other(&self, parameter: &Parameter) -> Option<&'p Parameter> {
        let same = self.new.iter().find(|other| other.wire == parameter.wire);
        if let Some(same) = same {
            return Some(same);
        }
        let [old, new] = self.templates;
        if parameter.place != ir::Place::Path || without_names(old) != without_names(new) {
            return None;
        }
        let index = names(old).position(|name| name == parameter.wire)?;
        let name = names(new).nth(index)?;
        let is_new = !self.old.iter().any(|other| other.wire == name);
        let mut others = self.new.iter().filter(|_| is_new);
        others.find(|other| other.wire == name).copied()
    }
}

/// The names in a path template.
fn names(template: &str) -> impl Iterator<Item = &str> {
    let parts = template.split('{').skip(1);
    parts.filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// Whether a placeholder that both templates contain has moved, so that a server of the other
/// version mixes up the arguments.
pub(super) fn is_reordered(old: &str, new: &str) -> bool {
    let mut pairs = names(old).enumerate();
    pairs.any(|(index, name)| {
        names(new)
            .position(|other| other == name)
            .is_some_and(|n| n != index)
    })
}

/// A path template as it is sent.
pub(super) fn without_names(template: &str) -> String {
    let mut parts = template.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("{}");
        text.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    text
}

impl Walk<'_> {
    /// Compares parameters by their names.
    pub(super) fn parameters(&mut self, of: &Parameters<'_>) {
        let mut known: Vec<&str> = Vec::new();
        let mut order = Vec::new();
        for parameter in &of.old {
            match of.other(parameter) {
                Some(other) => {
                    known.push(&other.wire);
                    order.extend((parameter.required && other.required).then_some(&*other.wire));
                    self.parameter(of, parameter, other);
                }
                None => self.parameter_removed(of, parameter),
            }
        }
        for parameter in &of.new {
            if !known.contains(&&*parameter.wire) {
                self.parameter_added(of, parameter);
            }
        }
        let new: Vec<&str> = of.new.iter().map(|parameter| &*parameter.wire).collect();
        let new: Vec<&str> = new
            .into_iter()
            .filter(|wire| order.contains(wire))
            .collect();
        let site = self.place_of(&of.root);
        self.required_order(&order, &new, &site);
    }

    fn parameter_removed(&mut self, of: &Parameters<'_>, parameter: &Parameter) {
        let at = self.at(of, parameter, [declared(parameter), String::new()]);
        self.pass_over(Side::Old, &parameter.ty);
        let message = format!("{} is gone", at.subject);
        let help = "let the API keep accepting it, deprecated; or release a major version";
        let said = Said::new(message, help).rust(&at);
        let verdict = Verdict::source(Shipped::BreaksSome);
        self.note(&at, PARAMETER_REMOVED, verdict, said);
    }

    fn parameter_added(&mut self, of: &Parameters<'_>, parameter: &Parameter) {
        let at = self.at(of, parameter, [String::new(), declared(parameter)]);
        self.pass_over(Side::New, &parameter.ty);
        // The first parameter that all actions of a resource share creates a struct, which each
        // request takes.
        let makes_path = matches!(of.root, Root::Resource(_)) && of.old.is_empty();
        let (rule, verdict, message, help) = match parameter.required {
            true => (
                REQUIRED_ADDED,
                Verdict::source(Shipped::Breaks),
                "is new, and required",
                "let the API take requests without it, or release a major version",
            ),
            false if makes_path => (
                PARAMETER_ADDED,
                Verdict::source(Shipped::Fine),
                "is new, and the first that all actions of the resource take: requests now take a `Path`",
                "describe it as a parameter of each action, or release a major version",
            ),
            false => (
                PARAMETER_ADDED,
                Verdict::additive(),
                "is new",
                "release a minor version",
            ),
        };
        let said = Said::new(format!("{} {message}", at.subject), help).rust(&at);
        self.note(&at, rule, verdict, said);
    }

    /// Compares a parameter that both versions have.
    pub(super) fn parameter(&mut self, of: &Parameters<'_>, old: &Parameter, new: &Parameter) {
        let at = Site {
            is_text: is_text(old.place) && is_text(new.place),
            ..self
                .at(of, new, [declared(old), declared(new)])
                .ruled(&old.rules, &new.rules)
        };
        let methods = (&old.field, &old.setter);
        if methods != (&new.field, &new.setter) {
            let (before, after) = if old.field == new.field {
                (&old.setter, &new.setter)
            } else {
                (&old.field, &new.field)
            };
            let message = format!(
                "{} is now named `{after}` in Rust, not `{before}`",
                at.subject
            );
            let said = Said::new(message, "keep the old name, or release a major version");
            let said = said.with(before, after);
            self.note(&at, NAME_CHANGED, Verdict::source(Shipped::Fine), said);
        }
        self.moved(old, new, &at);
        self.parameter_required(old, new, &at);
        let before = self.found.len();
        self.types(&old.ty, &new.ty, &at);
        if !self.has_changed_type(before) {
            self.limits(&old.rules, &new.rules, &at);
        }
        self.deprecated(old.deprecated, new.deprecated, &at);
        self.default(old, new, &at);
        if (&old.description, &old.example) != (&new.description, &new.example) {
            self.described(&at);
        }
    }

    fn moved(&mut self, old: &Parameter, new: &Parameter, at: &Site) {
        if old.place == new.place {
            return;
        }
        let (subject, new, old) = (&at.subject, location(new.place), location(old.place));
        let message = format!("{subject} moved from {old} to {new}");
        let help = "let the API accept both places while released versions are in use";
        let verdict = Verdict::wire(Bump::Minor, Shipped::Breaks);
        self.note(at, PARAMETER_MOVED, verdict, Said::new(message, help));
    }

    fn parameter_required(&mut self, old: &Parameter, new: &Parameter, at: &Site) {
        let (rule, message, help, shipped) = match (old.required, new.required) {
            (false, true) => (
                PARAMETER_REQUIRED,
                "is now required",
                "let the API take requests without it, or release a major version",
                Shipped::Breaks,
            ),
            (true, false) => (
                PARAMETER_OPTIONAL,
                "is now optional",
                "release a major version: it is no longer an argument, but set by a method",
                Shipped::Fine,
            ),
            _ => return,
        };
        let said = Said::new(format!("{} {message}", at.subject), help).rust(at);
        self.note(at, rule, Verdict::source(shipped), said);
    }

    fn default(&mut self, old: &Parameter, new: &Parameter, at: &Site) {
        if old.default == new.default {
            return;
        }
        let shown = |parameter: &Parameter| match &parameter.default {
            Some(value) => format!("`{value}`"),
            None => "no default".to_owned(),
        };
        let (subject, new, old) = (&at.subject, shown(new), shown(old));
        let message = format!("the default of {subject} changed from {old} to {new}");
        let help = "say so in the release notes: results differ for programs that leave it out, upgraded or not";
        let verdict = Verdict::behaviour(Shipped::BreaksSome);
        self.note(at, DEFAULT_CHANGED, verdict, Said::new(message, help));
    }

    fn place_of(&self, root: &Root) -> Site {
        let (place, subject) = match root {
            Root::Api => {
                let place = Place::at(&self.new.documents.service.path, "/params");
                (place, "every action".to_owned())
            }
            Root::Resource(wire) => (self.new.resource(wire), format!("the resource `{wire}`")),
            Root::Action { resource, wire } => {
                (self.new.action(resource, wire), format!("`{wire}`"))
            }
        };
        Site::at(root.clone(), subject, place, Position::Request)
    }

    fn at(&self, of: &Parameters<'_>, parameter: &Parameter, rust: [String; 2]) -> Site {
        let site = self.place_of(&of.root);
        let wire = &parameter.wire;
        let place = self.new.parameter(&of.root, wire);
        Site {
            place: place.unwrap_or_else(|| site.place.clone().child("params")),
            rust,
            ..site.called(format!("the parameter `{wire}` of {}", site.subject))
        }
    }
}

/// The field of a parameter in its struct.
fn declared(parameter: &Parameter) -> String {
    let ty = in_resource(&parameter.ty);
    let field = &parameter.field;
    if parameter.required {
        format!("pub {field}: {ty}")
    } else {
        format!("pub {field}: Option<{ty}>")
    }
}

/// Whether values in a place are sent as strings.
fn is_text(place: ir::Place) -> bool {
    matches!(
        place,
        ir::Place::Path | ir::Place::Query | ir::Place::Header
    )
}

fn location(place: ir::Place) -> &'static str {
    match place {
        ir::Place::Path => "the path",
        ir::Place::Query => "the query",
        ir::Place::JsonQuery => "the query, as JSON",
        ir::Place::Header => "a header",
        ir::Place::Body => "the body",
        ir::Place::Part => "the body, as a part of it",
        ir::Place::File => "the body, as a file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_sent_without_its_names() {
        assert_eq!(without_names("/a/{b}/c-{d}"), "/a/{}/c-{}");
        assert_eq!(without_names("/a"), "/a");
        assert_eq!(names("/a/{b}/c-{d}").collect::<Vec<_>>(), ["b", "d"]);
    }
}
