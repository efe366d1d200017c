//! The parts of multipart bodies.

use super::Difference;
use crate::multipart::{Part, parse};

/// Compares two bodies with their boundaries part by part.
pub(super) fn compare(expected: (&[u8], &str), got: (&[u8], &str)) -> Vec<Difference> {
    let (expected, got) = match (parse(expected.0, expected.1), parse(got.0, got.1)) {
        (Some(expected), Some(got)) => (expected, got),
        (None, _) => {
            return vec![Difference::note(
                "the recorded body is not valid multipart/form-data",
            )];
        }
        (_, None) => {
            return vec![Difference::note(
                "the body is not valid multipart/form-data",
            )];
        }
    };
    let mut differences = Vec::new();
    for index in 0..expected.len().max(got.len()) {
        let number = index + 1;
        match (expected.get(index), got.get(index)) {
            (Some(one), Some(other)) => differences.extend(compare_parts(number, one, other)),
            (one, other) => {
                let what = format!("part {number}");
                let name = |part: Option<&Part>| part.and_then(|part| part.name.clone());
                let (one, other) = (name(one), name(other));
                differences.push(Difference::of(what, one.as_deref(), other.as_deref()));
            }
        }
    }
    differences
}

fn compare_parts(number: usize, one: &Part, other: &Part) -> Vec<Difference> {
    let text = |part: &Part| String::from_utf8_lossy(&part.bytes).into_owned();
    let mut differences: Vec<_> = [
        ("name", &one.name, &other.name),
        ("filename", &one.filename, &other.filename),
        ("Content-Type", &one.content_type, &other.content_type),
    ]
    .into_iter()
    .filter_map(|(what, one, other)| {
        let what = format!("part {number}, {what}");
        Difference::unless_equal(&what, one.as_deref(), other.as_deref())
    })
    .collect();
    if one.bytes != other.bytes {
        let what = format!("part {number}, content");
        differences.push(Difference::of(what, Some(&text(one)), Some(&text(other))));
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "--B\r\nContent-Disposition: form-data; name=\"a;\\\"b\"; filename=\"f\"\r\n\
        Content-Type: text/plain\r\n\r\none\r\n\r\n--B\r\n\
        content-disposition: form-data; name=c\r\n\r\n\r\n--B--\r\n";

    #[test]
    fn each_property_of_a_part_is_compared() {
        let other = BODY
            .replace("name=c", "name=d")
            .replace("text/plain", "text/html")
            .replace("one", "two");
        let differences = compare((BODY.as_bytes(), "B"), (other.as_bytes(), "B"));
        assert_eq!(differences.len(), 3);
        let shorter = BODY.replace(
            "--B\r\ncontent-disposition: form-data; name=c\r\n\r\n\r\n",
            "",
        );
        let differences = compare((BODY.as_bytes(), "B"), (shorter.as_bytes(), "B"));
        assert_eq!(differences, [Difference::of("part 2", Some("c"), None)]);
    }
}
