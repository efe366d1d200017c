//! What a request must keep to before it is sent.

use std::collections::BTreeMap;
use std::fmt;

/// A limit from a schema or a descriptor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// A text has at least this many characters.
    MinLength(usize),
    /// A text has at most this many characters.
    MaxLength(usize),
    /// A text matches this ECMA-262 regular expression.
    #[cfg(feature = "pattern")]
    Pattern(&'static str),
    /// A whole number is not less than this.
    Minimum(i64),
    /// A whole number is not greater than this.
    Maximum(i64),
    /// A number is not less than this.
    MinimumNumber(f64),
    /// A number is not greater than this.
    MaximumNumber(f64),
    /// An array has at least this many items.
    MinItems(usize),
    /// An array has at most this many items.
    MaxItems(usize),
    /// An array's items differ from one another.
    UniqueItems,
    /// Every item of an array keeps to these rules.
    Each(&'static [Rule]),
    /// Free-form JSON is an object.
    Object,
}

/// A value that a request may carry.
pub trait Validate {
    /// Reports to `at` whatever breaks `rules`, or the rules of the type itself.
    fn validate(&self, rules: &[Rule], at: &mut Validator);
}

/// Collects what is wrong with a request, field by field.
#[derive(Debug, Default)]
pub struct Validator {
    path: String,
    violations: Vec<Violation>,
}

impl Validator {
    /// Validates what stands under a name.
    pub fn field(&mut self, name: &str, validate: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        validate(self);
        self.path.truncate(length);
    }

    /// Validates a value under a name.
    pub fn value(&mut self, name: &str, value: &dyn Validate, rules: &[Rule]) {
        self.field(name, |at| value.validate(rules, at));
    }

    /// Validates the item at an index.
    pub fn index(&mut self, index: usize, validate: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(&format!("[{index}]"));
        validate(self);
        self.path.truncate(length);
    }

    /// Reports that the present field is not what it has to be.
    pub fn refuse(&mut self, expected: impl fmt::Display) {
        self.violations.push(Violation {
            field: self.path.clone(),
            expected: expected.to_string(),
        });
    }

    /// How much was reported so far.
    pub(crate) fn count(&self) -> usize {
        self.violations.len()
    }

    /// What was reported.
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
    /// What the field has to be.
    pub expected: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: expected {}", self.field, self.expected)
    }
}

impl Validate for str {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        for rule in rules {
            match *rule {
                Rule::MinLength(least) if self.chars().count() < least => {
                    at.refuse(format_args!("at least {least} characters"));
                }
                Rule::MaxLength(most) if self.chars().count() > most => {
                    at.refuse(format_args!("at most {most} characters"));
                }
                #[cfg(feature = "pattern")]
                Rule::Pattern(pattern) if !matches(pattern, self) => {
                    at.refuse(format_args!("a text that matches {pattern}"));
                }
                _ => {}
            }
        }
    }
}

/// Whether a text matches a pattern; one that does not compile, which the generator refuses,
/// matches every text.
#[cfg(feature = "pattern")]
fn matches(pattern: &str, text: &str) -> bool {
    regress::Regex::new(pattern).map_or(true, |regex| regex.find(text).is_some())
}

impl Validate for String {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        self.as_str().validate(rules, at);
    }
}

impl Validate for i64 {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        for rule in rules {
            match *rule {
                Rule::Minimum(least) if *self < least => {
                    at.refuse(format_args!("at least {least}"));
                }
                Rule::Maximum(most) if *self > most => at.refuse(format_args!("at most {most}")),
                _ => {}
            }
        }
    }
}

impl Validate for f64 {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        if !self.is_finite() {
            at.refuse("a finite number");
        }
        for rule in rules {
            match *rule {
                Rule::MinimumNumber(least) if *self < least => {
                    at.refuse(format_args!("at least {least}"));
                }
                Rule::MaximumNumber(most) if *self > most => {
                    at.refuse(format_args!("at most {most}"));
                }
                _ => {}
            }
        }
    }
}

impl Validate for bool {
    fn validate(&self, _rules: &[Rule], _at: &mut Validator) {}
}

impl<T: Validate> Validate for Option<T> {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        if let Some(value) = self {
            value.validate(rules, at);
        }
    }
}

impl<T: Validate> Validate for Box<T> {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        (**self).validate(rules, at);
    }
}

impl<T: Validate + PartialEq> Validate for Vec<T> {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        let mut each: &[Rule] = &[];
        for rule in rules {
            match *rule {
                Rule::MinItems(least) if self.len() < least => {
                    at.refuse(format_args!("at least {least} items"));
                }
                Rule::MaxItems(most) if self.len() > most => {
                    at.refuse(format_args!("at most {most} items"));
                }
                Rule::UniqueItems if has_twins(self) => at.refuse("no item twice"),
                Rule::Each(rules) => each = rules,
                _ => {}
            }
        }
        for (index, item) in self.iter().enumerate() {
            at.index(index, |at| item.validate(each, at));
        }
    }
}

fn has_twins<T: PartialEq>(items: &[T]) -> bool {
    items
        .iter()
        .enumerate()
        .any(|(index, item)| items[..index].contains(item))
}

impl<T: Validate> Validate for BTreeMap<String, T> {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        for (name, value) in self {
            at.field(name, |at| value.validate(rules, at));
        }
    }
}
