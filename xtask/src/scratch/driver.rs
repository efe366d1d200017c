//! A program that is built with the emitted crate, and driven line by line.

use std::io::{self, BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Scratch;
use crate::{Error, shell};

/// The running program: a line of JSON in on its stdin, and a line of JSON out on its stdout.
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

    /// Starts a package that was built.
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

    /// Asks, and waits for the answer; `at` says where the driver stopped if there is none.
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
        // At the end of its input the driver ends.
        self.stdin.take();
        let _ = self.process.wait();
    }
}
