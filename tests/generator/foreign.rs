//! What no run has written, in the folder of the emitted crate: the real binary on real files.

use std::fs;
#[cfg(unix)]
use std::process::Command;

use crate::commands::{files, text};
use crate::files::{run, write};

#[test]
fn a_hand_written_file_at_the_path_of_an_emitted_one_is_not_overwritten() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("out");
    let arguments = ["regenerate", "--out", out.to_str().unwrap()];
    assert!(run(&arguments).status.success());
    let emitted = files(&out);
    let mine = [
        ("src/lib.rs", "pub fn mine() {}\n"),
        ("LICENSE-MIT", "Mine.\n"),
    ];
    write(&out, &mine);
    let edited = fs::read_to_string(out.join("README.md")).unwrap() + "edited by mistake\n";
    write(&out, &[("README.md", &edited), ("src/types.rs", "")]);
    let before = files(&out);
    let output = run(&arguments);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let names = "it contains files that were not generated, or were edited since: `LICENSE-MIT`, \
                 `src/lib.rs`\nhelp: move them elsewhere, or delete them, and run the command again";
    assert!(said.contains(names), "{said}");
    assert_eq!(files(&out), before);

    for (path, _) in mine {
        fs::remove_file(out.join(path)).unwrap();
    }
    assert!(run(&arguments).status.success());
    assert_eq!(files(&out), emitted);
}

#[cfg(unix)]
#[test]
fn links_pipes_and_sockets_stop_a_run_which_names_them_all() {
    use std::os::unix::fs::symlink;
    let scratch = tempfile::tempdir().unwrap();
    let (out, mine) = (scratch.path().join("out"), scratch.path().join("mine"));
    let arguments = ["regenerate", "--out", out.to_str().unwrap()];
    assert!(run(&arguments).status.success());
    let emitted = files(&out);
    fs::rename(out.join("src/types"), &mine).unwrap();
    symlink(&mine, out.join("src/types")).unwrap();
    symlink("nowhere", out.join("dangling")).unwrap();
    fs::create_dir_all(out.join("run/deep")).unwrap();
    // The manifest, whose header normally identifies the folder, and another pipe.
    fs::remove_file(out.join("Cargo.toml")).unwrap();
    for name in ["Cargo.toml", "run/deep/pipe"] {
        let mut mkfifo = Command::new("mkfifo");
        assert!(mkfifo.arg(out.join(name)).status().unwrap().success());
    }
    let _socket = std::os::unix::net::UnixListener::bind(out.join("run/socket")).unwrap();
    symlink(&mine, out.join("target")).unwrap();

    let output = run(&arguments);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let names = "`Cargo.toml` (a named pipe), `dangling` (a symbolic link), \
                 `run/deep/pipe` (a named pipe), `run/socket` (a socket), \
                 `src/types` (a symbolic link)\nhelp: move them elsewhere";
    assert!(said.contains(names), "{said}");
    let added = [
        "Cargo.toml",
        "dangling",
        "run/deep/pipe",
        "run/socket",
        "src/types",
    ];
    for name in added {
        assert!(fs::symlink_metadata(out.join(name)).is_ok(), "{name}");
        fs::remove_file(out.join(name)).unwrap();
    }
    let output = run(&arguments);
    assert!(output.status.success(), "{}", text(&output));
    // Cargo's folder may be a link.
    fs::remove_file(out.join("target")).unwrap();
    assert_eq!(files(&out), emitted);
    assert!(mine.join("error.rs").exists());
}
