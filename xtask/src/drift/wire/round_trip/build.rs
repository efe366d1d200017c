//! Builds and starts the client with its driver.

use std::path::Path;

use super::table;
use crate::lock::Lock;
use crate::scratch::Scratch;
use crate::scratch::driver::{Driver, Program};
use crate::{Error, schemas, shell};

const DRIVER: Program = Program {
    package: "round-trip-driver",
    source: include_str!("driver.rs"),
    features: &[],
    dependencies: "client-runtime.workspace = true\nserde_json.workspace = true\n",
};

/// A built driver. Another run waits until it is dropped, because both build in the same place.
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
        DRIVER.write(&scratch, &files, &name, &[])?;
        scratch.file("driver/src/table.rs", &table::source(&files))?;
        shell::status("Building", format_args!("{name} for decoding"));
        Driver::build(&scratch, DRIVER.package)?;
        Ok(Built {
            scratch,
            _lock: lock,
        })
    }

    /// Starts the driver.
    pub(super) fn start(&self) -> Result<Driver, Error> {
        Driver::start(&self.scratch, DRIVER.package, &[])
    }
}
