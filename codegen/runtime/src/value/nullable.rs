//! Values that may be null, where null is something else than absent.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::list::List;
use super::map::Map;
use super::rule::Rule;
use super::tolerant::{Fit, Reader, ReadingField, Strictly, Tolerant};
use super::validate::{Validate, Validator};
use crate::secrecy::debug_variant;

/// A value or null.
///
/// A field of the type `Option<Nullable<T>>` distinguishes three cases: absent is `None`, null is
/// `Some(Nullable::Null)`. In a request that changes something, the first mostly leaves a property
/// as it is, and the second removes it.
///
/// ```
/// # use client_runtime::Nullable;
/// let name: Nullable<String> = "Ada".into();
/// assert_eq!(name.as_option().map(String::as_str), Some("Ada"));
/// assert_eq!(serde_json::to_string(&Nullable::<String>::Null)?, "null");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nullable<T> {
    /// `null`.
    Null,
    /// A value.
    Value(T),
}

impl<T: fmt::Debug> fmt::Debug for Nullable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nullable::Null => debug_variant(f, "Null", None),
            Nullable::Value(value) => debug_variant(f, "Value", Some(value)),
        }
    }
}

impl<T> Nullable<T> {
    /// The same with a reference to the value.
    pub fn as_ref(&self) -> Nullable<&T> {
        match self {
            Nullable::Null => Nullable::Null,
            Nullable::Value(value) => Nullable::Value(value),
        }
    }

    /// The value, unless it is null.
    pub fn as_option(&self) -> Option<&T> {
        self.as_ref().into_option()
    }

    /// The value itself, unless it is null.
    pub fn into_option(self) -> Option<T> {
        match self {
            Nullable::Null => None,
            Nullable::Value(value) => Some(value),
        }
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Nullable::Null)
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Nullable::Value(value)
    }
}

impl<T> From<Option<T>> for Nullable<T> {
    /// The value; null where there is none.
    fn from(value: Option<T>) -> Self {
        value.map_or(Nullable::Null, Nullable::Value)
    }
}

impl From<&str> for Nullable<String> {
    fn from(text: &str) -> Self {
        Nullable::Value(text.to_owned())
    }
}

impl<T> From<Vec<T>> for Nullable<List<T>> {
    fn from(items: Vec<T>) -> Self {
        Nullable::Value(items.into())
    }
}

impl<T> From<BTreeMap<String, T>> for Nullable<Map<T>> {
    fn from(values: BTreeMap<String, T>) -> Self {
        Nullable::Value(values.into())
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_option().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Nullable::from)
    }
}

impl<T: Tolerant> Tolerant for Nullable<T> {
    type Reader = Self;
}

impl<T: Tolerant> Reader<Self> for Nullable<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        let read = deserializer.deserialize_option(ReadingField::<T>(PhantomData))?;
        Ok(match read {
            Ok(value) => Ok(Nullable::Value(value)),
            Err(json) if json.is_null() => Ok(Nullable::Null),
            Err(json) => Err(json),
        })
    }

    fn read_strictly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::<Strictly<T>>::deserialize(deserializer)?;
        Ok(value.map(|value| value.0).into())
    }

    fn is_whole(value: &Self) -> bool {
        value.as_option().is_none_or(T::Reader::is_whole)
    }
}

impl<T: Validate> Validate for Nullable<T> {
    /// Null breaks no rule.
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        if let Nullable::Value(value) = self {
            value.validate(rules, at);
        }
    }

    fn json(&self) -> Option<serde_json::Value> {
        self.as_option()
            .map_or(Some(serde_json::Value::Null), Validate::json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_and_a_value_are_written_back_as_they_came() {
        for text in ["null", "3"] {
            let value: Nullable<i64> = serde_json::from_str(text).unwrap();
            assert_eq!(value.is_null(), text == "null");
            assert_eq!(serde_json::to_string(&value).unwrap(), text);
        }
        assert_eq!(Nullable::from(Some(3)).into_option(), Some(3));
        assert_eq!(Nullable::<i64>::from(None), Nullable::Null);
    }

    #[test]
    fn only_a_value_can_break_a_rule() {
        let mut at = Validator::default();
        at.value("a", &Nullable::<i64>::Null, &[Rule::Minimum(3)]);
        at.value("b", &Some(Nullable::from(2)), &[Rule::Minimum(3)]);
        let violations = at.finish();
        assert_eq!(violations.len(), 1);
        assert_eq!(violations[0].to_string(), "`b`: expected at least 3");
    }
}
