//! Types, and sample values of them, as Rust.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use serde_json::Value;

use crate::ir::{Home, Parameter, Rule, Type};
use crate::names::ident;

/// A type as the modules of resources spell it.
pub(crate) fn in_resource(ty: &Type) -> TokenStream {
    match ty {
        Type::Named(name) if name.home == Home::Types => {
            let name = ident(&name.rust);
            quote!(types::#name)
        }
        Type::Array(item) => {
            let item = in_resource(item);
            quote!(Vec<#item>)
        }
        Type::Boxed(item) => in_resource(item),
        ty => in_types(ty),
    }
}

/// A type as the modules of types spell it.
pub(crate) fn in_types(ty: &Type) -> TokenStream {
    match ty {
        Type::Unit => quote!(()),
        Type::Bool => quote!(bool),
        Type::Integer => quote!(i64),
        Type::Number => quote!(f64),
        Type::String => quote!(String),
        Type::ObjectId => quote!(ObjectId),
        Type::DateTime => quote!(DateTime),
        Type::UnixMillis => quote!(UnixMillis),
        Type::Json => quote!(Json),
        Type::Array(item) => {
            let item = in_types(item);
            quote!(Vec<#item>)
        }
        Type::Boxed(item) => in_types(item),
        Type::Named(name) => {
            let name = ident(&name.rust);
            quote!(#name)
        }
    }
}

/// The type of an argument from which a field of type `ty` is made.
pub(crate) fn argument(ty: &Type, spelled: fn(&Type) -> TokenStream) -> TokenStream {
    match ty {
        Type::String | Type::DateTime | Type::UnixMillis | Type::Json => {
            let ty = spelled(ty);
            quote!(impl Into<#ty>)
        }
        Type::Array(item) => {
            let item = spelled(item);
            quote!(impl IntoIterator<Item = #item>)
        }
        _ => spelled(ty),
    }
}

/// The field of type `ty` that is made from an [`argument`].
pub(crate) fn made(ty: &Type, argument: &Ident) -> TokenStream {
    match ty {
        Type::String | Type::DateTime | Type::UnixMillis | Type::Json | Type::Boxed(_) => {
            quote!(#argument.into())
        }
        Type::Array(_) => quote!(#argument.into_iter().collect()),
        _ => quote!(#argument),
    }
}

/// The initialiser of a field from the argument of its name.
pub(crate) fn initialiser(ty: &Type, name: &Ident) -> TokenStream {
    match ty {
        Type::String
        | Type::DateTime
        | Type::UnixMillis
        | Type::Json
        | Type::Boxed(_)
        | Type::Array(_) => {
            let made = made(ty, name);
            quote!(#name: #made)
        }
        _ => quote!(#name),
    }
}

/// The names that the runtime has for parts of a type.
pub(crate) fn imports(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::ObjectId => Some("ObjectId"),
        Type::DateTime => Some("DateTime"),
        Type::UnixMillis => Some("UnixMillis"),
        Type::Json => Some("Json"),
        Type::Array(item) | Type::Boxed(item) => imports(item),
        _ => None,
    }
}

/// Whether a type names one of `types`.
pub(crate) fn names_type(ty: &Type) -> bool {
    match ty {
        Type::Named(name) => name.home == Home::Types,
        Type::Array(item) | Type::Boxed(item) => names_type(item),
        _ => false,
    }
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
        (Type::Number, Value::Number(number)) => Some(format!("{number}f64")),
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
        Rule::Pattern(pattern) => format!("Pattern({pattern:?})"),
        Rule::Minimum(least) => format!("Minimum({least})"),
        Rule::Maximum(most) => format!("Maximum({most})"),
        Rule::MinimumNumber(least) => format!("MinimumNumber({least}f64)"),
        Rule::MaximumNumber(most) => format!("MaximumNumber({most}f64)"),
        Rule::MinItems(least) => format!("MinItems({least})"),
        Rule::MaxItems(most) => format!("MaxItems({most})"),
        Rule::UniqueItems => "UniqueItems".to_owned(),
        Rule::Each(rules) => {
            let rules: Vec<_> = rules.iter().map(self::rule).collect();
            format!("Each(&[{}])", rules.join(", "))
        }
        Rule::Object => "Object".to_owned(),
    }
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
        (Type::Number, Some(Value::Number(number))) => Some(format!("{}f64", number.as_f64()?)),
        (Type::Bool, Some(Value::Bool(value))) => Some(value.to_string()),
        _ => None,
    }
}
