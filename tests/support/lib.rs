//! Helpers for several tests: folders of the project, and the material beside it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Schemas of the instance audit logs alone: two resources and four types, small enough to be read
/// in a test, edited and generated in no time.
pub fn audit_logs() -> PathBuf {
    root().join("tests/audit-logs")
}

/// Copies [`audit_logs`] into a folder, for a command that writes into its schemas.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn copy_audit_logs(folder: &Path) -> io::Result<()> {
    copy(&audit_logs(), folder)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// A file in `shared/`, the material beside the project that is not part of it.
///
/// A test that needs a missing file is skipped with a message, but fails if `CI=true`.
pub fn shared(path: &str) -> Option<PathBuf> {
    let file = root().join("../shared").join(path);
    if file.exists() {
        return Some(file);
    }
    let missing = format!("{} is missing", file.display());
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{missing}; CI must provide it"
    );
    eprintln!("skipped: {missing}");
    None
}

/// Cargo in the project's folder, as from a shell.
pub fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root());
    // Some build scripts depend on the variables that cargo sets for this process's own package.
    // With those variables, dependencies would be rebuilt.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// The code blocks of a Markdown file in a given language, e.g. `sh`.
pub fn blocks(markdown: &str, language: &str) -> Vec<String> {
    let blocks = markdown.split("\n```").skip(1).step_by(2);
    let blocks = blocks.filter_map(|block| {
        let (info, code) = block.split_once('\n')?;
        (info.split(',').next() == Some(language)).then(|| format!("{code}\n"))
    });
    blocks.collect()
}

/// Compiles the code in the project's README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// Compiles the code in the runtime's README.
#[cfg(doctest)]
#[doc = include_str!("../../codegen/runtime/README.md")]
pub struct RuntimeReadme;
