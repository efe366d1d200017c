//! The definitions of a version, by keys.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::ir::{Api, Definition, DefinitionKind, Name, Object, Type};

/// All definitions of a version by their keys.
///
/// The key of a type is its name.
pub(super) struct Index<'v>(BTreeMap<String, &'v Definition>);

impl<'v> Index<'v> {
    pub fn of(api: &'v Api) -> Self {
        let types = api
            .type_modules
            .iter()
            .flat_map(|type_module| &type_module.definitions);
        let types = types.map(|definition| (definition.name.clone(), definition));
        Index(types.collect())
    }

    pub fn get(&self, key: &str) -> Option<&'v Definition> {
        self.0.get(key).copied()
    }

    pub fn keys(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// The type that an alias stands for.
    pub fn alias(&self, ty: &Type) -> Option<&'v Type> {
        let Type::Named(name) = ty else { return None };
        match &self.get(&name.rust)?.kind {
            DefinitionKind::Alias(ty) => Some(ty),
            _ => None,
        }
    }

    /// The object behind a type of the API.
    pub fn object(&self, ty: &Type) -> Option<(&'v Definition, &'v Object)> {
        let Type::Named(name) = ty else { return None };
        let definition = self.get(&name.rust)?;
        match &definition.kind {
            DefinitionKind::Object(object) => Some((definition, object)),
            _ => None,
        }
    }

    /// A type without names: its structure alone.
    pub fn skeleton(&self, ty: &Type) -> Type {
        let inner = |ty: &Type| Box::new(self.skeleton(ty));
        match ty {
            Type::Named(_) => match self.alias(ty) {
                Some(meant) => self.skeleton(meant),
                None => Type::Named(Name {
                    rust: String::new(),
                    is_union: false,
                }),
            },
            Type::Nullable(ty) => Type::Nullable(inner(ty)),
            Type::Map(ty) => Type::Map(inner(ty)),
            Type::Array(ty) => Type::Array(inner(ty)),
            Type::Boxed(ty) => Type::Boxed(inner(ty)),
            ty => ty.clone(),
        }
    }

    /// Marks the keys of all types reachable from a type. Types that are already marked are not
    /// visited again.
    pub fn reach(&self, ty: &Type, reached: &mut BTreeMap<String, usize>, mark: usize) {
        let mut open: Vec<String> = name(ty).map(|name| name.rust.clone()).into_iter().collect();
        while let Some(next) = open.pop() {
            let Some(definition) = self.get(&next) else {
                continue;
            };
            if let Entry::Vacant(entry) = reached.entry(next) {
                entry.insert(mark);
                let names = definition.kind.parts().into_iter().filter_map(name);
                open.extend(names.map(|name| name.rust.clone()));
            }
        }
    }
}

/// The name in a type.
fn name(ty: &Type) -> Option<&Name> {
    match ty {
        Type::Named(name) => Some(name),
        ty => ty.inner().and_then(name),
    }
}
