//! The location of a comparison, and the words for a change there.

use crate::diagnostics::Place;
use crate::ir::Rule;

use super::verdict::Position;

/// A pair of definitions, by their keys.
pub(super) type Pair = (String, String);

/// The location of a compared type.
#[derive(Clone)]
pub(super) struct Site {
    /// The subject, for people; the same from run to run.
    pub subject: String,
    /// Where the new version describes it.
    pub place: Place,
    pub position: Position,
    /// Where the names in it are noted.
    pub within: Within,
    /// The Rust before and after.
    pub rust: [String; 2],
    /// Whether the Rust is the same in both versions, ignoring the names of types in it.
    pub is_same_rust: bool,
    /// The number of places of the description that have it.
    pub places: usize,
    /// The rules for its values before and after.
    pub rules: [Vec<Rule>; 2],
    /// Whether it is sent as a string: in a path, a query or a header.
    pub is_text: bool,
    /// Whether a null in a response is read as absent, as that of a property is.
    pub may_be_absent: bool,
}

impl Site {
    /// A site at a root.
    pub fn at(root: Root, subject: impl Into<String>, place: Place, position: Position) -> Self {
        Site {
            subject: subject.into(),
            place,
            position,
            within: Within::Root(root),
            rust: [String::new(), String::new()],
            is_same_rust: false,
            places: 1,
            rules: [Vec::new(), Vec::new()],
            is_text: false,
            may_be_absent: false,
        }
    }

    /// The same site, at a member of its place.
    pub fn child(&self, member: &str) -> Self {
        Site {
            place: self.place.clone().child(member),
            ..self.clone()
        }
    }

    /// The same site, with other rules for the values.
    pub fn ruled(self, old: &[Rule], new: &[Rule]) -> Self {
        Site {
            rules: [old.to_vec(), new.to_vec()],
            ..self
        }
    }

    /// An item of a list at the site.
    pub fn item(&self) -> Self {
        let each = |rules: &[Rule]| {
            let mut each = rules.iter().filter_map(|rule| match rule {
                Rule::Each(rules) => Some(rules.clone()),
                _ => None,
            });
            each.next().unwrap_or_default()
        };
        let [old, new] = &self.rules;
        self.part(format!("an item of {}", self.subject))
            .ruled(&each(old), &each(new))
    }

    /// A value of a map at the site.
    pub fn value(&self) -> Self {
        self.part(format!("a value of {}", self.subject))
            .ruled(&[], &[])
    }

    /// One of several non-null values at the site.
    fn part(&self, subject: String) -> Self {
        Site {
            may_be_absent: false,
            ..self.called(subject)
        }
    }

    /// The same site with another subject.
    pub fn called(&self, subject: impl Into<String>) -> Self {
        Site {
            subject: subject.into(),
            ..self.clone()
        }
    }
}

/// Where the walk starts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Root {
    /// What every action has: global parameters and the error body.
    Api,
    /// What every action of a resource has, by the resource's name.
    Resource(String),
    /// An action, by its resource's name and its own, e.g. `instanceAuditLogs.get`.
    Action { resource: String, wire: String },
}

/// The owner of a type.
#[derive(Clone)]
pub(super) enum Within {
    Root(Root),
    Pair(Pair),
}

/// The description of a change.
pub(super) struct Said {
    pub message: String,
    pub help: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Said {
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Said {
            message: message.into(),
            help: help.into(),
            before: None,
            after: None,
        }
    }

    /// With the Rust before and after; an empty string if there is none.
    pub fn with(mut self, before: &str, after: &str) -> Self {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (self.before, self.after) = (some(before), some(after));
        self
    }

    /// With the Rust of a site.
    pub fn rust(self, site: &Site) -> Self {
        let [before, after] = &site.rust;
        if before == after {
            self
        } else {
            self.with(before, after)
        }
    }
}
