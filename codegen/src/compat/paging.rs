//! Pagination of collections, side by side.

use std::collections::BTreeSet;

use crate::descriptor::PagingConvention;
use crate::diagnostics::Place;
use crate::ir::{Action, Output, Paging, PagingStyle, Parameter, Type};
use crate::rust::values::{in_output, in_resource};

use super::objects::Defined;
use super::rules::{PAGING_ADDED, PAGING_CHANGED, PAGING_REMOVED};
use super::site::{Said, Site, Within};
use super::verdict::{Shipped, Verdict};
use super::walk::{Walk, source};

impl Walk<'_> {
    /// Compares how a collection is paginated.
    pub(super) fn paging(&mut self, old: &Action, new: &Action, action: &Site, site: &Site) {
        let of = |action: &Action| action.paging.as_ref().map(Style::of);
        let source = Verdict::source(Shipped::Fine);
        let (rule, message, help, verdict) = match (of(old), of(new)) {
            (None, Some(_)) => (
                PAGING_ADDED,
                "is now paginated",
                "release a minor version: its call has `pages` and `items`",
                Verdict::additive(),
            ),
            (Some(_), None) => (
                PAGING_REMOVED,
                "is no longer paginated",
                "let the API keep its paging parameters and properties, or release a major version",
                source,
            ),
            (Some(a), Some(b)) if a != b => (
                PAGING_CHANGED,
                "is paginated differently",
                "say in the release notes what `items` now yields, and in which order",
                if a.position == b.position && (a.items == b.items || a.item == b.item) {
                    Verdict::behaviour(Shipped::BreaksSome)
                } else {
                    Verdict::source(Shipped::BreaksSome)
                },
            ),
            _ => return,
        };
        let parameter = self.paging_parameter(old, new);
        let through = parameter.map(|name| format!(": parameter `{name}` changed"));
        let message = format!("{} {message}{}", site.subject, through.unwrap_or_default());
        let shown = |action| {
            of(action)
                .map(|style| style.to_string())
                .unwrap_or_default()
        };
        let said = Said::new(message, help).with(&shown(old), &shown(new));
        let site = Site {
            place: self.paging_place([old, new], parameter, action, &site.place),
            ..site.clone()
        };
        self.note(&site, rule, verdict, said);
    }

    /// The changed part of an action's pagination: its `pin`, a parameter, the conventions of the
    /// API, a property of the page, or the key of its items; otherwise the result.
    fn paging_place(
        &self,
        actions: [&Action; 2],
        parameter: Option<&str>,
        action: &Site,
        result: &Place,
    ) -> Place {
        let service = Place::at(&self.new.documents.service.path, "/paging");
        let is_other = |place: &Place| self.is_other(place);
        Some(action.place.clone().child("pin"))
            .filter(is_other)
            .or_else(|| {
                let Within::Root(root) = &action.within else {
                    return None;
                };
                let place = self.new.parameter(root, parameter?);
                Some(place.unwrap_or_else(|| action.place.clone().child("params")))
            })
            .or_else(|| Some(service).filter(is_other))
            .or_else(|| self.paging_property(actions))
            .unwrap_or_else(|| result.clone())
    }

    /// The names that the paging conventions of either version have for something.
    fn paging_names(
        &self,
        of: impl Fn(&PagingConvention) -> Vec<&Option<String>>,
    ) -> BTreeSet<&str> {
        let versions = [self.old, self.new].into_iter();
        let conventions = versions.flat_map(|version| &version.documents.service.content.paging);
        let names = conventions.flat_map(of).flatten();
        names.map(String::as_str).collect()
    }

    /// The name of a changed parameter that requests a page.
    fn paging_parameter(&self, old: &Action, new: &Action) -> Option<&str> {
        let names =
            self.paging_names(|c| vec![&c.page, &c.per_page, &c.offset, &c.limit, &c.cursor]);
        let fit = |action: &Action, name: &str| {
            let mut params = action.params.iter();
            let parameter = params.find(|parameter| parameter.wire == name)?;
            let Parameter {
                place,
                required,
                of_resource,
                ty,
                ..
            } = parameter;
            Some((*place, *required, *of_resource, ty.clone()))
        };
        let mut names = names.into_iter();
        names.find(|name| fit(old, name) != fit(new, name))
    }

    /// A changed property of a page or of its items, so that it may no longer be the items, the
    /// total or the key.
    fn paging_property(&self, actions: [&Action; 2]) -> Option<Place> {
        let pages = actions.map(|action| match &action.output {
            Output::Body(ty) => Some(ty),
            _ => None,
        });
        let [old, new] = self.both_objects(pages)?;
        let properties = self.paging_names(|c| vec![&c.per_page, &c.limit, &c.total, &c.more]);
        let types = |name: &str| [old, new].map(|(_, of)| of.field(name).map(|field| &field.ty));
        let changed = |of: Defined<'_>, names: BTreeSet<&str>, is_other: &dyn Fn(&str) -> bool| {
            let name = names.into_iter().find(|name| is_other(name))?;
            Some(source(of.0).child("properties").child(name))
        };
        let item = |name: &str| {
            types(name).map(|ty| match ty {
                Some(Type::Array(item)) => Some(&**item),
                _ => None,
            })
        };
        let conventions = [self.old, self.new].map(|v| &v.documents.service.content.paging);
        let items: BTreeSet<&str> = conventions
            .into_iter()
            .flatten()
            .map(|c| c.items.as_str())
            .collect();
        let lists = |name: &str| item(name).map(|item| item.is_some());
        changed(new, items.clone(), &|name| lists(name)[0] != lists(name)[1])
            .or_else(|| changed(new, properties, &|name| types(name)[0] != types(name)[1]))
            .or_else(|| {
                let keys = self.paging_names(|c| vec![&c.key]);
                items.into_iter().find_map(|name| {
                    let [old, new] = self.both_objects(item(name))?;
                    let ty = |of: Defined<'_>, name: &str| {
                        of.1.field(name).map(|field| field.ty.clone())
                    };
                    changed(new, keys.clone(), &|name| ty(old, name) != ty(new, name))
                })
            })
    }

    /// The objects that types stand for in the two versions.
    fn both_objects(&self, [old, new]: [Option<&Type>; 2]) -> Option<[Defined<'_>; 2]> {
        Some([self.old_index.object(old?)?, self.new_index.object(new?)?])
    }
}

/// How an action is paginated.
struct Style {
    /// The position of a page, as the runtime names it.
    position: String,
    /// The fields that hold it.
    fields: String,
    items: String,
    item: String,
    pin: Option<String>,
}

impl Style {
    fn of(paging: &Paging) -> Self {
        let or_none = |field: &Option<String>| field.clone().unwrap_or_else(|| "none".to_owned());
        let (position, fields) = match &paging.style {
            PagingStyle::Page { page, size, total } => (
                "Extent".to_owned(),
                format!(
                    "page: {page}, size: {}, total: {}",
                    or_none(size),
                    or_none(total)
                ),
            ),
            PagingStyle::Offset {
                offset,
                size,
                total,
            } => (
                "Extent".to_owned(),
                format!(
                    "offset: {offset}, size: {}, total: {}",
                    or_none(size),
                    or_none(total)
                ),
            ),
            PagingStyle::Cursor {
                cursor,
                ty,
                key,
                more,
            } => (
                format!("Cursor<{}>", in_resource(ty)),
                format!("cursor: {cursor}, key: {key}, more: {}", or_none(more)),
            ),
        };
        Style {
            position,
            fields,
            items: paging.items.clone(),
            item: in_output(&paging.item),
            pin: paging.pin.clone(),
        }
    }
}

/// The type of the items is excluded: it is compared in its place.
impl PartialEq for Style {
    fn eq(&self, other: &Self) -> bool {
        (&self.position, &self.fields, &self.items, &self.pin)
            == (&other.position, &other.fields, &other.items, &other.pin)
    }
}

impl std::fmt::Display for Style {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "items: {}, {}", self.items, self.fields)?;
        match &self.pin {
            Some(pin) => write!(f, ", pin: {pin}"),
            None => Ok(()),
        }
    }
}
