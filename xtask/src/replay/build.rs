//! The build of the client and the driver.

use std::process::Command;

use codegen::FileSet;

use crate::scratch::Scratch;
use crate::{Error, shell};

/// The folder of the emitted crate.
const CLIENT: &str = "client";
const DRIVER: &str = "replay-driver";
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

/// Builds the driver, and with it the client.
pub(super) fn build(scratch: &Scratch) -> Result<(), Error> {
    let failed = || {
        let folder = shell::folder(scratch.folder());
        Error::new(format!(
            "could not build the client and its driver in {folder}"
        ))
    };
    let status = scratch.cargo("build").args(["--package", DRIVER]).status();
    match status.map_err(|error| failed().because(error))? {
        status if status.success() => Ok(()),
        _ => Err(failed().help("cargo's messages above say why")),
    }
}

/// What starts the driver against a server.
pub(super) fn driver(scratch: &Scratch, url: &str) -> Command {
    let mut command = scratch.cargo("run");
    command.args(["--package", DRIVER, "--quiet", "--", url]);
    command
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
