//! Strings that match patterns.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::dice::Dice;

/// A string that probably matches all patterns and has one of the lengths.
pub fn matching(patterns: &[String], min: u64, max: Option<u64>, dice: &mut Dice) -> String {
    let mut text = match patterns.first() {
        None => String::new(),
        Some(pattern) => one(pattern, dice).unwrap_or_default(),
    };
    let length = |text: &str| text.chars().count() as u64;
    while length(&text) < min.min(200) {
        text.push(if patterns.is_empty() { 'a' } else { '0' });
    }
    if patterns.is_empty() && dice.one_in(2) {
        let end = max.unwrap_or(min + 2).min(200);
        while length(&text) < end {
            text.push('é');
        }
    }
    text
}

fn one(pattern: &str, dice: &mut Dice) -> Option<String> {
    let mut parser = ParserBuilder::new().build();
    let hir = parser.parse(pattern).ok()?;
    let mut text = String::new();
    add(&hir, dice, &mut text);
    Some(text)
}

fn add(hir: &Hir, dice: &mut Dice, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            if !ranges.is_empty() {
                let range = ranges[dice.below(ranges.len().min(4))];
                let size = (range.end() as usize - range.start() as usize).min(25) + 1;
                let code = range.start() as u32 + dice.below(size) as u32;
                text.push(char::from_u32(code).unwrap_or(range.start()));
            }
        }
        HirKind::Class(Class::Bytes(class)) => {
            let range = class.ranges().first();
            text.extend(range.map(|range| char::from(range.start())));
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min + 3);
            let most = most.min(repetition.min + 3);
            let more = dice.below((most - repetition.min) as usize + 1) as u32;
            for _ in 0..(repetition.min + more).min(300) {
                add(&repetition.sub, dice, text);
            }
        }
        HirKind::Capture(capture) => add(&capture.sub, dice, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| add(part, dice, text)),
        HirKind::Alternation(parts) => add(dice.pick(parts), dice, text),
    }
}
