//! Values with a grammar of their own: URLs, status codes, names of events, and names for Cargo and
//! a shell. Headers are checked in `headers`.

mod http;
mod package;
mod url;

use crate::diagnostics::{Diagnostic, Place};
use crate::read::Documents;

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    pages(documents, found);
    let service = &documents.service.content;
    let root = Place::at(&documents.service.path, "");
    let mut is_right = |place: Place, checked: Result<(), Wrong>| {
        if let Err(Wrong { message, help }) = checked {
            found.push(Diagnostic::new(place, message, help));
        }
    };
    let place = |key: &str| root.clone().child(key);
    is_right(place("baseUrl"), url::base(&service.base_url));
    let package = place("package");
    let crate_name = package::name(&service.package.name);
    is_right(package.clone().child("name"), crate_name);
    let crate_version = package::version(&service.package.version);
    is_right(package.clone().child("version"), crate_version);
    for (key, checked) in package::for_a_registry(&service.package) {
        is_right(package.clone().child(key), checked);
    }
    if let Some(authentication) = &service.authentication {
        let variable = package::variable(&authentication.environment);
        is_right(place("authentication").child("environment"), variable);
    }
    for document in documents.resources.values() {
        let root = Place::at(&document.path, "");
        for (name, action) in &document.content.actions {
            let action_place = root.clone().child("actions").child(name);
            for (status, response) in &action.responses {
                let place = action_place.clone().child("responses").child(status);
                is_right(place.clone().on_key(), http::status(status));
                for event in response.sse_events.keys() {
                    let place = place.clone().child("sseEvents").child(event);
                    is_right(place.on_key(), http::event(event));
                }
            }
        }
    }
}

/// Links to the vendor's documentation: an invalid one is only left out.
fn pages(documents: &Documents, found: &mut Vec<Diagnostic>) {
    let service = &documents.service;
    let resources = documents.resources.values();
    let resources = resources.map(|document| (&document.path, &document.content.documentation));
    let all = [(&service.path, &service.content.documentation)];
    for (path, page) in all.into_iter().chain(resources) {
        let Some(page) = page else { continue };
        if let Err(Wrong { message, help }) = url::page(page) {
            let place = Place::at(path, "/documentation");
            let mistake = Diagnostic::new(place, message, help);
            found.push(mistake.remove(&page.as_str().into()));
        }
    }
}

/// The message and the help.
#[derive(Debug)]
struct Wrong {
    message: String,
    help: String,
}

impl Wrong {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Wrong {
            message: message.into(),
            help: help.into(),
        }
    }
}

#[cfg(test)]
mod tests;
