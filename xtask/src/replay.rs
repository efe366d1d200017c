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

use std::path::PathBuf;
use std::process::ExitCode;

use crate::lock::Lock;
use crate::schemas;
use crate::scratch::Scratch;
use crate::{Error, shell};

use cases::Case;
use compare::Difference;
use driver_process::{Driver, Outcome};
use recorder::Recorder;

/// What to replay.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder with `api.json`, `resources/` and `types/`.
    pub schemas: PathBuf,
    /// The recorded requests: a file with a JSON object on each line.
    pub cases: PathBuf,
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
    build::prepare(&scratch, &files, &name)?;
    build::build(&scratch)?;
    let number = shell::count(cases.len(), "case");
    let file = shell::path(&options.cases);
    shell::status(
        "Replaying",
        format_args!("{number} through {name} ({file})"),
    );
    let differing = replay(&cases, &scratch)?;
    let same = cases.len() - differing;
    shell::output(format_args!("{same} same, {differing} differ"));
    Ok(if differing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Sends every case and prints the differences; the number of cases that have any.
fn replay(cases: &[Case], scratch: &Scratch) -> Result<usize, Error> {
    let recorder = Recorder::start()?;
    let mut driver = Driver::start(build::driver(scratch, &recorder.url()))?;
    let mut differing = 0;
    for case in cases {
        let outcome = driver.send(case)?;
        let differences = judge(case, &outcome, &recorder);
        if !differences.is_empty() {
            differing += 1;
            shell::output(format_args!("{} differs", case.case));
            for difference in differences {
                shell::output(difference);
            }
        }
    }
    Ok(differing)
}

/// What is different about what arrived while a case was sent.
fn judge(case: &Case, outcome: &Outcome, recorder: &Recorder) -> Vec<Difference> {
    match (
        recorder.take().as_slice(),
        &outcome.refused,
        &outcome.failed,
    ) {
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
