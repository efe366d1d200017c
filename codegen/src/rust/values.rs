//! Types, and sample values of them, as Rust.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use serde_json::Value;

use crate::ir::{Parameter, Rule, Type};
use crate::names::ident;

/// A type as the modules of resources spell it in parameters, which no response has.
pub(crate) fn in_resource(ty: &Type) -> TokenStream {
    match ty {
        Type::Array(item) => {
            let item = in_resource(item);
            quote!(Vec<#item>)
        }
        Type::Map(item) => {
            let item = in_resource(item);
            quote!(BTreeMap<String, #item>)
        }
        ty => in_parts(ty, in_resource),
    }
}

/// A type as the modules of resources spell it in what an action returns.
pub(crate) fn in_output(ty: &Type) -> TokenStream {
    in_parts(ty, in_output)
}

fn in_parts(ty: &Type, inner: fn(&Type) -> TokenStream) -> TokenStream {
    match ty {
        Type::Named(name) => {
            let rust = ident(&name.rust);
            quote!(types::#rust)
        }
        Type::Boxed(item) => inner(item),
        ty => spelled(ty, inner),
    }
}

/// A type as the modules of types spell it.
pub(crate) fn in_types(ty: &Type) -> TokenStream {
    match ty {
        Type::Named(name) => {
            let name = ident(&name.rust);
            quote!(#name)
        }
        Type::Boxed(item) => in_types(item),
        ty => spelled(ty, in_types),
    }
}

/// A type that has the same name everywhere, though what is in it may not.
fn spelled(ty: &Type, inner: fn(&Type) -> TokenStream) -> TokenStream {
    match ty {
        Type::Unit => quote!(()),
        Type::Bool => quote!(bool),
        Type::Integer => quote!(i64),
        Type::Number => quote!(Number),
        Type::Float => quote!(f64),
        Type::String => quote!(String),
        Type::ObjectId => quote!(ObjectId),
        Type::DateTime => quote!(DateTime),
        Type::UnixMillis => quote!(UnixMillis),
        Type::Json => quote!(Json),
        Type::Scalar => quote!(Scalar),
        Type::Empty => quote!(EmptyObject),
        Type::Upload => quote!(Upload),
        Type::Nullable(item) => {
            let item = inner(item);
            quote!(Nullable<#item>)
        }
        Type::Map(item) => {
            let item = inner(item);
            quote!(Map<#item>)
        }
        Type::Array(item) => {
            let item = inner(item);
            quote!(List<#item>)
        }
        // These are spelled by place.
        Type::Boxed(_) | Type::Named(_) => inner(ty),
    }
}

/// A field's type: as it is spelled, but for the box that a circle needs.
pub(crate) fn stored(ty: &Type, spelled: fn(&Type) -> TokenStream) -> TokenStream {
    match ty {
        Type::Boxed(item) => {
            let item = spelled(item);
            quote!(Box<#item>)
        }
        Type::Nullable(item) => {
            let item = stored(item, spelled);
            quote!(Nullable<#item>)
        }
        ty => spelled(ty),
    }
}

/// How an argument becomes a value.
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

/// The type of an argument from which a field of type `ty` is made.
pub(crate) fn argument(ty: &Type, spelled: fn(&Type) -> TokenStream) -> TokenStream {
    match (ty, conversion(ty)) {
        (Type::Boxed(inner), _) if matches!(conversion(inner), Conversion::None) => spelled(inner),
        (Type::Array(item), _) => {
            let item = spelled(item);
            quote!(impl IntoIterator<Item = #item>)
        }
        (Type::Map(item), _) => {
            let item = spelled(item);
            quote!(impl IntoIterator<Item = (String, #item)>)
        }
        (ty, Conversion::Into) => {
            let ty = stored(ty, spelled);
            quote!(impl Into<#ty>)
        }
        (ty, _) => spelled(ty),
    }
}

/// How `setters!` takes a field of type `ty`: the word for it, and the type that stands there.
pub(crate) fn setter(ty: &Type) -> (&'static str, TokenStream) {
    match (ty, conversion(ty)) {
        (Type::Array(item), _) => ("collect", in_types(item)),
        (Type::Map(item), _) => {
            let item = in_types(item);
            ("collect", quote!((String, #item)))
        }
        (ty, Conversion::Into) => ("into", stored(ty, in_types)),
        (ty, _) => ("set", in_types(ty)),
    }
}

/// The field of type `ty` that is made from an [`argument`].
pub(crate) fn made(ty: &Type, argument: &Ident) -> TokenStream {
    match conversion(ty) {
        Conversion::None => quote!(#argument),
        Conversion::Into => quote!(#argument.into()),
        Conversion::Collect => quote!(#argument.into_iter().collect()),
    }
}

/// The initialiser of a field from the argument of its name.
pub(crate) fn initialiser(ty: &Type, name: &Ident) -> TokenStream {
    match conversion(ty) {
        Conversion::None => quote!(#name),
        _ => {
            let made = made(ty, name);
            quote!(#name: #made)
        }
    }
}

/// What has to be imported for types to be spelled.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    /// From the runtime.
    pub runtime: BTreeSet<&'static str>,
    /// Whether a `BTreeMap` is among them.
    pub maps: bool,
}

impl Imports {
    /// What parameters need.
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

    /// Adds what a type needs that stands elsewhere.
    pub(crate) fn add(&mut self, ty: &Type) {
        let parts = std::iter::successors(Some(ty), |ty| ty.inner());
        self.runtime.extend(parts.filter_map(import));
    }

    /// The `use` items.
    pub(crate) fn items(&self) -> TokenStream {
        let maps = self.maps.then(|| {
            quote!(
                use std::collections::BTreeMap;
            )
        });
        let names = self.runtime.iter().copied().map(ident);
        let runtime =
            (!self.runtime.is_empty()).then(|| quote!(use client_runtime::{#(#names),*};));
        quote!(#maps #runtime)
    }
}

/// The type of the runtime that a type is, but for what is in it.
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

/// What the runtime sends where a parameter of every action is absent, as a literal of the
/// parameter's type; `None` where it sends nothing.
pub(crate) fn literal(parameter: &Parameter) -> Option<String> {
    match (&parameter.ty, parameter.default.as_ref()?) {
        (Type::Bool, Value::Bool(value)) => Some(value.to_string()),
        // A whole number may be written with a fraction of zero.
        (Type::Integer, Value::Number(number)) => Some(match number.as_i64() {
            Some(number) => number.to_string(),
            None => (number.as_f64()? as i64).to_string(),
        }),
        (Type::Float, Value::Number(number)) => Some(format!("{number}f64")),
        _ => None,
    }
}

/// Rules as the runtime's macros take them, e.g. ` [Minimum(0)]`; nothing where there are none.
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

/// A sample value as an argument, in a function that returns a `Result`; `None` where none is
/// known that is short.
pub(crate) fn sample(parameter: &Parameter) -> Option<String> {
    let example = parameter.example.as_ref();
    match (&parameter.ty, example) {
        (Type::ObjectId, Some(Value::String(id))) => Some(format!("{id:?}.parse()?")),
        (Type::ObjectId, _) => Some("\"575ec7417ae143cd83dc4a96\".parse()?".to_owned()),
        (Type::String, Some(Value::String(text))) => Some(format!("{text:?}")),
        (Type::String, Some(value)) => Some(format!("{:?}", value.to_string())),
        (Type::String, None) if parameter.rules.is_empty() => Some(format!("{:?}", parameter.wire)),
        (Type::Integer, Some(Value::Number(number))) => Some(number.as_i64()?.to_string()),
        (Type::Float, Some(Value::Number(number))) => Some(format!("{}f64", number.as_f64()?)),
        (Type::Bool, Some(Value::Bool(value))) => Some(value.to_string()),
        _ => None,
    }
}
