//! The lock that an import writes.

use super::*;

#[test]
fn an_import_locks_the_description_by_names_and_hashes() {
    let folder = tempfile::tempdir().unwrap();
    let options = description(folder.path());
    import(&options).unwrap();
    let (lock, text) = Lock::read(&options.into).unwrap();
    let files: Vec<_> = lock.files.keys().map(String::as_str).collect();
    let types = ["types/odd.json", "types/thing.json"];
    assert_eq!(files, [FILES.as_slice(), &types].concat());
    assert_eq!(lock.files["types/odd.json"], ODD);
    assert_eq!(lock.resources.keys().collect::<Vec<_>>(), ["thing"]);
    assert!(!text.contains("zap"), "{text}");

    let windows = options.from.join("types/thing.json");
    let content = fs::read_to_string(&windows).unwrap() + "\n";
    fs::write(&windows, &content).unwrap();
    import(&options).unwrap();
    let (unix, _) = Lock::read(&options.into).unwrap();
    fs::write(&windows, content.replace('\n', "\r\n")).unwrap();
    import(&options).unwrap();
    assert_eq!(Lock::read(&options.into).unwrap().0, unix);
}

/// The SHA-256 of `[1]`.
const ODD: &str = "080a9ed428559ef602668b4c00f114f1a11c3f6b02a435f0bdc154578e4d7f22";

#[test]
fn a_description_can_be_locked_alone() {
    let folder = tempfile::tempdir().unwrap();
    let options = description(folder.path());
    fs::create_dir(&options.into).unwrap();
    fs::write(options.into.join("api.json"), "{\"version\": \"7\"}").unwrap();
    lock(&options.from, &options.into).unwrap();
    assert_eq!(Lock::read(&options.into).unwrap().0.version, "7");
    assert_eq!(fs::read_dir(&options.into).unwrap().count(), 2);
}

#[test]
fn a_lock_that_is_none_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(UPSTREAM_LOCK);
    fs::create_dir(path.parent().unwrap()).unwrap();
    let read = || Lock::read(folder.path()).unwrap_err();
    assert!(format!("{:#}", read()).starts_with("could not read"));
    assert!(read().remedy().is_some());
    let good = "version = \"1\"\n[files]\n\"a\" = \"0\"\n[resources]\n";
    for text in ["", "version = 1", "no toml", good] {
        fs::write(&path, text).unwrap();
        let error = read();
        assert!(format!("{error}").starts_with("could not parse"), "{error}");
        assert!(error.remedy().is_some());
    }
    fs::write(&path, good.replace("\"0\"", &format!("{ODD:?}"))).unwrap();
    Lock::read(folder.path()).unwrap();
}
