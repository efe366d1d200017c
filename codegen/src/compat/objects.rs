//! Objects side by side.

use std::cmp::Ordering;

use crate::ir::{Definition, Field, Object, Rule, Type};
use crate::names::ident;
use crate::rust::fields::{Mode, is_plain};

use super::fields::declared;
use super::rules::{
    ADDITIONAL_ALLOWED, ADDITIONAL_FORBIDDEN, PROPERTY_ADDED, PROPERTY_REMOVED, REQUIRED_ADDED,
    REQUIRED_ORDER, TYPE_CHANGED,
};
use super::site::{Said, Site};
use super::verdict::{Bump, Position, Shipped, Verdict};
use super::walk::{Side, Walk};
use super::words::spelled;

/// An object and its definition.
pub(super) type Defined<'d> = (&'d Definition, &'d Object);

impl Walk<'_> {
    /// Compares two objects by their properties.
    pub(super) fn objects(&mut self, old: Defined<'_>, new: Defined<'_>, site: &Site) {
        for field in &old.1.fields {
            let other = new.1.fields.iter().find(|other| other.wire == field.wire);
            match other {
                Some(other) => self.fields((old.0, field), (new.0, other), site),
                None => self.property_removed(old.0, field, new.1, site),
            }
        }
        for field in &new.1.fields {
            if !old.1.fields.iter().any(|other| other.wire == field.wire) {
                self.property_added(new.0, field, old.1, site);
            }
        }
        self.required_order(&required(old, new), &required(new, old), site);
        self.rest(old, new, site);
        self.extra(old, new, site);
        self.record_displaced(old, new, site);
        self.limits(&unmet(old.1, new.1), &unmet(new.1, old.1), site);
    }

    fn property_removed(&mut self, of: &Definition, field: &Field, new: &Object, site: &Site) {
        self.pass_over(Side::Old, &field.ty);
        let mut at = property(site, field, [declared(of, field), String::new()]);
        // Its place among the fields.
        at.place = site.place.clone().child("properties");
        let constant = new.constants.iter().find(|(wire, _)| *wire == field.wire);
        let (message, help, shipped) = match constant {
            None => (
                format!("{} is gone", at.subject),
                "let the API keep it, deprecated; or release a major version",
                // A response without it is read as one in which it is absent.
                at.position.worse(Shipped::BreaksSome, Shipped::Fine),
            ),
            Some((_, text)) => (
                format!(
                    "{} is now always {text:?}, and no longer has a field",
                    at.subject
                ),
                "release a major version: programs can no longer name the field",
                at.position.worse(Shipped::BreaksSome, Shipped::Fine),
            ),
        };
        let said = Said::new(message, help).rust(&at);
        self.note(&at, PROPERTY_REMOVED, Verdict::source(shipped), said);
    }

    fn property_added(&mut self, of: &Definition, field: &Field, old: &Object, site: &Site) {
        self.pass_over(Side::New, &field.ty);
        let at = property(site, field, [String::new(), declared(of, field)]);
        let is_sent = !matches!(at.position, Position::Response);
        let constant = old.constants.iter().find(|(wire, _)| *wire == field.wire);
        let is_new = match constant {
            Some((_, text)) => format!("is now a field, and was always {text:?}"),
            None => "is new".to_owned(),
        };
        // A constant is set by the client itself.
        if field.required && field.preset.is_none() && (is_sent || is_plain(field, of.position)) {
            let message = format!("{} {is_new}, and required", at.subject);
            let help = "let the API take requests without it, or release a major version";
            let said = Said::new(message, help).rust(&at);
            let verdict = match (is_plain(field, of.position), constant) {
                (true, None) => Verdict::source(Shipped::Breaks),
                (false, None) => Verdict::wire(Bump::Major, Shipped::Breaks),
                // Released versions send it as they always did.
                (true, Some(_)) => Verdict::source(Shipped::Fine),
                (false, Some(_)) => Verdict::meaning(Shipped::Fine),
            };
            return self.note(&at, REQUIRED_ADDED, verdict, said);
        }
        let message = format!("{} {is_new}", at.subject);
        let said = Said::new(message, "release a minor version").rust(&at);
        self.note(&at, PROPERTY_ADDED, Verdict::additive(), said);
    }

    /// Reports that properties required by both versions change their order.
    pub(super) fn required_order(&mut self, old: &[&str], new: &[&str], site: &Site) {
        if old == new {
            return;
        }
        let message = format!(
            "the arguments of {} changed their order: {}",
            site.subject,
            new.join(", ")
        );
        let help = "list the required properties in the old order, or release a major version";
        let said = Said::new(message, help).with(&old.join(", "), &new.join(", "));
        let at = site.called(format!("the order of arguments of {}", site.subject));
        self.note(&at, REQUIRED_ORDER, Verdict::source(Shipped::Fine), said);
    }

    /// Compares the types of unnamed properties.
    fn rest(&mut self, old: Defined<'_>, new: Defined<'_>, site: &Site) {
        let mut at = site.called(format!("the unnamed properties of {}", site.subject));
        let field = |object: &Object| match &object.rest {
            Some(rest) => format!("pub {}: BTreeMap<String, {}>", rest.name, spelled(&rest.ty)),
            None => String::new(),
        };
        at.rust = [field(old.1), field(new.1)];
        match (&old.1.rest, &new.1.rest) {
            (None, None) => {}
            (Some(a), Some(b)) => {
                self.renamed(&a.name, &b.name, &at);
                let before = self.found.len();
                let at = at.ruled(&a.rules, &b.rules);
                self.types(&a.ty, &b.ty, &at);
                if !self.has_changed_type(before) {
                    self.limits(&a.rules, &b.rules, &at);
                }
            }
            (Some(a), None) if !new.1.open => self.pass_over(Side::Old, &a.ty),
            (Some(a), None) => {
                self.pass_over(Side::Old, &a.ty);
                let message = format!("{} may now have any value, or are forbidden", at.subject);
                let help =
                    "let the API keep their type, or release a major version: their map is gone";
                let said = Said::new(message, help).rust(&at);
                let ruled = at.clone().ruled(&a.rules, &[]);
                let shipped = self.shipped(&a.ty, &Type::Json, &ruled);
                self.note(&at, TYPE_CHANGED, Verdict::source(shipped), said);
            }
            (None, Some(b)) => {
                self.pass_over(Side::New, &b.ty);
                if old.1.open {
                    let message = format!("{} now have a type", at.subject);
                    let help =
                        "release a major version: what was in `extra` is in a map of its own";
                    let shipped = at.position.worse(Shipped::BreaksSome, Shipped::Fine);
                    let said = Said::new(message, help).rust(&at);
                    self.note(&at, TYPE_CHANGED, Verdict::meaning(shipped), said);
                }
            }
        }
    }

    /// Compares whether unnamed properties are allowed, and which fields hold them.
    fn extra(&mut self, old: Defined<'_>, new: Defined<'_>, site: &Site) {
        let allows = |object: &Object| (object.open || object.rest.is_some(), object.open);
        let (rule, message, shipped) = match allows(new.1).cmp(&allows(old.1)) {
            Ordering::Equal => return,
            Ordering::Greater => (
                ADDITIONAL_ALLOWED,
                "now allows unnamed properties",
                Shipped::Fine,
            ),
            Ordering::Less => (
                ADDITIONAL_FORBIDDEN,
                "no longer allows unnamed properties",
                site.position.worse(Shipped::BreaksSome, Shipped::Fine),
            ),
        };
        let (before, after) = (catch_all(old), catch_all(new));
        let is_lost = before
            .iter()
            .zip(&after)
            .any(|(a, b)| a.is_some() && b.is_none());
        let is_won = before
            .iter()
            .zip(&after)
            .any(|(a, b)| a.is_none() && b.is_some());
        let (verdict, help) = match (is_lost, is_won, shipped) {
            (true, _, _) => (
                Verdict::source(shipped),
                "release a major version: the field for unnamed properties is gone",
            ),
            (_, true, _) => (Verdict::additive(), "release a minor version"),
            (_, _, Shipped::Fine) => (Verdict::docs(), "nothing: the struct stays as it is"),
            _ => (
                Verdict::wire(Bump::Patch, shipped),
                "say in the release notes that the server refuses properties sent in `extra`",
            ),
        };
        let message = format!("{} {message}", site.subject);
        let shown = |fields: [Option<String>; 2]| {
            fields.into_iter().flatten().collect::<Vec<_>>().join(", ")
        };
        let said = Said::new(message, help).with(&shown(before), &shown(after));
        self.note(site, rule, verdict, said);
    }
}

/// The rules of an object, without alternatives of required properties if the other version
/// requires one of them: that is reported for those properties.
fn unmet(object: &Object, other: &Object) -> Vec<Rule> {
    let required = |name: &String| {
        let mut fields = other.fields.iter();
        fields.any(|field| field.required && field.wire == *name)
    };
    let is_met = |rule: &&Rule| match rule {
        Rule::AnyRequired(choices) => choices.iter().any(|list| list.iter().all(required)),
        _ => false,
    };
    let rules = object.rules.iter().filter(|rule| !is_met(rule));
    rules.cloned().collect()
}

/// The fields of an object for unnamed properties.
fn catch_all((of, object): Defined<'_>) -> [Option<String>; 2] {
    let rest = object.rest.as_ref();
    let has_extra = Mode::of(object, of.position) != Mode::Closed;
    [
        rest.map(|rest| format!("pub {}: BTreeMap<String, {}>", rest.name, spelled(&rest.ty))),
        has_extra.then(|| "pub extra: Extra".to_owned()),
    ]
}

/// The site of a property.
pub(super) fn property(site: &Site, field: &Field, [before, after]: [String; 2]) -> Site {
    let shown = |ty: String| match ty.as_str() {
        "" => ty,
        ty => format!("pub {}: {ty}", ident(&field.name)),
    };
    Site {
        place: site.place.clone().child("properties").child(&field.wire),
        may_be_absent: true,
        rust: [shown(before), shown(after)],
        ..site.called(of(site, &field.wire))
    }
}

/// A property of a site's subject, for people.
fn of(site: &Site, wire: &str) -> String {
    match site
        .subject
        .strip_prefix('`')
        .and_then(|rest| rest.split_once('`'))
    {
        Some((name, before)) => format!("`{name}.{wire}`{before}"),
        None => format!("`{wire}` of {}", site.subject),
    }
}

/// The arguments of `new` that the other version has too.
fn required<'o>((of, object): Defined<'o>, (other, others): Defined<'_>) -> Vec<&'o str> {
    let both = |field: &&Field| {
        let mut twins = others.fields.iter().filter(|twin| twin.wire == field.wire);
        is_plain(field, of.position) && twins.any(|twin| is_plain(twin, other.position))
    };
    let fields = object.fields.iter().filter(both);
    fields.map(|field| field.wire.as_str()).collect()
}
