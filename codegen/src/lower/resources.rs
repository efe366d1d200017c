//! Descriptors to resources and actions.

use crate::descriptor;
use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{Action, Definition, Event, Outcome, Output, Parameter, Resource, Response, Type};
use crate::names::{action_name, request_name, resource_name, variant_name};
use crate::read::{Document, Documents};
use crate::resolve::template;

use super::naming::Owner;
use super::paging::{paging, pin};
use super::parameters::{Enums, ParameterScope};
use super::scope::Scope;
use super::types::Types;

/// The parameters of every action, and the types that only those use.
pub(super) fn globals(
    documents: &Documents,
    types: &mut Types<'_>,
) -> (Vec<Parameter>, Vec<Definition>) {
    let service = &documents.service;
    let mut scope = ParameterScope::new();
    let mut enums = Enums::new("every action".to_owned(), "Global");
    let mut globals = Vec::new();
    for (index, parameter) in service.content.params.iter().enumerate() {
        let place = Place::at(&service.path, "/params").index(index);
        let lowered = enums.parameter(parameter, &place, &Owner::root("global"), types);
        scope.claim(&lowered, place, &mut types.found);
        globals.push(lowered);
    }
    (globals, enums.definitions)
}

/// Every resource.
pub(super) fn resources(
    documents: &Documents,
    globals: &[Parameter],
    types: &mut Types<'_>,
) -> Vec<Resource> {
    let mut scope = Scope::new("resources");
    let mut resources = Vec::new();
    for (wire, document) in &documents.resources {
        let place = Place::at(&document.path, "");
        let module = scope.claim(resource_name(wire), wire, place, &mut types.found);
        let mut lowering = Lowering {
            wire,
            document,
            globals,
            conventions: &documents.service.content.paging,
            enums: Enums::new(format!("the resource `{wire}`"), ""),
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
    enums: Enums,
    types: &'l mut Types<'d>,
}

/// The names of an action: of the handle's method, and of the struct with the parameters.
struct Names {
    method: String,
    request: String,
}

impl Lowering<'_, '_> {
    fn resource(&mut self, module: String) -> Resource {
        let resource = &self.document.content;
        let shared = Place::at(&self.document.path, "/params");
        let params = self.params(&resource.params, shared, &Owner::root(self.wire), true);
        let mut methods = Scope::new("actions");
        let mut actions = Vec::new();
        // Requests are named first: what else an action needs is named after them.
        let mut names = Vec::new();
        for name in resource.actions.keys() {
            let key = Place::at(&self.document.path, "/actions")
                .child(name)
                .on_key();
            let found = &mut self.types.found;
            names.push(Names {
                method: methods.claim(action_name(name), name, key.clone(), found),
                request: self.enums.scope.claim(request_name(name), name, key, found),
            });
        }
        for ((name, action), names) in resource.actions.iter().zip(names) {
            let place = Place::at(&self.document.path, "/actions").child(name);
            actions.push(self.action(name, action, place, names, &params));
        }
        let title = resource.title.clone();
        Resource {
            wire: self.wire.to_owned(),
            module,
            title: title.unwrap_or_else(|| self.wire.to_owned()),
            description: resource.description.clone(),
            documentation: resource.documentation.clone(),
            path: resource.path.clone(),
            params,
            actions,
            definitions: std::mem::take(&mut self.enums.definitions),
            feature: None,
        }
    }

    fn params(
        &mut self,
        params: &[descriptor::Parameter],
        place: Place,
        owner: &Owner<'_>,
        of_resource: bool,
    ) -> Vec<Parameter> {
        let mut lowered = Vec::new();
        for (index, parameter) in params.iter().enumerate() {
            let place = place.clone().index(index);
            let parameter = self.enums.parameter(parameter, &place, owner, self.types);
            lowered.push(Parameter {
                of_resource,
                ..parameter
            });
        }
        lowered
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
        let mut params = self.params(&action.params, place.clone().child("params"), &owner, false);
        let own = params.len();
        params.extend(shared.iter().cloned());
        let mut scope = ParameterScope::new();
        for (index, parameter) in params.iter_mut().enumerate() {
            let place = match index.checked_sub(own) {
                None => place.clone().child("params").index(index),
                Some(index) => Place::at(&self.document.path, "/params").index(index),
            };
            // A call has a method for each global parameter already.
            let mut globals = self.globals.iter();
            if globals.any(|global| global.setter == parameter.setter) {
                parameter.setter.push_str("_param");
            }
            scope.claim(parameter, place, &mut self.types.found);
        }
        let responses = self.responses(action, &place, &owner);
        let output = match action.sse_stream {
            true => self.events(action, &place, &owner, &names),
            false => self.output(&responses, &place, &names),
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
                    format!("`{status}` is no HTTP status code"),
                    "use a number from 100 to 599",
                ));
            }
            let owner = owner.property("response");
            let body = response.schema.as_ref();
            let body = body.map(|s| self.types.lower(s, &place.child("schema"), &owner).0);
            responses.push(Response {
                status: status.clone(),
                description: response.description.clone(),
                body,
            });
        }
        responses.sort_by(|a, b| a.status.cmp(&b.status));
        responses
    }

    /// What the successes of an action return: one body, one or none, or one of several.
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
                let name = self.claim(names, "Outcome", place);
                let mut scope = Scope::new("outcomes");
                let outcomes = successes.into_iter().map(|success| Outcome {
                    status: success.status.clone(),
                    name: scope.claim(
                        status_name(&success.status),
                        &success.status,
                        place.clone(),
                        &mut self.types.found,
                    ),
                    description: success.description.clone(),
                    body: success.body.clone(),
                });
                Output::Outcome(name, outcomes.collect())
            }
        }
    }

    /// The events of an action that is a stream of them.
    fn events(
        &mut self,
        action: &descriptor::Action,
        place: &Place,
        owner: &Owner<'_>,
        names: &Names,
    ) -> Output {
        let name = self.claim(names, "Event", place);
        let mut scope = Scope::new("events");
        let mut events = Vec::new();
        for (status, response) in &action.responses {
            let place = place
                .clone()
                .child("responses")
                .child(status)
                .child("sseEvents");
            for (wire, event) in &response.sse_events {
                let place = place.clone().child(wire);
                let schema = place.clone().child("schema");
                let (data, _) = self
                    .types
                    .lower(&event.schema, &schema, &owner.property(wire));
                let key = place.on_key();
                events.push(Event {
                    wire: wire.clone(),
                    name: scope.claim(variant_name(wire), wire, key, &mut self.types.found),
                    description: event.description.clone(),
                    data,
                });
            }
        }
        Output::Events(name, events)
    }

    /// Names the enum of an action that is called by the action and `what`.
    fn claim(&mut self, names: &Names, what: &str, place: &Place) -> String {
        let name = request_name(&format!("{} {what}", names.request));
        let place = place.clone().on_key();
        let wire = self.wire;
        self.enums
            .scope
            .claim(name, wire, place, &mut self.types.found)
    }
}

/// The variant for a status of success: by its reason phrase (RFC 9110).
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

/// The scopes that let an action through: its own, then the resource's.
fn scopes(resource: &descriptor::Resource, action: &descriptor::Action) -> Vec<String> {
    let mut scopes = action.auth.clone();
    let more = resource
        .auth
        .iter()
        .filter(|scope| !action.auth.contains(scope));
    scopes.extend(more.cloned());
    scopes
}
