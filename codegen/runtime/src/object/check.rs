//! Validation of objects in requests.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Extra;
use super::read::Further;
use crate::stack::with_room;
use crate::value::{Json, Rule, Subject, Validate, Validator, check, is_described};

/// The parts of an object that validation needs.
#[doc(hidden)]
pub struct Checks<'o> {
    /// Name, value and rules of each field.
    pub fields: &'o [(&'static str, &'o dyn Validate, &'o [Rule])],
    /// The names of fields that need a value; the grouping has no meaning.
    pub required: &'static [&'static [&'static str]],
    /// The properties that always have the same string.
    pub constants: &'static [(&'static str, &'static str)],
    /// The properties without a field but with a type, as two trait objects, and their rules.
    pub further: Option<(&'o dyn Further, &'o dyn Validate, &'o [Rule])>,
    /// All other properties.
    pub extra: Option<&'o Extra>,
    /// Whether other properties are rejected.
    pub tolerant: bool,
    /// The rules of the object as a whole.
    pub rules: &'o [Rule],
    /// The object as JSON.
    pub json: &'o dyn Fn() -> Option<Value>,
}

impl Checks<'_> {
    /// Reports every violation of the object. `rules` are those of the place where the object is
    /// used.
    pub fn check(&self, rules: &[Rule], at: &mut Validator) {
        with_room::<(), _>(|| self.check_each(at));
        self.check_extra(at);
        self.check_whole(self.rules, at);
        self.check_whole(rules, at);
    }

    /// Reports violations of the values of the properties.
    fn check_each(&self, at: &mut Validator) {
        for (name, value, rules) in self.fields {
            let is_missing = !value.is_set() && self.is_required(name);
            at.field(name, |at| {
                if is_missing {
                    at.refuse("a value")
                } else {
                    value.validate(rules, at)
                }
            });
        }
        if let Some((further, values, rules)) = self.further {
            for name in further.names() {
                if self.is_named(name) {
                    at.field(name, |at| {
                        at.refuse("another name, since a field has this one")
                    });
                }
            }
            values.validate(rules, at);
        }
    }

    fn check_extra(&self, at: &mut Validator) {
        for (name, value) in self.extra.into_iter().flatten() {
            if let Some(expected) = self.instead_of(name, value) {
                at.field(name, |at| at.refuse(expected));
            }
        }
    }

    /// What is expected instead of a property in `extra`.
    fn instead_of(&self, name: &str, value: &Json) -> Option<String> {
        if let Some((_, text)) = self.constants.iter().find(|(other, _)| *other == name) {
            return Some(format!("`{text}`"));
        }
        let expected = match self.is_named(name) {
            // It is not sent, or was already reported.
            true if self.is_set(name) || self.is_required(name) => return None,
            true if !value.is_null() => "a value of the type that the API describes",
            true => "a value other than null",
            false if self.is_further(name) && !self.has_condition() => {
                "a value of the type of further properties"
            }
            false if self.tolerant => "no property of this name",
            false => return None,
        };
        Some(expected.to_owned())
    }

    /// Whether a property is one of the further properties that the schema describes.
    fn is_further(&self, name: &str) -> bool {
        let further = self.further.as_ref();
        further.is_some_and(|(_, _, rules)| is_described(name, rules))
    }

    /// Whether a condition decides which properties are allowed.
    fn has_condition(&self) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| matches!(rule, Rule::Meets(_)))
    }

    fn check_whole(&self, rules: &[Rule], at: &mut Validator) {
        // Counting costs more than the other checks of most objects, and most have no such rules.
        if rules.is_empty() {
            return;
        }
        let names = self.present();
        let subject = Subject::Properties(names.len());
        check(subject, rules, at, self.json);
        for rule in rules {
            if let Rule::AnyRequired(lists) = rule
                && !lists
                    .iter()
                    .any(|list| list.iter().all(|name| names.contains(name)))
            {
                at.refuse(rule.words());
            }
        }
    }

    /// The names of all properties that the JSON of the object has.
    fn present(&self) -> BTreeSet<&str> {
        let fields = self.fields.iter().filter(|(_, value, _)| value.is_set());
        let further = self
            .further
            .iter()
            .flat_map(|(further, ..)| further.names());
        let extra = self.extra.into_iter().flat_map(|extra| extra.keys());
        fields
            .map(|(name, ..)| *name)
            .chain(self.constants.iter().map(|(name, _)| *name))
            .chain(further)
            .chain(extra.map(String::as_str))
            .collect()
    }

    /// Whether a field of this name has a value.
    fn is_set(&self, name: &str) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|(other, value, _)| *other == name && value.is_set())
    }

    fn is_named(&self, name: &str) -> bool {
        let fields = self.fields.iter().map(|(name, ..)| *name);
        let constants = self.constants.iter().map(|(name, _)| *name);
        fields.chain(constants).any(|other| other == name)
    }

    fn is_required(&self, name: &str) -> bool {
        self.required.iter().any(|group| group.contains(&name))
    }
}
