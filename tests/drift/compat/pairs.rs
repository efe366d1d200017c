//! Pairs of versions: the base, and the base with one edit. They are compared in both directions.

use std::sync::OnceLock;

use codegen::compat::Change;

use super::base::{BOTH, Description, READ, SENT};
use super::edits;

/// Two versions; the old one is the base.
pub struct Pair {
    pub name: String,
    pub new: Description,
    /// The changes from the base.
    pub forth: Vec<Change>,
    /// The changes back to the base.
    pub back: Vec<Change>,
}

impl Pair {
    pub fn of(name: String, new: Description) -> Self {
        let base = Description::base();
        Pair {
            name,
            forth: compared(&base, &new),
            back: compared(&new, &base),
            new,
        }
    }
}

/// The changes from one version to another.
pub fn compared(old: &Description, new: &Description) -> Vec<Change> {
    let changes = xtask::corrections::compare(&old.source(), &new.source());
    changes.unwrap_or_else(|unreadable| panic!("{}", unreadable.diagnostics))
}

/// Every edit, applied to a type in each position.
pub fn all() -> &'static [Pair] {
    static PAIRS: OnceLock<Vec<Pair>> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let types = edits::of_types().flat_map(|(name, edit)| {
            let positions = [("request", SENT), ("response", READ), ("both", BOTH)];
            positions.map(|(position, path)| {
                let mut new = Description::base();
                edit(&mut new, path);
                Pair::of(format!("{name} ({position})"), new)
            })
        });
        let apis = edits::of_api().map(|(name, edit)| {
            let mut new = Description::base();
            edit(&mut new);
            Pair::of((*name).to_owned(), new)
        });
        types.chain(apis).collect()
    })
}
