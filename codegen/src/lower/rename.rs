//! Replaces provisional names of types by final ones.

use std::collections::HashMap;

use crate::ir::{ErrorBody, Paging, Parameter, Resource, Type};

/// The final names of types, by their provisional ones.
pub(super) struct Names(pub(super) HashMap<String, Final>);

/// The meaning of a provisional name.
#[derive(Clone)]
pub(super) enum Final {
    /// A definition, and whether that is a union.
    Name(String, bool),
    /// A type without a name.
    Type(Type),
}

impl Names {
    /// Renames every type of the resources, the global parameters and the error.
    pub(super) fn rename_all(
        &self,
        resources: &mut [Resource],
        globals: &mut [Parameter],
        error: &mut ErrorBody,
    ) {
        if let ErrorBody::Known { name, .. } = error
            && let Some(Final::Name(renamed, _)) = self.0.get(name)
        {
            renamed.clone_into(name);
        }
        let parameter = |parameter: &mut Parameter| self.rename(&mut parameter.ty);
        globals.iter_mut().for_each(parameter);
        for resource in resources {
            resource.params.iter_mut().for_each(parameter);
            for action in &mut resource.actions {
                action.params.iter_mut().for_each(parameter);
                let bodies = action.responses.iter_mut().filter_map(|r| r.body.as_mut());
                let returned = bodies.chain(action.output.types_mut());
                let paged = action.paging.iter_mut().flat_map(Paging::types_mut);
                returned.chain(paged).for_each(|ty| self.rename(ty));
            }
        }
    }

    /// Renames a type.
    pub(super) fn rename(&self, ty: &mut Type) {
        match ty {
            Type::Named(name) => match self.0.get(&name.rust) {
                Some(Final::Name(renamed, is_union)) => {
                    renamed.clone_into(&mut name.rust);
                    name.is_union = *is_union;
                }
                Some(Final::Type(meant)) => {
                    *ty = meant.clone();
                    self.rename(ty);
                }
                None => {}
            },
            ty => {
                if let Some(inner) = ty.inner_mut() {
                    self.rename(inner);
                }
            }
        }
    }
}
