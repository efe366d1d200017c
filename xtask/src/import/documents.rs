//! The files of `schemas/` that an import writes, as JSON.

use std::collections::BTreeMap;

use codegen::Source;
use codegen::json::without_byte_order_mark;
use codegen::normal::Json;
use serde_json::Value;

use super::words::Words;
use super::{places, shapes};
use crate::Error;
use crate::corrections::Corrections;

/// The documents by their paths in the folder of schemas.
pub(super) struct Documents(BTreeMap<String, Json>);

impl Documents {
    /// The corrected description without its words: only the names that corrections give stay.
    /// Each shape is described once.
    pub fn of(source: &Source, corrections: &Corrections) -> Result<Self, Error> {
        let files = source.files().map(|(path, bytes)| {
            let mut document = parse(path, bytes)?;
            declare_types(&mut document);
            let mut words = Words::take(path, &mut document);
            let titles = corrections.titles(path);
            words.retain(|pointer, key, value| match key {
                "title" => value.as_str() == titles.get(pointer).map(String::as_str),
                // The vendor's descriptions have no such keys.
                "rustName" | "rustNames" => true,
                _ => false,
            });
            words.put(path, &mut document);
            Ok((path.to_owned(), document))
        });
        let mut documents = Documents(files.collect::<Result<_, Error>>()?);
        shapes::share(&mut documents.0);
        Ok(documents)
    }

    /// The documents of a folder of schemas, with their words.
    pub fn read(source: &Source) -> Result<Self, Error> {
        let is_described = |path: &str| {
            path == "api.json" || path.starts_with("resources/") || path.starts_with("types/")
        };
        let files = source.files().filter(|(path, _)| is_described(path));
        let files = files.map(|(path, bytes)| Ok((path.to_owned(), parse(path, bytes)?)));
        Ok(Documents(files.collect::<Result<_, Error>>()?))
    }

    /// Each word: its place, as `file#pointer: key`, and its text.
    pub fn words(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (path, document) in &self.0 {
            let words = Words::take(path, &mut document.clone());
            for (pointer, key) in words.iter() {
                let mut texts = Vec::new();
                strings(words.get(pointer, key), &mut texts);
                let place = format!("{path}#{pointer}: {key}");
                found.extend(texts.into_iter().map(|text| (place.clone(), text)));
            }
        }
        found
    }

    /// Removes the version for which corrections are recorded: they are made.
    pub fn forget_upstream(&mut self) {
        if let Some(Json::Object(api)) = self.0.get_mut("api.json") {
            api.shift_remove("upstream");
        }
    }

    /// The documents' paths.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Gives a document these words, and returns those whose place it does not have.
    pub fn put(&mut self, path: &str, words: Words) -> Words {
        match self.0.get_mut(path) {
            Some(document) => words.put(path, document),
            None => words,
        }
    }

    /// The places without words that should have some, as `file#pointer`.
    pub fn lacking(&self) -> Vec<String> {
        let documents = self.0.iter();
        let lacking = documents.flat_map(|(path, document)| {
            let mut facts = document.clone();
            let words = Words::take(path, &mut facts);
            let wanted = wanted(path, &mut facts).into_iter();
            let lacking = wanted.filter(move |(pointer, key)| words.get(pointer, key).is_none());
            lacking.map(move |(pointer, key)| format!("{path}#{pointer}: {key}"))
        });
        lacking.collect()
    }

    /// The files, by path.
    pub fn texts(&self) -> Vec<(String, String)> {
        let documents = self.0.iter();
        documents
            .map(|(path, document)| (path.clone(), text(document)))
            .collect()
    }
}

/// Adds the strings in a value.
fn strings(value: Option<&Json>, found: &mut Vec<String>) {
    match value {
        Some(Json::String(text)) => found.push(text.clone()),
        Some(Json::Array(items)) => items.iter().for_each(|item| strings(Some(item), found)),
        Some(Json::Object(members)) => {
            members
                .values()
                .for_each(|value| strings(Some(value), found));
        }
        _ => {}
    }
}

/// Reads a file of `schemas/`.
pub(super) fn parse(path: &str, bytes: &[u8]) -> Result<Json, Error> {
    serde_json::from_slice(without_byte_order_mark(bytes))
        .map_err(|error| Error::new(format!("could not parse {path}")).because(error))
}

/// A document formatted for people.
fn text(document: &Json) -> String {
    // Maps with string keys, lists and scalars can always be written as JSON.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// Writes the type of a parameter that is only known by its default or its example, which is a word
/// and will be dropped.
fn declare_types(document: &mut Json) {
    places::visit(document, &mut |_, place| {
        let Json::Object(members) = place else {
            return;
        };
        let is_parameter = members.contains_key("name") && members.contains_key("in");
        let is_typed = members.contains_key("type") || members.contains_key("schema");
        if !is_parameter || is_typed {
            return;
        }
        let value = members.get("default").or_else(|| members.get("example"));
        if let Some(kind) = value.and_then(|value| type_of(&value.to_value())) {
            members.insert("type".to_owned(), Json::String(kind.to_owned()));
        }
    });
}

/// The parameter type that a value has.
fn type_of(value: &Value) -> Option<&'static str> {
    match value {
        Value::String(_) => Some("string"),
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        _ => None,
    }
}

/// The places of a file that should have a word, and its key.
fn wanted(path: &str, document: &mut Json) -> Vec<(String, &'static str)> {
    let mut wanted = Vec::new();
    if !path.starts_with("resources/") {
        if path.starts_with("types/") {
            wanted.extend(["title", "description"].map(|key| (String::new(), key)));
        } else {
            wanted.extend(parameters(document).map(|pointer| (pointer, "description")));
        }
        return wanted;
    }
    wanted.extend(["title", "description"].map(|key| (String::new(), key)));
    places::visit(document, &mut |pointer, _| {
        let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
        let key = match tokens[..] {
            ["actions", _] => "summary",
            ["params", _]
            | ["actions", _, "params" | "responses", _]
            | ["actions", _, "responses", _, "sseEvents", _] => "description",
            _ => return,
        };
        wanted.push((pointer.to_owned(), key));
    });
    wanted
}

/// The pointers of the parameters of `api.json`.
fn parameters(document: &mut Json) -> impl Iterator<Item = String> {
    let mut found = Vec::new();
    places::visit(document, &mut |pointer, _| {
        if pointer.starts_with("/params/") && pointer.matches('/').count() == 2 {
            found.push(pointer.to_owned());
        }
    });
    found.into_iter()
}
