//! The shape of a document, from the JSON Schema that schemars derives from a Rust type.
//!
//! Only the output of schemars for the types of this crate is supported. Anything else means that
//! those types changed and this file must follow; it is reported, never ignored.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::schema::{
    ArrayValidation, InstanceType, NumberValidation, ObjectValidation, Schema as Derived,
    SchemaObject, SingleOrVec, SubschemaValidation,
};
use serde_json::Value;

use crate::descriptor::META_SCHEMA;

/// The expected shape of a JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// A string.
    String,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// An integer that fits into `u64`.
    Unsigned,
    /// One of these strings.
    Choice(Vec<String>),
    /// An array with items of this shape.
    List(Box<Shape>),
    /// An object with any keys and values of this shape.
    Map(Box<Shape>),
    /// An object with known keys.
    Record(Record),
    /// A reference to a definition.
    Named(String),
    /// A value of this shape, or null for none.
    Optional(Box<Shape>),
    /// One of these, distinguished by their JSON types.
    Either(Vec<Shape>),
}

/// An object with known keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Record {
    /// The values by key.
    pub members: BTreeMap<String, Shape>,
    /// The required keys.
    pub required: Vec<String>,
}

/// The shapes of a document and its parts.
#[derive(Debug)]
pub(super) struct Shapes {
    root: Result<Shape, Unknown>,
    definitions: BTreeMap<String, Shape>,
}

/// A part of a derived JSON Schema that has no [`Shape`], in words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unknown(pub String);

impl Shapes {
    /// The shape of documents of the type `T`.
    pub fn of<T: JsonSchema>() -> Self {
        let derived = schemars::schema_for!(T);
        let mut definitions = BTreeMap::new();
        let mut root = schema_object(&derived.schema);
        for (name, definition) in &derived.definitions {
            match shape(definition) {
                Ok(shape) => drop(definitions.insert(name.clone(), shape)),
                Err(unknown) => root = Err(unknown),
            }
        }
        Shapes { root, definitions }
    }

    /// The shape of a whole document, or the part of its type that is not supported.
    pub fn root(&self) -> Result<&Shape, &Unknown> {
        self.root.as_ref()
    }

    /// The definition of a name.
    pub fn named(&self, name: &str) -> Option<&Shape> {
        self.definitions.get(name)
    }
}

fn shape(derived: &Derived) -> Result<Shape, Unknown> {
    match derived {
        Derived::Bool(true) => Ok(Shape::Any),
        Derived::Bool(false) => Err(unknown("a type without values", &())),
        Derived::Object(object) => schema_object(object),
    }
}

/// The destructuring names every keyword, so that none is forgotten.
fn schema_object(object: &SchemaObject) -> Result<Shape, Unknown> {
    let SchemaObject {
        metadata: _, // says nothing of a value's shape
        instance_type,
        format,
        enum_values,
        const_value: None,
        subschemas,
        number,
        string: None,
        array,
        object,
        reference,
        extensions,
    } = object
    else {
        return Err(unknown("a constant or a string constraint", object));
    };
    if !extensions.is_empty() {
        return Err(unknown("an extension", object));
    }
    let typed = Typed {
        format: format.as_deref(),
        values: enum_values.as_deref(),
        number: number.as_deref(),
        array: array.as_deref(),
        object: object.as_deref(),
    };
    match (instance_type, subschemas, reference) {
        (None, None, None) if typed == Typed::default() => Ok(Shape::Any),
        (None, None, Some(reference)) if typed == Typed::default() => named(reference),
        (None, Some(subschemas), None) if typed == Typed::default() => combined(subschemas),
        (Some(SingleOrVec::Single(instance_type)), None, None) => typed.shape(**instance_type),
        (Some(SingleOrVec::Vec(types)), None, None) => match types.as_slice() {
            [instance_type, InstanceType::Null] => {
                Ok(Shape::Optional(Box::new(typed.shape(*instance_type)?)))
            }
            _ => Err(unknown("several types", types)),
        },
        _ => Err(unknown(
            "mixed keywords",
            &(instance_type, subschemas, reference),
        )),
    }
}

fn named(reference: &str) -> Result<Shape, Unknown> {
    // The content of a schema is read separately.
    if reference == META_SCHEMA {
        return Ok(Shape::Any);
    }
    let name = reference.strip_prefix("#/definitions/");
    let name = name.ok_or_else(|| unknown("a reference", &reference))?;
    Ok(Shape::Named(name.to_owned()))
}

/// Reads `allOf` of one schema, which schemars emits to add a description to a reference; `anyOf`
/// of a schema and null, for an `Option`, or of other schemas for an untagged enum; and `oneOf` of
/// enums, for an enum whose variants have docs.
fn combined(subschemas: &SubschemaValidation) -> Result<Shape, Unknown> {
    let SubschemaValidation {
        all_of,
        any_of,
        one_of,
        not: None,
        if_schema: None,
        then_schema: None,
        else_schema: None,
    } = subschemas
    else {
        return Err(unknown("a condition", subschemas));
    };
    match (all_of.as_deref(), any_of.as_deref(), one_of.as_deref()) {
        (Some([only]), None, None) => shape(only),
        (None, Some([some, null]), None) if *null == null_schema() => {
            Ok(Shape::Optional(Box::new(shape(some)?)))
        }
        (None, Some(choices), None) => {
            let choices = choices.iter().map(shape).collect::<Result<_, _>>()?;
            Ok(Shape::Either(choices))
        }
        (None, None, Some(variants)) => {
            let mut choices = Vec::new();
            for variant in variants {
                match shape(variant)? {
                    Shape::Choice(more) => choices.extend(more),
                    _ => return Err(unknown("an enum with values", variant)),
                }
            }
            Ok(Shape::Choice(choices))
        }
        _ => Err(unknown("a combination", subschemas)),
    }
}

fn null_schema() -> Derived {
    Derived::Object(SchemaObject {
        instance_type: Some(InstanceType::Null.into()),
        ..SchemaObject::default()
    })
}

/// The keywords that restrict a type.
#[derive(Debug, Default, PartialEq, Clone, Copy)]
struct Typed<'d> {
    format: Option<&'d str>,
    values: Option<&'d [Value]>,
    number: Option<&'d NumberValidation>,
    array: Option<&'d ArrayValidation>,
    object: Option<&'d ObjectValidation>,
}

impl Typed<'_> {
    fn shape(&self, instance_type: InstanceType) -> Result<Shape, Unknown> {
        let Typed {
            format,
            values,
            number,
            array,
            object,
        } = *self;
        match (instance_type, format, values, number, array, object) {
            (InstanceType::String, None, None, None, None, None) => Ok(Shape::String),
            (InstanceType::String, None, Some(values), None, None, None) => choice(values),
            (InstanceType::Boolean, None, None, None, None, None) => Ok(Shape::Boolean),
            (InstanceType::Number, None, None, None, None, None) => Ok(Shape::Number),
            (InstanceType::Integer, Some("uint64"), None, Some(range), None, None)
                if *range == from_zero() =>
            {
                Ok(Shape::Unsigned)
            }
            (InstanceType::Array, None, None, None, Some(array), None) => list(array),
            (InstanceType::Object, None, None, None, None, Some(object)) => record(object),
            _ => Err(unknown("a constrained type", &(instance_type, self))),
        }
    }
}

/// The range that schemars emits for every unsigned integer.
fn from_zero() -> NumberValidation {
    NumberValidation {
        minimum: Some(0.0),
        ..NumberValidation::default()
    }
}

fn choice(values: &[Value]) -> Result<Shape, Unknown> {
    let names = values.iter().map(|value| value.as_str().map(str::to_owned));
    let names: Option<_> = names.collect();
    names
        .map(Shape::Choice)
        .ok_or_else(|| unknown("an enum with values other than strings", &values))
}

fn list(array: &ArrayValidation) -> Result<Shape, Unknown> {
    match array {
        ArrayValidation {
            items: Some(SingleOrVec::Single(item)),
            additional_items: None,
            max_items: None,
            min_items: None,
            unique_items: None,
            contains: None,
        } => Ok(Shape::List(Box::new(shape(item)?))),
        _ => Err(unknown("a constrained array", array)),
    }
}

fn record(object: &ObjectValidation) -> Result<Shape, Unknown> {
    let ObjectValidation {
        max_properties: None,
        min_properties: None,
        required,
        properties,
        pattern_properties,
        additional_properties: Some(rest),
        property_names: None,
    } = object
    else {
        return Err(unknown("an object with other keywords", object));
    };
    if !pattern_properties.is_empty() {
        return Err(unknown("an object with patterns", object));
    }
    if **rest != Derived::Bool(false) {
        return if properties.is_empty() && required.is_empty() {
            Ok(Shape::Map(Box::new(shape(rest)?)))
        } else {
            Err(unknown("an object with known and unknown keys", object))
        };
    }
    let members = properties
        .iter()
        .map(|(key, member)| Ok((key.clone(), shape(member)?)))
        .collect::<Result<_, _>>()?;
    Ok(Shape::Record(Record {
        members,
        required: required.iter().cloned().collect(),
    }))
}

fn unknown(what: &str, derived: &impl std::fmt::Debug) -> Unknown {
    Unknown(format!("{what}: {derived:?}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::descriptor::{Resource, Service};

    #[test]
    fn every_keyword_of_the_descriptors_is_supported() {
        for shapes in [Shapes::of::<Service>(), Shapes::of::<Resource>()] {
            assert!(shapes.root().is_ok(), "{:?}", shapes.root());
            let known: BTreeSet<_> = shapes.definitions.keys().cloned().collect();
            let mut named = BTreeSet::new();
            for shape in shapes.definitions.values().chain(shapes.root()) {
                names(shape, &mut named);
            }
            assert!(named.is_subset(&known), "{named:?} {known:?}");
        }
    }

    fn names(shape: &Shape, found: &mut BTreeSet<String>) {
        match shape {
            Shape::Any | Shape::String | Shape::Boolean | Shape::Number | Shape::Unsigned => {}
            Shape::Choice(choices) => assert!(!choices.is_empty()),
            Shape::List(inner) | Shape::Map(inner) | Shape::Optional(inner) => names(inner, found),
            Shape::Either(choices) => choices.iter().for_each(|inner| names(inner, found)),
            Shape::Record(record) => record
                .members
                .values()
                .for_each(|inner| names(inner, found)),
            Shape::Named(name) => drop(found.insert(name.clone())),
        }
    }

    #[derive(JsonSchema)]
    #[allow(dead_code, reason = "only its derived schema is used")]
    struct Open {
        text: String,
    }

    #[test]
    fn a_schema_without_a_shape_is_reported() {
        let shapes = Shapes::of::<f64>();
        let unknown = shapes.root().unwrap_err();
        assert!(unknown.0.contains("double"), "{unknown:?}");
        assert!(Shapes::of::<Vec<i32>>().root().is_err());
        assert!(Shapes::of::<(String, u64)>().root().is_err());
        assert!(Shapes::of::<Vec<Open>>().root().is_err());
    }

    #[test]
    fn options_and_lists_keep_the_shape_of_their_content() {
        let shapes = Shapes::of::<Option<Vec<String>>>();
        let list = Shape::List(Box::new(Shape::String));
        assert_eq!(shapes.root(), Ok(&Shape::Optional(Box::new(list))));
    }
}
