//! Decides which parts of the traffic may be shown: names that could be in a schema, and nothing
//! that could be personal.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::exchange::Exchange;
use crate::secrets::{basic, credentials, is_secret};

/// The longest name that is shown.
const LONGEST: usize = 40;
/// From this length on a string must look like words: random strings are not shorter.
const SHORTEST_RANDOM: usize = 20;
/// The maximal number of digits in a name: `sha256` passes, a card or phone number does not.
const MOST_DIGITS: usize = 4;
/// The shortest part of a secret that is searched for.
const SHORTEST_SECRET: usize = 4;
/// The shortest string that is hidden because a secret contains it: many words are in one by chance.
const SHORTEST_PART: usize = 8;

/// Decides which parts of one exchange are shown.
#[derive(Default)]
pub(super) struct Shown {
    secrets: Vec<String>,
}

impl Shown {
    pub(super) fn of(exchange: &Exchange) -> Self {
        let headers = exchange
            .request_headers
            .iter()
            .chain(&exchange.response_headers);
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
        let query = exchange.target().query.split('&');
        let query = query.filter_map(|pair| pair.split_once('='));
        let secret = headers.chain(query).filter(|(name, _)| is_secret(name));
        let mut secrets = Vec::new();
        for (_, value) in secret {
            let decoded = percent_decode_str(value).decode_utf8_lossy();
            let basic = credentials(value).map(|(_, credentials)| basic(credentials));
            for text in [value, &decoded, basic.as_deref().unwrap_or_default()] {
                let parts = text.split([' ', ';', ',', '=', '"', ':', '.']);
                let parts = parts.filter(|part| part.len() >= SHORTEST_SECRET && !is_scheme(part));
                secrets.extend(parts.map(str::to_owned));
            }
        }
        Shown { secrets }
    }

    /// A value that a list lacks, if it looks like a value of the list: a name without digits,
    /// except for those in which it differs from a `known` value. Few lists have digits in their
    /// values, and nearly every secret made up by a person or a program has some.
    pub(super) fn value<'t>(&self, text: &'t str, known: &[Value]) -> Option<&'t str> {
        let letters = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
        let mut known = known.iter().filter_map(Value::as_str).map(letters);
        let is_like = letters(text) == text || known.any(|known| known == letters(text));
        self.name(text).filter(|_| is_like)
    }

    /// A name, if it could be in a schema.
    pub(super) fn name<'t>(&self, text: &'t str) -> Option<&'t str> {
        let is_secret = self.secrets.iter().any(|secret| {
            text.contains(secret) || (text.len() >= SHORTEST_PART && secret.contains(text))
        });
        (is_identifier(text) && !is_random(text) && !is_secret).then_some(text)
    }

    /// A name, or its length.
    pub(super) fn name_or_length(&self, text: &str) -> String {
        match self.name(text) {
            Some(name) => name.to_owned(),
            None => format!("<{}>", length(text)),
        }
    }
}

/// `17 characters`
pub(super) fn length(text: &str) -> String {
    crate::shell::count(text.chars().count(), "character")
}

/// Whether a part of a header is the name of an authentication scheme.
fn is_scheme(part: &str) -> bool {
    ["Bearer", "Basic", "Digest"]
        .iter()
        .any(|scheme| part.eq_ignore_ascii_case(scheme))
}

fn is_identifier(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let count = |is: fn(&u8) -> bool| text.bytes().filter(is).count();
    let (letters, digits) = (count(u8::is_ascii_alphabetic), count(u8::is_ascii_digit));
    text.len() <= LONGEST && letters > 0 && digits <= MOST_DIGITS && text.bytes().all(allowed)
}

/// Whether a long string is not made of words: hexadecimal, base64, a UUID. Words are letters, with
/// upper case only for the first or for all of them, and are neither all long nor all short.
fn is_random(text: &str) -> bool {
    if text.len() < SHORTEST_RANDOM {
        return false;
    }
    let words = words(text);
    let letters: usize = words.iter().map(|word| word.len()).sum();
    let numbers = words
        .iter()
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let longest = words
        .iter()
        .map(|word| word.len())
        .max()
        .unwrap_or_default();
    numbers.count() > 1 || longest > 16 || letters < words.len() * 3
}

/// The words of `camelCase`, `snake_case` and the like; numbers count as words.
fn words(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let is_break = |at: usize| {
        let (before, after) = (bytes[at - 1], bytes[at]);
        before.is_ascii_digit() != after.is_ascii_digit()
            || (before.is_ascii_lowercase() && after.is_ascii_uppercase())
    };
    let parts = text.split(['_', '.', '-']).filter(|part| !part.is_empty());
    let mut words = Vec::new();
    for part in parts {
        let offset = part.as_ptr().addr() - text.as_ptr().addr();
        let mut start = 0;
        for at in 1..part.len() {
            if is_break(offset + at) {
                words.push(&part[start..at]);
                start = at;
            }
        }
        words.push(&part[start..]);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_schema_are_shown_and_what_is_random_is_not() {
        let shown = Shown::default();
        for text in [
            "Service",
            "InstanceCustomNode",
            "instanceAuditLogDeleteCompleted",
            "application_dashboard.get-v2",
            "EXPERIENCE_ENDPOINT_CREATED",
            "_links",
        ] {
            assert_eq!(shown.name(text), Some(text));
        }
        for text in [
            "",
            "5551234567",
            "Ada Lovelace",
            "ada@example.com",
            "575ec7417ae143cd83dc4a96",
            "8c1f0a52-6d0e-4d5e-9a55-0f3f6a1c2b7d",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6Ikp",
            "AKIAIOSFODNN7EXAMPLE7QWERTYUIOPA",
            "dGhpcyBpcyBhIHNlY3JldCB0b2tlbg",
            "deadbeefdeadbeefdeadbeef",
            "2016-06-13T04.00.00.000Z",
            "a-name-that-is-longer-than-any-name-is-in-a-schema",
        ] {
            assert_eq!(shown.name(text), None, "{text}");
        }
    }

    #[test]
    fn a_value_of_a_list_has_no_digits_and_a_name_has_few() {
        let shown = Shown::default();
        for text in ["hunter2", "Tr0ub4dor3", "xoxb-12-34-abc", "v2"] {
            assert_eq!(shown.value(text, &[]), None, "{text}");
            assert!(shown.name(text).is_some(), "{text}");
        }
        assert_eq!(shown.value("edgeCompute", &[]), Some("edgeCompute"));
        let known = ["vegaLite6".into(), 7.into()];
        assert_eq!(shown.value("vegaLite17", &known), Some("vegaLite17"));
        assert_eq!(shown.value("vegaHeavy6", &known), None);
        for text in ["p4111111111111111", "tel.555.123", "AKIA12345"] {
            assert_eq!(shown.name(text), None, "{text}");
        }
        assert_eq!(shown.name("sha256Sum"), Some("sha256Sum"));
    }

    #[test]
    fn what_a_secret_header_or_parameter_says_is_not_shown_elsewhere() {
        let shown = Shown::of(&Exchange {
            method: "GET".into(),
            url: "/a?access_token=Sesame1&page=Second".into(),
            request_headers: vec![("Authorization".into(), "Bearer SECRET-TOKEN.almond".into())],
            request_body: None,
            status: None,
            response_headers: vec![("Set-Cookie".into(), "id=Walnut; Path=/".into())],
            body: None,
        });
        for text in [
            "Sesame1",
            "SECRET-TOKEN",
            "x-SECRET-TOKEN",
            "SECRET-TO",
            "almond",
            "Walnut",
        ] {
            assert_eq!(shown.name(text), None, "{text}");
        }
        assert_eq!(shown.name("Second"), Some("Second"));
    }
}
