//! A program that is built with the emitted crate, and controlled line by line.

use std::io::{self, BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use codegen::FileSet;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Scratch;
use crate::{Error, shell};

/// The folder of the emitted crate.
const CLIENT: &str = "client";

/// The parts of a driver, besides the client.
#[derive(Debug)]
pub(crate) struct Program {
    /// Its package.
    pub package: &'static str,
    /// Its `main.rs`. It is not a module of this crate, because it needs the generated crate.
    pub source: &'static str,
    /// The features of the client that it needs.
    pub features: &'static [&'static str],
    /// The lines of its dependencies besides the client.
    pub dependencies: &'static str,
}

impl Program {
    /// Writes the client, the driver and other members into a workspace, except for unchanged
    /// files, which are not rebuilt. `client` is the client's package.
    pub(crate) fn write(
        &self,
        scratch: &Scratch,
        files: &FileSet,
        client: &str,
        others: &[&str],
    ) -> Result<(), Error> {
        scratch.emitted(CLIENT, files)?;
        scratch.manifest(&[&[CLIENT, "driver"], others].concat())?;
        scratch.file("driver/Cargo.toml", &self.manifest(client))?;
        scratch.file("driver/src/main.rs", self.source)
    }

    fn manifest(&self, client: &str) -> String {
        let Program {
            package,
            features,
            dependencies,
            ..
        } = self;
        format!(
            r#"[package]
name = "{package}"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
client = {{ package = "{client}", path = "../{CLIENT}", features = {features:?} }}
{dependencies}"#
        )
    }
}

/// The running program: it reads a line of JSON on stdin, and answers with a line of JSON on
/// stdout.
#[derive(Debug)]
pub(crate) struct Driver {
    process: Child,
    stdin: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Driver {
    /// Builds a package of a workspace, and with it the client.
    pub(crate) fn build(scratch: &Scratch, package: &str) -> Result<(), Error> {
        let failed = || {
            let folder = shell::folder(scratch.folder());
            Error::new(format!(
                "could not build the client and its driver in {folder}"
            ))
        };
        let mut command = scratch.cargo("build");
        let status = command.args(["--package", package]).status();
        match status.map_err(|error| failed().because(error))? {
            status if status.success() => Ok(()),
            _ => Err(failed().help("cargo's messages above say why")),
        }
    }

    /// Starts a built package.
    pub(crate) fn start(
        scratch: &Scratch,
        package: &str,
        arguments: &[&str],
    ) -> Result<Self, Error> {
        let failed = |error| Error::new("could not start the driver").because(error);
        let mut command = scratch.cargo("run");
        command.args(["--package", package, "--quiet", "--"]);
        command.args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(failed)?;
        let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(failed(io::ErrorKind::BrokenPipe.into()));
        };
        Ok(Driver {
            process,
            stdin: Some(stdin),
            answers: BufReader::new(stdout).lines(),
        })
    }

    /// Asks, and waits for the answer; if there is none, `at` says where the driver stopped.
    pub(crate) fn ask<T: DeserializeOwned>(
        &mut self,
        question: &impl Serialize,
        at: impl FnOnce() -> String,
    ) -> Result<T, Error> {
        self.exchange(question)
            .map_err(|error| Error::new(format!("the driver stopped at {}", at())).because(error))
    }

    fn exchange<T: DeserializeOwned>(&mut self, question: &impl Serialize) -> io::Result<T> {
        let question = serde_json::to_string(question)?;
        let closed = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let stdin = self.stdin.as_mut().ok_or_else(closed)?;
        writeln!(stdin, "{question}")?;
        stdin.flush()?;
        let answer = self.answers.next().ok_or_else(closed)??;
        Ok(serde_json::from_str(&answer)?)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The driver ends at the end of its input.
        self.stdin.take();
        let _ = self.process.wait();
    }
}
