//! Converts objects to structs, through typify.
//!
//! typify gets *prepared* definitions only: every inline type already has a name, constraints are
//! removed, and types of the runtime and our own enums are replaced by name. Only the types of its
//! fields are used. Names, order and docs come from the intermediate representation, and `object!`
//! reads and writes what the attributes of `serde_derive` cannot express.

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

/// The types of the fields of all objects, by object name.
pub(crate) struct Models(BTreeMap<String, Vec<String>>);

/// An object that typify could not convert: a mistake in the preparation, not in the source.
struct ModelError(String);

impl From<ModelError> for Vec<Diagnostic> {
    fn from(error: ModelError) -> Self {
        vec![Diagnostic::internal(error.0)]
    }
}

impl Models {
    /// Converts every object, through typify.
    pub(crate) fn make(api: &Api) -> Result<Self, Vec<Diagnostic>> {
        let objects: Vec<_> = api
            .type_modules
            .iter()
            .flat_map(|type_module| &type_module.definitions)
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

/// typify's structs, by name.
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

/// The type as typify knows it, by name.
fn leaves(ty: &Type) -> Option<String> {
    match ty {
        Type::Array(item) => leaves(item),
        ty => reference(ty),
    }
}

/// The name that typify has for a type other than an array or a JSON type.
fn reference(ty: &Type) -> Option<String> {
    match ty {
        Type::Boxed(item) => reference(item),
        // typify can refer neither to the types inside of these, nor to definitions. We spell them
        // ourselves, which also leaves typify fewer paths to search for cycles.
        Type::Named(_) | Type::Nullable(_) | Type::Map(_) => Some("Composite".to_owned()),
        Type::Array(_) => None,
        ty => values::import(ty).map(str::to_owned),
    }
}

/// Prepares an object for typify: its properties are scalars, references, or arrays of those.
fn prepared(object: &Object, position: Position) -> Schema {
    let mut validation = ObjectValidation {
        // Otherwise an object without properties would become a map.
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

/// The name of a field in typify, which it has no reason to change.
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

/// The types of the fields, as the emitted crate shows them.
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

/// The type of a field, from typify's, spelled with the prelude. It is always an `Option` unless
/// the field is plain: typify would make an optional array an array, where absent and empty are the
/// same. We decide which fields are boxed: typify does not follow cycles through an alias, and
/// boxes fields that lead to a cycle as well as those inside it.
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

/// Whether a type contains a name of ours, or a container that typify does not know.
fn is_ours(ty: &Type) -> bool {
    match ty {
        Type::Boxed(_) | Type::Named(_) | Type::Nullable(_) | Type::Map(_) => true,
        ty => ty.inner().is_some_and(is_ours),
    }
}

/// Replaces paths by the names in the prelude, and `Vec` by `List`.
fn prelude(ty: &syn::Type) -> String {
    let mut text = ty.to_token_stream().to_string().replace(' ', "");
    text = text.replace("::std::vec::Vec", "List");
    for path in ["::std::option::", "::std::string::", "::std::boxed::"] {
        text = text.replace(path, "");
    }
    text
}
