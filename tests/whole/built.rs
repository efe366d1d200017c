//! The emitted crate, built once for all tests, in a scratch workspace with two packages that use
//! it: the replay of recorded requests, and the package with its sources in `package/`.

use std::sync::OnceLock;

use xtask::replay::Client;
use xtask::scratch::Scratch;

use crate::description::{Whole, whole};
use crate::emitted::{self, by_schema};

/// The package that uses the whole client.
pub const PACKAGE: &str = "whole";

/// The package with the dependency that the README shows for a few features.
pub const README: &str = "readme";

/// The same dependencies as the replay, so that both use the same build of the client.
const MANIFEST: &str = r#"[package]
name = "whole"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
client = { package = "losant", path = "../client", features = ["dynamic"] }
client-runtime.workspace = true
futures-util.workspace = true
serde_json.workspace = true
tokio = { workspace = true, features = ["net", "rt", "time"] }
"#;

/// The built client; `None` if the description of the API is missing.
pub fn client() -> Option<&'static Client> {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let whole = whole()?;
    Some(CLIENT.get_or_init(|| build(whole)))
}

fn build(whole: &Whole) -> Client {
    let scratch = Scratch::new("whole").unwrap();
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/main.rs", include_str!("package/main.rs")),
        ("src/call.rs", include_str!("package/call.rs")),
        ("src/table.rs", &table(whole)),
        (
            "tests/behaviour/main.rs",
            include_str!("package/behaviour/main.rs"),
        ),
        (
            "tests/behaviour/server.rs",
            include_str!("../client/server.rs"),
        ),
    ];
    for (path, text) in files {
        scratch.file(&format!("{PACKAGE}/{path}"), text).unwrap();
    }
    let main = "fn main() { losant::Client::builder().build().unwrap(); }\n";
    scratch
        .file(&format!("{README}/src/main.rs"), main)
        .unwrap();
    let manifest = format!("{README}/Cargo.toml");
    scratch.file(&manifest, &readme_manifest()).unwrap();
    let packages = &[PACKAGE, README];
    Client::build(scratch, &whole.files, "losant", packages).unwrap()
}

/// The dependencies that the README shows for a program that uses a few features.
fn readme_manifest() -> String {
    let readme = std::fs::read_to_string(tests::root().join("README.md")).unwrap();
    let blocks = tests::blocks(&readme, "toml").into_iter();
    let mut blocks =
        blocks.filter(|block| block.contains("/generated\", default-features = false"));
    let block = blocks.next().expect("the README shows a few features");
    assert_eq!(blocks.next(), None);
    let package = "[package]\nname = \"readme\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    let block = block.replace("PATH/TO/THIS/generated", "../client");
    format!("{package}publish = false\n\n{block}")
}

/// The table of all types, with the names of their schemas.
fn table(whole: &Whole) -> String {
    let emitted = emitted::parsed(&whole.files);
    let rows = by_schema(&emitted).into_iter();
    let rows = rows.map(|(name, place)| format!("    {name:?} => types::{},\n", place.ident));
    let rows: String = rows.collect();
    format!("use client::types;\n\ncrate::table! {{\n{rows}}}\n")
}
