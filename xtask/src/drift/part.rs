//! The parts of the check, registered in one place.

use std::path::PathBuf;

use codegen::rule::Rule;

use super::{Against, Options, Outcome, against, compat, generated, upstream, wire};
use crate::{Error, regenerate, schemas, shell};

/// A part of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The schemas and `generated/`.
    Generated,
    /// The schemas and the recorded corrections, and the vendor's published description.
    Upstream,
    /// Recorded traffic, and the schemas.
    Wire,
    /// Two versions of the schemas.
    Compat,
}

impl Part {
    /// The word for it on the command line, in rules and in reports.
    pub fn word(self) -> &'static str {
        match self {
            Part::Generated => "generated",
            Part::Upstream => "upstream",
            Part::Wire => "wire",
            Part::Compat => "compat",
        }
    }
}

/// A part with its rules and how to run it.
pub(super) struct Check {
    pub(super) part: Part,
    pub(super) rules: fn() -> Vec<&'static Rule>,
    pub(super) run: fn(&Options) -> Result<Outcome, Error>,
}

/// Every part, in the order in which they run and are reported.
pub(super) const CHECKS: &[Check] = &[
    Check {
        part: Part::Generated,
        rules: || generated::RULES.iter().collect(),
        run: |options| {
            generated::run(&regenerate::Options {
                schemas: options.schemas.clone(),
                out: options.out.clone(),
                runtime: options.runtime.clone(),
                deny_warnings: false,
            })
        },
    },
    Check {
        part: Part::Upstream,
        rules: || upstream::RULES.iter().collect(),
        run: |options| upstream::run(&options.schemas, options.upstream.as_deref()),
    },
    Check {
        part: Part::Wire,
        rules: || wire::RULES.iter().collect(),
        run: wire,
    },
    Check {
        part: Part::Compat,
        rules: compat::rules,
        run: compat,
    },
];

fn wire(options: &Options) -> Result<Outcome, Error> {
    let mut outcome = wire::run(&options.schemas, &options.traffic)?;
    let asked = wire::Options {
        round_trip: options.round_trip,
    };
    if let Outcome::Done(findings) = &mut outcome
        && let Outcome::Done(more) = wire::round_trip(&options.schemas, &options.traffic, &asked)?
    {
        findings.extend(more);
    }
    Ok(outcome)
}

fn compat(options: &Options) -> Result<Outcome, Error> {
    let Some(against) = &options.against else {
        let needed =
            "pass `--against git:REV` or `--against path:DIR`, the version to compare with";
        return Ok(Outcome::Skipped(needed.to_owned()));
    };
    let old = against::source(against, &options.schemas)?;
    let new = schemas::read_version(&options.schemas)?;
    let origin = match against {
        // As git names it.
        Against::Git(revision) => {
            let folder = shell::path(&options.schemas);
            PathBuf::from(format!("{revision}:{folder}"))
        }
        Against::Path(folder) => folder.clone(),
    };
    compat::run(
        &compat::Version {
            source: &old,
            origin: &origin,
        },
        &compat::Version {
            source: &new,
            origin: &options.schemas,
        },
    )
}
