//! The modules of `resources`.

use super::sample::Samples;
use super::{example, outcomes, requests};
use crate::ir::{Action, Api, Output, Parameter, Resource, Type};
use crate::names::ident;
use crate::rust::{docs, layout, prose, values};

/// The module that contains the modules of all resources.
pub(super) fn index(api: &Api) -> Vec<String> {
    let modules: String = api
        .resources
        .iter()
        .map(|resource| {
            let cfg = layout::any_feature(&resource.feature);
            format!("{cfg}pub mod {};\n", ident(&resource.module))
        })
        .collect();
    let docs = layout::module_comment("Resources of the API, one module each.");
    vec![docs, modules]
}

/// The module of one resource.
pub(super) fn file(api: &Api, samples: &Samples<'_>, resource: &Resource) -> Vec<String> {
    let mut parts = head(api, resource);
    parts.extend(handle(api, samples, resource));
    parts.extend(requests::path(resource));
    for action in &resource.actions {
        parts.extend(requests::request(api, resource, action));
        parts.push(outcomes::action_table(action));
        let paging = action.paging.as_ref();
        parts.extend(paging.map(|paging| outcomes::paged(action, paging)));
        parts.extend(requests::setters(action));
        parts.extend(outcomes::returned(action));
    }
    parts
}

fn head(api: &Api, resource: &Resource) -> Vec<String> {
    let path = prose::code(&resource.path);
    let link = resource.documentation.as_deref();
    let link = link
        .map(|url| format!("Vendor's documentation: {}", prose::link(url)))
        .unwrap_or_default();
    let mut head = layout::module_comment(&docs::paragraphs([described(resource), path, link]));
    let source = prose::code(&format!("schemas/resources/{}.json", resource.wire));
    head.push_str(&format!("\n// Source: {source}.\n"));

    let params = || resource.actions.iter().flat_map(|action| &action.params);
    let returned = || {
        let outputs = resource.actions.iter().map(|action| &action.output);
        outputs.flat_map(|output| match output {
            // The method's signature contains the `Option`.
            Output::Body(Type::Nullable(inner)) => vec![&**inner],
            output => output.types(),
        })
    };
    if params().any(|p| p.deprecated) {
        head.push_str(&format!("\n{}", docs::ALLOW_DEPRECATED));
    }
    let spelled = params().map(|parameter| {
        if parameter.required {
            &parameter.ty
        } else {
            values::spelled_in_macro(&parameter.ty)
        }
    });
    let mut imports = values::Imports::of(spelled);
    imports.add_all(returned());
    for action in &resource.actions {
        match &action.output {
            Output::Outcome(..) => drop(imports.runtime.insert("Json")),
            Output::Events(..) => drop(imports.runtime.insert("ServerSentEvent")),
            Output::Body(_) => {}
        }
        imports.add_all(action.paging.iter().map(|paging| &paging.item));
    }
    let mut client = vec!["Call", "Client"];
    if !api.globals.is_empty() {
        client.push("Globals");
    }
    let mut own = layout::import("", "crate::client", &client);
    let mut used = params().map(|p| &p.ty).chain(returned());
    if used.any(|ty| ty.named().is_some()) {
        own.push_str(&layout::import("", "crate", &["types"]));
    }
    vec![head, imports.items(), own]
}

/// The description of a resource, or a sentence with its name.
fn described(resource: &Resource) -> String {
    let description = resource.description.as_deref().map(prose::prose);
    let description = description.filter(|text| !text.is_empty());
    description.unwrap_or_else(|| format!("{}.", prose::title(&resource.title)))
}

/// The handle of a resource, and the methods of the client and the handle.
fn handle(api: &Api, samples: &Samples<'_>, resource: &Resource) -> [String; 3] {
    let module = ident(&resource.module);
    let docs = layout::comment(
        0,
        &format!(
            "Handle to {}. Cheap to clone.",
            prose::title(&resource.title)
        ),
    );
    let of_client = layout::comment(
        4,
        &docs::paragraphs([described(resource), prose::code(&resource.path)]),
    );
    let required = || resource.params.iter().filter(|p| p.required);
    let arguments = ["&self".to_owned()].into_iter();
    let arguments: Vec<_> = arguments
        .chain(required().map(requests::argument))
        .collect();
    let (handle, path) = (ident(&resource.handle), ident(&resource.path_params));
    let has_path = !resource.params.is_empty();
    let mut item =
        format!("{docs}#[derive(Debug, Clone)]\npub struct {handle} {{\n    client: Client,\n");
    let mut made = "            client: self.clone(),\n".to_owned();
    if has_path {
        item.push_str(&format!("    path: {path},\n"));
        let names: Vec<_> = required().map(|p| ident(&p.field).to_string()).collect();
        made.push_str(&layout::call(
            12,
            &format!("path: {path}::new"),
            &names,
            ",",
        ));
    }
    item.push_str("}\n");
    let client = format!(
        "impl Client {{\n{of_client}{}{}        {handle} {{\n{made}        }}\n    }}\n}}\n",
        docs::allow_many_arguments(arguments.len()),
        layout::function(
            4,
            &format!("pub fn {module}"),
            &arguments,
            &handle.to_string()
        ),
    );
    let methods = resource.actions.iter().map(|action| {
        method(
            resource,
            action,
            example::doc(api, samples, resource, action),
        )
    });
    let methods: Vec<_> = methods.collect();
    let methods = format!("impl {handle} {{\n{}}}\n", methods.join("\n"));
    [item, client, methods]
}

/// The handle's method that creates an action's call.
fn method(resource: &Resource, action: &Action, example: Option<String>) -> String {
    let own = || {
        let params = action.params.iter();
        params.filter(|p| p.required && !p.of_resource)
    };
    let arguments = ["&self".to_owned()].into_iter();
    let arguments: Vec<_> = arguments.chain(own().map(requests::argument)).collect();
    let path = (!resource.params.is_empty()).then(|| "self.path.clone()".to_owned());
    let names = own().map(|p: &Parameter| ident(&p.field).to_string());
    let names: Vec<_> = path.into_iter().chain(names).collect();
    let request = ident(&action.request);
    let name = format!("pub fn {}", ident(&action.method_name));
    format!(
        "{}{}{}{}        self.client.call(request)\n    }}\n",
        layout::comment(4, &docs::action(action, example)),
        docs::allow_many_arguments(arguments.len()),
        layout::function(4, &name, &arguments, &format!("Call<{request}>")),
        layout::binding(8, "request", &format!("{request}::new"), &names),
    )
}
