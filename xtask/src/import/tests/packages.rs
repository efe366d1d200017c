//! The vendor's package, as a folder and as an archive.

use super::*;

/// The description as the vendor publishes it, in a folder.
fn package(folder: &Path, name: &str) -> std::path::PathBuf {
    let package = folder.join("package");
    let manifest = format!(r#"{{"name": "{name}", "version": "4.2.0"}}"#);
    let doc = "## Zap\n\nclient.thing.zap(params)\n\n#### Authentication\nThe token must include at \
        least one of the following scopes: all.User or thing.zap.\n\n";
    let vendor = |name: &str| fs::read_to_string(folder.join("vendor").join(name)).unwrap();
    let files = [
        ("package.json", manifest),
        ("lib/schemas/apiInfo.json", vendor("apiInfo.json")),
        ("lib/schemas/apiExamples.json", vendor("apiExamples.json")),
        ("lib/schemas/thing.json", vendor("types/thing.json")),
        (
            "lib/api/index.js",
            "{'Accept-Version': '^1.2.3'}".to_owned(),
        ),
        ("docs/thing.md", doc.to_owned()),
    ];
    for (path, text) in files {
        let path = package.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    package
}

fn packed(package: &Path, into: &Path) {
    let file = flate2::write::GzEncoder::new(fs::File::create(into).unwrap(), Default::default());
    let mut archive = tar::Builder::new(file);
    archive.append_dir_all("package", package).unwrap();
    archive.into_inner().unwrap().finish().unwrap();
}

#[test]
fn a_package_is_imported_as_a_folder_and_as_an_archive() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = description(folder.path());
    options.from = package(folder.path(), "thing-rest");
    import(&options).unwrap();
    let thing = read(&options, "resources/thing.json");
    assert_eq!(
        thing["actions"]["zap"]["auth"],
        json!(["all.User", "thing.zap"])
    );
    let api = read(&options, "api.json");
    // The package is from before the vendor listed the parameters of every action.
    let params = json!([{"name": "_links", "type": "?", "default": true}]);
    assert_eq!(
        (&api["version"], &api["params"]),
        (&json!("1.2.3"), &params)
    );
    let (lock, _) = Lock::read(&options.into).unwrap();
    let package = (lock.package.as_deref(), lock.package_version.as_deref());
    assert_eq!(package, (Some("thing-rest"), Some("4.2.0")));

    let archive = folder.path().join("thing-rest.tgz");
    packed(&options.from, &archive);
    for from in [folder.path().join("package/../package"), archive] {
        options.from = from;
        let summary = check(&options).unwrap();
        assert_eq!((summary.changed, summary.removed), (vec![], vec![]));
    }
}

#[test]
fn a_package_of_another_product_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = description(folder.path());
    options.from = package(folder.path(), "thing-rest");
    import(&options).unwrap();
    options.from = package(folder.path(), "other");
    let error = import(&options).unwrap_err();
    let said = "the package is `other`, but the schemas follow `thing-rest`";
    assert_eq!(error.to_string(), said);
}

#[test]
fn an_archive_that_is_cut_off_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = description(folder.path());
    let archive = folder.path().join("thing-rest.tgz");
    packed(&package(folder.path(), "thing-rest"), &archive);
    let whole = fs::read(&archive).unwrap();
    fs::write(&archive, &whole[..whole.len() - 9]).unwrap();
    options.from = archive;
    let error = import(&options).unwrap_err();
    assert!(error.to_string().starts_with("could not read"), "{error}");
    assert!(!options.into.exists());
}

#[cfg(unix)]
#[test]
fn a_package_with_a_link_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = description(folder.path());
    options.from = package(folder.path(), "thing-rest");
    let link = options.from.join("docs/link.md");
    std::os::unix::fs::symlink("/etc/hostname", link).unwrap();
    let error = format!("{:#}", import(&options).unwrap_err());
    assert!(
        error.contains("docs/link.md: it is a symbolic link"),
        "{error}"
    );
}
