//! Random descriptions, changed by the same code as in the generator's tests.

#![allow(dead_code, reason = "the generator's tests use the rest")]

#[path = "../../generator/mutations/anything.rs"]
mod anything;
#[path = "../../generator/mutations/bases.rs"]
pub mod bases;
#[path = "../../generator/mutations/changes.rs"]
pub mod changes;
#[path = "../../generator/mutations/description.rs"]
mod description;
#[path = "../../generator/mutations/descriptors.rs"]
mod descriptors;
#[path = "../../generator/mutations/values.rs"]
mod values;
