//! Headers that cannot be sent, or that the client controls.

use std::collections::BTreeMap;

use crate::descriptor::{Location, Parameter};
use crate::diagnostics::{Diagnostic, Place, quoted};
use crate::read::Documents;

/// Headers that the client controls, and why. `client_runtime` refuses the same ones as a setting;
/// a test compares.
const RESERVED: &[(&str, &str)] = &[
    ("authorization", "the client sends the access token in it"),
    ("host", "the base URL determines it"),
    ("content-encoding", "the body determines it"),
    ("content-length", "the body determines it"),
    ("content-type", "the body determines it"),
    ("trailer", "the body determines it"),
    ("transfer-encoding", "the body determines it"),
    ("connection", "the connection determines it"),
    ("expect", "the connection determines it"),
    ("http2-settings", "the connection determines it"),
    ("keep-alive", "the connection determines it"),
    ("te", "the connection determines it"),
    ("upgrade", "the connection determines it"),
    ("accept-encoding", "it depends on what the client can read"),
];

/// The prefix of headers for proxies.
const PROXY: &str = "proxy-";

/// Headers that are settings of the client, and so not parameters of an action.
const SETTINGS: &[(&str, &str)] = &[
    ("accept", "it depends on what the client can read"),
    ("cookie", "it is a secret, and parameters are not"),
    ("user-agent", "it names the program, not the request"),
];

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    let service = &documents.service;
    fixed(
        &service.content.headers,
        &Place::at(&service.path, "/headers"),
        found,
    );
    super::each_parameter(documents, &mut |place, parameter| {
        if parameter.location == Location::Header {
            found.extend(named(place.clone(), parameter));
            found.extend(unsendable(place, parameter));
        }
    });
    let shared = list(Place::at(&service.path, ""), &service.content.params);
    for document in documents.resources.values() {
        let of_resource = list(Place::at(&document.path, ""), &document.content.params);
        for (name, action) in &document.content.actions {
            let place = Place::at(&document.path, "/actions").child(name);
            let own = list(place, &action.params);
            let all = shared.iter().chain(&of_resource).chain(&own);
            found.extend(doubled(all));
        }
    }
}

/// Reports headers of every request that cannot be sent.
fn fixed(headers: &indexmap::IndexMap<String, String>, place: &Place, found: &mut Vec<Diagnostic>) {
    let mut before: BTreeMap<String, &str> = BTreeMap::new();
    for (name, value) in headers {
        let at = || place.clone().child(name);
        if !is_header_name(name) {
            found.push(no_name(at().on_key(), name));
        } else if let Some(reason) = reserved(name) {
            let message = format!("the header {} can't be set here: {reason}", quoted(name));
            found.push(Diagnostic::new(at().on_key(), message, "remove it"));
        }
        if let Some(other) = before.insert(name.to_ascii_lowercase(), name) {
            let message = format!("{} and {} are the same header", quoted(other), quoted(name));
            found.push(Diagnostic::new(
                at().on_key(),
                message,
                "remove one of them",
            ));
        }
        if !is_header_value(value) {
            let message = format!("{} is not a valid header value", quoted(value));
            let help = "use visible ASCII characters, and spaces between them";
            found.push(Diagnostic::new(at(), message, help));
        }
    }
}

/// Reports a parameter whose name is not a valid header name, or is reserved.
fn named(place: Place, parameter: &Parameter) -> Option<Diagnostic> {
    let name = parameter.name.as_str();
    let place = place.child("name");
    if !is_header_name(name) {
        return Some(no_name(place, name));
    }
    let setting = || reason(SETTINGS, name);
    let help = match reserved(name) {
        Some(_) => "remove the parameter",
        None => "remove the parameter: a client and a call have a setting for it",
    };
    let reason = reserved(name).or_else(setting)?;
    let message = format!("the header {} can't be a parameter: {reason}", quoted(name));
    Some(Diagnostic::new(place, message, help))
}

/// Reports a default, an example or an accepted value that is not a valid header value.
fn unsendable(place: Place, parameter: &Parameter) -> Vec<Diagnostic> {
    let values = parameter.values.iter().flatten().enumerate();
    let values = values.map(|(index, value)| (place.clone().child("enum").index(index), value));
    let single = [
        ("default", &parameter.default),
        ("example", &parameter.example),
    ];
    let single = single
        .into_iter()
        .filter_map(|(key, value)| Some((place.clone().child(key), value.as_ref()?)));
    let texts = single
        .chain(values)
        .filter_map(|(place, value)| Some((place, value.as_str()?)));
    let wrong = texts.filter(|(_, text)| !is_header_value(text));
    let report = |(place, text): (Place, &str)| {
        let message = format!("{} is not a valid header value", quoted(text));
        let help = "use visible ASCII characters, and spaces between them";
        Diagnostic::new(place, message, help)
    };
    wrong.map(report).collect()
}

/// The header parameters of a list, with their places.
fn list(place: Place, params: &[Parameter]) -> Vec<(Place, &str)> {
    let params = params.iter().enumerate();
    let headers = params.filter(|(_, parameter)| parameter.location == Location::Header);
    let named = headers.map(|(index, parameter)| {
        let place = place.clone().child("params").index(index).child("name");
        (place, parameter.name.as_str())
    });
    named.collect()
}

/// Reports parameters of an action that are the same header, though their names differ.
fn doubled<'d>(params: impl Iterator<Item = &'d (Place, &'d str)>) -> Vec<Diagnostic> {
    let mut before: BTreeMap<String, &(Place, &str)> = BTreeMap::new();
    let mut found = Vec::new();
    for param in params {
        let (place, name) = param;
        match before.insert(name.to_ascii_lowercase(), param) {
            Some((other_place, other)) if other != name => {
                let message = format!("{} and {} are the same header", quoted(other), quoted(name));
                let mistake = Diagnostic::new(place.clone(), message, "remove one of them");
                found.push(mistake.note(other_place.clone(), "this is the other one"));
            }
            _ => {}
        }
    }
    found
}

fn no_name(place: Place, name: &str) -> Diagnostic {
    let message = format!("{} is not a valid header name", quoted(name));
    Diagnostic::new(
        place,
        message,
        "use letters, digits and hyphens, e.g. `X-Request-Id`",
    )
}

/// Why the client controls a header; none if it does not.
fn reserved(name: &str) -> Option<&'static str> {
    let is_proxy = name.to_ascii_lowercase().starts_with(PROXY);
    reason(RESERVED, name).or(is_proxy.then_some("the connection determines it"))
}

fn reason(list: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let mut list = list.iter();
    let found = list.find(|(header, _)| header.eq_ignore_ascii_case(name));
    found.map(|(_, reason)| *reason)
}

/// Whether a string is a token of RFC 9110, as the name of a header is.
fn is_header_name(name: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_part)
}

/// Whether a string is a valid header value that arrives unchanged.
fn is_header_value(value: &str) -> bool {
    value.trim() == value && value.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
}
