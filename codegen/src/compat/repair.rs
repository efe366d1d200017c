//! Repairs versions of an imported description, whose mistakes are the vendor's to fix.
//!
//! The overlays are for one version of the description, but a comparison needs two. So corrections
//! that cannot be made are left out, remaining mistakes are corrected as their diagnostics propose
//! (guesses only if both versions have the mistake), and parts with other mistakes are left out of
//! both versions. All of that is reported. In hand-written schemas a mistake stays an error.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::correction::Correction;
use crate::diagnostics::{Diagnostic, Diagnostics, Place, quoted};
use crate::read;
use crate::read::overlay::items::exists;
use crate::read::overlay::status::{CorrectionStatus, Numbers, Trial, Tried};
use crate::read::overlay::upstream;
use crate::rule::Rule;
use crate::source::Source;

use super::align::aligned;
use super::rules::{LEFT_OUT, MISTAKES_CORRECTED};
use super::verdict::Verdict;
use super::{Bump, Change, Position, Shipped, Unreadable, Version};

/// Both versions, and findings about how they were read.
pub(super) fn versions(
    old: &Source,
    new: &Source,
) -> Result<(Version, Version, Vec<Change>), Unreadable> {
    let mut sides = Side::both(old, new);
    let mut left_out = BTreeSet::new();
    let mut changes = Vec::new();
    let mut rounds = 0..ROUNDS;
    loop {
        let [before, after] = sides.each_mut().map(Side::read);
        let mistakes = match (before, after) {
            (Ok(before), Ok(after)) => {
                changes.extend(sides.iter().filter_map(Side::repaired));
                return Ok((before, after, changes));
            }
            (before, after) => [before.err(), after.err()],
        };
        if let [Some(before), Some(after)] = &mistakes
            && rounds.next().is_some()
            && guess(&mut sides, before, after)
        {
            continue;
        }
        let before = left_out.clone();
        for ((side, source), mistakes) in sides.iter().zip([old, new]).zip(mistakes) {
            let Some(diagnostics) = mistakes else {
                continue;
            };
            let parts = diagnostics.iter().map(Part::around);
            let parts: Option<Vec<Part>> = parts.collect();
            let parts = parts.filter(|_| side.is_repairable).unwrap_or_default();
            if parts.iter().all(|part| before.contains(part)) {
                // Its line numbers are those of the files, not of the corrected text in memory.
                let mistakes = diagnostics.iter().cloned().collect();
                return Err(Unreadable {
                    is_old: side.is_old,
                    diagnostics: read::resolved(mistakes, source),
                });
            }
            for (part, mistake) in parts.into_iter().zip(diagnostics.iter()) {
                if left_out.insert(part.clone()) {
                    changes.push(part.change(side, mistake));
                }
            }
        }
        for side in &mut sides {
            side.source = Cow::Owned(without(&side.source, &left_out));
        }
    }
}

/// Makes the proposed guesses for mistakes that both versions have: made in only one of them, a
/// wrong guess would look like a change. Returns whether there were any.
fn guess(sides: &mut [Side<'_>; 2], old: &Diagnostics, new: &Diagnostics) -> bool {
    // Places do not identify a mistake: indices shift when items are added or removed.
    let names = |list: &Diagnostics| -> BTreeSet<(String, String)> {
        let names = list
            .iter()
            .map(|m| (m.file().to_owned(), m.message().to_owned()));
        names.collect()
    };
    let shared: BTreeSet<_> = names(old).intersection(&names(new)).cloned().collect();
    let is_shared = |mistake: &&Diagnostic| {
        shared.contains(&(mistake.file().to_owned(), mistake.message().to_owned()))
    };
    let mut made = 0;
    for (side, mistakes) in sides.iter_mut().zip([old, new]) {
        made += side.apply_proposed(mistakes.iter().filter(is_shared));
    }
    made > 0
}

/// A version while it is being read.
struct Side<'s> {
    is_old: bool,
    /// Whether it is imported, with readable overlays: hand-written schemas are fixed in their
    /// files.
    is_repairable: bool,
    /// Of an imported version, the source without overlays: their corrections remain when parts are
    /// left out.
    source: Cow<'s, Source>,
    /// The number of proposed corrections that were made.
    repaired: usize,
}

impl<'s> Side<'s> {
    /// Applies each version's overlays. A correction for a value that differs in the other version
    /// is made in neither: made in only one of them, it would look like a change.
    fn both(old: &'s Source, new: &'s Source) -> [Self; 2] {
        let are_imported = [old, new].map(|source| upstream(source.files()).is_some());
        let (sources, mut without) = match are_imported {
            [true, true] => aligned(old, new),
            _ => ([old.clone(), new.clone()], Numbers::new()),
        };
        loop {
            let mut is_imported = are_imported.into_iter();
            let trials = sources.each_ref().map(|source| {
                let is_imported = is_imported.next().unwrap_or_default();
                let trial = is_imported.then(|| read::try_overlays(source, &without));
                trial.and_then(Result::ok)
            });
            let lone = match &trials {
                [Some(old), Some(new)] => lone(old, new),
                _ => Numbers::new(),
            };
            if lone.is_empty() {
                let [before, after] = trials;
                return [Side::of(old, before, true), Side::of(new, after, false)];
            }
            without.extend(lone);
        }
    }

    fn of(source: &'s Source, trial: Option<Trial>, is_old: bool) -> Self {
        Side {
            is_old,
            is_repairable: trial.is_some(),
            source: trial.map_or(Cow::Borrowed(source), |trial| Cow::Owned(trial.corrected)),
            repaired: 0,
        }
    }

    fn word(&self) -> &'static str {
        if self.is_old { "old" } else { "new" }
    }

    /// Reads the version with its mistakes and likely mistakes corrected, as far as corrections are
    /// known: they are the vendor's mistakes, not a difference in the description.
    fn read(&mut self) -> Result<Version, Diagnostics> {
        let mut read = Version::read(&self.source);
        // Each round corrects something, or is the last; if corrections undo each other, the rounds
        // end at a limit.
        for _ in 0..ROUNDS {
            let found = match &read {
                _ if !self.is_repairable => break,
                Ok(version) => version.warnings.iter(),
                Err(mistakes) => mistakes.0.iter(),
            };
            if self.apply_proposed(found.filter(|one| !one.is_guess())) == 0 {
                break;
            }
            read = Version::read(&self.source);
        }
        read
    }

    /// Applies proposed corrections, and returns how many could be applied.
    fn apply_proposed<'m>(&mut self, mistakes: impl Iterator<Item = &'m Diagnostic>) -> usize {
        // The corrections of one mistake are made together or not at all.
        let proposed: Vec<Vec<&Correction>> = mistakes
            .map(|mistake| mistake.corrections().iter().collect())
            .collect();
        let Some((source, made)) = read::amended(&self.source, &proposed) else {
            return 0;
        };
        self.source = Cow::Owned(source);
        self.repaired += made;
        made
    }

    fn repaired(&self) -> Option<Change> {
        let word = self.word();
        let message = match self.repaired {
            0 => return None,
            1 => format!("applied 1 proposed correction to the {word} version to compare it"),
            made => {
                format!("applied {made} proposed corrections to the {word} version to compare it")
            }
        };
        let help = "nothing, to compare it only; `cargo xtask regenerate --schemas` with \
                    its folder lists the mistakes and the corrections to add to an overlay";
        Some(Change {
            places: self.repaired,
            ..change(
                MISTAKES_CORRECTED,
                format!("the {word} version"),
                Verdict::docs(),
                Diagnostic::new(Place::at("api.json", "/upstream"), message, help),
            )
        })
    }
}

/// Corrections that apply to one version only, because the other has a different value there.
fn lone(old: &Trial, new: &Trial) -> Numbers {
    let mut lone = Numbers::new();
    for (made, other) in [(old, new), (new, old)] {
        let misses = other.corrections.iter();
        let misses = misses.filter(|tried| tried.status == CorrectionStatus::Misses);
        for missed in misses.filter(|t| exists(&other.corrected, &t.file, &t.pointer)) {
            let is_made = |tried: &&Tried| {
                let is_same = tried.file == missed.file && tried.pointer == missed.pointer;
                is_same
                    && tried.number == missed.number
                    && tried.status == CorrectionStatus::Applies
            };
            let twin = made.corrections.iter().find(is_made);
            lone.extend(twin.map(|twin| twin.number.clone()));
        }
    }
    lone
}

/// The maximal number of rounds. A correction may uncover another mistake, e.g. in the parts of a
/// type that has become readable.
const ROUNDS: usize = 16;

/// A part that is left out of a comparison.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    file: String,
    /// A member of the file: an action, or the description of errors. Empty for a whole resource,
    /// or for a whole type, which becomes any JSON.
    pointer: String,
}

impl Part {
    /// The smallest part around a mistake that can be left out. The API as a whole and overlays
    /// cannot be.
    fn around(mistake: &Diagnostic) -> Option<Self> {
        let file = mistake.file();
        let mut tokens = mistake.pointer().split('/').skip(1);
        let pointer = match (file.split('/').next()?, tokens.next(), tokens.next()) {
            ("resources", Some("actions"), Some(action)) => format!("/actions/{action}"),
            ("types" | "resources", ..) => String::new(),
            ("api.json", Some("error"), _) => "/error".to_owned(),
            _ => return None,
        };
        Some(Part {
            file: file.to_owned(),
            pointer,
        })
    }

    /// The name of the part for people.
    fn name(&self) -> String {
        let stem = self.file.split('/').next_back().unwrap_or_default();
        let stem = stem.strip_suffix(".json").unwrap_or(stem);
        match self.pointer.split('/').next_back() {
            Some(member) if !member.is_empty() => format!("{stem}.{member}"),
            _ => stem.to_owned(),
        }
    }

    fn change(&self, side: &Side<'_>, mistake: &Diagnostic) -> Change {
        let name = self.name();
        let message = format!(
            "{} is left out because of a mistake in the {} version: {}",
            quoted(&name),
            side.word(),
            mistake.message()
        );
        let help = format!(
            "correct it in an overlay so that it is compared: {}",
            mistake.help()
        );
        // It may be any change.
        let verdict = Verdict::wire(Bump::Major, Shipped::Breaks);
        let place = Place::at(&self.file, mistake.pointer());
        Change {
            is_everywhere: self.file == "api.json",
            reaches: if self.pointer.starts_with("/actions/") {
                BTreeSet::from([name])
            } else {
                BTreeSet::new()
            },
            ..change(
                LEFT_OUT,
                format!("{}#{}", self.file, self.pointer),
                verdict,
                Diagnostic::new(place, message, help),
            )
        }
    }
}

fn change(
    rule: &'static Rule,
    subject: String,
    verdict: Verdict,
    diagnostic: Diagnostic,
) -> Change {
    Change {
        rule,
        subject,
        position: Position::Api,
        class: verdict.class,
        bump: verdict.bump,
        shipped: verdict.shipped,
        before: None,
        after: None,
        places: 1,
        is_everywhere: false,
        reaches: BTreeSet::new(),
        consequences: Vec::new(),
        diagnostic,
    }
}

/// The source without these parts.
fn without(source: &Source, parts: &BTreeSet<Part>) -> Source {
    let mut corrections = Vec::new();
    let mut files = BTreeSet::new();
    for part in parts {
        let content = source.files().find(|(path, _)| *path == part.file);
        let content = content.and_then(|(_, bytes)| serde_json::from_slice::<Value>(bytes).ok());
        let value = match part.file.starts_with("types/") {
            true => Some(Value::Object(serde_json::Map::new())),
            false if part.pointer.is_empty() => {
                files.insert(part.file.as_str());
                continue;
            }
            false => None,
        };
        let expected = content.and_then(|content| content.pointer(&part.pointer).cloned());
        if expected.is_some() && expected != value {
            corrections.push(Correction {
                file: part.file.clone(),
                pointer: part.pointer.clone(),
                expected,
                value,
                reason: String::new(),
            });
        }
    }
    let corrections: Vec<_> = corrections
        .iter()
        .map(|correction| vec![correction])
        .collect();
    let amended = read::amended(source, &corrections);
    let source = amended.map_or_else(|| source.clone(), |(source, _)| source);
    let kept = source.files().filter(|(path, _)| !files.contains(path));
    Source::new(kept.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())))
}
