//! Keys of the vendor's descriptions that `schemas/` does not use.
//!
//! The vendor's vocabulary grows: a new key must not cost the action that has it. It is omitted,
//! with a note. A probable misspelling of a known key is kept, so that it is reported.

use std::collections::{BTreeMap, BTreeSet};

use codegen::descriptor::{self, Action, Parameter, Resource, Response};
use schemars::JsonSchema;
use schemars::schema::RootSchema;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::Members;
use super::translate::Left;

/// The known keys of each kind of object.
pub(super) struct Vocabulary {
    resource: BTreeSet<String>,
    action: BTreeSet<String>,
    parameter: BTreeSet<String>,
    response: BTreeSet<String>,
}

impl Vocabulary {
    pub fn new() -> Self {
        Vocabulary {
            resource: keys::<Resource>(),
            action: keys::<Action>(),
            parameter: keys::<Parameter>(),
            response: keys::<Response>(),
        }
    }

    /// Removes unknown keys from a resource, but not from its actions.
    pub fn resource(&self, resource: &mut BTreeMap<&str, &Value>, left: &mut Left) {
        resource.retain(|key, _| keeps(key, &self.resource, "a resource", left));
    }

    /// Removes unknown keys from an action, its parameters and its responses.
    pub fn action(&self, action: &mut Members, left: &mut Left) {
        action.retain(|key, _| keeps(key, &self.action, "an action", left));
        if let Some(params) = action.get_mut("params") {
            let list = serde_json::from_str::<Vec<Members>>(params.get());
            if let Ok(mut list) = list {
                let mut is_changed = false;
                for parameter in &mut list {
                    is_changed |= self.retain(parameter, &self.parameter, "a parameter", left);
                }
                replace(params, &list, is_changed);
            }
        }
        if let Some(responses) = action.get_mut("responses") {
            let map = serde_json::from_str::<indexmap::IndexMap<String, Members>>(responses.get());
            if let Ok(mut map) = map {
                let mut is_changed = false;
                for response in map.values_mut() {
                    is_changed |= self.retain(response, &self.response, "a response", left);
                }
                replace(responses, &map, is_changed);
            }
        }
    }

    fn retain(
        &self,
        members: &mut Members,
        known: &BTreeSet<String>,
        of: &str,
        left: &mut Left,
    ) -> bool {
        let before = members.len();
        members.retain(|key, _| keeps(key, known, of, left));
        members.len() != before
    }
}

fn replace<T: serde::Serialize>(raw: &mut Box<RawValue>, value: &T, is_changed: bool) {
    if let (true, Ok(text)) = (is_changed, to_raw_value(value)) {
        *raw = text;
    }
}

fn keeps(key: &str, known: &BTreeSet<String>, of: &str, left: &mut Left) -> bool {
    if known.contains(key) || descriptor::is_misspelling(key, known.iter().map(String::as_str)) {
        return true;
    }
    left.out(format!("`{key}` of {of} (unknown key)"), 1);
    false
}

fn keys<T: JsonSchema>() -> BTreeSet<String> {
    let RootSchema { schema, .. } = schemars::schema_for!(T);
    let object = schema.object.unwrap_or_default();
    object.properties.into_keys().collect()
}
