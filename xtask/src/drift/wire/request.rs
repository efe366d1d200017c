//! Checks successful requests against their action.

use super::schema::Schema;
use codegen::descriptor::Location;
use serde_json::{Value, json};

use super::check::Check;
use super::exchange::Exchange;
use super::remedy;
use super::rules;
use super::service::{Action, Form, Parameter};
use super::shown::Shown;
use super::sketch::Sketch;
use super::tally::Fact;
use crate::mock::query::{self, Node};
use crate::mock::routes::Captures;

/// A request being checked.
struct Request<'c, 's, 'e> {
    check: &'c mut Check<'s>,
    action: &'s Action,
    exchange: &'e Exchange,
    shown: &'e Shown,
}

/// Checks all parts of a request against its action.
pub(super) fn check<'s>(
    check: &mut Check<'s>,
    action: &'s Action,
    captures: Captures,
    exchange: &Exchange,
    shown: &Shown,
) {
    let mut request = Request {
        check,
        action,
        exchange,
        shown,
    };
    request.path(captures);
    request.query();
    request.headers();
    request.body();
}

impl<'s> Request<'_, 's, '_> {
    fn path(&mut self, captures: Captures) {
        for (name, text) in captures {
            let mut parameters = self.action.parameters_in(Location::Path);
            let parameter = parameters.find(|parameter| parameter.name == name);
            if let (Some(parameter), Some(text)) = (parameter, text) {
                self.scalar("path", parameter, text);
            }
        }
    }

    fn query(&mut self) {
        let target = self.exchange.target();
        let Ok(pairs) = query::pairs(target.query) else {
            return self.malformed("query");
        };
        let action = self.action;
        let parameters = || action.parameters_in(Location::Query);
        for (key, text) in &pairs {
            if !parameters().any(|parameter| is_of(parameter, key)) {
                let name = key.split('[').next().unwrap_or(key);
                // If nothing follows, it may be a value.
                let name = if text.is_empty() { None } else { Some(name) };
                self.unknown("query", name, &Sketch::of_text(text));
            }
        }
        for parameter in parameters() {
            let own = pairs.iter().filter(|(key, _)| is_of(parameter, key));
            let own = own.map(|(key, value)| (&key[parameter.name.len()..], value.as_str()));
            let own: Vec<_> = own.collect();
            match (own.as_slice(), parameter.form) {
                ([], _) if parameter.required => self.missing("query", parameter),
                ([], _) => {}
                (pairs, Form::Brackets) => self.brackets(parameter, pairs),
                ([(_, text)], _) => self.scalar("query", parameter, (*text).to_owned()),
                _ => self.malformed(&format!("query {}", parameter.name)),
            }
        }
    }

    fn brackets(&mut self, parameter: &'s Parameter, pairs: &[(&str, &str)]) {
        match Node::new(pairs.iter().copied()) {
            Ok(Some(node)) => {
                let definitions = &self.check.service.definitions;
                let value = node.into_json(&parameter.raw, definitions);
                self.value(&format!("query {}", parameter.name), parameter, &value);
            }
            Ok(None) => {}
            Err(_) => self.malformed(&format!("query {}", parameter.name)),
        }
    }

    fn headers(&mut self) {
        for parameter in self.action.parameters_in(Location::Header) {
            if let Some(text) = self.exchange.request_header(&parameter.name) {
                self.scalar("header", parameter, text.to_owned());
            }
        }
    }

    /// The value of a string that is a parameter by itself.
    fn scalar(&mut self, location: &str, parameter: &'s Parameter, text: String) {
        let part = format!("{location} {}", parameter.name);
        let value = match parameter.form {
            Form::Json => match serde_json::from_str(&text) {
                Ok(value) => value,
                Err(_) => return self.malformed(&part),
            },
            _ => {
                let variants = self.check.service.definitions.variants(&parameter.raw);
                query::scalar(text, &variants)
            }
        };
        self.value(&part, parameter, &value);
    }

    fn body(&mut self) {
        // The content of a file is not JSON, and may be anything.
        if self
            .action
            .parameters_in(Location::Multipart)
            .next()
            .is_some()
        {
            return;
        }
        let body = self.exchange.request_body.as_deref().unwrap_or_default();
        let value = serde_json::from_slice::<Value>(body);
        let is_none = body.is_empty() || matches!(&value, Ok(value) if *value == json!({}));
        let parameter = self.action.parameters_in(Location::Body).next();
        match (parameter, value) {
            (_, _) if is_none && parameter.is_none_or(|body| !body.required) => {}
            // It may just not have been recorded.
            (Some(_), _) if body.is_empty() => {}
            (Some(parameter), Ok(value)) => self.value("body", parameter, &value),
            (Some(_), Err(error)) => {
                self.check
                    .not_json(self.action, "request body", body, &error);
            }
            (None, value) => {
                let seen = value.map(|value| Sketch::of(&value)).unwrap_or_default();
                self.unknown("body", Some("body"), &seen);
            }
        }
    }

    fn value(&mut self, part: &str, parameter: &'s Parameter, value: &Value) {
        let schemas = &self.check.service.schemas;
        let roots = parameter.roots.iter().map(|root| schemas.root(*root));
        let roots: Vec<&'s Schema> = roots.collect();
        let part = format!("request {part}");
        self.check
            .value(self.action, &part, value, &roots, self.shown);
    }

    /// Reports a parameter or body that the action does not accept; some have no known name.
    fn unknown(&mut self, location: &str, name: Option<&str>, seen: &Sketch) {
        let (action, service) = (self.action, self.check.service);
        let shown = name.and_then(|name| self.shown.name(name));
        let name = name.map(|name| self.shown.name_or_length(name));
        let name = name.unwrap_or_else(|| "<not shown>".to_owned());
        let (subject, message) = match location {
            "body" => (
                format!("{} request body", action.name),
                "a request has a body, but its action does not accept one".to_owned(),
            ),
            _ => (
                format!("{} request {location} {name}", action.name),
                format!("a request has the undocumented parameter `{name}` in its {location}"),
            ),
        };
        let rule = &rules::UNKNOWN_PARAMETER;
        self.check.tally.fact(rule, subject, Some(action), || {
            let mut parameter = seen.schema();
            parameter["name"] = json!(shown.unwrap_or("…"));
            parameter["in"] = json!(location);
            if location == "body" {
                parameter = json!({"name": name, "in": "body", "schema": seen.schema()});
            }
            let list = format!("{}/params", action.pointer);
            let help = remedy::listed(service, &action.file, &list, parameter);
            Fact {
                message,
                place: Some((action.file.clone(), list)),
                help,
            }
        });
    }

    fn missing(&mut self, location: &str, parameter: &Parameter) {
        let name = &parameter.name;
        let subject = format!("{} request {location} {name}", self.action.name);
        let (rule, service) = (&rules::MISSING_REQUIRED, self.check.service);
        self.check.tally.fact(rule, subject, Some(self.action), || {
            let pointer = format!("{}/required", parameter.pointer);
            Fact {
                message: format!("a request succeeded without `{name}`, although it is required"),
                help: remedy::removed(service, &parameter.file, &pointer),
                place: Some((parameter.file.clone(), pointer)),
            }
        });
    }

    /// Reports a part in another form than the action expects.
    fn malformed(&mut self, part: &str) {
        let action = self.action;
        let subject = format!("{} request {part} form", action.name);
        let rule = &rules::CONSTRAINT_BROKEN;
        self.check.tally.fact(rule, subject, Some(action), || Fact {
            message: format!("the {part} of a request has another form than the schemas describe"),
            place: Some((action.file.clone(), format!("{}/params", action.pointer))),
            help: "compare the parameter's `type` and `schema` with what the vendor's client sends"
                .to_owned(),
        });
    }
}

/// Whether a key of a query belongs to a parameter.
fn is_of(parameter: &Parameter, key: &str) -> bool {
    match key.strip_prefix(parameter.name.as_str()) {
        Some("") => true,
        Some(rest) => parameter.form == Form::Brackets && rest.starts_with('['),
        None => false,
    }
}
