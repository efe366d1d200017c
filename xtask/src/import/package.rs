//! The vendor's JavaScript client as it is published: its description of the API is part of it.
//! Nothing in it is run.
//!
//! The types, actions and examples are in `lib/schemas/`, the parameters of every action in
//! `lib/api/constants/`, and the scopes that permit an action in the prose of `docs/`. Packages before
//! the folder with constants do not have these parameters.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::origin::refuse_link;
use super::{FILES, GLOBALS, VENDORS};
use crate::{Error, given, shell};

/// The file that identifies a package.
pub(super) const MANIFEST: &str = "package.json";

/// The folder with the types, actions and examples.
const SCHEMAS: &str = "lib/schemas/";

/// The folders that contain parts of the description.
const FOLDERS: [&str; 4] = ["lib/schemas", "lib/api", "lib/api/constants", "docs"];

/// The folder with the parameters of every action.
const CONSTANTS: &str = "lib/api/constants/";

/// The HTTP header with the version of the API that the client was made for.
const VERSION_HEADER: &str = "Accept-Version";

/// The files of a package, or of a description, by path.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// A package's name and version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Package {
    pub name: String,
    pub version: String,
}

/// The files of an unpacked package that may matter.
pub(super) fn files(folder: &Path) -> Result<Files, Error> {
    let mut files = Files::new();
    add(folder, MANIFEST, &mut files)?;
    for below in FOLDERS {
        let Ok(entries) = fs::read_dir(folder.join(below)) else {
            continue;
        };
        for entry in entries {
            let entry = entry.map_err(|error| Error::io("read", &folder.join(below), error))?;
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let name = entry.file_name();
            let is_part = |name: &str| {
                [".json", ".js", ".md"]
                    .iter()
                    .any(|end| name.ends_with(end))
            };
            if let Some(name) = name.to_str().filter(|name| !is_folder && is_part(name)) {
                add(folder, &format!("{below}/{name}"), &mut files)?;
            }
        }
    }
    Ok(files)
}

fn add(folder: &Path, name: &str, files: &mut Files) -> Result<(), Error> {
    let path = folder.join(name);
    refuse_link(&path)?;
    let bytes = given::bytes(&path).map_err(|error| Error::io("read", &path, error))?;
    files.insert(name.to_owned(), bytes);
    Ok(())
}

/// The description in a package: its files as they are laid out for an import, the version of the
/// API, and the package.
pub(super) fn description(files: &Files, from: &Path) -> Result<(Files, String, Package), Error> {
    let manifest = files.get(MANIFEST).ok_or_else(|| missing(from, MANIFEST))?;
    let package: Package = serde_json::from_slice(manifest).map_err(|error| {
        Error::new(format!(
            "could not parse {MANIFEST} of {}",
            shell::path(from)
        ))
        .because(error)
    })?;
    let mut laid_out = Files::new();
    for (path, bytes) in files {
        let schema = path
            .strip_prefix(SCHEMAS)
            .filter(|name| !name.contains('/'));
        match schema {
            Some(name) if FILES.contains(&name) => laid_out.insert(name.to_owned(), bytes.clone()),
            Some(name) => laid_out.insert(format!("types/{name}"), bytes.clone()),
            None => None,
        };
    }
    for name in [VENDORS, "apiExamples.json"] {
        if !laid_out.contains_key(name) {
            return Err(missing(from, &format!("{SCHEMAS}{name}")));
        }
    }
    if let Some(globals) = files.get(&format!("{CONSTANTS}{GLOBALS}")) {
        laid_out.insert(GLOBALS.to_owned(), globals.clone());
    }
    let scopes = scopes(files);
    if scopes.is_empty() {
        return Err(missing(from, "a list of scopes in docs/"));
    }
    let scopes = json!(scopes).to_string().into_bytes();
    laid_out.insert("scopes.json".to_owned(), scopes);
    let version = api_version(files).unwrap_or_else(|| package.version.clone());
    Ok((laid_out, version, package))
}

fn missing(from: &Path, what: &str) -> Error {
    let message = format!("could not import {}: {what} is missing", shell::path(from));
    Error::new(message)
        .help("pass a package of the vendor's JavaScript client; its layout may have changed")
}

/// The version of the API, which the client sends with every request.
fn api_version(files: &Files) -> Option<String> {
    let scripts = files.iter().filter(|(path, _)| path.ends_with(".js"));
    scripts.into_iter().find_map(|(_, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        let mut places = text
            .match_indices(VERSION_HEADER)
            .map(|(at, _)| at + VERSION_HEADER.len());
        places.find_map(|at| version_after(&text[at..]))
    })
}

/// The version in JavaScript such as `': '^1.30.0'`.
fn version_after(text: &str) -> Option<String> {
    let value = text
        .trim_start_matches(['\'', '"'])
        .trim_start()
        .strip_prefix(':')?;
    let value = value
        .trim_start()
        .trim_start_matches(['\'', '"'])
        .trim_start_matches(['^', '~']);
    let is_part = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    let version: String = value.chars().take_while(|c| is_part(*c)).collect();
    version
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some(version)
}

/// The scopes of each action, or the sentence that says that no token is needed.
fn scopes(files: &Files) -> BTreeMap<String, Value> {
    let docs = files.iter().filter(|(path, _)| {
        path.strip_prefix("docs/")
            .is_some_and(|name| name.ends_with(".md") && !name.contains('/'))
    });
    let pages = docs.map(|(_, bytes)| String::from_utf8_lossy(bytes).replace("\r\n", "\n"));
    pages.flat_map(|text| scopes_in(&text)).collect()
}

fn scopes_in(text: &str) -> Vec<(String, Value)> {
    let marked = format!("\n{text}");
    let sections = marked.split("\n## ").skip(1);
    let sections = sections.filter_map(|section| Some((call(section)?, permitted(section)?)));
    sections.collect()
}

/// The action that a section calls, e.g. `device.get` in `client.device.get(params)`.
fn call(section: &str) -> Option<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut calls = section
        .match_indices("client.")
        .map(|(at, found)| &section[at + found.len()..]);
    calls.find_map(|rest| {
        let (resource, rest) = rest.split_once('.')?;
        let (action, _) = rest.split_once('(')?;
        let is_name = |name: &str| !name.is_empty() && name.chars().all(word);
        (is_name(resource) && is_name(action)).then(|| format!("{resource}.{action}"))
    })
}

/// What a section says about authentication: a list of scopes, or a sentence.
fn permitted(section: &str) -> Option<Value> {
    let (_, said) = section.split_once("#### Authentication")?;
    let (said, _) = said.trim_start().split_once("\n\n").unwrap_or((said, ""));
    let sentence = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let list = sentence.split_once("following scopes: ");
    let Some(list) = list.and_then(|(_, list)| list.strip_suffix('.')) else {
        return Some(Value::String(sentence));
    };
    let list = list.replace(", or ", ", ").replace(" or ", ", ");
    let scopes = list
        .split(", ")
        .map(str::trim)
        .filter(|scope| !scope.is_empty());
    Some(
        scopes
            .map(|scope| Value::String(scope.to_owned()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOC: &str = "# Things\n\n## Get\n\nGets.\n\n```javascript\nclient.thing.get(params);\n```\n\n\
        #### Authentication\nThe client must be configured with a valid api\naccess token to call this \
        action. The token\nmust include at least one of the following scopes:\nall.User, thing.*, or \
        thing.get.\n\n#### More\n\n## Log in\n\n    client.auth.in(params)\n\n#### Authentication\nNo api \
        access token is\nrequired.\n\n## About\n\nNo call.\n";

    fn package() -> Files {
        let files = [
            (
                "package.json",
                r#"{"name": "thing-rest", "version": "4.2.0"}"#,
            ),
            ("lib/schemas/apiInfo.json", "{}"),
            ("lib/schemas/apiExamples.json", "{}"),
            ("lib/schemas/thing.json", "{}"),
            (
                "lib/api/index.js",
                "x = { 'Accept-Version': opts.v, 'Accept-Version': '^1.30.0' }",
            ),
            ("docs/thing.md", DOC),
        ];
        files
            .map(|(path, text)| (path.to_owned(), text.into()))
            .into()
    }

    #[test]
    fn a_package_is_laid_out_with_the_scopes_of_its_docs() {
        let (files, version, package) = description(&package(), Path::new("p")).unwrap();
        let paths: Vec<_> = files.keys().map(String::as_str).collect();
        let expected = [
            "apiExamples.json",
            "apiInfo.json",
            "scopes.json",
            "types/thing.json",
        ];
        assert_eq!((paths, version.as_str()), (expected.to_vec(), "1.30.0"));
        assert_eq!(
            (package.name.as_str(), package.version.as_str()),
            ("thing-rest", "4.2.0")
        );
        let scopes: Value = serde_json::from_slice(&files["scopes.json"]).unwrap();
        let expected = json!({"thing.get": ["all.User", "thing.*", "thing.get"],
            "auth.in": "No api access token is required."});
        assert_eq!(scopes, expected);
    }

    #[test]
    fn the_parameters_of_every_action_come_along_if_the_package_has_them() {
        let mut package = package();
        package.insert(format!("{CONSTANTS}{GLOBALS}"), b"[]".to_vec());
        let (files, ..) = description(&package, Path::new("p")).unwrap();
        assert_eq!(files[GLOBALS], b"[]");
    }

    #[test]
    fn a_part_that_is_missing_is_named() {
        for path in [
            "package.json",
            "lib/schemas/apiInfo.json",
            "lib/schemas/apiExamples.json",
        ] {
            let mut package = package();
            package.remove(path);
            let error = description(&package, Path::new("p"))
                .unwrap_err()
                .to_string();
            assert_eq!(error, format!("could not import p: {path} is missing"));
        }
        let mut package = package();
        package.insert("docs/thing.md".to_owned(), b"# Things\n".to_vec());
        let error = description(&package, Path::new("p"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("a list of scopes in docs/"), "{error}");
    }
}
