//! Which actions return a collection page by page, and how.

use crate::descriptor::PagingConvention;
use crate::ir::{Field, Output, Paging, PagingStyle, Parameter, Place, Type};

use super::types::Types;

/// The paging of an action that takes and returns what one of the conventions names.
pub(super) fn paging(
    conventions: &[PagingConvention],
    params: &[Parameter],
    output: &Output,
    types: &Types<'_>,
) -> Option<Paging> {
    let Output::Body(output) = output else {
        return None;
    };
    let page = types.object_of(output)?;
    let response = Fields(&page.fields);
    let parameter = |wire: &Option<String>| {
        let wire = wire.as_deref()?;
        let fits = |p: &&Parameter| p.wire == wire && p.place == Place::Query && !p.required;
        params.iter().find(fits)
    };
    let number = |wire: &Option<String>| parameter(wire).filter(|p| p.ty == Type::Integer);
    conventions.iter().find_map(|convention| {
        let items = response.named(&convention.items)?;
        let Type::Array(item) = &items.ty else {
            return None;
        };
        let style = if let (Some(page), Some(_)) =
            (number(&convention.page), number(&convention.per_page))
        {
            PagingStyle::Page {
                page: page.field.clone(),
                size: response.integer(&convention.per_page),
                total: response.integer(&convention.total),
            }
        } else if let (Some(offset), Some(_)) =
            (number(&convention.offset), number(&convention.limit))
        {
            PagingStyle::Offset {
                offset: offset.field.clone(),
                size: response.integer(&convention.limit),
                total: response.integer(&convention.total),
            }
        } else {
            let cursor = parameter(&convention.cursor)?;
            let item = types.object_of(item)?;
            let wire = convention.key.as_deref()?;
            let key = item.fields.iter().find(|field| field.wire == wire)?;
            if key.ty != cursor.ty {
                return None;
            }
            PagingStyle::Cursor {
                cursor: cursor.field.clone(),
                key: key.name.clone(),
                more: response.flag(&convention.more),
            }
        };
        Some(Paging {
            item: (**item).clone(),
            items: items.name.clone(),
            style,
        })
    })
}

/// The fields of a page or of an item.
struct Fields<'f>(&'f [Field]);

impl Fields<'_> {
    fn named(&self, wire: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.wire == wire)
    }

    fn of_type(&self, wire: &Option<String>, ty: &Type) -> Option<String> {
        let field = self.named(wire.as_deref()?)?;
        (field.ty == *ty).then(|| field.name.clone())
    }

    fn integer(&self, wire: &Option<String>) -> Option<String> {
        self.of_type(wire, &Type::Integer)
    }

    fn flag(&self, wire: &Option<String>) -> Option<String> {
        self.of_type(wire, &Type::Bool)
    }
}
