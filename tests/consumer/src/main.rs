//! Exports all audit logs of an instance as JSON lines, the oldest first.
//!
//! ```sh
//! export LOSANT_TOKEN=…
//! audit-export 575ec7417ae143cd83dc4a96 --since 2026-01-01T00:00:00Z > audit-logs.jsonl
//! ```

use std::error::Error;
use std::fmt;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use futures_util::TryStreamExt;
use losant::types::{SortDirection, AuditLogsSortField};
use losant::jiff::Timestamp;
use losant::{Client, ObjectId};

const USAGE: &str = "\
usage: audit-export INSTANCE_ID [--since RFC3339]

LOSANT_TOKEN   the access token
LOSANT_URL     another server than Losant's";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let failure = match run().await {
        Ok(()) => return ExitCode::SUCCESS,
        // The reader of the output, `head` for example, has closed the pipe.
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => {
            return ExitCode::SUCCESS;
        }
        Err(failure) => failure,
    };
    eprintln!("audit-export: {failure}");
    match failure {
        Failure::Usage(_) => {
            eprintln!("\n{USAGE}");
            ExitCode::from(2)
        }
        Failure::Api(_) | Failure::Output(_) => ExitCode::FAILURE,
    }
}

async fn run() -> Result<(), Failure> {
    let job = Job::read(std::env::args().skip(1))?;
    let client = client()?;
    export(&client, job, BufWriter::new(io::stdout().lock())).await
}

/// The client, configured by the environment.
fn client() -> Result<Client, Failure> {
    let token = std::env::var("LOSANT_TOKEN")
        .map_err(|error| Failure::Usage(format!("LOSANT_TOKEN: {error}")))?;
    let mut builder = Client::builder()
        .access_token(token)
        .user_agent(concat!("audit-export/", env!("CARGO_PKG_VERSION")));
    if let Ok(url) = std::env::var("LOSANT_URL") {
        builder = builder.base_url(url);
    }
    builder
        .build()
        .map_err(|error| Failure::Usage(error.to_string()))
}

/// Writes the logs as they arrive, with one page in memory at a time.
async fn export(client: &Client, job: Job, mut output: impl Write) -> Result<(), Failure> {
    // A log created during the export comes last, so it does not shift the remaining pages.
    let mut call = client
        .instance_audit_logs(job.instance)
        .get()
        .sort_field(AuditLogsSortField::CreationDate)
        .sort_direction(SortDirection::Asc);
    if let Some(since) = job.since {
        call = call.start(since);
    }
    let mut logs = call.items();
    while let Some(log) = logs.try_next().await? {
        serde_json::to_writer(&mut output, &log).map_err(io::Error::from)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(())
}

/// What to export.
struct Job {
    instance: ObjectId,
    since: Option<Timestamp>,
}

impl Job {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let instance = arguments.next().ok_or("INSTANCE_ID is missing")?;
        let instance = instance
            .parse()
            .map_err(|error| format!("{instance}: {error}"))?;
        let mut job = Job {
            instance,
            since: None,
        };
        while let Some(argument) = arguments.next() {
            if argument != "--since" {
                return Err(format!("unknown argument {argument}").into());
            }
            let since = arguments.next().ok_or("--since needs a point in time")?;
            let since = since.parse().map_err(|error| format!("{since}: {error}"))?;
            job.since = Some(since);
        }
        Ok(job)
    }
}

/// Why the export failed, or is incomplete.
enum Failure {
    Usage(String),
    Api(losant::Error),
    Output(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(problem) => f.write_str(problem),
            Failure::Output(error) => write!(f, "could not write: {error}"),
            Failure::Api(error) => {
                write!(f, "{error}")?;
                let mut source = error.source();
                while let Some(cause) = source {
                    write!(f, ": {cause}")?;
                    source = cause.source();
                }
                match advice(error) {
                    Some(advice) => write!(f, "\n{advice}"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// Advice for the user of the program about an error.
fn advice(error: &losant::Error) -> Option<String> {
    let advice = if error.is_not_found() {
        "check INSTANCE_ID, and that the token is one for that instance"
    } else if error.is_unauthorized() {
        "LOSANT_TOKEN is invalid or has expired"
    } else if error.is_forbidden() {
        "the token needs the scope instanceAuditLogs.get"
    } else if let Some(wait) = error.retry_after() {
        return Some(format!("try again in {} seconds", wait.as_secs()));
    } else if error.is_server_error() || error.is_timeout() {
        "try again later; --since the last log's creationDate continues from there"
    } else if error.is_connect() {
        "check LOSANT_URL, and the network connection"
    } else {
        return None;
    };
    Some(advice.to_owned())
}

impl From<losant::Error> for Failure {
    fn from(error: losant::Error) -> Self {
        Failure::Api(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

impl From<String> for Failure {
    fn from(problem: String) -> Self {
        Failure::Usage(problem)
    }
}

impl From<&str> for Failure {
    fn from(problem: &str) -> Self {
        Failure::Usage(problem.to_owned())
    }
}
