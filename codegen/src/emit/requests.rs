//! The structs with the parameters of an action, and the methods that set them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::format::Part;
use crate::ir::{Action, Api, Parameter, Place, Resource};
use crate::names::ident;
use crate::rust::{docs, prose, values};

/// A required parameter as an argument.
pub(super) fn argument(parameter: &Parameter) -> TokenStream {
    let name = ident(&parameter.field);
    let ty = values::argument(&parameter.ty, values::in_resource);
    quote!(#name: #ty)
}

/// The struct with the parameters of the resource, which all its actions take.
pub(super) fn path(resource: &Resource) -> Vec<Part> {
    if resource.params.is_empty() {
        return Vec::new();
    }
    let docs = docs::outer(&format!(
        "What every action of {} takes.",
        prose::code(&resource.path)
    ));
    let fields = Fields {
        docs,
        name: &resource.path_params,
        own: resource.params.iter().collect(),
        shared: Shared::default(),
    };
    fields.parts()
}

/// A struct with parameters.
struct Fields<'p> {
    docs: TokenStream,
    name: &'p str,
    own: Vec<&'p Parameter>,
    shared: Shared<'p>,
}

impl Fields<'_> {
    /// The struct, and its `parameters!` call.
    fn parts(&self) -> Vec<Part> {
        vec![
            Part::Items(self.emit()),
            Part::Text(table(self.name, &self.own, self.shared)),
        ]
    }

    fn emit(&self) -> TokenStream {
        let docs = &self.docs;
        let name = ident(self.name);
        let own = || self.own.iter().copied();
        let (required, optional): (Vec<_>, Vec<_>) = own().partition(|p| p.required);
        let fields = required.iter().map(|parameter| {
            let (docs, name) = (docs::parameter(parameter), ident(&parameter.field));
            let ty = values::in_resource(&parameter.ty);
            quote!(#docs pub #name: #ty)
        });
        let options = optional.iter().map(|parameter| {
            let (docs, name) = (docs::briefly(parameter), ident(&parameter.field));
            let ty = values::in_resource(&parameter.ty);
            let deprecated = parameter.deprecated.then(|| quote!(#[deprecated]));
            quote!(#docs #deprecated pub #name: Option<#ty>)
        });
        let path_type = self.shared.path.map(ident);
        let path = path_type.as_ref().map(|path| quote!(path: #path,));
        let path_field = path_type.as_ref().map(|path| {
            quote! {
                /// Parameters of the resource's path.
                pub path: #path,
            }
        });
        let path_name = path_type.as_ref().map(|_| quote!(path,));
        let globals_field = self.shared.globals.then(|| {
            quote! {
                /// The parameters of every action.
                pub globals: Globals,
            }
        });
        let globals = self
            .shared
            .globals
            .then(|| quote!(globals: Globals::default(),));
        let arguments = required.iter().map(|parameter| argument(parameter));
        let made = required
            .iter()
            .map(|p| values::initialiser(&p.ty, &ident(&p.field)));
        let absent = optional.iter().map(|parameter| ident(&parameter.field));
        let allow = docs::allow_many_arguments(required.len() + usize::from(path_type.is_some()));
        let is_default = required.is_empty() && path_type.is_none();
        let default = is_default.then(|| quote!(Default,));
        let new = if is_default {
            quote!(Self::default())
        } else {
            quote!(#name { #path_name #(#made,)* #(#absent: None,)* #globals })
        };
        quote! {
            #docs
            #[derive(Debug, Clone, #default PartialEq)]
            #[non_exhaustive]
            pub struct #name {
                #path_field
                #(#fields,)*
                #(#options,)*
                #globals_field
            }

            impl #name {
                /// What is required, and nothing else.
                #allow
                pub fn new(#path #(#arguments),*) -> Self { #new }
            }
        }
    }
}

/// The parameters that an action shares with others.
#[derive(Default, Clone, Copy)]
struct Shared<'p> {
    globals: bool,
    /// The struct with the parameters of the resource.
    path: Option<&'p str>,
}

/// The struct with an action's parameters, and its `parameters!` call.
pub(super) fn request(api: &Api, resource: &Resource, action: &Action) -> Vec<Part> {
    let fields = Fields {
        docs: docs::outer(&format!("The parameters of {}.", prose::code(&action.wire))),
        name: &action.request,
        own: action.params.iter().filter(|p| !p.of_resource).collect(),
        shared: Shared {
            globals: !api.globals.is_empty(),
            path: (!resource.params.is_empty()).then_some(resource.path_params.as_str()),
        },
    };
    fields.parts()
}

/// The `parameters!` call of those of every action.
pub(super) fn globals(api: &Api) -> String {
    let own: Vec<&Parameter> = api.globals.iter().collect();
    table("Globals", &own, Shared::default())
}

/// The `parameters!` call of a struct.
fn table(name: &str, params: &[&Parameter], shared: Shared<'_>) -> String {
    let globals = if shared.globals {
        " + globals: Globals"
    } else {
        ""
    };
    let path = shared.path.map(|path| format!(" + path: {path}"));
    let path = path.unwrap_or_default();
    let mut text = format!("client_runtime::parameters!({name}{globals} {{");
    if !params.is_empty() {
        text.push('\n');
    }
    for parameter in params {
        let place = match parameter.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::JsonQuery => "json_query",
            Place::Header => "header",
            Place::Body => "body",
            Place::Part => "part",
            Place::File => "file",
        };
        let required = if parameter.required { " required" } else { "" };
        let rules = values::rules(&parameter.rules);
        // What every action takes is always said; what one action takes, only where it is set.
        let default = values::literal(parameter).filter(|_| name == "Globals");
        let default = default
            .map(|literal| format!(" = {literal}"))
            .unwrap_or_default();
        let field = ident(&parameter.field);
        let wire = &parameter.wire;
        text.push_str(&format!(
            "    {place} {field}: {wire:?}{required}{default}{rules},\n"
        ));
    }
    text.push_str(&format!("}}{path});\n"));
    text
}

/// The methods of a call that set parameters.
pub(super) fn setters(action: &Action) -> Option<TokenStream> {
    let request = ident(&action.request);
    let setters: Vec<_> = action
        .params
        .iter()
        .filter(|parameter| !parameter.required)
        .map(|parameter| {
            let docs = docs::parameter(parameter);
            let deprecated = parameter.deprecated.then(|| quote!(#[deprecated]));
            let (name, field) = (ident(&parameter.setter), ident(&parameter.field));
            let path = parameter.of_resource.then(|| quote!(path.));
            let ty = values::argument(&parameter.ty, values::in_resource);
            let value = values::made(&parameter.ty, &ident("value"));
            quote! {
                #docs
                #deprecated
                pub fn #name(mut self, value: #ty) -> Self {
                    self.request.#path #field = Some(#value);
                    self
                }
            }
        })
        .collect();
    (!setters.is_empty()).then(|| {
        quote! {
            impl Call<#request> {
                #(#setters)*
            }
        }
    })
}
