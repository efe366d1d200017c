//! Ids of 24 hexadecimal digits.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::rule::Rule;
use super::string_enum::StringVisitor;
use super::tolerant::{Fit, Reader, Tolerant, read_string};
use super::validate::{Validate, Validator};
use crate::secrecy::show;

/// An id of 24 hexadecimal digits: a MongoDB ObjectId as a string.
///
/// Parsing is strict, and so is validating a request. Decoding a response is not, so an id of
/// another form does not fail the response: [`as_str`](Self::as_str) returns it, and it is written
/// back unchanged.
///
/// ```
/// # use client_runtime::ObjectId;
/// let id: ObjectId = "575ec7417ae143cd83dc4a96".parse()?;
/// assert_eq!(id.as_str(), "575ec7417ae143cd83dc4a96");
/// assert!("../575ec7417ae143cd83dc4a96".parse::<ObjectId>().is_err());
/// # Ok::<(), client_runtime::ParseObjectIdError>(())
/// ```
#[derive(Clone)]
pub struct ObjectId(Repr);

/// The digits as received, in upper or lower case, or a string of another form.
#[derive(Clone, PartialEq, Eq)]
enum Repr {
    Digits([u8; 24]),
    Other(Box<str>),
}

impl ObjectId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // The digits were checked to be ASCII when they were stored.
            Repr::Digits(digits) => std::str::from_utf8(digits).unwrap_or_default(),
            Repr::Other(text) => text,
        }
    }

    /// Whether the id consists of 24 hexadecimal digits; only an id that a response brought may not.
    pub fn is_valid(&self) -> bool {
        matches!(self.0, Repr::Digits(_))
    }

    fn digits(text: &str) -> Option<Self> {
        let are_hex = text.bytes().all(|digit| digit.is_ascii_hexdigit());
        let digits = text.as_bytes().try_into().ok().filter(|_| are_hex)?;
        Some(ObjectId(Repr::Digits(digits)))
    }

    fn lenient(text: &str) -> Self {
        Self::digits(text).unwrap_or_else(|| ObjectId(Repr::Other(text.into())))
    }
}

impl FromStr for ObjectId {
    type Err = ParseObjectIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::digits(text).ok_or(ParseObjectIdError)
    }
}

impl TryFrom<&str> for ObjectId {
    type Error = ParseObjectIdError;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// The error of parsing an [`ObjectId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseObjectIdError;

impl fmt::Display for ParseObjectIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an id of 24 hexadecimal digits")
    }
}

impl std::error::Error for ParseObjectIdError {}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, |f| fmt::Debug::fmt(self.as_str(), f))
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl AsRef<str> for ObjectId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for ObjectId {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for ObjectId {}

impl PartialEq<str> for ObjectId {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for ObjectId {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Hash for ObjectId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialOrd for ObjectId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ObjectId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ObjectId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(StringVisitor(ObjectId::lenient))
    }
}

impl Tolerant for ObjectId {
    type Reader = Self;
}

impl Reader<Self> for ObjectId {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        read_string(deserializer, ObjectId::lenient)
    }
}

impl Validate for ObjectId {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        match self.is_valid() {
            true if rules.is_empty() => {}
            true => self.as_str().validate(rules, at),
            false => at.refuse("24 hexadecimal digits"),
        }
    }

    fn text(&self) -> Option<&str> {
        Some(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_size_of_a_text_that_holds_it_and_needs_no_allocation() {
        assert!(size_of::<ObjectId>() <= 32);
    }

    #[test]
    fn an_id_of_another_shape_is_kept_as_it_came() {
        for text in ["zz", "", "575ec7417ae143cd83dc4a9G", "ü"] {
            let json = serde_json::to_string(text).unwrap();
            let id: ObjectId = serde_json::from_str(&json).unwrap();
            assert!(!id.is_valid());
            assert_eq!(id.as_str(), text);
            assert_eq!(serde_json::to_string(&id).unwrap(), json);
        }
    }

    #[test]
    fn the_case_of_the_digits_is_kept() {
        let id: ObjectId = "575EC7417ae143cd83dc4a96".parse().unwrap();
        assert_eq!(id.to_string(), "575EC7417ae143cd83dc4a96");
    }
}
