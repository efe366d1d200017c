//! Sample values as Rust code, from the examples in the API's description.

use std::collections::HashMap;

use serde_json::{Number, Value};

use crate::diagnostics::is_invisible;
use crate::ir::{Api, Branch, Definition, DefinitionKind, Field, Object, Parameter, Type};
use crate::names::ident;
use crate::rust::fields::is_plain;
use crate::rust::prose::longest_run;
use crate::rust::values;

/// The maximal nesting of constructors in a sample.
const DEEPEST: usize = 3;

/// The maximal number of optional properties that a sample sets.
const MOST_OPTIONAL: usize = 2;

/// The longest string in a sample, in characters.
const LONGEST: usize = 80;

/// The longest JSON in a sample, in bytes.
const LONGEST_JSON: usize = 1_000;

/// Marks where a sample may be broken. No literal contains this character unescaped.
pub(super) const BREAK: char = '\u{1}';

/// The definitions of all types by name, from which samples are made.
pub(super) struct Samples<'a>(HashMap<&'a str, &'a Definition>);

impl<'a> Samples<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let definitions = api
            .type_modules
            .iter()
            .flat_map(|type_module| &type_module.definitions);
        Samples(definitions.map(|d| (d.name.as_str(), d)).collect())
    }

    /// A sample value as an argument, in a function that returns a `Result`: a single, short
    /// expression, or `None`.
    pub(super) fn parameter(&self, parameter: &Parameter) -> Option<String> {
        let example = parameter.example.as_ref();
        match (&parameter.ty, example) {
            (Type::ObjectId, None) => Some("\"575ec7417ae143cd83dc4a96\".parse()?".to_owned()),
            (Type::String, None) if parameter.rules.is_empty() => {
                Some(format!("{:?}", parameter.wire))
            }
            (Type::String, Some(Value::String(text))) => Some(format!("{text:?}")),
            (Type::String, Some(value)) => Some(format!("{:?}", value.to_string())),
            (Type::Float, Some(value)) => Some(format!("{}f64", value.as_f64()?)),
            // The bytes of a short file.
            (Type::Upload, _) => Some("\"content of the file\"".to_owned()),
            (ty, example) => {
                let example = example.cloned().or_else(|| self.example(ty));
                self.argument(ty, example.as_ref(), 0)
            }
        }
    }

    /// A longer sample value, as an expression that reads it from JSON.
    pub(super) fn json(&self, parameter: &Parameter) -> Option<String> {
        let example = parameter.example.clone();
        let example = example.or_else(|| self.example(&parameter.ty))?;
        let is_made_of_others = example.is_object() || example.is_array();
        let json = serde_json::to_string_pretty(&example).ok()?;
        // Docs have no invisible characters, not even in code.
        let is_shown = !json.contains(|c: char| c != '\n' && (c.is_control() || is_invisible(c)));
        let marks = "#".repeat(longest_run(&json, '#') + 1);
        (is_made_of_others && is_shown && json.len() <= LONGEST_JSON)
            .then(|| format!("serde_json::from_str(\n    r{marks}\"{json}\"{marks},\n)?"))
    }

    /// The example of a type's schema.
    fn example(&self, ty: &Type) -> Option<Value> {
        match ty {
            Type::Named(name) => self.0.get(name.rust.as_str())?.example.clone(),
            Type::Boxed(inner) => self.example(inner),
            Type::Array(item) => Some(Value::Array(vec![self.example(item)?])),
            _ => None,
        }
    }

    /// A value as an argument of a function that converts it.
    fn argument(&self, ty: &Type, value: Option<&Value>, depth: usize) -> Option<String> {
        match ty {
            Type::String => short(value?.as_str()?),
            Type::Number => literal(value?.as_number()?),
            Type::Nullable(inner) => match **inner {
                Type::String => short(value?.as_str()?),
                Type::Integer => Some(format!("{}_i64", value?.as_i64()?)),
                Type::Bool => self.exact(inner, value, depth),
                _ => None,
            },
            Type::Boxed(inner) if values::is_converted(inner) => None,
            Type::Boxed(inner) => self.exact(inner, value, depth),
            ty => self.exact(ty, value, depth),
        }
    }

    /// A value of exactly this type. For a union, a value that converts to it.
    fn exact(&self, ty: &Type, value: Option<&Value>, depth: usize) -> Option<String> {
        match ty {
            Type::ObjectId => Some(format!("{}.parse()?", short(value?.as_str()?)?)),
            Type::String => Some(format!("{}.to_owned()", short(value?.as_str()?)?)),
            Type::Integer => Some(value?.as_i64()?.to_string()),
            Type::Bool => Some(value?.as_bool()?.to_string()),
            Type::Array(item) => {
                let first = value?.as_array()?.first()?;
                let is_union = matches!(&**item, Type::Named(name) if name.is_union);
                let item = self.exact(item, Some(first), depth + 1)?;
                Some(if is_union {
                    format!("[{item}.into()]")
                } else {
                    format!("[{item}]")
                })
            }
            Type::Named(name) if depth < DEEPEST => {
                let definition = self.0.get(name.rust.as_str())?;
                self.defined(definition, value, depth)
            }
            _ => None,
        }
    }

    fn defined(&self, of: &Definition, value: Option<&Value>, depth: usize) -> Option<String> {
        let value = value.or(of.example.as_ref());
        match &of.kind {
            DefinitionKind::Object(object) => self.object(of, object, value, depth),
            DefinitionKind::Enum(variants) => {
                let text = value.and_then(Value::as_str);
                let known = variants.iter().find(|v| Some(v.wire.as_str()) == text);
                let variant = known.or(variants.first().filter(|_| text.is_none()))?;
                Some(format!(
                    "types::{}::{}",
                    ident(&of.name),
                    ident(&variant.name)
                ))
            }
            DefinitionKind::Union(branches) => {
                let branch = branches.iter().find(|branch| fits(branch, value))?;
                let ty = match &branch.ty {
                    Type::Boxed(inner) => inner,
                    ty => ty,
                };
                self.exact(ty, value, depth + 1)
            }
            DefinitionKind::Alias(ty) => self.exact(ty, value, depth + 1),
        }
    }

    fn object(
        &self,
        of: &Definition,
        object: &Object,
        value: Option<&Value>,
        depth: usize,
    ) -> Option<String> {
        if !of.position.request {
            return None;
        }
        let property = |field: &Field| value.and_then(|value| value.get(&field.wire));
        let (plain, optional): (Vec<_>, Vec<_>) = object
            .fields
            .iter()
            .filter(|field| !field.deprecated)
            .partition(|field| is_plain(field, of.position));
        let arguments: Option<Vec<_>> = plain
            .iter()
            .map(|field| self.argument(&field.ty, property(field), depth + 1))
            .collect();
        let mut text = format!("types::{}::new({})", ident(&of.name), arguments?.join(", "));
        let needs = |field: &&&Field| field.required && field.preset.is_none();
        if optional.iter().filter(needs).count() > MOST_OPTIONAL {
            return None;
        }
        let (needed, rest): (Vec<_>, Vec<_>) = optional
            .into_iter()
            .filter(|field| field.preset.is_none() && !field.read_only)
            .partition(|field| field.required);
        let mut set = 0;
        for field in needed {
            let argument = self.argument(&field.ty, property(field), depth + 1)?;
            text.push_str(&format!("{BREAK}.{}({argument})", ident(&field.setter)));
            set += 1;
        }
        for field in rest.iter().filter(|field| is_simple(&field.ty)) {
            if set == MOST_OPTIONAL {
                break;
            }
            let Some(value) = property(field) else {
                continue;
            };
            let Some(argument) = self.argument(&field.ty, Some(value), depth + 1) else {
                continue;
            };
            text.push_str(&format!("{BREAK}.{}({argument})", ident(&field.setter)));
            set += 1;
        }
        Some(text)
    }
}

/// Whether a value may belong to a branch, by its JSON type and its discriminators.
fn fits(branch: &Branch, value: Option<&Value>) -> bool {
    let is_object = matches!(&branch.ty, Type::Named(_) | Type::Boxed(_));
    is_object
        && value.is_some_and(Value::is_object)
        && branch.tags.iter().all(|(name, strings)| {
            let text = value.and_then(|value| value.get(name));
            text.and_then(Value::as_str)
                .is_some_and(|text| strings.iter().any(|known| known == text))
        })
}

/// A number as a literal of a known type: an integer without a suffix would be an `i32`.
fn literal(number: &Number) -> Option<String> {
    match (number.as_i64(), number.as_u64()) {
        (Some(integer), _) if i32::try_from(integer).is_ok() => Some(integer.to_string()),
        (Some(integer), _) => Some(format!("{integer}_i64")),
        (None, Some(integer)) => Some(format!("{integer}_u64")),
        (None, None) => Some(format!("{:?}", number.as_f64()?)),
    }
}

/// Whether values of a type are short.
fn is_simple(ty: &Type) -> bool {
    matches!(
        ty,
        Type::String | Type::Integer | Type::Bool | Type::Number | Type::ObjectId
    )
}

/// A string as a literal, unless it is too long for a sample.
fn short(text: &str) -> Option<String> {
    (text.chars().count() <= LONGEST).then(|| format!("{text:?}"))
}
