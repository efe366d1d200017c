//! The scratch workspace in which the client and the driver are built.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use codegen::FileSet;
use toml::{Table, Value};

use crate::workspace::Workspace;
use crate::{Error, regenerate, shell};

/// The folder of the emitted crate.
const CLIENT: &str = "client";
const DRIVER: &str = "replay-driver";
/// The driver's source. It is no module of this crate: it needs the crate that is generated.
const DRIVER_SOURCE: &str = include_str!("driver.rs");

/// A workspace of the emitted crate and the driver.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: PathBuf,
    root: PathBuf,
    target: PathBuf,
}

impl Scratch {
    /// The scratch workspace's folder, which is made if it is not there.
    pub(super) fn folder(workspace: &Workspace) -> Result<PathBuf, Error> {
        let folder = workspace.target().join("replay");
        fs::create_dir_all(&folder).map_err(|error| Error::io("write", &folder, error))?;
        Ok(folder)
    }

    /// Writes everything that is not as it should be: what did not change is not built anew.
    pub(super) fn prepare(
        workspace: &Workspace,
        folder: PathBuf,
        files: &FileSet,
        name: &str,
    ) -> Result<Self, Error> {
        let root = workspace.root().to_owned();
        let manifest = root.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).map_err(|e| Error::io("read", &manifest, e))?;
        let text = workspace_manifest(&text, &root, name).map_err(|error| {
            Error::new(format!("could not read {}", shell::path(&manifest))).because(error)
        })?;
        regenerate::write_files(files, &folder.join(CLIENT))?;
        write(&folder.join("Cargo.toml"), &text)?;
        write(&folder.join("driver/Cargo.toml"), &driver_manifest(name))?;
        write(&folder.join("driver/src/main.rs"), DRIVER_SOURCE)?;
        take_lock(&root.join("Cargo.lock"), &folder)?;
        Ok(Scratch {
            folder,
            root,
            target: workspace.target(),
        })
    }

    /// Builds the driver, and with it the client.
    pub(super) fn build(&self) -> Result<(), Error> {
        let failed = || {
            let folder = shell::folder(&self.folder);
            Error::new(format!(
                "could not build the client and its driver in {folder}"
            ))
        };
        let status = self.cargo("build").status();
        match status.map_err(|error| failed().because(error))? {
            status if status.success() => Ok(()),
            _ => Err(failed().help("cargo's messages above say why")),
        }
    }

    /// Starts the driver against a server.
    pub(super) fn driver(&self, url: &str) -> Command {
        let mut command = self.cargo("run");
        command.args(["--quiet", "--", url]);
        command
    }

    /// Cargo runs in the project's root, so that the project's `.cargo/config.toml` applies, and
    /// shares its target folder, so that dependencies are built once.
    fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args([subcommand, "--package", DRIVER, "--manifest-path"])
            .arg(self.folder.join("Cargo.toml"))
            .env("CARGO_TARGET_DIR", &self.target)
            .current_dir(&self.root);
        // What `cargo xtask` has told this process about its own package, some build scripts would
        // take for a change of theirs, and dependencies would be built anew.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        command
    }
}

/// Has the scratch workspace use the versions that the project is locked to. Cargo rewrites the
/// file, so what was taken is kept beside it: as long as the project's is the same, there is
/// nothing to resolve again.
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

/// Writes a file unless it says the same already: cargo goes by the time of modification.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    if fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes()) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Error::io("write", path, error))
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
serde_json.workspace = true
tokio = {{ workspace = true, features = ["net", "rt", "time"] }}
"#
    )
}

/// The scratch workspace's manifest: the project's, with other members and with paths that hold
/// from another folder.
fn workspace_manifest(text: &str, root: &Path, name: &str) -> Result<String, toml::de::Error> {
    let mut manifest: Table = text.parse()?;
    manifest.retain(|key, _| ["workspace", "profile"].contains(&key));
    let mut workspace = take(&mut manifest, "workspace");
    workspace.remove("exclude");
    workspace.remove("default-members");
    let members = [CLIENT, "driver"].map(|member| Value::String(member.to_owned()));
    workspace.insert("members".to_owned(), Value::Array(members.to_vec()));

    let mut dependencies = take(&mut workspace, "dependencies");
    for (_, dependency) in dependencies.iter_mut() {
        if let Some(Value::String(path)) = dependency.get_mut("path") {
            *path = root.join(&path).to_string_lossy().into_owned();
        }
    }
    let client = Table::from_iter([("path".to_owned(), Value::String(CLIENT.to_owned()))]);
    dependencies.insert(name.to_owned(), client.into());

    workspace.insert("dependencies".to_owned(), dependencies.into());
    manifest.insert("workspace".to_owned(), workspace.into());
    Ok(manifest.to_string())
}

/// Takes a table out of another; an empty one if there is none.
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
        let text = workspace_manifest(project, Path::new("/root"), "losant").unwrap();
        let manifest: Table = text.parse().unwrap();
        let workspace = &manifest["workspace"];
        assert_eq!(workspace["members"], ["client", "driver"].to_vec().into());
        assert!(workspace.get("exclude").is_none());
        assert_eq!(workspace["package"]["edition"].as_str(), Some("2024"));
        let dependencies = &workspace["dependencies"];
        let path = dependencies["client-runtime"]["path"].as_str();
        assert_eq!(path, Some("/root/codegen/runtime"));
        assert_eq!(dependencies["losant"]["path"].as_str(), Some("client"));
        assert_eq!(dependencies["serde"].as_str(), Some("1"));
        assert_eq!(
            manifest["profile"]["release"]["debug"].as_bool(),
            Some(false)
        );
    }
}
