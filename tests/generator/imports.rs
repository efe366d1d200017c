//! What an import does to folders: the real binary on real files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use tests::root;

use crate::commands::{binary, files, text};
use crate::files::{RESOURCE, run, write};

/// A description with two versions. The second one lacks a resource and a type of the first.
pub struct Description {
    scratch: tempfile::TempDir,
}

impl Description {
    pub fn new() -> Self {
        let description = Description {
            scratch: tempfile::tempdir().unwrap(),
        };
        description.version("1.0.0", &["thing", "gone"]);
        description.version("1.1.0", &["thing", "fresh"]);
        description
    }

    /// Writes a version whose resources and types have these names.
    fn version(&self, version: &str, names: &[&str]) {
        let resources: BTreeMap<_, serde_json::Value> = names
            .iter()
            .enumerate()
            .map(|(number, name)| {
                let quoted = serde_json::to_string(name).unwrap();
                let resource = RESOURCE.replace("PATH", &format!("p{number}"));
                let resource = resource.replace("TYPE", &quoted[1..quoted.len() - 1]);
                (name, serde_json::from_str(&resource).unwrap())
            })
            .collect();
        let folder = self.folder(version);
        let schema = format!(r#"{{"type": "object", "title": "Of {version}"}}"#);
        let info = serde_json::to_string(&resources).unwrap();
        write(
            &folder,
            &[
                ("apiInfo.json", &info),
                ("globalParams.json", "[]"),
                ("apiExamples.json", "{}"),
                ("scopes.json", "{}"),
            ],
        );
        fs::create_dir_all(folder.join("types")).unwrap();
        let plain = |name: &&&str| {
            !name.contains(['/', '\\', '\0']) && name.len() < 200 && !name.is_empty()
        };
        for name in names.iter().filter(plain) {
            write(&folder, &[(&format!("types/{name}.json"), &schema)]);
        }
    }

    pub fn folder(&self, version: &str) -> PathBuf {
        self.scratch.path().join(format!("vendor-{version}"))
    }

    pub fn target(&self) -> PathBuf {
        self.scratch.path().join("home/project/into")
    }

    pub fn import(&self, version: &str) -> Output {
        run(&self.arguments(version).each_ref().map(String::as_str))
    }

    fn arguments(&self, version: &str) -> [String; 7] {
        let corrections = self.scratch.path().join("none").display().to_string();
        let [from, into] =
            [self.folder(version), self.target()].map(|path| path.display().to_string());
        [
            "import".into(),
            from,
            "--into".into(),
            into,
            "--corrections".into(),
            corrections,
            "--allow-mistakes".into(),
        ]
    }
}

#[test]
fn an_import_does_not_overwrite_foreign_files() {
    let description = Description::new();
    assert!(description.import("1.0.0").status.success());
    let into = description.target();
    fs::write(into.join("types/thing.json"), "{\"title\": \"edited\"}").unwrap();
    write(&into, &[("resources/fresh.json", "{}")]);
    let before = files(&into);
    let output = description.import("1.1.0");
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let names = "`resources/fresh.json`, `types/thing.json`";
    assert!(
        said.contains(names) && said.contains("help: record them as corrections"),
        "{said}"
    );
    assert_eq!(files(&into), before);
    for mine in ["resources/fresh.json", "types/thing.json"] {
        fs::remove_file(into.join(mine)).unwrap();
    }
    assert!(description.import("1.1.0").status.success());
}

#[test]
fn no_name_of_a_description_leads_out_of_the_folder_or_to_an_invalid_file_name() {
    let description = Description::new();
    let long = "long".repeat(100);
    let names = [
        "../../home/package",
        "../../../mine",
        "/absolute",
        "a/b",
        "..",
        ".",
        "",
        "con",
        "AUX",
        "nul.x",
        "com1",
        "Thing",
        "thing",
        "trailing.",
        "space ",
        ".hidden",
        "line\nbreak",
        "back\\slash",
        &long,
    ];
    description.version("2.0.0", &names);
    let mine = description.scratch.path().join("home/package.json");
    fs::create_dir_all(mine.parent().unwrap()).unwrap();
    fs::write(&mine, "mine").unwrap();
    let before = files(description.scratch.path());

    let output = description.import("2.0.0");
    assert!(output.status.success(), "{}", text(&output));
    let mut after = files(description.scratch.path());
    let (inside, outside): (Vec<_>, Vec<_>) = after
        .keys()
        .cloned()
        .partition(|path| path.starts_with("home/project/into/"));
    after.retain(|path, _| outside.contains(path));
    assert_eq!(after, before);

    let resources = inside.iter().filter(|path| path.contains("/resources/"));
    assert_eq!(resources.count(), names.len());
    let mut seen = std::collections::BTreeSet::new();
    for path in &inside {
        let name = path.rsplit_once('/').unwrap().1;
        let device = name.split('.').next().unwrap().to_lowercase();
        assert!(
            !["con", "aux", "nul", "com1"].contains(&device.as_str()),
            "{path}"
        );
        assert!(
            name.len() < 120 && !name.contains(['\\', '\n', ':']),
            "{path}"
        );
        assert!(seen.insert(path.to_lowercase()), "{path}");
        let stem = name.strip_suffix(".json").unwrap_or(name);
        assert!(!stem.ends_with(['.', ' ']), "{path}");
    }
    // A reference to a type leads to the file that contains it.
    let types: Vec<_> = inside
        .iter()
        .filter_map(|path| path.strip_prefix("home/project/into/types/"))
        .collect();
    let resource = fs::read_to_string(description.target().join("resources/con_.json")).unwrap();
    assert!(
        resource.contains("\"#/definitions/con_\"") && types.contains(&"con_.json"),
        "{types:?}"
    );

    // The same names always produce the same files.
    let first = files(&description.target());
    assert!(description.import("2.0.0").status.success());
    assert_eq!(files(&description.target()), first);
}

#[test]
fn an_import_removes_only_its_own_obsolete_files() {
    let description = Description::new();
    assert!(description.import("1.0.0").status.success());
    let into = description.target();
    let paths = |folder: &Path| files(folder).into_keys().collect::<Vec<_>>();
    assert!(into.join("types/gone.json").exists() && into.join("resources/gone.json").exists());
    write(
        &into,
        &[
            ("types/mine.json", "{}"),
            ("notes/mine.md", "mine"),
            ("overlays/mine.json", "{}"),
        ],
    );
    fs::write(into.join("types/gone.json"), "{\"title\": \"edited\"}").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", into.join("link")).unwrap();

    let output = description.import("1.1.0");
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("Removed 1 file")
            && said.contains("Kept types/gone.json: its facts were edited"),
        "{said}"
    );
    for kept in [
        "types/mine.json",
        "notes/mine.md",
        "overlays/mine.json",
        "types/gone.json",
    ] {
        assert!(into.join(kept).exists(), "{kept}");
    }
    #[cfg(unix)]
    assert_eq!(
        fs::read_link(into.join("link")).unwrap(),
        Path::new("nowhere")
    );
    #[cfg(unix)]
    fs::remove_file(into.join("link")).unwrap();
    assert!(!into.join("resources/gone.json").exists());
    assert!(into.join("resources/fresh.json").exists());
    assert_eq!(
        paths(into.parent().unwrap()).len(),
        paths(&into).len(),
        "no scratch folder is left"
    );
}

#[test]
fn an_import_that_fails_changes_nothing() {
    let description = Description::new();
    assert!(description.import("1.0.0").status.success());
    let before = files(&description.target());
    fs::write(description.folder("1.1.0").join("types/thing.json"), "{").unwrap();
    assert_eq!(description.import("1.1.0").status.code(), Some(1));
    assert_eq!(files(&description.target()), before);
}

#[test]
fn an_import_that_is_killed_leaves_the_old_tree_or_the_new_one() {
    let description = Description::new();
    // Enough files that a kill can happen between two of them.
    let many: Vec<String> = (0..150).map(|number| format!("kind{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    description.version("1.0.0", &many);
    description.version("1.1.0", &many[10..]);
    let into = description.target();
    let trees = ["1.1.0", "1.0.0"].map(|version| {
        let output = description.import(version);
        assert!(output.status.success(), "{}", text(&output));
        files(&into)
    });
    let binary = binary();
    const ROUNDS: u32 = 60;
    let start = Instant::now();
    assert!(description.import("1.0.0").status.success());
    let takes = start.elapsed();
    for round in 0..ROUNDS {
        let version = ["1.1.0", "1.0.0"][usize::from(round % 2 == 1)];
        let mut command = Command::new(&binary);
        command
            .args(description.arguments(version))
            .current_dir(root());
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // At a different moment each time, from the start to after the end.
        std::thread::sleep(takes * (round / 2) * 5 / (2 * ROUNDS));
        let _ = child.kill();
        child.wait().unwrap();
        let found = files(&into);
        assert!(trees.contains(&found), "a mixture: {:?}", found.keys());
    }
    assert!(description.import("1.1.0").status.success());
    assert_eq!(files(&into), trees[0]);
    let beside: Vec<_> = fs::read_dir(into.parent().unwrap()).unwrap().collect();
    assert_eq!(beside.len(), 1, "{beside:?}");
}

#[cfg(unix)]
#[test]
fn an_import_does_not_block_on_a_pipe_or_follow_a_link() {
    use std::os::unix::fs::symlink;
    for name in [
        "apiInfo.json",
        "scopes.json",
        "types/thing.json",
        "types/new.json",
    ] {
        let description = Description::new();
        let path = description.folder("1.0.0").join(name);
        let pipe = description.scratch.path().join("pipe");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        let refused = |reason: &str| {
            let output = description.import("1.0.0");
            let said = text(&output);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.contains(&format!("{name}: {reason}")), "{said}");
            assert!(!description.target().exists());
        };
        // The last one is readable, but not part of the description.
        let secret = description.scratch.path().join("secret.json");
        fs::write(&secret, "{}").unwrap();
        for target in [pipe.as_path(), Path::new("/dev/zero"), &secret] {
            let _ = fs::remove_file(&path);
            symlink(target, &path).unwrap();
            refused("it is a symbolic link");
        }
        fs::remove_file(&path).unwrap();
        fs::rename(&pipe, &path).unwrap();
        refused("it is not a regular file");
    }
}
