//! Texts that nobody is shown.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;

/// An access token, which stands in no `Debug` output.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(Arc<Inner>);

#[derive(PartialEq, Eq)]
struct Inner {
    /// The token, and how it stands between quotes, if that is something else; in JSON also with
    /// escapes that need not be.
    forms: Vec<String>,
    header: HeaderValue,
}

impl Token {
    /// A token, if it is one that a header can carry.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        match HeaderValue::from_str(&format!("Bearer {text}")) {
            _ if text.is_empty() => Err("must not be empty"),
            Ok(mut header) if visible => {
                header.set_sensitive(true);
                let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
                let escaped = quoted.replace('/', "\\/");
                let mut forms = vec![text.to_owned(), quoted, escaped];
                forms.dedup();
                Ok(Token(Arc::new(Inner { forms, header })))
            }
            _ => Err("expected visible ASCII characters"),
        }
    }

    /// The header `Authorization`.
    pub fn header(&self) -> HeaderValue {
        self.0.header.clone()
    }

    /// The most bytes that stand for the token.
    pub fn len(&self) -> usize {
        self.0
            .forms
            .iter()
            .map(String::len)
            .max()
            .unwrap_or_default()
    }

    /// A text without the token in it, as it is or between quotes.
    pub fn redacted(&self, text: &str) -> String {
        let forms = self.0.forms.iter();
        forms.fold(text.to_owned(), |text, form| text.replace(form, REDACTED))
    }

    /// Bytes without the token in them, as it is or between quotes, and without the beginning of it
    /// at their end: they may be all that came of a longer text.
    pub fn redacted_bytes(&self, bytes: &Bytes) -> Bytes {
        let forms = self.0.forms.iter();
        forms.fold(bytes.clone(), |bytes, form| {
            without(&bytes, form.as_bytes())
        })
    }
}

/// Bytes without a secret in them, and without the beginning of it at their end.
fn without(bytes: &Bytes, secret: &[u8]) -> Bytes {
    let mut rest = &bytes[..];
    let mut redacted = Vec::new();
    while let Some(at) = find(rest, secret) {
        redacted.extend_from_slice(&rest[..at]);
        redacted.extend_from_slice(REDACTED.as_bytes());
        rest = &rest[at + secret.len()..];
    }
    let parts = (SHORTEST_PART..secret.len()).rev();
    let part = parts
        .map(|length| &secret[..length])
        .find(|part| rest.ends_with(part));
    match part {
        None if rest.len() == bytes.len() => return bytes.clone(),
        None => redacted.extend_from_slice(rest),
        Some(part) => {
            redacted.extend_from_slice(&rest[..rest.len() - part.len()]);
            redacted.extend_from_slice(REDACTED.as_bytes());
        }
    }
    redacted.into()
}

fn find(bytes: &[u8], token: &[u8]) -> Option<usize> {
    bytes
        .windows(token.len())
        .position(|window| window == token)
}

/// A part of a token that is shorter says nothing, and would be found in any text.
const SHORTEST_PART: usize = 4;

const REDACTED: &str = "[redacted]";

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// A text that is not shown, and that may turn out to be no token.
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
        let token = Token::new("sesame").unwrap();
        let text = "sesamesesame open sesame!sesam";
        let redacted = "[redacted][redacted] open [redacted]!";
        assert_eq!(token.redacted(text), format!("{redacted}sesam"));
        assert_eq!(
            token.redacted_bytes(&text.into()),
            format!("{redacted}[redacted]")
        );
        assert_eq!(token.redacted_bytes(&"open".into()), "open");
        assert_eq!(token.redacted_bytes(&"a sesa".into()), "a [redacted]");
        assert_eq!(
            token.redacted_bytes(&"sesamesesam".into()),
            "[redacted][redacted]"
        );
        let token = Token::new(r#"a"b\c"#).unwrap();
        assert_eq!(
            token.redacted(r#"a"b\c, a\"b\\c"#),
            "[redacted], [redacted]"
        );
        let token = Token::new("a/b+/=").unwrap();
        assert_eq!(token.redacted(r"a/b+/= a\/b+\/="), "[redacted] [redacted]");
        assert!(!format!("{token:?} {:?}", Secret("sesame".into())).contains("sesame"));
    }
}
