//! Corrections suggested by a diagnostic: entries of an overlay, ready to paste.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::correction::{Correction, LONGEST_VALUE, expectation};
use crate::json::push_token;

use super::Diagnostic;
use super::wording::is_invisible;

impl Diagnostic {
    /// The corrections, in the order in which they must be made.
    pub(crate) fn corrections(&self) -> &[Correction] {
        &self.corrections
    }

    /// Whether the corrections are guesses.
    pub(crate) fn is_guess(&self) -> bool {
        self.is_guess
    }

    /// Suggests to replace the value at the diagnostic's place.
    pub(crate) fn replace(self, expected: &Value, value: Value) -> Self {
        let pointer = self.pointer().to_owned();
        self.correct(pointer, Some(expected), Some(value))
    }

    /// Suggests to remove the value at the diagnostic's place.
    pub(crate) fn remove(self, expected: &Value) -> Self {
        let pointer = self.pointer().to_owned();
        self.correct(pointer, Some(expected), None)
    }

    /// Suggests a correction in the diagnostic's file: the present and the new value at a pointer.
    pub(crate) fn correct(
        mut self,
        pointer: impl Into<String>,
        expected: Option<&Value>,
        value: Option<Value>,
    ) -> Self {
        self.corrections.push(Correction {
            file: self.file().to_owned(),
            pointer: pointer.into(),
            expected: expected.map(expectation),
            value,
            reason: sentence(&self.message),
        });
        self
    }

    /// Suggests to rename the member at the diagnostic's place, one of `members`.
    pub(crate) fn rename(self, members: &Map<String, Value>, key: &str, to: &str) -> Self {
        let own = self.pointer().to_owned();
        let object = own.rsplit_once('/').map_or("", |(object, _)| object);
        match members.get(key) {
            Some(value) if value.to_string().chars().count() <= LONGEST_VALUE => {
                let new = below(object, to);
                self.correct(own.as_str(), Some(value), None).correct(
                    new,
                    None,
                    Some(value.clone()),
                )
            }
            _ => {
                let renamed = members.keys().map(|other| {
                    let name = if other == key { to } else { other };
                    (name.to_owned(), taken("", other))
                });
                let renamed = Value::Object(renamed.collect());
                let old = Value::Object(members.clone());
                self.correct(object, Some(&old), Some(renamed))
            }
        }
    }

    /// Withdraws the suggestions.
    pub(crate) fn suggest_nothing(&mut self) {
        self.corrections.clear();
    }

    /// Marks the corrections as guesses.
    pub(crate) fn guess(mut self) -> Self {
        self.is_guess = true;
        self
    }
}

/// Withdraws corrections that conflict with an earlier one in the same file: all suggestions can be
/// pasted together, and the rest is suggested when they are made.
pub(super) fn keep_compatible(list: &mut [Diagnostic]) {
    let mut kept: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for mistake in list {
        let is_met = |correction: &Correction| {
            let earlier = kept.get(&correction.file);
            earlier.is_some_and(|earlier| meets(earlier, &correction.pointer))
        };
        if mistake.corrections.iter().any(is_met) {
            mistake.corrections.clear();
            mistake.help = format!(
                "{}; its correction is suggested once the others are made",
                mistake.help
            );
            continue;
        }
        for correction in &mistake.corrections {
            let pointers = kept.entry(correction.file.clone()).or_default();
            pointers.insert(correction.pointer.clone());
        }
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

/// What an overlay takes from the expected value: the member of an object in it.
pub(crate) fn taken(object: &str, member: &str) -> Value {
    json!({"$expected": below(object, member)})
}

/// The JSON pointer of an object's member.
pub(crate) fn below(pointer: &str, token: &str) -> String {
    let mut pointer = pointer.to_owned();
    push_token(&mut pointer, token);
    pointer
}

/// A message, as a sentence.
fn sentence(message: &str) -> String {
    let mut rest = message.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).chain(['.']).collect()
}

/// The lines of the entries, separated by commas.
pub(super) fn lines(corrections: &[Correction]) -> Vec<String> {
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
