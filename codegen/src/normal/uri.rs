//! References between documents, resolved by RFC 3986.

use crate::json::unescaped;

/// A URI without its fragment, and the fragment, decoded.
pub(super) fn split(uri: &str) -> (&str, String) {
    let (uri, fragment) = uri.split_once('#').unwrap_or((uri, ""));
    (uri, decoded(fragment))
}

/// Resolves a reference, without its fragment, against a base.
pub(super) fn resolve(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_owned();
    }
    if scheme(reference).is_some() {
        return reference.to_owned();
    }
    let (scheme, rest) = scheme(base).unwrap_or(("", base));
    let prefix = match scheme {
        "" => String::new(),
        scheme => format!("{scheme}:"),
    };
    if reference.starts_with("//") {
        return format!("{prefix}{reference}");
    }
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            (format!("//{authority}"), path)
        }
        None => (String::new(), rest),
    };
    let path = path.split('?').next().unwrap_or_default();
    let merged = match (reference.starts_with('/'), reference.starts_with('?')) {
        (true, _) => reference.to_owned(),
        (_, true) => format!("{path}{reference}"),
        _ => {
            let folder = match path.rfind('/') {
                Some(end) => &path[..=end],
                None if authority.is_empty() => "",
                None => "/",
            };
            format!("{folder}{reference}")
        }
    };
    format!("{prefix}{authority}{}", without_dots(&merged))
}

fn scheme(uri: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = uri.split_once(':')?;
    let is_part = |c: u8| c.is_ascii_alphanumeric() || b"+-.".contains(&c);
    let fits = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(is_part);
    fits.then_some((scheme, rest))
}

fn without_dots(path: &str) -> String {
    let (path, query) = path.split_at(path.find('?').unwrap_or(path.len()));
    let mut segments: Vec<&str> = Vec::new();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        match part {
            "." | ".." => {
                if part == ".." && segments.len() > 1 {
                    segments.pop();
                }
                if is_last {
                    segments.push("");
                }
            }
            part => segments.push(part),
        }
    }
    format!("{}{query}", segments.join("/"))
}

/// The tokens of a JSON pointer (RFC 6901), decoded.
pub(super) fn tokens(pointer: &str) -> Option<Vec<String>> {
    let pointer = match pointer {
        "" => return Some(Vec::new()),
        pointer => pointer.strip_prefix('/')?,
    };
    Some(pointer.split('/').map(unescaped).collect())
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = match hex {
            Some(byte) => {
                bytes.push(byte);
                &after[2..]
            }
            None => {
                bytes.push(*first);
                after
            }
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_resolved_against_its_base() {
        for (base, reference, expected) in [
            ("http://a/b/c/d?q", "", "http://a/b/c/d?q"),
            ("http://a/b/c/d?q", "g", "http://a/b/c/g"),
            ("http://a/b/c/d?q", "./g", "http://a/b/c/g"),
            ("http://a/b/c/d?q", "../g", "http://a/b/g"),
            ("http://a/b/c/d?q", "../../../g", "http://a/g"),
            ("http://a/b/c/d?q", "/g", "http://a/g"),
            ("http://a/b/c/d?q", "//g", "http://g"),
            ("http://a/b/c/d?q", "?y", "http://a/b/c/d?y"),
            ("http://a", "g", "http://a/g"),
            ("http://a/b", "urn:x:y", "urn:x:y"),
            ("urn:x:y", "", "urn:x:y"),
            ("types/a.json", "b.json", "types/b.json"),
        ] {
            assert_eq!(resolve(base, reference), expected, "{base} {reference}");
        }
    }

    #[test]
    fn a_fragment_is_decoded() {
        assert_eq!(split("a#/b%25c"), ("a", "/b%c".to_owned()));
        assert_eq!(
            tokens("/a~1b/~0").unwrap(),
            ["a/b".to_owned(), "~".to_owned()]
        );
    }
}
