//! Secrets in recorded traffic, which reports must not show.

mod looks;

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use crate::base64;

/// Headers, parameters and properties whose names contain one of these are secret.
const NAMES: &[&str] = &[
    "auth",
    "cookie",
    "token",
    "key",
    "secret",
    "session",
    "pass",
    "sig",
    "credential",
    "jwt",
    "pwd",
    "bearer",
];

/// The replacement for a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// The shortest secret that is searched for: a shorter one occurs in any string.
const SHORTEST: usize = 4;

/// Whether a value of this name is a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = percent_decode_str(name)
        .decode_utf8_lossy()
        .to_ascii_lowercase();
    NAMES.iter().any(|part| name.contains(part))
}

/// The credentials of a header `Authorization`, and their scheme.
pub(crate) fn credentials(value: &str) -> Option<(&str, &str)> {
    let (scheme, credentials) = value.trim().split_once(' ')?;
    Some((scheme, credentials.trim_start()))
}

/// The decoded credentials of the scheme `Basic`: a user, a colon and a password.
pub(crate) fn basic(credentials: &str) -> String {
    let decoded = base64::decode(credentials);
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.unwrap_or_default()
}

/// Values that are never shown.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// Adds a header whose name is that of a secret: its value, and its parts.
    pub(crate) fn header(&mut self, name: &str, value: &str) {
        if !is_secret(name) {
            return;
        }
        self.add(value);
        if let Some((scheme, credentials)) = credentials(value) {
            self.add(credentials);
            if scheme.eq_ignore_ascii_case("Basic") {
                let decoded = basic(credentials);
                self.add(&decoded);
                decoded.split(':').for_each(|part| self.add(part));
            }
        }
        let pairs = value.split([';', ',']);
        let values = pairs.filter_map(|pair| pair.split_once('='));
        values.for_each(|(_, value)| self.add(value.trim().trim_matches('"')));
    }

    /// Adds the parameters of a query whose names are those of secrets.
    pub(crate) fn query(&mut self, query: &str) {
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let decoded = percent_decode_str(value).decode_utf8_lossy();
            self.pair(name, value, &decoded);
            // A URL may contain another, encoded one.
            if decoded != value {
                let (_, inner) = decoded.split_once('?').unwrap_or(("", &decoded));
                self.query(inner);
            }
        }
    }

    /// Adds a part of a form whose name is that of a secret, or the secrets in it.
    pub(crate) fn part(&mut self, name: &str, text: &str) {
        self.pair(name, text, text);
    }

    fn pair(&mut self, name: &str, value: &str, decoded: &str) {
        match serde_json::from_str::<Value>(decoded) {
            Ok(json) if json.is_object() || json.is_array() => {
                self.json(&json, is_secret(name));
            }
            _ if is_secret(name) => self.add(value),
            _ => {}
        }
    }

    /// Adds the secrets in JSON, by the names of the properties that contain them.
    pub(crate) fn json(&mut self, json: &Value, is_below: bool) {
        match json {
            Value::Object(members) => {
                for (name, value) in members {
                    self.json(value, is_below || is_secret(name));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.json(item, is_below)),
            Value::String(text) if is_below => self.add(text),
            Value::Number(number) if is_below => self.add(&number.to_string()),
            _ => {}
        }
    }

    fn add(&mut self, secret: &str) {
        let decoded = percent_decode_str(secret).decode_utf8_lossy();
        let encoded = utf8_percent_encode(&decoded, NON_ALPHANUMERIC).to_string();
        let quoted = Value::from(&*decoded).to_string();
        let quoted = quoted.trim_matches('"');
        let forms = [
            secret.to_owned(),
            percent_encoding_in_lower_case(&encoded),
            encoded,
            quoted.replace('/', r"\/"),
            quoted.to_owned(),
            decoded.escape_debug().to_string(),
            decoded.into_owned(),
        ];
        let forms = forms
            .into_iter()
            .filter(|form| form.chars().count() >= SHORTEST);
        self.0.extend(forms);
        // A secret within another one must not be found first.
        self.0.sort_by_key(|form| std::cmp::Reverse(form.len()));
        self.0.dedup();
    }

    /// A string without the secrets, and without what looks like one.
    pub(crate) fn redacted<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let without = |text: Cow<'t, str>, secret: &String| {
            if text.contains(secret) {
                text.replace(secret, REDACTED).into()
            } else {
                text
            }
        };
        match self.0.iter().fold(text.into(), without) {
            Cow::Borrowed(text) => looks::without(text),
            Cow::Owned(text) => looks::without(&text).into_owned().into(),
        }
    }
}

fn percent_encoding_in_lower_case(text: &str) -> String {
    let mut parts = text.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(part.len().min(2));
        lower.extend(["%", &digits.to_ascii_lowercase(), rest]);
    }
    lower
}

/// A message of a parser without the values that it quotes: `invalid type: string "…"` and
/// ``integer `…` ``.
pub(crate) fn without_values(message: &str) -> String {
    const NUMBERS: [&str; 3] = ["integer `", "floating point `", "character `"];
    let mut shown = String::new();
    let mut rest = message;
    loop {
        let quote = rest.find('"').map(|at| (at, at + 1, '"'));
        let numbers = NUMBERS.iter();
        let numbers = numbers.filter_map(|kind| {
            let at = rest.find(kind)? + kind.len() - 1;
            Some((at, at + 1, '`'))
        });
        let Some((at, inside, mark)) = quote.into_iter().chain(numbers).min() else {
            break;
        };
        shown.push_str(&rest[..at]);
        shown.push_str(REDACTED);
        rest = &rest[inside..];
        rest = &rest[end(rest, mark)..];
    }
    shown + rest
}

/// The end of a quoted value, closing mark included.
fn end(text: &str, mark: char) -> usize {
    let mut escaped = false;
    let end = text.char_indices().find(|(_, letter)| {
        let ends = *letter == mark && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, letter)| at + letter.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_a_parser_is_shown_without_its_values() {
        for (message, expected) in [
            (
                r#"invalid type: string "a \"b\" c", expected u64"#,
                "invalid type: string [redacted], expected u64",
            ),
            (
                "invalid value: integer `-5`, expected u32 at `a`",
                "invalid value: integer [redacted], expected u32 at `a`",
            ),
            ("`a`: expected a value", "`a`: expected a value"),
            (r#"near "abc"#, "near [redacted]"),
        ] {
            assert_eq!(without_values(message), expected);
        }
    }

    #[test]
    fn a_secret_is_known_by_its_name_and_not_shown_in_any_form() {
        let mut secrets = Secrets::default();
        secrets.header("authorization", "basic dXNlcjpodW50ZXI/Mg==");
        secrets.header("Cookie", "id=walnut; theme=dark");
        secrets.query("page=Second&apiKey=a%2Fb%3Dc&filter%5Btoken%5D=Sesame1");
        secrets.json(&serde_json::json!({"password": ["open/it", 12345]}), false);
        let text = "dXNlcjpodW50ZXI/Mg== hunter?2 hunter%3f2 walnut a/b=c a%2fb%3dc Sesame1 \
                    open/it open\\/it 12345";
        let shown = secrets.redacted(text);
        assert_eq!(shown.replace(REDACTED, ""), " ".repeat(9));
        assert_eq!(secrets.redacted("page=Second"), "page=Second");
    }
}
