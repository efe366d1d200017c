//! What an action is to the runtime: how it is sent, what a success returns, how it is paged.

use proc_macro2::TokenStream;
use quote::quote;

use super::types;
use crate::format::Part;
use crate::ir::{Action, Event, Outcome, Output, Paging, PagingStyle, Type};
use crate::names::ident;
use crate::rust::{docs, prose, values};

/// The `action!` call of a request.
pub(super) fn action_table(action: &Action) -> String {
    let Action {
        request,
        method,
        path,
        wire,
        ..
    } = action;
    let output = match &action.output {
        Output::Body(ty) => types::compact(&body(ty)),
        Output::Outcome(name, outcomes) => {
            let outcomes = outcomes.iter().map(
                |Outcome {
                     status, name, body, ..
                 }| {
                    let body = body
                        .as_ref()
                        .map(|ty| types::compact(&values::in_output(ty)));
                    let body = body.map(|ty| format!("({ty})")).unwrap_or_default();
                    format!("{status} {name}{body}")
                },
            );
            format!("{name} {{ {} }}", outcomes.collect::<Vec<_>>().join(", "))
        }
        Output::Events(name, _) => format!("events {name}"),
    };
    format!(
        "client_runtime::action!({request} = {wire:?} {{\n    {method} {path:?} -> {output}\n}});\n"
    )
}

/// The type of a success with one body, or with one or none.
fn body(ty: &Type) -> TokenStream {
    match ty {
        Type::Nullable(inner) => {
            let inner = values::in_output(inner);
            quote!(Option<#inner>)
        }
        ty => values::in_output(ty),
    }
}

/// The enum with what a success returns, where that is one of several things.
pub(super) fn returned(action: &Action) -> Vec<Part> {
    match &action.output {
        Output::Body(_) => Vec::new(),
        Output::Outcome(name, outcomes) => vec![Part::Items(outcome(action, name, outcomes))],
        Output::Events(name, list) => vec![
            Part::Items(events(action, name, list)),
            Part::Text(event_table(name, list)),
        ],
    }
}

fn outcome(action: &Action, name: &str, outcomes: &[Outcome]) -> TokenStream {
    let variants = outcomes.iter().map(|outcome| {
        let description = outcome.description.as_ref();
        let docs = docs::outer(&docs::labelled(&outcome.status, description));
        let name = ident(&outcome.name);
        let body = outcome.body.as_ref().map(values::in_output);
        let body = body.map(|ty| quote!((#ty)));
        quote!(#docs #name #body,)
    });
    let docs = format!("Success of {}, by status.", prose::code(&action.wire));
    let other = quote! {
        /// Body of a success with another status.
        Other(Json),
    };
    one_of(&docs, name, variants.chain([other]))
}

fn events(action: &Action, name: &str, list: &[Event]) -> TokenStream {
    let variants = list.iter().map(|event| {
        let description = described(event.description.as_ref());
        let wire = format!("{}.", prose::code(&event.wire));
        let docs = docs::outer(&docs::paragraphs([wire, description]));
        let name = ident(&event.name);
        let data = values::in_output(&event.data);
        quote!(#docs #name(#data),)
    });
    let docs = format!("Event of {}.", prose::code(&action.wire));
    let unknown = quote! {
        /// Unknown event, or one whose data does not have the described type.
        Unknown(ServerSentEvent),
    };
    one_of(&docs, name, variants.chain([unknown]))
}

fn described(description: Option<&String>) -> String {
    description
        .map(|text| prose::prose(text))
        .unwrap_or_default()
}

/// An enum with entire bodies in it; a program holds one at a time.
fn one_of(docs: &str, name: &str, variants: impl Iterator<Item = TokenStream>) -> TokenStream {
    let (docs, name) = (docs::outer(docs), ident(name));
    quote! {
        #docs
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant)]
        pub enum #name {
            #(#variants)*
        }
    }
}

/// The `events!` call of an enum of events.
fn event_table(name: &str, list: &[Event]) -> String {
    let mut text = format!("client_runtime::events!({name} {{\n");
    for event in list {
        let data = types::compact(&values::in_output(&event.data));
        text.push_str(&format!(
            "    {}({data}) = {:?},\n",
            ident(&event.name),
            event.wire
        ));
    }
    text.push_str("});\n");
    text
}

/// The `paged!` call of an action.
pub(super) fn paged(action: &Action, paging: &Paging) -> String {
    let optional = |name: &str, field: &Option<String>| match field.as_deref().map(ident) {
        Some(field) => format!(", {name}: {field}"),
        None => String::new(),
    };
    let style = match &paging.style {
        PagingStyle::Page { page, size, total } => format!(
            "page: {}{}{}",
            ident(page),
            optional("size", size),
            optional("total", total)
        ),
        PagingStyle::Offset {
            offset,
            size,
            total,
        } => format!(
            "offset: {}{}{}",
            ident(offset),
            optional("size", size),
            optional("total", total)
        ),
        PagingStyle::Cursor {
            cursor,
            ty,
            key,
            more,
        } => format!(
            "cursor: {}: {}, key: {}{}",
            ident(cursor),
            types::compact(&values::in_resource(ty)),
            ident(key),
            optional("more", more)
        ),
    };
    let item = types::compact(&values::in_output(&paging.item));
    format!(
        "client_runtime::paged!({} {{ {}: {item}, {style}{} }});\n",
        action.request,
        ident(&paging.items),
        optional("pin", &paging.pin)
    )
}
