//! Which reports to make, and where they go.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::report::{Report, github, human, json, markdown, sarif};
use crate::{Error, shell};

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Human,
    /// For programs.
    Json,
    /// Annotations of GitHub's.
    Github,
    /// For code scanning.
    Sarif,
    /// For a summary or a pull request.
    Markdown,
}

/// A report to make, and the file it goes to; stdout without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// The file, which is written anew.
    pub path: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, path) = match text.split_once('=') {
            None => (text, None),
            Some((_, "")) => return Err("the path after = is empty"),
            Some((format, path)) => (format, Some(PathBuf::from(path))),
        };
        let format = match format {
            "human" => Format::Human,
            "json" => Format::Json,
            "github" => Format::Github,
            "sarif" => Format::Sarif,
            "markdown" => Format::Markdown,
            _ => {
                return Err(
                    "it has to be human, json, github, sarif or markdown, or one of them with =PATH",
                );
            }
        };
        Ok(Output { format, path })
    }
}

/// Whether no two reports go to the same place.
///
/// # Errors
///
/// The place that two go to.
pub(super) fn check(outputs: &[Output]) -> Result<(), Error> {
    for (number, output) in outputs.iter().enumerate() {
        if outputs[..number].iter().any(|o| o.path == output.path) {
            let place = output
                .path
                .as_deref()
                .map_or("stdout".to_owned(), shell::path);
            return Err(Error::new(format!("two reports go to {place}"))
                .help("give all but one a file of its own: --format FORMAT=PATH"));
        }
    }
    Ok(())
}

/// Writes the reports.
pub(super) fn write(report: &Report, outputs: &[Output]) -> Result<(), Error> {
    for Output { format, path } in outputs {
        let text = match format {
            Format::Human => human::render(report),
            Format::Json => json::render(report),
            Format::Github => github::render(report),
            Format::Sarif => sarif::render(report),
            Format::Markdown => markdown::render(report),
        };
        match path {
            None => shell::output(text.trim_end()),
            Some(path) => write_file(path, &text)?,
        }
    }
    Ok(())
}

fn write_file(path: &Path, text: &str) -> Result<(), Error> {
    let plain = anstream::adapter::strip_str(text).to_string();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, plain))
        .map_err(|error| Error::io("write", path, error))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::report;
    use super::*;

    fn output(text: &str) -> Result<Output, &'static str> {
        text.parse()
    }

    #[test]
    fn a_format_goes_to_stdout_or_to_the_file_after_it() {
        let sarif = output("sarif=a=b.sarif").unwrap();
        assert_eq!(sarif.format, Format::Sarif);
        assert_eq!(sarif.path.as_deref(), Some(Path::new("a=b.sarif")));
        assert_eq!(output("human").unwrap().path, None);
        assert!(output("json=").is_err());
        assert!(output("xml").is_err());
    }

    #[test]
    fn two_reports_go_to_two_places() {
        let all = |texts: &[&str]| texts.iter().map(|t| output(t).unwrap()).collect::<Vec<_>>();
        assert!(check(&all(&["human", "json=a", "sarif=b"])).is_ok());
        for pair in [["human", "json"], ["human=a", "json=a"]] {
            assert!(check(&all(&pair)).is_err(), "{pair:?}");
        }
    }

    #[test]
    fn a_file_is_written_without_styles_and_its_folder_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/report.txt");
        let human = Output {
            format: Format::Human,
            path: Some(path.clone()),
        };
        write(&report(), &[human]).unwrap();
        let text = fs::read_to_string(path).unwrap();
        assert!(text.starts_with("major[generated/edited]: "), "{text}");
    }
}
