//! What is known of an object type without a value.

use std::collections::BTreeMap;

use crate::value::{Json, Map};

/// The properties of an object type; what a union chooses by.
#[doc(hidden)]
pub trait Shape {
    /// The properties that have fields, then those that are constants.
    const NAMES: &'static [&'static str] = &[];

    /// The properties with fields that a schema demands, in groups that mean nothing: they are how
    /// the table has them.
    const REQUIRED: &'static [&'static [&'static str]] = &[];

    /// The properties that always have the same text.
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
