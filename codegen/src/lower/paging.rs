//! Which actions are paginated, and how.

use crate::descriptor::PagingConvention;
use crate::diagnostics::{Diagnostic, Place as At, quoted};
use crate::ir::{Object, Output, Paging, PagingStyle, Parameter, Place, Type};

use super::types::Types;

/// The pagination of an action whose parameters and response match a convention.
pub(super) fn paging(
    conventions: &[PagingConvention],
    params: &[Parameter],
    output: &Output,
    types: &Types<'_>,
) -> Option<Paging> {
    let Output::Body(output) = output else {
        return None;
    };
    let response = types.object_of(output)?;
    let parameter = |wire: &Option<String>| {
        let wire = wire.as_deref()?;
        // Parameters of the resource are not fields of the request itself.
        let fits = |p: &&Parameter| p.place == Place::Query && !p.required && !p.of_resource;
        params.iter().find(|p| p.wire == wire && fits(p))
    };
    let number = |wire: &Option<String>| parameter(wire).filter(|p| p.ty == Type::Integer);
    conventions.iter().find_map(|convention| {
        let items = response.field(&convention.items)?;
        let Type::Array(item) = &items.ty else {
            return None;
        };
        let count = |wire: &Option<String>| of_type(response, wire, &Type::Integer);
        let both = |one, other| number(one).zip(number(other));
        let style = if let Some((page, _)) = both(&convention.page, &convention.per_page) {
            PagingStyle::Page {
                page: page.field.clone(),
                size: count(&convention.per_page),
                total: count(&convention.total),
            }
        } else if let Some((offset, _)) = both(&convention.offset, &convention.limit) {
            PagingStyle::Offset {
                offset: offset.field.clone(),
                size: count(&convention.limit),
                total: count(&convention.total),
            }
        } else {
            let cursor = parameter(&convention.cursor)?;
            let item = types.object_of(item)?;
            PagingStyle::Cursor {
                cursor: cursor.field.clone(),
                ty: cursor.ty.clone(),
                key: of_type(item, &convention.key, &cursor.ty)?,
                more: of_type(response, &convention.more, &Type::Bool),
            }
        };
        Some(Paging {
            item: (**item).clone(),
            items: items.name.clone(),
            style,
            pin: None,
        })
    })
}

/// Applies `pin`, the parameter that keeps later insertions out of a stream of pages.
pub(super) fn pin(
    paging: &mut Option<Paging>,
    wire: &str,
    params: &[Parameter],
    at: At,
    found: &mut Vec<Diagnostic>,
) {
    let parameter = params.iter().find(|p| p.wire == wire && !p.of_resource);
    let ends = |p: &&Parameter| {
        let is_time = matches!(p.ty, Type::UnixMillis | Type::DateTime);
        is_time && p.place == Place::Query && !p.required
    };
    let (message, help) = match (paging, parameter, parameter.filter(ends)) {
        (Some(paging), _, Some(parameter)) => {
            paging.pin = Some(parameter.field.clone());
            return;
        }
        (None, ..) => (
            "the action is not paginated, so `pin` has no effect".to_owned(),
            "remove `pin`, or use the parameters and response of a paging convention in `api.json`",
        ),
        (_, None, _) => (
            format!("the action has no parameter {}", quoted(wire)),
            "name the query parameter that ends the range of the collection",
        ),
        (_, Some(_), None) => (
            format!("the parameter {} cannot end a range", quoted(wire)),
            "name an optional query parameter with a timestamp: an `integer` of the format `unix-ms`, or a `string` of the format `date-time`",
        ),
    };
    found.push(Diagnostic::new(at, message, help));
}

/// The name of a field that has this type.
fn of_type(object: &Object, wire: &Option<String>, ty: &Type) -> Option<String> {
    let field = object.field(wire.as_deref()?)?;
    (field.ty == *ty).then(|| field.name.clone())
}
