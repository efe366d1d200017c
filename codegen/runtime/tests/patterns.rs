//! Compares patterns with another ECMA-262 engine.

#![cfg(feature = "pattern")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use client_runtime::__private::Engine;
use regress::{Flags, Regex};
use serde_json::Value;

/// Patterns at the edges of the grammar.
const BY_HAND: &[&str] = &[
    "^[a-z]+$",
    "^(a|b)*c",
    "a.c",
    "^.{2,3}$",
    "\\d{1,2}",
    "^\\S+\\s\\S+$",
    "\\bab\\b",
    "a\\Bb",
    "^[^a-c]$",
    "^[\\w.-]+@[\\w.-]+$",
    "^(?:ab?)+?$",
    "(a*)*b",
    "^(a+)+$",
    "^a{2}$",
    "^a{2,}$",
    "[\\s\\S]",
    "^[\\d-x]+$",
    "^\\/a\\-b$",
    "x|y|",
    "^$",
    "$^",
    "(?=a)b",
    "(?!a)b",
    "^(?!.*aa).*$",
    "(?<=a)b",
    "(?<!a)b",
    "^(a)\\1$",
    "^(?<x>a|b)\\k<x>$",
    "^(?:(a)|b)*\\1c$",
    "(?<=\\1(a))b",
    "^(?=(a*))\\1b",
    "^(?:a?)*?b",
    ".*{{.+}}.*",
    "a{,2}",
    "[a&&b]",
    "^[-a]$",
    "^[a-]$",
    "^(([a-c])+.)+[A-Z]$",
    "\\u0061",
    "\\x61",
    "\\u{61}",
    "^\\uD83D\\uDE00$",
    "^[^]$",
    "[]",
    "\\cA",
    "^\\p{L}+$",
    "\\P{Lu}",
    "[\\p{Nd}_]",
    "\\p{Script=Greek}",
    "^[😀-😂]$",
    "^.$",
    "\\.",
    "[.]",
    "]",
    "}",
];

/// Strings that are likely to distinguish patterns.
const STRINGS: &[&str] = &[
    "",
    "a",
    "b",
    "c",
    "ab",
    "aa",
    "aab",
    "abc",
    "a b",
    "aba",
    "A",
    "é",
    "ß",
    "αβ",
    "😀",
    "\n",
    "a\n",
    "\r",
    "\u{2028}",
    "\u{a0}",
    "\u{85}",
    "\u{feff}",
    "0",
    "٣",
    "12",
    "-",
    "_",
    "{{a}}",
    "{}",
    "x",
    "]",
    "a-b",
    "/a-b",
    "a@b.c",
    "https://a.bc/d?e=f",
    "2020-01-01",
    "1.2.3",
    "*",
    "$",
    "^",
    "a{,2}",
    "\\",
    "575ec7417ae143cd83dc4a96",
    "urn:x:y",
    "en-US",
    "\u{1}",
];

#[test]
fn both_engines_agree_with_another_ecma_262_engine() {
    let mut patterns: BTreeSet<String> = BY_HAND.iter().map(|text| (*text).to_owned()).collect();
    collect_shared(&mut patterns);
    let mut compared = 0;
    for pattern in &patterns {
        let unicode = Flags {
            unicode: true,
            ..Flags::default()
        };
        let other = Regex::with_flags(pattern, unicode).or_else(|_| Regex::new(pattern));
        let (engine, other) = match (Engine::new(pattern), other) {
            (Ok(engine), Ok(other)) => (engine, other),
            (Err(_), Err(_)) => continue,
            // In the mode without Unicode `\p` is a letter.
            (Err(_), Ok(_)) if pattern.contains("\\p") => continue,
            (engine, other) => panic!("{pattern}: {engine:?}, {other:?}"),
        };
        for text in strings(pattern) {
            let expected = other.find(&text).is_some();
            assert_eq!(
                engine.matches(&text),
                Ok(expected),
                "{pattern} {text:?} {engine:?}"
            );
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn nested_loops_that_may_match_nothing_terminate() {
    // Not compared: `regress` 0.12 does not terminate.
    let linear = Engine::new("^(?:(?:a*)+)*$").unwrap();
    let backtracking = Engine::new("(?=)^(?:(?:a*)+)*$").unwrap();
    for engine in [linear, backtracking] {
        for (text, expected) in [("", true), ("aa", true), ("b", false)] {
            assert_eq!(engine.matches(text), Ok(expected), "{text} {engine:?}");
        }
    }
}

/// Strings to match: those above, and some made of the pattern's own characters.
fn strings(pattern: &str) -> Vec<String> {
    let mut strings: Vec<String> = STRINGS.iter().map(|text| (*text).to_owned()).collect();
    let mut alphabet: Vec<char> = pattern.chars().collect();
    alphabet.extend("a0-. ".chars());
    let mut seed = pattern.bytes().fold(7u64, |seed, byte| {
        seed.wrapping_mul(0x0100_0000_01B3) ^ u64::from(byte)
    });
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let plain: String = pattern
        .chars()
        .filter(|c| !"^$()?:\\".contains(*c))
        .take(16)
        .collect();
    strings.push(plain);
    for length in 1..10 {
        let text = (0..length).map(|_| alphabet[random(alphabet.len())]);
        strings.push(text.collect());
    }
    strings
}

/// All patterns of the descriptions and schemas beside the repository.
fn collect_shared(patterns: &mut BTreeSet<String>) {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    for folder in ["vendor", "corpora"] {
        let folder = shared.join(folder);
        if !folder.is_dir() {
            let missing = format!("{} is missing", folder.display());
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "{missing}; CI must provide it"
            );
            eprintln!("skipped: {missing}");
            continue;
        }
        collect(folder, patterns);
    }
}

fn collect(folder: PathBuf, patterns: &mut BTreeSet<String>) {
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "json")
                && let Ok(json) = serde_json::from_slice(&std::fs::read(&path).unwrap())
            {
                patterns_of(&json, patterns);
            }
        }
    }
}

fn patterns_of(json: &Value, patterns: &mut BTreeSet<String>) {
    match json {
        Value::Array(items) => items.iter().for_each(|item| patterns_of(item, patterns)),
        Value::Object(object) => {
            if let Some(Value::String(text)) = object.get("pattern") {
                patterns.insert(text.clone());
            }
            if let Some(Value::Object(properties)) = object.get("patternProperties") {
                patterns.extend(properties.keys().cloned());
            }
            object
                .values()
                .for_each(|value| patterns_of(value, patterns));
        }
        _ => {}
    }
}
