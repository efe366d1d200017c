//! Requests with two bodies, event streams with other results, and actions named as examples.

use std::collections::BTreeSet;

use crate::descriptor::{Action, Location, Method, Resource};
use crate::diagnostics::{Diagnostic, Place, did_you_mean, quoted};
use crate::read::{Document, Documents};

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    for document in documents.resources.values() {
        for (name, action) in &document.content.actions {
            let place = Place::at(&document.path, "/actions").child(name);
            found.extend(two_bodies(document, action, &place));
            found.extend(half_a_stream(action, &place));
        }
    }
    // A resource with mistakes of its own may lack any action.
    let wrong = found.iter().map(|mistake| mistake.file().to_owned());
    let wrong: BTreeSet<String> = wrong.collect();
    found.extend(examples(documents, &wrong));
}

/// Reports example actions that do not exist or do not read, and second ones of a resource.
fn examples(documents: &Documents, wrong: &BTreeSet<String>) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    let service = &documents.service;
    let examples = service.content.examples.iter().enumerate();
    let mistakes = examples.filter_map(|(index, name)| {
        let place = Place::at(&service.path, "/examples").index(index);
        let action = name.split_once('.').and_then(|(resource, action)| {
            let document = documents.resources.get(resource)?;
            Some((resource, document.content.actions.get(action)?))
        });
        let Some((resource, action)) = action else {
            let resource = name.split('.').next().unwrap_or_default();
            if wrong.contains(&format!("resources/{resource}.json")) {
                return None;
            }
            let message = format!("action {} does not exist", quoted(name));
            return Some(Diagnostic::new(
                place,
                message,
                other_action(documents, name),
            ));
        };
        if action.method != Method::Get || action.sse_stream {
            let message = format!("the action {} does not only read", quoted(name));
            let help = "name an action with the method `GET` that is not an event stream";
            return Some(Diagnostic::new(place, message, help));
        }
        (!seen.insert(resource)).then(|| {
            let message = format!("the resource {} has two examples", quoted(resource));
            Diagnostic::new(place, message, "name one action of each resource")
        })
    });
    mistakes.collect()
}

/// What to name instead of an action that does not exist.
fn other_action(documents: &Documents, name: &str) -> String {
    let resources = documents.resources.iter();
    let names: Vec<String> = resources
        .flat_map(|(resource, document)| {
            let actions = document.content.actions.keys();
            actions.map(move |action| format!("{resource}.{action}"))
        })
        .collect();
    match did_you_mean(name, names.iter().map(String::as_str)) {
        Some(other) => format!("did you mean {}?", quoted(other)),
        None => "name a resource and one of its actions, as in `devices.get`".to_owned(),
    }
}

/// Reports a request that has a JSON body and parts.
fn two_bodies(document: &Document<Resource>, action: &Action, place: &Place) -> Option<Diagnostic> {
    let all = || action.params.iter().chain(&document.content.params);
    let has = |location| all().any(|parameter| parameter.location == location);
    (has(Location::Body) && has(Location::Multipart)).then(|| {
        Diagnostic::new(
            place.clone().on_key(),
            "a request has both a JSON body and parts",
            "make the body one of the parts, or make the parts properties of the body",
        )
    })
}

/// Reports events of an action that is not a stream, and a stream that has a body.
fn half_a_stream(action: &Action, place: &Place) -> Vec<Diagnostic> {
    let responses = action.responses.iter();
    let mistake = |(status, response): (&String, &crate::descriptor::Response)| {
        let place = place.clone().child("responses").child(status);
        if !response.sse_events.is_empty() && !action.sse_stream {
            return Some(Diagnostic::new(
                place.child("sseEvents").on_key(),
                "the action has events, but is not an event stream",
                "add `\"sseStream\": true` to the action, or remove the events",
            ));
        }
        let is_body = status.starts_with('2') && response.schema.is_some();
        (is_body && action.sse_stream).then(|| {
            Diagnostic::new(
                place.child("schema").on_key(),
                "the success of an event stream cannot have a body",
                "describe the events in `sseEvents`, or remove `sseStream`",
            )
        })
    };
    responses.filter_map(mistake).collect()
}
