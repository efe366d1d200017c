//! `cargo xtask replay`: compares the generated client's requests with recorded ones.
//!
//! The client is generated from the schemas into a scratch workspace below `target/replay/`,
//! together with a small driver, and built there: this program can't link the crate that it
//! generates. The driver makes each case's request through the client's `dynamic` module and sends
//! it to a recorder on loopback; what arrives there is compared with what was recorded.

mod build;
mod cases;
mod compare;
mod driver_process;
mod recorder;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use codegen::FileSet;

use crate::lock::Lock;
use crate::schemas;
use crate::scratch::Scratch;
use crate::scratch::driver::Driver;
use crate::{Error, shell};

use cases::Case;
use compare::Difference;
use driver_process::Sent;
use recorder::Recorder;

/// What to replay.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder with `api.json`, `resources/` and `types/`.
    pub schemas: PathBuf,
    /// The recorded requests: a file with a JSON object on each line.
    pub cases: PathBuf,
}

/// A generated client and the driver that sends through it, built.
#[derive(Debug)]
pub struct Client {
    scratch: Scratch,
}

/// How many cases the client sends as they were recorded, and how many not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Those that are the same.
    pub same: usize,
    /// Those that differ; the differences were printed.
    pub differ: usize,
}

impl Client {
    /// Builds the emitted crate `name` in a scratch workspace, in the folder `client`, with the
    /// driver. `others` are packages that lie in the workspace's folder already: they become
    /// members, but are not built.
    ///
    /// # Errors
    ///
    /// Files that can't be written, and whatever cargo fails at, which it has said on stderr.
    pub fn build(
        scratch: Scratch,
        files: &FileSet,
        name: &str,
        others: &[&str],
    ) -> Result<Self, Error> {
        build::DRIVER.write(&scratch, files, name, others)?;
        Driver::build(&scratch, build::DRIVER.package)?;
        Ok(Client { scratch })
    }

    /// The workspace that the client was built in.
    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// Sends the cases of a file to a recorder on loopback and prints what is different.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or the driver stops.
    pub fn replay(&self, cases: &Path) -> Result<Outcome, Error> {
        self.send(&cases::read(cases)?)
    }

    /// Sends every case and prints the differences.
    fn send(&self, cases: &[Case]) -> Result<Outcome, Error> {
        let recorder = Recorder::start()?;
        let mut driver = Driver::start(&self.scratch, build::DRIVER.package, &[&recorder.url()])?;
        let mut outcome = Outcome { same: 0, differ: 0 };
        for case in cases {
            let sent = driver_process::send(&mut driver, case)?;
            let differences = judge(case, &sent, &recorder);
            if differences.is_empty() {
                outcome.same += 1;
                continue;
            }
            outcome.differ += 1;
            shell::output(format_args!("{} differs", case.case))?;
            for difference in differences {
                shell::output(difference)?;
            }
        }
        Ok(outcome)
    }
}

/// The command.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Error> {
    let cases = cases::read(&options.cases)?;
    let source = schemas::read(&options.schemas)?;
    let name = schemas::package_name(&source);
    let files = codegen::generate(&source)
        .map_err(|diagnostics| Error::mistakes(&name, &options.schemas, diagnostics))?;

    let scratch = Scratch::new("replay")?;
    // Held to the end: another run's client would be built in the same place.
    let _lock = Lock::acquire(scratch.folder(), || shell::blocking("another replay"));
    let client = Client::build(scratch, &files, &name, &[])?;
    let number = shell::count(cases.len(), "case");
    let file = shell::path(&options.cases);
    shell::status(
        "Replaying",
        format_args!("{number} through {name} ({file})"),
    );
    let Outcome { same, differ } = client.send(&cases)?;
    shell::output(format_args!("{same} same, {differ} differ"))?;
    Ok(if differ == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What is different about what arrived while a case was sent.
fn judge(case: &Case, sent: &Sent, recorder: &Recorder) -> Vec<Difference> {
    match (recorder.take().as_slice(), &sent.refused, &sent.failed) {
        ([received], _, _) => compare::compare(case, received),
        ([], Some(reason), _) => vec![Difference::note(&format!("refused: {reason}"))],
        ([], None, Some(reason)) => vec![Difference::note(&format!("not sent: {reason}"))],
        ([], None, None) => vec![Difference::note("nothing was sent")],
        (several, _, _) => {
            let message = format!("{} requests were sent, not one", several.len());
            vec![Difference::note(&message)]
        }
    }
}
