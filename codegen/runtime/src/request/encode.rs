//! Encodes parameters into an HTTP request: percent-encoding, bracket notation, headers, body.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::action::Spec;
use super::checked::{Checked, escaped, scalar};
use super::parameters::Parameters;
use crate::body::{Content, Form, Upload};
use crate::object::sending;
use crate::value::{Rule, Validate, Validator, Violation};

/// Enough for most targets, so that they are written without reallocation.
const ROOM: usize = 256;

/// Validates the parameters of a request and encodes each into its place.
#[derive(Debug)]
pub struct Encoder {
    template: &'static str,
    /// Whether absent parameters are sent with their defaults.
    defaults: bool,
    /// The parameters that the client sets for every action.
    globals: Option<Arc<Map<String, Value>>>,
    /// What is encoded so far. Path parameters not yet encoded are still placeholders in braces.
    encoded: Encoded,
    has_query: bool,
    form: Option<Form>,
    validator: Validator,
}

/// Encoded parameters, made by an [`Encoder`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encoded {
    /// The path and the query string, percent-encoded; the whole URL if the request is about to be
    /// sent.
    pub target: String,
    /// The header parameters.
    pub headers: HeaderMap,
    /// The body, if there is one.
    pub body: Option<Content>,
}

impl Encoder {
    /// Creates an encoder for a path template, e.g. `/instance/{instanceId}/audit-logs`.
    pub fn new(template: &'static str) -> Self {
        Encoder::with("", template, true, None)
    }

    /// Creates an encoder for an action below a base URL, with the parameters that the client sets
    /// for every action. An action that streams events is sent without default values.
    pub(crate) fn of(
        spec: &Spec,
        base_url: &str,
        globals: Option<Arc<Map<String, Value>>>,
    ) -> Self {
        Encoder::with(base_url, spec.path, !spec.streams, globals)
    }

    fn with(
        base_url: &str,
        template: &'static str,
        defaults: bool,
        globals: Option<Arc<Map<String, Value>>>,
    ) -> Self {
        let mut target = String::with_capacity(ROOM);
        target.push_str(base_url);
        target.push_str(template);
        Encoder {
            template,
            defaults,
            globals,
            encoded: Encoded {
                target,
                headers: HeaderMap::new(),
                body: None,
            },
            has_query: false,
            form: None,
            validator: Validator::default(),
        }
    }

    /// Encodes the parameters that every action takes: those of the request, and for those not set
    /// the client's.
    pub fn globals<P>(&mut self, parameters: &P)
    where
        P: Parameters + Serialize + DeserializeOwned,
    {
        let Some(globals) = self.globals.clone() else {
            return parameters.encode(self);
        };
        let merged = serde_json::to_value(parameters).and_then(|value| {
            let mut named = Map::clone(&globals);
            if let Value::Object(own) = value {
                named.extend(own);
            }
            serde_json::from_value::<P>(named.into())
        });
        match merged {
            Ok(merged) => merged.encode(self),
            Err(error) => self.validator.refuse(error),
        }
    }

    /// Returns the value of a parameter, or its default if defaults are sent.
    pub fn or_default<'a, T>(&self, value: Option<&'a T>, default: &'a T) -> Option<&'a T> {
        value.or(self.defaults.then_some(default))
    }

    /// Encodes a value into the path, always as one segment or a part of one.
    pub fn path<T: Validate + Serialize>(&mut self, name: &str, value: Option<&T>, rules: &[Rule]) {
        let Some(value) = self.check(name, value, rules) else {
            return;
        };
        let text = value.scalar();
        // A URL parser resolves these as dot segments even if they are escaped (RFC 3986, section
        // 5.2.4), and an empty segment is another path.
        if matches!(&*text, "" | "." | "..") {
            self.refuse(name, "a string that is not empty, `.` or `..`");
        }
        let text = escaped(&text);
        let mut start = 0;
        while let Some(place) = self.place(name, start) {
            start = place.start + text.len();
            let target = &mut self.encoded.target;
            target.insert_str(place.end, &text);
            target.drain(place);
        }
    }

    /// Finds `{name}` in the target from `start` on. Encoded values can't contain it, since braces
    /// are escaped.
    fn place(&self, name: &str, mut start: usize) -> Option<Range<usize>> {
        let target = &self.encoded.target;
        loop {
            let mut rest = target.as_bytes()[start..].iter();
            start += rest.position(|byte| *byte == b'{')?;
            let end = start + 1 + name.len();
            if target.get(start + 1..end) == Some(name) && target[end..].starts_with('}') {
                return Some(start..end + 1);
            }
            start += 1;
        }
    }

    /// Encodes a value into the query: a scalar as a string, an array or object in bracket
    /// notation.
    pub fn query<T: Validate + Serialize>(
        &mut self,
        name: &str,
        value: Option<&T>,
        rules: &[Rule],
    ) {
        match self.check(name, value, rules) {
            None => {}
            Some(Checked::Json(json @ (Value::Object(_) | Value::Array(_)))) => {
                self.brackets(&mut name.to_owned(), &json);
            }
            Some(value) => self.pair(name, &value.scalar()),
        }
    }

    /// Encodes a value into the query as compact JSON.
    pub fn json_query<T: Validate + Serialize>(
        &mut self,
        name: &str,
        value: Option<&T>,
        rules: &[Rule],
    ) {
        if let Some(value) = self.check(name, value, rules) {
            self.pair(name, &value.json());
        }
    }

    /// Encodes a value into a header.
    pub fn header<T: Validate + Serialize>(
        &mut self,
        name: &str,
        value: Option<&T>,
        rules: &[Rule],
    ) {
        let Some(value) = self.check(name, value, rules) else {
            return;
        };
        let header = HeaderName::from_bytes(name.as_bytes());
        // `HeaderValue` also accepts `obs-text` (RFC 9110), which servers read differently.
        match (header, HeaderValue::from_str(&value.scalar())) {
            (Ok(header), Ok(text)) if text.to_str().is_ok() => {
                self.encoded.headers.insert(header, text);
            }
            _ => self.refuse(name, "ASCII characters without control characters"),
        }
    }

    /// Makes a value the body, as JSON.
    pub fn body<T: Validate + Serialize>(&mut self, name: &str, value: Option<&T>, rules: &[Rule]) {
        let Some(value) = value else { return };
        self.validator.field(name, |at| value.validate(rules, at));
        match sending(|| serde_json::to_string(value)) {
            Ok(text) => {
                self.encoded.body = Some(Content {
                    content_type: "application/json".into(),
                    payload: Bytes::from(text).into(),
                });
            }
            Err(error) => self.refuse(name, &error.to_string()),
        }
    }

    /// Adds a part to the body, which then is `multipart/form-data`: a scalar as a string, an array
    /// or object as compact JSON. Without parts the request has no body, since servers reject one
    /// that is only the closing boundary.
    pub fn part<T: Validate + Serialize>(&mut self, name: &str, value: Option<&T>, rules: &[Rule]) {
        let (Some(checked), Some(value)) = (self.check(name, value, rules), value) else {
            return;
        };
        let text = match &checked {
            // Serializing the value itself keeps the order of properties, and numbers of any size.
            Checked::Json(Value::Array(_) | Value::Object(_)) => {
                sending(|| serde_json::to_string(value))
            }
            scalar => Ok(scalar.scalar().into_owned()),
        };
        match text {
            Ok(text) => self.form.get_or_insert_default().text(name, text),
            Err(error) => self.refuse(name, &error.to_string()),
        }
    }

    /// Adds a file to the body, which then is `multipart/form-data`.
    pub fn file(&mut self, name: &str, file: Option<&Upload>, rules: &[Rule]) {
        let Some(file) = file else { return };
        self.validator.field(name, |at| file.validate(rules, at));
        self.form.get_or_insert_default().file(name, file);
    }

    /// Returns the encoded parameters.
    ///
    /// # Errors
    ///
    /// Every parameter that breaks a rule.
    pub fn finish(self) -> Result<Encoded, Vec<Violation>> {
        let violations = self.validator.finish();
        if !violations.is_empty() {
            return Err(violations);
        }
        let mut encoded = self.encoded;
        if let Some(form) = self.form {
            encoded.body = Some(form.finish());
        }
        // The generator checks that a template has just the parameters that are declared.
        debug_assert!(!encoded.target.contains('{'), "{}", self.template);
        Ok(encoded)
    }

    /// Returns a value, unless it is absent or breaks a rule. Then the request is not sent, and
    /// further checks would only repeat the violation.
    fn check<'v, T: Validate + Serialize>(
        &mut self,
        name: &str,
        value: Option<&'v T>,
        rules: &[Rule],
    ) -> Option<Checked<'v>> {
        let value = value?;
        let before = self.validator.count();
        self.validator.field(name, |at| value.validate(rules, at));
        if self.validator.count() > before {
            return None;
        }
        if let Some(text) = value.text() {
            return Some(Checked::String(text));
        }
        match serde_json::to_value(value) {
            Ok(json) => Some(Checked::Json(json)),
            Err(error) => {
                self.refuse(name, &error.to_string());
                None
            }
        }
    }

    #[cold]
    fn refuse(&mut self, name: &str, expected: &str) {
        self.validator.field(name, |at| at.refuse(expected));
    }

    /// Writes `name[property][0]=value` pairs. Empty arrays and objects are omitted, and their
    /// index is skipped.
    fn brackets(&mut self, name: &mut String, json: &Value) {
        let length = name.len();
        match json {
            Value::Object(properties) => {
                for (property, value) in properties {
                    name.push_str(&format!("[{property}]"));
                    self.brackets(name, value);
                    name.truncate(length);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    name.push_str(&format!("[{index}]"));
                    self.brackets(name, value);
                    name.truncate(length);
                }
            }
            value => self.pair(name, &scalar(value)),
        }
    }

    fn pair(&mut self, name: &str, text: &str) {
        let target = &mut self.encoded.target;
        target.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        target.push_str(&escaped(name));
        target.push('=');
        target.push_str(&escaped(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    impl Validate for Value {
        fn validate(&self, _rules: &[Rule], _at: &mut Validator) {}
    }

    fn query(value: Value) -> String {
        let mut encoder = Encoder::new("/");
        encoder.query("f", Some(&value), &[]);
        encoder.finish().unwrap().target
    }

    #[test]
    fn what_is_empty_vanishes_but_keeps_its_index_free() {
        assert_eq!(query(json!({})), "/");
        assert_eq!(query(json!({"a": [], "b": {}})), "/");
        assert_eq!(
            query(json!({"a": [{}, {"b": 1}]})),
            "/?f%5Ba%5D%5B1%5D%5Bb%5D=1"
        );
    }

    #[test]
    fn what_is_absent_is_sent_as_its_default_unless_events_are_asked_for() {
        let target = |streams, value: Option<bool>| {
            let mut encoder = Encoder::of(
                &Spec {
                    name: "device.get",
                    method: http::Method::GET,
                    path: "/",
                    streams,
                },
                "",
                None,
            );
            encoder.query("f", encoder.or_default(value.as_ref(), &true), &[]);
            encoder.finish().unwrap().target
        };
        assert_eq!(target(false, None), "/?f=true");
        assert_eq!(target(true, None), "/");
        assert_eq!(target(true, Some(false)), "/?f=false");
    }

    #[test]
    fn a_part_is_its_text_or_compact_json() {
        let mut encoder = Encoder::new("/");
        encoder.part("text", Some(&json!("a\"b")), &[]);
        encoder.part("number", Some(&1.0), &[]);
        encoder.part("absent", None::<&bool>, &[]);
        encoder.part("object", Some(&json!({"a": [1, null]})), &[]);
        encoder.file("file", Some(&Upload::new("content")), &[]);
        let body = encoder.finish().unwrap().body.unwrap();
        let text = std::str::from_utf8(body.payload.bytes().unwrap()).unwrap();
        let contents: Vec<_> = text.split("\r\n").skip(3).step_by(4).collect();
        assert_eq!(contents, ["a\"b", "1", r#"{"a":[1,null]}"#, "content"]);
    }

    #[test]
    fn a_form_without_parts_is_no_body() {
        let mut encoder = Encoder::new("/");
        encoder.file("file", None, &[]);
        encoder.part("text", None::<&String>, &[]);
        assert_eq!(encoder.finish().unwrap().body, None);
    }

    #[test]
    fn a_segment_that_would_change_the_path_is_refused() {
        for text in ["", ".", ".."] {
            let mut encoder = Encoder::new("/a/{id}/b");
            encoder.path("id", Some(&text.to_owned()), &[]);
            assert_eq!(encoder.finish().unwrap_err()[0].field, "id");
        }
    }

    #[test]
    fn a_value_that_breaks_a_rule_is_reported_once() {
        let mut encoder = Encoder::new("/a/{id}");
        encoder.path("id", Some(&String::new()), &[Rule::MinLength(1)]);
        encoder.header("domain", Some(&"a\n".to_owned()), &[Rule::MaxLength(1)]);
        let violations = encoder.finish().unwrap_err();
        let expected: Vec<_> = violations.iter().map(ToString::to_string).collect();
        assert_eq!(
            expected,
            [
                "`id`: expected at least 1 character",
                "`domain`: expected at most 1 character"
            ]
        );
    }

    #[test]
    fn a_header_with_a_line_break_is_refused() {
        for text in ["a\r\nX-Evil: 1", "a\n", "a\0", "ä"] {
            let mut encoder = Encoder::new("/");
            encoder.header("domain", Some(&text.to_owned()), &[]);
            assert_eq!(encoder.finish().unwrap_err()[0].field, "domain");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_path_value_reaches_another_path(text in "\\PC*|[./%?#\\\\\r\n]{0,6}") {
            let mut encoder = Encoder::new("/a/{id}/b");
            encoder.path("id", Some(&text), &[]);
            if let Ok(encoded) = encoder.finish() {
                let url = reqwest::Url::parse(&format!("http://host{}", encoded.target)).unwrap();
                let segments: Vec<_> = url.path_segments().unwrap().collect();
                proptest::prop_assert_eq!(segments.len(), 3);
                proptest::prop_assert_eq!((segments[0], segments[2]), ("a", "b"));
                let back = percent_encoding::percent_decode_str(segments[1]).decode_utf8().unwrap();
                proptest::prop_assert_eq!(back, text.as_str());
                proptest::prop_assert_eq!((url.query(), url.fragment()), (None, None));
            } else {
                proptest::prop_assert!(matches!(text.as_str(), "" | "." | ".."));
            }
        }
    }
}
