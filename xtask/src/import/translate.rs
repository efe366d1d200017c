//! Translates the vendor's files to those of `schemas/`.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::Members;
use super::vocabulary::Vocabulary;

/// The vendor's files.
pub(super) struct Vendor {
    /// `apiInfo.json`: the resources.
    pub info: IndexMap<String, VendorResource>,
    /// `globalParams.json`: the parameters of every action, if the description has them.
    pub globals: Option<Vec<Members>>,
    /// `apiExamples.json`: an example for a type.
    pub examples: IndexMap<String, Box<RawValue>>,
    /// `scopes.json`: the scopes that permit an action, e.g. of `device.get`.
    pub scopes: BTreeMap<String, Scopes>,
    /// `types/*.json`.
    pub types: BTreeMap<String, Box<RawValue>>,
}

/// What permits an action.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Scopes {
    /// A token with any one of these scopes.
    AnyOf(Vec<String>),
    /// No token: the vendor's docs say that none is needed.
    NoToken(serde::de::IgnoredAny),
}

/// A resource, as far as its translation needs its content.
#[derive(Deserialize)]
pub(super) struct VendorResource {
    pub actions: IndexMap<String, Members>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// A resource of `schemas/`.
#[derive(Serialize)]
struct Resource<'v> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    #[serde(flatten)]
    rest: BTreeMap<&'v str, &'v Value>,
    actions: IndexMap<&'v str, Members>,
}

/// The omitted parts, and their numbers.
#[derive(Default)]
pub(super) struct Left(BTreeMap<String, usize>);

impl Left {
    pub fn out(&mut self, what: impl Into<String>, count: usize) {
        if count > 0 {
            *self.0.entry(what.into()).or_default() += count;
        }
    }

    pub fn finish(self) -> BTreeMap<String, usize> {
        self.0
    }
}

impl Vendor {
    /// `api.json`: the given one, with the version and the vendor's global parameters. If both have
    /// a parameter, the given one adds what the vendor's lacks, most of all its default.
    pub fn api(&self, mut api: Members, version: Option<&str>) -> Box<RawValue> {
        if let Some(globals) = &self.globals {
            let given = api
                .get("params")
                .and_then(|params| serde_json::from_str(params.get()).ok())
                .unwrap_or_default();
            api.insert("params".to_owned(), raw(&completed(globals, given)));
        }
        if let Some(version) = version {
            api.insert("version".to_owned(), raw(version));
        }
        if let Some(version) = api.get("version").cloned() {
            api.insert("upstream".to_owned(), version);
        }
        raw(&api)
    }

    /// A file of `resources/`.
    pub fn resource(
        &self,
        name: &str,
        resource: &VendorResource,
        vocabulary: &Vocabulary,
        left: &mut Left,
    ) -> Box<RawValue> {
        let mut rest: BTreeMap<&str, &Value> = resource
            .rest
            .iter()
            .map(|(key, value)| (key.as_str(), value))
            .collect();
        let links = rest.remove("links").and_then(Value::as_object);
        left.out(
            "`links` of a resource (they point to other resources, and requests do not need them)",
            links.map_or(0, serde_json::Map::len),
        );
        vocabulary.resource(&mut rest, left);
        let actions = resource.actions.iter();
        let actions = actions.map(|(action, members)| {
            let mut members = self.action(&format!("{name}.{action}"), members.clone(), left);
            vocabulary.action(&mut members, left);
            (action.as_str(), members)
        });
        let actions = actions.collect();
        raw(&Resource {
            schema: "../descriptor.schema.json",
            rest,
            actions,
        })
    }

    /// An action, with all scopes that permit it instead of its own.
    fn action(&self, name: &str, mut action: Members, left: &mut Left) -> Members {
        match self.scopes.get(name) {
            Some(Scopes::AnyOf(scopes)) => {
                action.insert("auth".to_owned(), raw(scopes));
            }
            Some(Scopes::NoToken(_)) => {
                action.shift_remove("auth");
            }
            None => {}
        }
        for (key, what) in [
            (
                "allowUnverified",
                "`allowUnverified` of an action (the server checks it, by the user)",
            ),
            (
                "denyOauthTokens",
                "`denyOauthTokens` of an action (the server checks it, by the token)",
            ),
        ] {
            left.out(what, usize::from(action.shift_remove(key).is_some()));
        }
        action
    }

    /// A file of `types/`: the schema with its example, otherwise unchanged.
    pub fn schema(&self, name: &str, schema: &RawValue, left: &mut Left) -> Box<RawValue> {
        let Some(example) = self.examples.get(name) else {
            return schema.to_owned();
        };
        match serde_json::from_str::<Members>(schema.get()) {
            Ok(mut members) if !members.contains_key("examples") => {
                members.insert("examples".to_owned(), raw(&[example]));
                raw(&members)
            }
            _ => {
                left.out(
                    "an example (its schema is not an object, or already has examples)",
                    1,
                );
                schema.to_owned()
            }
        }
    }
}

/// Parameters with what others of the same name add to them.
fn completed(parameters: &[Members], others: Vec<Members>) -> Vec<Members> {
    let name = |parameter: &Members| parameter.get("name").map(|name| name.get().to_owned());
    let parameters = parameters.iter().map(|parameter| {
        let mut completed = parameter.clone();
        let twin = others.iter().find(|other| name(other) == name(parameter));
        for (key, value) in twin.into_iter().flatten() {
            completed
                .entry(key.clone())
                .or_insert_with(|| value.clone());
        }
        completed
    });
    parameters.collect()
}

/// A value as JSON.
fn raw<T: Serialize + ?Sized>(value: &T) -> Box<RawValue> {
    // Maps with string keys, lists and JSON can always be written as JSON.
    to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
