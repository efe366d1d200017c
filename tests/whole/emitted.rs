//! The emitted Rust, parsed.

use std::collections::BTreeMap;

use codegen::FileSet;
use syn::{Ident, Item};

use crate::defined::defined;

/// An emitted source file.
pub struct File<'a> {
    /// Its path below `src/`.
    pub path: &'a str,
    /// Its content.
    pub text: &'a str,
    /// Its items, including those that macros define. A `string_enum!` becomes an enum whose
    /// variants have their strings.
    pub items: Vec<Item>,
}

/// All emitted source files, in the order of their paths.
pub fn parsed(files: &FileSet) -> Vec<File<'_>> {
    let sources = files
        .iter()
        .filter_map(|(path, text)| Some((path.strip_prefix("src/")?, text)));
    let parsed = sources.map(|(path, text)| {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let items = file.items.into_iter().flat_map(expanded).collect();
        File { path, text, items }
    });
    parsed.collect()
}

/// The items that a macro of the runtime defines, and the call itself; any other item unchanged.
fn expanded(item: Item) -> Vec<Item> {
    let Item::Macro(call) = &item else {
        return vec![item];
    };
    if call.mac.path.segments.last().unwrap().ident == "string_enum" {
        return vec![Item::Enum(call.mac.parse_body().unwrap())];
    }
    let mut items = defined(call).unwrap_or_default();
    items.push(item);
    items
}

impl File<'_> {
    /// Whether it contains types of the API, rather than resources or the client.
    pub fn is_type(&self) -> bool {
        self.path.starts_with("types/")
    }

    /// The types that it defines: structs, enums and aliases.
    pub fn types(&self) -> impl Iterator<Item = &Ident> {
        self.items.iter().filter_map(|item| match item {
            Item::Struct(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Type(item) => Some(&item.ident),
            _ => None,
        })
    }
}

/// A type, and its place.
pub struct Place<'a> {
    /// Its name.
    pub ident: String,
    /// The path of its file below `src/`.
    pub file: &'a str,
}

/// The Rust type of each schema, by file and pointer, e.g. `flow.json#/properties/triggers/items`.
/// A comment before a type states its source.
pub fn by_source<'a>(files: &'a [File<'_>]) -> BTreeMap<String, Place<'a>> {
    let mut places = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_type()) {
        let mut lines = file.text.lines().map(str::trim_start);
        while let Some(line) = lines.next() {
            let Some(source) = line.strip_prefix("// Source: `schemas/types/") else {
                continue;
            };
            let (source, _) = source.split_once('`').unwrap();
            let ident = lines.find_map(name).expect("a type after its source");
            let file = file.path;
            // A schema may become an enum of its strings, and a union that contains the enum.
            let stem = source.trim_end_matches(".json");
            if ident.eq_ignore_ascii_case(stem) || !places.contains_key(source) {
                places.insert(source.to_owned(), Place { ident, file });
            }
        }
    }
    places
}

/// The name of the type that starts on a line.
fn name(line: &str) -> Option<String> {
    let starts = ["pub struct ", "pub enum ", "pub type "];
    let rest = starts.iter().find_map(|start| line.strip_prefix(start))?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    Some(rest[..end?].to_owned())
}

/// The Rust type of each `types/NAME.json`, by NAME.
pub fn by_schema<'a>(files: &'a [File<'_>]) -> BTreeMap<String, Place<'a>> {
    let places = by_source(files).into_iter();
    let named = places.filter_map(|(source, place)| {
        // With a pointer after it, it is a part of the schema.
        let name = source.strip_suffix(".json")?.to_owned();
        Some((name, place))
    });
    named.collect()
}
