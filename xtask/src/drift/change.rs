//! A change between two versions of schemas, as a finding.

use std::path::Path;

use codegen::compat::{Bump, Change};

use super::finding::EVERY_ACTION;
use super::{Class, Finding, Place, Severity, Verdict};
use crate::shell;

/// The finding, whose place is below the folder of the new version.
pub(super) fn finding(change: Change, folder: &Path) -> Finding {
    let at = &change.diagnostic;
    Finding {
        rule: change.rule,
        message: at.message().to_owned(),
        help: at.help().to_owned(),
        severity: severity(&change),
        verdict: Some(Verdict {
            class: change.class,
            position: change.position,
            shipped: change.shipped,
        }),
        place: Some(Place::of(at, &shell::folder(folder))),
        detail: detail(&change),
        count: change.places,
        reaches: if change.is_everywhere {
            vec![EVERY_ACTION.to_owned()]
        } else {
            change.reaches.into_iter().collect()
        },
        subject: change.subject,
    }
}

/// The Rust before and after as a diff, and the consequences of the change.
fn detail(change: &Change) -> Option<String> {
    let line = |mark: &'static str| move |text: &String| format!("{mark} {text}");
    let before = change.before.iter().map(line("-"));
    let after = change.after.iter().map(line("+"));
    let consequences = change.consequences.iter().map(line(" "));
    let lines: Vec<_> = before.chain(after).chain(consequences).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn severity(change: &Change) -> Severity {
    match (change.class, change.bump) {
        (Class::Docs, _) => Severity::None,
        (_, Bump::Patch) => Severity::Patch,
        (_, Bump::Minor) => Severity::Minor,
        (_, Bump::Major) => Severity::Major,
    }
}
