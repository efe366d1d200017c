//! JSON of any shape, kept as text until asked for.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::rule::{Rule, Subject, check};
use super::scalar::Scalar;
use super::validate::{Validate, Validator};
use crate::secrecy::show;
use crate::text::{exact, outline};

/// Any JSON value, kept as its JSON text until it is parsed.
///
/// ```
/// # use client_runtime::Json;
/// let body: Json = serde_json::from_str(r#"{"id": 12345678901234567890123}"#)?;
/// assert_eq!(body.get(), r#"{"id": 12345678901234567890123}"#);
///
/// let answer = Json::new(&[1, 2])?;
/// assert_eq!(answer.parse::<Vec<u8>>()?, [1, 2]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Json(Box<RawValue>);

impl Json {
    /// The JSON that a value serialises to.
    ///
    /// # Errors
    ///
    /// If the value can't be written as JSON, such as a map whose keys are not strings.
    pub fn new<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        to_raw_value(value).map(Json)
    }

    /// The JSON that is this text.
    pub(crate) fn from_text(text: String) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text).map(Json)
    }

    /// The JSON text.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// The JSON as a Rust value.
    ///
    /// # Errors
    ///
    /// If the JSON is not of type `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        exact::from_str(self.get())
    }

    /// The JSON as a tree of values.
    ///
    /// # Errors
    ///
    /// If it is nested more than 128 deep.
    pub fn to_value(&self) -> Result<Value, serde_json::Error> {
        self.parse()
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        self.get() == "null"
    }

    /// Whether this is an object.
    pub fn is_object(&self) -> bool {
        self.get().starts_with('{')
    }

    /// The JSON `null`.
    pub fn null() -> Self {
        Json(RawValue::NULL.to_owned())
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        // A `Value` has a form in JSON by its nature.
        Json::new(&value).unwrap_or_else(|_| Json::null())
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, |f| f.write_str(self.get()))
    }
}

impl fmt::Display for Json {
    /// Writes the JSON for people to read, without access tokens; [`get`](Json::get) returns it
    /// unchanged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, |f| f.write_str(self.get()))
    }
}

impl PartialEq for Json {
    /// Whether both are the same JSON, ignoring white space and the order of properties.
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
            || matches!((self.to_value(), other.to_value()), (Ok(a), Ok(b)) if a == b)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Json)
    }
}

impl Validate for Json {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        // Most free-form JSON has no rules, and then is not looked into.
        if !rules.is_empty() {
            let scalar = Scalar::from_json(self.clone());
            let subject = match outline(self.get()) {
                Some(outline) => Subject::Properties(outline.members.len()),
                None => scalar.subject(),
            };
            check(subject, rules, at, &|| self.json());
        }
    }

    fn json(&self) -> Option<serde_json::Value> {
        self.to_value().ok()
    }
}
