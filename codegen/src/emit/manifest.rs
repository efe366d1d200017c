//! The manifest of the crate.

use std::collections::BTreeSet;

use super::{conditions, example};
use crate::ir::{Api, Rule};
use crate::lower::features::ALL;
use crate::runtime::Runtime;
use crate::rust::prose;

/// `Cargo.toml`.
///
/// It inherits nothing from a workspace, so that the crate builds in any place.
pub(super) fn file(api: &Api, runtime: &Runtime) -> String {
    format!(
        r#"{package}
[lib]
# Its tests are the examples in its docs.
test = false

{features}
[dependencies]
{runtime}

[dev-dependencies]
futures-util = {{ version = "0.3", default-features = false, features = ["std"] }}
serde_json = {{ version = "1", default-features = false, features = ["std"] }}
tokio = {{ version = "1", default-features = false, features = ["macros", "rt"] }}

[package.metadata.docs.rs]
all-features = true
rustdoc-args = ["--cfg", "docsrs"]
{examples}"#,
        package = package_table(api),
        features = feature_table(api),
        runtime = dependency(api, runtime),
        examples = example_table(api),
    )
}

/// The entries of the package: those of the description, and what every emitted crate has.
fn package_table(api: &Api) -> String {
    let package = &api.package;
    let description = format!("A typed client of the {} {}", api.title, api.version);
    let description = prose::plain(&description);
    let description: Vec<_> = description.split_whitespace().collect();
    let mut text = String::from("[package]\n");
    let mut entry = |key: &str, value: &str| text.push_str(&format!("{key} = {value}\n"));
    entry("name", &quoted(&package.name));
    entry("version", &quoted(&package.version));
    entry("edition", &quoted(EDITION));
    entry("rust-version", &quoted(env!("CARGO_PKG_RUST_VERSION")));
    entry("description", &quoted(&description.join(" ")));
    let documentation = format!("https://docs.rs/{}", package.name);
    entry("documentation", &quoted(&documentation));
    entry("readme", "\"README.md\"");
    if let Some(repository) = &package.repository {
        entry("repository", &quoted(repository));
    }
    if let Some(license) = &package.license {
        entry("license", &quoted(license));
    }
    for (key, list) in [
        ("keywords", &package.keywords),
        ("categories", &package.categories),
    ] {
        if !list.is_empty() {
            let list: Vec<_> = list.iter().map(|item| quoted(item)).collect();
            entry(key, &format!("[{}]", list.join(", ")));
        }
    }
    entry("include", PACKAGED);
    text
}

/// The edition of the emitted code.
const EDITION: &str = "2024";

/// The files of the published crate: all emitted ones, and nothing that lies beside them.
const PACKAGED: &str = r#"["/LICENSE*", "/README.md", "/examples", "/src"]"#;

/// The dependency on the runtime.
fn dependency(api: &Api, runtime: &Runtime) -> String {
    let (name, version) = (Runtime::NAME, quoted(Runtime::VERSION));
    let path = runtime
        .path()
        .map(|path| format!(", path = {}", quoted(path)));
    let path = path.unwrap_or_default();
    let features = if has_patterns(api) {
        ", features = [\"pattern\"]"
    } else {
        ""
    };
    format!("{name} = {{ version = {version}{path}, default-features = false{features} }}")
}

/// The features: one for each group of resources, if there are several groups.
fn feature_table(api: &Api) -> String {
    let groups: BTreeSet<&String> = api
        .resources
        .iter()
        .filter_map(|r| r.feature.as_ref())
        .collect();
    let mut text = String::from("[features]\n");
    let defaults = if groups.is_empty() { "" } else { "\"all\", " };
    text.push_str(&format!("default = [{defaults}\"rustls\"]\n"));
    if !groups.is_empty() {
        text.push_str(&format!("# Every resource.\n{ALL} = [\n"));
        for group in &groups {
            text.push_str(&format!("    {},\n", quoted(group)));
        }
        text.push_str("]\n");
        for group in &groups {
            text.push_str(&format!("{group} = []\n"));
        }
    }
    text.push_str(
        "# Calls without `async`.\nblocking = [\"client-runtime/blocking\"]\n\
         # Requests by the names of their actions, from JSON.\ndynamic = []\n\
         # TLS by the platform's own library, which is used where both are on.\n\
         native-tls = [\"client-runtime/native-tls\"]\n\
         # TLS by rustls, with the certificates of the platform.\nrustls = [\"client-runtime/rustls\"]\n\
         # Stand-ins for the server and the clock, to test what uses the client.\n\
         test-util = [\"client-runtime/test-util\"]\n\
         # Spans for the crate `tracing`, by OpenTelemetry's conventions.\n\
         tracing = [\"client-runtime/tracing\"]\n",
    );
    text
}

/// The examples that require a feature.
fn example_table(api: &Api) -> String {
    let mut text = String::new();
    for (resource, _) in example::files(api) {
        if let Some(feature) = &resource.feature {
            let name = &resource.module;
            text.push_str(&format!(
                "\n[[example]]\nname = {name:?}\nrequired-features = [{feature:?}]\n"
            ));
        }
    }
    text
}

/// Whether a request is checked against a pattern from the API's description.
fn has_patterns(api: &Api) -> bool {
    let used = conditions::used(api);
    let mut conditions = api.conditions.iter();
    api.request_rules().into_iter().any(Rule::has_pattern)
        || conditions
            .any(|named| used.contains(named.name.as_str()) && named.condition.has_pattern())
}

/// Quotes a string for TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
