//! Validation of requests before they are sent.

use std::any::TypeId;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::condition::equal::are_unique;
use super::rule::{Rule, Subject, check, check_scalar};

/// A value that can be validated before it is sent.
pub trait Validate {
    /// Reports to `at` everything that breaks `rules` or the rules of the type itself.
    fn validate(&self, rules: &[Rule], at: &mut Validator);

    /// Whether there is a value.
    #[doc(hidden)]
    fn is_set(&self) -> bool {
        true
    }

    /// The value as JSON, if it can be converted.
    #[doc(hidden)]
    fn json(&self) -> Option<Value> {
        self.text().map(Value::from)
    }

    /// The string, if the value is one: it is sent outside of a body without a detour through JSON.
    #[doc(hidden)]
    fn text(&self) -> Option<&str> {
        None
    }
}

/// Converts a value to JSON with the serializer that writes bodies, so that types are not compiled
/// for a second one.
#[doc(hidden)]
pub fn json_of<T: Serialize>(value: &T) -> Option<Value> {
    let text = serde_json::to_vec(value).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Collects the violations of a request, field by field.
#[derive(Debug, Default)]
pub struct Validator {
    violations: Vec<Violation>,
    /// The depth of the current field.
    depth: usize,
    /// Whether a field beyond the deepest allowed one was reported.
    is_too_deep: bool,
    /// Whether this is a trial: only whether anything is reported matters.
    is_trial: bool,
    /// Whether the next union is checked as its own branch only.
    is_branch: bool,
    /// Whether some branch of a union accepts this JSON, by type, rules and JSON: the unions around
    /// it ask again and again.
    taken: HashMap<(TypeId, String), bool>,
}

/// The deepest field: the name of a parameter, and as many nested arrays and objects as JSON that
/// is read may have.
const DEEPEST: usize = 1 + 128;

impl Validator {
    /// Validates the field with this name.
    #[inline]
    pub fn field(&mut self, name: &str, validate: impl FnOnce(&mut Self)) {
        let before = self.count();
        self.descend(validate);
        if self.count() > before {
            self.put_below(before, name);
        }
    }

    /// Validates a field, unless it is nested too deeply: a request deeper by far than any API
    /// reads is rejected before it takes a lot of stack.
    #[inline]
    fn descend(&mut self, validate: impl FnOnce(&mut Self)) {
        if self.depth == DEEPEST {
            // The fields beside it are as deep, so one report is enough.
            if !std::mem::replace(&mut self.is_too_deep, true) {
                self.refuse("at most 128 nested arrays and objects");
            }
            return;
        }
        self.depth += 1;
        validate(self);
        self.depth -= 1;
    }

    /// Whether `tried` reports nothing. It runs once for each `key`, which identifies type, JSON
    /// and rules.
    pub(crate) fn takes(
        &mut self,
        key: (TypeId, String),
        tried: impl FnOnce(&mut Self) -> bool,
    ) -> bool {
        if let Some(known) = self.taken.get(&key) {
            return *known;
        }
        let mut trial = Validator {
            violations: Vec::new(),
            depth: self.depth,
            is_too_deep: false,
            is_trial: true,
            is_branch: false,
            taken: std::mem::take(&mut self.taken),
        };
        let takes = tried(&mut trial);
        self.taken = trial.taken;
        self.taken.insert(key, takes);
        takes
    }

    /// Whether a branch of a union breaks no rule. Call it in a trial.
    pub(crate) fn takes_branch(&mut self, union: &dyn Validate, rules: &[Rule]) -> bool {
        let before = self.count();
        self.is_branch = true;
        union.validate(rules, self);
        self.count() == before
    }

    /// Whether the current union is checked as its own branch only.
    pub(crate) fn is_branch(&mut self) -> bool {
        std::mem::take(&mut self.is_branch)
    }

    /// Whether this is a trial: only whether anything is reported matters.
    pub(crate) fn is_trial(&self) -> bool {
        self.is_trial
    }

    /// Validates a value under a name.
    pub fn value(&mut self, name: &str, value: &dyn Validate, rules: &[Rule]) {
        self.field(name, |at| value.validate(rules, at));
    }

    /// Validates the item at an index.
    pub fn index(&mut self, index: usize, validate: impl FnOnce(&mut Self)) {
        let before = self.count();
        self.descend(validate);
        if self.count() > before {
            self.put_below(before, &format!("[{index}]"));
        }
    }

    /// Prefixes the fields reported since then with a step. Paths are built only when there is
    /// something to report, as most requests have nothing.
    #[cold]
    fn put_below(&mut self, before: usize, step: &str) {
        for Violation { field, .. } in &mut self.violations[before..] {
            let dot = if field.is_empty() || field.starts_with('[') {
                ""
            } else {
                "."
            };
            *field = format!("{step}{dot}{field}");
        }
    }

    /// Reports that the current field is not what is expected.
    #[cold]
    pub fn refuse(&mut self, expected: impl fmt::Display) {
        self.violations.push(Violation {
            field: String::new(),
            expected: expected.to_string(),
        });
    }

    /// Drops all reports after the first `count`.
    pub(crate) fn forget(&mut self, count: usize) {
        self.violations.truncate(count);
    }

    /// The number of reports so far.
    pub(crate) fn count(&self) -> usize {
        self.violations.len()
    }

    /// Returns what was reported.
    pub fn finish(self) -> Vec<Violation> {
        self.violations
    }
}

/// A field of a request that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The field, under the API's own names, e.g. `auditLogFilter.actor[0].id`.
    pub field: String,
    /// What is expected of the field.
    pub expected: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: expected {}", self.field, self.expected)
    }
}

impl Validate for str {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        check_scalar(Subject::String(self), rules, at);
    }
}

impl Validate for String {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        self.as_str().validate(rules, at);
    }

    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Validate for i64 {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        check_scalar(Subject::Integer(*self), rules, at);
    }

    fn json(&self) -> Option<Value> {
        Some((*self).into())
    }
}

impl Validate for f64 {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        if self.is_finite() {
            check_scalar(Subject::Number(*self), rules, at)
        } else {
            at.refuse("a finite number")
        }
    }

    fn json(&self) -> Option<Value> {
        Some((*self).into())
    }
}

impl Validate for bool {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        check_scalar(Subject::Boolean(*self), rules, at);
    }

    fn json(&self) -> Option<Value> {
        Some((*self).into())
    }
}

impl<T: Validate> Validate for Option<T> {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        if let Some(value) = self {
            value.validate(rules, at);
        }
    }

    fn is_set(&self) -> bool {
        self.is_some()
    }

    fn json(&self) -> Option<Value> {
        self.as_ref()?.json()
    }
}

impl<T: Validate> Validate for Box<T> {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        (**self).validate(rules, at);
    }

    fn json(&self) -> Option<Value> {
        (**self).json()
    }
}

impl<T: Validate + ?Sized> Validate for &T {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        (**self).validate(rules, at);
    }

    fn is_set(&self) -> bool {
        (**self).is_set()
    }

    fn json(&self) -> Option<Value> {
        (**self).json()
    }

    fn text(&self) -> Option<&str> {
        (**self).text()
    }
}

impl<T: Validate> Validate for Vec<T> {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        validate_items(self, rules, at);
    }

    fn json(&self) -> Option<Value> {
        json_of_items(self)
    }
}

/// Validates an array and its items.
pub(crate) fn validate_items<T: Validate>(items: &[T], rules: &[Rule], at: &mut Validator) {
    check(Subject::Items(items.len()), rules, at, &|| {
        json_of_items(items)
    });
    if rules.iter().any(|rule| matches!(rule, Rule::UniqueItems)) && has_duplicates(items) {
        at.refuse(Rule::UniqueItems.words());
    }
    let each = each(rules);
    for (index, item) in items.iter().enumerate() {
        at.index(index, |at| item.validate(&each, at));
    }
}

fn json_of_items<T: Validate>(items: &[T]) -> Option<Value> {
    let items: Option<Vec<Value>> = items.iter().map(Validate::json).collect();
    items.map(Value::Array)
}

/// Whether two items are equal, as JSON.
fn has_duplicates<T: Validate>(items: &[T]) -> bool {
    let values: Vec<Value> = items.iter().filter_map(Validate::json).collect();
    !are_unique(&values)
}

/// The rules for every item or value.
fn each(rules: &[Rule]) -> Vec<Rule> {
    let each = rules.iter().filter_map(|rule| match rule {
        Rule::Each(rules) => Some(*rules),
        _ => None,
    });
    each.flatten().copied().collect()
}

impl<T: Validate> Validate for BTreeMap<String, T> {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        let members = self.iter();
        let members = members.map(|(name, value)| (name.as_str(), value as &dyn Validate));
        validate_members(&members.collect::<Vec<_>>(), &|| self.json(), rules, at);
    }

    fn json(&self) -> Option<Value> {
        let member = |(name, value): (&String, &T)| Some((name.clone(), value.json()?));
        let members: Option<serde_json::Map<_, _>> = self.iter().map(member).collect();
        members.map(Value::Object)
    }
}

/// Validates an object and the values of its properties.
pub(crate) fn validate_members(
    members: &[(&str, &dyn Validate)],
    json: &dyn Fn() -> Option<Value>,
    rules: &[Rule],
    at: &mut Validator,
) {
    check(Subject::Properties(members.len()), rules, at, json);
    check_keys(&mut members.iter().map(|(name, _)| *name), rules, at);
    let each = each(rules);
    for (name, value) in members.iter().filter(|(name, _)| is_described(name, rules)) {
        at.field(name, |at| value.validate(&each, at));
    }
}

/// Whether the rules of a map apply to the value with this name.
#[cfg(feature = "pattern")]
pub(crate) fn is_described(name: &str, rules: &[Rule]) -> bool {
    rules.iter().all(|rule| match rule {
        Rule::Matching(pattern) => pattern().expected(name).is_none(),
        _ => true,
    })
}

#[cfg(not(feature = "pattern"))]
pub(crate) fn is_described(_name: &str, _rules: &[Rule]) -> bool {
    true
}

#[cfg(feature = "pattern")]
fn check_keys(keys: &mut dyn Iterator<Item = &str>, rules: &[Rule], at: &mut Validator) {
    let patterns: Vec<_> = rules
        .iter()
        .filter_map(|rule| match rule {
            Rule::Keys(pattern) => Some((rule, pattern())),
            _ => None,
        })
        .collect();
    if patterns.is_empty() {
        return;
    }
    for key in keys {
        for (rule, pattern) in &patterns {
            if pattern.expected(key).is_some() {
                at.field(key, |at| at.refuse(rule.words()));
            }
        }
    }
}

#[cfg(not(feature = "pattern"))]
fn check_keys(_keys: &mut dyn Iterator<Item = &str>, _rules: &[Rule], _at: &mut Validator) {}
