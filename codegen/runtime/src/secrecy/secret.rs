//! Secret strings, which are never shown.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

use super::live;
use super::spelling::Spellings;

/// The replacement for a token.
const REDACTED: &str = "[redacted]";

/// An access token. It never appears in `Debug` output or in anything written for people.
#[derive(Clone)]
pub(crate) struct Token(Arc<Inner>);

pub(crate) struct Inner {
    text: String,
    header: HeaderValue,
    /// Computed when something is redacted for the first time.
    spellings: OnceLock<Spellings>,
}

impl Token {
    /// Creates a token, if it is valid in a header.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        match HeaderValue::from_str(&format!("Bearer {text}")) {
            _ if text.is_empty() => Err("must not be empty"),
            Ok(mut header) if visible => {
                header.set_sensitive(true);
                let token = Token(Arc::new(Inner {
                    text: text.to_owned(),
                    header,
                    spellings: OnceLock::new(),
                }));
                live::remember(&token);
                Ok(token)
            }
            _ => Err("expected visible ASCII characters"),
        }
    }

    /// A token that is shared by its holders.
    pub fn shared(&self) -> &Arc<Inner> {
        &self.0
    }

    /// A token that was shared before.
    pub fn of(shared: Arc<Inner>) -> Self {
        Token(shared)
    }

    /// The header `Authorization`.
    pub fn header(&self) -> HeaderValue {
        self.0.header.clone()
    }

    /// Orders longer tokens before shorter ones, and tokens of the same length by their characters.
    pub fn longer_first(&self, other: &Self) -> Ordering {
        let (one, other) = (&self.0.text, &other.0.text);
        other.len().cmp(&one.len()).then_with(|| one.cmp(other))
    }

    fn spellings(&self) -> &Spellings {
        let make = || Spellings::of(&self.0.text);
        self.0.spellings.get_or_init(make)
    }

    /// Redacts the token in a string, however it is escaped. If the string may be `cut` off, a
    /// beginning of the token at its end is redacted too.
    pub fn redacted<'t>(&self, text: &'t str, cut: bool) -> Cow<'t, str> {
        match self.without(text.as_bytes(), cut) {
            // Matches are at character boundaries, since all spellings are ASCII.
            Some(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
            None => text.into(),
        }
    }

    /// Redacts the token in bytes, and a beginning of it at their end, since they may be part of
    /// longer text.
    pub fn redacted_bytes(&self, bytes: &Bytes) -> Bytes {
        let without = self.without(bytes, true);
        without.map_or_else(|| bytes.clone(), Bytes::from)
    }

    /// Marks headers whose value contains the token as sensitive, so that `Debug` does not show it.
    pub fn mark(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            // No spelling is shorter than the token without its padding, and most values are.
            let shortest = self.0.text.trim_end_matches('=').len();
            if value.len() >= shortest && self.is_in(value.as_bytes()) {
                value.set_sensitive(true);
            }
        }
    }

    fn is_in(&self, text: &[u8]) -> bool {
        !self.spellings().places(text, false).is_empty()
    }

    fn without(&self, text: &[u8], cut: bool) -> Option<Vec<u8>> {
        let places = self.spellings().places(text, cut);
        if places.is_empty() {
            return None;
        }
        let mut without = Vec::with_capacity(text.len());
        let mut from = 0;
        for place in places {
            without.extend_from_slice(&text[from..place.start]);
            without.extend_from_slice(REDACTED.as_bytes());
            from = place.end;
        }
        without.extend_from_slice(&text[from..]);
        Some(without)
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// A string that is not shown, and that may not be a valid token.
#[derive(Clone)]
pub(crate) struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_what_a_header_can_carry() {
        assert!(Token::new("abc.DEF-1_2~").is_ok());
        for bad in ["", "a b", "a\n", "ä"] {
            assert!(Token::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn no_copy_of_a_token_is_left() {
        let token = Token::new("opensesame").unwrap();
        let text = "opensesameopensesame ü opensesame!opensesam";
        let redacted = "[redacted][redacted] ü [redacted]!";
        assert_eq!(token.redacted(text, false), format!("{redacted}opensesam"));
        assert_eq!(
            token.redacted_bytes(&text.into()),
            format!("{redacted}[redacted]")
        );
        assert_eq!(token.redacted_bytes(&"ope".into()), "ope");
        assert_eq!(token.redacted_bytes(&"an open".into()), "an [redacted]");
        let token = Token::new(r#"a"b\c"#).unwrap();
        assert_eq!(
            token.redacted(r#"a"b\c, a\"b\\c"#, false),
            "[redacted], [redacted]"
        );
        assert!(!format!("{token:?} {:?}", Secret("sesame".into())).contains("sesame"));
    }

    #[test]
    fn a_header_with_a_token_is_sensitive_and_keeps_its_value() {
        let token = Token::new("open=sesame").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-echo", "you sent open%3Dsesame".parse().unwrap());
        headers.insert("x-other", "you sent open%3Dwalnut".parse().unwrap());
        token.mark(&mut headers);
        assert_eq!(
            format!("{headers:?}"),
            r#"{"x-echo": Sensitive, "x-other": "you sent open%3Dwalnut"}"#
        );
        assert_eq!(headers["x-echo"], "you sent open%3Dsesame");
    }
}
