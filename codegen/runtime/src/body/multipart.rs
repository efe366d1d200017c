//! Multipart bodies: `multipart/form-data`, RFC 7578.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use super::content::Content;
use super::payload::{Payload, Piece};
use super::upload::Upload;

/// The prefix of every boundary. Hexadecimal digits follow: eight if the parts were searched for
/// it.
const BOUNDARY: &str = "form-data-boundary-";
const DIGITS: usize = 8;

/// The parts of a body, in the order in which they are sent.
#[derive(Default)]
pub(crate) struct Form(Vec<Part>);

struct Part {
    headers: String,
    content: Piece,
}

impl Form {
    /// Adds a string.
    pub fn text(&mut self, name: &str, text: String) {
        self.0.push(Part {
            headers: disposition(name),
            content: Piece::text(text),
        });
    }

    /// Adds a file, named like its part unless it has its own name.
    pub fn file(&mut self, name: &str, upload: &Upload) {
        let file_name = escaped(upload.file_name.as_deref().unwrap_or(name));
        let mut headers = format!("{}; filename=\"{file_name}\"", disposition(name));
        // Validated as a media type before.
        if let Some(media_type) = &upload.content_type {
            headers.push_str("\r\nContent-Type: ");
            headers.push_str(media_type);
        }
        self.0.push(Part {
            headers,
            content: Piece {
                part: name.to_owned(),
                source: upload.source.clone(),
                listener: upload.listener.clone(),
            },
        });
    }

    /// Builds the body.
    pub fn finish(self) -> Content {
        let boundary = free_boundary(&self.0).unwrap_or_else(random_boundary);
        let mut pieces = Vec::with_capacity(2 * self.0.len() + 1);
        let mut between = String::new();
        for Part { headers, content } in self.0 {
            pieces.push(Piece::text(format!(
                "{between}--{boundary}\r\n{headers}\r\n\r\n"
            )));
            pieces.push(content);
            between = "\r\n".to_owned();
        }
        pieces.push(Piece::text(format!("{between}--{boundary}--\r\n")));
        Content {
            content_type: format!("multipart/form-data; boundary={boundary}").into(),
            payload: Payload::new(pieces),
        }
    }
}

fn disposition(name: &str) -> String {
    format!("Content-Disposition: form-data; name=\"{}\"", escaped(name))
}

/// Escapes a string between quotes in a header, as in WHATWG HTML: no other character can end the
/// quotes or the line.
fn escaped(text: &str) -> String {
    text.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The first boundary that appears in no part, if all parts are in memory.
///
/// It depends on the parts alone, so equal requests have equal bytes. One scan of each part is
/// enough, even if somebody has put boundaries into it on purpose.
fn free_boundary(parts: &[Part]) -> Option<String> {
    let mut taken = BTreeSet::new();
    for part in parts {
        taken.extend(boundaries(part.headers.as_bytes()));
        taken.extend(boundaries(part.content.source.bytes()?));
    }
    // There are more numbers than boundaries fit into memory, so one is free.
    let free = (0..=u32::MAX).find(|number| !taken.contains(number));
    Some(format!("{BOUNDARY}{:0DIGITS$x}", free.unwrap_or_default()))
}

/// A random boundary, which almost certainly appears in no part: streamed parts can't be searched
/// in advance.
///
/// Its 128 bits are SipHash with random keys from the system. They can't be derived from other
/// boundaries, so no file can be made to contain one.
fn random_boundary() -> String {
    let half = || RandomState::new().hash_one(BOUNDARY);
    format!("{BOUNDARY}{:016x}{:016x}", half(), half())
}

/// The numbers of all boundaries in some bytes.
fn boundaries(text: &[u8]) -> impl Iterator<Item = u32> {
    text.windows(BOUNDARY.len() + DIGITS).filter_map(|window| {
        let digits = window.strip_prefix(BOUNDARY.as_bytes())?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    })
}

/// Omits the content of the parts, which may be files.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.0.iter().map(|part| &part.headers);
        f.debug_list().entries(headers).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(form: Form) -> String {
        String::from_utf8(form.finish().payload.bytes().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn parts_are_sent_in_order_and_a_file_is_named_like_its_part() {
        let mut form = Form::default();
        form.text("count", "3".into());
        form.file("report", &Upload::new("é\r\n"));
        form.file(
            "logo",
            &Upload::new("PNG")
                .file_name("a.png")
                .content_type("image/png"),
        );
        let content = form.finish();
        assert_eq!(
            content.content_type,
            "multipart/form-data; boundary=form-data-boundary-00000000"
        );
        let expected = "--form-data-boundary-00000000\r\n\
             Content-Disposition: form-data; name=\"count\"\r\n\r\n\
             3\r\n\
             --form-data-boundary-00000000\r\n\
             Content-Disposition: form-data; name=\"report\"; filename=\"report\"\r\n\r\n\
             é\r\n\r\n\
             --form-data-boundary-00000000\r\n\
             Content-Disposition: form-data; name=\"logo\"; filename=\"a.png\"\r\n\
             Content-Type: image/png\r\n\r\n\
             PNG\r\n\
             --form-data-boundary-00000000--\r\n";
        assert_eq!(content.payload.bytes().unwrap(), expected);
    }

    #[test]
    fn a_name_ends_neither_its_quotes_nor_its_line() {
        let mut form = Form::default();
        form.file(
            "a\"b",
            &Upload::new("").file_name("x\"\r\nX-Evil: 1\r\n\r\n"),
        );
        assert!(body(form).contains(
            "name=\"a%22b\"; filename=\"x%22%0D%0AX-Evil: 1%0D%0A%0D%0A\"\r\n\r\n\r\n--"
        ));
    }

    #[test]
    fn a_boundary_that_appears_in_a_part_is_not_used() {
        let mut form = Form::default();
        form.text(
            "a",
            "xform-data-boundary-00000000form-data-boundary-0000000".into(),
        );
        form.text("form-data-boundary-00000001", String::new());
        form.file("b", &Upload::new("form-data-boundary-00000003"));
        assert!(body(form).ends_with("--form-data-boundary-00000002--\r\n"));
    }

    #[test]
    fn debug_does_not_show_the_content_of_the_parts() {
        let mut form = Form::default();
        form.file("a", &Upload::new("sesame"));
        assert!(!format!("{form:?}").contains("sesame"));
    }

    proptest::proptest! {
        #[test]
        fn the_content_is_between_the_boundaries(
            contents in proptest::collection::vec("(form-data-boundary-0000000[0-3]|[-\r\n]|\\PC)*", 0..4),
        ) {
            let mut form = Form::default();
            for content in &contents {
                form.text("a", content.clone());
            }
            let content = form.finish();
            let (_, boundary) = content.content_type.split_once("boundary=").unwrap();
            let text = format!("\r\n{}", std::str::from_utf8(content.payload.bytes().unwrap()).unwrap());
            let parts: Vec<_> = text.split(&format!("\r\n--{boundary}")).collect();
            let expected = contents.iter().map(|content| {
                format!("\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{content}")
            });
            let expected: Vec<_> =
                std::iter::once(String::new()).chain(expected).chain(["--\r\n".into()]).collect();
            proptest::prop_assert_eq!(parts, expected);
        }
    }
}
