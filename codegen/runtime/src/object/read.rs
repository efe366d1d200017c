//! Reading objects from JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::{Extra, Shape};
use crate::stack::with_room;
use crate::text::{check_depth, exact};
use crate::value::{
    Fit, Fitting, Json, Kind, Reader, ReadingField, ReadingNullable, Strictly, Tolerant, fit,
    integer, is_same_number,
};

/// A struct that is read from a JSON object, all of whose fields are options.
#[doc(hidden)]
pub trait Object: Shape + Default {
    /// The index in `NAMES` of a field's property; a greater one for any other property.
    fn index(name: &str) -> u16;

    /// Where properties without fields are kept.
    fn rest(&mut self) -> Rest<'_>;

    /// The properties without fields that are kept as JSON.
    fn extra(&self) -> Option<&Extra>;

    /// Reads the property with this index into its field, or returns its JSON if it does not fit.
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        index: u16,
        map: &mut A,
    ) -> Result<Option<Json>, A::Error>;
}

/// Reads an [`Object`].
#[doc(hidden)]
pub fn read_object<'de, T: Object, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// Reads an [`Object`] without loss.
#[doc(hidden)]
pub struct ObjectReader(());

impl<T: Object + DeserializeOwned> Reader<T> for ObjectReader {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<T>, D::Error> {
        deserializer.deserialize_any(Fitting {
            kind: Kind::Object,
            visitor: ObjectVisitor(PhantomData),
        })
    }

    /// Nulls aside, no property with a field is kept as JSON.
    fn is_whole(object: &T) -> bool {
        let mut kept = object.extra().into_iter().flatten();
        !kept.any(|(name, value)| T::NAMES.contains(&name.as_str()) && !value.is_null())
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        with_room::<T, _>(|| {
            let mut object = T::default();
            let is_exact = exact::is_on();
            while let Some((index, unknown)) = map.next_key_seed(Key {
                index: T::index,
                known: T::NAMES.len() - T::CONSTANTS.len(),
            })? {
                let (name, value) = match unknown {
                    None => {
                        let misfit = if is_exact {
                            read_by_text(&mut object, index, &mut map)?
                        } else {
                            object.read(index, &mut map)?
                        };
                        match misfit {
                            None => continue,
                            Some(json) => (T::NAMES[usize::from(index)].to_owned(), json),
                        }
                    }
                    Some(name) => (name, map.next_value()?),
                };
                object
                    .rest()
                    .keep(T::NAMES, T::CONSTANTS, name, value)
                    .map_err(A::Error::custom)?;
            }
            Ok(object)
        })
    }
}

/// Reads a property from its JSON text, or returns the JSON if it does not fit.
#[cold]
fn read_by_text<'de, T: Object, A: MapAccess<'de>>(
    object: &mut T,
    index: u16,
    map: &mut A,
) -> Result<Option<Json>, A::Error> {
    let read = map.next_value_seed(exact::ByText(|text: &str| {
        check_depth(text)?;
        match object.read(index, &mut SingleValue(text)) {
            Ok(None) => Ok(None),
            Err(error) if !exact::is_number(text) => Err(error),
            _ => Json::from_text(text.to_owned()).map(Some),
        }
    }))?;
    read.map_err(A::Error::custom)
}

/// A property whose name has been read, with the JSON text of its value.
struct SingleValue<'t>(&'t str);

impl<'t> MapAccess<'t> for SingleValue<'t> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'t>>(
        &mut self,
        _: K,
    ) -> Result<Option<K::Value>, serde_json::Error> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, serde_json::Error> {
        seed.deserialize(&mut serde_json::Deserializer::from_str(self.0))
    }
}

/// Turns the name of a property into its index; only a name without a field is copied.
struct Key {
    index: fn(&str) -> u16,
    known: usize,
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = (u16, Option<String>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = (u16, Option<String>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let index = (self.index)(name);
        let known = usize::from(index) < self.known;
        Ok((index, (!known).then(|| name.to_owned())))
    }
}

/// Reads a property into its field, which stays empty if the value does not fit. If a property
/// appears twice, the last one counts, as in most JSON readers.
#[doc(hidden)]
pub fn read<'de, T: Tolerant, A: MapAccess<'de>>(
    field: &mut Option<T>,
    map: &mut A,
) -> Result<Option<Json>, A::Error> {
    let read = map.next_value_seed(ReadingField(PhantomData))?;
    Ok(put(field, read))
}

/// Reads a property into its field, whose type has a value for null.
#[doc(hidden)]
pub fn read_nullable<'de, T: Tolerant, A: MapAccess<'de>>(
    field: &mut Option<T>,
    map: &mut A,
) -> Result<Option<Json>, A::Error> {
    let read = map.next_value_seed(ReadingNullable(PhantomData))?;
    Ok(put(field, read))
}

fn put<T>(field: &mut Option<T>, read: Fit<T>) -> Option<Json> {
    match read {
        Ok(value) => {
            *field = Some(value);
            None
        }
        Err(json) => {
            *field = None;
            Some(json)
        }
    }
}

/// Reads a property of a `closed` object, which can't keep a value that does not fit.
#[doc(hidden)]
pub fn read_strictly<'de, T: Tolerant, A: MapAccess<'de>>(
    field: &mut Option<T>,
    map: &mut A,
) -> Result<Option<Json>, A::Error> {
    *field = map
        .next_value::<Option<Strictly<T>>>()?
        .map(|value| value.0);
    Ok(field.is_none().then(Json::null))
}

/// The same where the type has a value for null.
#[doc(hidden)]
pub fn read_strictly_nullable<'de, T: Tolerant, A: MapAccess<'de>>(
    field: &mut Option<T>,
    map: &mut A,
) -> Result<Option<Json>, A::Error> {
    *field = Some(map.next_value::<Strictly<T>>()?.0);
    Ok(None)
}

/// Where an object keeps the properties that have no field.
#[doc(hidden)]
pub struct Rest<'o> {
    pub extra: Option<&'o mut Extra>,
    pub further: Option<&'o mut dyn Further>,
}

impl Rest<'_> {
    /// Keeps a property that has no field, or returns why it can't.
    fn keep(
        self,
        names: &'static [&'static str],
        constants: &[(&str, &str)],
        name: String,
        value: Json,
    ) -> Result<(), String> {
        let named = names.contains(&name.as_str());
        if constant(constants, &name).is_some_and(|text| is_text(&value, text)) {
            // If a property appears twice, the last one counts.
            self.extra.map(|extra| extra.remove(&name));
            return Ok(());
        }
        let mut reason = None;
        if let Some(further) = self.further.filter(|_| !named) {
            match further.take(&name, &value) {
                Ok(()) => {
                    self.extra.map(|extra| extra.remove(&name));
                    return Ok(());
                }
                Err(error) => reason = Some(error),
            }
        }
        match self.extra {
            Some(extra) => {
                extra.insert(name, value);
                Ok(())
            }
            None => Err(refusal(names, constants, &name, reason)),
        }
    }
}

/// The string that a property always has.
fn constant<'t>(constants: &[(&str, &'t str)], name: &str) -> Option<&'t str> {
    let mut constants = constants.iter();
    constants
        .find(|(other, _)| *other == name)
        .map(|(_, text)| *text)
}

/// Whether some JSON is this string.
fn is_text(json: &Json, text: &str) -> bool {
    json.parse::<String>().is_ok_and(|other| other == text)
}

/// Why an object can't have a property without a field.
fn refusal(
    names: &'static [&'static str],
    constants: &[(&str, &str)],
    name: &str,
    reason: Option<serde_json::Error>,
) -> String {
    match (constant(constants, name), reason) {
        (Some(text), _) => format!("`{name}` must be `{text}`"),
        (None, Some(reason)) => format!("`{name}`: {reason}"),
        _ if names.contains(&name) => format!("`{name}` must not be null"),
        _ => serde_json::Error::unknown_field(name, names).to_string(),
    }
}

/// A map of properties that have a type but no field.
#[doc(hidden)]
pub trait Further {
    /// Adds a property if it is of the type. Any earlier property of that name is removed.
    fn take(&mut self, name: &str, value: &Json) -> Result<(), serde_json::Error>;

    /// Whether there is a property of this name.
    fn has(&self, name: &str) -> bool;

    /// The names of all properties.
    fn names(&self) -> Vec<&str>;
}

impl<T: Tolerant> Further for BTreeMap<String, T> {
    fn take(&mut self, name: &str, value: &Json) -> Result<(), serde_json::Error> {
        self.remove(name);
        match fit(value)? {
            Ok(value) => {
                self.insert(name.to_owned(), value);
                Ok(())
            }
            Err(json) => match json.parse::<Strictly<T>>() {
                Ok(_) => Err(serde_json::Error::custom("a value of another type")),
                Err(error) => Err(error),
            },
        }
    }

    fn has(&self, name: &str) -> bool {
        self.contains_key(name)
    }

    fn names(&self) -> Vec<&str> {
        self.keys().map(String::as_str).collect()
    }
}

/// Reads a value, unless it is a number that would be written back as another one: an `f64` reads
/// any number.
pub(crate) fn parse_exactly<T: DeserializeOwned + Serialize>(
    json: &Json,
) -> Result<T, serde_json::Error> {
    // `1.0` is an integer in JSON Schema, but not in serde.
    let value = parse(json).or_else(|error| {
        let whole = integer(json.get()).map(|whole| whole.to_string());
        let whole = whole.and_then(|whole| serde_json::from_str(&whole).ok());
        whole.ok_or(error)
    })?;
    if exact::is_number(json.get()) {
        check_number(json, &serde_json::to_string(&value)?)?;
    }
    Ok(value)
}

fn check_number(json: &Json, written: &str) -> Result<(), serde_json::Error> {
    if is_same_number(json.get(), written) {
        Ok(())
    } else {
        Err(serde_json::Error::custom(
            "a number that is too large or has too many digits",
        ))
    }
}

/// Reads a value from separate JSON text.
fn parse<T: DeserializeOwned>(json: &Json) -> Result<T, serde_json::Error> {
    check_depth(json.get())?;
    json.parse()
}

/// The properties of an object, on their way into a struct that has required fields.
#[doc(hidden)]
#[derive(Debug)]
pub struct Properties {
    map: Extra,
    /// A further property that is not of the type, and why.
    refused: Option<(String, serde_json::Error)>,
}

impl Properties {
    /// Reads all of them.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = BTreeMap::deserialize(deserializer)?;
        Ok(Properties {
            map: map.into(),
            refused: None,
        })
    }

    /// Removes and reads a property, unless it is null.
    pub fn take<T: Tolerant, E: Error>(&mut self, name: &str) -> Result<Option<T>, E> {
        match self.map.get(name) {
            Some(value) if !value.is_null() => self.take_nullable(name),
            _ => Ok(None),
        }
    }

    /// Removes and reads a property whose type has a value for null.
    pub fn take_nullable<T: Tolerant, E: Error>(&mut self, name: &str) -> Result<Option<T>, E> {
        let Some(value) = self.map.remove(name) else {
            return Ok(None);
        };
        parse::<Strictly<T>>(&value)
            .map(|value| Some(value.0))
            .map_err(|error| E::custom(format_args!("`{name}`: {error}")))
    }

    /// Removes a constant, if it has its string.
    pub fn take_constant(&mut self, name: &str, text: &str) {
        if self.map.get(name).is_some_and(|value| is_text(value, text)) {
            self.map.remove(name);
        }
    }

    /// Removes and reads the properties that have no field and are of a type.
    pub fn take_further<T: Tolerant>(&mut self, names: &[&str]) -> BTreeMap<String, T> {
        let mut further = BTreeMap::new();
        let refused = &mut self.refused;
        self.map.retain(|name, value| {
            if names.contains(&name.as_str()) {
                return true;
            }
            match Further::take(&mut further, name, value) {
                Ok(()) => false,
                Err(error) => {
                    *refused = Some((name.clone(), error));
                    true
                }
            }
        });
        further
    }

    /// Returns the remaining properties.
    pub fn into_extra(self) -> Extra {
        self.map
    }

    /// Rejects remaining properties.
    pub fn finish<E: Error>(
        self,
        names: &'static [&'static str],
        constants: &[(&str, &str)],
    ) -> Result<(), E> {
        let Some(name) = self.map.keys().next() else {
            return Ok(());
        };
        let refused = self.refused.filter(|(refused, _)| refused == name);
        let reason = refused.map(|(_, error)| error);
        Err(E::custom(refusal(names, constants, name, reason)))
    }
}

/// The value of a required field.
#[doc(hidden)]
pub fn require<T, E: Error>(field: Option<T>, name: &'static str) -> Result<T, E> {
    field.ok_or_else(|| E::missing_field(name))
}
