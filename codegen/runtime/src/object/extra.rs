//! The properties of an object that have no field.

use std::collections::{BTreeMap, btree_map};
use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::secrecy::show;
use crate::value::Json;

/// Properties of an object that are in no field, by name: unknown properties, null where the schema
/// does not allow it, and values of the wrong type, such as a number instead of a string. The field
/// of such a property is `None`.
///
/// They are written back after the fields. If a field with the same name is set, the field is
/// written instead. `Debug` redacts access tokens in values and names.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(BTreeMap<String, Json>);

impl Extra {
    /// Creates an empty map.
    pub fn new() -> Self {
        Self::default()
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, |f| self.0.fmt(f))
    }
}

impl Deref for Extra {
    type Target = BTreeMap<String, Json>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Extra {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<BTreeMap<String, Json>> for Extra {
    fn from(properties: BTreeMap<String, Json>) -> Self {
        Extra(properties)
    }
}

impl FromIterator<(String, Json)> for Extra {
    fn from_iter<I: IntoIterator<Item = (String, Json)>>(properties: I) -> Self {
        Extra(properties.into_iter().collect())
    }
}

impl<const N: usize> From<[(String, Json); N]> for Extra {
    fn from(properties: [(String, Json); N]) -> Self {
        Extra(properties.into())
    }
}

impl IntoIterator for Extra {
    type Item = (String, Json);
    type IntoIter = btree_map::IntoIter<String, Json>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'e> IntoIterator for &'e Extra {
    type Item = (&'e String, &'e Json);
    type IntoIter = btree_map::Iter<'e, String, Json>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'e> IntoIterator for &'e mut Extra {
    type Item = (&'e String, &'e mut Json);
    type IntoIter = btree_map::IterMut<'e, String, Json>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter_mut()
    }
}
