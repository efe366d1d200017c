//! Locates values in JSON text.
//!
//! The parser proper does not report positions, and mistakes are rare, so a file is scanned a
//! second time only when one must be shown. The scanner checks no more syntax than it needs to find
//! its way, and stops at the first error.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::push_token;

/// The maximal nesting of values: one more level than the parser proper accepts.
const DEEPEST: usize = 128;

/// The byte ranges of a value and, for a member of an object, of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The key with its quotes.
    pub key: Option<Range<usize>>,
    /// The value.
    pub value: Range<usize>,
}

/// A key that an object already has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Doubled {
    /// The JSON pointer that both members have.
    pub pointer: String,
    /// The first member's key.
    pub first: Range<usize>,
    /// This member's key.
    pub second: Range<usize>,
}

/// Finds the values at the JSON pointers `wanted`. Of several members with the same key it is the
/// last, as in a parser.
pub fn locate(text: &str, wanted: &BTreeSet<String>) -> HashMap<String, Spot> {
    let mut spots = HashMap::new();
    scan(text, |pointer, key, value| {
        if wanted.contains(pointer) {
            let key = key.map(|key| key.span.clone());
            spots.insert(pointer.to_owned(), Spot { key, value });
        }
    });
    spots
}

/// Finds the duplicate keys of each object.
pub(crate) fn doubled(text: &str) -> Vec<Doubled> {
    let mut firsts: HashMap<(usize, String), Range<usize>> = HashMap::new();
    let mut doubled = Vec::new();
    scan(text, |pointer, key, _| {
        let Some(key) = key else { return };
        let span = key.span.clone();
        let first = firsts
            .entry((key.object, pointer.to_owned()))
            .or_insert_with(|| span.clone());
        if *first != span {
            doubled.push(Doubled {
                pointer: pointer.to_owned(),
                first: first.clone(),
                second: span,
            });
        }
    });
    doubled
}

/// The key of a member.
struct Key {
    /// The offset of the object, which identifies it.
    object: usize,
    /// The key with its quotes.
    span: Range<usize>,
}

/// Visits every value, inner ones before outer ones: its pointer, its key, its range.
fn scan(text: &str, visit: impl FnMut(&str, Option<&Key>, Range<usize>)) {
    let mut scanner = Scanner {
        text,
        at: 0,
        pointer: String::new(),
        visit,
    };
    // `None` means that the file ends early or is invalid; the visited values are right anyway.
    let _ = scanner.value(None, 0);
}

struct Scanner<'t, V> {
    text: &'t str,
    at: usize,
    pointer: String,
    visit: V,
}

impl<V: FnMut(&str, Option<&Key>, Range<usize>)> Scanner<'_, V> {
    fn value(&mut self, key: Option<&Key>, depth: usize) -> Option<()> {
        self.skip_space();
        let start = self.at;
        match self.peek()? {
            b'{' | b'[' if depth == DEEPEST => return None,
            b'{' => self.object(depth)?,
            b'[' => self.array(depth)?,
            b'"' => self.string().map(|_| ())?,
            _ => self.literal()?,
        }
        (self.visit)(&self.pointer, key, start..self.at);
        Some(())
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        let object = self.at;
        self.at += 1;
        if self.comes(b'}') {
            return Some(());
        }
        loop {
            self.skip_space();
            let span = self.string()?;
            let name = self.text.get(span.clone())?;
            let name: String = serde_json::from_str(name).ok()?;
            self.expect(b':')?;
            let key = Key { object, span };
            self.within(&name, |scanner| scanner.value(Some(&key), depth + 1))?;
            if self.comes(b'}') {
                return Some(());
            }
            self.expect(b',')?;
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.at += 1;
        if self.comes(b']') {
            return Some(());
        }
        for number in 0_usize.. {
            self.within(&number.to_string(), |scanner| {
                scanner.value(None, depth + 1)
            })?;
            if self.comes(b']') {
                break;
            }
            self.expect(b',')?;
        }
        Some(())
    }

    /// Calls a function with the pointer extended by a token.
    fn within<T>(&mut self, token: &str, inner: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        push_token(&mut self.pointer, token);
        let result = inner(self);
        self.pointer.truncate(length);
        result
    }

    /// Skips a string, and returns its range.
    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        self.expect(b'"')?;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => return Some(start..self.at),
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }

    /// Skips a number, `true`, `false` or `null`.
    fn literal(&mut self) -> Option<()> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.comes(byte).then_some(())
    }

    /// Whether this byte comes next, after any space; if so, skips it.
    fn comes(&mut self, byte: u8) -> bool {
        self.skip_space();
        let comes = self.peek() == Some(byte);
        self.at += usize::from(comes);
        comes
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| b" \t\r\n".contains(&byte)) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and the value at a pointer, as written in the file.
    fn found<'t>(text: &'t str, pointer: &str) -> Option<(Option<&'t str>, &'t str)> {
        let wanted = BTreeSet::from([pointer.to_owned()]);
        let spot = locate(text, &wanted).remove(pointer)?;
        Some((spot.key.map(|key| &text[key]), &text[spot.value]))
    }

    #[test]
    fn values_and_keys_are_found_by_their_pointers() {
        let text = r#" { "a" : [ 1, {"b/~\"\u0063": -1.5e+3} ] , "": {}, "d":[]} "#;
        assert_eq!(found(text, ""), Some((None, text.trim())));
        assert_eq!(found(text, "/a/0"), Some((None, "1")));
        assert_eq!(
            found(text, "/a/1/b~1~0\"c"),
            Some((Some(r#""b/~\"\u0063""#), "-1.5e+3"))
        );
        assert_eq!(found(text, "/"), Some((Some("\"\""), "{}")));
        assert_eq!(found(text, "/d"), Some((Some("\"d\""), "[]")));
        assert_eq!(found(text, "/a/2"), None);
    }

    #[test]
    fn the_last_of_two_members_with_the_same_name_is_found() {
        assert_eq!(
            found(r#"{"a": 1, "a": 2}"#, "/a"),
            Some((Some("\"a\""), "2"))
        );
    }

    #[test]
    fn duplicate_keys_differ_from_equal_keys_of_two_objects() {
        let text = r#"{"a": {"b": 1}, "c": [{"b": 2}], "a": {"b": 3, "\u0062": 4}}"#;
        let keys: Vec<_> = doubled(text)
            .iter()
            .map(|key| {
                (
                    key.pointer.clone(),
                    &text[key.first.clone()],
                    key.second.start,
                )
            })
            .collect();
        let inner = ("/a/b".to_owned(), "\"b\"", text.find(r"\u").unwrap() - 1);
        let outer = ("/a".to_owned(), "\"a\"", text.rfind("\"a\"").unwrap());
        assert_eq!(keys, [inner, outer]);
    }

    #[test]
    fn invalid_json_ends_the_scan() {
        for text in [
            "", "{", "{\"a\"", "{\"a\":}", "[1,", "\"\\", "[1 2]", "{1:2}",
        ] {
            assert_eq!(found(text, ""), None, "{text}");
        }
        assert_eq!(found(&"[".repeat(1_000_000), "/0"), None);
    }
}
