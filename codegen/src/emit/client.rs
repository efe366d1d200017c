//! The client: what the whole API says, on top of the runtime.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::requests;
use crate::format::Part;
use crate::ir::{Api, ErrorBody};
use crate::names::ident;
use crate::rust::{docs, prose, values};

/// `client.rs`.
pub(super) fn file(api: &Api) -> Vec<Part> {
    let mut parts = vec![
        Part::Items(head(api)),
        Part::Items(client(api)),
        Part::Items(facts(api)),
        Part::Items(error_body(api)),
        Part::Items(call(api)),
    ];
    if !api.globals.is_empty() {
        parts.push(Part::Items(globals(api)));
        parts.push(Part::Text(requests::globals(api)));
    }
    parts
}

fn head(api: &Api) -> TokenStream {
    let docs = docs::inner("The client and its calls.");
    let names_types = matches!(api.error, ErrorBody::Known { .. })
        || api.globals.iter().any(|p| p.ty.named().is_some());
    let types = names_types.then(|| quote! { use crate::types; });
    let allow = docs::allow_deprecated(api.globals.iter().any(|p| p.deprecated));
    let mut runtime = BTreeSet::from(["Api", "ClientBuilder", "Core", "Request"]);
    let mut imports = values::Imports::of(api.globals.iter().map(|p| &p.ty));
    imports.runtime.append(&mut runtime);
    let imports = imports.items();
    quote! {
        #docs
        #allow
        #imports
        #types
    }
}

fn client(api: &Api) -> TokenStream {
    let title = prose::title(&api.title);
    let docs = docs::outer(&format!(
        "Client of the {title}.\n\nCheap to clone; clones share connections."
    ));
    quote! {
        #docs
        #[derive(Debug, Clone)]
        pub struct Client {
            core: Core,
        }

        impl Client {
            /// Creates a builder for a client.
            pub fn builder() -> ClientBuilder<Client> {
                ClientBuilder::default()
            }

            /// Creates the call of an action from its request; nothing is sent yet.
            pub fn call<R: Request>(&self, request: R) -> Call<R> {
                Call::new(self.core.clone(), request)
            }
        }

        impl From<Core> for Client {
            fn from(core: Core) -> Self {
                Client { core }
            }
        }
    }
}

fn error_type(api: &Api) -> TokenStream {
    match &api.error {
        ErrorBody::Known { name, .. } => {
            let name = ident(name);
            quote!(types::#name)
        }
        ErrorBody::Unknown => quote!(client_runtime::Json),
    }
}

fn facts(api: &Api) -> TokenStream {
    let error = error_type(api);
    let base_url = &api.base_url;
    let globals = if api.globals.is_empty() {
        quote!(())
    } else {
        quote!(Globals)
    };
    let headers = api.headers.iter().map(|(name, value)| {
        // The runtime wants names as HTTP/2 spells them.
        let name = name.to_ascii_lowercase();
        quote!((#name, #value))
    });
    quote! {
        impl Api for Client {
            type ErrorBody = #error;
            type Globals = #globals;

            const BASE_URL: &'static str = #base_url;
            const HEADERS: &'static [(&'static str, &'static str)] = &[#(#headers),*];
            const USER_AGENT: &'static str =
                concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
        }

        /// Error building a client, sending a request, or reading a response.
        pub type Error = client_runtime::Error<#error>;
    }
}

fn error_body(api: &Api) -> TokenStream {
    let ErrorBody::Known { code, message, .. } = &api.error else {
        return TokenStream::new();
    };
    let error = error_type(api);
    let (code, message) = (ident(code), ident(message));
    quote! {
        impl client_runtime::ErrorBody for #error {
            fn code(&self) -> Option<&str> {
                self.#code.as_deref()
            }

            fn message(&self) -> Option<&str> {
                self.#message.as_deref()
            }
        }
    }
}

fn call(api: &Api) -> TokenStream {
    let error = error_type(api);
    let setters = api.globals.iter().map(|parameter| {
        let docs = docs::parameter(parameter);
        let (name, field) = (ident(&parameter.setter), ident(&parameter.field));
        let ty = values::argument(&parameter.ty, values::in_resource);
        let value = values::made(&parameter.ty, &ident("value"));
        let deprecated = parameter.deprecated.then(|| quote!(#[deprecated]));
        quote! {
            #docs
            #deprecated
            pub fn #name(mut self, value: #ty) -> Self {
                self.request.as_mut().#field = Some(#value);
                self
            }
        }
    });
    let globals = (!api.globals.is_empty()).then(|| {
        quote! {
            impl<R: Request + AsMut<Globals>> Call<R> {
                #(#setters)*
            }
        }
    });
    quote! {
        client_runtime::call!(#error);

        #globals
    }
}

fn globals(api: &Api) -> TokenStream {
    let fields = api.globals.iter().map(|parameter| {
        let (docs, name) = (docs::parameter(parameter), ident(&parameter.field));
        let ty = values::in_resource(&parameter.ty);
        let deprecated = parameter.deprecated.then(|| quote!(#[deprecated]));
        quote!(#docs #deprecated pub #name: Option<#ty>)
    });
    quote! {
        /// Parameters that every action takes.
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct Globals {
            #(#fields,)*
        }
    }
}
