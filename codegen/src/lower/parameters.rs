//! Parameters, and the enums that only parameters use.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use crate::descriptor::{self, Location, ParameterType};
use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{
    self, Definition, DefinitionKind, Home, Name, Parameter, Position, Rule, Type, Variant,
};
use crate::names::{parameter_name, parameter_type_name, setter_name, unlike};
use crate::normal::{Decimal, Limit, Numbers, Strings};

use super::naming::Owner;
use super::scalars::{chosen, limits, text, variants};
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

/// The enums that only one resource's parameters use.
pub(super) struct Enums {
    /// The owner of the parameters, for the docs.
    whose: String,
    prefix: String,
    pub(super) scope: Scope,
    names: BTreeMap<String, Vec<Variant>>,
    pub(super) definitions: Vec<Definition>,
}

impl Enums {
    pub(super) fn new(whose: String, prefix: &str) -> Self {
        Enums {
            whose,
            prefix: prefix.to_owned(),
            scope: Scope::new("types"),
            names: BTreeMap::new(),
            definitions: Vec::new(),
        }
    }

    /// The parameters at a place, whose names are not `taken`.
    pub(super) fn parameters(
        &mut self,
        parameters: &[descriptor::Parameter],
        place: &Place,
        owner: &Owner<'_>,
        taken: &[Parameter],
        types: &mut Types<'_>,
    ) -> Vec<Parameter> {
        let names = field_names(parameters, place, taken, &mut types.found);
        let parameters = parameters.iter().zip(names).enumerate();
        parameters
            .map(|(index, (parameter, name))| {
                self.parameter(parameter, name, &place.clone().index(index), owner, types)
            })
            .collect()
    }

    fn parameter(
        &mut self,
        parameter: &descriptor::Parameter,
        field: String,
        place: &Place,
        owner: &Owner<'_>,
        types: &mut Types<'_>,
    ) -> Parameter {
        let (ty, rules) = self.ty(parameter, place, owner, types);
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
        types: &mut Types<'_>,
    ) -> Lowered {
        if parameter.schema.is_some() {
            let owner = owner.property(&parameter.name);
            return types.inline(&place.clone().child("schema"), &owner);
        }
        if let Some(values) = &parameter.values {
            let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            if let Some(texts) = texts {
                let chosen = chosen(parameter.rust_names.as_ref(), place).collect();
                let at = place.clone().child("enum");
                let variants = variants(&texts, chosen, at, &mut types.found);
                let name = self.name(parameter, variants, place, owner, &mut types.found);
                return (Type::Named(name), Vec::new());
            }
            let values = values.iter().map(Value::to_string).collect();
            return (scalar(parameter).0, vec![Rule::OneOf(values)]);
        }
        scalar(parameter)
    }

    /// The name of a parameter's enum, shared by parameters with the same name and values. If the
    /// values differ, the second is named after its action too.
    fn name(
        &mut self,
        parameter: &descriptor::Parameter,
        variants: Vec<Variant>,
        place: &Place,
        owner: &Owner<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Name {
        let plain = parameter_type_name(&format!("{} {}", self.prefix, parameter.name));
        let known = self.names.get(&plain);
        let mut rust = if known.is_some_and(|known| *known != variants) && owner.is_within() {
            parameter_type_name(&format!("{} {}", owner.word(), parameter.name))
        } else {
            plain
        };
        if self.names.get(&rust) != Some(&variants) {
            let named = place.clone().child("name");
            rust = self.scope.claim(rust, &parameter.name, &named, found);
            self.names.insert(rust.clone(), variants.clone());
            self.definitions.push(Definition {
                name: rust.clone(),
                doc: Some(format!(
                    "The values of `{}` of {}.",
                    parameter.name, self.whose
                )),
                source: place.reference(),
                places: 1,
                position: Position {
                    request: true,
                    response: false,
                },
                recursive: false,
                kind: DefinitionKind::Enum(variants),
            });
        }
        Name {
            rust,
            home: Home::Parameters,
            is_union: false,
        }
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
        ParameterType::String => text(&Strings {
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
    let told = [&parameter.default, &parameter.example];
    let told: Vec<&Value> = told.into_iter().flatten().collect();
    let all = |is: fn(&Value) -> bool| !told.is_empty() && told.iter().all(|value| is(value));
    match () {
        () if all(Value::is_boolean) => ParameterType::Boolean,
        () if all(|value| value.is_i64()) => ParameterType::Integer,
        () if all(Value::is_number) => ParameterType::Number,
        () => ParameterType::String,
    }
}
