//! The client and the driver that decodes with it, built and started.

use std::path::Path;

use codegen::FileSet;

use super::table;
use crate::lock::Lock;
use crate::scratch::Scratch;
use crate::scratch::driver::Driver;
use crate::{Error, schemas, shell};

const CLIENT: &str = "client";
const DRIVER: &str = "round-trip-driver";
/// The driver's source. It is no module of this crate: it needs the crate that is generated.
const DRIVER_SOURCE: &str = include_str!("driver.rs");

/// A driver that is built. Another run waits as long as it is there: it would be built in the same
/// place.
pub(super) struct Built {
    scratch: Scratch,
    _lock: Lock,
}

impl Built {
    /// Generates the client and builds it with its driver, in a workspace of their own.
    pub(super) fn new(folder: &Path) -> Result<Self, Error> {
        let source = schemas::read(folder)?;
        let name = schemas::package_name(&source);
        let files = codegen::generate(&source)
            .map_err(|diagnostics| Error::mistakes(&name, folder, diagnostics))?;
        let scratch = Scratch::new("round-trip")?;
        let lock = Lock::acquire(scratch.folder(), || shell::blocking("another round trip"));
        write(&scratch, &files, &name)?;
        shell::status("Building", format_args!("{name}, to decode with it"));
        Driver::build(&scratch, DRIVER)?;
        Ok(Built {
            scratch,
            _lock: lock,
        })
    }

    /// Starts the driver.
    pub(super) fn start(&self) -> Result<Driver, Error> {
        Driver::start(&self.scratch, DRIVER, &[])
    }
}

fn write(scratch: &Scratch, files: &FileSet, name: &str) -> Result<(), Error> {
    scratch.emitted(CLIENT, files)?;
    scratch.manifest(&[CLIENT, "driver"])?;
    scratch.file("driver/Cargo.toml", &manifest(name))?;
    scratch.file("driver/src/table.rs", &table::source(files))?;
    scratch.file("driver/src/main.rs", DRIVER_SOURCE)
}

fn manifest(name: &str) -> String {
    format!(
        r#"[package]
name = "{DRIVER}"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
client = {{ package = "{name}", path = "../{CLIENT}" }}
client-runtime.workspace = true
serde_json.workspace = true
"#
    )
}
