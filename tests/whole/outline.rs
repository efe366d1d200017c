//! The public API in a compact form: one item per line, with names and signatures only.

mod signature;

use std::fmt::Write;

use syn::{Fields, ImplItem, Item, ItemEnum, ItemImpl, ItemMacro, ItemStruct, Visibility};

use crate::emitted::File;
use signature::{method, tokens};

/// The outline of all files: a heading for each file with public items, followed by its items.
pub fn outline(files: &[File<'_>]) -> String {
    let mut text = String::new();
    for file in files {
        let lines: Vec<String> = file.items.iter().flat_map(lines).collect();
        if !lines.is_empty() {
            writeln!(text, "# {}", file.path).unwrap();
            lines
                .iter()
                .for_each(|line| writeln!(text, "{line}").unwrap());
        }
    }
    text
}

/// The public parts of an item.
fn lines(item: &Item) -> Vec<String> {
    match item {
        Item::Struct(item) if is_public(&item.vis) => vec![structure(item)],
        Item::Enum(item) if is_public(&item.vis) => vec![enumeration(item)],
        Item::Type(item) if is_public(&item.vis) => {
            vec![format!(
                "{}{} = {}",
                item.ident,
                tokens(&item.generics),
                tokens(&item.ty)
            )]
        }
        // The content of a private module whose items are all public is listed there.
        Item::Use(item) if is_public(&item.vis) && !tokens(&item.tree).ends_with('*') => {
            vec![format!("use {}", tokens(&item.tree))]
        }
        Item::Impl(item) => implementation(item),
        Item::Macro(item) => macro_call(item).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// `Device { id: Option<ObjectId>, … }`
fn structure(item: &ItemStruct) -> String {
    let fields = item.fields.iter().filter(|field| is_public(&field.vis));
    let fields: Vec<_> = fields
        .map(|field| match &field.ident {
            Some(name) => format!("{name}: {}", tokens(&field.ty)),
            None => tokens(&field.ty),
        })
        .collect();
    let name = format!("{}{}", item.ident, tokens(&item.generics));
    if fields.is_empty() {
        name
    } else {
        format!("{name} {{ {} }}", fields.join(", "))
    }
}

/// `Trigger = Timer(Box<Timer>) | Unknown(Json)`, or `DeviceClass = Standalone "standalone" | …`
fn enumeration(item: &ItemEnum) -> String {
    let variants = item.variants.iter().map(|variant| {
        let name = &variant.ident;
        match (&variant.discriminant, &variant.fields) {
            (Some((_, text)), _) => format!("{name} {}", tokens(text)),
            (None, Fields::Unit) => name.to_string(),
            (None, fields) => format!("{name}{}", tokens(fields)),
        }
    });
    let variants: Vec<_> = variants.collect();
    format!("{} = {}", item.ident, variants.join(" | "))
}

/// The public methods of a type, one per line, and its setters in a single line.
fn implementation(item: &ItemImpl) -> Vec<String> {
    if item.trait_.is_some() {
        return Vec::new();
    }
    let of = tokens(&item.self_ty);
    let methods = item.items.iter().filter_map(|member| match member {
        ImplItem::Fn(function) if is_public(&function.vis) => Some(method(&function.sig)),
        _ => None,
    });
    let methods: Vec<_> = methods.collect();
    if methods
        .iter()
        .all(|method| method.ends_with(" -> Self") && !method.starts_with("new("))
    {
        return vec![format!(
            "{of}: {}",
            methods.join(", ").replace(" -> Self", "")
        )];
    }
    let methods = methods.into_iter();
    methods.map(|method| format!("{of}::{method}")).collect()
}

/// The input, the output and the pagination of an action: `action(Get = …)`.
fn macro_call(item: &ItemMacro) -> Option<String> {
    let name = &item.mac.path.segments.last()?.ident;
    let is_listed = ["action", "paged"].iter().any(|listed| name == listed);
    is_listed.then(|| format!("{name}({})", tokens(&item.mac.tokens)))
}
