//! The modules of `types`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{Part, docs, values};
use crate::ir::{Api, Definition, DefinitionKind, Family, Object, Position, Type, Variant};
use crate::models::{Mode, Models, is_plain};
use crate::names::ident;

/// The module that has all types in it.
pub(super) fn index(api: &Api) -> Vec<Part> {
    let modules = api.families.iter().map(|family| ident(&family.module));
    let modules: Vec<_> = modules.collect();
    let docs = docs::inner(
        "The types of the API: what stands in requests and responses.\n\n\
         A response is never lost to what its type does not know: an enum keeps unknown values, an \
         object keeps unknown properties and nulls in `extra`, an id or a date of another shape \
         keeps its text, and all of it is written back as it came. A request that breaks its type \
         is refused before it is sent.",
    );
    vec![Part::Items(quote! {
        #docs
        #(mod #modules;)*
        #(pub use self::#modules::*;)*
    })]
}

/// One family.
pub(super) fn file(family: &Family, models: &Models) -> Vec<Part> {
    let sources = family.sources.iter().map(|file| docs::code(file));
    let sources: Vec<_> = sources.collect();
    let title = format!("What {} describes.", sources.join(" and "));
    let docs = docs::inner(&title);
    let runtime = runtime_imports(&family.definitions);
    let others = other_imports(&family.definitions);
    let allow = docs::allow_deprecated(family.definitions.iter().any(has_deprecated));
    let mut parts = vec![Part::Items(quote! { #docs #allow #runtime #others })];
    for definition in &family.definitions {
        match &definition.kind {
            DefinitionKind::Object(object) => {
                parts.extend(self::object(definition, object, models));
            }
            DefinitionKind::Enum(variants) => parts.extend(open_enum(definition, variants)),
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

fn runtime_imports(definitions: &[Definition]) -> TokenStream {
    let mut names = BTreeSet::new();
    for definition in definitions {
        match &definition.kind {
            DefinitionKind::Object(object) => {
                names.extend(
                    object
                        .fields
                        .iter()
                        .filter_map(|field| values::imports(&field.ty)),
                );
                if Mode::of(object, definition.position) != Mode::Closed {
                    names.insert("Extra");
                }
            }
            DefinitionKind::Alias(ty) => names.extend(values::imports(ty)),
            DefinitionKind::Enum(_) => {}
        }
    }
    let names: Vec<_> = names.into_iter().map(ident).collect();
    match names.as_slice() {
        [] => TokenStream::new(),
        names => quote! { use client_runtime::{#(#names),*}; },
    }
}

/// The imports from other families.
fn other_imports(definitions: &[Definition]) -> TokenStream {
    let own: BTreeSet<&str> = definitions
        .iter()
        .map(|definition| definition.name.as_str())
        .collect();
    let types = definitions
        .iter()
        .flat_map(|definition| match &definition.kind {
            DefinitionKind::Object(object) => object.fields.iter().map(|field| &field.ty).collect(),
            DefinitionKind::Alias(ty) => vec![ty],
            DefinitionKind::Enum(_) => Vec::new(),
        });
    let names: BTreeSet<&str> = types
        .filter_map(named)
        .filter(|name| !own.contains(name))
        .collect();
    let names: Vec<_> = names.into_iter().map(ident).collect();
    match names.as_slice() {
        [] => TokenStream::new(),
        names => quote! { use super::{#(#names),*}; },
    }
}

fn named(ty: &Type) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(&name.rust),
        Type::Array(item) | Type::Boxed(item) => named(item),
        _ => None,
    }
}

fn object(definition: &Definition, object: &Object, models: &Models) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(model) = models.get(&definition.name) {
        parts.push(Part::Items(quote!(#model)));
    }
    if definition.position.request {
        parts.push(Part::Items(setters(definition, object)));
    }
    parts.push(Part::Text(table(definition, object)));
    parts
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
    for field in &object.fields {
        let name = ident(&field.name);
        let required = if is_plain(field, position) {
            " required"
        } else {
            ""
        };
        // Rules are for requests alone.
        let rules = match position.request {
            true => values::rules(&field.rules),
            false => String::new(),
        };
        text.push_str(&format!("    {name}: {:?}{required}{rules},\n", field.wire));
    }
    text.push_str("});\n");
    text
}

/// The constructor and setters of a struct that stands in requests.
fn setters(definition: &Definition, object: &Object) -> TokenStream {
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
    let made = plain
        .iter()
        .map(|field| values::initialiser(&field.ty, &ident(&field.name)));
    let absent = optional.iter().map(|field| {
        let name = ident(&field.name);
        quote!(#name: None)
    });
    let extra = extra(object, position);
    let new = match plain.is_empty() {
        // A setter may be called `default` too.
        true if object.fields.iter().any(|field| field.setter == "default") => {
            quote!(Default::default())
        }
        true => quote!(Self::default()),
        false => quote!(#name { #(#made,)* #(#absent,)* #extra }),
    };
    let doc = match plain.is_empty() {
        true => " Nothing set.",
        false => " What is required, and nothing else.",
    };
    let setters = optional.iter().map(|field| {
        let doc = docs::outer(&format!("Sets {}.", docs::code(&field.wire)));
        let deprecated = field.deprecated.then(|| quote!(#[deprecated]));
        let (setter, name) = (ident(&field.setter), ident(&field.name));
        let ty = values::argument(&field.ty, values::in_types);
        let value = values::made(&field.ty, &ident("value"));
        quote! {
            #doc
            #deprecated
            pub fn #setter(mut self, value: #ty) -> Self {
                self.#name = Some(#value);
                self
            }
        }
    });
    quote! {
        impl #name {
            #[doc = #doc]
            pub fn new(#(#arguments),*) -> Self { #new }
            #(#setters)*
        }
    }
}

fn extra(object: &Object, position: Position) -> TokenStream {
    match Mode::of(object, position) {
        Mode::Closed => TokenStream::new(),
        _ => quote!(extra: Extra::new()),
    }
}

/// An open enum and its `string_enum!` call.
pub(super) fn open_enum(definition: &Definition, variants: &[Variant]) -> Vec<Part> {
    let docs = docs::definition(definition);
    let name = ident(&definition.name);
    let known = variants.iter().map(|variant| {
        let doc = docs::outer(&match variant.wire.as_str() {
            "" => "The empty text.".to_owned(),
            wire => format!("{}.", docs::code(wire)),
        });
        let name = ident(&variant.name);
        quote!(#doc #name,)
    });
    let mut text = format!("client_runtime::string_enum!({} {{\n", definition.name);
    for variant in variants {
        text.push_str(&format!(
            "    {} = {:?},\n",
            ident(&variant.name),
            variant.wire
        ));
    }
    text.push_str("});\n");
    vec![
        Part::Items(quote! {
            #docs
            #[derive(Debug, Clone, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum #name {
                #(#known)*
                /// A value that the description does not name. A response keeps it; a request with
                /// it is refused.
                Unknown(Box<str>),
            }
        }),
        Part::Text(text),
    ]
}
