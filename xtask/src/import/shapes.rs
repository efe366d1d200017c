//! Shared shapes: a description repeats its types inline, and each copy becomes a reference, so that
//! a shape is described in one file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use codegen::normal::Json;

use super::places;
use super::words::Words;

/// The prefix of a reference to a type.
const PREFIX: &str = "#/definitions/";

/// The dialect of schemas that declare none.
const DEFAULT_DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// The documents by their paths.
type Documents = BTreeMap<String, Json>;

/// Replaces inline copies of types by references, and moves shapes that have a title and occur in
/// several files to files of their own.
pub(super) fn share(documents: &mut Documents) {
    let words = documents
        .iter_mut()
        .map(|(path, document)| (path.clone(), Words::take(path, document)));
    let mut sharing = Sharing {
        words: words.collect(),
        documents,
    };
    sharing.refer_to_types();
    for shape in sharing.titled() {
        if sharing.files_with(&shape) > 1 {
            sharing.move_to_file(&shape);
        }
    }
    for (path, words) in sharing.words {
        if let Some(document) = documents.get_mut(&path) {
            words.put(&path, document);
        }
    }
}

/// Documents without words, and the words, which are names.
struct Sharing<'d> {
    documents: &'d mut Documents,
    words: BTreeMap<String, Words>,
}

/// A shape with a title, which gives its file a name.
#[derive(PartialEq)]
struct Shape {
    stem: String,
    dialect: String,
    schema: Json,
}

impl Sharing<'_> {
    /// Replaces each inline schema that equals a type by a reference to it. A name that a
    /// correction gave to the place stays.
    fn refer_to_types(&mut self) {
        let mut types: BTreeMap<String, String> = BTreeMap::new();
        let documents = self.documents.iter();
        for (path, document) in documents.filter(|(_, document)| is_shape(document)) {
            if let Some(stem) = stem_of(path) {
                // Of equal types, the first one in the order of their names counts.
                let facts = facts(document, &dialect(document));
                types.entry(facts).or_insert_with(|| stem.to_owned());
            }
        }
        self.replace(|place, dialect| types.get(&facts(place, dialect)).map(String::as_str));
    }

    /// The shapes with titles that can be the names of new files, the largest first: each before
    /// those that are part of it.
    fn titled(&mut self) -> Vec<Shape> {
        let mut shapes: BTreeMap<String, Vec<Shape>> = BTreeMap::new();
        let words = &self.words;
        visit(self.documents, |path, pointer, place, dialect| {
            let Some(stem) = words.get(path).and_then(|words| stem_at(words, pointer)) else {
                return;
            };
            let shape = Shape {
                stem,
                dialect: dialect.to_owned(),
                schema: place.clone(),
            };
            let same_name = shapes.entry(shape.stem.to_lowercase()).or_default();
            if !same_name.contains(&shape) {
                same_name.push(shape);
            }
        });
        let taken: BTreeSet<String> = self
            .documents
            .keys()
            .map(|path| path.to_lowercase())
            .collect();
        shapes.retain(|stem, shapes| shapes.len() == 1 && !taken.contains(&path_of(stem)));
        let mut shapes: Vec<Shape> = shapes.into_values().flatten().collect();
        shapes.sort_by_cached_key(|shape| Reverse(shape.schema.to_value().to_string().len()));
        shapes
    }

    /// The number of files that contain a shape.
    fn files_with(&mut self, shape: &Shape) -> usize {
        let mut paths = BTreeSet::new();
        visit(self.documents, |path, _, place, dialect| {
            if shape.is(place, dialect) && !paths.contains(path) {
                paths.insert(path.to_owned());
            }
        });
        paths.len()
    }

    /// Moves a shape to a file of its own.
    fn move_to_file(&mut self, shape: &Shape) {
        self.replace(|place, dialect| shape.is(place, dialect).then_some(shape.stem.as_str()));
        let dialect = ("$schema".to_owned(), Json::String(shape.dialect.clone()));
        let members = shape.schema.as_object().cloned().unwrap_or_default();
        let document = Json::Object(std::iter::once(dialect).chain(members).collect());
        self.documents.insert(path_of(&shape.stem), document);
    }

    /// Replaces inline shapes by references to the types that a function names. Their words become
    /// those of the type, if it has none there.
    fn replace<'s>(&mut self, type_of: impl Fn(&Json, &str) -> Option<&'s str>) {
        let mut moved: Vec<(String, Words)> = Vec::new();
        let words = &mut self.words;
        visit(self.documents, |path, pointer, place, dialect| {
            let Some(stem) = type_of(place, dialect) else {
                return;
            };
            let words = words.entry(path.to_owned()).or_default();
            if words.get(pointer, "title").is_some()
                && stem_at(words, pointer).as_deref() != Some(stem)
            {
                return;
            }
            *place = reference(stem);
            moved.push((path_of(stem), words.split_off(pointer)));
        });
        for (path, words) in moved {
            self.words.entry(path).or_default().adopt(words);
        }
    }
}

impl Shape {
    fn is(&self, place: &Json, dialect: &str) -> bool {
        *place == self.schema && dialect == self.dialect
    }
}

/// Visits every inline shape with its path, pointer and dialect.
fn visit(documents: &mut Documents, mut visitor: impl FnMut(&str, &str, &mut Json, &str)) {
    let has_schemas = |path: &str| path.starts_with("types/") || path.starts_with("resources/");
    for (path, document) in documents.iter_mut().filter(|(path, _)| has_schemas(path)) {
        let dialect = dialect(document);
        places::visit(document, &mut |pointer, place| {
            if !pointer.is_empty() && is_shape(place) {
                visitor(path, pointer, place, &dialect);
            }
        });
    }
}

/// The stem of the file for a shape, by its title.
fn stem_at(words: &Words, pointer: &str) -> Option<String> {
    file_stem(words.get(pointer, "title")?.as_str()?)
}

/// Whether a schema is more than a scalar or free-form JSON.
fn is_shape(schema: &Json) -> bool {
    let Some(members) = schema.as_object() else {
        return false;
    };
    members
        .iter()
        .any(|(key, value)| match (key.as_str(), value) {
            ("properties" | "patternProperties", Json::Object(named)) => !named.is_empty(),
            ("oneOf" | "anyOf" | "allOf" | "enum", Json::Array(items)) => items.len() > 1,
            ("items", items) => is_shape(items),
            _ => false,
        })
}

/// What a schema says, whatever the order of its keys.
fn facts(schema: &Json, dialect: &str) -> String {
    let mut value = schema.to_value();
    if let Some(members) = value.as_object_mut() {
        members.remove("$schema");
    }
    format!("{dialect} {value}")
}

fn dialect(document: &Json) -> String {
    let schema = document
        .as_object()
        .and_then(|members| members.get("$schema"));
    let declared = schema.and_then(Json::as_str);
    // Descriptors name the schema of descriptors.
    let dialect = declared.filter(|declared| declared.starts_with("http"));
    dialect.unwrap_or(DEFAULT_DIALECT).to_owned()
}

fn reference(stem: &str) -> Json {
    let target = Json::String(format!("{PREFIX}{stem}"));
    Json::Object([("$ref".to_owned(), target)].into_iter().collect())
}

fn path_of(stem: &str) -> String {
    format!("types/{stem}.json")
}

fn stem_of(path: &str) -> Option<&str> {
    path.strip_prefix("types/")?.strip_suffix(".json")
}

/// The stem of the file for a shape with a title, e.g. `tagsCondition` for `Tags Condition`; none if
/// the title is not made of words of ASCII letters and digits.
fn file_stem(title: &str) -> Option<String> {
    let mut stem = String::new();
    for word in title.split(' ').filter(|word| !word.is_empty()) {
        if !word.chars().all(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        let word = word.to_ascii_lowercase();
        let (first, rest) = word.split_at(1);
        if stem.is_empty() {
            stem.push_str(first);
        } else {
            stem.push_str(&first.to_ascii_uppercase());
        }
        stem.push_str(rest);
    }
    stem.starts_with(|c: char| c.is_ascii_alphabetic())
        .then_some(stem)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn shared(files: &[(&str, Value)]) -> BTreeMap<String, Value> {
        let files = files
            .iter()
            .map(|(path, value)| (format!("types/{path}.json"), Json::from(value)));
        let mut documents: Documents = files.collect();
        share(&mut documents);
        let documents = documents.into_iter();
        documents
            .map(|(path, document)| (path, document.to_value()))
            .collect()
    }

    fn thing() -> Value {
        json!({"type": "object", "properties": {"a": {"type": "string"}}})
    }

    #[test]
    fn a_copy_of_a_type_becomes_a_reference_to_it() {
        let list = json!({"items": thing(), "properties": {"free": {"type": "object"}, "on": {"type": "boolean"}}});
        let files = shared(&[
            ("thing", thing()),
            ("things", list),
            ("flag", json!({"type": "boolean"})),
        ]);
        let things = &files["types/things.json"];
        assert_eq!(things["items"], json!({"$ref": "#/definitions/thing"}));
        let properties = json!({"free": {"type": "object"}, "on": {"type": "boolean"}});
        assert_eq!(things["properties"], properties);
        assert_eq!(files["types/thing.json"], thing());
    }

    #[test]
    fn a_copy_in_another_dialect_stays() {
        let list = json!({"$schema": "http://json-schema.org/draft-04/schema#", "items": thing()});
        let files = shared(&[("thing", thing()), ("things", list.clone())]);
        assert_eq!(files["types/things.json"], list);
    }

    #[test]
    fn a_shape_with_a_title_in_several_files_gets_its_own() {
        let mut inner = thing();
        inner["title"] = json!("Inner Thing");
        let outer = json!({"title": "Outer Thing", "oneOf": [{"type": "null"}, inner]});
        let with = |part: &Value| json!({"type": "object", "properties": {"p": part}});
        let files = shared(&[
            ("a", with(&outer)),
            ("b", with(&outer)),
            ("c", with(&inner)),
        ]);
        let refers = |to: &str| with(&json!({"$ref": format!("#/definitions/{to}")}));
        assert_eq!(files["types/a.json"], refers("outerThing"));
        assert_eq!(files["types/b.json"], refers("outerThing"));
        assert_eq!(files["types/c.json"], refers("innerThing"));
        let alternatives = &files["types/outerThing.json"]["oneOf"];
        assert_eq!(alternatives[1], json!({"$ref": "#/definitions/innerThing"}));
        assert_eq!(files["types/innerThing.json"]["title"], "Inner Thing");
    }

    #[test]
    fn a_title_that_is_taken_or_ambiguous_leaves_shapes_in_place() {
        let titled = |title: &str, name: &str| json!({"title": title, "properties": {name: {"type": "string"}}});
        let with = |part: Value| json!({"type": "object", "properties": {"p": part}});
        let taken = || with(titled("C", "x"));
        let double = |name: &str| with(titled("Double", name));
        let before = [
            ("a", taken()),
            ("b", taken()),
            ("c", json!({"type": "string"})),
            ("d", double("x")),
            ("e", double("x")),
            ("f", double("y")),
        ];
        let files = shared(&before);
        assert_eq!(files.len(), before.len());
        for (path, document) in before {
            assert_eq!(files[&format!("types/{path}.json")], document);
        }
    }
}
