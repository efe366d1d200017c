//! JSON text: the positions of values in it, and pointers to them.

mod locate;

pub(crate) use locate::doubled;
pub use locate::{Spot, locate};

/// The bytes without the byte order mark that some editors put before UTF-8.
pub fn without_byte_order_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// A reference token of a JSON pointer without its escapes.
pub fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// Extends a JSON pointer by a reference token, escaped by RFC 6901.
pub fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}
