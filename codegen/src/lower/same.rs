//! What makes two types the same type.

use std::collections::BTreeMap;

use crate::ir::{Branch, DefinitionKind, Field, Form, Object, Rule, Type, Variant};

use super::types::Lowered;

/// What makes two types the same type.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Same {
    Enum(Vec<Variant>),
    Object(ObjectShape),
    Union(Vec<BranchShape>),
}

/// A branch without its name: the same branch may have a title in one place and none in another.
type BranchShape = (Type, Form, Vec<(String, Vec<String>)>);

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct ObjectShape {
    constants: Vec<(String, String)>,
    fields: BTreeMap<String, FieldShape>,
    rest: Option<Lowered>,
    open: bool,
    rules: Vec<Rule>,
}

impl Same {
    pub(super) fn of(kind: &DefinitionKind) -> Option<Self> {
        match kind {
            DefinitionKind::Enum(variants) => Some(Same::Enum(variants.clone())),
            DefinitionKind::Object(object) => Some(Same::Object(ObjectShape::of(object))),
            DefinitionKind::Union(branches) => {
                let shape = |b: &Branch| (b.ty.clone(), b.form, b.tags.clone());
                Some(Same::Union(branches.iter().map(shape).collect()))
            }
            DefinitionKind::Alias(_) => None,
        }
    }
}

/// The name of a field, what is true of it, its type and its rules.
type FieldShape = (String, [bool; 4], Type, Vec<Rule>);

impl ObjectShape {
    fn of(object: &Object) -> Self {
        let fields = object.fields.iter().map(|field| {
            let Field {
                wire,
                name,
                required,
                deprecated,
                read_only,
                write_only,
                ty,
                rules,
                ..
            } = field;
            (
                wire.clone(),
                (
                    name.clone(),
                    [*required, *deprecated, *read_only, *write_only],
                    ty.clone(),
                    rules.clone(),
                ),
            )
        });
        let rest = object.rest.as_ref();
        ObjectShape {
            constants: object.constants.clone(),
            fields: fields.collect(),
            rest: rest.map(|rest| (rest.ty.clone(), rest.rules.clone())),
            open: object.open,
            rules: object.rules.clone(),
        }
    }
}
