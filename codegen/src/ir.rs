//! The intermediate representation: the API as the emitted crate will show it.
//!
//! It holds no tokens and no JSON Schema, and every Rust name in it is final.

use std::collections::BTreeSet;

use serde_json::Value;

/// The whole API.
#[derive(Debug)]
pub(crate) struct Api {
    pub package: String,
    pub package_version: String,
    pub title: String,
    pub description: Option<String>,
    pub version: String,
    pub base_url: String,
    pub documentation: Option<String>,
    /// The environment variable with the token, where the API wants one.
    pub token_variable: Option<String>,
    pub headers: Vec<(String, String)>,
    /// Parameters of every action.
    pub globals: Vec<Parameter>,
    /// Types that only those use.
    pub global_definitions: Vec<Definition>,
    pub error: ErrorBody,
    pub resources: Vec<Resource>,
    pub families: Vec<Family>,
    /// Whether a request carries a text with a pattern of its own.
    pub has_patterns: bool,
}

/// The body with which the API explains an error.
#[derive(Debug)]
pub(crate) enum ErrorBody {
    /// Nothing is known of it.
    Unknown,
    /// A type with these fields, each of which may be missing.
    Known {
        name: String,
        code: String,
        message: String,
    },
}

/// A module of `resources`.
#[derive(Debug)]
pub(crate) struct Resource {
    pub wire: String,
    pub module: String,
    pub title: String,
    pub description: Option<String>,
    pub documentation: Option<String>,
    pub path: String,
    /// The parameters that make a handle to the resource.
    pub params: Vec<Parameter>,
    pub actions: Vec<Action>,
    /// Types that only this resource's parameters use.
    pub definitions: Vec<Definition>,
}

/// An action of a resource.
#[derive(Debug)]
pub(crate) struct Action {
    /// The API's name, e.g. `instanceAuditLogs.get`.
    pub wire: String,
    /// The handle's method.
    pub method_name: String,
    /// The struct with the parameters.
    pub request: String,
    pub method: &'static str,
    pub path: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub scopes: Vec<String>,
    /// The action's own parameters, then the resource's: the order of the query string.
    pub params: Vec<Parameter>,
    pub output: Type,
    pub responses: Vec<Response>,
    pub paging: Option<Paging>,
}

/// A documented response.
#[derive(Debug)]
pub(crate) struct Response {
    pub status: String,
    pub description: Option<String>,
    pub body: Option<Type>,
}

/// How an action's collection is paged, by fields.
#[derive(Debug)]
pub(crate) struct Paging {
    /// The request's field with the page number.
    pub page: String,
    pub item: Type,
    /// The response's field with the items.
    pub items: String,
    /// The response's field with the page size, if it has one.
    pub per_page: Option<String>,
    /// The response's field with the number of items on all pages, if it has one.
    pub total: Option<String>,
}

/// A parameter of an action, or of all.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub wire: String,
    pub field: String,
    /// The method of the call that sets the parameter.
    pub setter: String,
    pub place: Place,
    pub required: bool,
    pub deprecated: bool,
    pub of_resource: bool,
    pub ty: Type,
    pub rules: Vec<Rule>,
    pub description: Option<String>,
    pub default: Option<Value>,
    pub example: Option<Value>,
}

/// Where in a request a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    JsonQuery,
    Header,
    Body,
}

/// A Rust type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Type {
    Unit,
    Bool,
    Integer,
    Number,
    String,
    ObjectId,
    DateTime,
    UnixMillis,
    Json,
    Array(Box<Type>),
    /// A type that contains the one it stands in.
    Boxed(Box<Type>),
    /// A definition, by its Rust name.
    Named(Name),
}

/// The name of a definition, and where it is defined.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name {
    pub rust: String,
    pub home: Home,
}

/// Where a definition stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Home {
    /// In `types`.
    Types,
    /// Beside the parameters that alone use it.
    Parameters,
}

/// A module of `types`: a type file, and the inline types in it or in a resource of its name.
#[derive(Debug)]
pub(crate) struct Family {
    pub module: String,
    /// The files that define the types.
    pub sources: BTreeSet<String>,
    pub definitions: Vec<Definition>,
}

/// A type that the emitted crate defines.
#[derive(Debug)]
pub(crate) struct Definition {
    pub name: String,
    pub doc: Option<String>,
    /// Where the API's description defines it: a file and a JSON pointer.
    pub source: String,
    pub position: Position,
    pub kind: DefinitionKind,
}

/// From where a type can be reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub request: bool,
    pub response: bool,
}

/// What a definition is.
#[derive(Debug)]
pub(crate) enum DefinitionKind {
    Object(Object),
    Enum(Vec<Variant>),
    Alias(Type),
}

/// An object with named properties.
#[derive(Debug)]
pub(crate) struct Object {
    pub fields: Vec<Field>,
    /// Whether the schema allows properties that it does not name.
    pub open: bool,
}

/// A property of an object.
#[derive(Debug)]
pub(crate) struct Field {
    pub wire: String,
    pub name: String,
    /// The method that sets the field.
    pub setter: String,
    pub required: bool,
    pub deprecated: bool,
    pub ty: Type,
    pub rules: Vec<Rule>,
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
}
