//! The client: the facts about the API as a whole, on top of the runtime.

use proc_macro2::TokenStream;
use quote::quote;

use super::requests;
use crate::format::Part;
use crate::ir::{Api, ErrorBody};
use crate::names::ident;
use crate::rust::{docs, layout, prose, values};

/// `client.rs`.
pub(super) fn file(api: &Api) -> Vec<Part> {
    let mut parts = vec![
        Part::Text(head(api)),
        Part::Items(client(api)),
        Part::Text(facts(api)),
        Part::Items(error_body(api)),
        Part::Items(call(api)),
    ];
    if !api.globals.is_empty() {
        parts.push(Part::Text(setters(api)));
        parts.push(Part::Text(requests::globals(api)));
    }
    parts
}

fn head(api: &Api) -> String {
    let mut head = layout::module_comment("The client and its calls.");
    if api.globals.iter().any(|p| p.deprecated) {
        head.push_str(&format!("\n{}", docs::ALLOW_DEPRECATED));
    }
    let globals = api.globals.iter();
    let spelled = globals.map(|parameter| values::spelled_in_macro(&parameter.ty));
    let mut imports = values::Imports::of(spelled);
    imports.runtime.extend([
        "Action",
        "Api",
        "ClientBuilder",
        "Core",
        "EventStream",
        "Events",
        "Items",
        "Options",
        "Paged",
        "Pages",
        "Request",
        "Response",
        "Retry",
        "bytes",
        "http",
    ]);
    let imports = imports.items();
    let names_types = matches!(api.error, ErrorBody::Known { .. })
        || api.globals.iter().any(|p| p.ty.named().is_some());
    let types = if names_types {
        "use crate::types;\n"
    } else {
        ""
    };
    format!("{head}\nuse std::time::Duration;\n\n{imports}{types}")
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
                Call {
                    core: self.core.clone(),
                    request,
                    options: Options::new(),
                }
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

fn facts(api: &Api) -> String {
    let error = error_type(api).to_string().replace(' ', "");
    let base_url = &api.base_url;
    let globals = if api.globals.is_empty() {
        "()"
    } else {
        "Globals"
    };
    let headers = api.headers.iter().map(|(name, value)| {
        // The runtime expects lower-case names, as in HTTP/2.
        let name = name.to_ascii_lowercase();
        format!("({name:?}, {value:?})")
    });
    let headers: Vec<_> = headers.collect();
    let before = "const HEADERS: &'static [(&'static str, &'static str)] = &";
    format!(
        "impl Api for Client {{\n    type ErrorBody = {error};\n    type Globals = {globals};\n    \
         const BASE_URL: &'static str = {base_url:?};\n{}    \
         const USER_AGENT: &'static str =\n        \
         concat!(env!(\"CARGO_PKG_NAME\"), \"/\", env!(\"CARGO_PKG_VERSION\"));\n}}\n\n\
         /// Error building a client, sending a request, or reading a response.\n\
         pub type Error = client_runtime::Error<{error}>;\n",
        layout::pairs(4, before, &headers),
    )
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

/// `Call`, with the methods that set the parameters of an action. It is emitted because only the
/// crate that defines a type can add methods to it.
fn call(api: &Api) -> TokenStream {
    let error = error_type(api);
    quote! {
        /// A request together with the client that sends it.
        ///
        /// Settings here apply to this request only; the client's settings apply otherwise.
        #[derive(Debug, Clone)]
        #[must_use = "nothing is sent before `send`, `pages`, `items` or `events`"]
        pub struct Call<R> {
            core: Core,
            /// The parameters.
            pub request: R,
            options: Options,
        }

        impl<R: Request> Call<R> {
            /// Returns the HTTP request that would be sent, including the token. A provider's token
            /// is included only if an earlier request has obtained it.
            ///
            /// # Errors
            ///
            /// If a parameter does not match the API's description, a setting is wrong, or the body
            /// is streamed.
            pub fn http_request(&self) -> Result<http::Request<bytes::Bytes>, Error> {
                Ok(self.core.http_request(&self.request, &self.options)?)
            }

            /// Sets the base URL of this request.
            pub fn base_url(mut self, url: impl Into<String>) -> Self {
                self.options = self.options.base_url(url);
                self
            }

            /// Sets the access token of this request.
            pub fn access_token(mut self, token: impl Into<String>) -> Self {
                self.options = self.options.access_token(token);
                self
            }

            /// Sets a header, which replaces a default one of that name, e.g. `Accept-Version`.
            /// `Authorization` is rejected, and so are headers that depend on the body, the
            /// connection or the client.
            pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.options = self.options.header(name, value);
                self
            }

            /// Adds a product before the client's own `User-Agent`.
            pub fn user_agent(mut self, product: impl Into<String>) -> Self {
                self.options = self.options.user_agent(product);
                self
            }

            /// Limits the time of one attempt, from connecting to the last byte of the response.
            pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
                self.options = self.options.attempt_timeout(timeout);
                self
            }

            /// Limits the time of all attempts and the waits between them; for a collection, per
            /// page.
            pub fn timeout(mut self, timeout: Duration) -> Self {
                self.options = self.options.timeout(timeout);
                self
            }

            /// Limits the bytes of the response's body, decompressed.
            pub fn max_response_size(mut self, bytes: u64) -> Self {
                self.options = self.options.max_response_size(bytes);
                self
            }

            /// Sets when this request is retried.
            pub fn retry(mut self, retry: Retry) -> Self {
                self.options = self.options.retry(retry);
                self
            }
        }

        impl<R: Action> Call<R> {
            /// Sends the request and waits for the response.
            ///
            /// # Errors
            ///
            /// If the request is invalid, the response is incomplete, or its status is not a
            /// success.
            pub async fn send(self) -> Result<Response<R::Output>, Error> {
                self.core.send(&self.request, &self.options).await
            }

            /// Sends the request and blocks the current thread until the response arrives. It can
            /// be called anywhere, but asynchronous code should call `send`.
            ///
            /// # Errors
            ///
            /// As for [`send`](Self::send).
            #[cfg(feature = "blocking")]
            pub fn send_blocking(self) -> Result<Response<R::Output>, Error>
            where
                R: 'static,
            {
                Ok(self.core.send_blocking(self.request, self.options)?)
            }
        }

        impl<R: EventStream> Call<R> {
            /// Streams the events, and reconnects if the connection is lost.
            pub fn events(self) -> Events<R, #error> {
                Events::new(self.core, self.request, self.options)
            }
        }

        impl<R: Paged> Call<R> {
            /// Streams the pages of the collection, from the requested one to the last.
            pub fn pages(self) -> Pages<R, #error> {
                Pages::new(self.core, self.request, self.options)
            }

            /// Streams the items of the collection, from those of the requested page to the last.
            pub fn items(self) -> Items<R, #error> {
                Items::new(self.core, self.request, self.options)
            }
        }
    }
}

/// The methods of a call that set the parameters of every action.
fn setters(api: &Api) -> String {
    let setters = api.globals.iter().map(|parameter| {
        let field = format!("self.request.as_mut().{}", ident(&parameter.field));
        requests::setter(parameter, &field)
    });
    let setters: Vec<_> = setters.collect();
    format!(
        "impl<R: Request + AsMut<Globals>> Call<R> {{\n{}}}\n",
        setters.join("\n")
    )
}
