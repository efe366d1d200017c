//! The emitted crate, built once for all tests, in a scratch workspace with two packages that use
//! it: what replays recorded requests, and the one whose sources are in `package/`.

use std::sync::OnceLock;

use xtask::replay::Client;
use xtask::scratch::Scratch;

use crate::description::{Whole, whole};
use crate::emitted::{self, by_schema};

/// The package that uses the whole client.
pub const PACKAGE: &str = "whole";

/// It has the dependencies of what replays, so that both stand on the same build of the client.
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

/// The client, built; none if the description of the API is missing.
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
    Client::build(scratch, &whole.files, "losant", &[PACKAGE]).unwrap()
}

/// The table of all types with the name of the schema that each was made of.
fn table(whole: &Whole) -> String {
    let emitted = emitted::parsed(&whole.files);
    let rows = by_schema(&emitted).into_iter();
    let rows = rows.map(|(name, place)| format!("    {name:?} => types::{},\n", place.ident));
    let rows: String = rows.collect();
    format!("use client::types;\n\ncrate::table! {{\n{rows}}}\n")
}
