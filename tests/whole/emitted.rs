//! The emitted Rust, parsed.

use std::collections::BTreeMap;

use codegen::FileSet;
use syn::{Attribute, Expr, Ident, Item, Lit, Meta};

/// An emitted source file.
pub struct File<'a> {
    /// Its path below `src/`.
    pub path: &'a str,
    /// Its items. What is written with `string_enum!` is an enum whose variants have their texts.
    pub items: Vec<Item>,
}

/// All emitted source files, in the order of their paths.
pub fn parsed(files: &FileSet) -> Vec<File<'_>> {
    let sources = files
        .iter()
        .filter_map(|(path, text)| Some((path.strip_prefix("src/")?, text)));
    let parsed = sources.map(|(path, text)| {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let items = file.items.into_iter().map(string_enum).collect();
        File { path, items }
    });
    parsed.collect()
}

/// The enum in a `string_enum!`; any other item as it is.
fn string_enum(item: Item) -> Item {
    match item {
        Item::Macro(item) if item.mac.path.segments.last().unwrap().ident == "string_enum" => {
            Item::Enum(item.mac.parse_body().unwrap())
        }
        item => item,
    }
}

impl File<'_> {
    /// Whether it has types of the API, and not resources or the client.
    pub fn is_type(&self) -> bool {
        self.path.starts_with("types/")
    }

    /// The types that it defines: structs, enums and aliases.
    pub fn types(&self) -> impl Iterator<Item = (&Ident, &[Attribute])> {
        self.items.iter().filter_map(|item| match item {
            Item::Struct(item) => Some((&item.ident, item.attrs.as_slice())),
            Item::Enum(item) => Some((&item.ident, item.attrs.as_slice())),
            Item::Type(item) => Some((&item.ident, item.attrs.as_slice())),
            _ => None,
        })
    }
}

/// A type and where it stands.
pub struct Place<'a> {
    /// Its name.
    pub ident: String,
    /// The path of its file below `src/`.
    pub file: &'a str,
}

/// What each schema became, by file and pointer, as in `flow.json#/properties/triggers/items`: the
/// docs of a type tell where it comes from.
pub fn by_source<'a>(files: &'a [File<'_>]) -> BTreeMap<String, Place<'a>> {
    let mut places = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_type()) {
        for (ident, attributes) in file.types() {
            let docs = docs(attributes);
            if let Some((_, source)) = docs.split_once("Source: `schemas/types/") {
                let (source, _) = source.split_once('`').unwrap();
                let ident = ident.to_string();
                let file = file.path;
                let other = places.insert(source.to_owned(), Place { ident, file });
                // A part of a schema may become an enum of its texts, and a union with that.
                let is_part = source.contains('#');
                assert!(other.is_none() || is_part, "{source} became two types");
            }
        }
    }
    places
}

/// What each `types/NAME.json` became, by NAME.
pub fn by_schema<'a>(files: &'a [File<'_>]) -> BTreeMap<String, Place<'a>> {
    let places = by_source(files).into_iter();
    let named = places.filter_map(|(source, place)| {
        // With a pointer behind it, it is a part of the schema.
        let name = source.strip_suffix(".json")?.to_owned();
        Some((name, place))
    });
    named.collect()
}

/// The docs of an item, in one line.
fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(meta) = &attribute.meta else {
            return None;
        };
        match &meta.value {
            Expr::Lit(text) if meta.path.is_ident("doc") => match &text.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        }
    });
    let words: Vec<_> = lines.collect();
    let words: Vec<_> = words
        .iter()
        .flat_map(|line| line.split_whitespace())
        .collect();
    words.join(" ")
}
