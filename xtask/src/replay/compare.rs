//! Compares a recorded request with the client's.

mod body;
mod parts;
mod query;

use std::fmt;

use super::cases::Case;
use crate::secrets::{REDACTED, Secrets, credentials, is_secret};
use crate::server::Received;
use crate::shell;

/// The headers that are compared, besides `Content-Type`.
const HEADERS: [&str; 4] = ["Accept", "Accept-Version", "Authorization", "losantdomain"];

/// The maximal length of a value that is shown.
const SHOWN: usize = 400;

/// A difference from the recorded request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    what: String,
    /// The recorded and the sent value; none if `what` is sufficient.
    values: Option<(Option<String>, Option<String>)>,
}

impl Difference {
    /// Creates a difference described in words.
    pub(super) fn note(what: &str) -> Self {
        Difference {
            what: what.to_owned(),
            values: None,
        }
    }

    /// Creates a difference of values, which may be absent.
    fn of(what: impl Into<String>, expected: Option<&str>, got: Option<&str>) -> Self {
        Difference {
            what: what.into(),
            values: Some((expected.map(str::to_owned), got.map(str::to_owned))),
        }
    }

    /// The difference without secrets.
    pub(super) fn without(self, secrets: &Secrets) -> Self {
        let is_secret = self.what.split('/').skip(1).any(is_secret);
        let without = |value: String| {
            if is_secret {
                REDACTED.to_owned()
            } else {
                secrets.redacted(&value).into_owned()
            }
        };
        let values = self.values;
        Difference {
            what: secrets.redacted(&self.what).into_owned(),
            values: values.map(|(one, other)| (one.map(without), other.map(without))),
        }
    }

    /// Compares two values.
    fn unless_equal(what: &str, expected: Option<&str>, got: Option<&str>) -> Option<Self> {
        (expected != got).then(|| Difference::of(what, expected, got))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |value: &Option<String>| match value {
            None => "nothing".to_owned(),
            Some(text) if text.chars().count() > SHOWN => {
                let start: String = text.chars().take(SHOWN).collect();
                format!("{}… ({} bytes)", start.escape_debug(), text.len())
            }
            Some(text) => text.escape_debug().to_string().replace("\\\"", "\""),
        };
        write!(f, "  {}", shell::visible(&self.what))?;
        if let Some((expected, got)) = &self.values {
            write!(
                f,
                "\n    expected {}\n    got      {}",
                show(expected),
                show(got)
            )?;
        }
        Ok(())
    }
}

/// All differences from the recorded request.
pub(super) fn compare(case: &Case, received: &Received) -> Vec<Difference> {
    let mut differences = Vec::new();
    let line = [
        ("method", &case.method, &received.method),
        ("path", &case.path, &received.path),
    ];
    for (what, expected, got) in line {
        differences.extend(Difference::unless_equal(what, Some(expected), Some(got)));
    }
    differences.extend(query::compare(&case.query, &received.query));
    for name in HEADERS {
        let (expected, got) = (case.header(name), header(received, name));
        if name == "Authorization" {
            differences.extend(authorization(expected, got.as_deref()));
            continue;
        }
        let what = format!("header {name}");
        differences.extend(Difference::unless_equal(&what, expected, got.as_deref()));
    }
    differences.extend(body::compare(case, received));
    differences
}

/// Compares credentials without showing them; the case of their scheme is ignored.
fn authorization(expected: Option<&str>, got: Option<&str>) -> Option<Difference> {
    let parts = |value: &str| match credentials(value) {
        Some((scheme, token)) => (scheme.to_ascii_lowercase(), token.to_owned()),
        None => (String::new(), value.to_owned()),
    };
    let shown = |value: &str| match credentials(value) {
        Some((scheme, _)) => format!("{scheme} {REDACTED}"),
        None => REDACTED.to_owned(),
    };
    let (one, other) = (expected.map(shown), got.map(shown));
    let difference = || Difference::of("header Authorization", one.as_deref(), other.as_deref());
    (expected.map(parts) != got.map(parts)).then(difference)
}

/// The value of a sent header; all values if it was repeated.
fn header(received: &Received, name: &str) -> Option<String> {
    let values = received.headers.get_all(name).iter();
    let values: Vec<_> = values
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

#[cfg(test)]
pub(super) mod tests {
    use axum::body::Bytes;
    use axum::http::HeaderMap;

    use super::*;

    /// A case and a request equal to the recorded one.
    pub(crate) fn pair() -> (Case, Received) {
        let case: Case = serde_json::from_value(serde_json::json!({
            "case": "c", "resource": "r", "action": "a", "params": {},
            "method": "POST", "path": "/p", "query": "a=1&b=2",
            "headers": {"Accept": "application/json"}, "body": "",
        }))
        .unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("accept", "application/json".parse().unwrap());
        headers.insert("user-agent", "of no interest".parse().unwrap());
        let received = Received {
            method: "POST".into(),
            path: "/p".into(),
            query: "a=1&b=2".into(),
            headers,
            body: Bytes::new(),
        };
        (case, received)
    }

    #[test]
    fn a_request_as_recorded_has_no_difference() {
        let (case, received) = pair();
        assert_eq!(compare(&case, &received), []);
    }

    #[test]
    fn each_part_of_a_request_is_compared() {
        let (case, mut received) = pair();
        received.method = "PUT".into();
        received.path = "/%70".into();
        received.query = "a=1&b=%32".into();
        received
            .headers
            .insert("losantdomain", "x".parse().unwrap());
        received.headers.remove("accept");
        let differences = compare(&case, &received);
        let whats: Vec<_> = differences.iter().map(|d| d.what.as_str()).collect();
        assert_eq!(
            whats,
            [
                "method",
                "path",
                "query parameter 2",
                "header Accept",
                "header losantdomain"
            ]
        );
        assert_eq!(
            differences[3].to_string(),
            "  header Accept\n    expected application/json\n    got      nothing"
        );
    }
}
