//! Checks a request against its action's descriptor.

use codegen::descriptor::Location;
use serde_json::{Map, Value};

use super::definitions::Definitions;
use super::fields::{Field, Form, Violation};
use super::query::{self, Node};
use super::routes::Captures;
use super::service::Action;
use crate::multipart;
use crate::server::Received;

/// The answer to a refused request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Refusal {
            status,
            code,
            message: message.into(),
        }
    }

    fn malformed(message: impl Into<String>) -> Self {
        Refusal::new(400, "Validation", message)
    }
}

/// A request's parameters by name.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) path: Map<String, Value>,
    /// Those that were sent, and the defaults of the others.
    pub(super) query: Map<String, Value>,
}

/// Checks a request against its descriptor, in the order of the request.
pub(super) fn validate(
    action: &Action,
    definitions: &Definitions,
    captures: Captures,
    received: &Received,
) -> Result<Values, Refusal> {
    let checker = Checker {
        action,
        definitions,
    };
    let values = Values {
        path: checker.path(captures)?,
        query: checker.query(&received.query)?,
    };
    checker.headers(received)?;
    checker.body(received)?;
    Ok(values)
}

struct Checker<'a> {
    action: &'a Action,
    definitions: &'a Definitions,
}

impl Checker<'_> {
    fn path(&self, captures: Captures) -> Result<Map<String, Value>, Refusal> {
        let mut values = Map::new();
        for (name, text) in captures {
            let mut fields = self.action.fields_in(Location::Path);
            let field = fields.find(|field| field.name == name);
            let Some(text) = text else {
                let message = format!("path parameter `{name}`: its percent-encoding is malformed");
                return Err(Refusal::malformed(message));
            };
            let value = match field {
                Some(field) => self.scalar(field, text)?,
                None => Value::String(text),
            };
            values.insert(name, value);
        }
        Ok(values)
    }

    fn query(&self, query: &str) -> Result<Map<String, Value>, Refusal> {
        let pairs = query::pairs(query).map_err(|pair| {
            Refusal::malformed(format!(
                "query: the percent-encoding of `{pair}` is malformed"
            ))
        })?;
        let is_of = |field: &Field, key: &str| match key.strip_prefix(field.name.as_str()) {
            Some("") => true,
            Some(rest) => field.form == Form::Brackets && rest.starts_with('['),
            None => false,
        };
        let fields = || self.action.fields_in(Location::Query);
        for (key, _) in &pairs {
            if !fields().any(|field| is_of(field, key)) {
                let message = format!("query parameter `{key}`: unknown parameter");
                return Err(Refusal::malformed(message));
            }
        }
        let mut values = Map::new();
        for field in fields() {
            let own = pairs.iter().filter(|(key, _)| is_of(field, key));
            let own = own.map(|(key, value)| (&key[field.name.len()..], value.as_str()));
            let value = self.query_value(field, &own.collect::<Vec<_>>())?;
            if let Some(value) = value.or_else(|| field.default.clone()) {
                values.insert(field.name.clone(), value);
            } else if field.required {
                return Err(refuse(field, "it is required"));
            }
        }
        Ok(values)
    }

    /// The value of the pairs of one parameter; the keys are what follows its name.
    fn query_value(&self, field: &Field, own: &[(&str, &str)]) -> Result<Option<Value>, Refusal> {
        if own.is_empty() {
            return Ok(None);
        }
        if field.form == Form::Brackets {
            let node = Node::new(own.iter().copied()).map_err(|error| refuse(field, &error))?;
            let value = node.map(|node| node.into_json(&field.schema, self.definitions));
            if let Some(value) = &value {
                self.check(field, value)?;
            }
            return Ok(value);
        }
        let [(_, text)] = own else {
            return Err(refuse(field, "it is given twice"));
        };
        self.scalar(field, (*text).to_owned()).map(Some)
    }

    /// The value of a string that is a parameter by itself.
    fn scalar(&self, field: &Field, text: String) -> Result<Value, Refusal> {
        let value = if field.form == Form::Json {
            serde_json::from_str(&text)
                .map_err(|error| refuse(field, &format!("it is not valid JSON: {error}")))?
        } else {
            query::scalar(text, &self.definitions.variants(&field.schema))
        };
        self.check(field, &value)?;
        Ok(value)
    }

    fn headers(&self, received: &Received) -> Result<(), Refusal> {
        for field in self.action.fields_in(Location::Header) {
            let mut values = received.headers.get_all(&field.name).iter();
            match (values.next(), values.next()) {
                (None, _) if field.required => return Err(refuse(field, "it is required")),
                (None, _) => {}
                (Some(_), Some(_)) => return Err(refuse(field, "it is given twice")),
                (Some(value), None) => {
                    let text = value
                        .to_str()
                        .map_err(|_| refuse(field, "it is not ASCII"))?;
                    self.scalar(field, text.to_owned())?;
                }
            }
        }
        Ok(())
    }

    /// The parts of a multipart body (RFC 7578).
    fn parts(&self, received: &Received) -> Result<(), Refusal> {
        let fields = || self.action.fields_in(Location::Multipart);
        let parts = if is_none(received) {
            Vec::new()
        } else {
            let value = received.headers.get("content-type");
            let value = value.and_then(|value| value.to_str().ok());
            let boundary = value.and_then(multipart::boundary).ok_or_else(|| {
                Refusal::malformed("body: its Content-Type is not multipart/form-data")
            })?;
            multipart::parse(&received.body, &boundary)
                .ok_or_else(|| Refusal::malformed("body: it is not valid multipart/form-data"))?
        };
        let name = |part: &multipart::Part| part.name.clone().unwrap_or_default();
        for part in &parts {
            let name = name(part);
            let Some(field) = fields().find(|field| field.name == name) else {
                let message = format!("part `{name}`: unknown part");
                return Err(Refusal::malformed(message));
            };
            if !field.is_file {
                let text = String::from_utf8(part.bytes.clone());
                let text = text.map_err(|_| refuse(field, "it is not UTF-8"))?;
                self.scalar(field, text)?;
            }
        }
        for field in fields().filter(|field| field.required) {
            if !parts.iter().any(|part| name(part) == field.name) {
                return Err(refuse(field, "it is required"));
            }
        }
        Ok(())
    }

    fn body(&self, received: &Received) -> Result<(), Refusal> {
        if self.action.fields_in(Location::Multipart).next().is_some() {
            return self.parts(received);
        }
        let field = self.action.fields_in(Location::Body).next();
        let is_required = field.is_some_and(|field| field.required);
        let is_none = is_none(received);
        let Some(field) = field else {
            let message = "body: the action does not accept one";
            return if is_none {
                Ok(())
            } else {
                Err(Refusal::malformed(message))
            };
        };
        if received.body.is_empty() && is_required {
            return Err(refuse(field, "it is required"));
        }
        if is_none && !is_required {
            return Ok(());
        }
        if !is_json(received) {
            return Err(refuse(field, "its Content-Type is not application/json"));
        }
        let body = serde_json::from_slice(&received.body)
            .map_err(|error| refuse(field, &format!("it is not valid JSON: {error}")))?;
        self.check(field, &body)
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Refusal> {
        field
            .check(value, self.definitions)
            .map_err(|violation| match violation {
                Violation::Value(reason) => refuse(field, &reason),
                Violation::Schema(reason) => {
                    let message = format!("the schema of {} is not valid: {reason}", field.title());
                    Refusal::new(500, "Internal", message)
                }
            })
    }
}

/// Whether the body is empty or `{}`, which some clients send instead.
fn is_none(received: &Received) -> bool {
    let object = serde_json::from_slice(&received.body);
    received.body.is_empty() || object.is_ok_and(|body: Map<_, _>| body.is_empty())
}

/// Refuses an invalid parameter.
fn refuse(field: &Field, reason: &str) -> Refusal {
    Refusal::malformed(format!("{}: {reason}", field.title()))
}

/// Whether the request declares a JSON body.
fn is_json(received: &Received) -> bool {
    let value = received.headers.get("content-type");
    let value = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = value.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
}
