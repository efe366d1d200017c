//! Enums and unions side by side.

use crate::ir::{Branch, Variant};

use super::rules::{
    BRANCH_ADDED, BRANCH_CHANGED, BRANCH_REMOVED, ENUM_VALUE_ADDED, ENUM_VALUE_REMOVED,
    NAME_CHANGED,
};
use super::site::{Said, Site};
use super::verdict::{Bump, Shipped, Verdict};
use super::walk::{Side, Walk};
use super::words::spelled;

/// A discriminator and its strings.
type Tag = (String, Vec<String>);

impl Walk<'_> {
    /// Compares two enums by the strings of their values.
    pub(super) fn enums(&mut self, old: &[Variant], new: &[Variant], site: &Site) {
        for variant in old {
            let at = value(site, variant);
            match new.iter().find(|other| other.wire == variant.wire) {
                Some(other) => self.renamed(&variant.name, &other.name, &at),
                None => {
                    let message = format!("{} is gone", at.subject);
                    let help = "let the API keep the value, or release a major version";
                    let shipped = at.position.worse(Shipped::BreaksSome, Shipped::Fine);
                    let said = Said::new(message, help).with(&variant.name, "");
                    self.note(&at, ENUM_VALUE_REMOVED, Verdict::source(shipped), said);
                }
            }
        }
        for variant in new {
            if !old.iter().any(|other| other.wire == variant.wire) {
                let at = value(site, variant);
                let message = format!("{} is new", at.subject);
                let help = "release a minor version: released versions keep it as its string";
                let said = Said::new(message, help).with("", &variant.name);
                self.note(&at, ENUM_VALUE_ADDED, Verdict::additive(), said);
            }
        }
    }

    /// Compares two unions by how their variants are recognized.
    pub(super) fn unions(&mut self, old: &[Branch], new: &[Branch], site: &Site) {
        let twins = twins(old, new);
        for (branch, twin) in old.iter().zip(&twins) {
            match twin {
                Some(twin) => self.branch(branch, &new[*twin], site),
                None => self.branch_removed(branch, site),
            }
        }
        for (index, branch) in new.iter().enumerate() {
            if !twins.contains(&Some(index)) {
                self.pass_over(Side::New, &branch.ty);
                let at = form(site, branch);
                let message = format!("{} is new", at.subject);
                let help = "release a minor version: released versions keep it as `Unknown`";
                let said = Said::new(message, help).with("", &shown(branch));
                self.note(&at, BRANCH_ADDED, Verdict::additive(), said);
            }
        }
    }

    fn branch(&mut self, old: &Branch, new: &Branch, site: &Site) {
        let mut at = form(site, new);
        self.renamed(&old.name, &new.name, &form(site, old));
        at.rust = [shown(old), shown(new)];
        let before = self.found.len();
        self.types(&old.ty, &new.ty, &at);
        let is_recognized_differently = old.form != new.form || old.tags != new.tags;
        if is_recognized_differently && !self.has_broken(before) {
            let shipped = at.position.worse(Shipped::BreaksSome, Shipped::Fine);
            let verdict = match (has_all(new, old), has_all(old, new)) {
                (true, _) => Verdict::additive(),
                (_, true) if shipped == Shipped::Fine => Verdict::docs(),
                // A response is kept as `Unknown`, which no program inspects.
                _ if shipped == Shipped::Fine => Verdict::meaning(shipped),
                _ => Verdict::wire(Bump::Major, shipped),
            };
            let message = format!(
                "{} is now recognized by {}, not by {}",
                at.subject,
                recognized_by(new),
                recognized_by(old)
            );
            let help = "let the API keep the old discriminator while released versions are in use, or release a major version";
            self.note(&at, BRANCH_CHANGED, verdict, Said::new(message, help));
        }
    }

    fn branch_removed(&mut self, branch: &Branch, site: &Site) {
        self.pass_over(Side::Old, &branch.ty);
        let at = form(site, branch);
        let message = format!("{} is gone", at.subject);
        let help = "let the API keep the variant, or release a major version";
        let shipped = at.position.worse(Shipped::BreaksSome, Shipped::Fine);
        let said = Said::new(message, help).with(&shown(branch), "");
        self.note(&at, BRANCH_REMOVED, Verdict::source(shipped), said);
    }

    /// Reports that something has another name in Rust.
    pub(super) fn renamed(&mut self, old: &str, new: &str, site: &Site) {
        if old == new {
            return;
        }
        let message = format!("{} is now named `{new}` in Rust, not `{old}`", site.subject);
        let said = Said::new(message, "keep the old name, or release a major version");
        let said = said.with(old, new);
        self.note(site, NAME_CHANGED, Verdict::source(Shipped::Fine), said);
    }
}

/// Matches each variant to one of another version: by its discriminator, or else by its type, or by
/// its name. No two variants match the same one.
fn twins(old: &[Branch], new: &[Branch]) -> Vec<Option<usize>> {
    let is_alike: [fn(&Branch, &Branch) -> bool; 3] = [
        |a, b| !a.tags.is_empty() && a.tags == b.tags,
        |a, b| a.ty == b.ty,
        |a, b| a.name == b.name,
    ];
    let mut twins: Vec<Option<usize>> = vec![None; old.len()];
    for is_alike in is_alike {
        for (index, branch) in old.iter().enumerate() {
            if twins[index].is_none() {
                let mut others = new.iter().enumerate();
                let twin =
                    others.find(|(n, other)| !twins.contains(&Some(*n)) && is_alike(branch, other));
                twins[index] = twin.map(|(n, _)| n);
            }
        }
    }
    twins
}

fn value(site: &Site, variant: &Variant) -> Site {
    site.called(format!("the value {:?} of {}", variant.wire, site.subject))
}

fn form(site: &Site, branch: &Branch) -> Site {
    site.called(format!("the variant `{}` of {}", branch.name, site.subject))
}

fn shown(branch: &Branch) -> String {
    format!("{}({})", branch.name, spelled(&branch.ty))
}

/// Whether a variant is recognized by all strings of another one.
fn has_all(branch: &Branch, other: &Branch) -> bool {
    let is_same = |((name, strings), (other, others)): (&Tag, &Tag)| {
        name == other && others.iter().all(|text| strings.contains(text))
    };
    branch.form == other.form
        && branch.tags.len() == other.tags.len()
        && branch.tags.iter().zip(&other.tags).all(is_same)
}

/// Describes how a variant is recognized.
fn recognized_by(branch: &Branch) -> String {
    let tags = branch.tags.iter().map(|(name, strings)| {
        let strings: Vec<_> = strings.iter().map(|text| format!("{text:?}")).collect();
        format!("`{name}` = {}", strings.join(" or "))
    });
    let tags: Vec<_> = tags.collect();
    if tags.is_empty() {
        "its JSON type".to_owned()
    } else {
        tags.join(" and ")
    }
}
