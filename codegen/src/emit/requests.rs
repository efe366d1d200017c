//! The structs with the parameters of an action, and the methods that set them.

use crate::ir::{Action, Api, Parameter, Place, Resource};
use crate::names::ident;
use crate::rust::{docs, layout, prose, values};

/// A required parameter as an argument.
pub(super) fn argument(parameter: &Parameter) -> String {
    let name = ident(&parameter.field);
    let ty = values::argument(&parameter.ty, values::in_resource);
    format!("{name}: {ty}")
}

/// The struct with the parameters of the resource, which all its actions take.
pub(super) fn path(resource: &Resource) -> Vec<String> {
    if resource.params.is_empty() {
        return Vec::new();
    }
    let fields = Fields {
        docs: format!("Parameters in the path {}.", prose::code(&resource.path)),
        name: &resource.path_params,
        own: resource.params.iter().collect(),
        path: None,
        globals: false,
        has_call: false,
    };
    vec![fields.structure(), fields.constructor()]
}

/// The struct with an action's parameters.
pub(super) fn request(api: &Api, resource: &Resource, action: &Action) -> Vec<String> {
    let fields = Fields {
        docs: format!(
            "Request of [`{0}::{1}`]: the parameters of {2}.",
            resource.handle,
            action.method_name,
            prose::code(&action.wire)
        ),
        name: &action.request,
        own: action.params.iter().filter(|p| !p.of_resource).collect(),
        path: (!resource.params.is_empty()).then_some(resource.path_params.as_str()),
        globals: !api.globals.is_empty(),
        has_call: true,
    };
    vec![fields.structure(), fields.constructor()]
}

/// The struct with the global parameters.
pub(super) fn globals(api: &Api) -> String {
    let fields = Fields {
        docs: "Parameters that every action takes.".to_owned(),
        name: "Globals",
        own: api.globals.iter().collect(),
        path: None,
        globals: false,
        has_call: false,
    };
    fields.structure()
}

/// A struct with parameters.
struct Fields<'p> {
    docs: String,
    name: &'p str,
    own: Vec<&'p Parameter>,
    /// The struct with the parameters of the resource.
    path: Option<&'p str>,
    /// Whether it contains the global parameters.
    globals: bool,
    /// Whether an action's call has setters for them.
    has_call: bool,
}

impl Fields<'_> {
    fn required(&self) -> impl Iterator<Item = &Parameter> {
        self.own.iter().copied().filter(|p| p.required)
    }

    fn optional(&self) -> impl Iterator<Item = &Parameter> {
        self.own.iter().copied().filter(|p| !p.required)
    }

    fn has_default(&self) -> bool {
        self.path.is_none() && self.required().next().is_none()
    }

    /// The `parameters!` call that defines the struct.
    fn structure(&self) -> String {
        let default = if self.has_default() { "Default, " } else { "" };
        let call = if self.has_call { " for Call" } else { "" };
        let mut text = format!(
            "client_runtime::parameters! {{\n{}    #[derive(Debug, Clone, {default}PartialEq)]\n    \
             #[non_exhaustive]\n    pub struct {}{call} {{\n",
            layout::comment(4, &self.docs),
            ident(self.name),
        );
        if let Some(path) = self.path {
            text.push_str(&format!("        ..path: {},\n", ident(path)));
        }
        if self.globals {
            text.push_str("        ..globals: Globals,\n");
        }
        for parameter in &self.own {
            text.push_str(&line(parameter, self.name == "Globals"));
        }
        text.push_str("    }\n}\n");
        text
    }

    /// The constructor, whose arguments are the required parameters.
    fn constructor(&self) -> String {
        let name = ident(self.name);
        let path = || self.path.map(ident);
        let arguments = path().map(|path| format!("path: {path}"));
        let arguments: Vec<_> = arguments
            .into_iter()
            .chain(self.required().map(argument))
            .collect();
        let (doc, body) = if self.has_default() {
            // A setter may also be named `default`.
            let is_taken = self.own.iter().any(|p| p.setter == "default");
            let default = if is_taken { "Default" } else { "Self" };
            let body = format!("        {default}::default()\n");
            ("Creates a request without parameters.", body)
        } else {
            let made = self
                .required()
                .map(|p| values::initialiser(8, &p.ty, &ident(&p.field)));
            let absent = self
                .optional()
                .map(|p| format!("{}: None", ident(&p.field)));
            let globals = self
                .globals
                .then(|| "globals: Globals::default()".to_owned());
            let fields: Vec<_> = path()
                .map(|_| "path".to_owned())
                .into_iter()
                .chain(made)
                .chain(absent)
                .chain(globals)
                .collect();
            let body = layout::structure(8, &name.to_string(), &fields);
            ("Creates a request with its required parameters.", body)
        };
        format!(
            "impl {name} {{\n{}{}{}{body}    }}\n}}\n",
            layout::comment(4, doc),
            docs::allow_many_arguments(arguments.len()),
            layout::function(4, "pub fn new", &arguments, "Self"),
        )
    }
}

/// The docs and the table line of a parameter.
fn line(parameter: &Parameter, is_global: bool) -> String {
    let mut text = layout::comment(8, &docs::parameter(parameter));
    if parameter.deprecated {
        text.push_str("        #[deprecated]\n");
    }
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::JsonQuery => "json_query",
        Place::Header => "header",
        Place::Body => "body",
        Place::Part => "part",
        Place::File => "file",
    };
    let (word, ty) = if parameter.required {
        ("pub", values::in_resource(&parameter.ty))
    } else {
        values::setter(&parameter.ty, values::in_resource)
    };
    let (field, setter) = (ident(&parameter.field), ident(&parameter.setter));
    let setter = if setter == field || parameter.required {
        String::new()
    } else {
        format!(" as {setter}")
    };
    let required = if parameter.required { " required" } else { "" };
    // The defaults of global parameters are always sent; the others are for the docs only.
    let default = values::literal(parameter).filter(|_| is_global);
    let default = default
        .map(|literal| format!(" = {literal}"))
        .unwrap_or_default();
    let rules = values::rules(&parameter.rules);
    let wire = &parameter.wire;
    text.push_str(&format!(
        "        {place} {word} {field}{setter}: {ty} = {wire:?}{required}{default}{rules},\n"
    ));
    text
}

/// The methods of a call that set the optional parameters of its resource.
pub(super) fn setters(action: &Action) -> Option<String> {
    let shared = action
        .params
        .iter()
        .filter(|p| !p.required && p.of_resource);
    let setters: Vec<_> = shared
        .map(|parameter| {
            setter(
                parameter,
                &format!("self.request.path.{}", ident(&parameter.field)),
            )
        })
        .collect();
    (!setters.is_empty()).then(|| {
        format!(
            "impl Call<{}> {{\n{}}}\n",
            ident(&action.request),
            setters.join("\n")
        )
    })
}

/// A method that sets a field.
pub(super) fn setter(parameter: &Parameter, field: &str) -> String {
    let mut text = layout::comment(4, &docs::parameter(parameter));
    if parameter.deprecated {
        text.push_str("    #[deprecated]\n");
    }
    let ty = values::argument(&parameter.ty, values::in_resource);
    let arguments = ["mut self".to_owned(), format!("value: {ty}")];
    let name = format!("pub fn {}", ident(&parameter.setter));
    text.push_str(&layout::function(4, &name, &arguments, "Self"));
    let value = format!("value{}", values::made(&parameter.ty).concat());
    text.push_str(&format!(
        "        {field} = Some({value});\n        self\n    }}\n"
    ));
    text
}
