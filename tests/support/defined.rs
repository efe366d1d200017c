//! The items that the runtime's macros define: a struct by `object!` or `parameters!`, and its
//! setters.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Result};
use syn::{Attribute, Ident, Item, ItemMacro, LitStr, Token, Type, braced};

/// The items that a macro call defines, if it defines a struct.
pub fn defined(call: &ItemMacro) -> Option<Vec<Item>> {
    let name = call.mac.path.segments.last()?.ident.to_string();
    let is_object = match name.as_str() {
        "object" => true,
        "parameters" => false,
        _ => return None,
    };
    let parse = |input: ParseStream<'_>| Struct::parse(input, is_object);
    let parsed = syn::parse::Parser::parse2(parse, call.mac.tokens.clone());
    let defined = parsed.unwrap_or_else(|error| panic!("{error}: {}", call.mac.tokens));
    Some(defined.items())
}

/// The word after the name of an object's struct, which determines how it treats unknown
/// properties.
pub fn mode(call: &ItemMacro) -> Option<(Ident, Ident)> {
    let parse = |input: ParseStream<'_>| Struct::parse(input, true);
    let parsed = syn::parse::Parser::parse2(parse, call.mac.tokens.clone()).ok()?;
    Some((parsed.name, parsed.word?))
}

struct Struct {
    attributes: Vec<Attribute>,
    name: Ident,
    /// The mode of an object, or the call of parameters.
    word: Option<Ident>,
    is_object: bool,
    /// The public fields with their docs, names and types.
    others: Vec<TokenStream>,
    lines: Vec<Line>,
}

struct Line {
    attributes: Vec<Attribute>,
    how: Ident,
    field: Ident,
    setter: Ident,
    ty: Type,
}

impl Struct {
    fn parse(input: ParseStream<'_>, is_object: bool) -> Result<Self> {
        let attributes = Attribute::parse_outer(input)?;
        input.parse::<Token![pub]>()?;
        input.parse::<Token![struct]>()?;
        let name = input.parse()?;
        let word = if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
            Some(input.parse()?)
        } else if input.peek(Token![for]) {
            input.parse::<Token![for]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        let content;
        braced!(content in input);
        let (mut others, mut lines) = (Vec::new(), Vec::new());
        while !content.is_empty() {
            if content.peek(Token![const]) {
                content.parse::<Token![const]>()?;
                content.parse::<LitStr>()?;
                content.parse::<Token![=]>()?;
                content.parse::<LitStr>()?;
            } else if content.peek(Token![..]) {
                content.parse::<Token![..]>()?;
                let field: Ident = content.parse()?;
                content.parse::<Token![:]>()?;
                let ty: Type = content.parse()?;
                others.push(quote!(pub #field: #ty));
            } else {
                lines.push(Line::parse(&content, is_object)?);
            }
            content.parse::<Token![,]>()?;
        }
        // Unsent properties, further ones, and rules.
        let rest: TokenStream = input.parse()?;
        if let Some(further) = syn::parse2::<After>(rest)?.further {
            others.push(further);
        }
        if is_object && word.as_ref().is_some_and(|word| word != "closed") {
            others.push(quote!(pub extra: Extra));
        }
        Ok(Struct {
            attributes,
            name,
            word,
            is_object,
            others,
            lines,
        })
    }

    fn items(self) -> Vec<Item> {
        let Struct {
            attributes,
            name,
            others,
            lines,
            is_object,
            ..
        } = &self;
        let fields = lines.iter().map(|line| line.field(*is_object));
        let mut items = vec![quote! {
            #(#attributes)*
            pub struct #name { #(#fields,)* #(#others,)* }
        }];
        let setters: Vec<_> = lines.iter().filter_map(Line::setter).collect();
        if !setters.is_empty() {
            items.push(quote!(impl #name { #(#setters)* }));
            if let (false, Some(call)) = (is_object, &self.word) {
                items.push(quote!(impl #call<#name> { #(#setters)* }));
            }
        }
        let items = items.into_iter();
        items.map(|item| syn::parse2(item).unwrap()).collect()
    }
}

/// The tokens after the braces.
struct After {
    further: Option<TokenStream>,
}

impl Parse for After {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut further = None;
        while !input.is_empty() {
            if input.peek(Token![+]) {
                input.parse::<Token![+]>()?;
                let attributes = Attribute::parse_outer(input)?;
                let name: Ident = input.parse()?;
                input.parse::<Token![:]>()?;
                let ty: Type = input.parse()?;
                further = Some(quote!(#(#attributes)* pub #name: BTreeMap<String, #ty>));
            } else {
                input.parse::<proc_macro2::TokenTree>()?;
            }
        }
        Ok(After { further })
    }
}

impl Line {
    fn parse(input: ParseStream<'_>, is_object: bool) -> Result<Self> {
        let attributes = Attribute::parse_outer(input)?;
        if !is_object {
            input.call(Ident::parse_any)?;
        }
        let how = input.call(Ident::parse_any)?;
        let field: Ident = input.parse()?;
        let setter = if input.peek(Token![as]) {
            input.parse::<Token![as]>()?;
            input.parse()?
        } else {
            field.clone()
        };
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        input.parse::<Token![=]>()?;
        while !input.peek(Token![,]) {
            input.parse::<proc_macro2::TokenTree>()?;
        }
        Ok(Line {
            attributes,
            how,
            field,
            setter,
            ty,
        })
    }

    fn field(&self, is_object: bool) -> TokenStream {
        let Line {
            attributes,
            field,
            ty,
            ..
        } = self;
        let ty = match (self.how.to_string().as_str(), is_object) {
            ("pub", _) => quote!(#ty),
            ("list", true) => quote!(Option<List<#ty>>),
            ("list", false) => quote!(Option<Vec<#ty>>),
            ("map", true) => quote!(Option<Map<#ty>>),
            ("map", false) => quote!(Option<BTreeMap<String, #ty>>),
            _ => quote!(Option<#ty>),
        };
        quote!(#(#attributes)* pub #field: #ty)
    }

    fn setter(&self) -> Option<TokenStream> {
        let Line {
            attributes,
            setter,
            ty,
            ..
        } = self;
        let argument = match self.how.to_string().as_str() {
            "pub" => return None,
            "set" => quote!(#ty),
            "into" => quote!(impl Into<#ty>),
            "list" => quote!(impl IntoIterator<Item = #ty>),
            "map" => quote!(impl IntoIterator<Item = (String, #ty)>),
            word => panic!("unknown word `{word}`"),
        };
        Some(quote! {
            #(#attributes)*
            pub fn #setter(mut self, value: #argument) -> Self {}
        })
    }
}
