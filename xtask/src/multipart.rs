//! Multipart bodies (RFC 7578).

/// A part of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: Option<String>,
    pub(crate) filename: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// The boundary in a `Content-Type`.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    let is_multipart = content_type
        .trim_start()
        .to_ascii_lowercase()
        .starts_with("multipart/");
    parameter(content_type, "boundary").filter(|_| is_multipart)
}

/// The parts of a body; none if it is malformed.
pub(crate) fn parse(body: &[u8], boundary: &str) -> Option<Vec<Part>> {
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter may be at the very start, without a preceding line break.
    let first = delimiter.as_bytes().get(2..)?;
    let mut rest = match body.strip_prefix(first) {
        Some(rest) => rest,
        None => split(body, delimiter.as_bytes())?.1,
    };
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        // There may be spaces between a delimiter and the end of its line.
        let (_, after) = split(rest, b"\r\n")?;
        let (content, next) = split(after, delimiter.as_bytes())?;
        parts.push(part(content)?);
        rest = next;
    }
    Some(parts)
}

fn part(content: &[u8]) -> Option<Part> {
    let (head, bytes) = match content.strip_prefix(b"\r\n") {
        Some(bytes) => (&[][..], bytes),
        None => split(content, b"\r\n\r\n")?,
    };
    let head = String::from_utf8_lossy(head);
    let header = |name: &str| {
        head.split("\r\n").find_map(|line| {
            let (header, value) = line.split_once(':')?;
            let is_it = header.trim().eq_ignore_ascii_case(name);
            is_it.then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition").unwrap_or_default();
    Some(Part {
        name: parameter(&disposition, "name"),
        filename: parameter(&disposition, "filename"),
        content_type: header("content-type"),
        bytes: bytes.to_vec(),
    })
}

/// The bytes before and after the first `separator`.
fn split<'a>(bytes: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes
        .windows(separator.len())
        .position(|window| window == separator)?;
    Some((&bytes[..at], &bytes[at + separator.len()..]))
}

/// A parameter of a header's value, e.g. `name` of `form-data; name="file"`: the raw string between
/// the quotes.
fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (text, next) = match after.strip_prefix('"') {
            Some(quoted) => {
                let end = closing_quote(quoted)?;
                let next = quoted[end..].split_once(';').map(|(_, next)| next);
                (&quoted[..end], next)
            }
            None => match after.split_once(';') {
                Some((text, next)) => (text.trim_end(), Some(next)),
                None => (after.trim_end(), None),
            },
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(text.to_owned());
        }
        rest = next?;
    }
}

/// The first quote that is not escaped.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let closes = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        closes.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "--B\r\nContent-Disposition: form-data; name=\"a;\\\"b\"; filename=\"f\"\r\n\
        Content-Type: text/plain\r\n\r\none\r\n\r\n--B\r\n\
        content-disposition: form-data; name=c\r\n\r\n\r\n--B--\r\n";

    #[test]
    fn parts_are_taken_apart_byte_by_byte() {
        let parts = parse(BODY.as_bytes(), "B").unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0].name.as_deref(), Some("a;\\\"b"));
        assert_eq!(parts[0].filename.as_deref(), Some("f"));
        assert_eq!(parts[0].content_type.as_deref(), Some("text/plain"));
        assert_eq!(parts[0].bytes, b"one\r\n");
        assert_eq!(parts[1].name.as_deref(), Some("c"));
        assert_eq!(parts[1].bytes, b"");
    }

    #[test]
    fn a_body_that_is_cut_off_is_none() {
        for end in [0, 3, 20, 120, BODY.len() - 6] {
            assert_eq!(parse(&BODY.as_bytes()[..end], "B"), None, "{end}");
        }
    }

    #[test]
    fn the_boundary_may_be_quoted() {
        assert_eq!(
            boundary("multipart/form-data; boundary=x").as_deref(),
            Some("x")
        );
        assert_eq!(
            boundary("multipart/form-data; a=b; boundary=\"x y\"").as_deref(),
            Some("x y")
        );
        assert_eq!(boundary("text/plain; boundary=x"), None);
    }
}
