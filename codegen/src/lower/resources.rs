//! Descriptors to resources, actions and parameters.

use std::collections::BTreeMap;

use crate::descriptor::{self, Location, PagingConvention, ParameterType};
use crate::diagnostics::{Diagnostic, Place};
use crate::ir;
use crate::ir::{
    Action, Definition, DefinitionKind, Field, Home, Name, Paging, Parameter, Position, Resource,
    Response, Rule, Type, Variant,
};
use crate::names::{action_name, field_name, resource_name, setter_name, type_name};
use crate::read::{Document, Documents};
use crate::resolve::template;

use super::names::Scope;
use super::types::{Owner, Text, Types, integer_rules, number_rules, variants};

/// The parameters of every action, and the types that only those use.
pub(super) fn globals(
    documents: &Documents,
    types: &mut Types,
    found: &mut Vec<Diagnostic>,
) -> (Vec<Parameter>, Vec<Definition>) {
    let service = &documents.service;
    let mut scope = ParameterScope::new();
    let mut enums = Enums::new("every action".to_owned(), "Global");
    let mut globals = Vec::new();
    for (index, parameter) in service.content.params.iter().enumerate() {
        let place = Place::at(&service.path, "/params").index(index);
        let owner = Owner::new("api", "global");
        let lowered = enums.parameter(parameter, &place, &owner, types, found);
        scope.claim(&lowered, place, found);
        globals.push(lowered);
    }
    (globals, enums.definitions)
}

/// Where every parameter wants a field and a setter of its own.
struct ParameterScope {
    fields: Scope,
    setters: Scope,
}

impl ParameterScope {
    fn new() -> Self {
        ParameterScope {
            fields: Scope::new("parameters"),
            setters: Scope::new("setters of parameters"),
        }
    }

    fn claim(&mut self, parameter: &Parameter, place: Place, found: &mut Vec<Diagnostic>) {
        let Parameter {
            wire,
            field,
            setter,
            ..
        } = parameter;
        let place = place.child("name");
        let reported = found.len();
        self.fields.claim(field.clone(), wire, place.clone(), found);
        // Of two fields that collide, so do the setters.
        if found.len() == reported {
            self.setters.claim(setter.clone(), wire, place, found);
        }
    }
}

/// Every resource.
pub(super) fn resources(
    documents: &Documents,
    globals: &[Parameter],
    types: &mut Types,
    found: &mut Vec<Diagnostic>,
) -> Vec<Resource> {
    let mut scope = Scope::new("resources");
    let mut resources = Vec::new();
    for (wire, document) in &documents.resources {
        let place = Place::at(&document.path, "");
        let module = scope.claim(resource_name(wire), wire, place, found);
        let mut lowering = Lowering {
            wire,
            document,
            globals,
            conventions: &documents.service.content.paging,
            enums: Enums::new(format!("the resource `{wire}`"), ""),
            types: &mut *types,
            found: &mut *found,
        };
        resources.push(lowering.resource(module));
    }
    resources
}

struct Lowering<'d, 't> {
    wire: &'d str,
    document: &'d Document<descriptor::Resource>,
    globals: &'d [Parameter],
    conventions: &'d [PagingConvention],
    enums: Enums,
    types: &'t mut Types,
    found: &'t mut Vec<Diagnostic>,
}

impl Lowering<'_, '_> {
    fn resource(&mut self, module: String) -> Resource {
        let resource = &self.document.content;
        let shared = Place::at(&self.document.path, "/params");
        let params = self.params(&resource.params, shared, "", true);
        let mut methods = Scope::new("actions");
        let mut actions = Vec::new();
        for (name, action) in &resource.actions {
            let place = Place::at(&self.document.path, "/actions").child(name);
            let key = place.clone().on_key();
            let method_name = methods.claim(action_name(name), name, key.clone(), self.found);
            let request = type_name(name);
            let request = self.enums.scope.claim(request, name, key, self.found);
            let names = (method_name, request);
            actions.push(self.action(name, action, place, names, &params));
        }
        Resource {
            wire: self.wire.to_owned(),
            module,
            title: resource
                .title
                .clone()
                .unwrap_or_else(|| self.wire.to_owned()),
            description: resource.description.clone(),
            documentation: resource.documentation.clone(),
            path: resource.path.clone(),
            params,
            actions,
            definitions: std::mem::take(&mut self.enums.definitions),
        }
    }

    fn params(
        &mut self,
        params: &[descriptor::Parameter],
        place: Place,
        action: &str,
        of_resource: bool,
    ) -> Vec<Parameter> {
        let mut lowered = Vec::new();
        for (index, parameter) in params.iter().enumerate() {
            let place = place.clone().index(index);
            let owner = Owner::new(self.wire, &format!("{} {action}", self.wire));
            let parameter = self
                .enums
                .parameter(parameter, &place, &owner, self.types, self.found);
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
        (method_name, request): (String, String),
        shared: &[Parameter],
    ) -> Action {
        let mut params = self.params(&action.params, place.clone().child("params"), name, false);
        let own = params.len();
        params.extend(shared.iter().cloned());
        let mut scope = ParameterScope::new();
        for (index, parameter) in params.iter_mut().enumerate() {
            let place = match index.checked_sub(own) {
                None => place.clone().child("params").index(index),
                Some(index) => Place::at(&self.document.path, "/params").index(index),
            };
            // A call has a method for each global parameter already.
            if self
                .globals
                .iter()
                .any(|global| global.setter == parameter.setter)
            {
                parameter.setter.push_str("_param");
            }
            scope.claim(parameter, place, self.found);
        }
        let responses = self.responses(action, place);
        let success = responses
            .iter()
            .find(|response| response.status.starts_with('2'));
        let output = success.and_then(|response| response.body.clone());
        let output = output.unwrap_or(Type::Unit);
        Action {
            wire: format!("{}.{name}", self.wire),
            method_name,
            request,
            method: action.method.as_str(),
            path: template(&self.document.content, action),
            summary: action.summary.clone(),
            description: action.description.clone(),
            scopes: scopes(&self.document.content, action),
            paging: self.paging(&params, &output),
            params,
            output,
            responses,
        }
    }

    fn responses(&mut self, action: &descriptor::Action, place: Place) -> Vec<Response> {
        let mut responses = Vec::new();
        for (status, response) in &action.responses {
            let place = place.clone().child("responses").child(status);
            let is_status = status.len() == 3 && matches!(status.parse::<u16>(), Ok(100..=599));
            if !is_status {
                self.found.push(Diagnostic::new(
                    place.clone().on_key(),
                    format!("`{status}` is no HTTP status code"),
                    "use a number from 100 to 599",
                ));
            }
            let owner = Owner::new(self.wire, &format!("{} response", self.wire));
            let body = response.schema.as_ref();
            let body = body.map(|s| {
                self.types
                    .lower(s, place.child("schema"), &owner, self.found)
                    .0
            });
            responses.push(Response {
                status: status.clone(),
                description: response.description.clone(),
                body,
            });
        }
        responses.sort_by(|a, b| a.status.cmp(&b.status));
        responses
    }

    /// The paging of an action that takes and returns what one of the conventions names.
    fn paging(&self, params: &[Parameter], output: &Type) -> Option<Paging> {
        let Type::Named(name) = output else {
            return None;
        };
        let object = self.types.object(&name.rust)?;
        let field = |wire: &str| object.fields.iter().find(|field| field.wire == wire);
        let number = |wire: &str| field(wire).filter(|f| f.ty == Type::Integer && !f.required);
        let parameter = |wire: &str| {
            let mut params = params.iter();
            params.find(|p| p.wire == wire && p.place == ir::Place::Query && p.ty == Type::Integer)
        };
        self.conventions.iter().find_map(|convention| {
            let page = parameter(&convention.page).filter(|page| !page.required)?;
            let size = parameter(&convention.per_page)?;
            let items = field(&convention.items)?;
            let Type::Array(item) = &items.ty else {
                return None;
            };
            let name = |field: &Field| field.name.clone();
            Some(Paging {
                page: page.field.clone(),
                item: (**item).clone(),
                items: name(items),
                per_page: number(&size.wire).map(name),
                total: convention.total.as_deref().and_then(number).map(name),
            })
        })
    }
}

/// The scopes that let an action through: its own, then the resource's.
fn scopes(resource: &descriptor::Resource, action: &descriptor::Action) -> Vec<String> {
    let mut scopes = action.auth.clone();
    scopes.extend(
        resource
            .auth
            .iter()
            .filter(|scope| !action.auth.contains(scope))
            .cloned(),
    );
    scopes
}

/// The enums that only one resource's parameters use.
struct Enums {
    /// Whose parameters these are, for the docs.
    whose: String,
    prefix: String,
    scope: Scope,
    names: BTreeMap<String, Vec<Variant>>,
    definitions: Vec<Definition>,
}

impl Enums {
    fn new(whose: String, prefix: &str) -> Self {
        Enums {
            whose,
            prefix: prefix.to_owned(),
            scope: Scope::new("types"),
            names: BTreeMap::new(),
            definitions: Vec::new(),
        }
    }

    fn parameter(
        &mut self,
        parameter: &descriptor::Parameter,
        place: &Place,
        owner: &Owner,
        types: &mut Types,
        found: &mut Vec<Diagnostic>,
    ) -> Parameter {
        let (ty, rules) = self.ty(parameter, place, owner, types, found);
        Parameter {
            wire: parameter.name.clone(),
            field: field_name(&parameter.name),
            setter: setter_name(&parameter.name),
            place: match (parameter.location, parameter.kind) {
                (Location::Path, _) => ir::Place::Path,
                (Location::Query, Some(ParameterType::Object)) => ir::Place::JsonQuery,
                (Location::Query, _) => ir::Place::Query,
                (Location::Header, _) => ir::Place::Header,
                (Location::Body, _) => ir::Place::Body,
            },
            required: parameter.required || parameter.location == Location::Path,
            deprecated: parameter.deprecated,
            of_resource: false,
            ty,
            rules,
            description: parameter.description.clone(),
            default: parameter.default.clone(),
            example: parameter.example.clone(),
        }
    }

    fn ty(
        &mut self,
        parameter: &descriptor::Parameter,
        place: &Place,
        owner: &Owner,
        types: &mut Types,
        found: &mut Vec<Diagnostic>,
    ) -> (Type, Vec<Rule>) {
        if let Some(schema) = &parameter.schema {
            return types.lower(schema, place.clone().child("schema"), owner, found);
        }
        if let Some(values) = &parameter.values {
            let texts = values.iter().filter_map(|value| value.as_str());
            let variants = variants(texts, place.clone().child("enum"), found);
            return (
                Type::Named(self.name(parameter, variants, place, found)),
                Vec::new(),
            );
        }
        match parameter.kind {
            Some(ParameterType::Boolean) => (Type::Bool, Vec::new()),
            Some(ParameterType::Integer) if parameter.format.as_deref() == Some("unix-ms") => {
                (Type::UnixMillis, Vec::new())
            }
            Some(ParameterType::Integer) => (
                Type::Integer,
                integer_rules(&parameter.minimum, &parameter.maximum),
            ),
            Some(ParameterType::Number) => (
                Type::Number,
                number_rules(&parameter.minimum, &parameter.maximum),
            ),
            Some(ParameterType::Object) => (Type::Json, vec![Rule::Object]),
            Some(ParameterType::String) | None => types.text(Text {
                format: parameter.format.as_deref(),
                pattern: parameter.pattern.as_deref(),
                length: (parameter.min_length, parameter.max_length),
            }),
        }
    }

    /// The name of a parameter's enum, which is shared by parameters of the same name and values.
    fn name(
        &mut self,
        parameter: &descriptor::Parameter,
        variants: Vec<Variant>,
        place: &Place,
        found: &mut Vec<Diagnostic>,
    ) -> Name {
        let wire = format!("{} {}", self.prefix, parameter.name);
        let rust = type_name(&wire);
        let home = Home::Parameters;
        if self.names.get(&rust) != Some(&variants) {
            let named = place.clone().child("name");
            self.scope
                .claim(rust.clone(), &parameter.name, named, found);
            self.names.insert(rust.clone(), variants.clone());
            self.definitions.push(Definition {
                name: rust.clone(),
                doc: Some(format!(
                    "The values of `{}` of {}.",
                    parameter.name, self.whose
                )),
                source: place.reference(),
                position: Position {
                    request: true,
                    response: false,
                },
                kind: DefinitionKind::Enum(variants),
            });
        }
        Name { rust, home }
    }
}
