//! Properties that both versions of an object have, side by side.

use crate::ir::{self, Definition, DefinitionKind, Field, Rule};
use crate::rust::fields::{field_type, is_plain};

use super::objects::property;
use super::rules::{
    DEPRECATED, NAME_CHANGED, PROPERTY_OPTIONAL, PROPERTY_REQUIRED, READ_ONLY, RUST_TYPE_CHANGED,
    UNDEPRECATED, WRITABLE,
};
use super::site::{Said, Site};
use super::verdict::{Bump, Position, Shipped, Verdict};
use super::walk::Walk;
use super::words::spelled;

/// A field, and the definition it belongs to.
type Owned<'d> = (&'d Definition, &'d Field);

impl Walk<'_> {
    /// Compares a property.
    pub(super) fn fields(&mut self, old: Owned<'_>, new: Owned<'_>, site: &Site) {
        let rust = [declared(old.0, old.1), declared(new.0, new.1)];
        let mut at = property(site, new.1, rust).ruled(&old.1.rules, &new.1.rules);
        at.is_same_rust = self.is_same_rust(old, new);
        self.field_name(old.1, new.1, &at);
        let before = self.found.len();
        self.required(old, new, &at);
        self.types(&old.1.ty, &new.1.ty, &at);
        if !at.is_same_rust && !self.has_broken(before) {
            let message = format!("{} changes its type in Rust, but not in JSON", at.subject);
            let help = if old.1.required == new.1.required {
                "release a major version: its type is now, or no longer, part of requests, of responses, or of itself"
            } else {
                "release a major version: it is required directly in one version, and by each of several alternatives, whose fields are `Option`s, in the other"
            };
            let said = Said::new(message, help).rust(&at);
            self.note(&at, RUST_TYPE_CHANGED, Verdict::source(Shipped::Fine), said);
        }
        if !self.has_changed_type(before) {
            self.limits(&old.1.rules, &new.1.rules, &at);
        }
        self.deprecated(old.1.deprecated, new.1.deprecated, &at);
        self.read_only(old.1.read_only, new.1.read_only, &at);
        let said = |field: &Field| (field.doc.clone(), field.default.clone(), field.write_only);
        if said(old.1) != said(new.1) {
            self.described(&at);
        }
    }

    /// Whether a field has the same type in both versions, ignoring the names of types in it.
    fn is_same_rust(&self, old: Owned<'_>, new: Owned<'_>) -> bool {
        let plain = |(of, field): Owned<'_>| is_plain(field, of.position);
        let old_type = self.old_index.skeleton(field_type(old.1, old.0.position));
        let new_type = self.new_index.skeleton(field_type(new.1, new.0.position));
        plain(old) == plain(new) && old_type == new_type
    }

    fn field_name(&mut self, old: &Field, new: &Field, at: &Site) {
        let (before, after) = if old.name == new.name {
            (&old.setter, &new.setter)
        } else {
            (&old.name, &new.name)
        };
        if before == after {
            return;
        }
        let message = format!(
            "{} is now named `{after}` in Rust, not `{before}`",
            at.subject
        );
        let help = "keep the old name, or release a major version";
        let said = Said::new(message, help).with(before, after);
        self.note(at, NAME_CHANGED, Verdict::source(Shipped::Fine), said);
    }

    fn required(&mut self, old: Owned<'_>, new: Owned<'_>, at: &Site) {
        let changes = is_plain(old.1, old.0.position) != is_plain(new.1, new.0.position);
        let unless_source = |shipped, other| {
            if changes {
                Verdict::source(shipped)
            } else {
                other
            }
        };
        let (rule, message, help, verdict) = match (is_needed(old), is_needed(new)) {
            (false, true) => (
                PROPERTY_REQUIRED,
                "is now required",
                match at.position {
                    Position::Response => "nothing: it stays an `Option`",
                    _ => "let the API take requests without it, or release a major version",
                },
                match at.position.worse(Shipped::Breaks, Shipped::Fine) {
                    Shipped::Fine => unless_source(Shipped::Fine, Verdict::docs()),
                    shipped => unless_source(shipped, Verdict::wire(Bump::Major, shipped)),
                },
            ),
            (true, false) => (
                PROPERTY_OPTIONAL,
                "is now optional",
                match at.position {
                    Position::Request => {
                        "release a major version: it is no longer an argument, but set by a method"
                    }
                    _ => "release a major version: programs may rely on it",
                },
                match at.position {
                    Position::Request => unless_source(Shipped::Fine, Verdict::docs()),
                    _ => unless_source(Shipped::Fine, Verdict::meaning(Shipped::Fine)),
                },
            ),
            _ => return,
        };
        let said = Said::new(format!("{} {message}", at.subject), help).rust(at);
        self.note(at, rule, verdict, said);
    }

    /// Reports that requests omit a property, or no longer omit it.
    fn read_only(&mut self, old: bool, new: bool, site: &Site) {
        let (rule, message) = match (old, new) {
            (false, true) => (READ_ONLY, "is now left out of requests"),
            (true, false) => (WRITABLE, "is now sent in requests"),
            _ => return,
        };
        let (verdict, help) = match site.position {
            Position::Response => (Verdict::docs(), "nothing: requests do not contain it"),
            _ => (
                Verdict::behaviour(Shipped::Fine),
                "say in the release notes that programs that set it send something else",
            ),
        };
        let said = Said::new(format!("{} {message}", site.subject), help);
        self.note(site, rule, verdict, said);
    }

    /// Reports that the vendor deprecates something, or no longer does.
    pub(super) fn deprecated(&mut self, old: bool, new: bool, site: &Site) {
        let (rule, message, help, verdict) = match (old, new) {
            (false, true) => (
                DEPRECATED,
                "is now deprecated",
                "say in the release notes what to use instead: programs that use it get a warning",
                Verdict::additive(),
            ),
            (true, false) => (
                UNDEPRECATED,
                "is no longer deprecated",
                "nothing: programs that use it no longer get a warning",
                Verdict::docs(),
            ),
            _ => return,
        };
        let message = format!("{} {message}", site.subject);
        self.note(site, rule, verdict, Said::new(message, help));
    }
}

/// Whether an object always has a property: directly, or in every one of its alternatives.
fn is_needed((of, field): Owned<'_>) -> bool {
    let rules = match &of.kind {
        DefinitionKind::Object(object) => object.rules.as_slice(),
        _ => &[],
    };
    let mut choices = rules.iter().filter_map(|rule| match rule {
        Rule::AnyRequired(choices) => Some(choices),
        _ => None,
    });
    field.required || choices.any(|lists| lists.iter().all(|list| list.contains(&field.wire)))
}

/// The type of a field in its struct.
pub(super) fn declared(definition: &Definition, field: &Field) -> String {
    let ty: &ir::Type = field_type(field, definition.position);
    let ty = spelled(ty);
    if is_plain(field, definition.position) {
        ty
    } else {
        format!("Option<{ty}>")
    }
}
