//! Whether findings break builds if, and only if, the emitted crate loses something.

use codegen::compat::{Bump, Change, Class};
use codegen::{FileSet, Source};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseResult, TestRng, TestRunner};

use super::base::Description;
use super::mutants::bases::{self, Bases};
use super::mutants::changes;
use super::pairs;
use super::surface::Surface;

/// Rules of changes that break builds or alter the meaning of programs although every signature
/// stays the same.
const UNSEEN: &[&str] = &[
    // Two arguments of the same type may be swapped.
    "compat/required-order-changed",
    // No file in `src` contains the name of the crate.
    "compat/package-renamed",
];

#[test]
fn a_pair_breaks_builds_if_and_only_if_the_crate_loses_something() {
    let base = Surface::of(&Description::base().generate());
    for pair in pairs::all() {
        let new = Surface::of(&pair.new.generate());
        let name = &pair.name;
        for (changes, lost) in [
            (&pair.forth, base.broken_by(&new)),
            (&pair.back, new.broken_by(&base)),
        ] {
            assert!(lost.is_empty() || breaks(changes), "{name}: {lost:#?}");
            let seen = changes.iter().filter(|c| c.class == Class::Source);
            let mut seen = seen.filter(|change| !UNSEEN.contains(&change.rule.id));
            if let Some(change) = seen.next() {
                assert!(!lost.is_empty(), "{name}: {}", change.diagnostic.message());
            }
        }
    }
}

fn lost(old: &FileSet, new: &FileSet) -> Vec<String> {
    Surface::of(old).broken_by(&Surface::of(new))
}

fn breaks(changes: &[Change]) -> bool {
    changes
        .iter()
        .any(|c| c.class == Class::Source && c.bump == Bump::Major)
}

/// `DRIFT_CASES` is the number of randomly changed descriptions, `DRIFT_SEED` the seed.
#[test]
fn a_random_change_breaks_builds_if_the_crate_loses_something() {
    let bases = Bases::read();
    let cases = (
        bases::choices(),
        prop::collection::vec(changes::tame(), 1..4),
    );
    let compared = std::cell::Cell::new(0);
    let outcome = runner().run(&cases, |(choice, changes)| {
        let base = bases.slice(&choice);
        let mut changed = base.clone();
        changes.iter().for_each(|change| change.make(&mut changed));
        let (old, new) = (base.schemas(), changed.schemas());
        if let (Ok(before), Ok(after)) = (old.generate(), new.generate()) {
            compared.set(compared.get() + 1);
            check([&old.source(), &new.source()], [&before, &after])?;
            check([&new.source(), &old.source()], [&after, &before])?;
        }
        Ok(())
    });
    eprintln!("{} pairs of changed descriptions compared", compared.get());
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

fn check([old, new]: [&Source; 2], [before, after]: [&FileSet; 2]) -> TestCaseResult {
    let changes = codegen::compare(old, new);
    let changes = changes.map_err(|e| TestCaseError::fail(e.diagnostics.to_string()))?;
    let lost = lost(before, after);
    prop_assert!(lost.is_empty() || breaks(&changes), "lost: {lost:#?}");
    for change in &changes {
        for text in [&change.subject, change.diagnostic.message()] {
            prop_assert!(
                !text.is_empty() && !text.contains(char::is_control),
                "{text:?}"
            );
        }
    }
    Ok(())
}

fn runner() -> TestRunner {
    let setting = |name: &str, default: u32| {
        let text = std::env::var(name).ok();
        text.map_or(default, |text| text.parse().expect("a number"))
    };
    let config = ProptestConfig {
        cases: setting("DRIFT_CASES", 100),
        failure_persistence: None,
        max_shrink_iters: 2048,
        ..Default::default()
    };
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&setting("DRIFT_SEED", 0).to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}
