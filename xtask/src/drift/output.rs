//! Which reports to make, and where they go.

use std::collections::BTreeMap;
use std::fs;
use std::path::{self, Component, Path, PathBuf};
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

/// A report to write, and its file; without one it goes to stdout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// The file, which is overwritten.
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
                    "expected human, json, github, sarif or markdown, or one of them with =PATH",
                );
            }
        };
        Ok(Output { format, path })
    }
}

/// Checks that no two reports go to the same place.
///
/// # Errors
///
/// Returns every place that several reports go to, by all names given for it.
pub(super) fn check(outputs: &[Output]) -> Result<(), Error> {
    let mut places: BTreeMap<Option<PathBuf>, Vec<String>> = BTreeMap::new();
    for Output { path, .. } in outputs {
        let name = path.as_deref().map_or("stdout".to_owned(), shell::path);
        let names = places.entry(path.as_deref().map(resolved)).or_default();
        names.push(name);
    }
    let shared = places.into_values().filter(|names| names.len() > 1);
    let shared: Vec<_> = shared
        .map(|mut names| {
            let number = names.len();
            names.dedup();
            format!("{number} reports go to {}", names.join(", which is "))
        })
        .collect();
    if shared.is_empty() {
        return Ok(());
    }
    Err(Error::new(shared.join("; "))
        .help("give each report a file of its own: --format FORMAT=PATH"))
}

/// Checks that no report goes to a checked file or into a checked folder, where it would be the
/// next thing out of step.
///
/// # Errors
///
/// Returns every report that does.
pub(super) fn keep_out(outputs: &[Output], checked: &[&Path]) -> Result<(), Error> {
    let mut wrong = Vec::new();
    for path in outputs.iter().filter_map(|output| output.path.as_deref()) {
        let target = resolved(path);
        let within = checked
            .iter()
            .find(|kept| target.starts_with(resolved(kept)));
        wrong.extend(within.map(|kept| {
            if resolved(kept) == target {
                format!("a report goes to {}, which is checked", shell::path(path))
            } else {
                let folder = shell::folder(kept);
                let path = shell::path(path);
                format!("a report goes to {path}, in {folder}, which is checked")
            }
        }));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Error::new(wrong.join("; ")).help("name a file elsewhere: --format FORMAT=PATH"))
    }
}

/// The file behind a path, whether or not it exists: absolute, without `.` and `..`, and with
/// existing symbolic links resolved.
fn resolved(path: &Path) -> PathBuf {
    let absolute = path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut resolved = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::CurDir => {}
            // The parent of a linked folder is that of the link's target.
            Component::ParentDir => {
                resolved.pop();
            }
            _ => resolved.push(part),
        }
        if let Ok(real) = fs::canonicalize(&resolved) {
            resolved = real;
        }
    }
    resolved
}

/// Writes the reports, even if some fail. Returns why some could not be written.
pub(super) fn write(report: &Report, outputs: &[Output]) -> Vec<Error> {
    let mut failures = Vec::new();
    for Output { format, path } in outputs {
        let text = match format {
            Format::Human => human::render(report),
            Format::Json => json::render(report),
            Format::Github => github::render(report),
            Format::Sarif => sarif::render(report),
            Format::Markdown => markdown::render(report),
        };
        match path {
            None => failures.extend(print(*format, text.trim_end()).err()),
            Some(path) => failures.extend(write_file(path, &text).err()),
        }
    }
    failures
}

/// Prints a report: only lines for a terminal are escaped here, other formats have rules of their
/// own.
fn print(format: Format, text: &str) -> Result<(), Error> {
    match format {
        Format::Human => shell::styled(text),
        _ => shell::verbatim(text),
    }
}

fn write_file(path: &Path, text: &str) -> Result<(), Error> {
    let plain = anstream::adapter::strip_str(text).to_string();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, plain))
        .map_err(|error| {
            Error::io("write", path, error)
                .help("name a file that can be written, or make room for it: --format FORMAT=PATH")
        })
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
    fn one_file_is_one_place_whatever_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path).display().to_string();
        fs::create_dir(at("a")).unwrap();
        let refused = |first: &str, second: &str| {
            let both = [format!("json={first}"), format!("sarif={second}")];
            let both = both.map(|text| output(&text).unwrap());
            check(&both).err().map(|error| error.to_string())
        };
        let [one, other] = [at("one.json"), at("a/../one.json")];
        let expected = format!("2 reports go to {one}, which is {other}");
        assert_eq!(refused(&one, &other), Some(expected));
        for path in ["./one.json", "none/../one.json", "a/.././a/../one.json"] {
            assert!(refused(&one, &at(path)).is_some(), "{path}");
        }
        // Relative to the current folder, whether or not the file exists.
        assert!(refused("no/a.json", "./no/a.json").is_some());
        assert!(refused("a.json", &format!("{}/a.json", env!("CARGO_MANIFEST_DIR"))).is_some());
        assert_eq!(refused(&one, &at("a/one.json")), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::symlink;
            fs::create_dir_all(at("deep/inner")).unwrap();
            symlink(at("deep/inner"), at("link")).unwrap();
            fs::write(at("a/there.json"), "").unwrap();
            symlink(at("a/there.json"), at("alias.json")).unwrap();
            assert!(refused(&at("link/x.json"), &at("deep/inner/x.json")).is_some());
            assert!(refused(&at("link/../x.json"), &at("deep/x.json")).is_some());
            assert!(refused(&at("alias.json"), &at("a/there.json")).is_some());
            assert_eq!(refused(&at("link/../x.json"), &at("x.json")), None);
        }
    }

    #[test]
    fn no_report_goes_where_something_is_checked() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        fs::create_dir(at("schemas")).unwrap();
        let told = |path: &str| {
            let outputs = [output(&format!("json={}", at(path).display())).unwrap()];
            let checked = [at("schemas"), at("traffic.har")];
            let kept = keep_out(&outputs, &[&checked[0], &checked[1]]);
            kept.err().map(|error| error.to_string())
        };
        for path in [
            "schemas/api.json",
            "schemas/../schemas/new/a.json",
            "traffic.har",
        ] {
            let told = told(path).unwrap();
            assert!(told.ends_with(", which is checked"), "{told}");
        }
        for path in [
            "a.json",
            "schemas.json",
            "schemas/../a.json",
            "traffic.har.json",
        ] {
            assert_eq!(told(path), None);
        }
    }

    #[test]
    fn every_place_that_several_reports_go_to_is_reported() {
        let all = ["human", "json", "sarif=a", "markdown=a", "github"];
        let error = check(&all.map(|text| output(text).unwrap())).unwrap_err();
        let expected = "3 reports go to stdout; 2 reports go to a";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_file_that_can_not_be_written_takes_nothing_from_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        fs::write(at("file"), "").unwrap();
        let paths = ["file/a", "one", "file/b", "two"];
        let outputs = paths.map(|path| Output {
            format: Format::Json,
            path: Some(at(path)),
        });
        let failures = write(&report(), &outputs);
        assert_eq!(failures.len(), 2);
        for (failure, path) in failures.iter().zip(["file/a", "file/b"]) {
            assert!(failure.to_string().contains(path), "{failure}");
            assert!(failure.remedy().is_some());
        }
        assert!(at("one").exists() && at("two").exists());
    }

    #[test]
    fn a_file_is_written_without_styles_and_its_folder_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/report.txt");
        let human = Output {
            format: Format::Human,
            path: Some(path.clone()),
        };
        assert!(write(&report(), &[human]).is_empty());
        let text = fs::read_to_string(path).unwrap();
        assert!(text.starts_with("major[generated/edited]: "), "{text}");
    }
}
