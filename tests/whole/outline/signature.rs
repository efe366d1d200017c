//! Formats tokens as people write them.

use quote::ToTokens;
use syn::{FnArg, ReturnType, Signature};

/// `get(&self, id: ObjectId) -> Call<Get>`, without the `self` of a method.
pub fn method(signature: &Signature) -> String {
    let inputs = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => Some(tokens(input)),
        FnArg::Receiver(_) => None,
    });
    let inputs: Vec<_> = inputs.collect();
    let output = match &signature.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, output) => format!(" -> {}", tokens(output)),
    };
    let generics = tokens(&signature.generics);
    let wait = signature.asyncness.map_or("", |_| "async ");
    let name = &signature.ident;
    format!("{wait}{name}{generics}({}){output}", inputs.join(", "))
}

/// The tokens, with spaces where they belong.
pub fn tokens(of: &impl ToTokens) -> String {
    let spaced = of.to_token_stream().to_string();
    let words: Vec<_> = spaced.split_whitespace().collect();
    let mut text = words.join(" ");
    for (from, to) in [
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" :: ", "::"),
        (":: ", "::"),
        (" ,", ","),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        ("& ", "&"),
        (" : ", ": "),
        (",>", ">"),
        (",)", ")"),
        ("- >", "->"),
    ] {
        text = text.replace(from, to);
    }
    text
}
