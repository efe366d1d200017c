//! What a schema requires of a value beyond its Rust type, as a tree that is evaluated on JSON.
//!
//! | what | where |
//! |---|---|
//! | whether a value meets a condition, and where it fails | `check` |
//! | which properties and items a condition has looked at | `evaluated` |
//! | numbers and equality as JSON Schema has them | `number`, `equal` |
//! | messages | `words` |

mod check;
pub(crate) mod equal;
mod evaluated;
mod number;
mod words;

use super::rule::Kind;

/// Defines constants of [`Condition`], with its variants and [`Kind`] in scope. They may refer to each
/// other in any order.
///
/// ```
/// use client_runtime::{Rule, Validate, Validator};
///
/// client_runtime::conditions! {
///     SHORT = MaxLength(3);
///     SHORT_OR_NUMBER = Any(&[Reference(|| &SHORT), Types(&[Kind::Number])]);
/// }
///
/// let mut at = Validator::default();
/// at.value("value", &"long".to_owned(), &[Rule::Meets(&SHORT_OR_NUMBER)]);
/// assert_eq!(at.finish().len(), 1);
/// ```
// Which of them are needed depends on the features of the crate.
#[macro_export]
macro_rules! conditions {
    ($($name:ident = $condition:expr;)*) => {$(
        #[allow(dead_code)]
        pub(crate) const $name: $crate::Condition = {
            #[allow(unused_imports)]
            use $crate::{Condition, Condition::*, Kind};
            $condition
        };
    )*};
}

/// A condition on a JSON value: the part of a schema that its Rust type does not guarantee.
///
/// As in JSON Schema, a condition on one type is met by every value of another type: a number meets
/// every `MinLength`.
///
/// ```
/// use client_runtime::{Condition, Json, Kind, Rule, Validate, Validator};
///
/// static NOT_EMPTY: Condition = Condition::Not(&Condition::OneOf(&["{}", "[]", "\"\""]));
///
/// let json: Json = serde_json::from_str("[]")?;
/// let mut at = Validator::default();
/// at.value("value", &json, &[Rule::Meets(&NOT_EMPTY)]);
/// assert_eq!(
///     at.finish()[0].to_string(),
///     "`value`: expected anything but one of `{}`, `[]`, `\"\"`",
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Condition {
    /// No value.
    Never,
    /// A value of one of these types.
    Types(&'static [Kind]),
    /// One of these values, written as JSON. Numbers compare by value.
    OneOf(&'static [&'static str]),
    /// A number of at least this limit, written as JSON.
    Minimum(&'static str),
    /// A number greater than this.
    ExclusiveMinimum(&'static str),
    /// A number of at most this.
    Maximum(&'static str),
    /// A number less than this.
    ExclusiveMaximum(&'static str),
    /// A multiple of this number, in decimal arithmetic: 0.3 is a multiple of 0.1.
    MultipleOf(&'static str),
    /// A string of at least this many characters.
    MinLength(usize),
    /// A string of at most this many characters.
    MaxLength(usize),
    /// A string in which this ECMA-262 regular expression matches. Without the feature `pattern`
    /// every string meets it.
    Pattern(&'static str),
    /// An array of at least this many items.
    MinItems(usize),
    /// An array of at most this many items.
    MaxItems(usize),
    /// An array without two equal items.
    UniqueItems,
    /// An array whose first items meet these conditions, one each, and all others `rest`.
    Items {
        /// One condition for each of the first items.
        first: &'static [Condition],
        /// The condition for the items after those, if there is one.
        rest: Option<&'static Condition>,
    },
    /// An array with at least `least` and at most `most` items that meet a condition.
    Contains {
        /// The condition.
        item: &'static Condition,
        /// The fewest items that meet it.
        least: usize,
        /// The most items that meet it.
        most: Option<usize>,
    },
    /// An object of at least this many properties.
    MinProperties(usize),
    /// An object of at most this many properties.
    MaxProperties(usize),
    /// An object with all of these properties.
    Required(&'static [&'static str]),
    /// An object whose properties meet the conditions for their names.
    Properties {
        /// Conditions by name.
        named: &'static [(&'static str, Condition)],
        /// Conditions for names in which an ECMA-262 regular expression matches.
        patterns: &'static [(&'static str, Condition)],
        /// The condition for properties that neither covers, if there is one.
        rest: Option<&'static Condition>,
    },
    /// An object whose property names, as strings, meet a condition.
    Names(&'static Condition),
    /// An object that meets a condition if it has this property.
    Dependent(&'static str, &'static Condition),
    /// A value that meets all of these.
    All(&'static [Condition]),
    /// A value that meets at least one of these.
    Any(&'static [Condition]),
    /// A value that meets exactly one of these.
    One(&'static [Condition]),
    /// A value that does not meet this.
    Not(&'static Condition),
    /// A value that meets `then` if it meets `condition`, and `otherwise` if not.
    If {
        /// What decides.
        condition: &'static Condition,
        /// For values that meet it.
        then: &'static Condition,
        /// For all others.
        otherwise: &'static Condition,
    },
    /// A condition defined elsewhere, so that one can contain itself.
    Reference(fn() -> &'static Condition),
    /// An object that meets all of `within`, and whose properties that none of them has looked at
    /// meet `rest`.
    UnevaluatedProperties {
        /// What the value meets besides.
        within: &'static [Condition],
        /// The condition for what is left.
        rest: &'static Condition,
    },
    /// An array that meets all of `within`, and whose items that none of them has looked at meet
    /// `rest`.
    UnevaluatedItems {
        /// What the value meets besides.
        within: &'static [Condition],
        /// The condition for what is left.
        rest: &'static Condition,
    },
}

impl Condition {
    /// The condition that every value meets.
    pub const ALWAYS: Condition = Condition::All(&[]);
}

/// Whether a pattern matches somewhere in a string; false if that takes too many steps to decide.
#[cfg(feature = "pattern")]
fn matches(pattern: &'static str, text: &str) -> bool {
    use std::collections::HashMap;
    use std::sync::{Mutex, PoisonError};

    use crate::value::matcher::Pattern;

    /// Each pattern, compiled once and never dropped: the emitted code has a fixed number of them.
    static COMPILED: Mutex<Option<HashMap<&'static str, &'static Pattern>>> = Mutex::new(None);

    let compiled = {
        let mut all = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        let all = all.get_or_insert_default();
        *all.entry(pattern)
            .or_insert_with(|| Box::leak(Box::new(Pattern::new(pattern))))
    };
    compiled.expected(text).is_none()
}

#[cfg(not(feature = "pattern"))]
fn matches(_pattern: &'static str, _text: &str) -> bool {
    true
}
