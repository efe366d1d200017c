//! Equality of types.

use crate::ir::DefinitionKind;

/// A definition without parts in which equal types may differ, e.g. the title of a variant.
pub(super) fn same(kind: &DefinitionKind) -> DefinitionKind {
    let mut same = kind.clone();
    match &mut same {
        DefinitionKind::Object(object) => {
            object.fields.sort_by(|a, b| a.wire.cmp(&b.wire));
            for field in &mut object.fields {
                field.setter.clear();
                field.null = false;
                (field.preset, field.default, field.doc) = (None, None, None);
            }
            if let Some(rest) = &mut object.rest {
                rest.name.clear();
            }
        }
        DefinitionKind::Union(branches) => {
            for branch in branches {
                branch.name.clear();
                branch.is_titled = false;
            }
        }
        DefinitionKind::Enum(_) | DefinitionKind::Alias(_) => {}
    }
    same
}
