//! Sets of characters.

use super::PatternError;

/// The last character.
const LAST: u32 = 0x10_FFFF;

pub(super) const DIGIT: &[(u32, u32)] = &[(0x30, 0x39)];

pub(super) const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)];

/// White space and line terminators of ECMA-262.
pub(super) const SPACE: &[(u32, u32)] = &[
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
];

/// What `.` does not match.
pub(super) const LINE_END: &[(u32, u32)] = &[(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)];

/// A set of characters: ranges and properties of Unicode, or what is in none of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Class {
    pub is_negated: bool,
    /// From one code point to another, surrogates among them.
    pub ranges: Vec<(u32, u32)>,
    /// The names of properties, and whether what lacks the property is meant.
    pub properties: Vec<(String, bool)>,
}

impl Class {
    pub fn of(ranges: &[(u32, u32)]) -> Self {
        Class {
            ranges: ranges.to_vec(),
            ..Class::default()
        }
    }

    pub fn except(ranges: &[(u32, u32)]) -> Self {
        Class {
            is_negated: true,
            ..Class::of(ranges)
        }
    }

    /// Adds the characters of another class.
    pub fn add(&mut self, other: Class) {
        // Properties come alone, and with their own negation.
        self.properties.extend(other.properties);
        if other.is_negated {
            self.ranges.extend(complement(other.ranges))
        } else {
            self.ranges.extend(other.ranges)
        }
    }

    /// Writes the class as the crate `regex` reads it.
    pub fn write(&self, out: &mut String) {
        if self.ranges.is_empty() && self.properties.is_empty() {
            out.push_str(if self.is_negated {
                "[\\x{0}-\\x{10FFFF}]"
            } else {
                "[^\\x{0}-\\x{10FFFF}]"
            });
            return;
        }
        out.push_str(if self.is_negated { "[^" } else { "[" });
        let before = out.len();
        for &(first, last) in &self.ranges {
            // A Rust string has no surrogates.
            for (first, last) in [(first, last.min(0xD7FF)), (first.max(0xE000), last)] {
                if first <= last {
                    out.push_str(&format!("\\x{{{first:X}}}-\\x{{{last:X}}}"));
                }
            }
        }
        for (name, is_negated) in &self.properties {
            let letter = if *is_negated { 'P' } else { 'p' };
            out.push_str(&format!("\\{letter}{{{name}}}"));
        }
        // Nothing but surrogates, which match nothing.
        if out.len() == before {
            out.push_str("&&[^\\x{0}-\\x{10FFFF}]");
        }
        out.push(']');
    }
}

fn complement(mut ranges: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    ranges.sort_unstable();
    let mut rest = Vec::new();
    let mut from = 0;
    for (first, last) in ranges {
        if from < first {
            rest.push((from, first - 1));
        }
        from = from.max(last + 1);
    }
    if from <= LAST {
        rest.push((from, LAST));
    }
    rest
}

/// A class, ready to be asked.
#[derive(Debug)]
pub(super) enum Set {
    Ranges(bool, Vec<(u32, u32)>),
    Properties(regex::Regex),
}

impl Set {
    pub fn new(class: &Class) -> Result<Self, PatternError> {
        if class.properties.is_empty() {
            return Ok(Set::Ranges(class.is_negated, class.ranges.clone()));
        }
        let mut text = String::from("\\A");
        class.write(&mut text);
        text.push_str("\\z");
        let names: Vec<&str> = class
            .properties
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let message = format!("`{}` is not a known Unicode property", names.join("`, `"));
        let regex = regex::Regex::new(&text).map_err(|_| PatternError(message))?;
        Ok(Set::Properties(regex))
    }

    pub fn has(&self, c: char) -> bool {
        match self {
            Set::Ranges(is_negated, ranges) => {
                let c = u32::from(c);
                let is_in = ranges.iter().any(|&(first, last)| first <= c && c <= last);
                is_in != *is_negated
            }
            Set::Properties(regex) => regex.is_match(c.encode_utf8(&mut [0; 4])),
        }
    }
}
