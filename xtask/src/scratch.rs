//! Workspaces beside the project's own, in which emitted crates are built.

pub(crate) mod driver;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use codegen::{FileSet, Runtime};
use toml::{Table, Value};

use crate::workspace::Workspace;
use crate::{Error, regenerate, shell};

/// A workspace in the project's target folder: it has the dependencies of the project, in the
/// locked versions, and other members.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
    root: PathBuf,
    target: PathBuf,
}

impl Scratch {
    /// Opens the scratch workspace of this name; its folder is created if missing.
    ///
    /// # Errors
    ///
    /// Fails outside of a workspace, or if the folder cannot be created.
    pub fn new(name: &str) -> Result<Self, Error> {
        let workspace = Workspace::find()?;
        let target = workspace.target();
        let folder = target.join(name);
        fs::create_dir_all(&folder).map_err(|error| Error::io("write", &folder, error))?;
        Ok(Scratch {
            folder,
            root: workspace.root().to_owned(),
            target,
        })
    }

    /// The workspace's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes the workspace's manifest and lock file, unless they are up to date.
    ///
    /// # Errors
    ///
    /// Fails if the project's own cannot be read, or these cannot be written.
    pub fn manifest(&self, members: &[&str]) -> Result<(), Error> {
        let manifest = self.root.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).map_err(|e| Error::io("read", &manifest, e))?;
        let text = workspace_manifest(&text, &self.root, members).map_err(|error| {
            Error::new(format!("could not read {}", shell::path(&manifest))).because(error)
        })?;
        self.file("Cargo.toml", &text)?;
        take_lock(&self.root.join("Cargo.lock"), &self.folder)
    }

    /// Writes a file unless it has this content already: unchanged files are not rebuilt.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written.
    pub fn file(&self, path: &str, text: &str) -> Result<(), Error> {
        write(&self.folder.join(path), text)
    }

    /// Writes an emitted crate to a folder of the workspace. It uses the project's runtime.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written.
    pub fn emitted(&self, path: &str, files: &FileSet) -> Result<(), Error> {
        let runtime = self.root.join("codegen/runtime");
        let text = files.get("Cargo.toml").unwrap_or_default();
        let manifest = with_runtime(text, &runtime)
            .map_err(|error| Error::new("could not read the emitted Cargo.toml").because(error))?;
        let others = files.iter().filter(|(path, _)| *path != "Cargo.toml");
        let others = others.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let files = others
            .chain([("Cargo.toml".to_owned(), manifest)])
            .collect();
        regenerate::write_files(&files, &self.folder.join(path))
    }

    /// A cargo command for this workspace.
    ///
    /// It runs in the project's root, so that the project's `.cargo/config.toml` applies, and
    /// shares its target folder, so that dependencies are built once.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args([subcommand, "--manifest-path"])
            .arg(self.folder.join("Cargo.toml"))
            .env("CARGO_TARGET_DIR", &self.target)
            .current_dir(&self.root);
        // Some build scripts would take the variables that cargo sets for this process's own
        // package for a change, and dependencies would be rebuilt.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        command
    }
}

/// Makes the scratch workspace use the project's locked versions. Cargo rewrites the file, so the
/// original is kept beside it: while the project's stays the same, nothing is resolved again.
fn take_lock(lock: &Path, folder: &Path) -> Result<(), Error> {
    let text = match fs::read_to_string(lock) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io("read", lock, error)),
    };
    let taken = folder.join("Cargo.lock.taken");
    if fs::read(&taken).is_ok_and(|bytes| bytes == text.as_bytes()) {
        return Ok(());
    }
    write(&folder.join("Cargo.lock"), &text)?;
    write(&taken, &text)
}

/// Writes a file unless it has this content already: cargo compares modification times.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    if fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes()) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Error::io("write", path, error))
}

/// The scratch workspace's manifest: the project's, with other members and with paths that are
/// valid in another folder.
fn workspace_manifest(
    text: &str,
    root: &Path,
    members: &[&str],
) -> Result<String, toml::de::Error> {
    let mut manifest: Table = text.parse()?;
    manifest.retain(|key, _| ["workspace", "profile"].contains(&key));
    let mut workspace = take(&mut manifest, "workspace");
    workspace.remove("exclude");
    workspace.remove("default-members");
    let members = members.iter().map(|member| Value::from(*member));
    workspace.insert("members".to_owned(), Value::Array(members.collect()));

    let mut dependencies = take(&mut workspace, "dependencies");
    for (_, dependency) in dependencies.iter_mut() {
        if let Some(Value::String(path)) = dependency.get_mut("path") {
            *path = root.join(&path).to_string_lossy().into_owned();
        }
    }
    workspace.insert("dependencies".to_owned(), dependencies.into());
    manifest.insert("workspace".to_owned(), workspace.into());
    Ok(manifest.to_string())
}

/// An emitted manifest with the path of the runtime.
fn with_runtime(text: &str, runtime: &Path) -> Result<String, toml::de::Error> {
    let mut manifest: Table = text.parse()?;
    let mut dependencies = take(&mut manifest, "dependencies");
    let mut dependency = take(&mut dependencies, Runtime::NAME);
    dependency.insert(
        "path".to_owned(),
        Value::from(runtime.to_string_lossy().as_ref()),
    );
    dependencies.insert(Runtime::NAME.to_owned(), dependency.into());
    manifest.insert("dependencies".to_owned(), dependencies.into());
    Ok(manifest.to_string())
}

/// Removes a table from another one; an empty one if there is none.
fn take(parent: &mut Table, key: &str) -> Table {
    match parent.remove(key) {
        Some(Value::Table(table)) => table,
        _ => Table::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scratch_workspace_has_the_projects_dependencies_at_absolute_paths() {
        let project = r#"
            [workspace]
            members = ["a"]
            exclude = ["b"]
            [workspace.package]
            edition = "2024"
            [workspace.dependencies]
            client-runtime = { path = "codegen/runtime" }
            losant = { path = "generated" }
            serde = "1"
            [profile.release]
            debug = false
        "#;
        let members = ["client", "driver"];
        let text = workspace_manifest(project, Path::new("/project"), &members).unwrap();
        let manifest: Table = text.parse().unwrap();
        let workspace = &manifest["workspace"];
        assert_eq!(workspace["members"], members.to_vec().into());
        assert!(workspace.get("exclude").is_none());
        assert_eq!(workspace["package"]["edition"].as_str(), Some("2024"));
        let dependencies = &workspace["dependencies"];
        let path = dependencies["client-runtime"]["path"].as_str();
        assert_eq!(path, Some("/project/codegen/runtime"));
        let path = dependencies["losant"]["path"].as_str();
        assert_eq!(path, Some("/project/generated"));
        assert_eq!(dependencies["serde"].as_str(), Some("1"));
        assert_eq!(
            manifest["profile"]["release"]["debug"].as_bool(),
            Some(false)
        );
    }
}
