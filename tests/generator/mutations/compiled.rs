//! Emitted crates of changed descriptions compile.

use std::collections::{BTreeSet, HashSet};

use codegen::FileSet;
use proptest::strategy::{Strategy, ValueTree};
use toml::Table;
use xtask::scratch::Scratch;

use super::bases::{self, Bases};
use super::{changed, changes, runner, seed, setting};

/// The number of crates compiled at once.
const BATCH: usize = 40;

/// The number of lines that a crate must have and no crate before it has.
const NEW_LINES: usize = 12;

/// A crate to compile.
struct Crate {
    name: String,
    files: FileSet,
}

#[test]
fn crates_of_changed_descriptions_compile_without_a_warning() {
    let crates = different(setting("FUZZ_COMPILED", 2) as usize);
    let scratch = Scratch::new(&format!("mutations-test-{}", seed())).unwrap();
    let mut failed = BTreeSet::new();
    let mut is_silent = true;
    for batch in crates.chunks(BATCH) {
        for messages in compile(&scratch, batch) {
            eprintln!("{messages}");
            failed.extend(named(&messages));
            is_silent = false;
        }
    }
    eprintln!(
        "{} crates with the seed {} compiled; errors or warnings in {failed:?}",
        crates.len(),
        seed()
    );
    assert!(is_silent);
}

/// Crates of changed descriptions, each with lines that those before it lack.
fn different(wanted: usize) -> Vec<Crate> {
    let bases = Bases::read();
    let mut runner = runner(0);
    let cases = (bases::choices(), changes::changes());
    let mut seen = HashSet::new();
    let mut crates = Vec::new();
    while crates.len() < wanted {
        let case = cases.new_tree(&mut runner).unwrap().current();
        let mut description = changed(&bases, &case);
        // Runs share a target folder, so each crate needs its own name there.
        let name = format!("fuzz{}x{}", seed(), crates.len());
        if let Some(service) = description
            .files
            .get_mut("api.json")
            .filter(|v| v.is_object())
        {
            service["package"] = serde_json::json!({"name": name, "version": "0.1.0"});
        }
        let Ok(files) = description.schemas().generate() else {
            continue;
        };
        let new: Vec<u64> = lines(&files).filter(|line| !seen.contains(line)).collect();
        if manifest(&files)["package"]["name"].as_str() == Some(&name) && new.len() >= NEW_LINES {
            seen.extend(new);
            crates.push(Crate { name, files });
        }
    }
    crates
}

/// Hashes of the lines of code.
fn lines(files: &FileSet) -> impl Iterator<Item = u64> {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    let sources = files.iter().filter(|(path, _)| path.starts_with("src/"));
    let lines = sources.flat_map(|(_, text)| text.lines().map(str::trim));
    let code = lines.filter(|line| !line.starts_with("//"));
    code.map(|line| BuildHasherDefault::<DefaultHasher>::default().hash_one(line))
}

fn manifest(files: &FileSet) -> Table {
    files.get("Cargo.toml").unwrap().parse().unwrap()
}

/// Compiles crates with all features, and with one of the features of each. Returns the messages.
fn compile(scratch: &Scratch, crates: &[Crate]) -> Vec<String> {
    for Crate { name, files } in crates {
        scratch.emitted(name, files).unwrap();
    }
    let members: Vec<_> = crates.iter().map(|one| one.name.as_str()).collect();
    scratch.manifest(&members).unwrap();
    let everything = ["--all-targets", "--all-features"].map(str::to_owned);
    let one = [
        "--no-default-features".to_owned(),
        format!("--features={}", one_of_each(crates)),
    ];
    let mut said = Vec::new();
    for selection in [everything, one] {
        let mut command = scratch.cargo("check");
        command
            .args(["--workspace", "--quiet", "--keep-going"])
            .args(&selection);
        let output = command.output().unwrap();
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() || !messages.is_empty() {
            said.push(format!("{selection:?}\n{messages}"));
        }
    }
    said
}

/// One feature of each crate with several features.
fn one_of_each(crates: &[Crate]) -> String {
    let features = crates.iter().enumerate().filter_map(|(number, one)| {
        let manifest = manifest(&one.files);
        let features = manifest.get("features")?.as_table()?.keys();
        let general = ["all", "default", "dynamic"];
        let features: Vec<_> = features
            .filter(|name| !general.contains(&name.as_str()))
            .collect();
        let feature = features.get(number % features.len().max(1))?;
        Some(format!("{}/{feature}", one.name))
    });
    features.collect::<Vec<_>>().join(",")
}

/// The crates named in messages.
fn named(messages: &str) -> BTreeSet<String> {
    let prefix = format!("fuzz{}x", seed());
    let words = messages.split(|c: char| !c.is_ascii_alphanumeric());
    let crates = words.filter(|word| word.starts_with(&prefix));
    crates.map(str::to_owned).collect()
}
