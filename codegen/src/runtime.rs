//! How the emitted manifest names the runtime.

/// Where the emitted crate finds the runtime, the crate `client-runtime`: by its version, and for a
/// build without a registry also by its path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runtime {
    path: Option<String>,
}

impl Runtime {
    /// The name of the crate.
    pub const NAME: &str = "client-runtime";

    /// The version that the emitted code needs. Generator and runtime have the same version.
    pub const VERSION: &str = env!("CARGO_PKG_VERSION");

    /// The runtime in the registry.
    pub fn published() -> Self {
        Runtime { path: None }
    }

    /// The runtime in a folder: an absolute path, or one from the folder of the emitted crate, with
    /// `/` between its parts. Cargo leaves it out of the published manifest.
    pub fn at(path: impl Into<String>) -> Self {
        Runtime {
            path: Some(path.into()),
        }
    }

    /// The path, if there is one.
    pub(crate) fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }
}
