//! What several tests need: folders of the project, and the material that lies beside it.

use std::path::{Path, PathBuf};

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file of `shared/`, the material beside the project's folder that is not part of it.
///
/// Without it a test can't do its work: it is skipped, and says so, but fails where `CI=true`.
pub fn shared(path: &str) -> Option<PathBuf> {
    let file = root().join("../shared").join(path);
    if file.exists() {
        return Some(file);
    }
    let missing = format!("{} is missing", file.display());
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{missing}; CI has to provide it"
    );
    eprintln!("skipped: {missing}");
    None
}

/// The code in the project's README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
