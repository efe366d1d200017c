//! Splits JSON text into tokens without decoding it.

/// A token of JSON text. What is between tokens is white space, or not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// `{` or `[`.
    Open,
    /// `}` or `]`.
    Close,
    Comma,
    Colon,
    String,
    /// A number, `true`, `false` or `null`.
    Scalar,
}

/// The tokens of JSON text from its start, each with its first byte and the byte after it.
pub(super) fn tokens(text: &[u8]) -> impl Iterator<Item = (Token, usize, usize)> + '_ {
    let mut position = 0;
    std::iter::from_fn(move || {
        while text.get(position)?.is_ascii_whitespace() {
            position += 1;
        }
        let start = position;
        let token = match text[start] {
            b'{' | b'[' => Token::Open,
            b'}' | b']' => Token::Close,
            b',' => Token::Comma,
            b':' => Token::Colon,
            b'"' => Token::String,
            _ => Token::Scalar,
        };
        position = match token {
            Token::String => string_end(text, start),
            Token::Scalar => scalar_end(text, start),
            _ => start + 1,
        };
        Some((token, start, position))
    })
}

/// The position after the string that starts at `start`.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while position < text.len() {
        match text[position] {
            b'"' => return position + 1,
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
    text.len()
}

/// The position after the scalar that starts at `start`.
fn scalar_end(text: &[u8], start: usize) -> usize {
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"')
    };
    let length = text[start..].iter().position(ends);
    length.map_or(text.len(), |length| start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_tokens_and_the_white_space_between() {
        let text = br#" {"a\"}": [-1.5e2,true ,"" ]}"#;
        let found: Vec<_> = tokens(text)
            .map(|(token, start, end)| (token, std::str::from_utf8(&text[start..end]).unwrap()))
            .collect();
        assert_eq!(
            found,
            [
                (Token::Open, "{"),
                (Token::String, r#""a\"}""#),
                (Token::Colon, ":"),
                (Token::Open, "["),
                (Token::Scalar, "-1.5e2"),
                (Token::Comma, ","),
                (Token::Scalar, "true"),
                (Token::Comma, ","),
                (Token::String, r#""""#),
                (Token::Close, "]"),
                (Token::Close, "}"),
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn tokens_follow_each_other_in_any_text(text: Vec<u8>) {
            let mut last = 0;
            for (_, start, end) in tokens(&text) {
                proptest::prop_assert!(last <= start && start < end && end <= text.len());
                last = end;
            }
        }
    }
}
