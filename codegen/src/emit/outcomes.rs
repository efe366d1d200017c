//! The runtime's tables for an action: how it is sent, what a success returns, how it is paginated.

use crate::ir::{Action, Event, Outcome, Output, Paging, PagingStyle, Type};
use crate::names::ident;
use crate::rust::{docs, layout, prose, values};

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
        Output::Body(ty) => body(ty),
        Output::Outcome(name, outcomes) => {
            let outcomes = outcomes.iter().map(
                |Outcome {
                     status, name, body, ..
                 }| {
                    let body = body.as_ref().map(values::in_output);
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

/// The type of a success with one body, or with an optional body.
fn body(ty: &Type) -> String {
    match ty {
        Type::Nullable(inner) => format!("Option<{}>", values::in_output(inner)),
        ty => values::in_output(ty),
    }
}

/// The enum of an action's results, if a success returns one of several.
pub(super) fn returned(action: &Action) -> Vec<String> {
    match &action.output {
        Output::Body(_) => Vec::new(),
        Output::Outcome(name, outcomes) => vec![outcome(action, name, outcomes)],
        Output::Events(name, list) => vec![events(action, name, list), event_table(name, list)],
    }
}

fn outcome(action: &Action, name: &str, outcomes: &[Outcome]) -> String {
    let variants = outcomes.iter().map(|outcome| {
        let docs = docs::labelled(&outcome.status, outcome.description.as_ref());
        (
            docs,
            outcome.name.as_str(),
            outcome.body.as_ref().map(values::in_output),
        )
    });
    let other = (
        "Body of a success with another status.".to_owned(),
        "Other",
        Some("Json".to_owned()),
    );
    let docs = format!("Success of {}, by status.", prose::code(&action.wire));
    one_of(&docs, name, variants.chain([other]))
}

fn events(action: &Action, name: &str, list: &[Event]) -> String {
    let variants = list.iter().map(|event| {
        let description = event.description.as_deref().map(prose::prose);
        let wire = format!("{}.", prose::code(&event.wire));
        let docs = docs::paragraphs([wire, description.unwrap_or_default()]);
        (
            docs,
            event.name.as_str(),
            Some(values::in_output(&event.data)),
        )
    });
    let unknown = (
        "Unknown event, or one whose data does not have the described type.".to_owned(),
        "Unknown",
        Some("ServerSentEvent".to_owned()),
    );
    let docs = format!("Event of {}.", prose::code(&action.wire));
    one_of(&docs, name, variants.chain([unknown]))
}

/// An enum of entire bodies. A program holds one at a time. Each variant has docs, a name and a
/// type.
fn one_of<'v>(
    docs: &str,
    name: &str,
    variants: impl Iterator<Item = (String, &'v str, Option<String>)>,
) -> String {
    let mut text = format!(
        "{}#[derive(Clone, PartialEq)]\n#[non_exhaustive]\n\
         #[allow(clippy::large_enum_variant)]\npub enum {} {{\n",
        layout::comment(0, docs),
        ident(name),
    );
    for (docs, name, body) in variants {
        text.push_str(&layout::comment(4, &docs));
        let name = ident(name).to_string();
        match body {
            Some(body) => text.push_str(&layout::variant(4, &name, &body)),
            None => text.push_str(&format!("    {name},\n")),
        }
    }
    text.push_str("}\n");
    text
}

/// The `events!` call of an enum of events.
fn event_table(name: &str, list: &[Event]) -> String {
    let mut text = format!("client_runtime::events!({name} {{\n");
    for event in list {
        let data = values::in_output(&event.data);
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
    let line = |name: &str, field: &str| format!("    {name}: {}", ident(field));
    let optional = |name: &str, field: &Option<String>| field.as_deref().map(|f| line(name, f));
    let item = values::in_output(&paging.item);
    let mut lines = vec![format!("    {}: {item}", ident(&paging.items))];
    match &paging.style {
        PagingStyle::Page { page, size, total } => {
            lines.push(line("page", page));
            lines.extend(optional("size", size));
            lines.extend(optional("total", total));
        }
        PagingStyle::Offset {
            offset,
            size,
            total,
        } => {
            lines.push(line("offset", offset));
            lines.extend(optional("size", size));
            lines.extend(optional("total", total));
        }
        PagingStyle::Cursor {
            cursor,
            ty,
            key,
            more,
        } => {
            let ty = values::in_resource(ty);
            lines.push(format!("    cursor: {}: {ty}", ident(cursor)));
            lines.push(line("key", key));
            lines.extend(optional("more", more));
        }
    }
    lines.extend(optional("pin", &paging.pin));
    format!(
        "client_runtime::paged!({} {{\n{}\n}});\n",
        ident(&action.request),
        lines.join(",\n")
    )
}
