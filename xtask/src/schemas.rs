//! Reads a folder of schemas into memory.

use std::fs;
use std::io;
use std::path::Path;

use codegen::Source;
use codegen::json::without_byte_order_mark;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::workspace::{Workspace, option};
use crate::{Error, given, shell};

/// The folder with what an import needs: which description the schemas follow, and its corrections.
pub(crate) const UPSTREAM: &str = "upstream";

/// The file that names the vendor's description which the schemas follow.
pub const UPSTREAM_LOCK: &str = "upstream/lock.toml";

/// The lock's place in earlier versions, which `drift compat` still reads.
const EARLIER_LOCK: &str = "upstream.lock";

/// The folder in which an earlier layout recorded corrections, beside the uncorrected files.
const OVERLAYS: &str = "overlays/";

/// The name of the derived file, which is an output of `regenerate` although it is among its
/// inputs.
pub(crate) const DESCRIPTOR_SCHEMA: &str = "descriptor.schema.json";

/// Reads every file below `folder`, except those whose names begin with a dot: they belong to
/// editors and to git. A symbolic link is followed to a regular file below `folder`, and to nothing
/// else: a folder of links could lead back, and what is read can get into the emitted crate.
///
/// `descriptor.schema.json` is read as its required content rather than the present one: it is
/// derived, and one run must get as far as a second would. `upstream/` is left out: it does not
/// describe the API.
///
/// # Errors
///
/// Fails for files that cannot be read, and for corrections in `overlays/`, which only an import
/// makes.
pub fn read(folder: &Path) -> Result<Source, Error> {
    let source = read_version(folder)?;
    let overlays = source.files().filter(|(path, _)| is_overlay(path));
    let overlays = overlays.map(|(path, _)| {
        let path = shell::path(&folder.join(path));
        format!("{path} is not part of the schemas: only an import makes corrections")
    });
    match overlays.collect::<Vec<_>>() {
        none if none.is_empty() => Ok(source),
        overlays => Err(Error::several(overlays).help(
            "move corrections to upstream/ and run `cargo xtask import SOURCE`, which writes \
             corrected schemas",
        )),
    }
}

/// Reads a version of the schemas to compare, as [`read`] does, which may still have corrections in
/// `overlays/`.
pub(crate) fn read_version(folder: &Path) -> Result<Source, Error> {
    let mut files = Vec::new();
    let root = fs::canonicalize(folder).map_err(|error| {
        Error::io("read", folder, error).help("pass the folder with api.json: --schemas DIR")
    })?;
    visit(folder, "", &root, &mut files)?;
    Ok(source(files))
}

/// The source of these files, with the required `descriptor.schema.json`.
pub(crate) fn source(mut files: Vec<(String, Vec<u8>)>) -> Source {
    let is_upstream = |path: &str| {
        let folder = path.split_once('/').map(|(folder, _)| folder);
        folder == Some(UPSTREAM) || path == EARLIER_LOCK
    };
    files.retain(|(path, _)| !is_upstream(path));
    if files.iter().any(|(path, _)| path == "api.json") {
        files.retain(|(path, _)| path != DESCRIPTOR_SCHEMA);
        let text = codegen::descriptor::descriptor_schema();
        files.push((DESCRIPTOR_SCHEMA.to_owned(), text.into_bytes()));
    }
    Source::new(files)
}

/// Whether a file records corrections in the earlier layout.
pub(crate) fn is_overlay(path: &str) -> bool {
    let name = path.strip_prefix(OVERLAYS);
    name.is_some_and(|name| name.ends_with(".json") && !name.contains('/'))
}

/// Adds the files below `folder`; `prefix` is its path below `root`, which is without links.
fn visit(
    folder: &Path,
    prefix: &str,
    root: &Path,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(|error| Error::io("read", folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Error::io("read", folder, error))?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else {
            let error = io::Error::new(io::ErrorKind::InvalidData, "its name is not UTF-8");
            return Err(Error::io("read", &path, error).help("rename it"));
        };
        if name.starts_with('.') {
            continue;
        }
        if prefix.is_empty() && name == DESCRIPTOR_SCHEMA {
            // Its content is derived: the present one does not matter.
            files.push((name, Vec::new()));
            continue;
        }
        let kind = entry.file_type();
        let kind = kind.map_err(|error| Error::io("read", &path, error))?;
        if kind.is_dir() {
            visit(&path, &format!("{prefix}{name}/"), root, files)?;
            continue;
        }
        let bytes = if kind.is_symlink() {
            linked(&path, root).map_err(|error| unfollowed(&path, error))
        } else {
            let bytes = given::bytes(&path);
            bytes.map_err(|error| Error::io("read", &path, error).help("move or remove it"))
        }?;
        files.push((format!("{prefix}{name}"), bytes));
    }
    Ok(())
}

/// The file behind a symbolic link.
fn linked(link: &Path, root: &Path) -> io::Result<Vec<u8>> {
    let target = fs::canonicalize(link)?;
    if target.starts_with(root) || !target.is_file() {
        return given::bytes(&target);
    }
    let reason = "it is a symbolic link to a file outside of the schemas";
    Err(io::Error::new(io::ErrorKind::PermissionDenied, reason))
}

/// A symbolic link that does not lead to a regular file that can be read.
fn unfollowed(link: &Path, error: io::Error) -> Error {
    let reason = match (fs::metadata(link), fs::read_link(link)) {
        (Ok(target), _) if target.is_dir() => "it is a symbolic link to a folder".to_owned(),
        (Err(_), Ok(target)) => format!(
            "it is a symbolic link to {}, which cannot be read: {error}",
            shell::path(&target)
        ),
        _ => error.to_string(),
    };
    Error::new(format!("could not read {}: {reason}", shell::path(link)))
        .help("replace it by a copy, or by links to regular files in the same folder")
}

/// Deserializes a file of a source that was read from `folder`.
pub(crate) fn typed<T: DeserializeOwned>(
    source: &Source,
    folder: &Path,
    path: &str,
) -> Result<T, Error> {
    let failed = |reason: String| {
        let file = shell::path(&folder.join(path));
        Error::new(format!("could not read {file}: {reason}")).help(format!(
            "`cargo xtask regenerate --check{}` shows every mistake in its place",
            option("--schemas", folder, Workspace::schemas)
        ))
    };
    let bytes = source.get(path);
    let bytes = bytes.ok_or_else(|| failed("there is no such file".to_owned()))?;
    serde_json::from_slice(without_byte_order_mark(bytes))
        .map_err(|error| failed(error.to_string()))
}

/// The name and version of the crate that a source describes, if `api.json` can be read.
pub(crate) fn package(source: &Source) -> Option<(String, String)> {
    let service: Value = serde_json::from_slice(source.get("api.json")?).ok()?;
    let text = |key| Some(service["package"].get(key)?.as_str()?.to_owned());
    Some((text("name")?, text("version")?))
}

/// The crate's name, for messages.
pub(crate) fn package_name(source: &Source) -> String {
    package(source).map_or_else(|| "the client".to_owned(), |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(source: &Source) -> Vec<&str> {
        source.files().map(|(path, _)| path).collect()
    }

    #[test]
    fn files_are_found_at_any_depth_and_hidden_ones_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("types/deep")).unwrap();
        fs::write(folder.path().join("types/deep/a.json"), "{}").unwrap();
        fs::write(folder.path().join("types/.#a.json"), "{}").unwrap();
        assert_eq!(paths(&read(folder.path()).unwrap()), ["types/deep/a.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_is_followed_to_a_regular_file_of_the_schemas_only() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let types = folder.path().join("types");
        fs::create_dir(&types).unwrap();
        fs::write(elsewhere.path().join("a.json"), "{}").unwrap();
        fs::create_dir(folder.path().join("shared")).unwrap();
        fs::write(folder.path().join("shared/a.json"), "{}").unwrap();
        symlink("../shared/a.json", types.join("b.json")).unwrap();
        let both = ["shared/a.json", "types/b.json"];
        assert_eq!(paths(&read(folder.path()).unwrap()), both);
        for (target, reason) in [
            (
                elsewhere.path().join("a.json").as_path(),
                "it is a symbolic link to a file outside of the schemas",
            ),
            (elsewhere.path(), "it is a symbolic link to a folder"),
            (Path::new(".."), "it is a symbolic link to a folder"),
            (
                Path::new("nowhere"),
                "it is a symbolic link to nowhere, which cannot be read: ",
            ),
            (
                Path::new("more"),
                "it is a symbolic link to more, which cannot be read: ",
            ),
        ] {
            symlink(target, types.join("more")).unwrap();
            let error = read(folder.path()).unwrap_err();
            let said = error.to_string();
            assert!(said.contains(&format!("types/more: {reason}")), "{said}");
            assert!(error.remedy().is_some());
            fs::remove_file(types.join("more")).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_told_and_not_waited_for_behind_a_link_either() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.json");
        let mut mkfifo = std::process::Command::new("mkfifo");
        assert!(mkfifo.arg(&pipe).status().unwrap().success());
        let linking = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(&pipe, linking.path().join("linked.json")).unwrap();
        for (folder, name) in [(&folder, "pipe.json"), (&linking, "linked.json")] {
            let error = format!("{:#}", read(folder.path()).unwrap_err());
            let end = format!("{name}: it is not a regular file");
            assert!(error.ends_with(&end), "{error}");
        }
    }

    #[test]
    fn the_derived_schema_is_read_as_it_has_to_be() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("api.json"), "{}").unwrap();
        fs::write(folder.path().join(DESCRIPTOR_SCHEMA), "old").unwrap();
        let source = read(folder.path()).unwrap();
        let (_, bytes) = source
            .files()
            .find(|(path, _)| *path == DESCRIPTOR_SCHEMA)
            .unwrap();
        assert_eq!(bytes, codegen::descriptor::descriptor_schema().as_bytes());
    }

    #[test]
    fn what_an_import_needs_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("README.md"), "").unwrap();
        fs::create_dir(folder.path().join(UPSTREAM)).unwrap();
        fs::write(folder.path().join("upstream/a.json"), "").unwrap();
        for lock in [UPSTREAM_LOCK, EARLIER_LOCK] {
            fs::write(folder.path().join(lock), "").unwrap();
        }
        assert_eq!(paths(&read(folder.path()).unwrap()), ["README.md"]);
    }

    #[test]
    fn corrections_are_not_ignored() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(OVERLAYS)).unwrap();
        for name in ["a.json", "b.json", "README.md"] {
            fs::write(folder.path().join(OVERLAYS).join(name), "{}").unwrap();
        }
        let error = read(folder.path()).unwrap_err();
        let lines: Vec<_> = error.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[1].contains("overlays/b.json is not part of the schemas"));
        let help = error.remedy().unwrap();
        assert!(help.contains("upstream/") && help.contains("cargo xtask import"));
        let version = read_version(folder.path()).unwrap();
        let files = ["overlays/README.md", "overlays/a.json", "overlays/b.json"];
        assert_eq!(paths(&version), files);
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = read(Path::new("/no/such/folder")).unwrap_err();
        assert!(format!("{error:#}").starts_with("could not read /no/such/folder: No such file"));
    }
}
