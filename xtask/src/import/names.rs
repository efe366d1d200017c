//! Names of files for the vendor's resources and types, whose names are arbitrary.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::sha256;

/// The maximal length of a stem that is used unchanged, in bytes: with its folders and extension, a
/// path must fit into the 260 characters of Windows.
const LONGEST: usize = 100;

/// The length of the part of a name that is kept in a changed stem.
const KEPT: usize = 60;

/// The stem of a file for each name: the name itself if it is a valid file name on every system.
/// Stems also differ on file systems that ignore case. Each depends on its name alone, but only one
/// of several names that differ by case alone stays unchanged.
pub(super) fn stems<'n>(names: impl Iterator<Item = &'n str>) -> BTreeMap<&'n str, String> {
    let mut names: Vec<&str> = names.collect();
    // The first of those that differ by case is the one with the fewest capitals.
    let capitals = |name: &str| name.chars().filter(|c| c.is_uppercase()).count();
    names.sort_by_key(|name| (!is_portable(name), capitals(name), *name));
    names.dedup();
    let mut taken = BTreeSet::new();
    let mut stems = BTreeMap::new();
    for name in names {
        let candidates = [portable(name), numbered(name)];
        let free = candidates.into_iter().flatten();
        let mut free = free.filter(|stem| taken.insert(stem.to_lowercase()));
        stems.insert(name, free.next().unwrap_or_else(|| sha256(name)));
    }
    stems
}

/// The name, followed by an underscore if Windows reserves it.
fn portable(name: &str) -> Option<String> {
    let marked = format!("{name}_");
    if is_reserved(name) {
        Some(marked).filter(|marked| is_portable(marked))
    } else {
        Some(name.to_owned()).filter(|_| is_portable(name))
    }
}

/// The part of the name that a file name can contain, with a hash of the name.
fn numbered(name: &str) -> Option<String> {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let plain: String = name.chars().take(KEPT).map(plain).collect();
    let plain = plain.trim_matches('-');
    let start = if plain.is_empty() { "unnamed" } else { plain };
    Some(format!("{start}-{}", &sha256(name)[..8]))
}

/// Whether this is a valid file name on every system, and not that of a hidden file.
fn is_portable(name: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || (c.is_ascii_graphic() || c == ' ');
    !name.is_empty()
        && name.len() <= LONGEST
        && name.chars().all(is_plain)
        && !name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|'])
        && !name.starts_with(['.', ' ', '-', '~'])
        && !name.ends_with(['.', ' '])
        && !is_reserved(name)
}

/// Whether Windows reserves this name for a device, whatever follows a dot.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.trim_end().to_ascii_lowercase();
    let is_numbered = |device: &str| {
        let number = stem.strip_prefix(device);
        number.is_some_and(|number| {
            let mut characters = number.chars();
            let first = characters.next();
            first.is_some_and(|c| c.is_ascii_digit() || "¹²³".contains(c))
                && characters.next().is_none()
        })
    };
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"].contains(&stem.as_str())
        || is_numbered("com")
        || is_numbered("lpt")
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use super::*;

    const HOSTILE: [&str; 24] = [
        "",
        ".",
        "..",
        "../../home/package",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "C:\\x",
        "c:",
        "con",
        "CON",
        "aux.json",
        "nul .x",
        "COM1",
        "lpt9",
        "com¹",
        "a.",
        "a ",
        ".hidden",
        "a\0b",
        "a\nb",
        "-rf",
        "e\u{301}",
        "\u{202e}nosj",
    ];

    #[test]
    fn every_name_is_one_normal_segment_and_none_is_another_s() {
        let long = "x".repeat(300);
        let same = ["thing", "Thing", "THING", "con_", "con"];
        let names: Vec<&str> = HOSTILE
            .into_iter()
            .chain([long.as_str()])
            .chain(same)
            .collect();
        let stems = stems(names.iter().copied());
        let mut seen = BTreeSet::new();
        for (name, stem) in &stems {
            let file = format!("{stem}.json");
            let parts: Vec<_> = Path::new(&file).components().collect();
            assert!(
                matches!(parts[..], [Component::Normal(_)]),
                "{name:?}: {stem:?}"
            );
            assert!(
                is_portable(stem) && stem.len() <= LONGEST,
                "{name:?}: {stem:?}"
            );
            assert!(seen.insert(stem.to_lowercase()), "{name:?}: {stem:?}");
        }
        assert_eq!(stems["thing"], "thing");
    }

    #[test]
    fn a_name_s_file_does_not_depend_on_others() {
        for name in HOSTILE {
            let alone = stems([name].into_iter());
            let among = stems(["a", name, "z", "deviceGet"].into_iter());
            assert_eq!(alone[name], among[name]);
        }
    }

    #[test]
    fn a_name_that_any_file_can_have_is_that_of_its_file() {
        for name in [
            "instanceAuditLog",
            "a-b_c.d",
            "größe",
            "console",
            "com10",
            "Gerät 1",
        ] {
            assert_eq!(stems([name].into_iter())[name], name);
        }
        assert_eq!(stems(["con"].into_iter())["con"], "con_");
    }
}
