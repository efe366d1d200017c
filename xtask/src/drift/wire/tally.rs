//! Collects findings while the traffic is read: repeated ones are counted.

use std::collections::{BTreeMap, BTreeSet};

use codegen::rule::Rule;

use super::breach::{Breach, BreachKind};
use super::remedy;
use super::rules;
use super::service::{Action, Service};
use super::shown::{Shown, length};
use super::sketch::Sketch;
use crate::drift::{Finding, Place};

/// The number of values named at one place; if more are missing from a list, they are not names.
const MOST_VALUES: usize = 8;

/// All findings so far.
#[derive(Default)]
pub(super) struct Tally<'s> {
    entries: BTreeMap<(&'static str, String), Entry<'s>>,
    /// The values that were named, by place.
    values: BTreeMap<String, BTreeSet<String>>,
}

/// A finding and its count.
struct Entry<'s> {
    rule: &'static Rule,
    count: usize,
    seen: Sketch,
    reaches: Option<&'s str>,
    about: About<'s>,
}

enum About<'s> {
    /// A deviation of a value, with the name that may be shown.
    Breach {
        side: String,
        breach: Breach<'s>,
        shown: Option<String>,
    },
    /// Any other finding.
    Fact(Fact),
}

/// A finding that is not about a value.
pub(super) struct Fact {
    pub(super) message: String,
    /// Where the schemas would have to change: the file and the JSON pointer.
    pub(super) place: Option<(String, String)>,
    pub(super) help: String,
}

impl<'s> Tally<'s> {
    /// Counts a deviation in a part of an exchange, e.g. `200`, or `request query page`.
    pub(super) fn breach(
        &mut self,
        action: &'s Action,
        part: &str,
        breach: Breach<'s>,
        shown: &Shown,
    ) {
        let (rule, name) = match &breach.kind {
            BreachKind::UnknownProperty(name) => {
                let name = name.as_deref().and_then(|name| shown.name(name));
                (&rules::UNKNOWN_PROPERTY, name.map(str::to_owned))
            }
            BreachKind::UnknownValue(value) => {
                let known = breach.schema.values.as_deref().unwrap_or_default();
                let value = value.as_deref();
                let value = value.and_then(|value| shown.value(value, known));
                let place = format!("{} {part} {}", action.name, breach.pointer);
                (&rules::UNKNOWN_ENUM_VALUE, self.named_value(place, value))
            }
            BreachKind::MissingRequired(_) => (&rules::MISSING_REQUIRED, None),
            BreachKind::WrongType => (&rules::WRONG_TYPE, None),
            BreachKind::Constraint(_) => (&rules::CONSTRAINT_BROKEN, None),
        };
        let subject = format!("{} {part}{}", action.name, target(&breach, name.as_deref()));
        let seen = breach.seen.clone();
        let entry = self.entry(rule, subject, Some(&action.name), || About::Breach {
            side: part.to_owned(),
            breach,
            shown: name,
        });
        entry.seen.merge(seen);
    }

    /// The value, unless many others were named at its place.
    fn named_value(&mut self, place: String, value: Option<&str>) -> Option<String> {
        let values = self.values.entry(place).or_default();
        let value = value?;
        if values.contains(value) || values.len() < MOST_VALUES {
            values.insert(value.to_owned());
            return Some(value.to_owned());
        }
        None
    }

    /// Counts another finding; `make` is called the first time.
    pub(super) fn fact(
        &mut self,
        rule: &'static Rule,
        subject: String,
        action: Option<&'s Action>,
        make: impl FnOnce() -> Fact,
    ) {
        let reaches = action.map(|action| action.name.as_str());
        self.entry(rule, subject, reaches, || About::Fact(make()));
    }

    fn entry(
        &mut self,
        rule: &'static Rule,
        subject: String,
        reaches: Option<&'s str>,
        make: impl FnOnce() -> About<'s>,
    ) -> &mut Entry<'s> {
        let entry = self
            .entries
            .entry((rule.id, subject))
            .or_insert_with(|| Entry {
                rule,
                count: 0,
                seen: Sketch::default(),
                reaches,
                about: make(),
            });
        entry.count += 1;
        entry
    }

    /// The findings, by rule and subject.
    pub(super) fn finish(self, service: &Service) -> Vec<Finding> {
        let entries = self.entries.into_iter();
        entries
            .map(|((_, subject), entry)| entry.finding(subject, service))
            .collect()
    }
}

/// The part of a value that a deviation is about, for the subject.
fn target(breach: &Breach<'_>, shown: Option<&str>) -> String {
    let pointer = match breach.pointer.as_str() {
        "" => String::new(),
        pointer => format!(" {pointer}"),
    };
    match &breach.kind {
        BreachKind::UnknownProperty(name) => {
            format!(
                " {}/{}",
                breach.pointer,
                name_or_length(shown, name.as_deref())
            )
        }
        BreachKind::UnknownValue(_) => format!("{pointer} = {}", shown.unwrap_or("<not shown>")),
        BreachKind::MissingRequired(name) => format!(" {}/{name}", breach.pointer),
        BreachKind::WrongType => format!("{pointer} is {}", breach.seen.words()),
        BreachKind::Constraint(_) => format!("{pointer} {}", breach.keyword),
    }
}

/// A name that may be shown, or else its length; `*` for the key of a map.
fn name_or_length(shown: Option<&str>, name: Option<&str>) -> String {
    match (shown, name) {
        (Some(shown), _) => shown.to_owned(),
        (None, Some(name)) => format!("<{}>", length(name)),
        (None, None) => "*".to_owned(),
    }
}

impl Entry<'_> {
    fn finding(self, subject: String, service: &Service) -> Finding {
        let Entry {
            rule,
            count,
            seen,
            reaches,
            about,
        } = self;
        let (message, place, help) = match about {
            About::Fact(Fact {
                message,
                place,
                help,
            }) => (message, place, help),
            About::Breach {
                side,
                breach,
                shown,
            } => {
                let place = service.schemas.place(breach.schema);
                let place = place.map(|(file, pointer)| {
                    (file.to_owned(), format!("{pointer}/{}", breach.keyword))
                });
                let message = message(&side, &breach, shown.as_deref(), &seen);
                let help = remedy::of_breach(service, &breach, shown.as_deref(), &seen);
                (message, place, help)
            }
        };
        Finding {
            rule,
            message,
            subject,
            severity: rules::severity(rule),
            verdict: None,
            place: place.map(|(file, pointer)| placed(service, &file, pointer)),
            detail: None,
            reaches: reaches.into_iter().map(str::to_owned).collect(),
            count,
            help,
        }
    }
}

pub(super) fn placed(service: &Service, file: &str, pointer: String) -> Place {
    let at = service.location(file, &pointer);
    Place::located(service.file(file), pointer, at)
}

fn message(side: &str, breach: &Breach<'_>, shown: Option<&str>, seen: &Sketch) -> String {
    let whole = match side.strip_prefix("request ") {
        Some("body") => "the request's body".to_owned(),
        Some(parameter) => format!("the {parameter} of the request"),
        None => format!("the body of a {side}"),
    };
    let place = match breach.pointer.as_str() {
        "" => whole,
        pointer => format!("`{pointer}` of {whole}"),
    };
    let types = seen.words();
    match &breach.kind {
        BreachKind::UnknownProperty(None) => {
            format!("{place} has an undocumented key, not shown, with a value ({types})")
        }
        BreachKind::UnknownProperty(Some(name)) => {
            let name = name_or_length(shown, Some(name));
            format!("{place} has the undocumented property `{name}` ({types})")
        }
        BreachKind::UnknownValue(value) => {
            let value = match (shown, value) {
                (Some(shown), _) => format!("`{shown}`"),
                (None, Some(text)) => format!("a string of {}, not shown,", length(text)),
                (None, None) => format!("a value of type {types}"),
            };
            format!("{place} is {value} but its schema does not list it")
        }
        BreachKind::MissingRequired(name) => {
            format!("{place} lacks the required property `{name}`")
        }
        BreachKind::WrongType => format!("{place} is {types}, but its schema does not allow that"),
        BreachKind::Constraint(measure) => {
            let measure = measure.map(|measure| format!(": its length is {measure}"));
            let measure = measure.unwrap_or_default();
            format!("{place} violates `{}`{measure}", breach.keyword)
        }
    }
}
