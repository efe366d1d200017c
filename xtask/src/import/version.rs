//! The version of a description.

use std::cmp::Ordering;
use std::path::Path;

/// The version at the end of a folder's name, as in `losant-1.30.0`, `1.30.0` or `a-1.30.0-rc.1`:
/// the vendor's files don't contain it.
pub(super) fn version(folder: &Path) -> Option<&str> {
    let name = folder.file_name()?.to_str()?;
    let dashes = name.match_indices('-').map(|(at, _)| &name[at + 1..]);
    let mut ends: Vec<&str> = std::iter::once(name).chain(dashes).collect();
    ends.retain(|end| end.starts_with(|c: char| c.is_ascii_digit()));
    // With numbers and dots up to a dash or a plus, or else the last part that begins with a
    // number.
    let has_dot = |end: &str| {
        end.split(['-', '+'])
            .next()
            .is_some_and(|n| n.contains('.'))
    };
    let is_version = |end: &&&str| has_dot(end) && numbers(end).is_some();
    ends.iter().find(is_version).or(ends.last()).copied()
}

/// Whether a version precedes another one (Semantic Versioning 2.0.0, 11); false if one of them is
/// invalid.
pub(crate) fn is_older(version: &str, other: &str) -> bool {
    let (Some(own), Some(others)) = (numbers(version), numbers(other)) else {
        return false;
    };
    match own.cmp(&others) {
        Ordering::Equal => {}
        order => return order.is_lt(),
    }
    match (pre_release(version), pre_release(other)) {
        ("", _) => false,
        (_, "") => true,
        (own, others) => own
            .split('.')
            .map(identifier)
            .lt(others.split('.').map(identifier)),
    }
}

/// The numbers at the beginning of a version.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let numbers = version.split(['-', '+']).next()?.split('.');
    numbers.map(|number| number.parse().ok()).collect()
}

/// The part after the dash; empty in a release.
fn pre_release(version: &str) -> &str {
    let version = version.split('+').next().unwrap_or(version);
    version
        .split_once('-')
        .map_or("", |(_, pre_release)| pre_release)
}

/// Numbers come before words, and are compared by value.
fn identifier(text: &str) -> (bool, u64, &str) {
    match text.parse() {
        Ok(number) => (false, number, ""),
        Err(_) => (true, 0, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_named_by_the_version_tells_it() {
        for (folder, told) in [
            ("a/losant-1.2.3", Some("1.2.3")),
            ("a/1.2.3", Some("1.2.3")),
            ("losant-rest-1.2.3-rc.1", Some("1.2.3-rc.1")),
            ("a-2-b-1.2.3", Some("1.2.3")),
            ("a-7", Some("7")),
            ("a/losant", None),
            ("losant-vendor", None),
        ] {
            assert_eq!(version(Path::new(folder)), told, "{folder}");
        }
    }

    #[test]
    fn versions_are_in_the_order_of_semantic_versioning() {
        let order = [
            "1.9.0",
            "1.29.0-alpha",
            "1.29.0-alpha.1",
            "1.29.0-alpha.beta",
            "1.29.0-beta.2",
            "1.29.0-beta.11",
            "1.29.0-rc.1",
            "1.29.0",
            "1.30.0",
            "10.0.0",
        ];
        for (at, version) in order.iter().enumerate() {
            for (other_at, other) in order.iter().enumerate() {
                assert_eq!(is_older(version, other), at < other_at, "{version} {other}");
            }
        }
        assert!(!is_older("unknown", "1.0.0") && !is_older("1.0.0", ""));
        assert!(!is_older("1.0.0+1", "1.0.0+2"));
    }
}
