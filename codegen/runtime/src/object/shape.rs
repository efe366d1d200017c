//! The properties of an object type, known without a value.

use std::collections::BTreeMap;

use crate::value::{Json, Map};

/// The properties of an object type. A union chooses a branch with them.
#[doc(hidden)]
pub trait Shape {
    /// The properties that have fields, then the constants.
    const NAMES: &'static [&'static str] = &[];

    /// The required properties that have fields. The grouping follows the macro's table and has no
    /// meaning.
    const REQUIRED: &'static [&'static [&'static str]] = &[];

    /// The properties that always have the same string.
    const CONSTANTS: &'static [(&'static str, &'static str)] = &[];

    /// Whether the schema allows properties that it does not name.
    const OPEN: bool = true;

    /// Whether it has a type for properties that it does not name.
    const FURTHER: bool = false;
}

impl<T> Shape for BTreeMap<String, T> {}

impl Shape for Json {}

impl<T> Shape for Map<T> {
    const FURTHER: bool = true;
}

impl<T: Shape> Shape for Box<T> {
    const NAMES: &'static [&'static str] = T::NAMES;
    const REQUIRED: &'static [&'static [&'static str]] = T::REQUIRED;
    const CONSTANTS: &'static [(&'static str, &'static str)] = T::CONSTANTS;
    const OPEN: bool = T::OPEN;
}
