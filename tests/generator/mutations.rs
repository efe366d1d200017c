//! Randomly changed descriptions: the result is mistakes with a place and a remedy, or Rust, but
//! never a panic.
//!
//! `FUZZ_CASES` is the number of changed descriptions, `FUZZ_SEED` the seed, and `FUZZ_COMPILED`
//! the number of resulting crates that are compiled. A failure is shrunk before it is shown.

mod anything;
mod bases;
mod changes;
mod compiled;
mod description;
mod descriptors;
mod found;
mod values;

use std::cell::RefCell;
use std::collections::BTreeMap;

use codegen::{Diagnostics, FileSet};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseResult, TestRng, TestRunner};

use bases::{Bases, Choice};
use changes::Change;
use description::Description;

/// Counts of the outcomes.
#[derive(Debug, Default)]
struct Tally {
    cases: usize,
    accepted: usize,
    compared: usize,
}

#[test]
fn any_change_produces_mistakes_or_rust() {
    let bases = Bases::read();
    let tally = RefCell::new(Tally::default());
    let cases = setting("FUZZ_CASES", 150);
    let outcome = runner(cases).run(&(bases::choices(), changes::changes()), |case| {
        check(&changed(&bases, &case), &mut tally.borrow_mut())
    });
    let Tally {
        cases,
        accepted,
        compared,
    } = tally.into_inner();
    eprintln!(
        "{cases} descriptions with the seed {}: {accepted} accepted ({:.1} %), {compared} of them generated twice",
        seed(),
        100.0 * accepted as f64 / cases as f64
    );
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    assert!(
        accepted * 10 >= cases * 3,
        "too few descriptions are accepted"
    );
}

/// A number from the environment.
pub fn setting(name: &str, default: u32) -> u32 {
    let text = std::env::var(name).ok();
    text.map_or(default, |text| text.parse().expect("a number"))
}

/// The seed, which determines the cases.
fn seed() -> u32 {
    setting("FUZZ_SEED", 0)
}

/// A runner that generates the same cases for the same seed.
pub fn runner(cases: u32) -> TestRunner {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 4096,
        ..Default::default()
    };
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed().to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// A part of a base, with changes applied.
fn changed(bases: &Bases, (choice, changes): &(Choice, Vec<Change>)) -> Description {
    let mut description = bases.slice(choice);
    for change in changes {
        change.make(&mut description);
    }
    description
}

fn check(description: &Description, tally: &mut Tally) -> TestCaseResult {
    let schemas = description.schemas();
    tally.cases += 1;
    let files = match schemas.generate() {
        Ok(files) => files,
        Err(mistakes) => return check_mistakes(&mistakes),
    };
    tally.accepted += 1;
    check_files(&files)?;
    if tally.accepted.is_multiple_of(16) {
        tally.compared += 1;
        let again = schemas.generate().ok();
        prop_assert!(again.as_ref() == Some(&files), "the same files again");
    }
    Ok(())
}

fn check_mistakes(mistakes: &Diagnostics) -> TestCaseResult {
    prop_assert!(mistakes.iter().next().is_some());
    for mistake in mistakes.iter() {
        prop_assert!(!mistake.file().is_empty(), "{mistake:?}");
        prop_assert!(!mistake.help().is_empty(), "{mistake:?}");
        prop_assert!(!mistake.message().contains("internal error"), "{mistake:?}");
    }
    prop_assert!(!mistakes.render(true).is_empty());
    Ok(())
}

/// Checks that the Rust can be parsed and its types have distinct names, and that the manifest can
/// be parsed.
fn check_files(files: &FileSet) -> TestCaseResult {
    let mut types = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let file = syn::parse_file(text);
        prop_assert!(file.is_ok(), "{path}: {:?}\n{text}", file.err());
        let mut own = BTreeMap::new();
        let names = if path.starts_with("src/types/") {
            &mut types
        } else {
            &mut own
        };
        for name in file.iter().flat_map(|file| &file.items).filter_map(defined) {
            let other = names.insert(name.clone(), path);
            prop_assert!(other.is_none(), "{name} in {path} and {other:?}");
        }
    }
    let manifest: Result<toml::Table, _> = files.get("Cargo.toml").unwrap_or_default().parse();
    prop_assert!(manifest.is_ok(), "{:?}", manifest.err());
    Ok(())
}

/// The name of the type that an item defines.
fn defined(item: &syn::Item) -> Option<String> {
    match item {
        syn::Item::Struct(item) => Some(item.ident.to_string()),
        syn::Item::Enum(item) => Some(item.ident.to_string()),
        syn::Item::Type(item) => Some(item.ident.to_string()),
        syn::Item::Macro(item) if item.mac.path.segments.last()?.ident == "string_enum" => {
            let tokens = item.mac.tokens.to_string();
            let (_, rest) = tokens.split_once("pub enum ")?;
            rest.split_whitespace().next().map(str::to_owned)
        }
        _ => None,
    }
}
