//! Every spelling of a secret in a text: as it is, escaped, or within base64.
//!
//! Escapes are undone, and the secret is looked for in what they stand for. So any of its
//! characters may be escaped or not, in any of the ways that JSON, URLs, headers and HTML have, and
//! several times over. Each pass reads a text once, from its beginning to its end.

mod base64;
mod escape;

use std::ops::Range;

use escape::Layer;

/// From this length on a secret is found within words too. A shorter one is only found whole,
/// without a letter, a digit or `_` next to it: it may be a part of any word.
pub(crate) const SHORTEST_IN_WORDS: usize = 8;

/// A beginning of a secret that is shorter says nothing, and would be found at the end of any text.
const SHORTEST_BEGINNING: usize = 4;

/// How many times escapes are undone: what one stands for may be a part of one of another kind.
const ROUNDS: usize = 3;

/// What a secret is found by.
pub(crate) struct Spellings(Vec<Pattern>);

impl Spellings {
    pub fn of(secret: &str) -> Self {
        let mut patterns = vec![Pattern::plain(secret.as_bytes().to_vec())];
        patterns.extend(base64::cores(secret.as_bytes()).map(Pattern::base64));
        // Some leave out the padding, and in a form a plus sign is a space.
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
        // What looks like an escape in the secret itself is undone in a text with others.
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

    /// Where a text has the secret, in order and without overlaps. Where the text may be `cut` off,
    /// a beginning of the secret at its end counts.
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

/// Places in order, and one of those that overlap.
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

/// Bytes to look for, by the algorithm of Knuth, Morris and Pratt.
struct Pattern {
    bytes: Vec<u8>,
    /// Of the first so many bytes, the length of the longest shorter beginning that is their end.
    borders: Vec<usize>,
    is_base64: bool,
    /// Whether upper case is as good as lower case, which `bytes` are in then.
    is_any_case: bool,
}

impl Pattern {
    /// In any case, as the names of headers are in lower case, unless it is short.
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

    /// Adds where a layer has the pattern, as places of the text that it was made of.
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

    /// Whether the pattern counts where it was found: a short one does not within a word.
    fn counts(&self, layer: &Layer<'_>, place: Range<usize>) -> bool {
        let before = place.start.checked_sub(1);
        self.bytes.len() >= SHORTEST_IN_WORDS
            || !(before.is_some_and(|at| layer.is_word(at)) || layer.is_word(place.end))
    }
}

#[cfg(test)]
mod tests;
