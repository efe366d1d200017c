//! Bodies and their media types.

use serde_json::Value;

use super::{Difference, header, parts};
use crate::multipart;
use crate::replay::cases::Case;
use crate::server::Received;

/// The maximal number of differences shown for a body.
const SHOWN: usize = 5;

/// Compares the bodies, and with them the header `Content-Type`.
pub(super) fn compare(case: &Case, received: &Received) -> Vec<Difference> {
    let expected = case.body.as_bytes();
    let got = &received.body[..];
    if case.method != "GET" && is_blank(expected) && is_blank(got) {
        return Vec::new();
    }
    let expected_type = case.header("Content-Type").map(str::to_owned);
    let got_type = header(received, "content-type");
    let mut differences = Vec::new();
    let (plain, got_plain) = (media_type(&expected_type), media_type(&got_type));
    differences.extend(Difference::unless_equal(
        "header Content-Type",
        plain.as_deref(),
        got_plain.as_deref(),
    ));
    let boundaries = (
        expected_type.as_deref().and_then(multipart::boundary),
        got_type.as_deref().and_then(multipart::boundary),
    );
    if let (Some(one), Some(other)) = boundaries {
        differences.extend(parts::compare((expected, &one), (got, &other)));
    } else {
        differences.extend(compare_json(expected, got));
    }
    differences
}

/// Whether a body is empty. The vendor's clients differ in what they send then.
fn is_blank(body: &[u8]) -> bool {
    body.is_empty()
        || serde_json::from_slice::<Value>(body)
            .is_ok_and(|body| body.as_object().is_some_and(|body| body.is_empty()))
}

/// A media type without the boundary of a multipart body, which is random.
fn media_type(header: &Option<String>) -> Option<String> {
    let header = header.as_deref()?;
    let is_boundary = |part: &&str| part.trim().to_ascii_lowercase().starts_with("boundary=");
    let parts = header.split(';').filter(|part| !is_boundary(part));
    Some(parts.map(str::trim).collect::<Vec<_>>().join("; "))
}

fn compare_json(expected: &[u8], got: &[u8]) -> Vec<Difference> {
    match (
        serde_json::from_slice(expected),
        serde_json::from_slice(got),
    ) {
        (Ok(expected), Ok(got)) => {
            let mut differences = Vec::new();
            walk("body", Some(&expected), Some(&got), &mut differences);
            differences.truncate(SHOWN);
            differences
        }
        _ => {
            let text = |bytes: &[u8]| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                (!bytes.is_empty()).then_some(text)
            };
            let is_same = expected == got;
            let difference =
                || Difference::of("body", text(expected).as_deref(), text(got).as_deref());
            (!is_same).then(difference).into_iter().collect()
        }
    }
}

/// Whether two values are equal JSON: 1 and 1.0 are the same number.
pub(super) fn is_same_json(one: &Value, other: &Value) -> bool {
    let mut differences = Vec::new();
    walk("", Some(one), Some(other), &mut differences);
    differences.is_empty()
}

/// Adds the innermost differences between two JSON values.
fn walk(
    place: &str,
    expected: Option<&Value>,
    got: Option<&Value>,
    differences: &mut Vec<Difference>,
) {
    match (expected, got) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            for key in one
                .keys()
                .chain(other.keys().filter(|key| !one.contains_key(*key)))
            {
                let place = format!("{place}/{key}");
                walk(&place, one.get(key), other.get(key), differences);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            for index in 0..one.len().max(other.len()) {
                let place = format!("{place}/{index}");
                walk(&place, one.get(index), other.get(index), differences);
            }
        }
        (Some(Value::Number(one)), Some(Value::Number(other)))
            if one.as_f64() == other.as_f64() && (one.is_f64() || other.is_f64()) => {}
        (one, other) if one == other => {}
        (one, other) => {
            let text = |value: Option<&Value>| value.map(Value::to_string);
            let (one, other) = (text(one), text(other));
            differences.push(Difference::of(place, one.as_deref(), other.as_deref()));
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;

    use super::super::tests::pair;
    use super::*;

    fn differences(method: &str, expected: (&str, &str), got: (&str, &str)) -> Vec<Difference> {
        let (mut case, mut received) = pair();
        case.method = method.into();
        case.body = expected.0.into();
        received.body = Bytes::copy_from_slice(got.0.as_bytes());
        if !expected.1.is_empty() {
            case.headers
                .insert("Content-Type".into(), expected.1.into());
        }
        if !got.1.is_empty() {
            received
                .headers
                .insert("content-type", got.1.parse().unwrap());
        }
        compare(&case, &received)
    }

    const JSON: &str = "application/json";

    #[test]
    fn an_empty_object_and_no_body_are_alike_but_not_on_a_get() {
        assert_eq!(differences("DELETE", ("{}", JSON), ("", "")), []);
        assert_eq!(differences("POST", ("", ""), ("{ }", JSON)), []);
        assert_eq!(differences("GET", ("", ""), ("", "")), []);
        assert_eq!(differences("GET", ("", ""), ("{}", JSON)).len(), 2);
        assert_eq!(differences("POST", ("{}", JSON), ("[]", JSON)).len(), 1);
    }

    #[test]
    fn json_is_compared_as_a_value() {
        let one = r#"{"a":1,"b":[{"c":"x"}]}"#;
        let other = r#"{ "b": [{"c": "\u0078"}], "a": 1.0 }"#;
        assert_eq!(differences("POST", (one, JSON), (other, JSON)), []);
        assert_eq!(
            differences("POST", (one, JSON), (r#"{"b":[{"c":null}],"d":1}"#, JSON)),
            [
                Difference::of("body/a", Some("1"), None),
                Difference::of("body/b/0/c", Some("\"x\""), Some("null")),
                Difference::of("body/d", None, Some("1")),
            ]
        );
    }

    #[test]
    fn the_media_type_of_a_body_counts() {
        let body = r#"{"a":1}"#;
        let differences = differences("POST", (body, JSON), (body, "text/json"));
        let expected = Difference::of("header Content-Type", Some(JSON), Some("text/json"));
        assert_eq!(differences, [expected]);
    }

    #[test]
    fn multipart_bodies_may_differ_in_their_boundary() {
        let body = |boundary: &str, name: &str| {
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nx\r\n\
                 --{boundary}--\r\n"
            )
        };
        let media_type = |boundary: &str| format!("multipart/form-data; boundary={boundary}");
        let (one, other) = (media_type("one"), media_type("other"));
        let expected = body("one", "a");
        let got = |name| differences("POST", (&expected, &one), (&body("other", name), &other));
        assert_eq!(got("a"), []);
        assert_eq!(got("b").len(), 1);
    }
}
