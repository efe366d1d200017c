//! What several tests need: folders of the project, and the material that lies beside it.

use std::path::{Path, PathBuf};
use std::process::Command;

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

/// Cargo in the project's folder, as in a shell.
pub fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root());
    // Some build scripts depend on what cargo tells this process about its own package. Unless it is
    // removed, dependencies are built anew.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// The code blocks of a Markdown file in a language, such as `sh`.
pub fn blocks(markdown: &str, language: &str) -> Vec<String> {
    let blocks = markdown.split("\n```").skip(1).step_by(2);
    let blocks = blocks.filter_map(|block| {
        let (info, code) = block.split_once('\n')?;
        (info.split(',').next() == Some(language)).then(|| format!("{code}\n"))
    });
    blocks.collect()
}

/// The code in the project's README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The code in the runtime's README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../codegen/runtime/README.md")]
pub struct RuntimeReadme;
