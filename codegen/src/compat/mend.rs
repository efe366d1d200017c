//! Versions of an imported description, whose mistakes are not the reader's to mend.
//!
//! The overlays are for one version of the description, and a comparison is about two. So that it can
//! be made all the same, corrections that can't be made are left out, remaining mistakes are
//! corrected as their diagnostics propose (as a guess only where both versions have the mistake), and
//! what has other mistakes is left out of both versions. All of that is told. In schemas that are
//! written by hand a mistake is a mistake.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::correction::Correction;
use crate::diagnostics::{Diagnostic, Diagnostics, Place, quoted};
use crate::read;
use crate::read::overlay::items::stands;
use crate::read::overlay::standing::{Numbers, Standing, Trial, Tried};
use crate::read::overlay::upstream;
use crate::rule::Rule;
use crate::source::Source;

use super::align::aligned;
use super::rules::{LEFT_OUT, MENDED};
use super::verdict::Verdict;
use super::{Bump, Change, Position, Shipped, Unreadable, Version};

/// Both versions, and what there is to say of how they were read.
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
                changes.extend(sides.iter().filter_map(Side::mended));
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
            let parts = parts.filter(|_| side.is_mendable).unwrap_or_default();
            if parts.iter().all(|part| before.contains(part)) {
                // Its lines are those of the files, not of what was corrected of them in memory.
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

/// Makes the proposals that are guesses, as far as both versions have the same mistake: made in one
/// of them only, a wrong guess would look like a change. Says whether there were any.
fn guess(sides: &mut [Side<'_>; 2], old: &Diagnostics, new: &Diagnostics) -> bool {
    // Not by their places: numbers in lists are others where something comes or goes before.
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
        made += side.amend(mistakes.iter().filter(is_shared));
    }
    made > 0
}

/// A version on its way to be read.
struct Side<'s> {
    is_old: bool,
    /// Whether it is imported, with overlays that can be read: what is written by hand is mended
    /// where it stands.
    is_mendable: bool,
    /// Of an imported one without the overlays: what they correct stays so when parts are left out.
    source: Cow<'s, Source>,
    /// How many corrections were made that a diagnostic proposes.
    mended: usize,
}

impl<'s> Side<'s> {
    /// Both as their overlays correct them. What is for a value that the other version has otherwise
    /// is made in neither: made in one of them only, it would look like a change.
    fn both(old: &'s Source, new: &'s Source) -> [Self; 2] {
        let are_imported = [old, new].map(|source| upstream(source.files()).is_some());
        let (told, mut but) = match are_imported {
            [true, true] => aligned(old, new),
            _ => ([old.clone(), new.clone()], Numbers::new()),
        };
        loop {
            let mut is_imported = are_imported.into_iter();
            let trials = told.each_ref().map(|source| {
                let is_imported = is_imported.next().unwrap_or_default();
                let trial = is_imported.then(|| read::try_overlays(source, &but));
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
            but.extend(lone);
        }
    }

    fn of(source: &'s Source, trial: Option<Trial>, is_old: bool) -> Self {
        Side {
            is_old,
            is_mendable: trial.is_some(),
            source: trial.map_or(Cow::Borrowed(source), |trial| Cow::Owned(trial.corrected)),
            mended: 0,
        }
    }

    fn word(&self) -> &'static str {
        if self.is_old { "old" } else { "new" }
    }

    /// The version, with its mistakes corrected as far as it is known how, and what was hardly meant
    /// in it: that is the vendor's slip, not another description.
    fn read(&mut self) -> Result<Version, Diagnostics> {
        let mut read = Version::read(&self.source);
        // Each round corrects something, or is the last; a description that is corrected in a
        // circle ends as one that can't be.
        for _ in 0..ROUNDS {
            let found = match &read {
                _ if !self.is_mendable => break,
                Ok(version) => version.warnings.iter(),
                Err(mistakes) => mistakes.0.iter(),
            };
            if self.amend(found.filter(|one| !one.is_guess())) == 0 {
                break;
            }
            read = Version::read(&self.source);
        }
        read
    }

    /// Corrects mistakes as they propose, and says how many of the corrections could be made.
    fn amend<'m>(&mut self, mistakes: impl Iterator<Item = &'m Diagnostic>) -> usize {
        // What one mistake wants is done as a whole or not at all.
        let proposed: Vec<Vec<&Correction>> = mistakes
            .map(|mistake| mistake.corrections().iter().collect())
            .collect();
        let Some((source, made)) = read::amended(&self.source, &proposed) else {
            return 0;
        };
        self.source = Cow::Owned(source);
        self.mended += made;
        made
    }

    fn mended(&self) -> Option<Change> {
        let word = self.word();
        let message = match self.mended {
            0 => return None,
            1 => format!("1 proposed correction is made in the {word} version, to compare it"),
            made => {
                format!("{made} proposed corrections are made in the {word} version, to compare it")
            }
        };
        let help = "nothing, if it is to be compared only; `cargo xtask regenerate --schemas` with \
                    its folder lists the mistakes, and the corrections to add to an overlay";
        Some(Change {
            places: self.mended,
            ..change(
                MENDED,
                format!("the {word} version"),
                Verdict::docs(),
                Diagnostic::new(Place::at("api.json", "/upstream"), message, help),
            )
        })
    }
}

/// The corrections that can be made in one version, and not in the other for the value that stands
/// there.
fn lone(old: &Trial, new: &Trial) -> Numbers {
    let mut lone = Numbers::new();
    for (made, other) in [(old, new), (new, old)] {
        let misses = other.corrections.iter();
        let misses = misses.filter(|tried| tried.standing == Standing::Misses);
        for missed in misses.filter(|t| stands(&other.corrected, &t.file, &t.pointer)) {
            let is_made = |tried: &&Tried| {
                let is_same = tried.file == missed.file && tried.pointer == missed.pointer;
                is_same && tried.number == missed.number && tried.standing == Standing::Applies
            };
            let twin = made.corrections.iter().find(is_made);
            lone.extend(twin.map(|twin| twin.number.clone()));
        }
    }
    lone
}

/// How often a description is corrected: a correction may uncover another mistake, as a type that
/// can be read now has parts of its own.
const ROUNDS: usize = 16;

/// What is left out of a comparison as a whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    file: String,
    /// A member of the file: an action, or what is said of errors. Otherwise it is the whole of a
    /// resource, or of a type, which is any JSON then.
    pointer: String,
}

impl Part {
    /// The smallest part around a mistake that can be left out; there is none for the API as a
    /// whole and for an overlay.
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

    /// How a person would name it.
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
            "{} is left out, for a mistake of the {} version: {}",
            quoted(&name),
            side.word(),
            mistake.message()
        );
        let help = format!(
            "correct it by an overlay to have it compared: {}",
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
