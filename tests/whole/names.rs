//! The output as a whole: its size and its names.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;
use syn::visit::{self, Visit};
use syn::{Field, Ident, ImplItemFn, ItemEnum, ItemStruct, ItemType, Variant, Visibility};

use crate::description::{Whole, whole};
use crate::emitted;

#[test]
fn the_whole_description_is_generated_without_a_mistake() {
    let Some(whole) = whole() else { return };
    let count = |folder: &str| {
        let paths = whole.source.files().map(|(path, _)| path);
        paths.filter(|path| path.starts_with(folder)).count()
    };
    assert_eq!((count("resources/"), count("types/")), (99, 351));
    let with_example = whole
        .types()
        .into_values()
        .filter(|schema| schema.get("examples").is_some());
    assert!(with_example.count() >= 335);

    let paths = whole.files.iter().map(|(path, _)| path);
    let resources = paths.filter(|path| path.starts_with("src/resources/"));
    assert_eq!(resources.count(), 99);
    let dynamic = whole.files.get("src/dynamic.rs").unwrap();
    assert_eq!(dynamic.matches("\" => resources::").count(), 375);
    let emitted = emitted::parsed(&whole.files);
    let described: BTreeSet<_> = emitted::by_schema(&emitted).into_keys().collect();
    let types: BTreeSet<_> = whole.types().into_keys().map(str::to_owned).collect();
    assert_eq!(described, types);
}

#[test]
fn the_same_description_gives_the_same_bytes() {
    let Some(whole) = whole() else { return };
    assert!(codegen::generate(&whole.source).unwrap() == whole.files);
}

#[test]
fn the_output_is_formatted_as_by_rustfmt() {
    let Some(whole) = whole() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in whole.files.iter() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let examples = whole.files.iter().map(|(path, _)| path);
    let examples = examples.filter(|path| path.starts_with("examples/"));
    let output = Command::new("rustfmt")
        .current_dir(folder.path())
        .args(["--check", "--edition", "2024", "src/lib.rs"])
        .args(examples)
        .output();
    match output {
        Ok(output) => {
            let diff = String::from_utf8_lossy(&output.stdout);
            let messages = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{messages}{diff}");
        }
        Err(error) => {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "rustfmt: {error}"
            );
            eprintln!("skipped: rustfmt: {error}");
        }
    }
}

#[test]
fn the_output_is_not_larger_than_necessary() {
    let Some(whole) = whole() else { return };
    let sources = whole.files.iter().filter(|(path, _)| path.ends_with(".rs"));
    let lines: usize = sources.map(|(_, text)| text.lines().count()).sum();
    assert!(lines <= 64_000, "{lines} lines");
}

#[test]
fn nearly_every_action_has_an_example() {
    let Some(whole) = whole() else { return };
    let files = whole.files.iter();
    let resources = files.filter(|(path, _)| path.starts_with("src/resources/"));
    let examples = resources.map(|(_, text)| text.matches("```no_run").count());
    let examples: usize = examples.sum();
    assert!(examples >= 370, "{examples} of 375");
}

#[test]
fn every_type_has_a_unique_name() {
    let Some(whole) = whole() else { return };
    let mut seen = BTreeSet::new();
    let emitted = emitted::parsed(&whole.files);
    for ident in emitted.iter().flat_map(|file| file.types()) {
        assert!(seen.insert(ident), "{ident} is defined twice");
    }
    assert!(seen.len() > 335 + 2 * 99 + 375, "{}", seen.len());
}

#[test]
fn names_are_short_and_meaningful() {
    let Some(whole) = whole() else { return };
    let mut names = Names::default();
    for file in emitted::parsed(&whole.files) {
        for item in &file.items {
            names.visit_item(item);
        }
    }
    assert!(names.types.len() > 953 && names.all.len() > 3_000);
    let long: Vec<_> = names.all.iter().filter(|name| name.len() > 60).collect();
    assert!(long.is_empty(), "longer than 60: {long:?}");
    let counted = |name: &&String| {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        stem != name.as_str() && (stem.ends_with("Variant") || stem.ends_with("Item"))
    };
    let anonymous: Vec<_> = names.all.iter().filter(counted).collect();
    assert!(anonymous.is_empty(), "named by number: {anonymous:?}");

    let own = own_names_with_digits(whole);
    let numbered = |name: &&String| {
        let name = name.to_lowercase();
        name.ends_with(|c: char| c.is_ascii_digit()) && !own.iter().any(|own| name.ends_with(own))
    };
    let numbered: Vec<_> = names.types.iter().filter(numbered).collect();
    assert!(numbered.is_empty(), "distinguished by number: {numbered:?}");
}

/// Public names: those of types, and all of them.
#[derive(Default)]
struct Names {
    types: BTreeSet<String>,
    all: BTreeSet<String>,
}

impl Names {
    fn add_type(&mut self, visibility: &Visibility, ident: &Ident) {
        if matches!(visibility, Visibility::Public(_)) {
            self.types.insert(ident.to_string());
            self.all.insert(ident.to_string());
        }
    }
}

impl Visit<'_> for Names {
    fn visit_item_struct(&mut self, item: &ItemStruct) {
        self.add_type(&item.vis, &item.ident);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &ItemEnum) {
        self.add_type(&item.vis, &item.ident);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_type(&mut self, item: &ItemType) {
        self.add_type(&item.vis, &item.ident);
    }

    fn visit_field(&mut self, field: &Field) {
        self.all.extend(field.ident.iter().map(Ident::to_string));
    }

    fn visit_variant(&mut self, variant: &Variant) {
        self.all.insert(variant.ident.to_string());
    }

    fn visit_impl_item_fn(&mut self, function: &ImplItemFn) {
        self.all.insert(function.sig.ident.to_string());
    }
}

/// Names with a trailing digit in the description itself, in lower case and without punctuation:
/// files, properties, titles and values.
fn own_names_with_digits(whole: &Whole) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let files = whole.source.files();
    for (path, bytes) in files.filter(|(path, _)| path.ends_with(".json")) {
        let stem = path.rsplit('/').next().unwrap().split('.').next().unwrap();
        names.insert(stem.to_owned());
        collect(&serde_json::from_slice(bytes).unwrap(), &mut names);
    }
    let names = names.into_iter().map(|name| {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_lowercase()
    });
    let ends_with_digit = |name: &String| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.ends_with(|c: char| c.is_ascii_digit())
    };
    names.filter(ends_with_digit).collect()
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members.iter().filter(|(key, _)| *key != "examples") {
                names.insert(key.clone());
                collect(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::String(text) => drop(names.insert(text.clone())),
        _ => {}
    }
}
