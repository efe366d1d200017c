//! Objects to structs, through typify.
//!
//! typify is given *prepared* definitions only: every inline type already has a name of its own,
//! constraints are gone, and whatever is a type of the runtime or an enum of ours is replaced by
//! name. What it hands back are the types of the fields. The rest of its structs is not emitted:
//! names, order and docs are those of the intermediate representation, and `object!` reads and
//! writes what the attributes of `serde_derive` cannot keep.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use quote::ToTokens;
use schemars::schema::{
    ArrayValidation, InstanceType, ObjectValidation, Schema, SchemaObject, SingleOrVec,
};
use syn::{Fields, Item, ItemStruct};
use typify::{TypeSpace, TypeSpaceSettings};

use crate::diagnostics::Diagnostic;
use crate::ir::{Api, Definition, DefinitionKind, Field, Object, Position, Type};
use crate::rust::fields::{field_type, is_plain};
use crate::rust::values;

/// The types of the fields of all objects, by the objects' names.
pub(crate) struct Models(BTreeMap<String, Vec<String>>);

/// What typify could not make: a mistake of the preparation, and not of the source.
struct ModelError(String);

impl From<ModelError> for Vec<Diagnostic> {
    fn from(error: ModelError) -> Self {
        vec![Diagnostic::internal(error.0)]
    }
}

impl Models {
    /// Has typify make the structs of every object.
    pub(crate) fn make(api: &Api) -> Result<Self, Vec<Diagnostic>> {
        let objects: Vec<_> = api
            .families
            .iter()
            .flat_map(|family| &family.definitions)
            .filter_map(|definition| match &definition.kind {
                DefinitionKind::Object(object) => Some((definition, object)),
                _ => None,
            })
            .collect();
        let mut structs = typified(&objects)?;
        let mut models = BTreeMap::new();
        for (definition, object) in objects {
            let name = definition.name.clone();
            let made = structs
                .remove(&name)
                .ok_or_else(|| ModelError(format!("typify made no struct {name}")))?;
            models.insert(name, types(&made, definition, object)?);
        }
        Ok(Models(models))
    }

    /// The types of an object's fields, in the order of the fields.
    pub(crate) fn fields(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// typify's structs by name.
fn typified(
    objects: &[(&Definition, &Object)],
) -> Result<BTreeMap<String, ItemStruct>, ModelError> {
    let mut settings = TypeSpaceSettings::default();
    let mut definitions: BTreeMap<String, Schema> = BTreeMap::new();
    for (definition, object) in objects {
        let schema = prepared(object, definition.position);
        definitions.insert(definition.name.clone(), schema);
    }
    let replaced: BTreeSet<String> = objects
        .iter()
        .flat_map(|(definition, object)| {
            let fields = object.fields.iter();
            fields.filter_map(|field| leaves(field_type(field, definition.position)))
        })
        .filter(|name| !definitions.contains_key(name))
        .collect();
    for name in replaced {
        settings.with_replacement(&name, &name, std::iter::empty());
        definitions.insert(name, Schema::Bool(true));
    }
    let mut space = TypeSpace::new(&settings);
    space
        .add_ref_types(definitions)
        .map_err(|error| ModelError(error.to_string()))?;
    let file: syn::File =
        syn::parse2(space.to_stream()).map_err(|error| ModelError(error.to_string()))?;
    let structs = file.items.into_iter().filter_map(|item| match item {
        Item::Struct(item) => Some((item.ident.to_string(), item)),
        _ => None,
    });
    Ok(structs.collect())
}

/// The names that a type is made of.
fn leaves(ty: &Type) -> Option<String> {
    match ty {
        Type::Array(item) => leaves(item),
        ty => reference(ty),
    }
}

/// The name under which typify knows a type that is no array and none of JSON's own.
fn reference(ty: &Type) -> Option<String> {
    match ty {
        Type::Boxed(item) => reference(item),
        // typify cannot refer to what these are made of, nor to definitions: they are spelled by us,
        // and each way from one to another is one more that it searches for circles.
        Type::Named(_) | Type::Nullable(_) | Type::Map(_) => Some("Composite".to_owned()),
        Type::Array(_) => None,
        ty => values::import(ty).map(str::to_owned),
    }
}

/// An object as typify can take it: properties that are scalars, references, or arrays of those.
fn prepared(object: &Object, position: Position) -> Schema {
    let mut validation = ObjectValidation {
        // An object without properties would be a map otherwise.
        additional_properties: Some(Box::new(Schema::Bool(false))),
        ..ObjectValidation::default()
    };
    for (index, field) in object.fields.iter().enumerate() {
        validation
            .properties
            .insert(key(index), property(field_type(field, position)));
        if is_plain(field, position) {
            validation.required.insert(key(index));
        }
    }
    let mut schema = instance(InstanceType::Object);
    schema.object = Some(Box::new(validation));
    schema.into()
}

/// The name of a field on its way through typify, which it has no reason to change.
fn key(index: usize) -> String {
    format!("f{index}")
}

fn property(ty: &Type) -> Schema {
    if let Some(name) = reference(ty) {
        return SchemaObject::new_ref(format!("#/definitions/{name}")).into();
    }
    let mut schema = instance(match ty {
        Type::Bool => InstanceType::Boolean,
        Type::Integer => InstanceType::Integer,
        Type::Float => InstanceType::Number,
        Type::Array(_) => InstanceType::Array,
        _ => InstanceType::String,
    });
    if let Type::Array(item) = ty {
        schema.array = Some(Box::new(ArrayValidation {
            items: Some(SingleOrVec::Single(Box::new(property(item)))),
            ..ArrayValidation::default()
        }));
    }
    schema.into()
}

fn instance(kind: InstanceType) -> SchemaObject {
    SchemaObject {
        instance_type: Some(kind.into()),
        ..SchemaObject::default()
    }
}

/// The types of the fields as the emitted crate shows them.
fn types(
    made: &ItemStruct,
    definition: &Definition,
    object: &Object,
) -> Result<Vec<String>, ModelError> {
    let name = &made.ident;
    let Fields::Named(made_fields) = &made.fields else {
        return Err(ModelError(format!(
            "typify made no named fields for {name}"
        )));
    };
    let made_fields = made_fields.named.iter();
    let made_fields: HashMap<String, &syn::Field> = made_fields
        .filter_map(|made| Some((made.ident.as_ref()?.to_string(), made)))
        .collect();
    let types = object.fields.iter().enumerate().map(|(index, field)| {
        let made = made_fields
            .get(&key(index))
            .ok_or_else(|| ModelError(format!("typify made no field {} in {name}", field.name)))?;
        Ok(shown(field, definition.position, &made.ty))
    });
    types.collect()
}

/// typify's type of a field, in the spelling of the prelude, and always an `Option` unless plain:
/// typify has an optional array as an array, where absent and empty are one. Which field needs a box
/// is not its to say: it does not know of circles through an alias, and boxes what leads to a circle
/// as well as what is in it.
fn shown(field: &Field, position: Position, made: &syn::Type) -> String {
    let ty = field_type(field, position);
    let (shown, is_option) = match ty {
        ty if is_ours(ty) => (values::stored(ty, values::in_types), false),
        _ => {
            let is_option = matches!(made, syn::Type::Path(path) if
                path.path.segments.last().is_some_and(|segment| segment.ident == "Option"));
            (prelude(made), is_option)
        }
    };
    if is_plain(field, position) || is_option {
        shown
    } else {
        format!("Option<{shown}>")
    }
}

/// Whether a type has a name of ours in it, or is made of others in a way that typify does not know.
fn is_ours(ty: &Type) -> bool {
    match ty {
        Type::Boxed(_) | Type::Named(_) | Type::Nullable(_) | Type::Map(_) => true,
        ty => ty.inner().is_some_and(is_ours),
    }
}

/// Drops the paths to what the prelude names, and makes a list of a `Vec`.
fn prelude(ty: &syn::Type) -> String {
    let mut text = ty.to_token_stream().to_string().replace(' ', "");
    text = text.replace("::std::vec::Vec", "List");
    for path in ["::std::option::", "::std::string::", "::std::boxed::"] {
        text = text.replace(path, "");
    }
    text
}
