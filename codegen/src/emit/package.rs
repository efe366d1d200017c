//! The files around the code: the crate's root and README.

use std::collections::BTreeMap;

use super::example::Chain;
use super::sample::Samples;
use super::{conditions, example};
use crate::ir::Api;
use crate::lower::features::ALL;
use crate::rust::{layout, prose};

/// `lib.rs`.
pub(super) fn lib(api: &Api) -> Vec<String> {
    let docs = layout::module_comment(
        "# Modules\n\n\
         | module | contents |\n|---|---|\n\
         | [`resources`] | one module per resource: its handle, actions and requests |\n\
         | [`types`] | request and response types |\n\
         | `dynamic` (feature) | requests by action name |\n\n\
         [`Client`] creates handles, handles create [`Call`]s, and a call sends its request. All failures are an \
         [`Error`].",
    );
    let table = layout::module_comment(&resource_table(api));
    let conditions = if conditions::used(api).is_empty() {
        ""
    } else {
        "mod conditions;\n"
    };
    let has_features = api.resources.iter().any(|r| r.feature.is_some());
    // Links to what is not there would fail the docs of a program.
    let links = if has_features {
        format!("#![cfg_attr(not(feature = {ALL:?}), allow(rustdoc::broken_intra_doc_links))]\n")
    } else {
        String::new()
    };
    let resources = if has_features {
        "// Without the features of resources there are none.\n\
         #[allow(unused_imports)]\npub use crate::resources::*;\n"
    } else {
        "pub use crate::resources::*;\n"
    };
    let runtime = layout::import("pub ", "client_runtime", RUNTIME);
    vec![
        format!("#![doc = include_str!(\"../README.md\")]\n//!\n{docs}//!\n{table}"),
        format!(
            "#![cfg_attr(docsrs, feature(doc_cfg))]\n#![forbid(unsafe_code)]\n\
             #![warn(missing_docs)]\n{links}"
        ),
        format!(
            "mod client;\n{conditions}#[cfg(feature = \"dynamic\")]\npub mod dynamic;\n\
             pub mod resources;\npub mod types;\n"
        ),
        format!("pub use crate::client::*;\n{resources}{runtime}"),
        "#[cfg(feature = \"blocking\")]\npub use client_runtime::Blocking;\n".to_owned(),
        "#[cfg(feature = \"test-util\")]\npub use client_runtime::test_util;\n".to_owned(),
    ]
}

/// The resources and their actions, as links.
fn resource_table(api: &Api) -> String {
    let rows = api.resources.iter().map(|resource| {
        // Links have no `r#`.
        let module = &resource.module;
        let path = format!("resources::{module}::{}", resource.handle);
        let actions = resource.actions.iter().map(|action| {
            let name = &action.method_name;
            format!("[`{name}`]({path}::{name})")
        });
        let actions: Vec<_> = actions.collect();
        let title = prose::cell(&resource.title);
        format!(
            "| {title} | [`{module}`]({path}) | {} |\n",
            actions.join(", ")
        )
    });
    let rows: String = rows.collect();
    format!(
        "# Resources\n\n\
         A method of [`Client`] creates the handle of each resource, and the handle has its actions.\n\n\
         | resource | method | actions |\n|---|---|---|\n{rows}"
    )
}

/// The items of the runtime that every client re-exports.
const RUNTIME: &[&str] = &[
    "Answer",
    "Attempt",
    "ClientBuilder",
    "Clock",
    "DateTime",
    "EmptyObject",
    "Events",
    "Extra",
    "Items",
    "Json",
    "List",
    "Map",
    "Nullable",
    "Number",
    "ObjectId",
    "Observer",
    "Options",
    "Pages",
    "ParseDateTimeError",
    "ParseObjectIdError",
    "Progress",
    "Recorder",
    "Response",
    "Retry",
    "Scalar",
    "Sending",
    "ServerSentEvent",
    "Transport",
    "TransportError",
    "UnixMillis",
    "Upload",
    "Violation",
    "bytes",
    "http",
    "jiff",
    "reqwest",
];

/// `README.md`.
pub(super) fn readme(api: &Api, samples: &Samples<'_>) -> String {
    let krate = api.package.name.replace('-', "_");
    let mut text = format!(
        "# {krate}: a client of the {} {}\n\n",
        prose::title(&api.title),
        prose::line(&api.version),
    );
    let description = api.description.as_deref().map(prose::prose);
    if let Some(description) = description.filter(|text| !text.is_empty()) {
        text.push_str(&format!("{description}\n\n"));
    }
    if let Some(url) = &api.documentation {
        text.push_str(&format!(
            "The vendor documents the API at {}.\n\n",
            prose::link(url)
        ));
    }
    if let Some(code) = tour(api, samples, &krate) {
        text.push_str(&format!("```no_run\n{code}```\n\n"));
    }
    text.push_str(
        "Guarantees:\n\n\
         - **Requests are strict.** A request that violates the API's description is rejected before it is \
         sent, with every invalid field named.\n\
         - **Responses are tolerant.** Unknown enum values, odd ids and dates, unknown properties \
         and nulls are kept, and written back unchanged.\n\
         - **Requests are data.** A call's `request` can be cloned, compared, and written to and \
         read from JSON under the API's own names; `http_request` shows what would be sent.\n\
         - **Safe requests are retried** with backoff, within the `timeout` of the call, and as \
         `Retry-After` asks.\n\
         - **Errors lose nothing.** An `Error` has the status, headers and body of the response, \
         says how often the request was sent, and never shows the token.\n\n\
         ## Resources\n\n| resource | actions |\n|---|---|\n",
    );
    for resource in &api.resources {
        let actions = resource.actions.iter();
        let actions: Vec<_> = actions
            .map(|action| format!("`{}`", action.method_name))
            .collect();
        text.push_str(&format!(
            "| `{}` | {} |\n",
            resource.module,
            actions.join(", ")
        ));
    }
    text.push_str("\n## Features\n\n");
    if api
        .resources
        .iter()
        .any(|resource| resource.feature.is_some())
    {
        text.push_str(
            "Each group of resources is a feature, so that a program compiles what it uses:\n\
             `default-features = false`, the names of groups, and `rustls` or `native-tls` for \
             TLS. The default is all groups, and `rustls`.\n\n\
             | feature | resources |\n|---|---|\n",
        );
        let mut groups: BTreeMap<&String, Vec<String>> = BTreeMap::new();
        for resource in &api.resources {
            if let Some(feature) = &resource.feature {
                groups
                    .entry(feature)
                    .or_default()
                    .push(format!("`{}`", resource.module));
            }
        }
        for (feature, modules) in groups {
            text.push_str(&format!("| `{feature}` | {} |\n", modules.join(", ")));
        }
        text.push('\n');
    }
    text.push_str(
        "| feature | |\n|---|---|\n\
         | `blocking` | calls without `async`: `send_blocking`, and `blocking` of every stream |\n\
         | `dynamic` | requests by the names of their actions, from JSON |\n\
         | `native-tls` | TLS by the platform's own library; it is used where `rustls` is on too |\n\
         | `rustls` (default) | TLS by rustls, with the certificates of the platform |\n\
         | `test-util` | stand-ins for the server and the clock, to test a program that uses the crate |\n\
         | `tracing` | spans for the crate `tracing`, by OpenTelemetry's conventions for HTTP clients |\n",
    );
    text
}

/// A first program: it builds a client and calls an action that reads.
fn tour(api: &Api, samples: &Samples<'_>, krate: &str) -> Option<String> {
    let shown = example::shown(api).into_iter().next();
    let (resource, action) =
        shown.or_else(|| api.actions().find(|(_, action)| example::reads(action)))?;
    let chain = Chain::of(samples, resource, action)?;
    let indented = |text: &str| text.trim_end().replace('\n', "\n    ");
    let token = match &api.token_variable {
        Some(variable) => format!(".access_token(std::env::var({variable:?})?)"),
        None => String::new(),
    };
    let (import, run) = match action.paging {
        Some(_) => (
            "use futures_util::TryStreamExt;\n\n",
            format!(
                "{}\n    while let Some(item) = items.try_next().await? {{\n        \
                 println!(\"{{item:?}}\");\n    }}\n",
                indented(&chain.statement("let mut items = ", ".items()"))
            ),
        ),
        None => (
            "",
            format!(
                "{}\n    println!(\"{{:?}}\", *response);\n",
                indented(&chain.statement("let response = ", ".send().await?"))
            ),
        ),
    };
    Some(format!(
        "{import}#[tokio::main(flavor = \"current_thread\")]\n\
         async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
         let client = {krate}::Client::builder(){token}.build()?;\n    \
         {run}    Ok(())\n}}\n"
    ))
}
