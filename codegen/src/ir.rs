//! The intermediate representation (IR): the API as the emitted crate will show it.
//!
//! It contains no tokens and no JSON Schema, and every Rust name in it is final.

mod condition;
mod types;

use serde_json::Value;

use crate::descriptor::Package;
use crate::diagnostics::Diagnostic;
pub(crate) use crate::normal::Kind;

pub(crate) use condition::{Condition, NamedCondition};
pub(crate) use types::*;

/// The whole API.
#[derive(Debug)]
pub(crate) struct Api {
    pub package: Package,
    pub title: String,
    pub description: Option<String>,
    pub version: String,
    pub base_url: String,
    pub documentation: Option<String>,
    /// The environment variable with the token, if the API requires one.
    pub token_variable: Option<String>,
    pub headers: Vec<(String, String)>,
    /// The actions that example programs show; none are chosen if it is empty.
    pub examples: Vec<String>,
    /// Global parameters, which every action accepts.
    pub globals: Vec<Parameter>,
    pub error: ErrorBody,
    pub resources: Vec<Resource>,
    pub type_modules: Vec<TypeModule>,
    /// The conditions referenced by rules and other conditions, by name.
    pub conditions: Vec<NamedCondition>,
    /// Notes on how the description was understood.
    pub remarks: Vec<Diagnostic>,
}

impl Api {
    /// All actions, each with its resource.
    pub(crate) fn actions(&self) -> impl Iterator<Item = (&Resource, &Action)> {
        let resources = self.resources.iter();
        resources.flat_map(|resource| {
            resource
                .actions
                .iter()
                .map(move |action| (resource, action))
        })
    }

    /// The rules for requests.
    pub(crate) fn request_rules(&self) -> Vec<&Rule> {
        let actions = self.resources.iter().flat_map(|resource| &resource.actions);
        let params = actions
            .flat_map(|action| &action.params)
            .chain(&self.globals);
        let mut rules: Vec<&Rule> = params.flat_map(|parameter| &parameter.rules).collect();
        for definition in self
            .type_modules
            .iter()
            .flat_map(|type_module| &type_module.definitions)
        {
            match &definition.kind {
                DefinitionKind::Object(object) if definition.position.request => {
                    rules.extend(object.fields.iter().flat_map(|field| &field.rules));
                    rules.extend(object.rest.iter().flat_map(|rest| &rest.rules));
                    rules.extend(&object.rules);
                }
                _ => {}
            }
        }
        rules
    }
}

/// The type of error bodies.
#[derive(Debug)]
pub(crate) enum ErrorBody {
    /// The API does not describe it.
    Unknown,
    /// A type with these optional fields.
    Known {
        name: String,
        code: String,
        message: String,
    },
}

impl ErrorBody {
    /// The type's name.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            ErrorBody::Unknown => None,
            ErrorBody::Known { name, .. } => Some(name),
        }
    }
}

/// A module of `resources`.
#[derive(Debug)]
pub(crate) struct Resource {
    pub wire: String,
    pub module: String,
    pub title: String,
    pub description: Option<String>,
    pub documentation: Option<String>,
    pub path: String,
    /// The struct whose methods create calls of the actions.
    pub handle: String,
    /// The struct with the parameters of the path.
    pub path_params: String,
    /// The parameters required to create a handle.
    pub params: Vec<Parameter>,
    pub actions: Vec<Action>,
    /// The feature that enables the module; `None` if the crate has no features.
    pub feature: Option<String>,
}

/// An action of a resource.
#[derive(Debug)]
pub(crate) struct Action {
    /// The API's name, e.g. `instanceAuditLogs.get`.
    pub wire: String,
    /// The handle's method.
    pub method_name: String,
    /// The struct with the parameters.
    pub request: String,
    pub method: &'static str,
    pub path: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub scopes: Vec<String>,
    /// The action's own parameters, then the resource's: the order of the query string.
    pub params: Vec<Parameter>,
    pub output: Output,
    pub responses: Vec<Response>,
    pub paging: Option<Paging>,
}

impl Action {
    /// The types that the action returns, including documented bodies.
    pub(crate) fn returned(&self) -> impl Iterator<Item = &Type> {
        let bodies = self.responses.iter();
        let bodies = bodies.filter_map(|response| response.body.as_ref());
        let paged = self.paging.iter().map(|paging| &paging.item);
        bodies.chain(self.output.types()).chain(paged)
    }
}

/// The result of a success.
#[derive(Debug)]
pub(crate) enum Output {
    /// A body of this type.
    Body(Type),
    /// One of several bodies, by status: an enum of this name.
    Outcome(String, Vec<Outcome>),
    /// A stream of events: an enum of this name.
    Events(String, Vec<Event>),
}

impl Output {
    /// The types of a success.
    pub(crate) fn types(&self) -> Vec<&Type> {
        match self {
            Output::Body(ty) => vec![ty],
            Output::Outcome(_, outcomes) => outcomes
                .iter()
                .filter_map(|outcome| outcome.body.as_ref())
                .collect(),
            Output::Events(_, events) => events.iter().map(|event| &event.data).collect(),
        }
    }

    /// Mutable references to the types of a success.
    pub(crate) fn types_mut(&mut self) -> Vec<&mut Type> {
        match self {
            Output::Body(ty) => vec![ty],
            Output::Outcome(_, outcomes) => outcomes
                .iter_mut()
                .filter_map(|outcome| outcome.body.as_mut())
                .collect(),
            Output::Events(_, events) => events.iter_mut().map(|event| &mut event.data).collect(),
        }
    }

    /// Whether a success has no body.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Output::Body(Type::Unit))
    }
}

/// A variant of the enum of an action's successes.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub status: String,
    pub name: String,
    pub description: Option<String>,
    /// The type of the body; `None` if it is empty.
    pub body: Option<Type>,
}

/// A variant of the enum of a stream's events.
#[derive(Debug)]
pub(crate) struct Event {
    pub wire: String,
    pub name: String,
    pub description: Option<String>,
    pub data: Type,
}

/// A documented response.
#[derive(Debug)]
pub(crate) struct Response {
    pub status: String,
    pub description: Option<String>,
    pub body: Option<Type>,
}

/// How an action's collection is paginated, by fields.
#[derive(Debug)]
pub(crate) struct Paging {
    pub item: Type,
    /// The response's field with the items.
    pub items: String,
    pub style: PagingStyle,
    /// The request's field that ends the collection's range, if it has one.
    pub pin: Option<String>,
}

impl Paging {
    /// Mutable references to the types that it names.
    pub(crate) fn types_mut(&mut self) -> impl Iterator<Item = &mut Type> {
        let key = match &mut self.style {
            PagingStyle::Page { .. } | PagingStyle::Offset { .. } => None,
            PagingStyle::Cursor { ty, .. } => Some(ty),
        };
        std::iter::once(&mut self.item).chain(key)
    }
}

/// The position of a page.
#[derive(Debug)]
pub(crate) enum PagingStyle {
    /// The page number.
    Page {
        /// The request's field with the page number.
        page: String,
        /// The response's field with the page size, if it has one.
        size: Option<String>,
        /// The response's field with the number of items on all pages, if it has one.
        total: Option<String>,
    },
    /// The number of items before the page.
    Offset {
        /// The request's field with that number.
        offset: String,
        /// The response's field with the page size, if it has one.
        size: Option<String>,
        /// The response's field with the number of items on all pages, if it has one.
        total: Option<String>,
    },
    /// The item before the page.
    Cursor {
        /// The request's field with the item's key.
        cursor: String,
        /// The type of the cursor and the key.
        ty: Type,
        /// The item's field that serves as the key.
        key: String,
        /// The response's field that indicates a next page, if it has one.
        more: Option<String>,
    },
}

/// A parameter of one action or of every action.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub wire: String,
    pub field: String,
    /// The method of the call that sets the parameter.
    pub setter: String,
    pub place: Place,
    pub required: bool,
    pub deprecated: bool,
    pub of_resource: bool,
    pub ty: Type,
    pub rules: Vec<Rule>,
    pub description: Option<String>,
    pub default: Option<Value>,
    pub example: Option<Value>,
}

/// The location of a parameter in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    JsonQuery,
    Header,
    Body,
    Part,
    File,
}
