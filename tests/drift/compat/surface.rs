//! What programs can name of an emitted crate: its public items with their signatures, parsed from
//! its source.

use std::collections::BTreeMap;

use codegen::FileSet;
use quote::ToTokens;
use syn::{Fields, FnArg, ImplItem, Item, Visibility};

use crate::defined::{defined, mode};

/// Public items by path, each with what programs rely on.
pub struct Surface(BTreeMap<String, String>);

impl Surface {
    pub fn of(files: &FileSet) -> Self {
        let mut surface = Surface(BTreeMap::new());
        for (path, text) in files.iter() {
            match path
                .strip_prefix("src/")
                .and_then(|p| p.strip_suffix(".rs"))
            {
                Some("lib" | "types" | "dynamic") => {}
                Some(module) => surface.file(&module_of(module), text),
                None if path == "Cargo.toml" => surface.features(text),
                None => {}
            }
        }
        surface
    }

    /// The items that another version lacks or has changed.
    pub fn broken_by(&self, new: &Surface) -> Vec<String> {
        let broken = self
            .0
            .iter()
            .filter_map(|(path, before)| match new.0.get(path) {
                Some(after) if after == before => None,
                Some(after) => Some(format!("{path}: {before} -> {after}")),
                None => Some(format!("{path}: gone")),
            });
        broken.collect()
    }

    fn add(&mut self, path: String, signature: impl Into<String>) {
        self.0.insert(path, signature.into());
    }

    fn features(&mut self, manifest: &str) {
        let manifest: toml::Table = manifest.parse().unwrap();
        let features = manifest.get("features").and_then(|f| f.as_table());
        for name in features.into_iter().flat_map(|features| features.keys()) {
            self.add(format!("feature {name}"), "");
        }
    }

    fn file(&mut self, module: &str, text: &str) {
        if module.starts_with("resources") {
            self.add(format!("mod {module}"), "");
        }
        for item in syn::parse_file(text).unwrap().items {
            self.item(module, &item);
        }
    }

    fn item(&mut self, module: &str, item: &Item) {
        let path = |name: &dyn ToTokens| format!("{module}::{}", spelled(name));
        match item {
            Item::Struct(item) if is_public(&item.vis) => {
                let path = path(&item.ident);
                self.add(path.clone(), "struct");
                self.derives(&path, &item.attrs);
                for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                    let name = spelled(&field.ident);
                    self.add(format!("{path}.{name}"), spelled(&field.ty));
                }
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let path = path(&item.ident);
                self.add(path.clone(), "enum");
                for variant in &item.variants {
                    let fields = match &variant.fields {
                        Fields::Unit => String::new(),
                        fields => spelled(fields),
                    };
                    self.add(format!("{path}::{}", spelled(&variant.ident)), fields);
                }
            }
            Item::Type(item) if is_public(&item.vis) => {
                self.add(path(&item.ident), format!("= {}", spelled(&item.ty)));
            }
            Item::Impl(item) => self.implementation(module, item),
            Item::Macro(call) => {
                for item in defined(call).into_iter().flatten() {
                    self.item(module, &item);
                }
                self.table(module, call);
            }
            _ => {}
        }
    }

    fn derives(&mut self, path: &str, attributes: &[syn::Attribute]) {
        for attribute in attributes.iter().filter(|a| a.path().is_ident("derive")) {
            let derives = spelled(&attribute.meta);
            if derives.contains("Default") {
                self.add(format!("{path}: Default"), "");
            }
        }
    }

    fn implementation(&mut self, module: &str, item: &syn::ItemImpl) {
        let of = format!("{module}::{}", spelled(&item.self_ty));
        let of = match &item.trait_ {
            None => of,
            Some((name, _)) => format!("{of} as {}", spelled(name)),
        };
        for inner in &item.items {
            match inner {
                ImplItem::Fn(function) if item.trait_.is_none() && is_public(&function.vis) => {
                    let name = spelled(&function.sig.ident);
                    self.add(format!("{of}::{name}"), signature(&function.sig));
                }
                // If no parameter is global, programs cannot use the type of the globals.
                ImplItem::Type(ty) if spelled(&ty.ty) != "()" => {
                    self.add(format!("{of}::{}", spelled(&ty.ident)), spelled(&ty.ty));
                }
                _ => {}
            }
        }
    }

    /// The items that a macro of the runtime generates from its table.
    fn table(&mut self, module: &str, call: &syn::ItemMacro) {
        let name = call.mac.path.segments.last().unwrap().ident.to_string();
        let text = call.mac.tokens.to_string();
        match name.as_str() {
            "string_enum" => self.string_enum(module, &text),
            "union" => self.union(module, &text),
            "object" => {
                let (of, mode) = mode(call).unwrap();
                if mode != "response" {
                    self.add(format!("{module}::{of}: Validate"), "");
                }
            }
            "action" => {
                let of = text.split_whitespace().next().unwrap();
                let output = text.split_once("->").unwrap().1;
                let output = output.rsplit_once('}').unwrap().0;
                // Statuses and bodies of outcomes are part of their variants.
                let output = output.split('{').next().unwrap_or(output).trim();
                self.add(format!("{module}::{of}: Action"), output);
            }
            "paged" => {
                let (of, rest) = text.split_once(' ').unwrap();
                let (item, rest) = rest.split_once(':').unwrap().1.split_once(',').unwrap();
                let style = rest.split(',').next().unwrap();
                let position = match style.split_once("cursor :") {
                    Some((_, cursor)) => cursor.split_once(':').unwrap().1,
                    None => "",
                };
                self.add(
                    format!("{module}::{of}: Paged"),
                    format!("{item} / {position}"),
                );
            }
            _ => {}
        }
    }

    fn string_enum(&mut self, module: &str, text: &str) {
        let (_, rest) = text.split_once("pub enum ").unwrap();
        let (of, rest) = rest.split_once('{').unwrap();
        let of = format!("{module}::{}", of.trim());
        self.add(of.clone(), "open enum");
        for line in lines(rest.rsplit_once('}').unwrap().0) {
            let name = line.split('=').next().unwrap().trim();
            self.add(format!("{of}::{name}"), "");
        }
    }

    fn union(&mut self, module: &str, text: &str) {
        let (of, rest) = text.split_once('{').unwrap();
        let name = of.split_whitespace().last().unwrap();
        if !of.contains("response") {
            self.add(format!("{module}::{name}: Validate"), "");
        }
        for line in lines(rest) {
            let (_, ty) = line.split_once('(').unwrap();
            let (ty, form) = ty.rsplit_once(") :").unwrap();
            let from = form.split_whitespace().next().unwrap();
            self.add(format!("{module}::{name}: From<{ty}> as {from}"), "");
        }
    }
}

/// The entries of a table, which end with a comma outside of all brackets.
fn lines(table: &str) -> Vec<String> {
    let table = table.trim().trim_end_matches('}');
    let (mut depth, mut line, mut lines) = (0_i32, String::new(), Vec::new());
    let mut is_text = false;
    for character in table.chars() {
        match character {
            '"' => is_text = !is_text,
            '<' | '(' | '[' if !is_text => depth += 1,
            '>' | ')' | ']' if !is_text => depth -= 1,
            _ => {}
        }
        if character == ',' && depth == 0 && !is_text {
            lines.push(std::mem::take(&mut line).trim().to_owned());
        } else {
            line.push(character);
        }
    }
    lines
}

/// The types of a function's arguments and result, without the names of the arguments.
fn signature(signature: &syn::Signature) -> String {
    let inputs = signature.inputs.iter().map(|input| match input {
        FnArg::Receiver(receiver) => spelled(receiver),
        FnArg::Typed(argument) => spelled(&argument.ty),
    });
    let inputs: Vec<_> = inputs.collect();
    let generics = spelled(&signature.generics);
    format!(
        "{generics}({}) {}",
        inputs.join(", "),
        spelled(&signature.output)
    )
}

/// The path of a module as programs write it.
fn module_of(file: &str) -> String {
    match file.split_once('/') {
        Some(("types", _)) => "types".to_owned(),
        _ => file.replace('/', "::"),
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn spelled(tokens: &dyn ToTokens) -> String {
    tokens.to_token_stream().to_string()
}
