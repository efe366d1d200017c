//! Examples, made from the sample values in the descriptors.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::sample::{BREAK, Samples};
use crate::format::Part;
use crate::ir::{Action, Api, Output, Parameter, Resource, Type};
use crate::names::{ident, shouty_name, unlike};
use crate::rust::{docs, prose, values};

/// Returns the example code for an action's docs, or `None` if a required parameter has no short
/// sample value.
pub(super) fn doc(
    api: &Api,
    samples: &Samples<'_>,
    resource: &Resource,
    action: &Action,
) -> Option<String> {
    let krate = api.package.name.replace('-', "_");
    let chain = Chain::of(samples, resource, action)?;
    let mut code = format!(
        "# async fn example(client: {krate}::Client) -> Result<(), Box<dyn std::error::Error>> {{\n"
    );
    let mut imports = Vec::new();
    if matches!(action.output, Output::Events(..)) {
        imports.push("use futures_util::TryStreamExt;\n".to_owned());
    }
    let chain_text = format!("{}{}", chain.bindings, chain.calls.concat());
    if chain_text.contains("types::") {
        imports.push(format!("use {krate}::types;\n"));
    }
    if !imports.is_empty() {
        code.push_str(&format!("{}\n", imports.concat()));
    }
    code.push_str(&chain.bindings);
    match &action.output {
        Output::Events(..) => code.push_str(&format!(
            "{}while let Some(event) = events.try_next().await? {{\n    \
             println!(\"{{event:?}}\");\n}}\n",
            chain.statement("let mut events = ", ".events()")
        )),
        output if output.is_empty() => code.push_str(&chain.statement("", ".send().await?")),
        _ => code.push_str(&format!(
            "{}println!(\"{{:#?}}\", *response);\n",
            chain.statement("let response = ", ".send().await?")
        )),
    }
    code.push_str("# Ok(())\n# }\n");
    Some(code)
}

/// The call of an action as a chain of methods, without the method that sends it.
pub(super) struct Chain {
    /// Variables with long arguments.
    bindings: String,
    calls: Vec<String>,
}

impl Chain {
    pub(super) fn of(samples: &Samples<'_>, resource: &Resource, action: &Action) -> Option<Self> {
        let mut bindings = String::new();
        let mut arguments = |of_resource: bool| -> Option<String> {
            let params = action.params.iter();
            let params = params.filter(|p| p.required && p.of_resource == of_resource);
            let samples = params.map(|parameter| {
                let name = ident(&parameter.field).to_string();
                let Some(sample) = samples.parameter(parameter) else {
                    let json = samples.json(parameter)?;
                    let ty = values::in_resource(&parameter.ty);
                    bindings.push_str(&format!("let {name}: {ty} = {json};\n"));
                    return Some(name);
                };
                if !sample.starts_with("types::") || sample.ends_with(char::is_alphanumeric) {
                    return Some(sample.replace(BREAK, ""));
                }
                let made = broken(&sample);
                bindings.push_str(&format!("let {name} = {made};\n"));
                Some(name)
            });
            Some(samples.collect::<Option<Vec<_>>>()?.join(", "))
        };
        let (handle, own) = (arguments(true)?, arguments(false)?);
        let mut calls = vec![
            format!(".{}({handle})", ident(&resource.module)),
            format!(".{}({own})", ident(&action.method_name)),
        ];
        let optional = action.params.iter();
        let optional = optional.filter(|p| !p.required && !p.deprecated);
        let numeric = optional.filter_map(|parameter| numeric(samples, parameter));
        for (setter, value) in numeric.take(1) {
            calls.push(format!(".{}({value})", ident(setter)));
        }
        Some(Chain { bindings, calls })
    }

    /// The statement that sends the call, on one line if it is short.
    pub(super) fn statement(&self, before: &str, last: &str) -> String {
        let line = format!("{before}client{}{last};", self.calls.concat());
        if line.chars().count() <= LONGEST {
            return format!("{line}\n");
        }
        let last = last.replace(".await", "\n    .await");
        let calls: String = self
            .calls
            .iter()
            .map(|call| format!("\n    {call}"))
            .collect();
        format!("{before}client{calls}\n    {last};\n")
    }
}

/// The longest line of code in docs.
const LONGEST: usize = 80;

/// A constructor and the setters after it, each on its own line if they are long.
fn broken(sample: &str) -> String {
    let line = sample.replace(BREAK, "");
    if line.chars().count() <= LONGEST - 20 {
        line
    } else {
        sample.replace(BREAK, "\n    ")
    }
}

/// A setter with a number that differs from the default.
fn numeric<'p>(samples: &Samples<'_>, parameter: &'p Parameter) -> Option<(&'p str, String)> {
    let differs = parameter.ty == Type::Integer && parameter.example != parameter.default;
    let value = differs.then(|| samples.parameter(parameter))??;
    Some((&parameter.setter, value))
}

/// The example programs by resource.
pub(super) fn files(api: &Api) -> Vec<(&Resource, Vec<Part>)> {
    let shown = shown(api).into_iter();
    shown
        .filter_map(|(resource, action)| Some((resource, file(api, resource, action)?)))
        .collect()
}

/// The actions that examples show: those that the API's description names, or else the first that
/// lists a collection and the first that does not.
pub(super) fn shown(api: &Api) -> Vec<(&Resource, &Action)> {
    if !api.examples.is_empty() {
        let named = api.examples.iter();
        let named = named.filter_map(|name| api.actions().find(|(_, action)| action.wire == *name));
        return named.collect();
    }
    let first = |paged: bool| {
        api.actions().find(|(resource, action)| {
            let is_first = resource.actions.iter().find(|action| reads(action));
            let is_first = is_first.is_some_and(|first| first.wire == action.wire);
            is_first && action.paging.is_some() == paged && file(api, resource, action).is_some()
        })
    };
    [first(true), first(false)].into_iter().flatten().collect()
}

/// The example program of an action. It prints what the action returns.
fn file(api: &Api, resource: &Resource, action: &Action) -> Option<Vec<Part>> {
    let required: Vec<_> = action.params.iter().filter(|p| p.required).collect();
    let samples: Vec<_> = required
        .iter()
        .map(|parameter| match (&parameter.ty, &parameter.example) {
            (Type::ObjectId | Type::String, Some(serde_json::Value::String(text))) => Some(text),
            _ => None,
        })
        .collect::<Option<_>>()?;

    let arguments: Vec<_> = required
        .iter()
        .map(|p| p.wire.as_str())
        .map(shouty_name)
        .collect();
    let name = resource.module.as_str();
    let arguments: String = arguments.iter().map(|name| format!(" [{name}]")).collect();
    let usage = format!("cargo run --example {name}{arguments}");
    let summary = action
        .summary
        .as_deref()
        .map(prose::prose)
        .unwrap_or_default();
    let mut text = docs::paragraphs([summary, format!("```sh\n{usage}\n```")]);
    if let Some(variable) = &api.token_variable {
        let url = url_variable(variable);
        text.push_str(&format!(
            "\n\nThe token is taken from {}, and the server from {} if that is set.",
            prose::code(variable),
            prose::code(&url)
        ));
    }
    let docs = docs::inner(&text);
    let locals = Locals::unlike(&required);
    let client = client(api, &locals);
    let body = body(resource, action, &required, &samples, &locals);
    let Locals { arguments, .. } = &locals;
    let arguments =
        (!required.is_empty()).then(|| quote!(let mut #arguments = std::env::args().skip(1);));
    let krate = ident(&api.package.name.replace('-', "_"));
    let stream = action.paging.as_ref().map(|_| {
        quote!(
            use futures_util::TryStreamExt;
        )
    });
    Some(vec![Part::Items(quote! {
        #docs
        #stream
        use #krate::Client;

        #[tokio::main(flavor = "current_thread")]
        async fn main() -> Result<(), Box<dyn std::error::Error>> {
            #arguments
            #client
            #body
            Ok(())
        }
    })])
}

/// Whether an action only reads: a GET that returns something.
pub(super) fn reads(action: &Action) -> bool {
    let returns = match &action.output {
        Output::Body(ty) => *ty != Type::Unit,
        Output::Outcome(..) => true,
        Output::Events(..) => false,
    };
    action.method == "GET" && returns
}

/// The name of the environment variable with the server's URL, derived from that of the token.
pub(super) fn url_variable(token: &str) -> String {
    format!("{}_URL", token.strip_suffix("_TOKEN").unwrap_or(token))
}

/// The local variables of an example, named apart from its parameters.
struct Locals {
    arguments: Ident,
    client: Ident,
}

impl Locals {
    fn unlike(params: &[&Parameter]) -> Self {
        let taken = params.iter().map(|parameter| parameter.field.as_str());
        Locals {
            arguments: ident(&unlike("arguments", taken.clone())),
            client: ident(&unlike("client", taken)),
        }
    }
}

fn client(api: &Api, Locals { client, .. }: &Locals) -> TokenStream {
    let Some(variable) = &api.token_variable else {
        return quote!(let #client = Client::builder().build()?;);
    };
    let url = url_variable(variable);
    quote! {
        let mut builder = Client::builder().access_token(std::env::var(#variable)?);
        if let Ok(url) = std::env::var(#url) {
            builder = builder.base_url(url);
        }
        let #client = builder.build()?;
    }
}

fn body(
    resource: &Resource,
    action: &Action,
    required: &[&Parameter],
    samples: &[&String],
    Locals { arguments, client }: &Locals,
) -> TokenStream {
    let values = required.iter().zip(samples).map(|(parameter, text)| {
        let name = ident(&parameter.field);
        match parameter.ty {
            Type::ObjectId => {
                quote!(let #name = #arguments.next().as_deref().unwrap_or(#text).parse()?;)
            }
            _ => quote!(let #name = #arguments.next().unwrap_or_else(|| #text.to_owned());),
        }
    });
    let names = |of_resource: bool| {
        let params = required
            .iter()
            .filter(move |p| p.of_resource == of_resource);
        params.map(|p| ident(&p.field)).collect::<Vec<_>>()
    };
    let (handle, own) = (names(true), names(false));
    let (module, method) = (ident(&resource.module), ident(&action.method_name));
    let call = quote!(#client.#module(#(#handle),*).#method(#(#own),*));
    let run = match &action.paging {
        Some(_) => quote! {
            let mut items = #call.items();
            while let Some(item) = items.try_next().await? {
                println!("{item:#?}");
            }
        },
        None => quote! {
            let response = #call.send().await?;
            let body = response.into_body();
            println!("{body:#?}");
        },
    };
    quote!(#(#values)* #run)
}
