//! Recorded requests.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::multipart;
use crate::secrets::{Secrets, credentials, is_secret, without_values};
use crate::server::Received;
use crate::{Error, given, shell};

/// A recorded request of the vendor's client: the call, and what was sent.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Case {
    pub(super) case: String,
    pub(super) resource: String,
    pub(super) action: String,
    pub(super) params: Map<String, Value>,
    pub(super) method: String,
    /// As the request line contains it.
    pub(super) path: String,
    /// As the request line contains it, without the question mark.
    pub(super) query: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

impl Case {
    /// The value of a header, ignoring the case of its name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The secrets of the case and of the request sent in its place, which reports must not show.
    pub(super) fn secrets(&self, received: &[Received]) -> Secrets {
        let mut secrets = Secrets::default();
        for (name, value) in &self.headers {
            secrets.header(name, value);
        }
        secrets.query(&self.query);
        let content_type = self.header("Content-Type").unwrap_or_default();
        body(&mut secrets, content_type, self.body.as_bytes());
        for (name, value) in &self.params {
            secrets.json(value, is_secret(name));
        }
        for received in received {
            for (name, value) in &received.headers {
                secrets.header(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
            }
            secrets.query(&received.query);
            let content_type = received.headers.get("content-type");
            let content_type = content_type.and_then(|value| value.to_str().ok());
            body(
                &mut secrets,
                content_type.unwrap_or_default(),
                &received.body,
            );
        }
        secrets
    }

    /// The bearer token.
    pub(super) fn token(&self) -> Option<&str> {
        let (scheme, token) = credentials(self.header("Authorization")?)?;
        scheme.eq_ignore_ascii_case("Bearer").then_some(token)
    }
}

/// Adds the secrets of a body: of JSON, of the parts of a form or of its pairs.
fn body(secrets: &mut Secrets, content_type: &str, body: &[u8]) {
    let parts = multipart::boundary(content_type);
    let parts = parts.and_then(|boundary| multipart::parse(body, &boundary));
    for part in parts.iter().flatten() {
        let text = String::from_utf8_lossy(&part.bytes);
        secrets.part(part.name.as_deref().unwrap_or_default(), &text);
    }
    match serde_json::from_slice(body) {
        Ok(json) => secrets.json(&json, false),
        Err(_) if parts.is_none() => secrets.query(&String::from_utf8_lossy(body)),
        Err(_) => {}
    }
}

/// Reads a file of cases, one JSON object per line.
pub(super) fn read(path: &Path) -> Result<Vec<Case>, Error> {
    let text = given::text(path).map_err(|error| Error::io("read", path, error))?;
    let file = shell::path(path);
    let cases = parse(&text).map_err(|mistakes| {
        let lines: Vec<_> = mistakes
            .iter()
            .map(|(line, mistake)| format!("{file}:{line}: {mistake}"))
            .collect();
        Error::several(lines).help(
            "each line is an object with case, resource, action, params, method, path, query, \
             headers and body",
        )
    })?;
    if cases.is_empty() {
        return Err(Error::new(format!("{file} has no cases")));
    }
    Ok(cases)
}

/// The cases, or each invalid line with what is wrong with it.
fn parse(text: &str) -> Result<Vec<Case>, Vec<(usize, String)>> {
    let mut cases = Vec::new();
    let mut mistakes = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(line) {
            Ok(case) => cases.push(case),
            Err(error) => {
                let message = error.to_string();
                // For the parser every string is one line, the first.
                let place = format!(" at line 1 column {}", error.column());
                let message = message.strip_suffix(&place).unwrap_or(&message);
                let message = without_values(message);
                mistakes.push((index + 1, format!("{message} (column {})", error.column())));
            }
        }
    }
    if mistakes.is_empty() {
        Ok(cases)
    } else {
        Err(mistakes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_is_no_case_is_named() {
        let whole = r#"{"case":"a","resource":"r","action":"get","params":{},"method":"GET",
            "path":"/","query":"","headers":{"authorization":"Bearer T"},"body":""}"#
            .replace('\n', "");
        assert_eq!(parse(&whole).unwrap()[0].token(), Some("T"));
        let cut = whole.replace(r#""path":"/","#, "");
        let mistakes = parse(&format!("{whole}\n\n{cut}\nnonsense\n")).unwrap_err();
        assert_eq!(mistakes[0].0, 3);
        assert!(mistakes[0].1.starts_with("missing field `path` (column "));
        assert_eq!(mistakes[1], (4, "expected ident (column 2)".to_owned()));
    }
}
