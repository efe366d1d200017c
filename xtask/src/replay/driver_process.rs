//! The running driver.

use std::io::{self, BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;
use serde_json::json;

use super::cases::Case;
use crate::Error;

/// The process that sends requests through the generated client: a case in on its stdin, and when
/// that was sent or refused, an outcome out on its stdout.
#[derive(Debug)]
pub(super) struct Driver {
    process: Child,
    stdin: Option<ChildStdin>,
    outcomes: Lines<BufReader<ChildStdout>>,
}

/// What became of a case.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    /// Why no request was made of it.
    pub(super) refused: Option<String>,
    /// Why its request has no answer; of no interest if it arrived.
    pub(super) failed: Option<String>,
}

impl Driver {
    pub(super) fn start(mut command: Command) -> Result<Self, Error> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let failed = |error| Error::new("could not start the driver").because(error);
        let mut process = command.spawn().map_err(failed)?;
        let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(failed(io::ErrorKind::BrokenPipe.into()));
        };
        Ok(Driver {
            process,
            stdin: Some(stdin),
            outcomes: BufReader::new(stdout).lines(),
        })
    }

    /// Has a case sent, and waits until it was.
    pub(super) fn send(&mut self, case: &Case) -> Result<Sent, Error> {
        self.exchange(case).map_err(|error| {
            Error::new(format!("the driver stopped at the case {}", case.case)).because(error)
        })
    }

    fn exchange(&mut self, case: &Case) -> io::Result<Sent> {
        let line = json!({
            "case": case.case,
            "action": format!("{}.{}", case.resource, case.action),
            "params": case.params,
            "token": case.token(),
        });
        let closed = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let stdin = self.stdin.as_mut().ok_or_else(closed)?;
        writeln!(stdin, "{line}")?;
        stdin.flush()?;
        let outcome = self.outcomes.next().ok_or_else(closed)??;
        Ok(serde_json::from_str(&outcome)?)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // At the end of its input the driver ends.
        self.stdin.take();
        let _ = self.process.wait();
    }
}
