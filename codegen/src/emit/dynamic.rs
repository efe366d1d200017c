//! Requests by the names of their actions.

use quote::quote;

use super::{Part, docs};
use crate::ir::Api;
use crate::names::ident;

/// `dynamic.rs`.
pub(super) fn file(api: &Api) -> Vec<Part> {
    let actions = || {
        api.resources
            .iter()
            .flat_map(|r| r.actions.iter().map(move |a| (r, a)))
    };
    let docs = docs::inner(
        "Requests by the names of their actions, for programs that learn only at run time what to \
         ask for.\n\nThe parameters are a JSON object under the API's own names. They are read \
         into the same types that typed calls use, so they are checked the same, and sent the \
         same. A number or boolean may be given as text.",
    );
    let names = actions().map(|(_, action)| &action.wire);
    let arms = actions().map(|(resource, action)| {
        let (wire, module) = (&action.wire, ident(&resource.module));
        let request = ident(&action.request);
        quote!(#wire => Request::new::<resources::#module::#request>(parameters)?)
    });
    vec![Part::Items(quote! {
        #docs
        use client_runtime::{Failure, serde_json::Value};
        pub use client_runtime::DynamicRequest as Request;

        use crate::{Error, resources};

        /// The names of all actions.
        pub const ACTIONS: &[&str] = &[#(#names),*];

        /// The request of the action called `name`, e.g. to be sent by
        /// [`Client::call`](crate::Client::call).
        ///
        /// # Errors
        ///
        /// If there is no such action, or it does not take these parameters.
        pub fn request(name: &str, parameters: Value) -> Result<Request, Error> {
            Ok(match name {
                #(#arms,)*
                _ => return Err(Failure::unknown_action(name, ACTIONS).into()),
            })
        }
    })]
}
