//! Objects with arbitrary names: values of a type, and misfits.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::Json;
use super::list::Misfit;
use super::rule::{Kind, Rule};
use super::tolerant::{Fit, Fitting, Reader, Reading, Strictly, Tolerant};
use super::validate::{Validate, Validator, validate_members};
use crate::secrecy::show;
use crate::stack::with_room;

/// An object whose properties have values of one type, as in the `BTreeMap` to which it
/// dereferences.
///
/// A value of a response that is not of the type, a null for example, is kept beside the others as
/// the JSON that it came as: [`misfits`](Self::misfits) has it with its name, and it is written back.
/// A request with misfits is refused.
///
/// ```
/// # use client_runtime::Map;
/// let map: Map<i64> = serde_json::from_str(r#"{"a": 1, "b": "two"}"#)?;
/// assert_eq!(map.get("a"), Some(&1));
/// assert_eq!(map.misfits().map(|(name, _)| name).collect::<Vec<_>>(), ["b"]);
/// assert_eq!(serde_json::to_string(&map)?, r#"{"a":1,"b":"two"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Map<T> {
    values: BTreeMap<String, T>,
    /// By their names.
    #[allow(clippy::box_collection, reason = "there are hardly ever any")]
    misfits: Option<Box<BTreeMap<String, Json>>>,
}

impl<T> Map<T> {
    /// A map without values.
    pub const fn new() -> Self {
        Map {
            values: BTreeMap::new(),
            misfits: None,
        }
    }

    /// What is in the object but not of the type, by its name. Where a value of this name was added,
    /// that counts.
    pub fn misfits(&self) -> impl Iterator<Item = (&str, &Json)> {
        let misfits = self.misfits.iter().flat_map(|misfits| misfits.iter());
        let misfits = misfits.filter(|(name, _)| !self.values.contains_key(*name));
        misfits.map(|(name, json)| (name.as_str(), json))
    }

    /// The values alone.
    pub fn into_inner(self) -> BTreeMap<String, T> {
        self.values
    }

    /// Adds a property, and removes an earlier one of that name.
    fn take(&mut self, name: String, value: Fit<T>) {
        match value {
            Ok(value) => {
                if let Some(misfits) = &mut self.misfits {
                    misfits.remove(&name);
                }
                self.values.insert(name, value);
            }
            Err(json) => {
                self.values.remove(&name);
                self.misfits.get_or_insert_default().insert(name, json);
            }
        }
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Map::new()
    }
}

impl<T> Deref for Map<T> {
    type Target = BTreeMap<String, T>;

    fn deref(&self) -> &BTreeMap<String, T> {
        &self.values
    }
}

impl<T> DerefMut for Map<T> {
    fn deref_mut(&mut self) -> &mut BTreeMap<String, T> {
        &mut self.values
    }
}

impl<T> From<BTreeMap<String, T>> for Map<T> {
    fn from(values: BTreeMap<String, T>) -> Self {
        Map {
            values,
            misfits: None,
        }
    }
}

impl<T, const N: usize> From<[(String, T); N]> for Map<T> {
    fn from(values: [(String, T); N]) -> Self {
        BTreeMap::from(values).into()
    }
}

impl<T> FromIterator<(String, T)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(values: I) -> Self {
        BTreeMap::from_iter(values).into()
    }
}

impl<T> Extend<(String, T)> for Map<T> {
    fn extend<I: IntoIterator<Item = (String, T)>>(&mut self, values: I) {
        self.values.extend(values);
    }
}

impl<T> IntoIterator for Map<T> {
    type Item = (String, T);
    type IntoIter = std::collections::btree_map::IntoIter<String, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.into_iter()
    }
}

impl<'m, T> IntoIterator for &'m Map<T> {
    type Item = (&'m String, &'m T);
    type IntoIter = std::collections::btree_map::Iter<'m, String, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.iter()
    }
}

impl<T: PartialEq> PartialEq for Map<T> {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values && self.misfits().eq(other.misfits())
    }
}

impl<T: PartialEq> PartialEq<BTreeMap<String, T>> for Map<T> {
    fn eq(&self, other: &BTreeMap<String, T>) -> bool {
        self.misfits().next().is_none() && self.values == *other
    }
}

impl<T: fmt::Debug> fmt::Debug for Map<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, |f| {
            let mut shown = f.debug_map();
            shown.entries(&self.values).entries(self.misfits()).finish()
        })
    }
}

impl<T: Serialize> Serialize for Map<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.misfits.is_none() {
            return self.values.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.values {
            map.serialize_entry(name, value)?;
        }
        for (name, json) in self.misfits() {
            map.serialize_entry(name, json)?;
        }
        map.end()
    }
}

struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: Tolerant> Visitor<'de> for MapVisitor<T> {
    type Value = Map<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Map<T>, A::Error> {
        with_room::<T, _>(|| {
            let mut map = Map::new();
            let reading = Reading::<T>::new();
            while let Some(name) = object.next_key::<String>()? {
                map.take(name, object.next_value_seed(reading)?);
            }
            Ok(map)
        })
    }
}

impl<'de, T: Tolerant> Deserialize<'de> for Map<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor(PhantomData))
    }
}

impl<T: Tolerant> Tolerant for Map<T> {
    type Reader = Self;
}

impl<T: Tolerant> Reader<Self> for Map<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        deserializer.deserialize_any(Fitting {
            kind: Kind::Object,
            visitor: MapVisitor(PhantomData),
        })
    }

    fn read_strictly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values = BTreeMap::<String, Strictly<T>>::deserialize(deserializer)?;
        Ok(values
            .into_iter()
            .map(|(name, value)| (name, value.0))
            .collect())
    }

    fn is_whole(value: &Self) -> bool {
        value.misfits.is_none() && value.values.values().all(T::Reader::is_whole)
    }
}

/// A value of another type, which a condition checks instead.
struct Unchecked;

impl Validate for Unchecked {
    fn validate(&self, _rules: &[Rule], _at: &mut Validator) {}
}

impl<T: Validate> Validate for Map<T> {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        let values = self.values.iter();
        let values = values.map(|(name, value)| (name.as_str(), value as &dyn Validate));
        // A condition covers all values, whatever their type.
        let has_condition = rules.iter().any(|rule| matches!(rule, Rule::Meets(_)));
        let misfit: &dyn Validate = if has_condition { &Unchecked } else { &Misfit };
        let misfits = self.misfits().map(|(name, _)| (name, misfit));
        let mut members: Vec<_> = values.chain(misfits).collect();
        members.sort_by_key(|(name, _)| *name);
        validate_members(&members, &|| self.json(), rules, at);
    }

    fn json(&self) -> Option<serde_json::Value> {
        let values = self.values.iter();
        let values = values.map(|(name, value)| Some((name.clone(), value.json()?)));
        let misfits = self.misfits();
        let misfits = misfits.map(|(name, json)| Some((name.to_owned(), json.json()?)));
        let members: Option<serde_json::Map<_, _>> = values.chain(misfits).collect();
        members.map(serde_json::Value::Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Map<i64> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn whatever_is_no_value_is_kept_under_its_name() {
        let text = r#"{"b":1,"d":2,"a":null,"c":"x","e":[1,2.50],"f":{"g":[]},"h":1e400}"#;
        let map = read(text);
        assert_eq!(map.keys().collect::<Vec<_>>(), ["b", "d"]);
        assert_eq!(map.misfits().count(), 5);
        assert_eq!(serde_json::to_string(&map).unwrap(), text);
        assert_eq!(read(text), map);
        assert_ne!(
            map,
            BTreeMap::from([("b".to_owned(), 1), ("d".to_owned(), 2)])
        );
        assert!(serde_json::from_str::<Map<i64>>("[]").is_err());
    }

    #[test]
    fn of_a_name_that_stands_twice_the_last_counts() {
        assert_eq!(read(r#"{"a": 1, "a": null}"#), read(r#"{"a": null}"#));
        assert_eq!(read(r#"{"a": null, "a": 1}"#), read(r#"{"a": 1}"#));
        let mut map = read(r#"{"a": null}"#);
        map.insert("a".to_owned(), 1);
        assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"a":1}"#);
        assert_eq!(map, read(r#"{"a": 1}"#));
    }

    #[test]
    fn a_request_with_misfits_is_refused_by_their_names() {
        let mut at = Validator::default();
        at.value(
            "m",
            &read(r#"{"a": 1, "b": null}"#),
            &[Rule::MaxProperties(1)],
        );
        let violations: Vec<_> = at.finish().iter().map(ToString::to_string).collect();
        assert_eq!(
            violations,
            [
                "`m`: expected at most 1 property",
                "`m.b`: expected a value of the type that the API describes"
            ]
        );
    }
}
