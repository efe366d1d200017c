//! Finds what looks like a secret in any string.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::{REDACTED, is_secret};

/// The marks to search for, in lower case, with the percent-encoded form of each.
const AUTHORITY: [&str; 2] = ["://", "%3a%2f%2f"];
const EQUALS: [&str; 2] = ["=", "%3d"];
const SCHEMES: [&str; 2] = ["bearer", "basic"];

/// A string without what looks like a secret: credentials after their scheme, the user before a
/// host, and the value of a pair whose name is that of a secret. All of it may be percent-encoded.
pub(super) fn without(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    let mut secret = [credentials(&lower), users(&lower), values(&lower)].concat();
    if secret.is_empty() {
        return text.into();
    }
    secret.sort_by_key(|range| (range.start, range.end));
    let mut shown = String::new();
    let mut passed = 0;
    for range in secret {
        if range.start >= passed {
            shown.push_str(&text[passed..range.start]);
            shown.push_str(REDACTED);
        }
        passed = passed.max(range.end);
    }
    shown.push_str(&text[passed..]);
    shown.into()
}

/// The ranges of credentials after the name of their scheme.
fn credentials(text: &str) -> Vec<Range<usize>> {
    let schemes = SCHEMES.iter().flat_map(|scheme| text.match_indices(scheme));
    let behind = schemes.filter_map(|(at, scheme)| {
        let mut start = at + scheme.len();
        while let Some(length) = beginning(&text[start..], &[" ", "+", "\t", "%20", "%09"]) {
            start += length;
        }
        let is_behind_space = start > at + scheme.len();
        let end = start + value(&text[start..]).len();
        (is_behind_space && start < end).then_some(start..end)
    });
    behind.collect()
}

/// The ranges of the user of a URL, with the password.
fn users(text: &str) -> Vec<Range<usize>> {
    let authorities = AUTHORITY.iter().flat_map(|mark| text.match_indices(mark));
    let users = authorities.filter_map(|(at, mark)| {
        let start = at + mark.len();
        let rest = value(&text[start..]);
        let ends = ["/", "?", "#", "%2f", "%3f", "%23"];
        let ends = ends.iter().filter_map(|end| rest.find(end));
        let authority = &rest[..ends.min().unwrap_or(rest.len())];
        let host = ["@", "%40"].iter().filter_map(|at| authority.rfind(at));
        let end = start + host.max()?;
        (start < end).then_some(start..end)
    });
    users.collect()
}

/// The ranges of the values of pairs whose names are those of secrets.
fn values(text: &str) -> Vec<Range<usize>> {
    let signs = EQUALS.iter().flat_map(|mark| text.match_indices(mark));
    let values = signs.filter_map(|(at, mark)| {
        let is_of_name = |c: char| c.is_alphanumeric() || "_-.[]%".contains(c);
        let before = text[..at].trim_end_matches(is_of_name).len();
        let name = percent_decode_str(&text[before..at]).decode_utf8_lossy();
        let name = name.rsplit(['?', '&', ';', '/', '#', ' ', '=']).next();
        let start = at + mark.len();
        let end = start + value(&text[start..]).len();
        let is_secret = name.is_some_and(|name| is_secret(name) || name == "code");
        (is_secret && start < end).then_some(start..end)
    });
    values.collect()
}

/// The value at the start of a string.
fn value(text: &str) -> &str {
    let is_end = |c: char| c.is_whitespace() || "\"'`,;&<>\\".contains(c);
    let end = text.find(is_end).unwrap_or(text.len());
    let ends = ["%26", "%22", "%20"];
    let ends = ends.iter().filter_map(|mark| text[..end].find(mark));
    &text[..ends.min().unwrap_or(end)]
}

/// The length of the matching prefix, of several ones.
fn beginning(text: &str, of: &[&str]) -> Option<usize> {
    let found = of.iter().find(|mark| text.starts_with(**mark));
    found.map(|mark| mark.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_not_shown_and_all_around_it_is() {
        for (text, expected) in [
            ("a Bearer S3cret, b", "a Bearer [redacted], b"),
            (
                "authorization=bEARER%20S3cret&b",
                "authorization=[redacted]%20[redacted]&b",
            ),
            ("Basic+S3cret", "Basic+[redacted]"),
            ("https://me:S3cret@host/a@b", "https://[redacted]@host/a@b"),
            (
                "u=https%3A%2F%2Fme%3aS3cret%40host%2Fa",
                "u=https%3A%2F%2F[redacted]%40host%2Fa",
            ),
            ("/a?code=S3cret&page=2", "/a?code=[redacted]&page=2"),
            (
                "to=%2Fa%3Fcode%3DS3cret%26page%3D2",
                "to=%2Fa%3Fcode%3D[redacted]%26page%3D2",
            ),
            ("x[apiKey]=S3cret", "x[apiKey]=[redacted]"),
            (
                "responseCode=200&statuscode=5",
                "responseCode=200&statuscode=5",
            ),
            ("a bearer is here", "a bearer [redacted] here"),
            ("http://host:80/a", "http://host:80/a"),
            ("bearer", "bearer"),
            ("code=", "code="),
            ("é=ü token=é", "é=ü token=[redacted]"),
            ("token=[redacted]", "token=[redacted]"),
        ] {
            assert_eq!(without(text), expected);
        }
    }

    #[test]
    fn no_text_panics() {
        for text in [
            "%3d%",
            "://@",
            "é://é@é=é",
            "bearer %2",
            "=%3d=%3d",
            "token%3d%3d",
        ] {
            let _ = without(text);
        }
    }
}
