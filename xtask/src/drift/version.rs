//! The next version.

use super::Severity;

/// The version of the compared source, and the one that must follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// The version in the `api.json` that was compared with.
    pub released: String,
    /// The version in the present `api.json`.
    pub present: String,
    /// The bump that the changes need.
    pub bump: Severity,
    /// The version after `released` by that bump.
    pub next: String,
}

impl Versions {
    /// The version after `released`; none if that is not a version.
    pub(super) fn new(released: &str, present: &str, bump: Severity) -> Option<Self> {
        Some(Versions {
            released: released.to_owned(),
            present: present.to_owned(),
            bump,
            next: next(released, bump)?,
        })
    }
}

/// The version after `version` by a bump; none if it is not a version.
///
/// Below 1.0, cargo treats 0.x like x: a major bump is the next 0.x, a minor one and a patch are
/// the next 0.x.y. A pre-release makes no promise yet, so any bump leads to its release.
/// patch are the next 0.x.y. A pre-release promises nothing yet, so that any bump is what it leads to.
fn next(version: &str, bump: Severity) -> Option<String> {
    let (numbers, rest) = match version.find(['-', '+']) {
        Some(at) => version.split_at(at),
        None => (version, ""),
    };
    let numbers: Vec<u64> = numbers
        .split('.')
        .map(|number| number.parse().ok())
        .collect::<Option<_>>()?;
    let &[major, minor, patch] = numbers.as_slice() else {
        return None;
    };
    if bump == Severity::None {
        return Some(version.to_owned());
    }
    let (major, minor, patch) = match (major, bump) {
        _ if rest.starts_with('-') => (major, minor, patch),
        (0, Severity::Major) => (0, minor.checked_add(1)?, 0),
        (0, _) | (_, Severity::Patch | Severity::None) => (major, minor, patch.checked_add(1)?),
        (_, Severity::Minor) => (major, minor.checked_add(1)?, 0),
        (_, Severity::Major) => (major.checked_add(1)?, 0, 0),
    };
    Some(format!("{major}.{minor}.{patch}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(version: &str) -> [Option<String>; 4] {
        use Severity::{Major, Minor, None, Patch};
        [None, Patch, Minor, Major].map(|bump| next(version, bump))
    }

    fn versions(list: [&str; 4]) -> [Option<String>; 4] {
        list.map(|version| Some(version.to_owned()))
    }

    #[test]
    fn a_bump_raises_its_number_and_resets_those_after_it() {
        assert_eq!(
            after("1.2.3"),
            versions(["1.2.3", "1.2.4", "1.3.0", "2.0.0"])
        );
    }

    #[test]
    fn below_1_0_a_major_bump_is_the_next_0_x_and_all_others_the_next_0_x_y() {
        assert_eq!(
            after("0.1.3"),
            versions(["0.1.3", "0.1.4", "0.1.4", "0.2.0"])
        );
        assert_eq!(
            after("0.0.3"),
            versions(["0.0.3", "0.0.4", "0.0.4", "0.1.0"])
        );
    }

    #[test]
    fn a_pre_release_leads_to_its_release() {
        assert_eq!(
            after("1.0.0-rc.1+5"),
            versions(["1.0.0-rc.1+5", "1.0.0", "1.0.0", "1.0.0"])
        );
    }

    #[test]
    fn what_is_no_version_has_no_next_one() {
        for text in ["", "1", "1.2", "1.2.3.4", "a.b.c", "1.2.-3", "v1.2.3"] {
            assert_eq!(next(text, Severity::Major), None, "{text}");
        }
        assert_eq!(next("18446744073709551615.0.0", Severity::Major), None);
    }
}
