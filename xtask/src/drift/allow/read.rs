//! Reads the allow file, and reports every mistake in it.

use std::path::Path;

use codegen::rule::Rule;
use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{AllowFile, Entry, RULES};
use crate::drift::Place;
use crate::{Error, given, shell};

/// The required keys of an entry.
const KEYS: [&str; 4] = ["rule", "fingerprint", "reason", "expires"];

const ENTRY_HELP: &str =
    "an entry is [[allow]] with rule, fingerprint, reason and expires, each a string in quotes";

/// Reads the allow file.
///
/// # Errors
///
/// Returns why the file cannot be read, or every mistake in it with line and column.
pub(in crate::drift) fn read(path: &Path, rules: &[&Rule]) -> Result<AllowFile, Vec<Error>> {
    let bytes = given::bytes(path).map_err(|error| {
        let error = Error::io("read", path, error);
        vec![if path.is_symlink() {
            error.help("it is a symbolic link: fix the target file, or remove the link")
        } else {
            error
        }]
    })?;
    let file = shell::path(path);
    match str::from_utf8(&bytes) {
        Ok(text) => parse(&file, text, rules),
        Err(error) => {
            let text = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let place = place(&file, &text, text.len());
            Err(vec![
                mistake(&place, "this is not UTF-8").help("save the file as UTF-8"),
            ])
        }
    }
}

pub(super) fn parse(file: &str, text: &str, rules: &[&Rule]) -> Result<AllowFile, Vec<Error>> {
    let mut reader = Reader {
        file,
        text,
        rules,
        mistakes: Vec::new(),
        broken: Vec::new(),
    };
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        reader.wrong(at, error.message(), ENTRY_HELP);
    }
    let broken = errors.iter().filter_map(|error| error.span());
    reader.broken = broken
        .map(|span| place(file, text, span.start).line)
        .collect();
    let entries = reader.entries(document.get_ref());
    if reader.mistakes.is_empty() {
        return Ok(AllowFile { entries });
    }
    reader.mistakes.sort_by_key(|(at, _)| *at);
    Err(reader
        .mistakes
        .into_iter()
        .map(|(_, error)| error)
        .collect())
}

/// Reads a document and continues after a mistake.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    rules: &'a [&'a Rule],
    /// The mistakes by their offsets.
    mistakes: Vec<(usize, Error)>,
    /// The lines that are not valid TOML, about which nothing else is reported.
    broken: Vec<usize>,
}

impl Reader<'_> {
    fn wrong(&mut self, at: usize, message: impl AsRef<str>, help: &str) {
        let place = place(self.file, self.text, at);
        if !self.broken.contains(&place.line) {
            let mistake = mistake(&place, message.as_ref()).help(help);
            self.mistakes.push((at, mistake));
        }
    }

    /// Reports a missing or an unknown key. If parts of the file are not valid TOML, it may only
    /// seem so.
    fn wrong_shape(&mut self, at: usize, message: &str) {
        if self.broken.is_empty() {
            self.wrong(at, message, ENTRY_HELP);
        }
    }

    fn entries(&mut self, document: &DeTable<'_>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (key, value) in document {
            match value.get_ref() {
                DeValue::Array(written) if key.get_ref() == "allow" => {
                    entries.extend(written.iter().filter_map(|written| self.entry(written)));
                }
                _ if key.get_ref() == "allow" => {
                    self.wrong_shape(key.span().start, "`allow` is not a list of entries");
                }
                _ => self.unknown(key),
            }
        }
        entries
    }

    fn unknown(&mut self, key: &Spanned<impl AsRef<str>>) {
        let message = format!("unknown key `{}`", key.get_ref().as_ref());
        self.wrong_shape(key.span().start, &message);
    }

    /// An entry without mistakes.
    fn entry(&mut self, written: &Spanned<DeValue<'_>>) -> Option<Entry> {
        let start = written.span().start;
        let Some(table) = written.get_ref().as_table() else {
            self.wrong_shape(start, "this is not an entry");
            return None;
        };
        for (key, _) in table {
            if !KEYS.contains(&key.get_ref().as_ref()) {
                self.unknown(key);
            }
        }
        let missing = KEYS.iter().filter(|key| !table.contains_key(**key));
        let missing: Vec<_> = missing.map(|key| format!("`{key}`")).collect();
        if !missing.is_empty() {
            let message = format!("the entry has no {}", missing.join(", "));
            self.wrong_shape(start, &message);
        }
        // All of them are checked, even if one is wrong.
        let rule = table.get("rule").and_then(|value| self.rule(value));
        let fingerprint = table
            .get("fingerprint")
            .and_then(|value| self.fingerprint(value));
        let reason = table.get("reason").and_then(|value| self.reason(value));
        let expires = table.get("expires").and_then(|value| self.expires(value));
        Some(Entry {
            rule: rule?,
            fingerprint: fingerprint?,
            reason: reason?,
            expires: expires?,
            place: place(self.file, self.text, start),
        })
    }

    fn rule(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let (at, rule) = self.string(value)?;
        if RULES.iter().any(|own| own.id == rule) {
            let message = format!("findings of {rule} cannot be allowed");
            self.wrong(at, message, "fix the entry that it reports");
        } else if !self.rules.iter().any(|known| known.id == rule) {
            let message = format!("unknown rule {rule:?}");
            self.wrong(at, message, "`cargo xtask drift --list-rules` lists them");
        }
        Some(rule)
    }

    fn fingerprint(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let (at, fingerprint) = self.string(value)?;
        if !is_fingerprint(&fingerprint) {
            let message = format!("{fingerprint:?} is not a valid fingerprint");
            let help = "copy the 16 hexadecimal digits at the end of the finding in the report";
            self.wrong(at, message, help);
        }
        Some(fingerprint)
    }

    fn reason(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let (at, reason) = self.string(value)?;
        if reason.trim().is_empty() {
            let help = "say why the finding is accepted";
            self.wrong(at, "the reason is empty", help);
        }
        Some(reason)
    }

    /// Accepts a TOML date or a string.
    fn expires(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Date> {
        let (at, text) = match value.get_ref() {
            DeValue::Datetime(written) => (value.span().start, written.to_string()),
            _ => self.string(value)?,
        };
        let date = date(&text);
        if date.is_none() {
            self.wrong(
                at,
                format!("{text:?} is not a valid date"),
                "write it as \"2026-12-31\"",
            );
        }
        date
    }

    /// A string and its position.
    fn string(&mut self, value: &Spanned<DeValue<'_>>) -> Option<(usize, String)> {
        let at = value.span().start;
        match value.get_ref().as_str() {
            Some(text) => Some((at, text.to_owned())),
            None => {
                let kind = value.get_ref().type_str();
                self.wrong(
                    at,
                    format!("expected a string, found a value of type {kind}"),
                    ENTRY_HELP,
                );
                None
            }
        }
    }
}

fn is_fingerprint(text: &str) -> bool {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 16 && text.bytes().all(is_digit)
}

/// Parses a date in its usual form: times and other notations of ISO 8601 are rejected.
fn date(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

fn mistake(place: &Place, message: &str) -> Error {
    let Place {
        file, line, column, ..
    } = place;
    Error::new(format!("{file}:{line}:{column}: {message}"))
}

/// The position of a byte offset.
fn place(file: &str, text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Place {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[start..].chars().count() + 1,
        pointer: String::new(),
        excerpt: String::new(),
    }
}
