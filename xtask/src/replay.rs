//! `cargo xtask replay`: compares the generated client's requests with recorded ones.
//!
//! The client is generated from the schemas into a scratch workspace below `target/replay/`,
//! together with a small driver, and built there: this program cannot link the crate that it
//! generates. The driver makes each case's request through the client's `dynamic` module and sends
//! it to a recorder on loopback, which compares it with the recorded one.
//! it to a recorder on loopback; what arrives there is compared with what was recorded.

mod build;
mod cases;
pub(crate) mod compare;
mod driver_process;
mod recorder;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use codegen::FileSet;

use crate::lock::Lock;
use crate::schemas;
use crate::scratch::Scratch;
use crate::scratch::driver::Driver;
use crate::secrets::without_values;
use crate::server::Received;
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

/// A built client with the driver that sends through it.
#[derive(Debug)]
pub struct Client {
    scratch: Scratch,
}

/// The numbers of cases with equal and with different requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The number of equal requests.
    pub same: usize,
    /// The number of different requests; the differences were printed.
    pub differ: usize,
}

impl Client {
    /// Builds the emitted crate `name` in a scratch workspace, in the folder `client`, with the
    /// driver. `others` are packages that already exist in the workspace's folder: they become
    /// members, but are not built.
    ///
    /// # Errors
    ///
    /// Fails if files cannot be written, or if cargo fails, which prints the reason on stderr.
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

    /// The workspace in which the client was built.
    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// Sends the cases of a file to a recorder on loopback and prints the differences.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, or the driver stops.
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
            let received = recorder.take();
            let differences = judge(case, &sent, &received);
            if differences.is_empty() {
                outcome.same += 1;
                continue;
            }
            outcome.differ += 1;
            let secrets = case.secrets(&received);
            let name = secrets.redacted(&case.case);
            shell::output(format_args!("{} differs", shell::visible(&name)))?;
            for difference in differences {
                shell::output(difference.without(&secrets))?;
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

/// The differences of what arrived while a case was sent.
fn judge(case: &Case, sent: &Sent, received: &[Received]) -> Vec<Difference> {
    let note = |what: &str, reason: &str| {
        let reason = without_values(reason);
        vec![Difference::note(&format!("{what}: {reason}"))]
    };
    match (received, &sent.refused, &sent.failed) {
        ([received], _, _) => compare::compare(case, received),
        ([], Some(reason), _) => note("refused", reason),
        ([], None, Some(reason)) => note("not sent", reason),
        ([], None, None) => vec![Difference::note("nothing was sent")],
        (several, _, _) => {
            let message = format!("{} requests were sent, expected 1", several.len());
            vec![Difference::note(&message)]
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::compare::tests::pair;
    use super::*;

    /// The output for a case, given the outcome and the received requests.
    fn printed(case: &Case, sent: &Sent, received: &[Received]) -> String {
        let secrets = case.secrets(received);
        let differences = judge(case, sent, received).into_iter();
        let lines = differences.map(|difference| difference.without(&secrets).to_string());
        lines.collect::<Vec<_>>().join("\n")
    }

    fn sent(refused: Option<&str>) -> Sent {
        Sent {
            refused: refused.map(str::to_owned),
            failed: None,
        }
    }

    #[test]
    fn a_difference_shows_no_secret_however_it_was_recorded() {
        for (recorded, arrived) in [
            ("bearer S3cret/one", Some("Bearer S3cret/two")),
            ("Basic dXNlcjpTM2NyZXQ=", None),
            ("S3cret-without-a-scheme", Some("Digest S3cret")),
        ] {
            let (mut case, mut received) = pair();
            case.headers.insert("authorization".into(), recorded.into());
            case.query = "token=S3cret%2Fone&sig=S3cretSig&page=1&q=%7B%22apiKey%22%3A%22S3cretQ%22%7D&u=S3cret/one".into();
            received.query =
                "token=S3cret%2ftwo&sig=&page=2&access_token=S3cretNew&u=S3cretQ".into();
            if let Some(arrived) = arrived {
                received
                    .headers
                    .insert("authorization", arrived.parse().unwrap());
            }
            case.body = json!({"name": "Ada", "login": {"password": "S3cretBody"}}).to_string();
            received.body = json!({"name": "Bob", "login": {"password": 1}})
                .to_string()
                .into();
            let printed = printed(&case, &sent(None), &[received]);
            assert!(
                !printed.contains("S3cret") && !printed.contains("dXNl"),
                "{printed}"
            );
            for shown in [
                "header Authorization",
                "page=2",
                "Ada",
                "Bob",
                "body/login/password",
            ] {
                assert!(printed.contains(shown), "{shown}: {printed}");
            }
        }
    }

    #[test]
    fn the_scheme_of_a_token_may_be_in_lower_case() {
        let (mut case, mut received) = pair();
        case.headers
            .insert("Authorization".into(), "bearer abc".into());
        received
            .headers
            .insert("authorization", "Bearer abc".parse().unwrap());
        assert_eq!(case.token(), Some("abc"));
        assert_eq!(printed(&case, &sent(None), &[received]), "");
    }

    #[test]
    fn a_refusal_does_not_quote_a_value() {
        let (case, _) = pair();
        let reason = r#"invalid request: invalid type: string "hunt\"er2", expected u64"#;
        assert_eq!(
            printed(&case, &sent(Some(reason)), &[]),
            "  refused: invalid request: invalid type: string [redacted], expected u64"
        );
    }
}
