//! Exchanges against the schemas.

use std::collections::{BTreeMap, HashSet};

use super::schema::Schema;
use serde_json::{Value, json};

use super::exchange::Exchange;
use super::rules;
use super::schemas::RootId;
use super::service::{Action, Service};
use super::shown::Shown;
use super::sketch::Sketch;
use super::tally::{Fact, Tally};
use super::unchecked::Unchecked;
use super::walk::Walker;
use super::{remedy, request};
use crate::drift::Finding;

/// Statuses of HTTP itself, which are not part of the API: a cache's answer.
const NOT_MODIFIED: u16 = 304;

/// The methods of HTTP (RFC 9110 and 5789). Any other is an arbitrary string.
const METHODS: &[&str] = &[
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
];

/// Checks exchanges, one after the other.
pub(super) struct Check<'s> {
    pub(super) service: &'s Service,
    pub(super) walker: Walker<'s>,
    pub(super) tally: Tally<'s>,
    /// The hosts of the matched requests.
    hosts: HashSet<String>,
    /// The requests that matched no action: how often, by host, method and path.
    strays: BTreeMap<(String, &'static str, String), usize>,
}

impl<'s> Check<'s> {
    pub(super) fn new(service: &'s Service) -> Self {
        Check {
            service,
            walker: Walker::new(&service.schemas),
            tally: Tally::default(),
            hosts: HashSet::new(),
            strays: BTreeMap::new(),
        }
    }

    /// Checks an exchange, or returns why that is impossible.
    pub(super) fn exchange(&mut self, exchange: &Exchange) -> Result<(), Unchecked> {
        let target = exchange.target();
        let Some((action, captures)) = self.service.find(&exchange.method, target.path) else {
            return Err(self.stray(exchange));
        };
        let shown = Shown::of(exchange);
        if !self.hosts.contains(target.host) {
            self.hosts.insert(target.host.to_owned());
        }
        if exchange.is_success() {
            // Refused requests may be invalid.
            request::check(self, action, captures, exchange, &shown);
        }
        let status = exchange.status;
        match status.filter(|status| *status >= 200 && *status != NOT_MODIFIED) {
            Some(status) => {
                self.response(action, status, exchange, &shown);
                Ok(())
            }
            None => Err(Unchecked::NoResponse),
        }
    }

    /// Counts an exchange that matches no action, and returns why.
    fn stray(&mut self, exchange: &Exchange) -> Unchecked {
        let method = exchange.method.to_ascii_uppercase();
        // A preflight request is not an action.
        if method == "OPTIONS" {
            return Unchecked::Preflight;
        }
        let method = METHODS.iter().find(|known| **known == method);
        let (service, target) = (self.service, exchange.target());
        let (path, why) = match service.template(target.path) {
            Some(action) => (action.path.clone(), Unchecked::OtherMethod),
            None if service.has_behind_prefix(target.path) => {
                (service.shown_path(target.path), Unchecked::OtherPrefix)
            }
            None => (service.shown_path(target.path), Unchecked::OtherPath),
        };
        let key = (target.host.to_owned(), *method.unwrap_or(&"OTHER"), path);
        *self.strays.entry(key).or_default() += 1;
        why
    }

    fn response(&mut self, action: &'s Action, status: u16, exchange: &Exchange, shown: &Shown) {
        let documented = action.responses.get(&status).copied();
        if documented.is_none() {
            self.undocumented(action, status, exchange);
        }
        let error = self.service.error.filter(|_| status >= 400);
        let schema = documented.flatten().or(error);
        if action.streams && status < 300 {
            return;
        }
        let Some(body) = exchange.body.as_deref() else {
            return;
        };
        match schema {
            Some(schema) => self.body(action, status, schema, body, shown),
            None if documented.is_some() && !body.is_empty() => {
                self.undocumented_body(action, status, body);
            }
            None => {}
        }
    }

    fn body(
        &mut self,
        action: &'s Action,
        status: u16,
        schema: RootId,
        body: &[u8],
        shown: &Shown,
    ) {
        let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let value = match serde_json::from_slice::<Value>(text) {
            Ok(value) => value,
            // The answer of a gateway in place of the server is reported by its status.
            Err(_) if !action.responses.contains_key(&status) => return,
            Err(error) => return self.not_json(action, &status.to_string(), text, &error),
        };
        let schema = self.service.schemas.root(schema);
        self.value(action, &status.to_string(), &value, &[schema], shown);
    }

    /// Counts every deviation of a value from its schemas.
    pub(super) fn value(
        &mut self,
        action: &'s Action,
        part: &str,
        value: &Value,
        schemas: &[&'s Schema],
        shown: &Shown,
    ) {
        for breach in self.walker.check(value, schemas) {
            self.tally.breach(action, part, breach, shown);
        }
    }

    /// Counts a body that could not be parsed, with the error.
    pub(super) fn not_json(
        &mut self,
        action: &'s Action,
        part: &str,
        body: &[u8],
        error: &serde_json::Error,
    ) {
        if let Some(beyond) = beyond(error) {
            return self.beyond(action, part, beyond);
        }
        let what = if body.iter().all(u8::is_ascii_whitespace) {
            "is empty"
        } else {
            "is not valid JSON"
        };
        let (subject, service) = (format!("{} {part} {what}", action.name), self.service);
        self.tally
            .fact(&rules::NOT_JSON, subject, Some(action), || {
                let (of, mut pointer) = described(action, part);
                if !is_sent(part) {
                    pointer.push_str("/schema");
                }
                let change = remedy::removed(service, &action.file, &pointer);
                let help = match part {
                    "request body" => "find out what the API expects, and describe that".to_owned(),
                    _ => format!("if this is how the API answers, {change}"),
                };
                Fact {
                    message: format!("the body of {of} {what}"),
                    place: Some((action.file.clone(), pointer)),
                    help,
                }
            });
    }

    /// Counts a body that is valid JSON, but cannot be parsed.
    fn beyond(&mut self, action: &'s Action, part: &str, beyond: &str) {
        let subject = format!("{} {part} {beyond}", action.name);
        self.tally
            .fact(&rules::UNDECODABLE, subject, Some(action), || {
                let (of, pointer) = described(action, part);
                Fact {
                    message: format!("the body of {of} cannot be decoded: it has {beyond}"),
                    place: Some((action.file.clone(), pointer)),
                    help: "no change of the schemas helps: the client refuses such JSON too"
                        .to_owned(),
                }
            });
    }

    fn undocumented(&mut self, action: &'s Action, status: u16, exchange: &Exchange) {
        let service = self.service;
        let subject = format!("{} {status}", action.name);
        self.tally
            .fact(&rules::UNDOCUMENTED_STATUS, subject, Some(action), || {
                let place = format!("{}/responses", action.pointer);
                let body = exchange.body.as_deref().unwrap_or_default();
                let mut response = json!({"description": "…"});
                if let Ok(body) = serde_json::from_slice(body) {
                    response["schema"] = Sketch::of(&body).schema();
                }
                let pointer = format!("{place}/{status}");
                Fact {
                    message: format!("a response has the undocumented status {status}"),
                    help: remedy::added(service, &action.file, &pointer, response),
                    place: Some((action.file.clone(), place)),
                }
            });
    }

    fn undocumented_body(&mut self, action: &'s Action, status: u16, body: &[u8]) {
        let service = self.service;
        let subject = format!("{} {status}", action.name);
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            return;
        };
        self.tally
            .fact(&rules::UNDOCUMENTED_BODY, subject, Some(action), || {
                let place = format!("{}/responses/{status}", action.pointer);
                let seen = Sketch::of(&value);
                let pointer = format!("{place}/schema");
                Fact {
                    message: format!("a {status} has an undocumented body ({})", seen.words()),
                    help: remedy::added(service, &action.file, &pointer, seen.schema()),
                    place: Some((action.file.clone(), place)),
                }
            });
    }

    /// The findings.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        let service = self.service;
        for ((host, method, path), count) in std::mem::take(&mut self.strays) {
            // A browser records everything that a page loads.
            if !(service.is_host(&host) || self.hosts.contains(&host)) {
                continue;
            }
            for _ in 0..count {
                let subject = format!("{method} {path}");
                self.tally.fact(&rules::UNKNOWN_ACTION, subject, None, || {
                    stray(service, method, &path)
                });
            }
        }
        self.tally.finish(service)
    }
}

/// Whether a part of an exchange is sent, e.g. `request body`; otherwise it is the status of a
/// response.
fn is_sent(part: &str) -> bool {
    part.starts_with("request ")
}

/// A part of an exchange in words, and where its action describes it.
fn described(action: &Action, part: &str) -> (String, String) {
    let at = &action.pointer;
    if is_sent(part) {
        ("the request".to_owned(), format!("{at}/params"))
    } else {
        (format!("a {part}"), format!("{at}/responses/{part}"))
    }
}

/// Valid JSON (RFC 8259) beyond the limits of serde_json, which reports such limits only in the
/// text of its errors.
fn beyond(error: &serde_json::Error) -> Option<&'static str> {
    let text = error.to_string();
    let known = [
        ("recursion limit exceeded", "more than 127 levels"),
        (
            "number out of range",
            "a number outside the range of a double",
        ),
        ("lone leading surrogate", "a lone surrogate"),
        ("unexpected end of hex escape", "a lone surrogate"),
    ];
    let known = known.iter().find(|(words, _)| text.starts_with(words));
    known.map(|(_, beyond)| *beyond)
}

fn stray(service: &Service, method: &str, path: &str) -> Fact {
    let mut actions = service.actions.iter();
    let neighbour = actions.find(|action| action.path == path);
    let help = match neighbour {
        Some(action) => format!(
            "add an action with `\"method\": \"{method}\"` to `actions` of {}",
            action.file
        ),
        None => "add the action to the resource that it belongs to, below resources/; if the path \
                 is of another API, exclude it from the recording"
            .to_owned(),
    };
    Fact {
        message: format!("`{method} {path}` matches no action of the schemas"),
        place: neighbour.map(|action| (action.file.clone(), "/actions".to_owned())),
        help,
    }
}
