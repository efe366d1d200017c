//! The modules of `resources`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{example, features, outcomes, requests};
use crate::format::Part;
use crate::ir::{Action, Api, Output, Resource, Type};
use crate::names::ident;
use crate::rust::{docs, prose, values};

/// The module that has all resources in it.
pub(super) fn index(api: &Api) -> Vec<Part> {
    let modules = api.resources.iter().map(|resource| {
        let cfg = features::one(resource.feature.as_ref());
        let module = ident(&resource.module);
        quote!(#cfg pub mod #module;)
    });
    let docs = docs::inner("Resources of the API, one module each.");
    vec![Part::Items(quote! { #docs #(#modules)* })]
}

/// One resource.
pub(super) fn file(api: &Api, resource: &Resource) -> Vec<Part> {
    let mut parts = vec![
        Part::Items(head(api, resource)),
        Part::Items(handle(api, resource)),
    ];
    parts.extend(requests::path(resource));
    for action in &resource.actions {
        parts.extend(requests::request(api, resource, action));
        parts.push(Part::Text(outcomes::action_table(action)));
        parts.extend(
            action
                .paging
                .as_ref()
                .map(|paging| Part::Text(outcomes::paged(action, paging))),
        );
        parts.extend(requests::setters(action).map(Part::Items));
        parts.extend(outcomes::returned(action));
    }
    parts
}

fn head(api: &Api, resource: &Resource) -> TokenStream {
    let title = titled(resource);
    let description = resource
        .description
        .as_deref()
        .map(prose::prose)
        .unwrap_or_default();
    let link = resource.documentation.as_deref();
    let link = link
        .map(|url| format!("Vendor's documentation: {}", prose::link(url)))
        .unwrap_or_default();
    let source = prose::code(&format!("schemas/resources/{}.json", resource.wire));
    let source = format!("Source: {source}.");
    let docs = docs::inner(&docs::paragraphs([title, description, link, source]));

    let params = || resource.actions.iter().flat_map(|action| &action.params);
    let returned = || {
        let outputs = resource.actions.iter().map(|action| &action.output);
        outputs.flat_map(|output| match output {
            // The signature says `Option`.
            Output::Body(Type::Nullable(inner)) => vec![&**inner],
            output => output.types(),
        })
    };
    let mut imports = values::Imports::of(params().map(|p| &p.ty));
    returned().for_each(|ty| imports.add(ty));
    for action in &resource.actions {
        match &action.output {
            Output::Outcome(..) => drop(imports.runtime.insert("Json")),
            Output::Events(..) => drop(imports.runtime.insert("ServerSentEvent")),
            Output::Body(_) => {}
        }
        if let Some(paging) = &action.paging {
            imports.add(&paging.item);
        }
    }
    let imports = imports.items();
    let globals = (!api.globals.is_empty()).then(|| quote!(, Globals));
    let allow = docs::allow_deprecated(params().any(|p| p.deprecated));
    let used = params().map(|p| &p.ty).chain(returned());
    let types = used
        .into_iter()
        .any(|ty| ty.named().is_some())
        .then(|| quote! { use crate::types; });
    quote! {
        #docs
        #allow
        #imports
        use crate::client::{Call, Client #globals};
        #types
    }
}

/// The resource's name, and where it is.
fn titled(resource: &Resource) -> String {
    let path = prose::code(&resource.path);
    format!("{}: {path}.", prose::title(&resource.title))
}

/// The handle of a resource, and the methods of the client and the handle.
fn handle(api: &Api, resource: &Resource) -> TokenStream {
    let module = ident(&resource.module);
    let title = prose::title(&resource.title);
    let docs = docs::outer(&format!("Handle to {title}. Cheap to clone."));
    let of_client = docs::outer(&docs::paragraphs([
        titled(resource),
        resource
            .description
            .as_deref()
            .map(prose::prose)
            .unwrap_or_default(),
    ]));
    let required: Vec<_> = resource.params.iter().filter(|p| p.required).collect();
    let allow = docs::allow_many_arguments(required.len() + 1);
    let arguments = required
        .iter()
        .map(|parameter| requests::argument(parameter));
    let names = required.iter().map(|parameter| ident(&parameter.field));
    let has_path = !resource.params.is_empty();
    let (handle, path) = (ident(&resource.handle), ident(&resource.path_params));
    let field = has_path.then(|| quote!(path: #path,));
    let made = has_path.then(|| quote!(path: #path::new(#(#names),*),));
    let methods = resource
        .actions
        .iter()
        .map(|action| method(api, resource, action));
    quote! {
        #docs
        #[derive(Debug, Clone)]
        pub struct #handle {
            client: Client,
            #field
        }

        impl Client {
            #of_client
            #allow
            pub fn #module(&self, #(#arguments),*) -> #handle {
                #handle { client: self.clone(), #made }
            }
        }

        impl #handle {
            #(#methods)*
        }
    }
}

/// The method of a handle that makes an action's call.
fn method(api: &Api, resource: &Resource, action: &Action) -> TokenStream {
    let docs = docs::action(action, example::doc(api, resource, action));
    let name = ident(&action.method_name);
    let request = ident(&action.request);
    let own = || {
        action
            .params
            .iter()
            .filter(|p| p.required && !p.of_resource)
    };
    let arguments = own().map(requests::argument);
    let path = (!resource.params.is_empty()).then(|| quote!(self.path.clone(),));
    let names = own().map(|parameter| ident(&parameter.field));
    let allow = docs::allow_many_arguments(own().count() + 1);
    quote! {
        #docs
        #allow
        pub fn #name(&self, #(#arguments),*) -> Call<#request> {
            self.client.call(#request::new(#path #(#names),*))
        }
    }
}
