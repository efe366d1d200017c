//! Descriptions are prose: nothing in them, in any field, becomes code, a test, active markup, a
//! link other than to the web, or a part of the manifest.
//!
//! `PROSE_CASES` is the number of random descriptions checked in memory, `PROSE_BUILT` the number
//! of random cases that rustdoc reads, and `FUZZ_SEED` the seed.

mod api;
mod attacks;
mod emitted;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use xtask::scratch::Scratch;

use crate::mutations::{runner, setting};
use api::{FIELDS, schemas};
use attacks::{ATTACKS, LIVE, text};
use emitted::{Emitted, difference};

#[test]
fn no_text_in_any_field_extends_beyond_its_place() {
    let benign = Emitted::of(&schemas(&[vec!["Benign prose".to_owned(); FIELDS]]));
    for attack in ATTACKS {
        let emitted = Emitted::of(&schemas(&[vec![(*attack).to_owned(); FIELDS]]));
        assert_eq!(difference(&benign, &emitted), None, "{attack:?}");
    }
    let strings = prop::collection::vec(text(), FIELDS);
    let outcome = runner(setting("PROSE_CASES", 60)).run(&strings, |strings| {
        let emitted = Emitted::of(&schemas(&[strings]));
        match difference(&benign, &emitted) {
            None => Ok(()),
            Some(difference) => Err(TestCaseError::fail(difference)),
        }
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[test]
fn an_empty_description_leaves_no_gap_in_a_sentence() {
    for nothing in [
        "~~~",
        "[a]: https://example.com",
        "```\n```",
        "[a]: /b 'c'\n[d]: <e>",
    ] {
        let files = schemas(&[vec![nothing.to_owned(); FIELDS]]).generate();
        let files = files.unwrap_or_else(|mistakes| panic!("{nothing:?}: {mistakes}"));
        let readme = files.get("README.md").unwrap();
        let title = readme.lines().find(|line| line.starts_with('#')).unwrap();
        assert!(title.starts_with("# prose: a client of the `"), "{title}");
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
            let docs = text.lines().map(str::trim_start).filter_map(|line| {
                let line = line
                    .strip_prefix("///")
                    .or_else(|| line.strip_prefix("//!"))?;
                Some(line.strip_prefix(' ').unwrap_or(line))
            });
            let mut is_code = false;
            for line in docs {
                is_code ^= line.starts_with("```");
                let is_gap = line.contains("the  ") || line.contains(" , ") || line.contains(" . ");
                let is_cut = line.starts_with(['.', ',', ':', ';']);
                assert!(
                    is_code || !(is_gap || is_cut),
                    "{nothing:?}: {path}: {line}"
                );
            }
        }
    }
}

#[test]
fn rustdoc_shows_hostile_prose_as_text_and_runs_none_of_it() {
    let mut runner = runner(1);
    let mut cases: Vec<Vec<String>> = ATTACKS
        .iter()
        .map(|attack| vec![(*attack).to_owned(); FIELDS])
        .collect();
    for _ in 0..setting("PROSE_BUILT", 20) {
        let strings = prop::collection::vec(text(), FIELDS).new_tree(&mut runner);
        cases.push(strings.unwrap().current());
    }
    // The runtime's macro writes the docs of an enum's values.
    let values = serde_json::json!({"enum": ATTACKS}).to_string();
    let files = schemas(&cases)
        .with("types/values.json", values)
        .generate()
        .unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let lines = files.iter().flat_map(|(_, text)| text.lines());
    let lines = lines.map(|line| line.trim_start_matches([' ', '/', '!']));
    // A description may contain the same characters within a line.
    let examples = lines.filter(|line| *line == "```no_run").count();

    let scratch = Scratch::new("prose-test").unwrap();
    scratch.emitted("prose", &files).unwrap();
    scratch.manifest(&["prose"]).unwrap();
    let doc = scratch
        .cargo("doc")
        .args(["--no-deps", "--package", "prose", "--quiet"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&doc.stderr);
    assert!(doc.status.success(), "{messages}");
    let pages = pages(&scratch.folder().join("../doc/prose"));
    assert!(pages.len() > 20, "{} pages", pages.len());
    for (path, html) in &pages {
        for live in LIVE {
            assert!(!html.contains(live), "{live} is live in {path}");
        }
    }

    let test = scratch
        .cargo("test")
        .args(["--doc", "--package", "prose"])
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&test.stdout);
    let messages = String::from_utf8_lossy(&test.stderr);
    assert!(test.status.success(), "{output}{messages}");
    let (compiled, run): (Vec<_>, Vec<_>) = output
        .lines()
        .filter(|line| line.starts_with("test ") && line.ends_with("... ok"))
        .partition(|line| line.ends_with(" - compile ... ok"));
    assert_eq!(run, [""; 0], "no test runs");
    assert_eq!(compiled.len(), examples, "the generated examples alone");
}

/// The pages of the docs, in lower case.
fn pages(folder: &Path) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages.extend(self::pages(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            let html = fs::read_to_string(&path).unwrap().to_lowercase();
            pages.push((path.display().to_string(), html));
        }
    }
    pages
}
