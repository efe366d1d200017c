//! `cargo xtask bench generate`: measures the generator by the size of the API.
//!
//! The sizes are 1 to 16 renamed copies of one API in one description. Each is measured in a
//! process of its own, which reads a folder and generates from it, as `regenerate` does: only then
//! is the peak memory that of one run.

mod copies;
mod usage;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use codegen::Source;
use serde::{Deserialize, Serialize};

use crate::{Error, schemas, shell};

/// The numbers of copies.
const COPIES: [usize; 5] = [1, 2, 4, 8, 16];

/// The cost and the result of one generation.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Measurement {
    /// User and system time, if the platform reports it.
    cpu_seconds: Option<f64>,
    /// The peak memory, if the platform reports it.
    peak_bytes: Option<u64>,
    /// The lines of the emitted Rust files, including comments and empty lines.
    lines: usize,
}

/// Measures all sizes, and prints a line for each.
pub(crate) fn run_generate(folder: &Path) -> Result<ExitCode, Error> {
    if cfg!(debug_assertions) {
        shell::status(
            "Note",
            "this is a debug build; a release build is many times faster",
        );
    }
    let source = checked(folder)?;
    shell::output(header())?;
    let mut first = None;
    for count in COPIES {
        let scratch = tempfile::tempdir()
            .map_err(|error| Error::new("could not make a scratch folder").because(error))?;
        write(&copies::copies(&source, count), scratch.path())?;
        let measured = measured_apart(scratch.path(), count)?;
        shell::output(line(
            count,
            &measured,
            first.get_or_insert(measured.clone()),
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Measures the generation from a folder in this process, and prints it for the parent process.
pub(crate) fn run_measure(folder: &Path) -> Result<ExitCode, Error> {
    let source = schemas::read(folder)?;
    let files = codegen::generate(&source)
        .map_err(|mistakes| Error::mistakes(&schemas::package_name(&source), folder, mistakes))?;
    let rust = files.iter().filter(|(path, _)| path.ends_with(".rs"));
    let measured = Measurement {
        cpu_seconds: usage::cpu_seconds(),
        peak_bytes: usage::peak_bytes(),
        lines: rust.map(|(_, text)| text.lines().count()).sum(),
    };
    let text = serde_json::to_string(&measured)
        .map_err(|error| Error::new("could not print the measurement").because(error))?;
    shell::output(text)?;
    Ok(ExitCode::SUCCESS)
}

/// The source in a folder, if it can be generated from.
fn checked(folder: &Path) -> Result<Source, Error> {
    let source = schemas::read(folder)?;
    match codegen::generate(&source) {
        Ok(_) => Ok(source),
        Err(mistakes) => {
            let name = schemas::package_name(&source);
            Err(Error::mistakes(&name, folder, mistakes))
        }
    }
}

fn write(source: &Source, folder: &Path) -> Result<(), Error> {
    for (path, bytes) in source.files() {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|error| Error::io("write", &path, error))?;
    }
    Ok(())
}

/// Measures in a process of its own.
fn measured_apart(folder: &Path, count: usize) -> Result<Measurement, Error> {
    let failed = || Error::new(format!("could not measure {}", copies_of(count)));
    let program: PathBuf = env::current_exe().map_err(|error| failed().because(error))?;
    let output = Command::new(program)
        .args(["bench", "measure"])
        .arg(folder)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed().because(error))?;
    if !output.status.success() {
        return Err(failed().because(output.status.to_string()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| failed().because(error))
}

fn copies_of(count: usize) -> String {
    match count {
        1 => "1 copy".to_owned(),
        _ => format!("{count} copies"),
    }
}

fn header() -> String {
    columns(["copies", "CPU", "memory", "lines", "CPU", "memory", "lines"])
}

/// A line of the table: the measurement, and its ratio to the first one.
fn line(count: usize, measured: &Measurement, first: &Measurement) -> String {
    let unknown = || "unknown".to_owned();
    let cpu = measured.cpu_seconds;
    let memory = measured.peak_bytes.map(megabytes);
    let ratio = |this: Option<f64>, first: Option<f64>| match (this, first) {
        (Some(this), Some(first)) if first > 0.0 => format!("× {:.2}", this / first),
        _ => unknown(),
    };
    let lines = |measured: &Measurement| u32::try_from(measured.lines).ok().map(f64::from);
    columns([
        &count.to_string(),
        &cpu.map_or_else(unknown, |seconds| format!("{seconds:.3} s")),
        &memory.map_or_else(unknown, |memory| format!("{memory:.1} MB")),
        &measured.lines.to_string(),
        &ratio(cpu, first.cpu_seconds),
        &ratio(memory, first.peak_bytes.map(megabytes)),
        &ratio(lines(measured), lines(first)),
    ])
}

fn megabytes(bytes: u64) -> f64 {
    // Kilobytes, because they have a lossless way into a float.
    f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0
}

fn columns(cells: [&str; 7]) -> String {
    let cells = cells.map(|cell| format!("{cell:>11}"));
    cells.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_what_was_measured_and_its_ratio_to_the_first() {
        let first = Measurement {
            cpu_seconds: Some(0.5),
            peak_bytes: Some(10_000_000),
            lines: 1000,
        };
        let second = Measurement {
            cpu_seconds: Some(1.1),
            peak_bytes: None,
            lines: 2000,
        };
        let line = line(2, &second, &first);
        let cells: Vec<_> = line.split_whitespace().collect();
        let expected = "2 1.100 s unknown 2000 × 2.20 unknown × 2.00";
        assert_eq!(cells.join(" "), expected);
    }
}
