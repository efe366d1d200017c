//! The modules of `types`.

use std::collections::BTreeSet;

use crate::ir::{
    Api, Branch, Definition, DefinitionKind, Field, Form, Object, Position, Type, TypeModule,
    Variant,
};
use crate::models::Models;
use crate::names::ident;
use crate::rust::fields::{Mode, field_type, is_plain};
use crate::rust::{docs, layout, prose, values};

/// The module that re-exports all types.
pub(super) fn index(api: &Api) -> Vec<String> {
    let docs = layout::module_comment(
        "Request and response types of the API.\n\n\
         A response is never lost to values its type does not know: an enum keeps unknown values, an \
         object keeps unknown properties, nulls and values of another kind in `extra`, a `List` and \
         a `Map` keep them as misfits, an id or a date of another shape keeps its text, and all are written back unchanged. A request that violates its type \
         is rejected before it is sent.",
    );
    let mut modules = String::new();
    let mut uses = String::new();
    for type_module in &api.type_modules {
        let cfg = layout::any_feature(&type_module.features);
        let module = ident(&type_module.name);
        modules.push_str(&format!("{cfg}mod {module};\n"));
        uses.push_str(&format!("{cfg}pub use self::{module}::*;\n"));
    }
    vec![docs, modules, uses]
}

/// One module of types.
pub(super) fn file(type_module: &TypeModule, models: &Models) -> Vec<String> {
    let main = type_module
        .definitions
        .iter()
        .filter(|d| !d.source.contains('#'));
    let main: Vec<_> = main.map(|d| format!("[`{}`]", ident(&d.name))).collect();
    let title = match main.as_slice() {
        [] => "Types of several parts of the API.".to_owned(),
        main if main.len() == type_module.definitions.len() => format!("{}.", main.join(" and ")),
        main => format!("{} and the types that they consist of.", main.join(", ")),
    };
    let title = if main.len() == 1 {
        title.replace(
            "the types that they consist of",
            "the types that it consists of",
        )
    } else {
        title
    };
    let mut head = layout::module_comment(&title);
    if type_module.definitions.iter().any(has_deprecated) {
        head.push_str(&format!("\n{}", docs::ALLOW_DEPRECATED));
    }
    let imports = imports(&type_module.definitions).items();
    let others = other_imports(&type_module.definitions);
    let mut parts = vec![head, imports, others];
    for definition in &type_module.definitions {
        match &definition.kind {
            DefinitionKind::Object(object) => {
                parts.extend(self::object(definition, object, models));
            }
            DefinitionKind::Enum(variants) => parts.push(open_enum(definition, variants)),
            DefinitionKind::Union(branches) => parts.extend(union(definition, branches)),
            DefinitionKind::Alias(ty) => {
                let head = head_of(definition, 0);
                let ty = values::in_types(ty);
                let alias = layout::alias(&ident(&definition.name).to_string(), &ty);
                parts.push(format!("{head}{alias}"));
            }
        }
    }
    parts
}

/// The lines before a type: a comment with its source, and its docs.
fn head_of(definition: &Definition, indent: usize) -> String {
    let docs = layout::comment(indent, &docs::definition(definition));
    format!("{}{}{docs}", " ".repeat(indent), docs::source(definition))
}

fn has_deprecated(definition: &Definition) -> bool {
    match &definition.kind {
        DefinitionKind::Object(object) => object.fields.iter().any(|field| field.deprecated),
        _ => false,
    }
}

fn imports(definitions: &[Definition]) -> values::Imports {
    let mut imports = values::Imports::default();
    for definition in definitions {
        match &definition.kind {
            DefinitionKind::Object(object) => {
                let position = definition.position;
                for field in &object.fields {
                    let ty = field_type(field, position);
                    // The constructor's argument names the whole type.
                    let has_setter = position.request && !is_plain(field, position);
                    imports.add(if has_setter {
                        values::spelled_in_macro(ty)
                    } else {
                        ty
                    });
                }
                imports.add_all(object.rest.iter().map(|rest| &rest.ty));
                let is_built = object.fields.iter().any(|field| is_plain(field, position));
                if is_built && Mode::of(object, position) != Mode::Closed {
                    imports.runtime.insert("Extra");
                }
                imports.maps |= is_built && object.rest.is_some();
            }
            DefinitionKind::Union(branches) => {
                branches.iter().for_each(|branch| imports.add(&branch.ty));
                imports.runtime.insert("Json");
            }
            DefinitionKind::Alias(ty) => imports.add(ty),
            DefinitionKind::Enum(_) => {}
        }
    }
    imports
}

/// The imports from other modules of types.
fn other_imports(definitions: &[Definition]) -> String {
    let own = definitions
        .iter()
        .map(|definition| definition.name.as_str());
    let own: BTreeSet<&str> = own.collect();
    let types = definitions
        .iter()
        .flat_map(|definition| definition.kind.parts());
    let names: BTreeSet<String> = types
        .filter_map(Type::named)
        .filter(|name| !own.contains(name))
        .map(|name| ident(name).to_string())
        .collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    layout::import("", "super", &names)
}

/// An enum of several forms and its `union!` call.
fn union(definition: &Definition, branches: &[Branch]) -> Vec<String> {
    let name = ident(&definition.name);
    let mut item = head_of(definition, 0);
    if !definition.recursive {
        item.push_str("#[derive(Clone, PartialEq)]\n");
    }
    item.push_str(&format!("#[non_exhaustive]\npub enum {name} {{\n"));
    for branch in branches {
        item.push_str(&layout::comment(4, &docs::branch(branch)));
        let ty = values::stored(&branch.ty, values::in_types);
        item.push_str(&layout::variant(4, &ident(&branch.name).to_string(), &ty));
    }
    item.push_str(
        "    /// JSON that has none of the described forms. Kept in responses, rejected in requests.\n    \
         Unknown(Json),\n}\n",
    );
    let response = if definition.position.request {
        ""
    } else {
        "response "
    };
    let mut table = format!("client_runtime::union!({response}{name} {{\n");
    for branch in branches {
        let ty = values::stored(&branch.ty, values::in_types);
        let form = match branch.form {
            Form::Object => "object",
            Form::Array => "array",
            Form::Text => "text",
            Form::Number => "number",
            Form::Flag => "flag",
            Form::Scalar => "scalar",
        };
        // The first of two discriminators is a constant of the branch's type.
        let tag = branch.tags.last().map(|(name, strings)| {
            let strings: Vec<_> = strings.iter().map(|tag| format!("{tag:?}")).collect();
            format!(" {name:?} = {}", strings.join(" | "))
        });
        let tag = tag.unwrap_or_default();
        let name = ident(&branch.name);
        table.push_str(&format!("    {name}({ty}): {form}{tag},\n"));
    }
    table.push_str("});\n");
    let mut parts = vec![item, table];
    if definition.recursive {
        let variants = branches.iter().map(|branch| branch.name.as_str());
        let variants: Vec<String> = variants
            .chain(["Unknown"])
            .map(|name| ident(name).to_string())
            .collect();
        parts.push(recursive("enum", &definition.name, &variants));
    }
    parts
}

fn object(definition: &Definition, object: &Object, models: &Models) -> Vec<String> {
    let mut parts = vec![structure(definition, object, models)];
    if definition.position.request {
        parts.push(constructor(definition, object));
    }
    if definition.recursive {
        let fields = object.fields.iter().map(|field| ident(&field.name));
        let fields = fields.chain(object.rest.iter().map(|rest| ident(&rest.name)));
        let mut fields: Vec<String> = fields.map(|name| name.to_string()).collect();
        if Mode::of(object, definition.position) != Mode::Closed {
            fields.push("extra".to_owned());
        }
        parts.push(recursive("struct", &definition.name, &fields));
    }
    parts
}

/// The `recursive!` call for a type that contains itself, which replaces its derives.
fn recursive(kind: &str, name: &str, parts: &[String]) -> String {
    let parts: String = parts.iter().map(|part| format!("    {part},\n")).collect();
    format!("client_runtime::recursive!({kind} {name} {{\n{parts}}});\n")
}

/// The `object!` call that defines a struct.
fn structure(definition: &Definition, object: &Object, models: &Models) -> String {
    let position = definition.position;
    let mode = match Mode::of(object, position) {
        Mode::Open if !position.request => "response",
        Mode::Open => "open",
        Mode::Tolerant => "tolerant",
        Mode::Closed => "closed",
    };
    let has_default = !object.fields.iter().any(|field| is_plain(field, position));
    let derives = match (definition.recursive, has_default) {
        (true, true) => "    #[derive(Default)]\n",
        (true, false) => "",
        (false, true) => "    #[derive(Clone, Default, PartialEq)]\n",
        (false, false) => "    #[derive(Clone, PartialEq)]\n",
    };
    let mut text = format!(
        "client_runtime::object! {{\n{}{derives}    #[non_exhaustive]\n    pub struct {}: {mode} {{\n",
        head_of(definition, 4),
        ident(&definition.name)
    );
    for (name, constant) in &object.constants {
        text.push_str(&format!("        const {name:?} = {constant:?},\n"));
    }
    let types = models.fields(&definition.name);
    for (field, ty) in object.fields.iter().zip(types) {
        text.push_str(&line(field, ty, position));
    }
    text.push_str("    }");
    let read_only = object.fields.iter().filter(|field| field.read_only);
    let names: Vec<String> = read_only.map(|field| format!("{:?}", field.wire)).collect();
    if position.request && !names.is_empty() {
        text.push_str(&format!(" read_only [{}]", names.join(", ")));
    }
    if let Some(rest) = &object.rest {
        let (name, ty) = (ident(&rest.name), values::in_types(&rest.ty));
        let rules = if position.request {
            values::rules(&rest.rules)
        } else {
            String::new()
        };
        let docs = layout::comment(4, &docs::rest(rest));
        text.push_str(&format!(" +\n{docs}    {name}: {ty}{rules}"));
    }
    if position.request && !object.rules.is_empty() {
        text.push_str(&format!(" where{}", values::rules(&object.rules)));
    }
    text.push_str("\n}\n");
    text
}

/// The docs and the table line of a field.
fn line(field: &Field, ty: &str, position: Position) -> String {
    let mut text = layout::comment(8, &docs::field(field, position));
    if field.deprecated {
        text.push_str("        #[deprecated]\n");
    }
    let is_plain = is_plain(field, position);
    let name = ident(&field.name);
    let (word, ty) = if is_plain || !position.request {
        ("pub", ty.to_owned())
    } else {
        values::setter(&field.ty, values::in_types)
    };
    let setter = ident(&field.setter);
    let setter = if setter == name || word == "pub" {
        String::new()
    } else {
        format!(" as {setter}")
    };
    let required = match field.required {
        true if is_plain => " required",
        true => " needed",
        false => "",
    };
    let takes_null = match field_type(field, position) {
        // In a request, null is a valid value of free-form JSON.
        Type::Json => position.request,
        // A named type may be nullable.
        Type::Named(_) | Type::Boxed(_) => field.null,
        ty => ty.takes_null(),
    };
    let nullable = if takes_null { " nullable" } else { "" };
    // Rules apply only to what requests contain.
    let rules = if position.request && !field.read_only {
        values::rules(&field.rules)
    } else {
        String::new()
    };
    let wire = &field.wire;
    text.push_str(&format!(
        "        {word} {name}{setter}: {ty} = {wire:?}{required}{nullable}{rules},\n"
    ));
    text
}

/// The constructor of a request type.
fn constructor(definition: &Definition, object: &Object) -> String {
    let position = definition.position;
    let name = ident(&definition.name);
    let (plain, optional): (Vec<_>, Vec<_>) = object
        .fields
        .iter()
        .partition(|field| is_plain(field, position));
    let preset = |field: &Field| {
        let text = field.preset.as_ref()?;
        Some(format!("{}: Some({text:?}.into())", ident(&field.name)))
    };
    let presets: Vec<_> = optional.iter().filter_map(|field| preset(field)).collect();
    let doc = match plain.is_empty() {
        true if presets.is_empty() => "Creates an empty value.",
        true => "Creates a value with its discriminator.",
        false => "Creates a value with its required properties.",
    };
    // A setter may also be named `default`.
    let default = if object.fields.iter().any(|field| field.setter == "default") {
        "Default::default()"
    } else {
        "Self::default()"
    };
    let body = if plain.is_empty() {
        if presets.is_empty() {
            format!("        {default}\n")
        } else {
            let base = format!("..{default}");
            let fields: Vec<_> = presets.into_iter().chain([base]).collect();
            layout::structure(8, &name.to_string(), &fields)
        }
    } else {
        let made = plain
            .iter()
            .map(|field| values::initialiser(8, &field.ty, &ident(&field.name)));
        let absent = optional
            .iter()
            .map(|field| preset(field).unwrap_or_else(|| format!("{}: None", ident(&field.name))));
        let rest = object.rest.iter();
        let rest = rest.map(|rest| format!("{}: BTreeMap::new()", ident(&rest.name)));
        let extra = match Mode::of(object, position) {
            Mode::Closed => None,
            _ => Some("extra: Extra::new()".to_owned()),
        };
        let fields: Vec<_> = made.chain(absent).chain(rest).chain(extra).collect();
        layout::structure(8, &name.to_string(), &fields)
    };
    let arguments = plain.iter().map(|field| {
        let ty = values::argument(&field.ty, values::in_types);
        format!("{}: {ty}", ident(&field.name))
    });
    let arguments: Vec<_> = arguments.collect();
    let mut text = format!("impl {name} {{\n{}", layout::comment(4, doc));
    text.push_str(docs::allow_many_arguments(plain.len()));
    text.push_str(&layout::function(4, "pub fn new", &arguments, "Self"));
    text.push_str(&format!("{body}    }}\n"));
    if let Some(rest) = &object.rest {
        let arguments = [
            "mut self".to_owned(),
            "name: impl Into<String>".to_owned(),
            format!("value: impl Into<{}>", values::in_types(&rest.ty)),
        ];
        text.push_str("\n    /// Adds a further property.\n");
        text.push_str(&layout::function(4, "pub fn with", &arguments, "Self"));
        let insert = format!("self.{}.insert", ident(&rest.name));
        let arguments = ["name.into()".to_owned(), "value.into()".to_owned()];
        text.push_str(&layout::call(8, &insert, &arguments, ";"));
        text.push_str("        self\n    }\n");
    }
    text.push_str("}\n");
    text
}

/// The `string_enum!` call that defines an open enum.
pub(super) fn open_enum(definition: &Definition, variants: &[Variant]) -> String {
    let mut text = format!(
        "client_runtime::string_enum! {{\n{}    pub enum {} {{\n",
        head_of(definition, 4),
        ident(&definition.name)
    );
    for variant in variants {
        let name = ident(&variant.name);
        // The macro documents a value itself if backticks suffice to show it as code.
        let doc = match prose::code(&variant.wire) {
            _ if variant.wire.is_empty() => Some("The empty string.".to_owned()),
            code if code == format!("`{}`", variant.wire) => None,
            code => Some(format!("{code}.")),
        };
        if let Some(doc) = doc {
            text.push_str(&layout::comment(8, &doc));
        }
        text.push_str(&format!("        {name} = {:?},\n", variant.wire));
    }
    text.push_str("    }\n}\n");
    text
}
