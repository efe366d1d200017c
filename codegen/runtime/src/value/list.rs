//! Arrays: items of a type, and misfits.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::json::Json;
use super::rule::{Kind, Rule};
use super::tolerant::{Fit, Fitting, Reader, Reading, Strictly, Tolerant};
use super::validate::{Validate, Validator, validate_items};
use crate::secrecy::show;
use crate::stack::with_room;

/// An array of a response or a request: its items, as in the `Vec` to which it dereferences.
///
/// An item of a response that is not of the type, such as a null, is kept apart as JSON: a
/// *misfit*. It is not one of the items, so most programs can ignore it. [`misfits`](Self::misfits)
/// returns it with its position, [`entries`](Self::entries) in its place, where it is also written
/// back. A request with misfits is rejected.
///
/// ```
/// # use client_runtime::List;
/// let list: List<i64> = serde_json::from_str(r#"[1, null, 3]"#)?;
/// assert_eq!(*list, [1, 3]);
/// assert_eq!(list.misfits().map(|(position, _)| position).collect::<Vec<_>>(), [1]);
/// assert_eq!(serde_json::to_string(&list)?, "[1,null,3]");
///
/// let made = List::from([1, 2]);
/// assert_eq!(made.iter().sum::<i64>(), 3);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct List<T> {
    items: Vec<T>,
    /// Misfits by their positions in the array.
    #[allow(clippy::box_collection, reason = "there are hardly ever any")]
    misfits: Option<Box<BTreeMap<usize, Json>>>,
}

impl<T> List<T> {
    /// Creates an empty list.
    pub const fn new() -> Self {
        List {
            items: Vec::new(),
            misfits: None,
        }
    }

    /// Returns the misfits with their positions in the array.
    pub fn misfits(&self) -> impl Iterator<Item = (usize, &Json)> {
        let misfits = self.misfits.iter().flat_map(|misfits| misfits.iter());
        misfits.map(|(position, json)| (*position, json))
    }

    /// Returns all entries of the array in order: items, and misfits as JSON.
    ///
    /// If items were added or removed, misfits keep their positions as far as possible.
    pub fn entries(&self) -> impl Iterator<Item = Result<&T, &Json>> {
        entries(self.items.iter(), self.misfits())
    }

    /// Like [`entries`](Self::entries), by value.
    pub fn into_entries(self) -> impl Iterator<Item = Result<T, Json>> {
        let misfits = self.misfits.map(|misfits| *misfits).unwrap_or_default();
        entries(self.items.into_iter(), misfits.into_iter())
    }

    /// Returns the items without misfits.
    pub fn into_vec(self) -> Vec<T> {
        self.items
    }

    /// The number of entries.
    #[doc(hidden)]
    pub fn size(&self) -> usize {
        self.items.len() + self.misfits.as_ref().map_or(0, |misfits| misfits.len())
    }

    /// The last entry, if that is an item, and whether there is any.
    #[doc(hidden)]
    pub fn last_entry(&self) -> Option<Result<&T, &Json>> {
        self.entries().last()
    }
}

/// Puts what has a position between what has an order.
fn entries<T, J>(
    items: impl Iterator<Item = T>,
    misfits: impl Iterator<Item = (usize, J)>,
) -> impl Iterator<Item = Result<T, J>> {
    let (mut items, mut misfits) = (items, misfits.peekable());
    let mut position = 0;
    std::iter::from_fn(move || {
        let misfit = misfits.next_if(|(at, _)| *at <= position);
        let entry = match misfit {
            Some((_, json)) => Some(Err(json)),
            None => match items.next() {
                Some(item) => Some(Ok(item)),
                None => misfits.next().map(|(_, json)| Err(json)),
            },
        };
        position += 1;
        entry
    })
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List::new()
    }
}

impl<T> Deref for List<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.items
    }
}

impl<T> DerefMut for List<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.items
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        List {
            items,
            misfits: None,
        }
    }
}

impl<T, const N: usize> From<[T; N]> for List<T> {
    fn from(items: [T; N]) -> Self {
        Vec::from(items).into()
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Vec::from_iter(items).into()
    }
}

impl<T> Extend<T> for List<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        self.items.extend(items);
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'l, T> IntoIterator for &'l List<T> {
    type Item = &'l T;
    type IntoIter = std::slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl<'l, T> IntoIterator for &'l mut List<T> {
    type Item = &'l mut T;
    type IntoIter = std::slice::IterMut<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter_mut()
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items && self.misfits == other.misfits
    }
}

impl<T: PartialEq> PartialEq<Vec<T>> for List<T> {
    fn eq(&self, other: &Vec<T>) -> bool {
        self.misfits.is_none() && self.items == *other
    }
}

impl<T: PartialEq, const N: usize> PartialEq<[T; N]> for List<T> {
    fn eq(&self, other: &[T; N]) -> bool {
        self.misfits.is_none() && self.items == *other
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, |f| {
            let mut shown = f.debug_list();
            for entry in self.entries() {
                match entry {
                    Ok(item) => shown.entry(item),
                    Err(json) => shown.entry(json),
                };
            }
            shown.finish()
        })
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.misfits {
            None => self.items.serialize(serializer),
            Some(_) => serializer.collect_seq(self.entries().map(Entry)),
        }
    }
}

/// An entry of a list, to be written.
struct Entry<'l, T>(Result<&'l T, &'l Json>);

impl<T: Serialize> Serialize for Entry<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Ok(item) => item.serialize(serializer),
            Err(json) => json.serialize(serializer),
        }
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Tolerant> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<List<T>, A::Error> {
        with_room::<T, _>(|| {
            let mut list = List::new();
            let reading = Reading::<T>::new();
            while let Some(read) = array.next_element_seed(reading)? {
                match read {
                    Ok(item) => list.items.push(item),
                    Err(json) => {
                        let position = list.size();
                        list.misfits.get_or_insert_default().insert(position, json);
                    }
                }
            }
            Ok(list)
        })
    }
}

impl<'de, T: Tolerant> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }
}

impl<T: Tolerant> Tolerant for List<T> {
    type Reader = Self;
}

impl<T: Tolerant> Reader<Self> for List<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<Self>, D::Error> {
        deserializer.deserialize_any(Fitting {
            kind: Kind::Array,
            visitor: ListVisitor(PhantomData),
        })
    }

    fn read_strictly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::<Strictly<T>>::deserialize(deserializer)?;
        Ok(items.into_iter().map(|item| item.0).collect())
    }

    fn is_whole(value: &Self) -> bool {
        value.misfits.is_none() && value.items.iter().all(T::Reader::is_whole)
    }
}

impl<T: Validate> Validate for List<T> {
    fn validate(&self, rules: &[Rule], at: &mut Validator) {
        let entries = self.entries().map(|entry| match entry {
            Ok(item) => item as &dyn Validate,
            Err(_) => &Misfit,
        });
        validate_items(&entries.collect::<Vec<_>>(), rules, at);
    }

    fn json(&self) -> Option<serde_json::Value> {
        let items: Option<Vec<_>> = self
            .entries()
            .map(|entry| entry.map_or_else(Validate::json, Validate::json))
            .collect();
        items.map(serde_json::Value::Array)
    }
}

/// What is not of the type that it should have, in a request.
pub(crate) struct Misfit;

impl Validate for Misfit {
    fn validate(&self, _rules: &[Rule], at: &mut Validator) {
        at.refuse("a value of the type that the API describes");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> List<i64> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn whatever_is_no_item_is_kept_at_its_position() {
        for text in [
            "[]",
            "[null]",
            "[1,null,3]",
            r#"[{"a":[1,2.50]},1,"x",[],2,true,12345678901234567890123,0.5,1e400]"#,
        ] {
            let list = read(text);
            assert_eq!(serde_json::to_string(&list).unwrap(), text);
            let entries = list.entries().map(|entry| match entry {
                Ok(item) => item.to_string(),
                Err(json) => json.get().to_owned(),
            });
            assert_eq!(format!("[{}]", entries.collect::<Vec<_>>().join(",")), text);
            assert_eq!(list.size(), list.clone().into_entries().count());
            assert_eq!(read(text), list);
        }
        assert_eq!(read("[1,2]"), [1, 2]);
        assert_ne!(read("[1,2,null]"), [1, 2]);
        assert_ne!(read("[1,null,2]"), read("[1,2,null]"));
        assert_eq!(format!("{:?}", read("[1, null]")), "[1, null]");
        assert!(serde_json::from_str::<List<i64>>("{}").is_err());
    }

    #[test]
    fn a_misfit_stays_where_it_was_as_far_as_it_can() {
        let mut list = read("[1,null,2,true]");
        list.retain(|item| *item == 2);
        assert_eq!(serde_json::to_string(&list).unwrap(), "[2,null,true]");
        list.clear();
        assert_eq!(serde_json::to_string(&list).unwrap(), "[null,true]");
        list.extend([7, 8, 9]);
        assert_eq!(serde_json::to_string(&list).unwrap(), "[7,null,8,true,9]");
    }

    #[test]
    fn a_request_with_misfits_is_refused_at_their_positions() {
        let mut at = Validator::default();
        at.value("a", &read("[1,null,3]"), &[Rule::Each(&[Rule::Maximum(2)])]);
        let violations: Vec<_> = at.finish().iter().map(ToString::to_string).collect();
        assert_eq!(
            violations,
            [
                "`a[1]`: expected a value of the type that the API describes",
                "`a[2]`: expected at most 2"
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_array_is_written_back_as_it_came(
            array in proptest::collection::vec(proptest::option::of(proptest::prelude::any::<i64>()), 0..20),
        ) {
            let text = serde_json::to_string(&array).unwrap();
            let list = read(&text);
            proptest::prop_assert_eq!(list.len(), array.iter().flatten().count());
            proptest::prop_assert_eq!(serde_json::to_string(&list).unwrap(), text);
        }
    }
}
