//! Types as Rust, and how arguments are converted to them.

use std::collections::BTreeSet;

use proc_macro2::Ident;
use serde_json::Value;

use super::layout;
use crate::ir::{Parameter, Rule, Type};
use crate::names::ident;

/// A type as the modules of resources spell it in parameters, which are never parts of responses.
pub(crate) fn in_resource(ty: &Type) -> String {
    match ty {
        Type::Array(item) => format!("Vec<{}>", in_resource(item)),
        Type::Map(item) => format!("BTreeMap<String, {}>", in_resource(item)),
        ty => in_parts(ty, in_resource),
    }
}

/// A type as the modules of resources spell it in results of actions.
pub(crate) fn in_output(ty: &Type) -> String {
    in_parts(ty, in_output)
}

fn in_parts(ty: &Type, inner: Spelling) -> String {
    match ty {
        Type::Named(name) => format!("types::{}", ident(&name.rust)),
        Type::Boxed(item) => inner(item),
        ty => spelled(ty, inner),
    }
}

/// A type as the modules of types spell it.
pub(crate) fn in_types(ty: &Type) -> String {
    match ty {
        Type::Named(name) => ident(&name.rust).to_string(),
        Type::Boxed(item) => in_types(item),
        ty => spelled(ty, in_types),
    }
}

/// How a module spells types.
pub(crate) type Spelling = fn(&Type) -> String;

/// The spelling of a type whose own name is the same everywhere, though its parts may differ.
fn spelled(ty: &Type, inner: Spelling) -> String {
    let name = match ty {
        Type::Unit => "()",
        Type::Bool => "bool",
        Type::Integer => "i64",
        Type::Number => "Number",
        Type::Float => "f64",
        Type::String => "String",
        Type::ObjectId => "ObjectId",
        Type::DateTime => "DateTime",
        Type::UnixMillis => "UnixMillis",
        Type::Json => "Json",
        Type::Scalar => "Scalar",
        Type::Empty => "EmptyObject",
        Type::Upload => "Upload",
        Type::Nullable(item) => return format!("Nullable<{}>", inner(item)),
        Type::Map(item) => return format!("Map<{}>", inner(item)),
        Type::Array(item) => return format!("List<{}>", inner(item)),
        // The caller spells these.
        Type::Boxed(_) | Type::Named(_) => return inner(ty),
    };
    name.to_owned()
}

/// The type of a field, boxed if it is part of a cycle.
pub(crate) fn stored(ty: &Type, spelled: Spelling) -> String {
    match ty {
        Type::Boxed(item) => format!("Box<{}>", spelled(item)),
        Type::Nullable(item) => format!("Nullable<{}>", stored(item, spelled)),
        ty => spelled(ty),
    }
}

/// How an argument is converted to a value.
enum Conversion {
    /// It is the value.
    None,
    /// By `into`.
    Into,
    /// By collecting its items.
    Collect,
}

fn conversion(ty: &Type) -> Conversion {
    match ty {
        Type::String
        | Type::DateTime
        | Type::UnixMillis
        | Type::Json
        | Type::Number
        | Type::Scalar
        | Type::Upload
        | Type::Nullable(_)
        | Type::Boxed(_) => Conversion::Into,
        Type::Named(name) if name.is_union => Conversion::Into,
        Type::Array(_) | Type::Map(_) => Conversion::Collect,
        _ => Conversion::None,
    }
}

/// Whether an argument of type `ty` is converted by `into`.
pub(crate) fn is_converted(ty: &Type) -> bool {
    matches!(conversion(ty), Conversion::Into)
}

/// The type of the argument for a field of type `ty`.
pub(crate) fn argument(ty: &Type, spelled: Spelling) -> String {
    match (ty, conversion(ty)) {
        (Type::Boxed(inner), _) if matches!(conversion(inner), Conversion::None) => spelled(inner),
        (Type::Array(item), _) => format!("impl IntoIterator<Item = {}>", spelled(item)),
        (Type::Map(item), _) => format!("impl IntoIterator<Item = (String, {})>", spelled(item)),
        (ty, Conversion::Into) => format!("impl Into<{}>", stored(ty, spelled)),
        (ty, _) => spelled(ty),
    }
}

/// How the runtime's macros set an optional field of type `ty`: the keyword, and the type after the
/// field's name.
pub(crate) fn setter(ty: &Type, spelled: Spelling) -> (&'static str, String) {
    match (ty, conversion(ty)) {
        (Type::Array(item), _) => ("list", spelled(item)),
        (Type::Map(item), _) => ("map", spelled(item)),
        (ty, Conversion::Into) => ("into", stored(ty, spelled)),
        (ty, _) => ("set", spelled(ty)),
    }
}

/// The part of an optional field's type that the runtime's macros spell: the word for the setter
/// says that the rest is a list or a map.
pub(crate) fn spelled_in_macro(ty: &Type) -> &Type {
    match ty {
        Type::Array(item) | Type::Map(item) => item,
        ty => ty,
    }
}

/// The method calls that convert an [`argument`] to a field of type `ty`.
pub(crate) fn made(ty: &Type) -> &'static [&'static str] {
    match conversion(ty) {
        Conversion::None => &[],
        Conversion::Into => &[".into()"],
        Conversion::Collect => &[".into_iter()", ".collect()"],
    }
}

/// The initialiser of a field from the argument with its name, in a struct expression at this
/// indentation.
pub(crate) fn initialiser(indent: usize, ty: &Type, name: &Ident) -> String {
    let name = name.to_string();
    match made(ty) {
        [] => name,
        calls => layout::field(indent, &name, &name, calls),
    }
}

/// The imports that types need.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    /// From the runtime.
    pub runtime: BTreeSet<&'static str>,
    /// Whether `BTreeMap` is needed.
    pub maps: bool,
}

impl Imports {
    /// The imports for parameters.
    pub(crate) fn of<'t>(parameters: impl IntoIterator<Item = &'t Type>) -> Self {
        let mut imports = Imports::default();
        for ty in parameters {
            let parts = std::iter::successors(Some(ty), |ty| ty.inner());
            for part in parts {
                match part {
                    Type::Array(_) => {}
                    Type::Map(_) => imports.maps = true,
                    part => imports.runtime.extend(import(part)),
                }
            }
        }
        imports
    }

    /// Adds the imports for a type.
    pub(crate) fn add(&mut self, ty: &Type) {
        let parts = std::iter::successors(Some(ty), |ty| ty.inner());
        self.runtime.extend(parts.filter_map(import));
    }

    /// Adds the imports for types.
    pub(crate) fn add_all<'t>(&mut self, types: impl IntoIterator<Item = &'t Type>) {
        types.into_iter().for_each(|ty| self.add(ty));
    }

    /// The `use` declarations, each group followed by an empty line.
    pub(crate) fn items(&self) -> String {
        let mut items = String::new();
        if self.maps {
            items.push_str("use std::collections::BTreeMap;\n\n");
        }
        let names: Vec<_> = self.runtime.iter().copied().collect();
        if !names.is_empty() {
            items.push_str(&layout::import("", "client_runtime", &names));
            items.push('\n');
        }
        items
    }
}

/// The runtime's type for a type, if it has one, without the types inside of it.
pub(crate) fn import(ty: &Type) -> Option<&'static str> {
    Some(match ty {
        Type::ObjectId => "ObjectId",
        Type::DateTime => "DateTime",
        Type::UnixMillis => "UnixMillis",
        Type::Json => "Json",
        Type::Number => "Number",
        Type::Scalar => "Scalar",
        Type::Empty => "EmptyObject",
        Type::Upload => "Upload",
        Type::Nullable(_) => "Nullable",
        Type::Array(_) => "List",
        Type::Map(_) => "Map",
        _ => return None,
    })
}

/// The value that the runtime sends if a global parameter is absent, as a literal of the
/// parameter's type. `None` if it sends nothing.
pub(crate) fn literal(parameter: &Parameter) -> Option<String> {
    match (&parameter.ty, parameter.default.as_ref()?) {
        (Type::Bool, Value::Bool(value)) => Some(value.to_string()),
        // An integer may be written with a fraction of zero.
        (Type::Integer, Value::Number(number)) => Some(match number.as_i64() {
            Some(number) => number.to_string(),
            None => (number.as_f64()? as i64).to_string(),
        }),
        (Type::Float, Value::Number(number)) => Some(format!("{number}f64")),
        _ => None,
    }
}

/// Rules in the syntax of the runtime's macros, e.g. ` [Minimum(0)]`; empty if there are none.
pub(crate) fn rules(rules: &[Rule]) -> String {
    match rules {
        [] => String::new(),
        rules => {
            let rules: Vec<_> = rules.iter().map(rule).collect();
            format!(" [{}]", rules.join(", "))
        }
    }
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::MinLength(least) => format!("MinLength({least})"),
        Rule::MaxLength(most) => format!("MaxLength({most})"),
        Rule::Pattern(pattern) => format!("Pattern(client_runtime::pattern!({pattern:?}))"),
        Rule::Minimum(least) => format!("Minimum({least})"),
        Rule::Maximum(most) => format!("Maximum({most})"),
        Rule::MinimumNumber(least) => format!("MinimumNumber({least}f64)"),
        Rule::MaximumNumber(most) => format!("MaximumNumber({most}f64)"),
        Rule::MinItems(least) => format!("MinItems({least})"),
        Rule::MaxItems(most) => format!("MaxItems({most})"),
        Rule::UniqueItems => "UniqueItems".to_owned(),
        Rule::Each(rules) => format!("Each({})", list(rules)),
        Rule::Object => "Object".to_owned(),
        Rule::OneOf(values) => format!("OneOf(&{values:?})"),
        Rule::Kinds(kinds) => {
            let kinds: Vec<_> = kinds
                .iter()
                .map(|kind| format!("client_runtime::Kind::{kind:?}"))
                .collect();
            format!("Kinds(&[{}])", kinds.join(", "))
        }
        Rule::MinProperties(least) => format!("MinProperties({least})"),
        Rule::MaxProperties(most) => format!("MaxProperties({most})"),
        Rule::Matching(pattern) => format!("Matching(client_runtime::pattern!({pattern:?}))"),
        Rule::Keys(pattern) => format!("Keys(client_runtime::pattern!({pattern:?}))"),
        Rule::AnyRequired(lists) => {
            let lists: Vec<_> = lists.iter().map(|names| format!("&{names:?}")).collect();
            format!("AnyRequired(&[{}])", lists.join(", "))
        }
        Rule::Meets(named) => format!("Meets(&crate::conditions::{})", named.name),
    }
}

/// Rules as a slice.
fn list(rules: &[Rule]) -> String {
    let rules: Vec<_> = rules.iter().map(self::rule).collect();
    format!("&[{}]", rules.join(", "))
}
