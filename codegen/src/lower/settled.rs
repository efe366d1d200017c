//! Provisional names, and those that types have in the end.

use std::collections::HashMap;

use crate::ir::{ErrorBody, Paging, Parameter, Resource, Type};

/// The names that types have in the end, by their provisional ones.
pub(super) struct Names(pub(super) HashMap<String, Settled>);

#[derive(Clone)]
pub(super) struct Settled {
    pub(super) name: String,
    pub(super) is_union: bool,
}

impl Names {
    /// Gives every type of the resources, the global parameters and the error its name.
    pub(super) fn settle_all(
        &self,
        resources: &mut [Resource],
        globals: &mut [Parameter],
        error: &mut ErrorBody,
    ) {
        if let ErrorBody::Known { name, .. } = error
            && let Some(settled) = self.0.get(name)
        {
            settled.name.clone_into(name);
        }
        globals
            .iter_mut()
            .for_each(|parameter| self.settle(&mut parameter.ty));
        for resource in resources {
            resource
                .params
                .iter_mut()
                .for_each(|parameter| self.settle(&mut parameter.ty));
            for action in &mut resource.actions {
                action
                    .params
                    .iter_mut()
                    .for_each(|parameter| self.settle(&mut parameter.ty));
                let bodies = action.responses.iter_mut().filter_map(|r| r.body.as_mut());
                bodies.for_each(|ty| self.settle(ty));
                let paged = action.paging.as_mut().map(Paging::types_mut);
                let returned = action.output.types_mut();
                returned
                    .into_iter()
                    .chain(paged.into_iter().flatten())
                    .for_each(|ty| self.settle(ty));
            }
        }
    }

    /// Gives a type its name.
    pub(super) fn settle(&self, ty: &mut Type) {
        match ty {
            Type::Named(name) => {
                if let Some(settled) = self.0.get(&name.rust) {
                    settled.name.clone_into(&mut name.rust);
                    name.is_union = settled.is_union;
                }
            }
            ty => {
                if let Some(inner) = ty.inner_mut() {
                    self.settle(inner);
                }
            }
        }
    }
}
