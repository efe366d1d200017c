//! Tests of the other version, with real repositories.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use super::*;

/// A clone with two commits, tagged `one` and `two`, whose schemas lie in `deep/schemas`.
struct Repository {
    folder: TempDir,
}

impl Repository {
    fn new() -> Self {
        let repository = Repository {
            folder: tempfile::tempdir().unwrap(),
        };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.write("README.md", "no schema");
        repository.write("deep/schemas-of-others/a.json", "{}");
        repository.write("deep/schemas/api.json", "{\"one\": 1}");
        repository.write("deep/schemas/descriptor.schema.json", "old");
        repository.write("deep/schemas/types/Größe b.json", "a\nb\n");
        repository.write("deep/schemas/types/.hidden", "");
        repository.commit("one");
        repository.write("deep/schemas/api.json", "{\"two\": 2}");
        repository.commit("two");
        repository
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.folder.path());
        command.args(["-c", "user.name=A", "-c", "user.email=a@example.com"]);
        command.args(["-c", "commit.gpgsign=false", "-c", "core.hooksPath="]);
        let output = command.args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(&self, tag: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", tag]);
        self.git(&["tag", tag]);
    }

    fn schemas(&self) -> PathBuf {
        self.folder.path().join("deep/schemas")
    }

    fn at(&self, revision: &str) -> Result<Source, Error> {
        source(&Against::Git(revision.to_owned()), &self.schemas())
    }
}

fn api(source: &Source) -> String {
    let (_, bytes) = source
        .files()
        .find(|(path, _)| *path == "api.json")
        .unwrap();
    String::from_utf8(bytes.to_owned()).unwrap()
}

fn files(source: &Source) -> Vec<(String, Vec<u8>)> {
    let files = source.files();
    files
        .map(|(path, bytes)| (path.to_owned(), bytes.to_owned()))
        .collect()
}

/// What went wrong, and what to do.
fn failure(result: Result<Source, Error>) -> (String, String) {
    let error = result.unwrap_err();
    let help = error.remedy().unwrap_or_default().to_owned();
    (format!("{error:#}"), help)
}

#[test]
fn a_revision_is_read_as_the_folder_is() {
    let repository = Repository::new();
    let committed = repository.at("two").unwrap();
    let present = schemas::read(&repository.schemas()).unwrap();
    assert_eq!(files(&committed), files(&present));
    assert_eq!(files(&committed).len(), 3);
    assert_eq!(api(&repository.at("one").unwrap()), "{\"one\": 1}");
    assert_eq!(api(&repository.at("main~1").unwrap()), "{\"one\": 1}");
}

#[test]
fn what_is_not_committed_changes_nothing_and_is_not_changed() {
    let repository = Repository::new();
    repository.write("deep/schemas/api.json", "mine");
    assert_eq!(api(&repository.at("HEAD").unwrap()), "{\"two\": 2}");
    let mine = fs::read_to_string(repository.schemas().join("api.json")).unwrap();
    assert_eq!(mine, "mine");
}

#[test]
fn schemas_may_be_the_root_of_their_repository() {
    let repository = Repository::new();
    repository.write("api.json", "{\"root\": 3}");
    repository.commit("three");
    let against = Against::Git("three".to_owned());
    let found = source(&against, repository.folder.path()).unwrap();
    assert_eq!(api(&found), "{\"root\": 3}");
}

#[test]
fn a_revision_that_is_not_there_is_named() {
    let repository = Repository::new();
    for revision in ["nonsense", "one:deep/schemas", "--help", "main~9"] {
        let (said, help) = failure(repository.at(revision));
        let expected = format!("this repository has no revision {revision}: git says: ");
        assert!(said.starts_with(&expected), "{said}");
        assert!(help.contains("git fetch --tags"), "{help}");
    }
}

#[test]
fn a_shallow_clone_is_told_how_to_get_the_rest() {
    let repository = Repository::new();
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repository.folder.path().display());
    let into = clone.path().display().to_string();
    repository.git(&["clone", "--quiet", "--depth", "1", &url, &into]);
    let schemas = clone.path().join("deep/schemas");
    let (said, help) = failure(source(&Against::Git("HEAD~1".to_owned()), &schemas));
    assert!(
        said.starts_with("this repository has no revision HEAD~1"),
        "{said}"
    );
    assert!(
        help.contains("--unshallow") && help.contains("fetch-depth: 0"),
        "{help}"
    );
    assert!(source(&Against::Git("HEAD".to_owned()), &schemas).is_ok());
}

#[test]
fn a_revision_without_the_schemas_is_told_from_one_that_is_not_there() {
    let repository = Repository::new();
    repository.git(&["rm", "-r", "--quiet", "deep/schemas"]);
    repository.commit("three");
    fs::create_dir_all(repository.schemas()).unwrap();
    let (said, help) = failure(repository.at("three"));
    assert!(said.contains(" has no api.json"), "{said}");
    assert!(said.ends_with(" at three"), "{said}");
    assert!(help.contains("path:DIR"), "{help}");
}

#[test]
fn a_folder_outside_of_a_repository_has_no_revisions() {
    let folder = tempfile::tempdir().unwrap();
    let against = Against::Git("HEAD".to_owned());
    let (said, help) = failure(source(&against, folder.path()));
    assert!(
        said.starts_with("git cannot read a repository at "),
        "{said}"
    );
    assert!(help.contains("--against path:DIR"), "{help}");
    let (said, _) = failure(source(&against, &folder.path().join("none")));
    assert!(said.starts_with("could not read "), "{said}");
}

#[cfg(unix)]
#[test]
fn a_link_at_a_revision_is_refused() {
    let repository = Repository::new();
    let link = repository.schemas().join("types/link.json");
    std::os::unix::fs::symlink("../api.json", link).unwrap();
    repository.commit("three");
    let (said, help) = failure(repository.at("three"));
    assert!(
        said.ends_with("types/link.json is not a regular file at three"),
        "{said}"
    );
    assert!(help.contains("--against path:DIR"), "{help}");
}

#[test]
fn a_folder_is_read_if_it_has_an_api() {
    let repository = Repository::new();
    let other = tempfile::tempdir().unwrap();
    let against = Against::Path(other.path().to_owned());
    let (said, _) = failure(source(&against, &repository.schemas()));
    assert!(said.contains(" has no api.json"), "{said}");
    fs::write(other.path().join("apiInfo.json"), "{}").unwrap();
    let (said, help) = failure(source(&against, &repository.schemas()));
    assert!(said.contains("contains the vendor's description"), "{said}");
    let import = format!("`cargo xtask import {} --into NEW`", other.path().display());
    assert!(help.contains(&import), "{help}");
    fs::write(other.path().join("api.json"), "{}").unwrap();
    assert_eq!(api(&source(&against, &repository.schemas()).unwrap()), "{}");
    let (said, help) = failure(source(
        &Against::Path(other.path().join("none")),
        &repository.schemas(),
    ));
    assert!(said.starts_with("could not read "), "{said}");
    assert!(help.contains("--against path:DIR"), "{help}");
}

#[test]
fn many_files_are_read_without_waiting_for_each_other() {
    let repository = Repository::new();
    let large = "x".repeat(20_000);
    for number in 0..3_000 {
        let text = if number % 100 == 0 { &large } else { "{}" };
        repository.write(&format!("deep/schemas/types/t{number}.json"), text);
    }
    repository.commit("three");
    assert_eq!(files(&repository.at("three").unwrap()).len(), 3_003);
}

#[test]
fn the_argument_says_which_kind_it_is() {
    let parse = |text: &str| text.parse::<Against>();
    assert_eq!(
        parse("git:origin/main"),
        Ok(Against::Git("origin/main".into()))
    );
    assert_eq!(parse("path:C:\\a"), Ok(Against::Path("C:\\a".into())));
    for text in ["", "main", "git:", "path:", "svn:1"] {
        assert!(parse(text).is_err(), "{text}");
    }
}
