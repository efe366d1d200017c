//! Descriptors to resources and actions.

use heck::ToTitleCase;

use crate::descriptor;
use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{Action, Event, Outcome, Output, Parameter, Resource, Response, Type};
use crate::names::{action_name, resource_name, type_name, variant_name};
use crate::read::{Document, Documents};
use crate::resolve::template;

use super::naming::Owner;
use super::paging::{paging, pin};
use super::parameters::name_setters;
use super::scope::{Scope, Wanted};
use super::types::Types;

/// The parameters of every action, and the types that only they use.
pub(super) fn globals(documents: &Documents, types: &mut Types<'_>) -> Vec<Parameter> {
    let service = &documents.service;
    let place = Place::at(&service.path, "/params");
    let params = &service.content.params;
    let mut globals = types.parameters(params, &place, &Owner::root("global"), &[]);
    name_setters(&mut globals, &[]);
    globals
}

/// Every resource.
pub(super) fn resources(
    documents: &Documents,
    globals: &[Parameter],
    types: &mut Types<'_>,
) -> Vec<Resource> {
    let wanted = documents.resources.iter().map(|(wire, document)| {
        let place = Place::at(&document.path, "");
        Wanted::new(wire, document.content.rust_name.as_deref(), place)
    });
    let modules = Scope::new("resources").assign(wanted, resource_name, &mut types.found);
    let mut resources = Vec::new();
    for ((wire, document), module) in documents.resources.iter().zip(modules) {
        let mut lowering = Lowering {
            wire,
            document,
            globals,
            conventions: &documents.service.content.paging,
            types: &mut *types,
        };
        resources.push(lowering.resource(module));
    }
    resources
}

struct Lowering<'l, 'd> {
    wire: &'l str,
    document: &'l Document<descriptor::Resource>,
    globals: &'l [Parameter],
    conventions: &'l [descriptor::PagingConvention],
    types: &'l mut Types<'d>,
}

/// The names of an action: of the handle's method, and of the request struct.
struct Names {
    method: String,
    /// What the names of the action's types begin with.
    stem: String,
    request: String,
}

impl Lowering<'_, '_> {
    fn resource(&mut self, module: String) -> Resource {
        let resource = &self.document.content;
        let shared = Place::at(&self.document.path, "/params");
        let root = Owner::root(self.wire);
        let mut params = self.types.parameters(&resource.params, &shared, &root, &[]);
        params.iter_mut().for_each(|param| param.of_resource = true);
        let mut actions = Vec::new();
        // Requests are named first: other types of an action are named after them.
        let names = self.names(&module);
        let place = Place::at(&self.document.path, "");
        let handle = self.claim(&format!("{module} handle"), &place);
        let path_params = self.claim(&format!("{module} path"), &place);
        for ((name, action), names) in resource.actions.iter().zip(names) {
            let place = Place::at(&self.document.path, "/actions").child(name);
            actions.push(self.action(name, action, place, names, &params));
        }
        let title = resource.title.clone();
        Resource {
            wire: self.wire.to_owned(),
            module,
            title: title.unwrap_or_else(|| self.wire.to_title_case()),
            description: resource.description.clone(),
            documentation: resource.documentation.clone(),
            path: resource.path.clone(),
            handle,
            path_params,
            params,
            actions,
            feature: None,
        }
    }

    /// The names of all actions.
    fn names(&mut self, module: &str) -> Vec<Names> {
        let actions = Place::at(&self.document.path, "/actions");
        let wanted = self.document.content.actions.iter().map(|(wire, action)| {
            let place = actions.clone().child(wire);
            Wanted::new(wire, action.rust_name.as_deref(), place)
        });
        let found = &mut self.types.found;
        let methods = Scope::new("actions").assign(wanted, action_name, found);
        let mut names = Vec::with_capacity(methods.len());
        let wires = self.document.content.actions.keys();
        for (method, wire) in methods.into_iter().zip(wires) {
            // Distinct methods make distinct requests, unless a name is invalid.
            let name = if action_name(wire) == method {
                wire
            } else {
                &method
            };
            let place = actions.clone().child(wire).on_key();
            let stem = format!("{module} {name}");
            let request = self.claim(&format!("{stem} request"), &place);
            names.push(Names {
                method,
                stem,
                request,
            });
        }
        names
    }

    fn action(
        &mut self,
        name: &str,
        action: &descriptor::Action,
        place: Place,
        names: Names,
        shared: &[Parameter],
    ) -> Action {
        let root = Owner::root(self.wire);
        let owner = root.property(name);
        let at = place.clone().child("params");
        let mut params = self.types.parameters(&action.params, &at, &owner, shared);
        params.extend(shared.iter().cloned());
        name_setters(&mut params, self.globals);
        let responses = self.responses(action, &place, &owner);
        let output = if action.sse_stream {
            self.events(action, &place, &owner, &names)
        } else {
            self.output(&responses, &place, &names)
        };
        let mut paging = paging(self.conventions, &params, &output, self.types);
        if let Some(wire) = &action.pin {
            let found = &mut self.types.found;
            pin(&mut paging, wire, &params, place.child("pin"), found);
        }
        Action {
            wire: format!("{}.{name}", self.wire),
            method_name: names.method,
            request: names.request,
            method: action.method.as_str(),
            path: template(&self.document.content, action),
            summary: action.summary.clone(),
            description: action.description.clone(),
            scopes: scopes(&self.document.content, action),
            paging,
            params,
            output,
            responses,
        }
    }

    fn responses(
        &mut self,
        action: &descriptor::Action,
        place: &Place,
        owner: &Owner<'_>,
    ) -> Vec<Response> {
        let mut responses = Vec::new();
        for (status, response) in &action.responses {
            let place = place.clone().child("responses").child(status);
            let is_status = status.len() == 3 && matches!(status.parse::<u16>(), Ok(100..=599));
            if !is_status {
                self.types.found.push(Diagnostic::new(
                    place.clone().on_key(),
                    format!("`{status}` is not an HTTP status code"),
                    "use a number from 100 to 599",
                ));
            }
            let owner = owner.property("response");
            let body = response.schema.as_ref();
            let body = body.map(|_| self.types.inline(&place.child("schema"), &owner).0);
            responses.push(Response {
                status: status.clone(),
                description: response.description.clone(),
                body,
            });
        }
        responses.sort_by(|a, b| a.status.cmp(&b.status));
        responses
    }

    /// The successes of an action: one body, an optional one, or one of several.
    fn output(&mut self, responses: &[Response], place: &Place, names: &Names) -> Output {
        let successes = responses
            .iter()
            .filter(|response| response.status.starts_with('2'));
        let successes: Vec<&Response> = successes.collect();
        let mut bodies: Vec<Option<&Type>> = Vec::new();
        for success in &successes {
            if !bodies.contains(&success.body.as_ref()) {
                bodies.push(success.body.as_ref());
            }
        }
        match bodies.as_slice() {
            [] | [None] => Output::Body(Type::Unit),
            [Some(only)] => Output::Body((*only).clone()),
            [Some(one), None] | [None, Some(one)] => {
                Output::Body(Type::Nullable(Box::new((*one).clone())))
            }
            _ => {
                let name = self.claim(&format!("{} outcome", names.stem), place);
                let mut scope = Scope::new("outcomes");
                let found = &mut self.types.found;
                let outcomes = successes.into_iter().map(|success| Outcome {
                    status: success.status.clone(),
                    name: scope.claim(status_name(&success.status), &success.status, place, found),
                    description: success.description.clone(),
                    body: success.body.clone(),
                });
                Output::Outcome(name, outcomes.collect())
            }
        }
    }

    /// The events of an action that is an event stream.
    fn events(
        &mut self,
        action: &descriptor::Action,
        place: &Place,
        owner: &Owner<'_>,
        names: &Names,
    ) -> Output {
        let name = self.claim(&format!("{} event", names.stem), place);
        let at = |status: &str| {
            let place = place.clone().child("responses").child(status);
            place.child("sseEvents")
        };
        let responses = action.responses.iter();
        let all: Vec<_> = responses
            .flat_map(|(status, response)| {
                let events = response.sse_events.iter();
                events.map(move |(wire, event)| (at(status).child(wire), wire, event))
            })
            .collect();
        let wanted = all.iter().map(|(place, wire, event)| {
            Wanted::new(wire, event.rust_name.as_deref(), place.clone())
        });
        let variants = Scope::new("events").assign(wanted, variant_name, &mut self.types.found);
        let mut events = Vec::new();
        for ((place, wire, event), name) in all.into_iter().zip(variants) {
            let schema = place.child("schema");
            let owner = owner.property(wire);
            let (data, _) = self.types.inline(&schema, &owner);
            events.push(Event {
                wire: wire.clone(),
                name,
                description: event.description.clone(),
                data,
            });
        }
        Output::Events(name, events)
    }

    /// Names an enum of an action after the action and `what`.
    fn claim(&mut self, words: &str, place: &Place) -> String {
        let types = &mut *self.types;
        let place = place.clone().on_key();
        types
            .scope
            .claim(type_name(words), self.wire, &place, &mut types.found)
    }
}

/// The variant for a success status: by its reason phrase (RFC 9110).
fn status_name(status: &str) -> String {
    match status {
        "200" => "Ok".to_owned(),
        "201" => "Created".to_owned(),
        "202" => "Accepted".to_owned(),
        "203" => "NonAuthoritative".to_owned(),
        "204" => "NoContent".to_owned(),
        "205" => "ResetContent".to_owned(),
        "206" => "PartialContent".to_owned(),
        "207" => "MultiStatus".to_owned(),
        other => format!("Status{other}"),
    }
}

/// The scopes that permit an action: its own, then the resource's.
fn scopes(resource: &descriptor::Resource, action: &descriptor::Action) -> Vec<String> {
    let more = resource.auth.iter();
    let more = more.filter(|scope| !action.auth.contains(scope));
    action.auth.iter().chain(more).cloned().collect()
}
