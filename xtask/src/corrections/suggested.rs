//! Corrections that diagnostics suggest for the vendor's description.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use codegen::{Diagnostic, Diagnostics, Source, is_invisible};
use serde_json::Value;

use super::items::{json, named};
use super::{Correction, expectation};

/// The mistakes in the vendor's description, each with the corrections to record.
pub(crate) fn mistakes(description: &Source) -> Option<Diagnostics> {
    let mistakes = codegen::generate(description).err()?;
    Some(suggest(mistakes, description))
}

/// Adds the corrections to record to each diagnostic about the vendor's description. They can be
/// pasted together; what conflicts with an earlier one is suggested when that is made.
pub fn suggest(mut found: Diagnostics, description: &Source) -> Diagnostics {
    let mut kept = Kept::default();
    let mut documents: BTreeMap<String, Option<Value>> = BTreeMap::new();
    for diagnostic in found.iter_mut() {
        if diagnostic.suggestions().is_empty() {
            continue;
        }
        let Some(mut corrections) = kept.corrections(diagnostic) else {
            let text = "its correction is suggested once the others are made";
            diagnostic.attach("correction", text, Vec::new());
            continue;
        };
        let document = documents.entry(diagnostic.file().to_owned());
        let document = document.or_insert_with_key(|path| json(description, path));
        // The index of an item may be another one's in a version with more items before it.
        if let Some(document) = document {
            for correction in &mut corrections {
                correction.pointer = named(document, &correction.pointer);
            }
        }
        let guess = if diagnostic.is_guess() {
            "a guess, please check; "
        } else {
            ""
        };
        let text = format!("{guess}add to \"corrections\" of a file in upstream/:");
        diagnostic.attach("correction", text, lines(&corrections));
    }
    found
}

/// The places that corrections change, by file.
#[derive(Default)]
pub(super) struct Kept(BTreeMap<String, BTreeSet<String>>);

impl Kept {
    /// The corrections that a diagnostic suggests; none if one of them conflicts with those kept
    /// before.
    pub fn corrections(&mut self, diagnostic: &Diagnostic) -> Option<Vec<Correction>> {
        let kept = self.0.entry(diagnostic.file().to_owned()).or_default();
        let suggestions = diagnostic.suggestions();
        if suggestions.iter().any(|one| meets(kept, &one.pointer)) {
            return None;
        }
        let corrections = suggestions.iter().map(|suggestion| Correction {
            file: diagnostic.file().to_owned(),
            pointer: suggestion.pointer.clone(),
            expected: suggestion.expected.as_ref().map(expectation),
            value: suggestion.value.clone(),
            reason: sentence(diagnostic.message()),
        });
        let corrections: Vec<_> = corrections.collect();
        kept.extend(corrections.iter().map(|one| one.pointer.clone()));
        Some(corrections)
    }
}

/// Whether a correction at a pointer depends on those at others: around it, inside, or at another
/// item of the same list, whose indices they change.
fn meets(others: &BTreeSet<String>, pointer: &str) -> bool {
    let mut around = pointer;
    loop {
        if others.contains(around) {
            return true;
        }
        let Some((parent, token)) = around.rsplit_once('/') else {
            break;
        };
        // Digits may also be a name.
        let is_number = token.parse::<usize>().is_ok();
        let below = format!("{parent}/");
        let mut siblings = others
            .range(below.clone()..)
            .take_while(|o| o.starts_with(&below));
        let is_item = |other: &String| {
            let rest = &other[below.len()..];
            !rest.contains('/') && rest.parse::<usize>().is_ok()
        };
        if is_number && siblings.any(is_item) {
            return true;
        }
        around = parent;
    }
    let inside = format!("{pointer}/");
    let mut inner = others.range(inside.clone()..);
    inner.next().is_some_and(|other| other.starts_with(&inside))
}

/// A message, as a sentence.
fn sentence(message: &str) -> String {
    let mut rest = message.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).chain(['.']).collect()
}

/// The lines of the entries, separated by commas.
fn lines(corrections: &[Correction]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (number, correction) in corrections.iter().enumerate() {
        if let Some(last) = lines.last_mut().filter(|_| number > 0) {
            last.push(',');
        }
        lines.extend(entry(correction));
    }
    lines
}

/// One entry: the place, the present value, the new value, the reason.
fn entry(correction: &Correction) -> Vec<String> {
    let Correction {
        file,
        pointer,
        expected,
        value,
        reason,
    } = correction;
    let place = format!(
        "{{\"file\": {}, \"pointer\": {}",
        text(&Value::from(file.as_str())),
        text(&Value::from(pointer.as_str()))
    );
    let mut lines = vec![place];
    for (key, value) in [
        ("expected", expected.as_ref()),
        ("value", value.as_ref()),
        ("reason", Some(&Value::from(reason.as_str()))),
    ] {
        if let (Some(value), Some(last)) = (value, lines.last_mut()) {
            last.push(',');
            lines.push(format!(" \"{key}\": {}", text(value)));
        }
    }
    if let Some(last) = lines.last_mut() {
        last.push('}');
    }
    lines
}

/// JSON in one line, with escapes for characters that are invisible on a terminal.
fn text(value: &Value) -> String {
    let mut result = String::new();
    for character in value.to_string().chars() {
        if !is_invisible(character) && character != '\u{7f}' {
            result.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(result, "\\u{unit:04x}"); // a String takes everything
        }
    }
    result
}
