//! Shows the differences and writes nothing.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use codegen::Source;
use similar::TextDiff;

use super::compare::{Comparison, State, is_same};
use super::{Options, Plan};
use crate::{Error, schemas, shell};

/// How many lines of one file's diff are shown. More than this nobody reads, and what follows is
/// always the same remedy.
const SHOWN_LINES: usize = 200;

/// A file that is not what the schemas say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The file, as a person would name it, e.g. `generated/src/lib.rs`.
    pub path: String,
    /// What is the matter with it.
    pub kind: DriftKind,
    /// A unified diff from the file to what it should be, cut after 200 lines.
    pub diff: String,
}

/// What is the matter with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DriftKind {
    /// It says something else than it should.
    Edited,
    /// It is not there.
    Missing,
    /// It is there, and nothing emits it.
    Orphan,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        f.write_str(match self.kind {
            DriftKind::Edited => " was edited or is out of date",
            DriftKind::Missing => " is missing",
            DriftKind::Orphan => " is an orphan: nothing emits it",
        })
    }
}

/// Does what [`super::check()`] promises; tells `announce` what was read before it begins.
pub(super) fn check(
    options: &Options,
    announce: impl FnOnce(&Source),
) -> Result<Vec<Drift>, Error> {
    let source = schemas::read(&options.schemas)?;
    announce(&source);
    let plan = Plan::new(options, &source)?;
    let comparison = Comparison::new(&plan.files, &options.out)?;
    let mut drifts = Vec::new();
    for &(path, text, state) in &comparison.files {
        let path = options.out.join(path);
        match state {
            State::Same => {}
            State::Changed => drifts.push(edited(&path, text)),
            State::Missing => drifts.push(missing(&path, text)),
        }
    }
    for path in comparison.orphans.values() {
        drifts.push(orphan(path));
    }
    if let Some(text) = &plan.descriptor_schema {
        let path = options.descriptor_schema();
        match fs::read(&path) {
            Ok(bytes) if is_same(&bytes, text) => {}
            Ok(_) => drifts.push(edited(&path, text)),
            Err(_) => drifts.push(missing(&path, text)),
        }
    }
    Ok(drifts)
}

fn edited(path: &Path, text: &str) -> Drift {
    drift(path, DriftKind::Edited, Some(&found(path)), Some(text))
}

fn missing(path: &Path, text: &str) -> Drift {
    drift(path, DriftKind::Missing, None, Some(text))
}

fn orphan(path: &Path) -> Drift {
    drift(path, DriftKind::Orphan, Some(&found(path)), None)
}

/// What a file says, as far as a diff can show it.
fn found(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}

fn drift(path: &Path, kind: DriftKind, old: Option<&str>, new: Option<&str>) -> Drift {
    let path = shell::path(path);
    let name = |side: &str, text: Option<&str>| match text {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let diff = unified(
        (&name("a", old), old.unwrap_or_default()),
        (&name("b", new), new.unwrap_or_default()),
    );
    Drift { path, kind, diff }
}

/// A unified diff of two named texts, cut after [`SHOWN_LINES`].
fn unified(old: (&str, &str), new: (&str, &str)) -> String {
    let diff = TextDiff::configure()
        // Two long texts without a line in common would take minutes to align at their best.
        .timeout(Duration::from_secs(2))
        .diff_lines(old.1, new.1);
    let text = diff.unified_diff().header(old.0, new.0).to_string();
    let mut lines: Vec<&str> = text.lines().collect();
    let Some(cut) = lines.len().checked_sub(SHOWN_LINES).filter(|cut| *cut > 0) else {
        return text;
    };
    lines.truncate(SHOWN_LINES);
    format!(
        "{}\n... {} not shown\n",
        lines.join("\n"),
        shell::count(cut, "line")
    )
}

/// A diff with the colours that git gives it.
pub(super) fn styled(diff: &str) -> String {
    const REMOVED: Style = AnsiColor::Red.on_default();
    const ADDED: Style = AnsiColor::Green.on_default();
    const PLACE: Style = AnsiColor::Cyan.on_default();
    let lines = diff.lines().map(|line| {
        let style = match line.as_bytes().first() {
            Some(b'-') => REMOVED,
            Some(b'+') => ADDED,
            Some(b'@') => PLACE,
            _ => Style::new(),
        };
        format!("{style}{line}{style:#}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_leads_from_the_file_to_what_it_should_be() {
        let diff = unified(("a/x", "one\ntwo\n"), ("b/x", "one\n2\n"));
        assert_eq!(diff, "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n");
    }

    #[test]
    fn a_long_diff_is_cut_and_says_by_how_much() {
        let text = "line\n".repeat(500);
        let diff = unified(("/dev/null", ""), ("b/x", &text));
        assert_eq!(diff.lines().count(), SHOWN_LINES + 1);
        assert!(diff.ends_with("\n... 303 lines not shown\n"));
    }
}
