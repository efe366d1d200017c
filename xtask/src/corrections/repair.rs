//! Compares versions of the vendor's description, whose mistakes are the vendor's to fix.
//!
//! Corrections are for one version of the description, but a comparison needs two. So corrections
//! that cannot be made are left out, remaining mistakes are corrected as their diagnostics suggest
//! (guesses only if both versions have the mistake), and parts with other mistakes are left out of
//! both versions. All of that is reported. In hand-written schemas a mistake stays an error.

use std::collections::BTreeSet;

use codegen::compat::{self, Bump, Change, Class, Position, Shipped, Unreadable};
use codegen::rule::{Mirror, Rule};
use codegen::{Diagnostic, Diagnostics, Place, Source, quoted};
use serde_json::Value;

use super::align::align;
use super::edit::amended;
use super::items::{exists, json};
use super::status::try_all;
use super::suggested::{Kept, suggest};
use super::{Correction, Numbers, Status, Trial, Tried, Version};

/// What is reported about versions that have mistakes, besides changes.
pub const RULES: [&Rule; 2] = [&LEFT_OUT, &MISTAKES_CORRECTED];

const LEFT_OUT: Rule = Rule {
    id: "compat/left-out",
    title: "a part of an imported description is not compared",
    explanation: "It has a mistake in one of the versions that no correction fixes, and whose only \
        proposed correction, if any, is a guess. So it is left out of both versions, and its changes \
        are not reported. Parts of hand-written schemas are never left out: their mistakes stop the \
        check.",
    mirror: Mirror::None("it is reported alike, whichever version has the mistake"),
};

const MISTAKES_CORRECTED: Rule = Rule {
    id: "compat/mistakes-corrected",
    title: "an imported description has mistakes, and was corrected to be compared",
    explanation: "Corrections are for one version of the vendor's description; for another one, only \
        those are made that still apply. If the value to correct differs between the versions, the \
        correction is made in both versions or in neither. Remaining mistakes are corrected as \
        `cargo xtask import` proposes, so that both versions can be compared. A guess is made only if \
        both versions have the same mistake, so that it is not a change. No crate is generated from \
        such a description until its corrections are recorded.",
    mirror: Mirror::None("it is reported for each version that has mistakes"),
};

/// Compares two versions of the schemas: what a change means for users of the emitted crate. The
/// corrections in the `overlays/` of a vendor's description are made first.
///
/// # Errors
///
/// Returns the mistakes in either version; those of the old version first. A vendor's description is
/// compared despite its mistakes, as far as possible.
pub fn compare(old: &Source, new: &Source) -> Result<Vec<Change>, Unreadable> {
    let mut sides = Side::both(old, new)?;
    if sides.iter().all(|side| !side.is_repairable) {
        return codegen::compare(&sides[0].source, &sides[1].source);
    }
    let mut notes = repair(&mut sides, [old, new])?;
    notes.extend(sides.iter().filter_map(Side::repaired));
    let mut changes = codegen::compare(&sides[0].source, &sides[1].source)?;
    changes.extend(notes);
    // In the files, not in the corrected text in memory.
    compat::show(&mut changes, new);
    Ok(changes)
}

/// Corrects mistakes and leaves out parts until both versions can be compared, and reports the
/// parts.
fn repair(sides: &mut [Side; 2], files: [&Source; 2]) -> Result<Vec<Change>, Unreadable> {
    let mut left_out = BTreeSet::new();
    let mut notes = Vec::new();
    let mut rounds = 0..ROUNDS;
    loop {
        let mistakes = sides.each_mut().map(|side| side.read().err());
        if mistakes.iter().all(Option::is_none) {
            return Ok(notes);
        }
        if let [Some(before), Some(after)] = &mistakes
            && rounds.next().is_some()
            && guess(sides, before, after)
        {
            continue;
        }
        let before = left_out.clone();
        for ((side, files), mistakes) in sides.iter().zip(files).zip(mistakes) {
            let Some(mistakes) = mistakes else {
                continue;
            };
            let parts = mistakes.iter().map(Part::around);
            let parts: Option<Vec<Part>> = parts.collect();
            let parts = parts.filter(|_| side.is_repairable).unwrap_or_default();
            if parts.iter().all(|part| before.contains(part)) {
                return Err(side.unreadable(&mistakes, files));
            }
            for (part, mistake) in parts.into_iter().zip(mistakes.iter()) {
                if left_out.insert(part.clone()) {
                    notes.push(part.change(side, mistake));
                }
            }
        }
        for side in sides.iter_mut() {
            side.source = without(&side.source, &left_out);
        }
    }
}

/// Makes the suggested guesses for mistakes that both versions have: made in only one of them, a
/// wrong guess would look like a change. Returns whether there were any.
fn guess(sides: &mut [Side; 2], old: &Diagnostics, new: &Diagnostics) -> bool {
    // Places do not identify a mistake: indices shift when items are added or removed.
    let name = |m: &Diagnostic| (m.file().to_owned(), m.message().to_owned());
    let names = |list: &Diagnostics| -> BTreeSet<_> { list.iter().map(name).collect() };
    let shared: BTreeSet<_> = names(old).intersection(&names(new)).cloned().collect();
    let mut made = 0;
    for (side, mistakes) in sides.iter_mut().zip([old, new]) {
        made += side.correct(mistakes.iter(), |mistake| shared.contains(&name(mistake)));
    }
    made > 0
}

/// A version while it is being repaired.
struct Side {
    is_old: bool,
    /// Whether it is the vendor's: hand-written schemas are fixed in their files.
    is_repairable: bool,
    /// The description with its corrections made.
    source: Source,
    /// The number of suggested corrections that were made.
    repaired: usize,
}

impl Side {
    /// Makes each version's corrections. A correction of a value that differs in the other version is
    /// made in neither: made in only one of them, it would look like a change.
    fn both(old: &Source, new: &Source) -> Result<[Self; 2], Unreadable> {
        let read = |source, is_old| {
            Version::of(source).map_err(|diagnostics| Unreadable {
                is_old,
                diagnostics,
            })
        };
        let mut versions = [read(old, true)?, read(new, false)?];
        for version in &mut versions {
            if version.upstream.is_none() {
                version.recorded.clear();
            }
        }
        let are_both = versions.iter().all(|version| version.upstream.is_some());
        let mut without = if are_both {
            align(&mut versions)
        } else {
            Numbers::new()
        };
        loop {
            let trials = versions
                .each_ref()
                .map(|version| try_all(&version.description, &version.recorded, &without));
            let lone = lone(&trials[0], &trials[1]);
            if lone.is_empty() {
                let side = |is_old, version: &Version, trial: Trial| Side {
                    is_old,
                    is_repairable: version.upstream.is_some(),
                    source: trial.corrected,
                    repaired: 0,
                };
                let ([before, after], [old, new]) = (&versions, trials);
                return Ok([side(true, before, old), side(false, after, new)]);
            }
            without.extend(lone);
        }
    }

    fn word(&self) -> &'static str {
        if self.is_old { "old" } else { "new" }
    }

    /// Reads the version with its mistakes and likely mistakes corrected, as far as corrections are
    /// known: they are the vendor's mistakes, not a difference in the description.
    fn read(&mut self) -> Result<(), Diagnostics> {
        let mut read = codegen::check(&self.source);
        // Each round corrects something, or is the last; if corrections undo each other, the rounds
        // end at a limit.
        for _ in 0..ROUNDS {
            let found = match &read {
                _ if !self.is_repairable => break,
                Ok(warnings) => warnings.iter().collect(),
                Err(mistakes) => mistakes.iter().collect::<Vec<_>>(),
            };
            if self.correct(found.into_iter(), |one| !one.is_guess()) == 0 {
                break;
            }
            read = codegen::check(&self.source);
        }
        read.map(drop)
    }

    /// Makes the corrections that some diagnostics suggest, and returns their number. Those of one
    /// diagnostic are made together or not at all.
    fn correct<'d>(
        &mut self,
        found: impl Iterator<Item = &'d Diagnostic>,
        is_chosen: impl Fn(&Diagnostic) -> bool,
    ) -> usize {
        let mut kept = Kept::default();
        let suggested = found.map(|one| (is_chosen(one), kept.corrections(one)));
        let chosen = suggested.filter_map(|(is_chosen, set)| set.filter(|_| is_chosen));
        let chosen: Vec<Vec<Correction>> = chosen.filter(|set| !set.is_empty()).collect();
        if chosen.is_empty() {
            return 0;
        }
        let (source, made) = amended(&self.source, &chosen);
        self.source = source;
        self.repaired += made;
        made
    }

    /// The error for mistakes that cannot be left out, at their places in the files, not in the
    /// corrected text in memory.
    fn unreadable(&self, mistakes: &Diagnostics, files: &Source) -> Unreadable {
        let mut diagnostics = Diagnostics::resolve(mistakes.iter().cloned().collect(), files);
        if self.is_repairable {
            diagnostics = suggest(diagnostics, &self.source);
        }
        Unreadable {
            is_old: self.is_old,
            diagnostics,
        }
    }

    fn repaired(&self) -> Option<Change> {
        let word = self.word();
        let count = match self.repaired {
            0 => return None,
            1 => "1 proposed correction".to_owned(),
            made => format!("{made} proposed corrections"),
        };
        let message = format!("applied {count} to the {word} version to compare it");
        let help = "nothing, to compare it only; `cargo xtask import` reports the mistakes of a \
                    description with the corrections to record";
        let place = Place::at("api.json", "/upstream");
        Some(Change {
            places: self.repaired,
            ..change(
                &MISTAKES_CORRECTED,
                format!("the {word} version"),
                (Class::Docs, Bump::Patch, Shipped::Fine),
                Diagnostic::new(place, message, help),
            )
        })
    }
}

/// Corrections that apply to one version only, because the other has a different value there.
fn lone(old: &Trial, new: &Trial) -> Numbers {
    let mut lone = Numbers::new();
    for (made, other) in [(old, new), (new, old)] {
        let misses = other.corrections.iter();
        let misses = misses.filter(|tried| tried.status == Status::Misses);
        for missed in misses.filter(|t| exists(&other.corrected, &t.file, &t.pointer)) {
            let is_made = |tried: &&Tried| {
                let is_same = tried.file == missed.file && tried.pointer == missed.pointer;
                is_same && tried.number == missed.number && tried.status == Status::Applies
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
    /// The smallest part around a mistake that can be left out. The API as a whole cannot
    /// be.
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

    fn change(&self, side: &Side, mistake: &Diagnostic) -> Change {
        let name = self.name();
        let message = format!(
            "{} is left out because of a mistake in the {} version: {}",
            quoted(&name),
            side.word(),
            mistake.message()
        );
        let help = format!(
            "record a correction so that it is compared: {}",
            mistake.help()
        );
        // It may be any change.
        let verdict = (Class::Wire, Bump::Major, Shipped::Breaks);
        let place = Place::at(&self.file, mistake.pointer());
        Change {
            is_everywhere: self.file == "api.json",
            reaches: if self.pointer.starts_with("/actions/") {
                BTreeSet::from([name])
            } else {
                BTreeSet::new()
            },
            ..change(
                &LEFT_OUT,
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
    (class, bump, shipped): (Class, Bump, Shipped),
    diagnostic: Diagnostic,
) -> Change {
    Change {
        rule,
        subject,
        position: Position::Api,
        class,
        bump,
        shipped,
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
    let is_gone = |path: &str| {
        let whole = |part: &Part| part.file == path && part.pointer.is_empty();
        !path.starts_with("types/") && parts.iter().any(whole)
    };
    let removals = parts.iter().filter(|part| !is_gone(&part.file));
    let removals = removals.filter_map(|part| {
        let content = json(source, &part.file)?;
        // Any JSON.
        let value = part
            .file
            .starts_with("types/")
            .then(|| Value::Object(Default::default()));
        let expected = content.pointer(&part.pointer).cloned();
        let is_left = expected.is_some() && expected != value;
        is_left.then(|| {
            vec![Correction {
                file: part.file.clone(),
                pointer: part.pointer.clone(),
                expected,
                value,
                reason: String::new(),
            }]
        })
    });
    let (source, _) = amended(source, &removals.collect::<Vec<_>>());
    let kept = source.files().filter(|(path, _)| !is_gone(path));
    Source::new(kept.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())))
}
