//! Finds every spelling of a secret in text: plain, escaped, or within base64.
//!
//! The secret is searched for after unescaping. So any of its characters may be escaped or not, as
//! in JSON, URLs, headers or HTML, and repeatedly. Each pass reads its input once.

mod base64;
mod escape;

use std::ops::Range;

use escape::Layer;

/// From this length on, a secret is found within words too. A shorter one is found only as a whole
/// word, since it may be a part of any word: no letter, digit or `_` is next to it.
pub(crate) const SHORTEST_IN_WORDS: usize = 8;

/// A shorter beginning of a secret reveals nothing, and would be found at the end of almost any
/// text.
const SHORTEST_BEGINNING: usize = 4;

/// How many times text is unescaped: an unescaped character may be part of another escape.
const ROUNDS: usize = 3;

/// The patterns that find a secret.
pub(crate) struct Spellings(Vec<Pattern>);

impl Spellings {
    pub fn of(secret: &str) -> Self {
        let mut patterns = vec![Pattern::plain(secret.as_bytes().to_vec())];
        patterns.extend(base64::cores(secret.as_bytes()).map(Pattern::base64));
        // Some omit the padding, and in form encoding a plus sign is a space.
        let unpadded = secret.trim_end_matches('=');
        if unpadded.len() < secret.len() && unpadded.len() >= SHORTEST_IN_WORDS {
            patterns.push(Pattern::plain(unpadded.as_bytes().to_vec()));
        }
        if secret.contains('+') {
            let spaced = secret.replace('+', " ");
            patterns.push(Pattern::plain(spaced.into_bytes()));
        }
        // In the path of a URL a backslash becomes a slash.
        if secret.contains('\\') {
            let slashed = secret.replace('\\', "/");
            patterns.push(Pattern::plain(slashed.into_bytes()));
        }
        // Text with escapes is unescaped, and with it anything like an escape in the secret itself.
        let ended = format!("{secret} ");
        let mut layer = Layer::plain(ended.as_bytes());
        for _ in 0..ROUNDS {
            let Some(undone) = layer.undone() else { break };
            layer = undone;
            let bytes = layer.bytes().strip_suffix(b" ").unwrap_or_default();
            if bytes.len() >= SHORTEST_BEGINNING {
                patterns.push(Pattern::plain(bytes.to_vec()));
            }
        }
        Spellings(patterns)
    }

    /// Finds the secret, in order and without overlaps. If the input may be `cut` off, a beginning
    /// of the secret at its end counts.
    pub fn places(&self, text: &[u8], cut: bool) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut layer = Layer::plain(text);
        self.search(&layer, cut, &mut found);
        for _ in 0..ROUNDS {
            let Some(undone) = layer.undone() else { break };
            layer = undone;
            self.search(&layer, cut, &mut found);
        }
        merged(found)
    }

    fn search(&self, layer: &Layer<'_>, cut: bool, found: &mut Vec<Range<usize>>) {
        for pattern in &self.0 {
            pattern.search(layer, cut, found);
        }
    }
}

/// Sorts ranges and merges those that overlap.
fn merged(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    places.sort_unstable_by_key(|place| (place.start, place.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for place in places {
        match merged.last_mut() {
            Some(last) if place.start < last.end => last.end = last.end.max(place.end),
            _ => merged.push(place),
        }
    }
    merged
}

/// Bytes to search for with the Knuth-Morris-Pratt algorithm.
struct Pattern {
    bytes: Vec<u8>,
    /// For each prefix, the length of its longest proper prefix that is also its suffix.
    borders: Vec<usize>,
    is_base64: bool,
    /// Whether case is ignored; `bytes` are in lower case then.
    is_any_case: bool,
}

impl Pattern {
    /// Ignores case unless the secret is short, because names of headers are in lower case.
    fn plain(bytes: Vec<u8>) -> Self {
        if bytes.len() >= SHORTEST_IN_WORDS {
            Pattern {
                is_any_case: true,
                ..Pattern::new(bytes.to_ascii_lowercase(), false)
            }
        } else {
            Pattern::new(bytes, false)
        }
    }

    fn base64(bytes: Vec<u8>) -> Self {
        Pattern::new(bytes, true)
    }

    fn new(bytes: Vec<u8>, is_base64: bool) -> Self {
        let mut borders = vec![0; bytes.len() + 1];
        let mut border = 0;
        for end in 1..bytes.len() {
            while border > 0 && bytes[border] != bytes[end] {
                border = borders[border];
            }
            border += usize::from(bytes[border] == bytes[end]);
            borders[end + 1] = border;
        }
        Pattern {
            bytes,
            borders,
            is_base64,
            is_any_case: false,
        }
    }

    /// Adds the matches in a layer, as ranges of the original text.
    fn search(&self, layer: &Layer<'_>, cut: bool, found: &mut Vec<Range<usize>>) {
        let text = layer.bytes();
        let mut matched = 0;
        let mut at = 0;
        while at < text.len() {
            if matched == 0 {
                let first = text[at..].iter().position(|byte| self.is(0, *byte));
                let Some(skipped) = first else { return };
                at += skipped;
            }
            while matched > 0 && !self.is(matched, text[at]) {
                matched = self.borders[matched];
            }
            matched += usize::from(self.is(matched, text[at]));
            at += 1;
            if matched == self.bytes.len() {
                if self.counts(layer, at - matched..at) {
                    found.push(layer.place(at - matched..at));
                }
                matched = self.borders[matched];
            }
        }
        if cut && matched >= SHORTEST_BEGINNING && self.counts(layer, at - matched..at) {
            found.push(layer.place(at - matched..at).start..layer.end());
        }
    }

    fn is(&self, index: usize, byte: u8) -> bool {
        let byte = match byte {
            b'-' if self.is_base64 => b'+',
            b'_' if self.is_base64 => b'/',
            byte if self.is_any_case => byte.to_ascii_lowercase(),
            byte => byte,
        };
        self.bytes[index] == byte
    }

    /// Whether a match counts: one of a short secret within a word does not.
    fn counts(&self, layer: &Layer<'_>, place: Range<usize>) -> bool {
        let before = place.start.checked_sub(1);
        self.bytes.len() >= SHORTEST_IN_WORDS
            || !(before.is_some_and(|at| layer.is_word(at)) || layer.is_word(place.end))
    }
}

#[cfg(test)]
mod tests;
