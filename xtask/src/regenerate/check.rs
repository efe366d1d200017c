//! Shows the differences and writes nothing.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use codegen::{Origin, Source};
use similar::TextDiff;

use super::compare::{Comparison, State, state};
use super::{Options, Plan};
use crate::schemas::{self, DESCRIPTOR_SCHEMA};
use crate::{Error, shell};

/// The maximal number of lines of one file's diff. Nobody reads more, and the remedy is always the
/// same.
const SHOWN_LINES: usize = 200;

/// A file that does not match the schemas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The file, as a path for people, e.g. `generated/src/lib.rs`.
    pub path: String,
    /// The file as a path within the project: relative to the folder of the emitted crate, or to
    /// that of the schemas.
    pub name: String,
    /// How it differs.
    pub kind: DriftKind,
    /// The first line that differs, counted from 1.
    pub line: usize,
    /// A unified diff from the file to its required content, cut after 200 lines; empty if it is
    /// not a regular file.
    pub diff: String,
}

/// How a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DriftKind {
    /// It was generated from other schemas.
    Stale,
    /// It was generated from these schemas, by another version of the generator.
    OtherGenerator,
    /// It was edited.
    Edited,
    /// It is missing.
    Missing,
    /// It was replaced by this, e.g. `a symbolic link`.
    Replaced(&'static str),
    /// It exists, but nothing emits it.
    Orphan,
    /// It is this rather than a regular file, and nothing emits it.
    SpecialOrphan(&'static str),
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        f.write_str(match self.kind {
            DriftKind::Stale => " is out of date: the schemas changed since it was emitted",
            DriftKind::OtherGenerator => {
                " is out of date: the generator now emits something else for the same schemas"
            }
            DriftKind::Edited => " was edited since it was emitted",
            DriftKind::Missing => " is missing",
            DriftKind::Replaced(special) => {
                return write!(f, " was replaced by {special} since it was emitted");
            }
            DriftKind::Orphan => " is an orphan: nothing emits it",
            DriftKind::SpecialOrphan(special) => {
                return write!(f, " is an orphan: {special} that nothing emits");
            }
        })
    }
}

/// Implements [`super::check()`]; passes the source to `announce` before it begins.
pub(super) fn check(
    options: &Options,
    announce: impl FnOnce(&Source),
) -> Result<Vec<Drift>, Error> {
    let source = schemas::read(&options.schemas)?;
    announce(&source);
    let plan = Plan::new(options, &source)?;
    let comparison = Comparison::new(&plan.files, &options.out)?;
    let manifest = plan.files.get(MANIFEST).unwrap_or_default();
    let same_schemas = codegen::have_same_inputs(&read(&options.out.join(MANIFEST)), manifest);
    let mut drifts = Vec::new();
    for &(name, text, state) in &comparison.files {
        let path = options.out.join(name);
        drifts.extend(emitted(&path, name, text, state, same_schemas));
    }
    for (name, found) in &comparison.orphans {
        let (kind, text) = match found.special {
            what if comparison.blocks(name) => {
                (DriftKind::Replaced(what.unwrap_or("a file")), None)
            }
            Some(what) => (DriftKind::SpecialOrphan(what), None),
            None => (DriftKind::Orphan, Some(read(&found.path))),
        };
        drifts.push(drift(&found.path, name, kind, text.as_deref(), None));
    }
    if let Some(text) = &plan.descriptor_schema {
        let path = options.descriptor_schema();
        let state = state(&path, text)?;
        // It does not depend on the schemas.
        drifts.extend(emitted(&path, DESCRIPTOR_SCHEMA, text, state, true));
    }
    Ok(drifts)
}

/// The emitted file that has the hash of the schemas.
const MANIFEST: &str = "Cargo.toml";

/// How an emitted file differs.
fn emitted(path: &Path, name: &str, text: &str, state: State, same_schemas: bool) -> Option<Drift> {
    match state {
        State::Same => None,
        State::Changed => Some(changed(path, name, text, same_schemas)),
        State::Missing => Some(drift(path, name, DriftKind::Missing, None, Some(text))),
        State::Replaced(what) => Some(drift(path, name, DriftKind::Replaced(what), None, None)),
        // The obstacle is reported.
        State::Blocked => None,
    }
}

fn changed(path: &Path, name: &str, text: &str, same_schemas: bool) -> Drift {
    let found = read(path);
    let kind = match Origin::of(&found, same_schemas) {
        Origin::Edited => DriftKind::Edited,
        Origin::OtherSchemas => DriftKind::Stale,
        Origin::OtherGenerator => DriftKind::OtherGenerator,
    };
    drift(path, name, kind, Some(&found), Some(text))
}

/// The content of a file, as far as a diff can show it.
fn read(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}

fn drift(path: &Path, name: &str, kind: DriftKind, old: Option<&str>, new: Option<&str>) -> Drift {
    let path = shell::path(path);
    let side = |side: &str, text: Option<&str>| match text {
        Some(_) => format!("{side}/{}", shell::visible(&path)),
        None => "/dev/null".to_owned(),
    };
    let (sides, texts) = (
        (side("a", old), side("b", new)),
        (old.unwrap_or_default(), new.unwrap_or_default()),
    );
    Drift {
        name: name.to_owned(),
        kind,
        line: first_difference(texts.0, texts.1),
        diff: match (old, new) {
            (None, None) => String::new(),
            _ => unified((&sides.0, texts.0), (&sides.1, texts.1)),
        },
        path,
    }
}

/// The first line of `old` that differs from `new`, counted from 1.
fn first_difference(old: &str, new: &str) -> usize {
    let lines = old.lines().zip(new.lines());
    let same = lines.take_while(|(old, new)| old == new).count();
    (same + 1).min(old.lines().count()).max(1)
}

/// A unified diff of two named strings, cut after [`SHOWN_LINES`].
fn unified(old: (&str, &str), new: (&str, &str)) -> String {
    let diff = TextDiff::configure()
        // Two long files without a common line would take minutes to align.
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

/// A diff for a terminal, in the colours of git.
pub(super) fn styled(diff: &str) -> String {
    const REMOVED: Style = AnsiColor::Red.on_default();
    const ADDED: Style = AnsiColor::Green.on_default();
    const PLACE: Style = AnsiColor::Cyan.on_default();
    let lines = diff.lines().map(|line| {
        let line = shell::visible(line);
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
    fn the_first_line_that_differs_is_named() {
        assert_eq!(first_difference("a\nb\nc\n", "a\nB\nc\n"), 2);
        assert_eq!(first_difference("a\nb\n", "a\nb\nc\n"), 2);
        assert_eq!(first_difference("a\nb\n", "a\n"), 2);
        assert_eq!(first_difference("", "a\n"), 1);
    }

    #[test]
    fn a_long_diff_is_cut_and_says_by_how_much() {
        let text = "line\n".repeat(500);
        let diff = unified(("/dev/null", ""), ("b/x", &text));
        assert_eq!(diff.lines().count(), SHOWN_LINES + 1);
        assert!(diff.ends_with("\n... 303 lines not shown\n"));
    }
}
