//! Which module uses which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tests::root;

use crate::code::code;

/// A use of one module by another. A module is a folder, or a file next to the folders.
#[derive(Debug, Clone)]
pub struct Arrow {
    /// The file and the line.
    pub place: String,
    pub from: String,
    pub to: String,
}

/// Sibling modules, and how they use each other.
pub struct ModuleGraph {
    pub arrows: Vec<Arrow>,
}

/// The sources in a folder, by relative path, sorted.
pub fn sources(folder: &str) -> Vec<(String, PathBuf)> {
    fn add(folder: &Path, name: &str, found: &mut Vec<(String, PathBuf)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let own = path.file_name().unwrap().to_str().unwrap();
            let name = format!("{name}{own}");
            if path.is_dir() && own != "tests" {
                add(&path, &format!("{name}/"), found);
            } else if own.ends_with(".rs") && own != "tests.rs" {
                found.push((name, path));
            }
        }
    }
    let mut found = Vec::new();
    add(&root().join(folder), "", &mut found);
    found.sort();
    assert!(!found.is_empty(), "no sources in {folder}");
    found
}

impl ModuleGraph {
    /// Reads the modules below `module`, whose own file is `head`, of the crate with its sources in
    /// `folder`.
    pub fn read(folder: &str, head: &str, module: &[&str]) -> Self {
        let sources = sources(folder);
        let sources = sources.into_iter().map(|(name, path)| {
            let code = code(&fs::read_to_string(path).unwrap());
            (module_of(&name), name, code)
        });
        let sources: Vec<_> = sources.collect();
        let children: BTreeSet<String> = sources
            .iter()
            .filter_map(|(path, ..)| child_of(path, module).map(str::to_owned))
            .collect();
        let mut exports = BTreeMap::new();
        for (path, name, code) in &sources {
            if name == head {
                exports.extend(reexported(code, &children));
            } else if let Some(child) = child_of(path, module) {
                let macros = words_after(code, "macro_rules! ");
                exports.extend(macros.map(|name| (name, child.to_owned())));
            }
        }
        let mut arrows = Vec::new();
        for (path, name, code) in &sources {
            let Some(from) = child_of(path, module) else {
                continue;
            };
            for (line, used) in paths(code, path) {
                let Some(first) = child_of(&used, module) else {
                    continue;
                };
                let to = match children.get(first) {
                    Some(child) => Some(child),
                    None => exports.get(first),
                };
                arrows.extend(to.filter(|to| *to != from).map(|to| Arrow {
                    place: format!("{folder}/{name}:{line}"),
                    from: from.to_owned(),
                    to: to.clone(),
                }));
            }
        }
        ModuleGraph { arrows }
    }

    /// The shortest cycles, without shared arrows: a single wrong arrow closes many cycles.
    pub fn cycles(&self) -> Vec<Vec<&Arrow>> {
        let mut next: BTreeMap<&str, BTreeMap<&str, &Arrow>> = BTreeMap::new();
        for arrow in self.arrows.iter().rev() {
            let next = next.entry(&arrow.from).or_default();
            next.insert(&arrow.to, arrow);
        }
        let mut cycles = Vec::new();
        for arrow in next.values().flat_map(BTreeMap::values) {
            let Some(mut cycle) = shortest_path(&next, &arrow.to, &arrow.from) else {
                continue;
            };
            cycle.insert(0, *arrow);
            cycles.push(cycle);
        }
        cycles.sort_by_key(Vec::len);
        let mut known = BTreeSet::new();
        cycles.retain(|cycle: &Vec<&Arrow>| {
            let steps = || cycle.iter().map(|arrow| (&arrow.from, &arrow.to));
            let is_new = steps().all(|step| !known.contains(&step));
            known.extend(steps());
            is_new
        });
        cycles
    }
}

/// The shortest path from one module to another.
fn shortest_path<'a>(
    next: &BTreeMap<&str, BTreeMap<&str, &'a Arrow>>,
    from: &str,
    to: &str,
) -> Option<Vec<&'a Arrow>> {
    let mut open = vec![(from.to_owned(), Vec::new())];
    let mut seen = BTreeSet::from([from.to_owned()]);
    while !open.is_empty() {
        let mut longer = Vec::new();
        for (end, path) in open {
            if end == to {
                return Some(path);
            }
            for (child, arrow) in next.get(end.as_str()).into_iter().flatten() {
                if seen.insert((*child).to_owned()) {
                    let path = path.iter().copied().chain([*arrow]).collect();
                    longer.push(((*child).to_owned(), path));
                }
            }
        }
        open = longer;
    }
    None
}

/// The path of the module in a file.
fn module_of(name: &str) -> Vec<String> {
    let name = name.strip_suffix(".rs").unwrap();
    let name = name.strip_suffix("/mod").unwrap_or(name);
    let parts = name.split('/').filter(|part| *part != "lib");
    parts.map(str::to_owned).collect()
}

/// The child of `module` that contains a module.
fn child_of<'p>(path: &'p [String], module: &[&str]) -> Option<&'p str> {
    let is_below = path.iter().zip(module).all(|(own, other)| own == other);
    let child = path.get(module.len()).filter(|_| is_below);
    child.map(String::as_str)
}

/// The names that the head re-exports from child modules, with their modules.
fn reexported(code: &str, children: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (_, after) in after_all(code, "use ") {
        let mut paths = Vec::new();
        tree(&mut after.trim_start(), &mut Vec::new(), &mut paths);
        for path in paths {
            let path = match path.first().map(String::as_str) {
                Some("crate" | "self") => &path[1..],
                _ => &path[..],
            };
            if let (Some(child), Some(name)) = (path.first(), path.last())
                && path.len() > 1
                && children.contains(child)
            {
                found.push((name.clone(), child.clone()));
            }
        }
    }
    found
}

/// The code after each occurrence of `this` that is not part of a longer word.
fn after_all<'c>(code: &'c str, this: &str) -> impl Iterator<Item = (usize, &'c str)> {
    let places = code.match_indices(this);
    places.filter_map(|(at, found)| {
        let before = code[..at].chars().next_back();
        let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | ':');
        (!before.is_some_and(goes_on)).then(|| (at, &code[at + found.len()..]))
    })
}

fn words_after<'c>(code: &'c str, this: &str) -> impl Iterator<Item = String> + use<'c> {
    let words: Vec<_> = after_all(code, this)
        .map(|(_, after)| word(&mut &*after).to_owned())
        .collect();
    words.into_iter()
}

/// The paths in a module's code that start with `crate` or `super`, from the crate's root, each
/// with its line.
fn paths(code: &str, module: &[String]) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, mut after) in after_all(code, start) {
            let mut path = Vec::new();
            if start == "super::" {
                let mut ancestors = module.len().saturating_sub(1);
                while let Some(rest) = after.strip_prefix("super::") {
                    ancestors = ancestors.saturating_sub(1);
                    after = rest;
                }
                path.extend_from_slice(&module[..ancestors]);
            }
            let line = code[..at].matches('\n').count() + 1;
            let mut paths = Vec::new();
            tree(&mut after, &mut path, &mut paths);
            found.extend(paths.into_iter().map(|path| (line, path)));
        }
    }
    found.sort();
    found
}

/// Reads a path, or several in braces: `a::{b, c::d}`.
fn tree(rest: &mut &str, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let length = path.len();
    loop {
        *rest = rest.trim_start();
        if let Some(inner) = rest.strip_prefix('{') {
            *rest = inner;
            loop {
                tree(rest, path, found);
                // Skips the item's alias, if it has one.
                let end = rest.find([',', '}']).unwrap_or(rest.len());
                *rest = &rest[end..];
                *rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
                if let Some(after) = rest.strip_prefix('}') {
                    *rest = after;
                    break;
                }
                if rest.is_empty() {
                    break;
                }
            }
            break;
        }
        match word(rest) {
            "" => break,
            word => path.push(word.to_owned()),
        }
        match rest.strip_prefix("::") {
            Some(more) => *rest = more,
            None => {
                found.push(path.clone());
                break;
            }
        }
    }
    path.truncate(length);
}

/// Takes the first word.
fn word<'r>(rest: &mut &'r str) -> &'r str {
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
    *rest = after;
    word
}

#[test]
fn a_path_is_read_from_the_root_of_its_crate() {
    let module = ["a".to_owned(), "b".to_owned()];
    let code =
        "use crate::{c, d::{E, f::G as H}};\nuse super::i::J;\n\nsuper::super::K; $crate::L;";
    let found: Vec<_> = paths(code, &module)
        .into_iter()
        .map(|(line, path)| (line, path.join("::")))
        .collect();
    let expected = [
        (1, "c"),
        (1, "d::E"),
        (1, "d::f::G"),
        (2, "a::i::J"),
        (4, "K"),
    ];
    let expected: Vec<_> = expected.map(|(line, path)| (line, path.to_owned())).into();
    assert_eq!(found, expected);
}

#[test]
fn a_cycle_is_reported_with_each_of_its_steps() {
    let arrow = |place: &str, from: &str, to: &str| Arrow {
        place: place.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let graph = ModuleGraph {
        arrows: vec![
            arrow("1", "a", "b"),
            arrow("2", "b", "c"),
            arrow("3", "c", "a"),
            arrow("4", "c", "d"),
        ],
    };
    let cycles = graph.cycles();
    let places: Vec<Vec<_>> = cycles
        .iter()
        .map(|cycle| cycle.iter().map(|arrow| &*arrow.place).collect())
        .collect();
    assert_eq!(places, [["1", "2", "3"]]);
}
