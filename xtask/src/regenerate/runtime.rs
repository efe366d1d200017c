//! Where the emitted crate finds the runtime.

use std::path::{Path, PathBuf};
use std::{fs, io};

use codegen::Runtime;
use toml::Table;

use super::Options;
use super::target::resolved;
use crate::workspace::Workspace;
use crate::{Error, given, shell};

/// The runtime's folder below that of the project.
const FOLDER: &str = "codegen/runtime";

/// The runtime in the given folder; or else in that of the project, for a crate that is written
/// inside the project; or else in the registry.
///
/// # Errors
///
/// Fails if the given folder does not contain the runtime of this generator.
pub(super) fn locate(options: &Options) -> Result<Runtime, Error> {
    let out = resolved(&options.out).map_err(|error| Error::io("write", &options.out, error))?;
    if let Some(folder) = &options.runtime {
        let wrong = |reason: String, help: String| {
            let folder = shell::path(folder);
            Error::new(format!("could not use {folder} as the runtime: {reason}")).help(help)
        };
        let help = || format!("pass {FOLDER} of this project: --runtime DIR");
        let found = check(folder).map_err(|reason| wrong(reason, help()))?;
        let path = path(&out, &found).ok_or_else(|| {
            let reason = "the path to it from the crate is not UTF-8, as a manifest has to be";
            wrong(reason.to_owned(), "rename the folder".to_owned())
        })?;
        return Ok(Runtime::at(path));
    }
    let root = Workspace::find().ok();
    let root = root.and_then(|workspace| fs::canonicalize(workspace.root()).ok());
    let inside = root.filter(|root| out.starts_with(root));
    let folder = inside.and_then(|root| check(&root.join(FOLDER)).ok());
    let path = folder.and_then(|folder| path(&out, &folder));
    Ok(path.map_or_else(Runtime::published, Runtime::at))
}

/// The folder without symbolic links, if it contains the runtime in the version that the emitted
/// code needs.
fn check(folder: &Path) -> Result<PathBuf, String> {
    let manifest = folder.join("Cargo.toml");
    let text = given::text(&manifest).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "it has no Cargo.toml".to_owned(),
        _ => format!("its Cargo.toml cannot be read: {error}"),
    })?;
    let manifest: Table = text
        .parse()
        .map_err(|error| format!("its Cargo.toml is not valid: {error}"))?;
    let package = |key: &str| manifest.get("package").and_then(|package| package.get(key));
    let name = package("name").and_then(|name| name.as_str());
    if name != Some(Runtime::NAME) {
        let name = name.unwrap_or("no package");
        return Err(format!(
            "expected the crate {}, found {name}",
            Runtime::NAME
        ));
    }
    // One that is inherited is the project's own.
    match package("version").and_then(|version| version.as_str()) {
        Some(version) if version != Runtime::VERSION => Err(format!(
            "expected version {}, found {version}",
            Runtime::VERSION
        )),
        _ => fs::canonicalize(folder).map_err(|error| error.to_string()),
    }
}

/// The path from one folder to another, with `/` between its parts; an absolute one where they are
/// on different drives; none if it is not UTF-8.
fn path(from: &Path, to: &Path) -> Option<String> {
    let (from, target): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&target).take_while(|(a, b)| a == b).count();
    if common == 0 {
        return Some(to.to_str()?.replace('\\', "/"));
    }
    let up = from[common..].iter().map(|_| Some(".."));
    let down = target[common..].iter();
    let down = down.map(|part| part.as_os_str().to_str());
    let parts: Vec<_> = up.chain(down).collect::<Option<_>>()?;
    Some(match parts.as_slice() {
        [] => ".".to_owned(),
        parts => parts.join("/"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_leads_from_the_crate_to_the_runtime() {
        for (from, to, expected) in [
            ("/p/generated", "/p/codegen/runtime", "../codegen/runtime"),
            (
                "/tmp/a/losant",
                "/p/codegen/runtime",
                "../../../p/codegen/runtime",
            ),
            ("/p", "/p/codegen/runtime", "codegen/runtime"),
            ("/p/a/b", "/p/a", ".."),
        ] {
            let found = path(Path::new(from), Path::new(to));
            assert_eq!(found.as_deref(), Some(expected));
        }
    }

    #[test]
    fn only_the_runtime_of_this_generator_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let said = |manifest: &str| {
            fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
            check(folder.path()).unwrap_err()
        };
        let said = [
            said("[package]\nname = \"mine\"\n"),
            said("[workspace]\n"),
            said("[package"),
            said("[package]\nname = \"client-runtime\"\nversion = \"99.0.0\"\n"),
        ];
        let starts = [
            "expected the crate client-runtime, found mine",
            "expected the crate client-runtime, found no package",
            "its Cargo.toml is not valid: ",
            "expected version ",
        ];
        for (said, start) in said.iter().zip(starts) {
            assert!(said.starts_with(start), "{said}");
        }
        let none = tempfile::tempdir().unwrap();
        assert_eq!(check(none.path()).unwrap_err(), "it has no Cargo.toml");
        let root = Workspace::find().unwrap().root().join(FOLDER);
        assert_eq!(check(&root).unwrap(), fs::canonicalize(&root).unwrap());
    }
}
