//! Types: what stands in requests and responses.

use std::collections::BTreeSet;

use super::{Kind, NamedCondition};

/// A Rust type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Type {
    Unit,
    Bool,
    Integer,
    Number,
    /// A number in a parameter, whose form on the wire does not depend on how it is written.
    Float,
    String,
    ObjectId,
    DateTime,
    UnixMillis,
    Json,
    /// A JSON value of several scalar kinds.
    Scalar,
    /// An object in which the schema allows nothing.
    Empty,
    /// A file to be sent.
    Upload,
    /// A value, or null.
    Nullable(Box<Type>),
    /// An object whose properties have such values.
    Map(Box<Type>),
    Array(Box<Type>),
    /// A type that contains the one it stands in.
    Boxed(Box<Type>),
    /// A definition, by its Rust name.
    Named(Name),
}

impl Type {
    /// The definition that a type names, however deep.
    pub(crate) fn named(&self) -> Option<&str> {
        match self {
            Type::Named(name) => Some(&name.rust),
            ty => ty.inner().and_then(Type::named),
        }
    }

    /// The type that this one is made of.
    pub(crate) fn inner(&self) -> Option<&Type> {
        match self {
            Type::Nullable(inner) | Type::Map(inner) | Type::Array(inner) | Type::Boxed(inner) => {
                Some(inner)
            }
            _ => None,
        }
    }

    /// The same, to be changed.
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
    /// Whether it is a union, which is made from any of its branches.
    pub is_union: bool,
}

/// A module of `types`: a type file, and the inline types in it or in a resource of its name.
#[derive(Debug, Default)]
pub(crate) struct Family {
    pub module: String,
    /// The files that define the types.
    pub sources: BTreeSet<String>,
    pub definitions: Vec<Definition>,
    /// The features of which any one needs the module; without any, it is always there.
    pub features: BTreeSet<String>,
}

impl Family {
    /// Adds a definition; that of a whole file stands before those in it.
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
    /// A value of the type.
    pub example: Option<serde_json::Value>,
    /// Where the API's description defines it: a file and a JSON pointer.
    pub source: String,
    /// In how many places of the description it stands.
    pub places: usize,
    pub position: Position,
    /// Whether a value may contain values of the same type, in a list or a map too.
    pub recursive: bool,
    pub kind: DefinitionKind,
}

/// From where a type can be reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub request: bool,
    pub response: bool,
}

/// What a definition is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum DefinitionKind {
    Object(Object),
    Enum(Vec<Variant>),
    Union(Vec<Branch>),
    Alias(Type),
}

impl DefinitionKind {
    /// The types that the definition is made of.
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

    /// The same, to be changed.
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
    /// Properties that always have the same text: what tells the branches of a union apart.
    pub constants: Vec<(String, String)>,
    pub fields: Vec<Field>,
    /// What the schema says of properties that it does not name, where it has a schema for them.
    pub rest: Option<Rest>,
    /// Whether the schema allows properties that it does not name.
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

/// The properties that an object does not name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Rest {
    /// The field with all of them.
    pub name: String,
    pub ty: Type,
    pub rules: Vec<Rule>,
}

/// A branch of a union.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Branch {
    pub name: String,
    /// Whether the name is a title's.
    pub is_titled: bool,
    pub ty: Type,
    pub form: Form,
    /// The properties that tell it from other objects, with the texts that they have.
    pub tags: Vec<(String, Vec<String>)>,
}

/// The JSON that a branch of a union consists of.
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
    /// Whether requests leave it out, and only responses have it.
    pub read_only: bool,
    /// Whether responses leave it out.
    pub write_only: bool,
    pub ty: Type,
    /// Whether null is one of its values.
    pub null: bool,
    pub rules: Vec<Rule>,
    /// The text that a new object has there: what tells it from the other branches of a union.
    pub preset: Option<String>,
    /// What the API assumes where the property is absent.
    pub default: Option<serde_json::Value>,
    pub doc: Option<String>,
}

/// A known value of an open enum.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Variant {
    pub wire: String,
    pub name: String,
}

/// A limit that a request must keep to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Rule {
    MinLength(u64),
    MaxLength(u64),
    Pattern(String),
    Minimum(i64),
    Maximum(i64),
    /// The text of a number, which is no `f64` so that rules can be compared.
    MinimumNumber(String),
    MaximumNumber(String),
    MinItems(u64),
    MaxItems(u64),
    UniqueItems,
    Each(Vec<Rule>),
    Object,
    /// The accepted values, as JSON texts.
    OneOf(Vec<String>),
    Kinds(Vec<Kind>),
    MinProperties(u64),
    MaxProperties(u64),
    Keys(String),
    /// What has another name may be anything.
    Matching(String),
    AnyRequired(Vec<Vec<String>>),
    Meets(NamedCondition),
}

impl Rule {
    /// The names of the conditions that the rule asks for.
    pub(crate) fn conditions(&self) -> Vec<&str> {
        match self {
            Rule::Meets(named) => vec![&named.name],
            Rule::Each(rules) => rules.iter().flat_map(Rule::conditions).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether there is a pattern in the rule.
    pub(crate) fn has_pattern(&self) -> bool {
        match self {
            Rule::Pattern(_) | Rule::Keys(_) | Rule::Matching(_) => true,
            Rule::Each(rules) => rules.iter().any(Rule::has_pattern),
            Rule::Meets(named) => named.condition.has_pattern(),
            _ => false,
        }
    }
}
