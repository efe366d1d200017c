//! Request and response types.

use std::collections::BTreeSet;

use super::{Kind, NamedCondition};

/// A Rust type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Type {
    Unit,
    Bool,
    Integer,
    Number,
    /// A number in a parameter, whose form on the wire does not depend on how the program writes
    /// it.
    Float,
    String,
    ObjectId,
    DateTime,
    UnixMillis,
    Json,
    /// A JSON value of one of several scalar types.
    Scalar,
    /// An object whose schema allows no properties.
    Empty,
    /// A file to upload.
    Upload,
    /// A nullable value.
    Nullable(Box<Type>),
    /// An object whose properties have values of this type.
    Map(Box<Type>),
    Array(Box<Type>),
    /// A type that contains itself at this place, and so is boxed.
    Boxed(Box<Type>),
    /// A definition, by its Rust name.
    Named(Name),
}

impl Type {
    /// The definition that a type refers to, at any depth.
    pub(crate) fn named(&self) -> Option<&str> {
        match self {
            Type::Named(name) => Some(&name.rust),
            ty => ty.inner().and_then(Type::named),
        }
    }

    /// The type inside of a container.
    pub(crate) fn inner(&self) -> Option<&Type> {
        match self {
            Type::Nullable(inner) | Type::Map(inner) | Type::Array(inner) | Type::Boxed(inner) => {
                Some(inner)
            }
            _ => None,
        }
    }

    /// Mutable reference to the type inside of a container.
    pub(crate) fn inner_mut(&mut self) -> Option<&mut Type> {
        match self {
            Type::Nullable(inner) | Type::Map(inner) | Type::Array(inner) | Type::Boxed(inner) => {
                Some(inner)
            }
            _ => None,
        }
    }

    /// Whether null is a value of the type.
    pub(crate) fn takes_null(&self) -> bool {
        matches!(self, Type::Nullable(_) | Type::Scalar)
    }
}

/// The name of a definition in `types`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name {
    pub rust: String,
    /// Whether it is a union, which is created from any of its branches.
    pub is_union: bool,
}

/// A module of `types`: the type of a file, and the inline types in that file or in the resource of
/// the same name.
#[derive(Debug, Default)]
pub(crate) struct TypeModule {
    pub name: String,
    /// The files that define the types.
    pub sources: BTreeSet<String>,
    pub definitions: Vec<Definition>,
    /// The features that need the module. Without any, it is always compiled.
    pub features: BTreeSet<String>,
}

impl TypeModule {
    /// Adds a definition. The definition of a whole file comes before those inside it.
    pub(crate) fn add(&mut self, definition: Definition) {
        let file = definition.source.split('#').next();
        self.sources
            .insert(file.unwrap_or(&definition.source).to_owned());
        if definition.source.contains('#') {
            self.definitions.push(definition)
        } else {
            self.definitions.insert(0, definition)
        }
    }
}

/// A type that the emitted crate defines.
#[derive(Debug)]
pub(crate) struct Definition {
    pub name: String,
    pub doc: Option<String>,
    /// A sample value of the type.
    pub example: Option<serde_json::Value>,
    /// The place of its definition in the API's description: a file and a JSON pointer.
    pub source: String,
    /// The number of its places in the description.
    pub places: usize,
    pub position: Position,
    /// Whether a value may contain values of the same type, including in lists and maps.
    pub recursive: bool,
    pub kind: DefinitionKind,
}

/// Whether requests or responses reach a type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub request: bool,
    pub response: bool,
}

/// The kind of a definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum DefinitionKind {
    Object(Object),
    Enum(Vec<Variant>),
    Union(Vec<Branch>),
    Alias(Type),
}

impl DefinitionKind {
    /// The types that the definition consists of.
    pub(crate) fn parts(&self) -> Vec<&Type> {
        match self {
            DefinitionKind::Object(object) => {
                let fields = object.fields.iter().map(|field| &field.ty);
                fields
                    .chain(object.rest.iter().map(|rest| &rest.ty))
                    .collect()
            }
            DefinitionKind::Union(branches) => branches.iter().map(|branch| &branch.ty).collect(),
            DefinitionKind::Alias(ty) => vec![ty],
            DefinitionKind::Enum(_) => Vec::new(),
        }
    }

    /// Mutable references to the types that the definition consists of.
    pub(crate) fn parts_mut(&mut self) -> Vec<&mut Type> {
        match self {
            DefinitionKind::Object(object) => {
                let fields = object.fields.iter_mut().map(|field| &mut field.ty);
                fields
                    .chain(object.rest.iter_mut().map(|rest| &mut rest.ty))
                    .collect()
            }
            DefinitionKind::Union(branches) => {
                branches.iter_mut().map(|branch| &mut branch.ty).collect()
            }
            DefinitionKind::Alias(ty) => vec![ty],
            DefinitionKind::Enum(_) => Vec::new(),
        }
    }
}

/// An object with named properties.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Object {
    /// Properties with a constant string: they distinguish the branches of a union.
    pub constants: Vec<(String, String)>,
    pub fields: Vec<Field>,
    /// The schema of unnamed properties, if there is one.
    pub rest: Option<Rest>,
    /// Whether the schema allows unnamed properties.
    pub open: bool,
    /// Rules for the object as a whole.
    pub rules: Vec<Rule>,
}

impl Object {
    /// The field of a property.
    pub(crate) fn field(&self, wire: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.wire == wire)
    }
}

/// The unnamed properties of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Rest {
    /// The field that contains all of them.
    pub name: String,
    pub ty: Type,
    pub rules: Vec<Rule>,
}

/// A branch of a union.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Branch {
    pub name: String,
    /// Whether the name comes from a title.
    pub is_titled: bool,
    pub ty: Type,
    pub form: Form,
    /// The properties that distinguish it from other objects, with their accepted strings.
    pub tags: Vec<(String, Vec<String>)>,
}

/// The JSON type of a union's branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Form {
    Object,
    Array,
    Text,
    Number,
    Flag,
    Scalar,
}

/// A property of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Field {
    pub wire: String,
    pub name: String,
    /// The method that sets the field.
    pub setter: String,
    pub required: bool,
    pub deprecated: bool,
    /// Whether requests omit it, so that only responses have it.
    pub read_only: bool,
    /// Whether responses omit it.
    pub write_only: bool,
    pub ty: Type,
    /// Whether null is an accepted value.
    pub null: bool,
    pub rules: Vec<Rule>,
    /// The string that a new object has here: it selects the branch of a union.
    pub preset: Option<String>,
    /// The value that the API assumes if the property is absent.
    pub default: Option<serde_json::Value>,
    pub doc: Option<String>,
}

/// A known value of an open enum.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Variant {
    pub wire: String,
    pub name: String,
}

/// A limit that a request must satisfy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Rule {
    MinLength(u64),
    MaxLength(u64),
    Pattern(String),
    Minimum(i64),
    Maximum(i64),
    /// A number as JSON text rather than `f64`, so that rules can be compared.
    MinimumNumber(String),
    MaximumNumber(String),
    MinItems(u64),
    MaxItems(u64),
    UniqueItems,
    Each(Vec<Rule>),
    Object,
    /// The accepted values, as JSON.
    OneOf(Vec<String>),
    Kinds(Vec<Kind>),
    MinProperties(u64),
    MaxProperties(u64),
    Keys(String),
    /// Properties with other names may have any value.
    Matching(String),
    AnyRequired(Vec<Vec<String>>),
    Meets(NamedCondition),
}

impl Rule {
    /// The names of the conditions that the rule refers to.
    pub(crate) fn conditions(&self) -> Vec<&str> {
        match self {
            Rule::Meets(named) => vec![&named.name],
            Rule::Each(rules) => rules.iter().flat_map(Rule::conditions).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether the rule contains a pattern.
    pub(crate) fn has_pattern(&self) -> bool {
        match self {
            Rule::Pattern(_) | Rule::Keys(_) | Rule::Matching(_) => true,
            Rule::Each(rules) => rules.iter().any(Rule::has_pattern),
            Rule::Meets(named) => named.condition.has_pattern(),
            _ => false,
        }
    }
}
