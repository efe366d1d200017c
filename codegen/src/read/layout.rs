//! Sorts the files of `schemas/`.

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, Place, is_invisible, quoted};
use crate::json::without_byte_order_mark;
use crate::source::{Source, is_licence};

/// The files to read, by stem: each one's path and content.
#[derive(Clone, Default)]
pub(super) struct Layout<'s> {
    /// `api.json`, if it exists.
    pub service: BTreeMap<&'s str, (&'s str, &'s [u8])>,
    /// `resources/*.json`.
    pub resources: BTreeMap<&'s str, (&'s str, &'s [u8])>,
    /// `types/*.json`.
    pub types: BTreeMap<&'s str, (&'s str, &'s [u8])>,
}

/// The meaning of a path.
enum Part<'s> {
    Service(&'s str),
    Resource(&'s str),
    Type(&'s str),
    Licence(&'s str),
    /// Known, but not read.
    Ignored,
    Stray,
}

impl<'s> Layout<'s> {
    /// Sorts the files of a source, and reports missing, unexpected and duplicate ones.
    pub fn of(source: &'s Source, found: &mut Vec<Diagnostic>) -> Self {
        let mut layout = Layout::default();
        let mut licences = BTreeMap::new();
        for (path, bytes) in source.files() {
            match part(path) {
                Part::Service(stem) => layout.service.insert(stem, (path, bytes)),
                Part::Resource(stem) => layout.resources.insert(stem, (path, bytes)),
                Part::Type(stem) => layout.types.insert(stem, (path, bytes)),
                Part::Licence(name) => licences.insert(name, (path, bytes)),
                Part::Ignored => None,
                Part::Stray => {
                    found.push(stray(path));
                    None
                }
            };
        }
        if layout.service.is_empty() {
            found.push(Diagnostic::new(
                Place::file("api.json"),
                "`api.json` is missing: it describes the API as a whole",
                "create it with `title`, `version`, `baseUrl` and `package`",
            ));
        }
        doubled(&layout.resources, found);
        doubled(&layout.types, found);
        doubled(&licences, found);
        found.extend(licences.into_values().filter_map(unfit));
        layout
    }
}

fn part(path: &str) -> Part<'_> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path
        .split('/')
        .any(|name| name.starts_with('.') && !name.starts_with(".."))
        || name == "README.md"
        || path == "descriptor.schema.json"
    {
        return Part::Ignored;
    }
    if is_licence(path) {
        return Part::Licence(path);
    }
    let Some(stem) = path.strip_suffix(".json") else {
        return Part::Stray;
    };
    match stem.split_once('/') {
        None if stem == "api" => Part::Service(stem),
        Some(("resources", stem)) if !stem.contains('/') => Part::Resource(stem),
        Some(("types", stem)) if !stem.contains('/') => Part::Type(stem),
        _ => Part::Stray,
    }
}

fn stray(path: &str) -> Diagnostic {
    Diagnostic::new(
        Place::file(path),
        format!("{} is not part of the schemas", quoted(path)),
        "move or remove it; expected are `api.json`, `resources/*.json`, `types/*.json` and \
         `LICENSE*`",
    )
}

/// Reports a licence that cannot be distributed.
fn unfit((path, bytes): (&str, &[u8])) -> Option<Diagnostic> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let (message, help) = if !path.chars().all(is_part) || path.ends_with('.') {
        (
            "is not a valid name for a licence",
            "write `LICENSE`, and ASCII letters, digits, `.`, `_` and `-` after it",
        )
    } else if !is_text(bytes) {
        (
            "is not text: it is not valid UTF-8, or has control characters",
            "save it as UTF-8 without control characters",
        )
    } else {
        return None;
    };
    let message = format!("{} {message}", quoted(path));
    Some(Diagnostic::new(Place::file(path), message, help))
}

/// Whether a file is text without characters that act on a terminal.
fn is_text(bytes: &[u8]) -> bool {
    // Some licences have form feeds between their pages.
    let is_text = |c: char| !c.is_control() && !is_invisible(c) || "\n\r\t\u{c}".contains(c);
    let text = str::from_utf8(without_byte_order_mark(bytes));
    text.is_ok_and(|text| text.chars().all(is_text))
}

/// Reports files whose names differ only by case: some file systems keep only one of them, and most
/// often they become the same Rust name.
fn doubled(files: &BTreeMap<&str, (&str, &[u8])>, found: &mut Vec<Diagnostic>) {
    let mut firsts: BTreeMap<String, &str> = BTreeMap::new();
    for (stem, (path, _)) in files {
        let Some(first) = firsts.get(&stem.to_lowercase()) else {
            firsts.insert(stem.to_lowercase(), path);
            continue;
        };
        let message = format!(
            "{} is a duplicate: its name differs from another one only by case",
            quoted(path)
        );
        let mistake = Diagnostic::new(Place::file(*path), message, "rename or remove one of them");
        found.push(mistake.note(Place::file(*first), "this is the other one"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages for these files, without the one about a missing `api.json`.
    fn messages(paths: &[&str]) -> Vec<String> {
        let files = paths.iter().map(|path| ((*path).to_owned(), Vec::new()));
        let api = ("api.json".to_owned(), Vec::new());
        let mut found = Vec::new();
        Layout::of(&Source::new(files.chain([api])), &mut found);
        let messages = found.iter().map(|mistake| mistake.message().to_owned());
        messages.collect()
    }

    #[test]
    fn files_are_sorted_by_their_folders() {
        let paths = ["api.json", "resources/a.json", "types/b.json"];
        let source = Source::new(paths.map(|path| (path.to_owned(), Vec::new())));
        let mut found = Vec::new();
        let layout = Layout::of(&source, &mut found);
        assert!(layout.service.contains_key("api"));
        assert!(layout.resources.contains_key("a"));
        assert!(layout.types.contains_key("b"));
        assert!(found.is_empty());
    }

    #[test]
    fn a_missing_api_is_reported_with_its_required_keys() {
        let mut found = Vec::new();
        Layout::of(&Source::default(), &mut found);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].file(), "api.json");
        assert!(found[0].help().contains("`baseUrl`"));
    }

    #[test]
    fn files_for_people_and_tools_are_ignored() {
        let paths = [
            ".gitkeep",
            "types/.DS_Store",
            ".cache/a.txt",
            "README.md",
            "types/README.md",
            "LICENSE",
            "LICENSE-MIT",
            "descriptor.schema.json",
        ];
        assert_eq!(messages(&paths), [""; 0]);
    }

    #[test]
    fn a_stray_file_is_reported() {
        let paths = [
            "notes.txt",
            "types/LICENSE",
            "types/deep/a.json",
            "types/a.yaml",
            "error.json",
            "overlays/a.json",
            "types/../a.json",
        ];
        let mut expected = paths.map(|path| format!("`{path}` is not part of the schemas"));
        expected.sort();
        assert_eq!(messages(&paths), expected);
    }

    #[test]
    fn files_that_differ_only_by_case_are_duplicates() {
        let paths = [
            "types/error.json",
            "types/Error.json",
            "resources/error.json",
        ];
        let [message] = messages(&paths).try_into().unwrap();
        assert!(message.starts_with("`types/error.json` is a duplicate"));
    }

    #[test]
    fn licences_are_text_with_plain_and_distinct_names() {
        let said = |files: &[(&str, &[u8])]| {
            let files = files.iter().map(|(path, bytes)| (*path, *bytes));
            let files = files.chain([("api.json", b"".as_slice())]);
            let files = files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
            let mut found = Vec::new();
            Layout::of(&Source::new(files), &mut found);
            let said = found.iter().map(|mistake| mistake.message().to_owned());
            said.collect::<Vec<_>>().join("\n")
        };
        let gpl = "\u{feff}GNU\r\n\u{c}\tGENERAL, \u{a9}".as_bytes();
        assert_eq!(said(&[("LICENSE-MIT.txt", gpl)]), "");
        for (name, text, expected) in [
            ("LICENSE", b"\xff".as_slice(), "`LICENSE` is not text"),
            ("LICENSE", b"\x1b[2J", "`LICENSE` is not text"),
            ("LICENSE", "\u{202e}".as_bytes(), "`LICENSE` is not text"),
            ("LICENSE a", b"", "`LICENSE a` is not a valid name"),
            ("LICENSE-\u{1b}", b"", "is not a valid name"),
            ("LICENSE.", b"", "is not a valid name"),
        ] {
            let said = said(&[(name, text)]);
            assert!(said.contains(expected), "{name:?}: {said}");
        }
        let twice = said(&[("LICENSE-MIT", b""), ("LICENSE-mit", b"")]);
        assert!(twice.contains("`LICENSE-mit` is a duplicate"), "{twice}");
    }
}
