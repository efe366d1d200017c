//! The rules that the values of a request must satisfy, and how they are checked.

use serde_json::Value;

use super::condition::Condition;
#[cfg(feature = "pattern")]
use super::matcher::Pattern;
use super::scalar::Scalar;
use super::string_enum::quoted;
use super::validate::Validator;

/// A limit from a schema or a descriptor.
///
/// A rule accepts every value of a type that it does not apply to: a number has no length that
/// could be too short.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// A string has at least this many characters.
    MinLength(usize),
    /// A string has at most this many characters.
    MaxLength(usize),
    /// A string matches this ECMA-262 regular expression.
    #[cfg(feature = "pattern")]
    Pattern(fn() -> &'static Pattern),
    /// A number is not less than this.
    Minimum(i64),
    /// A number is not greater than this.
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
    /// Every item of an array, or value of a map, satisfies these rules.
    Each(&'static [Rule]),
    /// Free-form JSON is an object.
    Object,
    /// A value is one of these JSON scalars, written as JSON: `"1"`, `"\"asc\""`, `"null"`. Numbers
    /// compare by value.
    OneOf(&'static [&'static str]),
    /// A value has one of these types.
    Kinds(&'static [Kind]),
    /// An object or a map has at least this many properties.
    MinProperties(usize),
    /// An object or a map has at most this many properties.
    MaxProperties(usize),
    /// Every key of a map matches this ECMA-262 regular expression.
    #[cfg(feature = "pattern")]
    Keys(fn() -> &'static Pattern),
    /// Only the values whose keys match this ECMA-262 regular expression are checked; the others
    /// may be anything.
    #[cfg(feature = "pattern")]
    Matching(fn() -> &'static Pattern),
    /// At least one of these sets of properties is present in an object.
    AnyRequired(&'static [&'static [&'static str]]),
    /// The value, as JSON, meets this condition.
    Meets(&'static Condition),
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// An integer. `1.0` is one.
    Integer,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "a boolean",
            Kind::Integer => "an integer",
            Kind::Number => "a number",
            Kind::String => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        }
    }
}

/// What rules look at in a value, whatever its Rust type.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    String(&'a str),
    /// An array with this many items.
    Items(usize),
    /// An object or a map with this many properties.
    Properties(usize),
    /// Any other JSON.
    Other,
}

/// Reports the rules that `subject` breaks. `json` returns the value as JSON, for conditions.
pub(crate) fn check(
    subject: Subject<'_>,
    rules: &[Rule],
    at: &mut Validator,
    json: &dyn Fn() -> Option<Value>,
) {
    for rule in rules {
        let kept = match (rule, subject) {
            (Rule::Meets(condition), _) => {
                // A value without JSON can't be sent, which is reported where it is written.
                if let Some(value) = json() {
                    condition.report(&value, at);
                }
                true
            }
            #[cfg(feature = "pattern")]
            (Rule::Pattern(pattern), Subject::String(text)) => {
                if let Some(expected) = pattern().expected(text) {
                    at.refuse(expected);
                }
                true
            }
            (rule, subject) => rule.admits(subject),
        };
        if !kept {
            at.refuse(rule.words());
        }
    }
}

/// Reports the rules that a scalar breaks.
pub(crate) fn check_scalar(subject: Subject<'_>, rules: &[Rule], at: &mut Validator) {
    check(subject, rules, at, &|| subject.json());
}

impl Rule {
    /// Whether a value satisfies this rule, as far as `subject` shows.
    fn admits(&self, subject: Subject<'_>) -> bool {
        match (*self, subject) {
            (Rule::MinLength(least), Subject::String(text)) => text.chars().count() >= least,
            (Rule::MaxLength(most), Subject::String(text)) => text.chars().count() <= most,
            (Rule::Minimum(least), Subject::Integer(number)) => number >= least,
            (Rule::Minimum(least), Subject::Number(number)) => number >= least as f64,
            (Rule::Maximum(most), Subject::Integer(number)) => number <= most,
            (Rule::Maximum(most), Subject::Number(number)) => number <= most as f64,
            (Rule::MinimumNumber(least), Subject::Integer(number)) => number as f64 >= least,
            (Rule::MinimumNumber(least), Subject::Number(number)) => number >= least,
            (Rule::MaximumNumber(most), Subject::Integer(number)) => number as f64 <= most,
            (Rule::MaximumNumber(most), Subject::Number(number)) => number <= most,
            (Rule::MinItems(least), Subject::Items(count)) => count >= least,
            (Rule::MaxItems(most), Subject::Items(count)) => count <= most,
            (Rule::MinProperties(least), Subject::Properties(count)) => count >= least,
            (Rule::MaxProperties(most), Subject::Properties(count)) => count <= most,
            (Rule::Object, subject) => matches!(subject, Subject::Properties(_)),
            (Rule::OneOf(texts), _) => texts.iter().any(|text| subject.is(text)),
            (Rule::Kinds(kinds), _) => kinds.iter().any(|kind| subject.is_of(*kind)),
            _ => true,
        }
    }

    /// What the rule expects, worded to follow "expected".
    pub(crate) fn words(&self) -> String {
        match *self {
            Rule::MinLength(least) => format!("at least {}", counted(least, "character")),
            Rule::MaxLength(most) => format!("at most {}", counted(most, "character")),
            #[cfg(feature = "pattern")]
            Rule::Pattern(pattern) => pattern().words(),
            Rule::Minimum(least) => format!("at least {least}"),
            Rule::Maximum(most) => format!("at most {most}"),
            Rule::MinimumNumber(least) => format!("at least {least}"),
            Rule::MaximumNumber(most) => format!("at most {most}"),
            Rule::MinItems(least) => format!("at least {}", counted(least, "item")),
            Rule::MaxItems(most) => format!("at most {}", counted(most, "item")),
            Rule::UniqueItems => "items that differ from each other".to_owned(),
            Rule::Each(rules) => {
                let words: Vec<String> = rules.iter().map(Rule::words).collect();
                format!("values that are each {}", words.join(" and "))
            }
            Rule::Object => "an object".to_owned(),
            Rule::OneOf(values) => format!("one of {}", quoted(values)),
            Rule::Kinds(kinds) => {
                let kinds: Vec<&str> = kinds.iter().map(|kind| kind.words()).collect();
                kinds.join(" or ")
            }
            Rule::MinProperties(least) => format!("at least {}", counted(least, "property")),
            Rule::MaxProperties(most) => format!("at most {}", counted(most, "property")),
            #[cfg(feature = "pattern")]
            Rule::Keys(pattern) => format!("property names that match `{}`", pattern().as_str()),
            #[cfg(feature = "pattern")]
            Rule::Matching(pattern) => {
                format!(
                    "such values for property names that match `{}`",
                    pattern().as_str()
                )
            }
            Rule::AnyRequired(lists) => {
                let lists: Vec<String> = lists.iter().map(|names| quoted(names)).collect();
                format!("a value for {}", lists.join(", or for "))
            }
            Rule::Meets(condition) => condition.words(),
        }
    }
}

/// A number and a noun that agrees with it: `1 item`, `2 items`, `2 properties`.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    match (count, thing.strip_suffix('y')) {
        (1, _) => format!("1 {thing}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {thing}s"),
    }
}

impl Subject<'_> {
    /// The JSON of a scalar.
    fn json(self) -> Option<Value> {
        match self {
            Subject::Null => Some(Value::Null),
            Subject::Boolean(flag) => Some(flag.into()),
            Subject::Integer(number) => Some(number.into()),
            Subject::Number(number) => Some(number.into()),
            Subject::String(text) => Some(text.into()),
            Subject::Items(_) | Subject::Properties(_) | Subject::Other => None,
        }
    }

    /// Whether this is the scalar written as this JSON. Arrays and objects are always accepted.
    fn is(self, text: &str) -> bool {
        match (self, serde_json::from_str(text)) {
            (Subject::Items(_) | Subject::Properties(_), _) => true,
            (Subject::Null, Ok(Scalar::Null)) => true,
            (Subject::Boolean(flag), Ok(Scalar::Bool(other))) => flag == other,
            (Subject::String(text), Ok(Scalar::String(other))) => text == other,
            (Subject::Integer(number), Ok(Scalar::Integer(other))) => number == other,
            (Subject::Integer(number), Ok(Scalar::Number(other))) => number as f64 == other,
            (Subject::Number(number), Ok(Scalar::Integer(other))) => number == other as f64,
            (Subject::Number(number), Ok(Scalar::Number(other))) => number == other,
            _ => false,
        }
    }

    fn is_of(self, kind: Kind) -> bool {
        match kind {
            Kind::Null => matches!(self, Subject::Null),
            Kind::Boolean => matches!(self, Subject::Boolean(_)),
            Kind::String => matches!(self, Subject::String(_)),
            Kind::Array => matches!(self, Subject::Items(_)),
            Kind::Object => matches!(self, Subject::Properties(_)),
            Kind::Number => matches!(self, Subject::Integer(_) | Subject::Number(_)),
            Kind::Integer => match self {
                Subject::Integer(_) => true,
                Subject::Number(number) => number.fract() == 0.0,
                _ => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DateTime, Json, ObjectId, Validate};
    use std::collections::BTreeMap;

    /// The violations of a value, one per line.
    fn wrong(value: &dyn Validate, rules: &[Rule]) -> String {
        let mut at = Validator::default();
        at.value("f", value, rules);
        let violations: Vec<String> = at.finish().iter().map(ToString::to_string).collect();
        violations.join("\n")
    }

    fn json(text: &str) -> Json {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_scalar_is_one_of_several_values() {
        let rules = [Rule::OneOf(&["null", "0", "\"*\""])];
        for fine in [Scalar::Null, 0.into(), 0.0.into(), Scalar::from("*")] {
            assert_eq!(wrong(&fine, &rules), "", "{fine:?}");
        }
        for broken in [Scalar::from("ab"), 1.into(), false.into()] {
            let expected = "`f`: expected one of `null`, `0`, `\"*\"`";
            assert_eq!(wrong(&broken, &rules), expected);
        }
        assert_eq!(wrong(&0i64, &rules), "");
        assert_ne!(wrong(&0.5, &rules), "");
        assert_ne!(wrong(&true, &rules), "");
    }

    #[test]
    fn an_id_and_a_point_in_time_are_checked_like_strings() {
        let id: ObjectId = "575ec7417ae143cd83dc4a96".parse().unwrap();
        let time: DateTime = serde_json::from_str("\"2016-06-13T04:00:00Z\"").unwrap();
        for (rule, expected) in [
            (Rule::MaxLength(3), "`f`: expected at most 3 characters"),
            (Rule::OneOf(&["1"]), "`f`: expected one of `1`"),
            (Rule::MinLength(20), ""),
        ] {
            assert_eq!(wrong(&id, &[rule]), expected);
            assert_eq!(wrong(&time, &[rule]), expected);
        }
    }

    #[test]
    fn a_number_without_a_fraction_is_an_integer_however_it_is_written() {
        let rules = [Rule::Kinds(&[Kind::Integer, Kind::Null])];
        assert_eq!(wrong(&Scalar::from(2.0), &rules), "");
        assert_eq!(wrong(&Scalar::Null, &rules), "");
        let expected = "`f`: expected an integer or null";
        assert_eq!(wrong(&Scalar::from(2.5), &rules), expected);
        assert_eq!(wrong(&Scalar::from("2"), &rules), expected);
        assert_eq!(wrong(&Scalar::from(7), &[Rule::Kinds(&[Kind::Number])]), "");
    }

    #[test]
    fn numbers_are_compared_across_their_types() {
        let rules = [Rule::Minimum(2), Rule::MaximumNumber(3.5)];
        assert_eq!(wrong(&Scalar::from(2), &rules), "");
        assert_eq!(wrong(&1.5, &rules), "`f`: expected at least 2");
        assert_eq!(wrong(&4i64, &rules), "`f`: expected at most 3.5");
    }

    #[test]
    fn each_value_of_a_map_is_checked() {
        let map = BTreeMap::from([("a".to_owned(), 1i64), ("b".to_owned(), 9)]);
        let rules = [Rule::Each(&[Rule::Maximum(8)]), Rule::MaxProperties(1)];
        assert_eq!(
            wrong(&map, &rules),
            "`f`: expected at most 1 property\n`f.b`: expected at most 8"
        );
    }

    #[cfg(feature = "pattern")]
    #[test]
    fn the_keys_of_a_map_match_a_pattern() {
        let map = BTreeMap::from([("a".to_owned(), 1i64), ("B".to_owned(), 9)]);
        assert_eq!(
            wrong(&map, &[Rule::Keys(crate::pattern!("^[a-z]$"))]),
            "`f.B`: expected property names that match `^[a-z]$`"
        );
    }

    #[test]
    fn free_form_json_is_checked_by_the_rules_for_its_type() {
        let rules = [Rule::MinProperties(2), Rule::MaxLength(2)];
        assert_eq!(wrong(&json(r#"{"a": 1, "b": {"c": 2}}"#), &rules), "");
        assert_eq!(
            wrong(&json(r#"{"a": [1, 2]}"#), &rules),
            "`f`: expected at least 2 properties"
        );
        assert_eq!(
            wrong(&json(r#""abc""#), &rules),
            "`f`: expected at most 2 characters"
        );
        assert_eq!(
            wrong(&json("[1]"), &[Rule::Object]),
            "`f`: expected an object"
        );
    }
}
