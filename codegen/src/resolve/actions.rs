//! Requests with two bodies, and event streams with other results.

use crate::descriptor::{Action, Location, Resource};
use crate::diagnostics::{Diagnostic, Place};
use crate::read::{Document, Documents};

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    for document in documents.resources.values() {
        for (name, action) in &document.content.actions {
            let place = Place::at(&document.path, "/actions").child(name);
            found.extend(two_bodies(document, action, &place));
            found.extend(half_a_stream(action, &place));
        }
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
