//! Reading without loss: a value that its type can't hold is kept as JSON.
//!
//! A number where a string is described must not fail the response or the values beside it. So
//! fields, items and values of maps are read with [`Tolerant`], in one pass. A value that does not
//! fit is returned as JSON: an object keeps it in `extra`, a [`List`](crate::List) by its position,
//! a [`Map`](crate::Map) by its name.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess,
    Visitor,
};
use serde::ser::Serialize;

use super::json::Json;
use super::rule::Kind;
use super::scalar::{integer, is_same_number};
use super::string_enum::StringVisitor;
use crate::text::{check_depth, exact};

/// A value, or the JSON that does not fit its type.
pub type Fit<T> = Result<T, Json>;

/// A type that is read from a response without loss.
#[doc(hidden)]
pub trait Tolerant: DeserializeOwned {
    /// What reads it. The types that a macro defines share a reader, so that a crate with many of
    /// them has no function to compile for each.
    type Reader: Reader<Self>;
}

/// Reads values of a type without loss.
#[doc(hidden)]
pub trait Reader<T: DeserializeOwned> {
    /// Reads a value, or the JSON found instead. Only invalid JSON is an error.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<T>, D::Error>;

    /// Reads a value of a type that only requests have: a value that does not fit is an error.
    fn read_strictly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }

    /// Whether every part of the value fits: its lists and maps keep nothing as JSON.
    fn is_whole(_: &T) -> bool {
        true
    }
}

/// Whether every part of a value fits.
#[doc(hidden)]
pub fn is_whole<T: Tolerant>(value: &T) -> bool {
    T::Reader::is_whole(value)
}

/// Reads a value that either fits in all its parts or is kept as a whole.
#[doc(hidden)]
pub struct WholeReader(());

impl<T: DeserializeOwned> Reader<T> for WholeReader {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<T>, D::Error> {
        let json = Json::deserialize(deserializer)?;
        Ok(json.parse().map_err(|_| json))
    }
}

/// Reads a value from separate JSON.
pub(crate) fn fit<T: Tolerant>(json: &Json) -> Result<Fit<T>, serde_json::Error> {
    exact::read(|| fit_text(json.get()))
}

/// Reads a value from its JSON text, or returns the JSON.
fn fit_text<T: Tolerant>(text: &str) -> Result<Fit<T>, serde_json::Error> {
    check_depth(text)?;
    match T::Reader::read(&mut serde_json::Deserializer::from_str(text)) {
        Ok(Ok(value)) => Ok(Ok(value)),
        Err(error) if !exact::is_number(text) => Err(error),
        _ => Json::from_text(text.to_owned()).map(Err),
    }
}

/// A value whose parts all fit.
pub(crate) struct Strictly<T>(pub T);

impl<'de, T: Tolerant> Deserialize<'de> for Strictly<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::Reader::read_strictly(deserializer).map(Strictly)
    }
}

/// Reads a value of an array or a map.
pub(crate) struct Reading<T> {
    is_exact: bool,
    of: PhantomData<T>,
}

impl<T> Clone for Reading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Reading<T> {}

impl<T> Reading<T> {
    pub fn new() -> Self {
        Reading {
            is_exact: exact::is_on(),
            of: PhantomData,
        }
    }
}

impl<'de, T: Tolerant> DeserializeSeed<'de> for Reading<T> {
    type Value = Fit<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fit<T>, D::Error> {
        if self.is_exact {
            exact::by_text(deserializer, fit_text)?.map_err(D::Error::custom)
        } else {
            T::Reader::read(deserializer)
        }
    }
}

/// Reads the value of a field; null never is one, whatever the type.
pub(crate) struct ReadingField<T>(pub PhantomData<T>);

impl<'de, T: Tolerant> DeserializeSeed<'de> for ReadingField<T> {
    type Value = Fit<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fit<T>, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Tolerant> Visitor<'de> for ReadingField<T> {
    type Value = Fit<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_none<E: Error>(self) -> Result<Fit<T>, E> {
        Ok(Err(Json::null()))
    }

    fn visit_unit<E: Error>(self) -> Result<Fit<T>, E> {
        Ok(Err(Json::null()))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fit<T>, D::Error> {
        T::Reader::read(deserializer)
    }
}

/// Reads the value of a field whose type has a value for null.
pub(crate) struct ReadingNullable<T>(pub PhantomData<T>);

impl<'de, T: Tolerant> DeserializeSeed<'de> for ReadingNullable<T> {
    type Value = Fit<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fit<T>, D::Error> {
        T::Reader::read(deserializer)
    }
}

/// Reads JSON of one type with a visitor, and keeps any other JSON.
#[derive(Debug)]
pub(crate) struct Fitting<V> {
    pub kind: Kind,
    pub visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Fitting<V> {
    type Value = Fit<V::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        match self.kind {
            Kind::Boolean => self.visitor.visit_bool(flag).map(Ok),
            _ => kept(&flag),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        match self.kind {
            Kind::String => self.visitor.visit_str(text).map(Ok),
            _ => kept(text),
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        kept(&number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        kept(&number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        exact::lost_digits();
        kept(&number)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Err(Json::null()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        match self.kind {
            Kind::Array => self.visitor.visit_seq(items).map(Ok),
            _ => kept_array(items),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        match self.kind {
            Kind::Object => self.visitor.visit_map(members).map(Ok),
            _ => kept_object(members),
        }
    }
}

/// Keeps a scalar of another type.
#[cold]
fn kept<T, J: Serialize + ?Sized, E: Error>(scalar: &J) -> Result<Fit<T>, E> {
    Json::new(scalar).map(Err).map_err(E::custom)
}

/// Keeps an array where another type is expected, with the JSON text of its items unchanged.
#[cold]
fn kept_array<'de, T, A: SeqAccess<'de>>(mut items: A) -> Result<Fit<T>, A::Error> {
    let mut text = String::from("[");
    while let Some(item) = items.next_element::<Json>()? {
        separate(&mut text);
        text.push_str(item.get());
    }
    text.push(']');
    Json::from_text(text).map(Err).map_err(A::Error::custom)
}

/// Keeps an object where another type is expected.
#[cold]
fn kept_object<'de, T, A: MapAccess<'de>>(mut members: A) -> Result<Fit<T>, A::Error> {
    let mut text = String::from("{");
    while let Some((name, value)) = members.next_entry::<String, Json>()? {
        separate(&mut text);
        let name = Json::new(&name).map_err(A::Error::custom)?;
        text.push_str(name.get());
        text.push(':');
        text.push_str(value.get());
    }
    text.push('}');
    Json::from_text(text).map(Err).map_err(A::Error::custom)
}

fn separate(text: &mut String) {
    if text.len() > 1 {
        text.push(',');
    }
}

/// Reads a string, or keeps other JSON.
pub(crate) fn read_string<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    of: fn(&str) -> T,
) -> Result<Fit<T>, D::Error> {
    deserializer.deserialize_any(Fitting {
        kind: Kind::String,
        visitor: StringVisitor(of),
    })
}

/// Reads a number by its JSON text, which alone shows whether the type holds it.
pub(crate) fn read_number<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    of: fn(&str) -> Option<T>,
) -> Result<Fit<T>, D::Error> {
    let read = exact::by_text(deserializer, |text| match of(text) {
        Some(number) => Ok(Ok(number)),
        None => Json::from_text(text.to_owned()).map(Err),
    });
    read?.map_err(D::Error::custom)
}

impl Tolerant for String {
    type Reader = Self;
}

impl Reader<Self> for String {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        read_string(deserializer, str::to_owned)
    }
}

impl Tolerant for i64 {
    type Reader = Self;
}

impl Reader<Self> for i64 {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        read_number(deserializer, integer)
    }
}

impl Tolerant for f64 {
    type Reader = Self;
}

impl Reader<Self> for f64 {
    /// A number that would be written back as another one does not fit.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        read_number(deserializer, |text| {
            let number: f64 = text.parse().ok()?;
            let written = serde_json::to_string(&number).ok()?;
            is_same_number(text, &written).then_some(number)
        })
    }
}

impl Tolerant for bool {
    type Reader = Self;
}

impl Reader<Self> for bool {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        struct BooleanVisitor;

        impl Visitor<'_> for BooleanVisitor {
            type Value = bool;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a boolean")
            }

            fn visit_bool<E: Error>(self, flag: bool) -> Result<bool, E> {
                Ok(flag)
            }
        }

        deserializer.deserialize_any(Fitting {
            kind: Kind::Boolean,
            visitor: BooleanVisitor,
        })
    }
}

impl Tolerant for Json {
    type Reader = Self;
}

impl Reader<Self> for Json {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        Json::deserialize(deserializer).map(Ok)
    }
}

impl<T: Tolerant> Tolerant for Box<T> {
    type Reader = Self;
}

impl<T: Tolerant> Reader<Self> for Box<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        Ok(T::Reader::read(deserializer)?.map(Box::new))
    }

    fn read_strictly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::Reader::read_strictly(deserializer).map(Box::new)
    }

    fn is_whole(value: &Self) -> bool {
        T::Reader::is_whole(value)
    }
}
