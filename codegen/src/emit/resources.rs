//! The modules of `resources`.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Part, docs, example, types, values};
use crate::ir::{
    Action, Api, Definition, DefinitionKind, Paging, Parameter, Place, Resource, Type,
};
use crate::names::{ident, unlike};

/// The module that has all resources in it.
pub(super) fn index(api: &Api) -> Vec<Part> {
    let modules = api.resources.iter().map(|resource| ident(&resource.module));
    let docs = docs::inner("The resources of the API, a module each.");
    vec![Part::Items(quote! { #docs #(pub mod #modules;)* })]
}

/// One resource.
pub(super) fn file(api: &Api, resource: &Resource) -> Vec<Part> {
    let mut parts = vec![
        Part::Items(head(api, resource)),
        Part::Items(handle(api, resource)),
    ];
    for action in &resource.actions {
        parts.push(Part::Items(request(api, action)));
        parts.push(Part::Text(parameters(api, &action.request, &action.params)));
        parts.push(Part::Text(action_table(action)));
        parts.extend(
            action
                .paging
                .as_ref()
                .map(|paging| Part::Items(paged(action, paging))),
        );
        parts.extend(setters(action).map(Part::Items));
    }
    parts.extend(enums(&resource.definitions));
    parts
}

/// The enums that only parameters use.
pub(super) fn enums(definitions: &[Definition]) -> impl Iterator<Item = Part> {
    definitions
        .iter()
        .flat_map(|definition| match &definition.kind {
            DefinitionKind::Enum(variants) => types::open_enum(definition, variants),
            _ => Vec::new(),
        })
}

fn head(api: &Api, resource: &Resource) -> TokenStream {
    let title = format!("{}: `{}`.", docs::prose(&resource.title), resource.path);
    let description = resource
        .description
        .as_deref()
        .map(docs::prose)
        .unwrap_or_default();
    let link = resource.documentation.as_deref();
    let link = link
        .map(|url| format!("Vendor's documentation: <{url}>"))
        .unwrap_or_default();
    let source = docs::code(&format!("schemas/resources/{}.json", resource.wire));
    let source = format!("Source: {source}.");
    let docs = docs::inner(&docs::paragraphs([title, description, link, source]));

    let params = || resource.actions.iter().flat_map(|action| &action.params);
    let mut runtime: BTreeSet<&str> = params().filter_map(|p| values::imports(&p.ty)).collect();
    let outputs = resource.actions.iter().map(|action| &action.output);
    runtime.extend(outputs.filter_map(values::imports));
    for paging in resource.actions.iter().filter_map(|a| a.paging.as_ref()) {
        runtime.extend(["Extent", "Paged"]);
        runtime.extend(values::imports(&paging.item));
    }
    let runtime: Vec<_> = runtime.into_iter().map(ident).collect();
    let runtime = (!runtime.is_empty()).then(|| quote! { use client_runtime::{#(#runtime),*}; });
    let globals = (!api.globals.is_empty()).then(|| quote!(, Globals));
    let allow = docs::allow_deprecated(params().any(|p| p.deprecated));
    let used = params()
        .map(|p| &p.ty)
        .chain(resource.actions.iter().map(|a| &a.output));
    let types = used
        .into_iter()
        .any(values::names_type)
        .then(|| quote! { use crate::types; });
    quote! {
        #docs
        #allow
        #runtime
        use crate::client::{Call, Client #globals};
        #types
    }
}

/// The handle of a resource, and the methods of the client and the handle.
fn handle(api: &Api, resource: &Resource) -> TokenStream {
    let module = ident(&resource.module);
    let title = docs::prose(&resource.title);
    let docs = docs::outer(&format!("{title}, by the parameters of its path."));
    let of_client = docs::outer(&docs::paragraphs([
        format!("{title}: `{}`.", resource.path),
        resource
            .description
            .as_deref()
            .map(docs::prose)
            .unwrap_or_default(),
    ]));
    let params: Vec<_> = resource.params.iter().filter(|p| p.required).collect();
    let client = client(resource);
    let names: Vec<_> = params
        .iter()
        .map(|parameter| ident(&parameter.field))
        .collect();
    let fields = params.iter().zip(&names).map(|(parameter, name)| {
        let ty = values::in_resource(&parameter.ty);
        quote!(#name: #ty)
    });
    let arguments = params.iter().zip(&names).map(|(parameter, name)| {
        let ty = values::argument(&parameter.ty, values::in_resource);
        quote!(#name: #ty)
    });
    let made = params
        .iter()
        .map(|p| values::initialiser(&p.ty, &ident(&p.field)));
    let methods = resource
        .actions
        .iter()
        .map(|action| method(api, resource, action));
    quote! {
        #docs
        #[derive(Debug, Clone)]
        pub struct Resource {
            #client: Client,
            #(#fields,)*
        }

        impl Client {
            #of_client
            pub fn #module(&self, #(#arguments),*) -> Resource {
                Resource { #client: self.clone(), #(#made,)* }
            }
        }

        impl Resource {
            #(#methods)*
        }
    }
}

/// The field of a handle that holds the client.
fn client(resource: &Resource) -> Ident {
    let params = resource
        .params
        .iter()
        .map(|parameter| parameter.field.as_str());
    ident(&unlike("client", params))
}

/// The method of a handle that makes an action's call.
fn method(api: &Api, resource: &Resource, action: &Action) -> TokenStream {
    let docs = docs::action(action, example::doc(api, resource, action));
    let client = client(resource);
    let name = ident(&action.method_name);
    let request = ident(&action.request);
    let own = action
        .params
        .iter()
        .filter(|p| p.required && !p.of_resource);
    let arguments = own.map(|parameter| {
        let name = ident(&parameter.field);
        let ty = values::argument(&parameter.ty, values::in_resource);
        quote!(#name: #ty)
    });
    let passed = action
        .params
        .iter()
        .filter(|p| p.required)
        .map(|parameter| {
            let name = ident(&parameter.field);
            match parameter.of_resource {
                true => quote!(self.#name.clone()),
                false => quote!(#name),
            }
        });
    quote! {
        #docs
        pub fn #name(&self, #(#arguments),*) -> Call<#request> {
            self.#client.call(#request::new(#(#passed),*))
        }
    }
}

/// The struct with an action's parameters.
fn request(api: &Api, action: &Action) -> TokenStream {
    let docs = docs::outer(&format!("The parameters of {}.", docs::code(&action.wire)));
    let name = ident(&action.request);
    let (required, optional): (Vec<_>, Vec<_>) = action.params.iter().partition(|p| p.required);
    let required_fields = required.iter().map(|parameter| {
        let (docs, name) = (docs::parameter(parameter), ident(&parameter.field));
        let ty = values::in_resource(&parameter.ty);
        quote!(#docs pub #name: #ty)
    });
    let optional_fields = optional.iter().map(|parameter| {
        let (docs, name) = (docs::parameter(parameter), ident(&parameter.field));
        let ty = values::in_resource(&parameter.ty);
        let deprecated = parameter.deprecated.then(|| quote!(#[deprecated]));
        quote!(#docs #deprecated pub #name: Option<#ty>)
    });
    let arguments = required.iter().map(|parameter| {
        let name = ident(&parameter.field);
        let ty = values::argument(&parameter.ty, values::in_resource);
        quote!(#name: #ty)
    });
    let made = required
        .iter()
        .map(|p| values::initialiser(&p.ty, &ident(&p.field)));
    let absent = optional.iter().map(|parameter| ident(&parameter.field));
    let has_globals = !api.globals.is_empty();
    let globals_field = has_globals.then(|| {
        quote! {
            /// The parameters of every action.
            pub globals: Globals,
        }
    });
    let globals = has_globals.then(|| quote!(globals: Globals::default(),));
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#required_fields,)*
            #(#optional_fields,)*
            #globals_field
        }

        impl #name {
            /// What is required, and nothing else.
            pub fn new(#(#arguments),*) -> Self {
                #name { #(#made,)* #(#absent: None,)* #globals }
            }
        }
    }
}

/// The `parameters!` call of a struct.
pub(super) fn parameters(api: &Api, name: &str, params: &[Parameter]) -> String {
    let own = name != "Globals";
    let globals = match own && !api.globals.is_empty() {
        true => " + globals: Globals",
        false => "",
    };
    let mut text = format!("client_runtime::parameters!({name}{globals} {{\n");
    for parameter in params {
        let place = match parameter.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::JsonQuery => "json_query",
            Place::Header => "header",
            Place::Body => "body",
        };
        let required = if parameter.required { " required" } else { "" };
        let rules = values::rules(&parameter.rules);
        // What every action takes is always said; what one action takes, only where it is set.
        let default = values::literal(parameter).filter(|_| !own);
        let default = default
            .map(|literal| format!(" = {literal}"))
            .unwrap_or_default();
        let field = ident(&parameter.field);
        let wire = &parameter.wire;
        text.push_str(&format!(
            "    {place} {field}: {wire:?}{required}{default}{rules},\n"
        ));
    }
    text.push_str("});\n");
    text
}

/// The `action!` call of a request.
fn action_table(action: &Action) -> String {
    let Action {
        request,
        method,
        path,
        wire,
        ..
    } = action;
    let output = match &action.output {
        Type::Unit => "()".to_owned(),
        ty => values::in_resource(ty).to_string().replace(' ', ""),
    };
    format!(
        "client_runtime::action!({request} = {wire:?} {{\n    {method} {path:?} -> {output}\n}});\n"
    )
}

fn paged(action: &Action, paging: &Paging) -> TokenStream {
    let request = ident(&action.request);
    let output = values::in_resource(&action.output);
    let item = values::in_resource(&paging.item);
    let (page, items) = (ident(&paging.page), ident(&paging.items));
    let optional = |field: &Option<String>| match field.as_deref().map(ident) {
        Some(field) => quote!(output.#field),
        None => quote!(None),
    };
    let (per_page, total) = (optional(&paging.per_page), optional(&paging.total));
    quote! {
        impl Paged for #request {
            type Item = #item;

            fn page(&mut self) -> &mut Option<i64> {
                &mut self.#page
            }

            fn take(output: #output) -> Vec<Self::Item> {
                output.#items.unwrap_or_default()
            }

            fn extent(output: &#output) -> Extent {
                Extent {
                    items: output.#items.as_ref().map_or(0, Vec::len),
                    per_page: #per_page,
                    total: #total,
                }
            }
        }
    }
}

/// The methods of a call that set parameters.
fn setters(action: &Action) -> Option<TokenStream> {
    let request = ident(&action.request);
    let setters: Vec<_> = action
        .params
        .iter()
        .filter(|parameter| !parameter.required)
        .map(|parameter| {
            let docs = docs::parameter(parameter);
            let deprecated = parameter.deprecated.then(|| quote!(#[deprecated]));
            let (name, field) = (ident(&parameter.setter), ident(&parameter.field));
            let ty = values::argument(&parameter.ty, values::in_resource);
            let value = values::made(&parameter.ty, &ident("value"));
            quote! {
                #docs
                #deprecated
                pub fn #name(mut self, value: #ty) -> Self {
                    self.request.#field = Some(#value);
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
