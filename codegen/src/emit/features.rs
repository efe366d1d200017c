//! What a part of the crate depends on: features, one for each group of resources.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

/// The attribute of what is there with a feature.
pub(super) fn one(feature: Option<&String>) -> Option<TokenStream> {
    feature.map(|feature| quote!(#[cfg(feature = #feature)]))
}

/// The attribute, in a line of its own, of what is there with any one of several features; nothing
/// for what always is.
pub(super) fn any(features: &BTreeSet<String>) -> String {
    let all: Vec<_> = features
        .iter()
        .map(|name| format!("feature = {name:?}"))
        .collect();
    match all.as_slice() {
        [] => String::new(),
        [only] => format!("#[cfg({only})]\n"),
        all => format!("#[cfg(any({}))]\n", all.join(", ")),
    }
}
