//! Parameters, and the enums that only they use.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::descriptor::{self, Location, ParameterType};
use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{
    self, Definition, DefinitionKind, Home, Name, Parameter, Position, Rule, Type, Variant,
};
use crate::names::{parameter_name, parameter_type_name, setter_name};

use super::naming::Owner;
use super::scalars::{Text, integer_rules, number_rules, variants};
use super::scope::Scope;
use super::types::{Lowered, Types};

/// Where every parameter wants a field and a setter of its own.
pub(super) struct ParameterScope {
    fields: Scope,
    setters: Scope,
}

impl ParameterScope {
    pub(super) fn new() -> Self {
        ParameterScope {
            fields: Scope::new("parameters"),
            setters: Scope::new("setters of parameters"),
        }
    }

    pub(super) fn claim(
        &mut self,
        parameter: &Parameter,
        place: Place,
        found: &mut Vec<Diagnostic>,
    ) {
        let Parameter {
            wire,
            field,
            setter,
            ..
        } = parameter;
        let place = place.child("name");
        let reported = found.len();
        self.fields.claim(field.clone(), wire, place.clone(), found);
        // Of two fields that collide, so do the setters.
        if found.len() == reported {
            self.setters.claim(setter.clone(), wire, place, found);
        }
    }
}

/// The enums that only one resource's parameters use.
pub(super) struct Enums {
    /// Whose parameters these are, for the docs.
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

    pub(super) fn parameter(
        &mut self,
        parameter: &descriptor::Parameter,
        place: &Place,
        owner: &Owner<'_>,
        types: &mut Types<'_>,
    ) -> Parameter {
        let (ty, rules) = self.ty(parameter, place, owner, types);
        Parameter {
            wire: parameter.name.clone(),
            field: parameter_name(&parameter.name),
            setter: setter_name(&parameter.name),
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
        if let Some(schema) = &parameter.schema {
            let owner = owner.property(&parameter.name);
            return types.lower(schema, &place.clone().child("schema"), &owner);
        }
        if let Some(values) = &parameter.values {
            let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            if let Some(texts) = texts {
                let variants = variants(&texts, place.clone().child("enum"), &mut types.found);
                let name = self.name(parameter, variants, place, owner, &mut types.found);
                return (Type::Named(name), Vec::new());
            }
            let (ty, _) = scalar(parameter);
            return (
                ty,
                vec![Rule::OneOf(values.iter().map(Value::to_string).collect())],
            );
        }
        scalar(parameter)
    }

    /// The name of a parameter's enum, which is shared by parameters of the same name and values.
    /// Of two with other values, the second is called by its action too.
    fn name(
        &mut self,
        parameter: &descriptor::Parameter,
        variants: Vec<Variant>,
        place: &Place,
        owner: &Owner<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Name {
        let plain = parameter_type_name(&format!("{} {}", self.prefix, parameter.name));
        let other = self
            .names
            .get(&plain)
            .is_some_and(|known| *known != variants);
        let rust = match other && owner.is_within() {
            true => parameter_type_name(&format!("{} {}", owner.word(), parameter.name)),
            false => plain,
        };
        if self.names.get(&rust) != Some(&variants) {
            let named = place.clone().child("name");
            self.scope
                .claim(rust.clone(), &parameter.name, named, found);
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

/// The type of a parameter without a schema and without texts to choose from.
fn scalar(parameter: &descriptor::Parameter) -> Lowered {
    match meant(parameter) {
        ParameterType::Boolean => (Type::Bool, Vec::new()),
        ParameterType::Integer if parameter.format.as_deref() == Some("unix-ms") => {
            (Type::UnixMillis, Vec::new())
        }
        ParameterType::Integer => (
            Type::Integer,
            integer_rules(&parameter.minimum, &parameter.maximum),
        ),
        ParameterType::Number => (
            Type::Float,
            number_rules(&parameter.minimum, &parameter.maximum),
        ),
        ParameterType::Object => (Type::Json, vec![Rule::Object]),
        ParameterType::Array => (Type::Array(Box::new(Type::String)), Vec::new()),
        ParameterType::File => (Type::Upload, Vec::new()),
        ParameterType::String => Text {
            format: parameter.format.as_deref(),
            pattern: parameter.pattern.as_deref(),
            length: (parameter.min_length, parameter.max_length),
        }
        .lower(),
    }
}

/// The type of a parameter: where none is declared, that of its default and its example.
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
