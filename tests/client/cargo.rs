//! Programs built outside of the tests, and run as their users run them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use toml::Table;

/// The profiles of the project, as a configuration of cargo.
static PROFILES: LazyLock<PathBuf> = LazyLock::new(|| {
    let manifest = fs::read_to_string(tests::root().join("Cargo.toml")).unwrap();
    let mut manifest: Table = manifest.parse().unwrap();
    manifest.retain(|key, _| key == "profile");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("profiles.toml");
    fs::write(&path, manifest.to_string()).unwrap();
    path
});

/// Builds a package's program, and returns its path.
///
/// The program shares the target folder and the profiles with the tests, so that dependencies with
/// the same features are built once.
pub fn build(package: &Path, arguments: &[&str]) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut command = tests::cargo();
    command
        .args([
            "build",
            "--offline",
            "--message-format=json-render-diagnostics",
        ])
        .args(arguments)
        .arg("--config")
        .arg(&*PROFILES)
        .arg("--manifest-path")
        .arg(package.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", target)
        .stderr(Stdio::inherit());
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{} does not build",
        package.display()
    );
    let messages = String::from_utf8(output.stdout).unwrap();
    let mut executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).unwrap();
        message["executable"].as_str().map(PathBuf::from)
    });
    executables.next_back().unwrap()
}

/// Runs a program with this token against this server.
pub fn run(program: &Path, arguments: &[&str], token: Option<&str>, url: &str) -> Output {
    command(program, arguments, token, url).output().unwrap()
}

/// The command that `run` executes.
pub fn command(program: &Path, arguments: &[&str], token: Option<&str>, url: &str) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).env("LOSANT_URL", url);
    match token {
        Some(token) => command.env("LOSANT_TOKEN", token),
        None => command.env_remove("LOSANT_TOKEN"),
    };
    command
}
