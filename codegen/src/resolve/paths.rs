//! Path templates and the parameters in them.

use std::collections::{BTreeMap, BTreeSet};

use crate::descriptor::{Action, Location, Parameter, Resource};
use crate::diagnostics::{Diagnostic, Place, did_you_mean, quoted};
use crate::read::{Document, Documents};

/// The path template of an action.
pub(crate) fn template(resource: &Resource, action: &Action) -> String {
    format!(
        "{}{}",
        resource.path,
        action.path.as_deref().unwrap_or_default()
    )
}

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    for document in documents.resources.values() {
        templates(document, found);
        let mut of_all = Vec::new();
        for (name, action) in &document.content.actions {
            let place = Place::at(&document.path, "/actions").child(name);
            parameters(documents, document, place, action, &mut of_all);
        }
        // Mistakes in shared parts are reported once, not for each action.
        let mut seen = BTreeSet::new();
        of_all.retain(|mistake| seen.insert((mistake.pointer().to_owned(), about(mistake))));
        found.extend(of_all);
    }
}

/// The part of a message before the path template, which differs for each action.
fn about(mistake: &Diagnostic) -> String {
    let message = mistake.message();
    let end = message.find(" the path template ").unwrap_or(message.len());
    message[..end].to_owned()
}

fn templates(document: &Document<Resource>, found: &mut Vec<Diagnostic>) {
    let root = Place::at(&document.path, "");
    found.extend(malformed(
        root.clone().child("path"),
        &document.content.path,
    ));
    for (name, action) in &document.content.actions {
        if let Some(path) = &action.path {
            let place = root.clone().child("actions").child(name).child("path");
            found.extend(malformed(place, path));
        }
    }
}

fn malformed(place: Place, path: &str) -> Option<Diagnostic> {
    let well =
        path.starts_with('/') && !path.ends_with('/') && path.split('/').skip(1).all(is_segment);
    (!well).then(|| {
        Diagnostic::new(
            place,
            format!("{} is not a valid path template", quoted(path)),
            "write segments like `/instance` or `/{instanceId}`, each after its slash",
        )
    })
}

/// Whether a segment consists of unreserved characters (RFC 3986) and parameters in braces.
fn is_segment(segment: &str) -> bool {
    let mut inside = false;
    let well = segment.chars().all(|c| match c {
        '{' => !std::mem::replace(&mut inside, true),
        '}' => std::mem::replace(&mut inside, false),
        c => c.is_ascii_alphanumeric() || "-._~$".contains(c),
    });
    well && !inside && !matches!(segment, "" | "." | "..") && !segment.contains("{}")
}

/// The names in a template's braces.
fn named(template: &str) -> impl Iterator<Item = &str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
}

fn parameters(
    documents: &Documents,
    document: &Document<Resource>,
    place: Place,
    action: &Action,
    found: &mut Vec<Diagnostic>,
) {
    let resource = &document.content;
    let template = template(resource, action);
    let own = place.clone().child("params");
    let shared = Place::at(&document.path, "/params");
    let all: Vec<(Place, &Parameter)> = numbered(own, &action.params)
        .chain(numbered(shared, &resource.params))
        .collect();
    doubled(documents, &all, found);

    let declared = |name: &str| {
        all.iter()
            .any(|(_, p)| p.location == Location::Path && p.name == name)
    };
    for name in named(&template).filter(|name| !declared(name)) {
        let at_action = action
            .path
            .as_deref()
            .is_some_and(|path| named(path).any(|n| n == name));
        let place = if at_action {
            place.clone().child("path")
        } else {
            Place::at(&document.path, "/path")
        };
        found.push(Diagnostic::new(
            place,
            format!("the path parameter {} is not declared", quoted(name)),
            "add it to `params` with `\"in\": \"path\"`",
        ));
    }
    for (place, parameter) in &all {
        let name = parameter.name.as_str();
        if parameter.location == Location::Path && !named(&template).any(|n| n == name) {
            let help = match did_you_mean(name, named(&template)) {
                Some(other) => format!("did you mean {}?", quoted(other)),
                None => format!("put `{{{name}}}` into the path, or change its `in`"),
            };
            found.push(Diagnostic::new(
                place.clone().child("name"),
                format!(
                    "{} is not in the path template {}",
                    quoted(name),
                    quoted(&template)
                ),
                help,
            ));
        }
    }
}

fn numbered(place: Place, params: &[Parameter]) -> impl Iterator<Item = (Place, &Parameter)> {
    params
        .iter()
        .enumerate()
        .map(move |(index, parameter)| (place.clone().index(index), parameter))
}

/// Reports a parameter that repeats the name of another one of the same request, and a second body.
fn doubled(documents: &Documents, all: &[(Place, &Parameter)], found: &mut Vec<Diagnostic>) {
    let globals = Place::at(&documents.service.path, "/params");
    let globals = numbered(globals, &documents.service.content.params);
    let mut names: BTreeMap<&str, Place> = globals
        .map(|(place, parameter)| (parameter.name.as_str(), place))
        .collect();
    let mut body: Option<Place> = None;
    for (place, parameter) in all {
        if let Some(first) = names.insert(&parameter.name, place.clone()) {
            found.push(
                Diagnostic::new(
                    place.clone().child("name"),
                    format!(
                        "the parameter {} is declared twice",
                        quoted(&parameter.name)
                    ),
                    "remove or rename one of them",
                )
                .note(first.child("name"), "the other one"),
            );
        }
        if parameter.location == Location::Body
            && let Some(first) = body.replace(place.clone())
        {
            found.push(
                Diagnostic::new(
                    place.clone().child("in"),
                    "a request has at most one body",
                    "merge them into one parameter that has both as its properties",
                )
                .note(first.child("in"), "the other one"),
            );
        }
    }
}
