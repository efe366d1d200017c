//! The command line of `cargo xtask drift`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::folder;
use crate::Error;
use crate::drift::{self, Against, End, FailOn, Format, Options, Output, Part};
use crate::workspace::Workspace;

/// The exit codes, at the end of `--help`.
const EXIT_CODES: &str = "Exit codes:
  0  nothing at or above --fail-on was found
  1  something at or above --fail-on was found
  2  the command line or the allow file is wrong, or a named part lacks an input
  3  a part or a report could not be completed, or no part ran; the rest is reported";

/// Usage by mode: clap would offer parts with every option.
const USAGE: &str = "cargo xtask drift [OPTIONS] [PART]...
       cargo xtask drift --next-version --against <git:REV|path:DIR> [--schemas <DIR>]
       cargo xtask drift <--explain <RULE>|--list-rules|--json-schema>";

#[derive(Debug, Args)]
#[command(override_usage = USAGE, after_help = EXIT_CODES)]
pub(super) struct Drift {
    /// The parts to check; `all` runs those whose inputs are given [default: all]
    #[arg(value_name = "PART")]
    parts: Vec<Which>,
    /// The folder with api.json, resources/ and types/ [default: the workspace's schemas/]
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
    /// The folder of the emitted crate, for generated [default: the workspace's generated/]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The folder of the crate client-runtime, for generated, as given to `regenerate`
    #[arg(long, value_name = "DIR")]
    runtime: Option<PathBuf>,
    /// The other version of the schemas, for compat: the same folder at a git revision, or another
    /// folder with an api.json. `cargo xtask import DIR --into NEW` converts a vendor's description
    #[arg(long, value_name = "git:REV|path:DIR")]
    against: Option<Against>,
    /// The folder of the vendor's description, for upstream
    #[arg(long, value_name = "DIR")]
    upstream: Option<PathBuf>,
    /// A file with recorded traffic, for wire; repeatable
    #[arg(long, value_name = "FILE")]
    traffic: Vec<PathBuf>,
    /// Also decode the recorded bodies with the emitted crate and encode them again, for wire
    #[arg(long)]
    round_trip: bool,
    /// The mildest severity that fails the check
    #[arg(long, value_enum, default_value_t = FailOn::Major)]
    fail_on: FailOn,
    /// The format of the report: human, json, github, sarif or markdown, with =PATH to a file
    /// instead of stdout; repeatable [default: human]
    #[arg(long, value_name = "FORMAT[=PATH]")]
    format: Vec<Output>,
    /// The file with known and accepted findings [default: drift-allow.toml in the workspace, if it
    /// exists]
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,
    /// Print only the version that must follow the one of --against, by the findings of compat
    #[arg(long, requires = "against", conflicts_with_all = ["parts", "format", "fail_on", "allow"])]
    next_version: bool,
    /// Explain a rule, and check nothing
    #[arg(long, value_name = "RULE", conflicts_with_all = ["list_rules", "json_schema"])]
    explain: Option<String>,
    /// List every rule with its mirror, and check nothing
    #[arg(long, conflicts_with = "json_schema")]
    list_rules: bool,
    /// Print the JSON Schema of --format json, and check nothing
    #[arg(long)]
    json_schema: bool,
}

/// The names of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// Every part whose inputs are given
    All,
    /// Compare the schemas with generated/
    Generated,
    /// Compare the schemas and the recorded corrections with the vendor's description
    Upstream,
    /// Compare recorded traffic with the schemas
    Wire,
    /// Compare two versions of the schemas
    Compat,
}

impl Which {
    fn part(self) -> Option<Part> {
        match self {
            Which::All => None,
            Which::Generated => Some(Part::Generated),
            Which::Upstream => Some(Part::Upstream),
            Which::Wire => Some(Part::Wire),
            Which::Compat => Some(Part::Compat),
        }
    }
}

impl Drift {
    /// Runs the command. Its failures are printed here: they have exit codes of their own.
    pub(super) fn run(self) -> End {
        if let Some(id) = &self.explain {
            return drift::explain(id);
        }
        if self.list_rules {
            return drift::list_rules();
        }
        if self.json_schema {
            return drift::print_json_schema();
        }
        let is_next_version = self.next_version;
        match self.options() {
            Ok(options) if is_next_version => drift::run_next_version(&options),
            Ok(options) => drift::run(&options),
            Err(error) => drift::fail(End::Incomplete, &error),
        }
    }

    fn options(self) -> Result<Options, Error> {
        let named: Option<Vec<_>> = self.parts.iter().map(|which| which.part()).collect();
        let human = Output {
            format: Format::Human,
            path: None,
        };
        Ok(Options {
            parts: named.unwrap_or_default(), // `all` among them is all
            schemas: folder(self.schemas, Workspace::schemas)?,
            out: folder(self.out, Workspace::generated)?,
            runtime: self.runtime,
            against: self.against,
            upstream: self.upstream,
            traffic: self.traffic,
            round_trip: self.round_trip,
            fail_on: self.fail_on,
            outputs: if self.format.is_empty() {
                vec![human]
            } else {
                self.format
            },
            allow: self.allow.or_else(allow_file),
        })
    }
}

/// The workspace's allow file, if it has one.
fn allow_file() -> Option<PathBuf> {
    let workspace = Workspace::find().ok()?;
    let file = workspace.root().join(drift::ALLOW_FILE);
    // A broken link is not an absent file.
    file.symlink_metadata().is_ok().then_some(file)
}
