//! Parameters, and the enums that only parameters use.

use serde_json::{Number, Value};

use crate::descriptor::{self, Location, ParameterType};
use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{self, DefinitionKind, Parameter, Rule, Type};
use crate::names::{parameter_name, setter_name, unlike};
use crate::normal::{Decimal, Limit, Numbers, Strings};
use crate::rust::prose::code;

use super::naming::{Occurrence, Owner};
use super::scalars::{chosen, limits, string_type, variants};
use super::scope::{Scope, Wanted, apart};
use super::types::{Lowered, Types};

/// The names of parameters' fields, except those that are `taken`.
fn field_names(
    parameters: &[descriptor::Parameter],
    place: &Place,
    taken: &[Parameter],
    found: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let mut scope = Scope::new("parameters");
    for parameter in taken {
        scope.claim(parameter.field.clone(), &parameter.wire, place, found);
    }
    let wanted = parameters.iter().enumerate().map(|(index, parameter)| {
        let place = place.clone().index(index);
        Wanted {
            place: place.clone().child("name"),
            ..Wanted::new(&parameter.name, parameter.rust_name.as_deref(), place)
        }
    });
    scope.assign(wanted, parameter_name, found)
}

/// Names the methods that set the parameters of a call, which already has one for each of
/// `globals`.
pub(super) fn name_setters(parameters: &mut [Parameter], globals: &[Parameter]) {
    let fields: Vec<String> = parameters.iter().map(|p| p.field.clone()).collect();
    for (parameter, setter) in parameters.iter_mut().zip(apart(&fields, setter_name)) {
        parameter.setter = setter;
    }
    let is_global = |setter: &String| globals.iter().any(|global| global.setter == *setter);
    for index in 0..parameters.len() {
        let setter = &parameters[index].setter;
        if is_global(setter) {
            let taken = globals.iter().chain(&*parameters);
            let taken = taken.map(|other| other.setter.as_str());
            parameters[index].setter = unlike(&format!("{setter}_param"), taken);
        }
    }
}

impl Types<'_> {
    /// The parameters at a place; none is named like one of those that are `taken`.
    pub(super) fn parameters(
        &mut self,
        parameters: &[descriptor::Parameter],
        place: &Place,
        owner: &Owner<'_>,
        taken: &[Parameter],
    ) -> Vec<Parameter> {
        let names = field_names(parameters, place, taken, &mut self.found);
        let parameters = parameters.iter().zip(names).enumerate();
        parameters
            .map(|(index, (parameter, name))| {
                self.parameter(parameter, name, &place.clone().index(index), owner)
            })
            .collect()
    }

    fn parameter(
        &mut self,
        parameter: &descriptor::Parameter,
        field: String,
        place: &Place,
        owner: &Owner<'_>,
    ) -> Parameter {
        let (ty, rules) = self.ty(parameter, place, owner);
        Parameter {
            wire: parameter.name.clone(),
            setter: setter_name(&field),
            field,
            place: match (parameter.location, parameter.kind) {
                (Location::Path, _) => ir::Place::Path,
                (Location::Query, Some(ParameterType::Object)) => ir::Place::JsonQuery,
                (Location::Query, _) => ir::Place::Query,
                (Location::Header, _) => ir::Place::Header,
                (Location::Body, _) => ir::Place::Body,
                (Location::Multipart, Some(ParameterType::File)) => ir::Place::File,
                (Location::Multipart, _) => ir::Place::Part,
            },
            required: parameter.required || parameter.location == Location::Path,
            deprecated: parameter.deprecated,
            of_resource: false,
            ty,
            rules,
            description: parameter.description.clone(),
            default: parameter.default.clone(),
            example: parameter.example.clone(),
        }
    }

    fn ty(
        &mut self,
        parameter: &descriptor::Parameter,
        place: &Place,
        owner: &Owner<'_>,
    ) -> Lowered {
        if parameter.schema.is_some() {
            let owner = owner.property(&parameter.name);
            return self.inline(&place.clone().child("schema"), &owner);
        }
        if let Some(values) = &parameter.values {
            let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            if let Some(texts) = texts {
                let chosen = chosen(parameter.rust_names.as_ref(), place).collect();
                let at = place.clone().child("enum");
                let kind = DefinitionKind::Enum(variants(&texts, chosen, at, &mut self.found));
                let doc = format!("The values of the parameter {}.", code(&parameter.name));
                let occurrence = Occurrence {
                    path: owner.property(&parameter.name).path(),
                    title: None,
                    source: place.reference(),
                    is_parameter: true,
                };
                return (self.define(kind, Some(doc), None, occurrence), Vec::new());
            }
            let values = values.iter().map(Value::to_string).collect();
            return (scalar(parameter).0, vec![Rule::OneOf(values)]);
        }
        scalar(parameter)
    }
}

/// The type of a parameter without a schema and without accepted values.
fn scalar(parameter: &descriptor::Parameter) -> Lowered {
    match meant(parameter) {
        ParameterType::Boolean => (Type::Bool, Vec::new()),
        ParameterType::Integer if parameter.format.as_deref() == Some("unix-ms") => {
            (Type::UnixMillis, Vec::new())
        }
        ParameterType::Integer => (Type::Integer, limited(parameter, true)),
        ParameterType::Number => (Type::Float, limited(parameter, false)),
        ParameterType::Object => (Type::Json, vec![Rule::Object]),
        ParameterType::Array => (Type::Array(Box::new(Type::String)), Vec::new()),
        ParameterType::File => (Type::Upload, Vec::new()),
        ParameterType::String => string_type(&Strings {
            min: parameter.min_length.unwrap_or_default(),
            max: parameter.max_length,
            patterns: parameter.pattern.iter().cloned().collect(),
            format: parameter.format.clone(),
        }),
    }
}

/// The limits of a number.
fn limited(parameter: &descriptor::Parameter, integer: bool) -> Vec<Rule> {
    let limit = |number: &Number| Limit {
        value: Decimal::of_number(number),
        exclusive: false,
    };
    let numbers = Numbers {
        integer,
        minimum: parameter.minimum.as_ref().map(limit),
        maximum: parameter.maximum.as_ref().map(limit),
        ..Numbers::default()
    };
    limits(&numbers).flatten().collect()
}

/// The type of a parameter; if none is declared, that of its default or example.
fn meant(parameter: &descriptor::Parameter) -> ParameterType {
    if let Some(kind) = parameter.kind {
        return kind;
    }
    let values = [&parameter.default, &parameter.example];
    let values: Vec<&Value> = values.into_iter().flatten().collect();
    let all = |is: fn(&Value) -> bool| !values.is_empty() && values.iter().all(|value| is(value));
    match () {
        () if all(Value::is_boolean) => ParameterType::Boolean,
        () if all(|value| value.is_i64()) => ParameterType::Integer,
        () if all(Value::is_number) => ParameterType::Number,
        () => ParameterType::String,
    }
}
