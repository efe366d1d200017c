//! The modules of `types`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::features;
use crate::format::Part;
use crate::ir::{
    Api, Branch, Definition, DefinitionKind, Family, Form, Object, Position, Type, Variant,
};
use crate::models::Models;
use crate::names::ident;
use crate::rust::fields::{Mode, field_type, is_plain};
use crate::rust::{docs, prose, values};

/// The module that has all types in it.
pub(super) fn index(api: &Api) -> Vec<Part> {
    let docs = docs::inner(
        "Request and response types of the API.\n\n\
         A response is never lost to values its type does not know: an enum keeps unknown values, an \
         object keeps unknown properties, nulls and values of another kind in `extra`, a `List` and \
         a `Map` keep them as misfits, an id or a date of another shape keeps its text, and all are written back unchanged. A request that violates its type \
         is rejected before it is sent.",
    );
    // Laid out here: a formatter would give each feature a line of its own.
    let mut modules = String::new();
    let mut uses = String::new();
    for family in &api.families {
        let cfg = features::any(&family.features);
        let module = ident(&family.module);
        modules.push_str(&format!("{cfg}mod {module};\n"));
        uses.push_str(&format!("{cfg}pub use self::{module}::*;\n"));
    }
    vec![Part::Items(docs), Part::Text(modules), Part::Text(uses)]
}

/// One family.
pub(super) fn file(family: &Family, models: &Models) -> Vec<Part> {
    let sources = family.sources.iter().map(|file| prose::code(file));
    let sources: Vec<_> = sources.collect();
    let title = format!("What {} describes.", sources.join(" and "));
    let docs = docs::inner(&title);
    let imports = imports(&family.definitions).items();
    let others = other_imports(&family.definitions);
    let allow = docs::allow_deprecated(family.definitions.iter().any(has_deprecated));
    let mut parts = vec![Part::Items(quote! { #docs #allow #imports #others })];
    for definition in &family.definitions {
        match &definition.kind {
            DefinitionKind::Object(object) => {
                parts.extend(self::object(definition, object, models));
            }
            DefinitionKind::Enum(variants) => parts.extend(open_enum(definition, variants)),
            DefinitionKind::Union(branches) => parts.extend(union(definition, branches)),
            DefinitionKind::Alias(ty) => {
                let docs = docs::definition(definition);
                let name = ident(&definition.name);
                let ty = values::in_types(ty);
                parts.push(Part::Items(quote! { #docs pub type #name = #ty; }));
            }
        }
    }
    parts
}

fn has_deprecated(definition: &Definition) -> bool {
    match &definition.kind {
        DefinitionKind::Object(object) => object.fields.iter().any(|field| field.deprecated),
        _ => false,
    }
}

fn imports(definitions: &[Definition]) -> values::Imports {
    let mut imports = values::Imports::default();
    for definition in definitions {
        match &definition.kind {
            DefinitionKind::Object(object) => {
                for field in &object.fields {
                    imports.add(field_type(field, definition.position));
                }
                if let Some(rest) = &object.rest {
                    imports.add(&rest.ty);
                    imports.maps = true;
                }
                if Mode::of(object, definition.position) != Mode::Closed {
                    imports.runtime.insert("Extra");
                }
            }
            DefinitionKind::Union(branches) => {
                branches.iter().for_each(|branch| imports.add(&branch.ty));
                imports.runtime.insert("Json");
            }
            DefinitionKind::Alias(ty) => imports.add(ty),
            DefinitionKind::Enum(_) => {}
        }
    }
    imports
}

/// The imports from other families.
fn other_imports(definitions: &[Definition]) -> TokenStream {
    let own = definitions
        .iter()
        .map(|definition| definition.name.as_str());
    let own: BTreeSet<&str> = own.collect();
    let types = definitions
        .iter()
        .flat_map(|definition| definition.kind.parts());
    let names: BTreeSet<&str> = types
        .filter_map(Type::named)
        .filter(|name| !own.contains(name))
        .collect();
    let names: Vec<_> = names.into_iter().map(ident).collect();
    match names.as_slice() {
        [] => TokenStream::new(),
        names => quote! { use super::{#(#names),*}; },
    }
}

/// An enum of several forms and its `union!` call.
fn union(definition: &Definition, branches: &[Branch]) -> Vec<Part> {
    let docs = docs::definition(definition);
    let name = ident(&definition.name);
    let variants = branches.iter().map(|branch| {
        let doc = docs::outer(&docs::branch(branch));
        let name = ident(&branch.name);
        let ty = values::stored(&branch.ty, values::in_types);
        quote!(#doc #name(#ty),)
    });
    let response = if definition.position.request {
        ""
    } else {
        "response "
    };
    let mut text = format!("client_runtime::union!({response}{} {{\n", definition.name);
    for branch in branches {
        let ty = compact(&values::stored(&branch.ty, values::in_types));
        let form = match branch.form {
            Form::Object => "object",
            Form::Array => "array",
            Form::Text => "text",
            Form::Number => "number",
            Form::Flag => "flag",
            Form::Scalar => "scalar",
        };
        // Of two discriminators the first is a constant of the branch's type.
        let tag = branch.tags.last().map(|(name, texts)| {
            let texts: Vec<_> = texts.iter().map(|text| format!("{text:?}")).collect();
            format!(" {name:?} = {}", texts.join(" | "))
        });
        let tag = tag.unwrap_or_default();
        let name = ident(&branch.name);
        text.push_str(&format!("    {name}({ty}): {form}{tag},\n"));
    }
    text.push_str("});\n");
    if definition.recursive {
        let variants = branches.iter().map(|branch| branch.name.as_str());
        let variants: Vec<String> = variants
            .chain(["Unknown"])
            .map(|name| ident(name).to_string())
            .collect();
        text.push_str(&recursive("enum", &definition.name, &variants));
    }
    let derives = (!definition.recursive).then(|| quote!(#[derive(Clone, PartialEq)]));
    vec![
        Part::Items(quote! {
            #docs
            #derives
            #[non_exhaustive]
            pub enum #name {
                #(#variants)*
                /// JSON that has none of the described forms. Kept in responses, rejected in requests.
                Unknown(Json),
            }
        }),
        Part::Text(text),
    ]
}

/// Tokens of a type as a person would write them.
pub(super) fn compact(tokens: &TokenStream) -> String {
    tokens.to_string().replace(' ', "").replace(',', ", ")
}

fn object(definition: &Definition, object: &Object, models: &Models) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(model) = models.get(&definition.name) {
        parts.push(Part::Items(quote!(#model)));
    }
    if definition.position.request {
        parts.push(Part::Items(constructor(definition, object)));
        parts.extend(setters(definition, object));
    }
    let mut text = table(definition, object);
    if definition.recursive {
        let fields = object.fields.iter().map(|field| ident(&field.name));
        let fields = fields.chain(object.rest.iter().map(|rest| ident(&rest.name)));
        let mut fields: Vec<String> = fields.map(|name| name.to_string()).collect();
        if Mode::of(object, definition.position) != Mode::Closed {
            fields.push("extra".to_owned());
        }
        text.push_str(&recursive("struct", &definition.name, &fields));
    }
    parts.push(Part::Text(text));
    parts
}

/// The `recursive!` call of a type that contains itself, instead of derives.
fn recursive(kind: &str, name: &str, parts: &[String]) -> String {
    let parts: String = parts.iter().map(|part| format!("    {part},\n")).collect();
    format!("client_runtime::recursive!({kind} {name} {{\n{parts}}});\n")
}

/// The `object!` call of a struct.
fn table(definition: &Definition, object: &Object) -> String {
    let position = definition.position;
    let mode = match Mode::of(object, position) {
        Mode::Open if !position.request => "response",
        Mode::Open => "open",
        Mode::Tolerant => "tolerant",
        Mode::Closed => "closed",
    };
    let mut text = format!("client_runtime::object!({mode} {} {{\n", definition.name);
    for (name, constant) in &object.constants {
        text.push_str(&format!("    const {name:?} = {constant:?},\n"));
    }
    for field in &object.fields {
        let name = ident(&field.name);
        let required = match field.required {
            true if is_plain(field, position) => " required",
            true => " needed",
            false => "",
        };
        let takes_null = match field_type(field, position) {
            // In a request null is a value of free-form JSON as any other.
            Type::Json => position.request,
            // A name may be that of a type or null.
            Type::Named(_) | Type::Boxed(_) => field.null,
            ty => ty.takes_null(),
        };
        let nullable = if takes_null { " nullable" } else { "" };
        // Rules are for requests alone, and for what is in them.
        let rules = if position.request && !field.read_only {
            values::rules(&field.rules)
        } else {
            String::new()
        };
        let wire = &field.wire;
        text.push_str(&format!(
            "    {name}: {wire:?}{required}{nullable}{rules},\n"
        ));
    }
    text.push('}');
    let read_only = object.fields.iter().filter(|field| field.read_only);
    let names: Vec<String> = read_only.map(|field| format!("{:?}", field.wire)).collect();
    if position.request && !names.is_empty() {
        text.push_str(&format!(" read_only [{}]", names.join(", ")));
    }
    if let Some(rest) = &object.rest {
        let (name, ty) = (ident(&rest.name), compact(&values::in_types(&rest.ty)));
        let rules = if position.request {
            values::rules(&rest.rules)
        } else {
            String::new()
        };
        text.push_str(&format!(" + {name}: {ty}{rules}"));
    }
    if position.request && !object.rules.is_empty() {
        text.push_str(&format!(" where{}", values::rules(&object.rules)));
    }
    text.push_str(");\n");
    text
}

/// The constructor of a request type.
fn constructor(definition: &Definition, object: &Object) -> TokenStream {
    let name = ident(&definition.name);
    let position = definition.position;
    let (plain, optional): (Vec<_>, Vec<_>) = object
        .fields
        .iter()
        .partition(|field| is_plain(field, position));
    let arguments = plain.iter().map(|field| {
        let name = ident(&field.name);
        let ty = values::argument(&field.ty, values::in_types);
        quote!(#name: #ty)
    });
    let allow = docs::allow_many_arguments(plain.len());
    let made = plain
        .iter()
        .map(|field| values::initialiser(&field.ty, &ident(&field.name)));
    let absent = optional.iter().map(|field| {
        let name = ident(&field.name);
        match &field.preset {
            Some(text) => quote!(#name: Some(#text.into())),
            None => quote!(#name: None),
        }
    });
    let presets: Vec<_> = optional
        .iter()
        .filter_map(|field| {
            let (name, text) = (ident(&field.name), field.preset.as_ref()?);
            Some(quote!(#name: Some(#text.into())))
        })
        .collect();
    let rest = object.rest.as_ref().map(|rest| {
        let name = ident(&rest.name);
        quote!(#name: BTreeMap::new(),)
    });
    let extra = extra(object, position);
    // A setter may be called `default` too.
    let default = if object.fields.iter().any(|field| field.setter == "default") {
        quote!(Default::default())
    } else {
        quote!(Self::default())
    };
    let new = match plain.is_empty() {
        true if !presets.is_empty() => quote!(#name { #(#presets,)* ..#default }),
        true => default,
        false => quote!(#name { #(#made,)* #(#absent,)* #rest #extra }),
    };
    let doc = match plain.is_empty() {
        true if !presets.is_empty() => " Creates a value with its discriminator.",
        true => " Creates an empty value.",
        false => " Creates a value with its required properties.",
    };
    let with = object.rest.as_ref().map(|rest| {
        let name = ident(&rest.name);
        let ty = values::in_types(&rest.ty);
        quote! {
            /// Adds a further property.
            pub fn with(mut self, name: impl Into<String>, value: impl Into<#ty>) -> Self {
                self.#name.insert(name.into(), value.into());
                self
            }
        }
    });
    quote! {
        impl #name {
            #[doc = #doc]
            #allow
            pub fn new(#(#arguments),*) -> Self { #new }
            #with
        }
    }
}

/// The `setters!` call of a request type.
fn setters(definition: &Definition, object: &Object) -> Option<Part> {
    let optional = object.fields.iter();
    let optional = optional.filter(|field| !is_plain(field, definition.position));
    let lines: Vec<String> = optional
        .map(|field| {
            let (how, ty) = values::setter(&field.ty);
            let (setter, name) = (ident(&field.setter), ident(&field.name));
            let deprecated = if field.deprecated {
                "#[deprecated] "
            } else {
                ""
            };
            let other = if setter == name {
                String::new()
            } else {
                format!(" = {name}")
            };
            format!("    {deprecated}{how} {setter}{other}: {},\n", compact(&ty))
        })
        .collect();
    let name = &definition.name;
    let call = || {
        format!(
            "client_runtime::setters!({name} {{\n{}}});\n",
            lines.concat()
        )
    };
    (!lines.is_empty()).then(|| Part::Text(call()))
}

fn extra(object: &Object, position: Position) -> TokenStream {
    match Mode::of(object, position) {
        Mode::Closed => TokenStream::new(),
        _ => quote!(extra: Extra::new()),
    }
}

/// The `string_enum!` call that defines an open enum.
pub(super) fn open_enum(definition: &Definition, variants: &[Variant]) -> Vec<Part> {
    let mut text = String::from("client_runtime::string_enum! {\n");
    for line in docs::lines(&docs::of_definition(definition)) {
        text.push_str(&format!("    ///{line}\n"));
    }
    text.push_str(&format!("    pub enum {} {{\n", ident(&definition.name)));
    for variant in variants {
        let name = ident(&variant.name);
        // The macro shows a text as code by itself, where that needs nothing but backticks.
        let doc = match prose::code(&variant.wire) {
            _ if variant.wire.is_empty() => Some(" The empty string.".to_owned()),
            code if code == format!("`{}`", variant.wire) => None,
            code => Some(format!(" {code}.")),
        };
        if let Some(doc) = doc {
            text.push_str(&format!("        #[doc = {doc:?}]\n"));
        }
        text.push_str(&format!("        {name} = {:?},\n", variant.wire));
    }
    text.push_str("    }\n}\n");
    vec![Part::Text(text)]
}
