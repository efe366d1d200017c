//! The docs of actions.

use super::super::prose::{cell, code, prose};
use super::{default_value, described, paragraphs};
use crate::ir::{Action, Response, Type};

/// The docs of the method that creates an action's call.
pub(crate) fn action(action: &Action, example: Option<String>) -> String {
    let summary = described(action.summary.as_ref(), || {
        format!("Performs {}.", code(&action.wire))
    });
    let description = action.description.as_deref().map(prose).unwrap_or_default();
    let request = code(&format!("{} {}", action.method, action.path));
    let scopes: Vec<_> = action.scopes.iter().map(|scope| code(scope)).collect();
    let scopes = match scopes.as_slice() {
        [] => String::new(),
        scopes => format!("Scopes: any of {}.", scopes.join(", ")),
    };
    let pin = action
        .paging
        .as_ref()
        .and_then(|paging| paging.pin.as_ref());
    let pin = pin.map(|field| {
        let field = code(field);
        format!(
            "A stream over pages or items fixes {field} when it starts, unless it is set, so later entries are not returned and do not shift pages."
        )
    });
    let table = responses(&action.responses);
    let example = example
        .map(|code| format!("```no_run\n{code}```"))
        .unwrap_or_default();
    paragraphs([
        summary,
        description,
        request,
        parameters(action),
        scopes,
        pin.unwrap_or_default(),
        table,
        example,
    ])
}

/// The table of parameters for which an action's call has setters. Links have no `r#`.
fn parameters(action: &Action) -> String {
    let optional = action.params.iter().filter(|p| !p.required);
    let rows: Vec<_> = optional
        .map(|parameter| {
            let setter = &parameter.setter;
            let default = parameter.default.as_ref().map(default_value);
            // A bar ends the cell, even in code.
            let default = default
                .filter(|text| !text.contains('|'))
                .unwrap_or_default();
            let summary = parameter.description.as_deref().map(cell);
            let summary = summary.unwrap_or_default();
            let name = format!("[`{setter}`]({}::{setter})", action.request);
            format!("| {name} | {default} | {summary} |")
        })
        .collect();
    match rows.as_slice() {
        [] => String::new(),
        rows => format!(
            "| parameter | default | |\n|---|---|---|\n{}",
            rows.join("\n")
        ),
    }
}

/// The table of responses; errors with the same body share a line.
fn responses(responses: &[Response]) -> String {
    let mut lines = vec!["| status | body | |".to_owned(), "|---|---|---|".to_owned()];
    let mut rows: Vec<(Vec<&str>, Option<&Type>, Vec<String>)> = Vec::new();
    for response in responses {
        let description = response
            .description
            .as_deref()
            .map(cell)
            .unwrap_or_default();
        let is_error = response.status.starts_with(['4', '5']);
        let body = response.body.as_ref();
        match rows.last_mut() {
            Some((statuses, other, descriptions))
                if is_error && *other == body && statuses[0].starts_with(['4', '5']) =>
            {
                statuses.push(&response.status);
                descriptions.push(description);
            }
            _ => rows.push((vec![&response.status], body, vec![description])),
        }
    }
    for (statuses, body, descriptions) in rows {
        let body = body.map(linked).unwrap_or_else(|| "none".to_owned());
        let (statuses, descriptions) = (statuses.join(", "), descriptions.join(" "));
        lines.push(format!("| {statuses} | {body} | {descriptions} |"));
    }
    lines.join("\n")
}

/// A type, as a link if it has a page.
pub(crate) fn linked(ty: &Type) -> String {
    match ty {
        Type::Named(name) => format!("[`{0}`](crate::types::{0})", name.rust),
        Type::Array(item) => format!("list of {}", linked(item)),
        Type::Map(item) => format!("map to {}", linked(item)),
        Type::Nullable(item) => format!("{} or null", linked(item)),
        Type::Boxed(item) => linked(item),
        Type::Unit => "none".to_owned(),
        _ => "JSON".to_owned(),
    }
}
