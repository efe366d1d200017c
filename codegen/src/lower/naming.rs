//! Names inline types after their places.
//!
//! A type may be in many places. Its name is its title if it has one, the name of its property if
//! no other type is in a property of that name, and else the shortest sufficient part of its path.
//! No name depends on the order of the files.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::names::{singular, type_name, words_of};

/// The longest name made from a path.
const LONGEST: usize = 60;

/// The path to a schema: the file in `types/`, or the resource, and the words from there.
#[derive(Debug)]
pub(super) struct Owner<'o> {
    up: Option<&'o Owner<'o>>,
    word: String,
}

impl<'o> Owner<'o> {
    pub(super) fn root(word: &str) -> Self {
        Owner {
            up: None,
            word: word.to_owned(),
        }
    }

    pub(super) fn property(&'o self, name: &str) -> Owner<'o> {
        Owner {
            up: Some(self),
            word: name.to_owned(),
        }
    }

    /// An item of an array, or a value of a map, is named by the singular; an item of a property
    /// called `items` by the singular of its owner.
    pub(super) fn item(&'o self) -> Owner<'o> {
        let plural = match (self.word.as_str(), self.up) {
            ("items", Some(up)) => &up.word,
            _ => &self.word,
        };
        match (singular(plural), self.up) {
            (word, None) if word == *plural => self.beside("item".to_owned()),
            (word, Some(_)) if word == *plural && self.word == "items" => {
                self.beside(format!("{word} item"))
            }
            (word, _) => self.beside(word),
        }
    }

    /// The unnamed properties of an object, beside its named ones.
    pub(super) fn additional(&'o self) -> Owner<'o> {
        self.property("additional")
    }

    /// A branch of a union.
    pub(super) fn branch(&'o self, label: &str) -> Owner<'o> {
        match self.up {
            Some(_) => self.beside(format!("{label} {}", self.word)),
            None => self.beside(label.to_owned()),
        }
    }

    /// Replaces the last word, except at the root.
    fn beside(&'o self, word: String) -> Owner<'o> {
        let up = self.up.or(Some(self));
        Owner { up, word }
    }

    /// The last word of the path.
    pub(super) fn word(&self) -> &str {
        &self.word
    }

    /// The first word of the path: the file or the resource.
    pub(super) fn first(&self) -> &str {
        self.up.map_or(&self.word, Owner::first)
    }

    /// The number of words in the path.
    pub(super) fn words(&self) -> usize {
        1 + self.up.map_or(0, Owner::words)
    }

    pub(super) fn path(&self) -> Vec<String> {
        let mut path = self.up.map(Owner::path).unwrap_or_default();
        path.push(self.word.clone());
        path
    }
}

/// A place that has a type.
#[derive(Debug)]
pub(super) struct Occurrence {
    /// The words of its path; the first is the file or the resource.
    pub path: Vec<String>,
    pub title: Option<String>,
    /// The place of its definition in the description: a file and a JSON pointer.
    pub source: String,
    /// Whether it is the type of a parameter, which people write more often than others.
    pub is_parameter: bool,
}

/// A type that needs a name.
pub(super) struct Unnamed<'t> {
    /// The file in `types/` that it is the type of, if there is one.
    pub root: Option<&'t String>,
    pub occurrences: &'t [Occurrence],
}

impl Unnamed<'_> {
    /// Whether parameters have the type, and in how many places it occurs.
    fn places(&self) -> (bool, usize) {
        let mut occurrences = self.occurrences.iter();
        let is_parameter = occurrences.any(|occurrence| occurrence.is_parameter);
        (is_parameter, self.occurrences.len())
    }
}

/// The occurrence that a type is known by: the one with the shortest path.
pub(super) fn canonical(occurrences: &[Occurrence]) -> Option<&Occurrence> {
    occurrences.iter().min_by_key(|occurrence| {
        let root = occurrence.path.first().map_or(0, String::len);
        (occurrence.path.len(), root, &occurrence.path)
    })
}

/// Names several types by their places. Names of files are reserved for them, and all names differ.
pub(super) fn assign(types: &[Unnamed<'_>], mut taken: BTreeSet<String>) -> Vec<String> {
    let mut names: Vec<Option<String>> = vec![None; types.len()];
    let mut open: Vec<(usize, Vec<String>)> = Vec::new();
    for (index, unnamed) in types.iter().enumerate() {
        match unnamed.root {
            Some(root) => names[index] = Some(root.clone()),
            None => open.push((index, candidates(unnamed.occurrences))),
        }
    }
    // In each round, a candidate goes to the only type that wants it, or to the one with far more
    // places than the others.
    for round in 0.. {
        open.retain(|(_, candidates)| candidates.len() > round);
        if open.is_empty() {
            break;
        }
        let mut wanted: HashMap<&str, Vec<(bool, usize)>> = HashMap::new();
        for (index, candidates) in &open {
            let places = types[*index].places();
            wanted.entry(&candidates[round]).or_default().push(places);
        }
        wanted
            .values_mut()
            .for_each(|places| places.sort_by(|a, b| b.cmp(a)));
        let mut given = BTreeSet::new();
        for (index, candidates) in &open {
            let name = candidates[round].as_str();
            let places = types[*index].places();
            let most = match wanted[name].as_slice() {
                [first, second, ..] if places == *first => {
                    (first.0 && !second.0) || places.1 > 2 * second.1
                }
                [_, _, ..] => false,
                _ => true,
            };
            if most && !taken.contains(name) {
                names[*index] = Some(name.to_owned());
                given.insert(name.to_owned());
            }
        }
        open.retain(|(index, _)| names[*index].is_none());
        taken.extend(given);
    }
    number(types, names, taken)
}

/// Gives each type without a name its last candidate with a number.
fn number(
    types: &[Unnamed<'_>],
    mut names: Vec<Option<String>>,
    mut taken: BTreeSet<String>,
) -> Vec<String> {
    let mut unnamed: Vec<usize> = (0..names.len()).filter(|n| names[*n].is_none()).collect();
    unnamed.sort_by_key(|index| {
        canonical(types[*index].occurrences).map(|occurrence| &occurrence.path)
    });
    let mut last: HashMap<String, usize> = HashMap::new();
    for index in unnamed {
        let last_of_all = candidates(types[index].occurrences).pop();
        let base = last_of_all.unwrap_or_default();
        let base: String = base.chars().take(LONGEST - 4).collect();
        let number = last.entry(base.clone()).or_insert(1);
        let name = loop {
            *number += 1;
            let name = type_name(&format!("{base}{number}"));
            if taken.insert(name.clone()) {
                break name;
            }
        };
        names[index] = Some(name);
    }
    names.into_iter().flatten().collect()
}

/// The candidates for the name of a type, best first.
fn candidates(occurrences: &[Occurrence]) -> Vec<String> {
    let mut candidates = Vec::new();
    let mut add = |name: String| {
        if name.len() <= LONGEST && !candidates.contains(&name) {
            candidates.push(name);
        }
    };
    let titles = occurrences.iter().flat_map(|o| &o.title);
    titles.for_each(|title| add(type_name(title)));
    let roots: BTreeSet<&str> = occurrences.iter().map(|o| o.path[0].as_str()).collect();
    if roots.len() > 1
        && let Some(common) = common(occurrences)
    {
        let path = &common.path;
        add(joined(&path[path.len() - 1..]));
        add(joined(&path[path.len().saturating_sub(2)..]));
    }
    if let Some(Occurrence { path, .. }) = canonical(occurrences) {
        let root = &path[..1];
        // The items of a file that is a list of them.
        if path.len() == 2 && singular(&path[0]) == path[1] {
            add(joined(&path[1..]));
        }
        for length in 1..path.len() {
            let end = &path[path.len() - length..];
            add(joined(&[root, end].concat()));
        }
        add(joined(
            &path[1.min(path.len() - 1).max(path.len().saturating_sub(2))..],
        ));
        if path.len() == 1 {
            add(joined(&[path[0].clone(), "value".to_owned()]));
        }
        // The last resort repeats words.
        add(type_name(&format!("{} {}", path[0], path[path.len() - 1])));
    }
    if candidates.is_empty() {
        // The path is too long; its ends are the most specific.
        let path = canonical(occurrences).map_or(&[][..], |o| &o.path);
        let ends = [path.first(), path.last()].into_iter().flatten().cloned();
        let name: String = joined(&ends.collect::<Vec<_>>());
        candidates.push(name.chars().take(LONGEST).collect());
    }
    candidates
}

/// The occurrence that most others resemble: they end with the same word.
fn common(occurrences: &[Occurrence]) -> Option<&Occurrence> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in occurrences.iter().filter_map(|o| o.path.last()) {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts = counts.into_iter();
    let (word, _) = counts.find(|(_, count)| count * 2 > occurrences.len())?;
    let alike = occurrences.iter();
    let alike = alike.filter(|o| o.path.last().is_some_and(|last| last == word));
    alike.min_by_key(|occurrence| (occurrence.path.len(), &occurrence.path))
}

/// A name of several words, without repetitions: `device` and `deviceClass` become `DeviceClass`.
fn joined(words: &[String]) -> String {
    let mut all: Vec<String> = Vec::new();
    for word in words {
        let next = words_of(word);
        let overlap = (1..=next.len().min(all.len()))
            .rev()
            .find(|length| all[all.len() - length..] == next[..*length]);
        all.extend(next.into_iter().skip(overlap.unwrap_or(0)));
    }
    type_name(&all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &[&str]) -> Occurrence {
        Occurrence {
            path: path.iter().map(|word| (*word).to_owned()).collect(),
            title: None,
            source: String::new(),
            is_parameter: false,
        }
    }

    fn assigned(types: &[&[Occurrence]]) -> Vec<String> {
        let roots = ["Device".to_owned(), "Devices".to_owned()];
        let types = types.iter().map(|occurrences| Unnamed {
            root: None,
            occurrences,
        });
        assign(&types.collect::<Vec<_>>(), roots.into_iter().collect())
    }

    #[test]
    fn a_type_in_one_file_is_named_after_the_file_and_its_property() {
        assert_eq!(
            assigned(&[&[at(&["device", "deviceClass"])]]),
            ["DeviceClass"]
        );
        assert_eq!(
            assigned(&[&[at(&["device", "tags", "tag"])]]),
            ["DeviceTag"]
        );
    }

    #[test]
    fn a_type_in_several_files_is_named_after_its_property() {
        let tag = [at(&["device", "tag"]), at(&["devicePost", "tag"])];
        assert_eq!(assigned(&[&tag]), ["Tag"]);
        let other = [at(&["flow", "tag"]), at(&["flowPost", "tag"])];
        assert_eq!(assigned(&[&tag, &other]), ["DeviceTag", "FlowTag"]);
        let many = ["a", "b", "c", "d", "e"].map(|root| at(&[root, "tag"]));
        assert_eq!(assigned(&[&tag, &many]), ["DeviceTag", "Tag"]);
    }

    #[test]
    fn a_title_names_a_type_unless_a_file_has_that_name() {
        let mut titled = at(&["devices", "device"]);
        titled.title = Some("Device".to_owned());
        assert_eq!(assigned(&[&[titled]]), ["DevicesDevice"]);
        let mut titled = at(&["devices", "device"]);
        titled.title = Some("Listed Device".to_owned());
        assert_eq!(assigned(&[&[titled]]), ["ListedDevice"]);
    }

    #[test]
    fn names_are_as_long_as_necessary_and_numbered_as_a_last_resort() {
        let a = [at(&["x", "a", "config"])];
        let b = [at(&["x", "b", "config"])];
        assert_eq!(assigned(&[&a, &b]), ["XaConfig", "XbConfig"]);
        assert_eq!(
            assigned(&[&a, &a]),
            ["Config2", "Config3"].map(|n| n.replace("Config", "AConfig"))
        );
    }

    #[test]
    fn the_order_does_not_matter() {
        let types = [
            [at(&["device", "a", "x"])],
            [at(&["device", "b", "x"])],
            [at(&["device", "b", "y"])],
        ];
        let there = assigned(&[&types[0], &types[1], &types[2]]);
        let back = assigned(&[&types[2], &types[1], &types[0]]);
        assert_eq!(there, back.into_iter().rev().collect::<Vec<_>>());
    }

    #[test]
    fn a_name_is_never_longer_than_sixty_characters() {
        let long = "word".repeat(20);
        let types = [[at(&[&long, &long])], [at(&[&long, &long])]];
        let names = assigned(&[&types[0], &types[1]]);
        assert!(names.iter().all(|name| name.len() <= 60), "{names:?}");
        assert_ne!(names[0], names[1]);
    }
}
