//! The command line.

mod drift;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::corrections::Corrections;
use crate::schemas::UPSTREAM;
use crate::workspace::Workspace;
use crate::{Error, bench, import, mock, regenerate, replay};

/// The project's commands
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Regenerate the client crate from the schemas
    Regenerate(Regenerate),
    /// Translate the vendor's description of its API into a folder of schemas
    Import(Import),
    /// Serve every action of the schemas on 127.0.0.1
    Mock(Mock),
    /// Compare the client's requests with recorded ones
    Replay(Replay),
    /// Find what is out of step with the schemas: the emitted crate, the vendor's description,
    /// recorded traffic, or an earlier version
    Drift(Box<drift::Drift>),
    /// Measure the generator
    Bench {
        #[command(subcommand)]
        what: Bench,
    },
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// Generate 1, 2, 4, 8 and 16 renamed copies of an API, and print the CPU time, the peak memory
    /// and the lines of Rust of each, and their ratios to one copy
    Generate {
        /// The folder with api.json, resources/ and types/
        #[arg(value_name = "DIR")]
        schemas: PathBuf,
    },
    /// One measurement, in a process of its own
    #[command(hide = true)]
    Measure {
        #[arg(value_name = "DIR")]
        schemas: PathBuf,
    },
}

/// The values of `--deny`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Denied {
    Warnings,
}

#[derive(Debug, Args)]
struct Regenerate {
    /// Write nothing; fail if the crate does not match the schemas, and print the differences
    #[arg(long)]
    check: bool,
    /// Fail on warnings: valid schemas with likely mistakes, such as an unknown keyword
    #[arg(long, value_name = "warnings")]
    deny: Option<Denied>,
    /// The folder with api.json, resources/ and types/ [default: the workspace's schemas/]
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
    /// The folder of the emitted crate [default: the workspace's generated/]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The folder of the crate client-runtime, for the emitted Cargo.toml [default: the
    /// workspace's codegen/runtime if the emitted crate is inside the workspace; otherwise the
    /// Cargo.toml names only the version]
    #[arg(long, value_name = "DIR")]
    runtime: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Import {
    /// The vendor's published package, as a folder or a .tgz, or a folder with apiInfo.json,
    /// globalParams.json, apiExamples.json, scopes.json and types/
    #[arg(value_name = "SOURCE")]
    from: PathBuf,
    /// The folder of schemas to write; their words stay [default: the workspace's schemas/]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Write nothing; fail if an import would change anything, and list the files
    #[arg(long, conflicts_with = "lock")]
    check: bool,
    /// Drop words whose place the description no longer has
    #[arg(long, conflicts_with = "lock")]
    drop_words: bool,
    /// Write the schemas even if no crate can be generated from them
    #[arg(long, conflicts_with = "lock")]
    allow_mistakes: bool,
    /// Translate nothing, but record in the schemas' upstream/lock.toml which description their
    /// corrections were reviewed for
    #[arg(long, conflicts_with_all = ["into", "api", "corrections"])]
    lock: bool,
    /// The folder whose upstream/lock.toml is written [default: the workspace's schemas/]
    #[arg(long, value_name = "DIR", requires = "lock")]
    schemas: Option<PathBuf>,
    /// The api.json with what the vendor's files lack: title, base URL, error type, paging
    /// [default: the one in the folder to write, or else the workspace's schemas/api.json]
    #[arg(long, value_name = "FILE")]
    api: Option<PathBuf>,
    /// The folder with corrections of the vendor's files [default: upstream/ in the folder to write,
    /// or else the workspace's schemas/upstream/]
    #[arg(long, value_name = "DIR")]
    corrections: Option<PathBuf>,
}

impl Import {
    fn run(self) -> Result<ExitCode, Error> {
        if self.lock {
            return import::run_lock(&self.from, &folder(self.schemas, Workspace::schemas)?);
        }
        let check = self.check;
        let options = self.options()?;
        if check {
            import::run_check(&options)
        } else {
            import::run(&options)
        }
    }

    fn options(self) -> Result<import::Options, Error> {
        let into = folder(self.into, Workspace::schemas)?;
        let own = |path: PathBuf, is_there: bool| Some(path).filter(|_| is_there);
        let api = into.join("api.json");
        let api = own(api.clone(), api.exists());
        let upstream = into.join(UPSTREAM);
        let corrections = own(upstream.clone(), Corrections::are_in(&upstream));
        Ok(import::Options {
            from: self.from,
            api: folder(self.api.or(api), |workspace| {
                workspace.schemas().join("api.json")
            })?,
            corrections: folder(self.corrections.or(corrections), |workspace| {
                workspace.schemas().join(UPSTREAM)
            })?,
            drop_words: self.drop_words,
            allow_mistakes: self.allow_mistakes,
            into,
        })
    }
}

#[derive(Debug, Args)]
struct Mock {
    /// The port to listen on; 0 chooses a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// The number of items in each collection
    #[arg(long, value_name = "N", default_value_t = 1000)]
    items: usize,
    /// The delay before each answer, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u64,
    /// The folder with api.json, resources/ and types/ [default: the workspace's schemas/]
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Replay {
    /// The recorded requests, one JSON object per line
    #[arg(value_name = "CASES.jsonl")]
    cases: PathBuf,
    /// The folder with api.json, resources/ and types/ [default: the workspace's schemas/]
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
}

/// Runs the command in the process's arguments.
pub(crate) fn run() -> Result<ExitCode, Error> {
    match Cli::parse().command {
        Command::Regenerate(args) => {
            let options = regenerate::Options {
                schemas: folder(args.schemas, Workspace::schemas)?,
                out: folder(args.out, Workspace::generated)?,
                runtime: args.runtime,
                deny_warnings: args.deny.is_some(),
            };
            if args.check {
                regenerate::run_check(&options)
            } else {
                regenerate::run_write(&options)
            }
        }
        Command::Import(args) => args.run(),
        Command::Mock(args) => mock::run(&mock::MockOptions {
            schemas: folder(args.schemas, Workspace::schemas)?,
            port: args.port,
            items: args.items,
            latency: Duration::from_millis(args.latency),
        }),
        Command::Replay(args) => replay::run(&replay::Options {
            schemas: folder(args.schemas, Workspace::schemas)?,
            cases: args.cases,
        }),
        Command::Drift(args) => Ok(args.run().into()),
        Command::Bench { what } => match what {
            Bench::Generate { schemas } => bench::run_generate(&schemas),
            Bench::Measure { schemas } => bench::run_measure(&schemas),
        },
    }
}

/// The given folder, or else the workspace's.
fn folder(
    given: Option<PathBuf>,
    default: impl FnOnce(&Workspace) -> PathBuf,
) -> Result<PathBuf, Error> {
    match given {
        Some(path) => Ok(path),
        None => Ok(default(&Workspace::find()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
