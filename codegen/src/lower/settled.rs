//! Provisional names, and those that types have in the end.

use std::collections::HashMap;

use crate::ir::{ErrorBody, Paging, Parameter, Resource, Type};

/// The names that types have in the end, by their provisional ones.
pub(super) struct Names(pub(super) HashMap<String, Settled>);

/// What a provisional name stands for.
#[derive(Clone)]
pub(super) enum Settled {
    /// A definition, and whether that is a union.
    Name(String, bool),
    /// A type that has no name.
    Type(Type),
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
            && let Some(Settled::Name(settled, _)) = self.0.get(name)
        {
            settled.clone_into(name);
        }
        let parameter = |parameter: &mut Parameter| self.settle(&mut parameter.ty);
        globals.iter_mut().for_each(parameter);
        for resource in resources {
            resource.params.iter_mut().for_each(parameter);
            for action in &mut resource.actions {
                action.params.iter_mut().for_each(parameter);
                let bodies = action.responses.iter_mut().filter_map(|r| r.body.as_mut());
                let returned = bodies.chain(action.output.types_mut());
                let paged = action.paging.iter_mut().flat_map(Paging::types_mut);
                returned.chain(paged).for_each(|ty| self.settle(ty));
            }
        }
    }

    /// Gives a type its name.
    pub(super) fn settle(&self, ty: &mut Type) {
        match ty {
            Type::Named(name) => match self.0.get(&name.rust) {
                Some(Settled::Name(settled, is_union)) => {
                    settled.clone_into(&mut name.rust);
                    name.is_union = *is_union;
                }
                Some(Settled::Type(meant)) => {
                    *ty = meant.clone();
                    self.settle(ty);
                }
                None => {}
            },
            ty => {
                if let Some(inner) = ty.inner_mut() {
                    self.settle(inner);
                }
            }
        }
    }
}
