//! What the client and the driver are built of.

use codegen::FileSet;

use crate::Error;
use crate::scratch::Scratch;

/// The folder of the emitted crate.
const CLIENT: &str = "client";
/// The driver's package.
pub(super) const DRIVER: &str = "replay-driver";
/// The driver's source. It is no module of this crate: it needs the crate that is generated.
const DRIVER_SOURCE: &str = include_str!("driver.rs");

/// Writes everything that is not as it should be: what did not change is not built anew.
pub(super) fn prepare(
    scratch: &Scratch,
    files: &FileSet,
    name: &str,
    others: &[&str],
) -> Result<(), Error> {
    scratch.emitted(CLIENT, files)?;
    scratch.manifest(&[&[CLIENT, "driver"], others].concat())?;
    scratch.file("driver/Cargo.toml", &driver_manifest(name))?;
    scratch.file("driver/src/main.rs", DRIVER_SOURCE)
}

fn driver_manifest(name: &str) -> String {
    format!(
        r#"[package]
name = "{DRIVER}"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
client = {{ package = "{name}", path = "../{CLIENT}", features = ["dynamic"] }}
futures-util.workspace = true
serde_json.workspace = true
tokio = {{ workspace = true, features = ["net", "rt", "time"] }}
"#
    )
}
