//! For GitHub's runner: workflow commands that annotate the changed files of a pull request.

use std::fmt::Write;

use super::{Failure, Level, Mistake, Report, State, text};
use crate::drift::{Finding, Part, Place};
use crate::shell;

/// The number of annotations per level that GitHub shows for a step.
const SHOWN: usize = 10;

/// An annotation.
struct Annotation {
    level: Level,
    /// `file=…,line=…,col=…,title=…`
    properties: String,
    message: String,
}

/// The report.
pub(in crate::drift) fn render(report: &Report) -> String {
    let failures = report
        .failures()
        .flat_map(|(part, failure)| failed(part, failure));
    let findings = report.findings.iter().map(|f| annotation(report, f));
    let mut page = String::new();
    push_annotations(&mut page, &failures.chain(findings).collect::<Vec<_>>());
    groups(&mut page, report);
    page
}

/// Reports that a part could not be completed, and each mistake that is the reason.
fn failed(part: Part, failure: &Failure) -> Vec<Annotation> {
    let title = format!("title=drift {} could not be completed", part.word());
    let help = failure.help.iter().map(|help| format!("help: {help}"));
    let lines: Vec<_> = [failure.message.clone()].into_iter().chain(help).collect();
    let whole = Annotation {
        level: Level::Error,
        properties: title.clone(),
        message: lines.join("\n"),
    };
    let mistakes = failure.mistakes.iter().map(|mistake| Annotation {
        level: Level::Error,
        properties: format!("{},{title}", place(&mistake.place)),
        message: format!("{}\nhelp: {}", mistake.message, mistake.help),
    });
    [whole].into_iter().chain(mistakes).collect()
}

/// As many annotations of each level as GitHub shows, and a line about the others.
fn push_annotations(page: &mut String, annotations: &[Annotation]) {
    let mut left_out = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Notice] {
        let of_level = || annotations.iter().filter(|a| a.level == level);
        for annotation in of_level().take(SHOWN) {
            let message: Vec<_> = text::lines(&annotation.message).collect();
            let (properties, message) = (&annotation.properties, data(&message.join("\n")));
            let _ = writeln!(page, "::{} {properties}::{message}", word(level));
        }
        match of_level().count().saturating_sub(SHOWN) {
            0 => {}
            1 => left_out.push(format!("1 more {}", word(level))),
            more => left_out.push(format!("{more} more {}s", word(level))),
        }
    }
    if !left_out.is_empty() {
        let left_out = left_out.join(", ");
        let _ = writeln!(
            page,
            "{left_out} in the list below: GitHub shows {SHOWN} of a level"
        );
    }
}

/// The full report, folded: what is not an annotation can be read in the log.
fn groups(page: &mut String, report: &Report) {
    let mut group = |title: &str, lines: Vec<String>| {
        if lines.is_empty() {
            return;
        }
        let _ = writeln!(page, "::group::{title} ({})", lines.len());
        for line in lines {
            let _ = writeln!(page, "{}", inert(&line));
        }
        let _ = writeln!(page, "::endgroup::");
    };
    let mistakes = report.failures().flat_map(|(_, failure)| &failure.mistakes);
    group("drift: mistakes", mistakes.map(Mistake::line).collect());
    let findings = report.findings.iter().map(one_line).collect();
    group("drift: findings", findings);
    let allowed = report.allowed.iter().map(|allowed| {
        let (reason, expires) = (&allowed.reason, &allowed.expires);
        format!("{} ({reason}; until {expires})", one_line(&allowed.finding))
    });
    group("drift: allowed", allowed.collect());
    let skipped = report
        .parts
        .iter()
        .filter_map(|checked| match &checked.state {
            State::Skipped(why) => Some(format!("{}: {why}", checked.part.word())),
            State::Done | State::Failed(_) => None,
        });
    group("drift: skipped", skipped.collect());
    if let Some(bump) = report.bump() {
        let _ = writeln!(page, "{}", inert(&format!("needed bump: {bump}")));
    }
    let _ = writeln!(page, "{}", inert(&report.verdict()));
}

fn annotation(report: &Report, finding: &Finding) -> Annotation {
    let title = format!("{}: {}", finding.severity, finding.rule.id);
    let title = property(&title);
    let properties = match &finding.place {
        Some(at) => format!("{},title={title}", place(at)),
        None => format!("title={title}"),
    };
    let mut lines = vec![finding.message.clone()];
    if let Some(verdict) = finding.verdict {
        let released = super::released(verdict.shipped);
        lines.push(format!("released versions: {released}"));
    }
    lines.extend(super::reaches(finding).map(|reaches| format!("reaches {reaches}")));
    lines.push(format!("help: {}", finding.help));
    lines.push(format!("fingerprint: {}", finding.fingerprint()));
    Annotation {
        level: report.level(finding),
        properties,
        message: lines.join("\n"),
    }
}

fn place(place: &Place) -> String {
    let file = property(&place.file.replace('\\', "/"));
    let (line, column) = (place.line, place.column);
    format!("file={file},line={line},col={column}")
}

fn one_line(finding: &Finding) -> String {
    let place = finding.place.as_ref();
    let place = place.map(|place| format!("{}:{}:{}: ", place.file, place.line, place.column));
    let (severity, rule) = (finding.severity, finding.rule.id);
    let (place, message) = (place.unwrap_or_default(), &finding.message);
    format!("{severity}[{rule}] {place}{message}")
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    }
}

/// A command's text, escaped as the runner reads it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a command's property, escaped as the runner reads it.
fn property(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(shell::visible).collect();
    data(&lines.join("\n"))
        .replace(':', "%3A")
        .replace(',', "%2C")
}

/// A line of the log that the runner does not take for a command, regardless of the vendor's text:
/// a command begins with `::` after any space, or has `##[` anywhere.
fn inert(line: &str) -> String {
    format!("| {}", text::line(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::Severity;
    use crate::drift::fixture::{
        PROPERTY_ADDED, PROPERTY_REMOVED, failed, finding, report, report_of,
    };

    #[test]
    fn every_finding_is_an_annotation_where_it_stands() {
        insta::assert_snapshot!(render(&report()), @r#"
        ::error title=drift wire could not be completed::could not read traffic.har: No such file%0Ahelp: pass --traffic FILE
        ::error title=major%3A generated/edited::generated/src/lib.rs is out of step%0Ahelp: bring it into step%0Afingerprint: 50df4e6b8a843552
        ::error file=schemas/types/instanceAuditLog.json,line=12,col=3,title=major%3A compat/property-removed::the property `actorName` of `instanceAuditLog` is gone%0Areleased versions: keep working%0Areaches 2 actions: instanceAuditLog.get, instanceAuditLogs.get%0Ahelp: deprecate it first, if the server still sends it%0Afingerprint: 689429a04b012b30
        ::warning file=schemas/types/error.json,line=4,col=5,title=minor%3A compat/property-added::types/error.json#/x is out of step%0Ahelp: bring it into step%0Afingerprint: d5b934c743471d51
        ::group::drift: findings (3)
        | major[generated/edited] generated/src/lib.rs is out of step
        | major[compat/property-removed] schemas/types/instanceAuditLog.json:12:3: the property `actorName` of `instanceAuditLog` is gone
        | minor[compat/property-added] schemas/types/error.json:4:5: types/error.json#/x is out of step
        ::endgroup::
        ::group::drift: allowed (1)
        | minor[compat/property-added] types/error.json#/y is out of step (announced for May; until 2026-12-31)
        ::endgroup::
        ::group::drift: skipped (1)
        | upstream: pass --upstream DIR
        ::endgroup::
        | needed bump: major, from 0.1.0 to 0.2.0; api.json has 0.1.0
        | 2 findings at or above major; 1 part could not be completed
        "#);
    }

    #[test]
    fn what_is_more_than_github_shows_is_summed_up_in_a_line() {
        let numbered = |rule, severity, count: usize| {
            (0..count).map(move |number| finding(rule, severity, &format!("{number}")))
        };
        let errors = numbered(&PROPERTY_REMOVED, Severity::Major, 12);
        let warnings = numbered(&PROPERTY_ADDED, Severity::Minor, 11);
        let notices = numbered(&PROPERTY_ADDED, Severity::Patch, 10);
        let text = render(&report_of(errors.chain(warnings).chain(notices).collect()));
        for command in ["::error ", "::warning ", "::notice "] {
            let shown = text.lines().filter(|line| line.starts_with(command));
            assert_eq!(shown.count(), 10, "{command}");
        }
        assert!(text.contains("\n2 more errors, 1 more warning in the list below"));
        assert!(text.contains("::group::drift: findings (33)\n"));
    }

    #[test]
    fn what_the_vendor_wrote_is_no_command() {
        let evil = "100%,\r\n::error::x ##[error]y";
        let mut found = finding(&PROPERTY_REMOVED, Severity::Major, evil);
        found.place = crate::drift::fixture::whole_finding().place;
        if let Some(place) = &mut found.place {
            place.file = "a,b:c%\n.json".to_owned();
        }
        let text = render(&report_of(vec![found]));
        let commands: Vec<_> = text
            .lines()
            .filter(|line| line.trim_start().starts_with("::"))
            .collect();
        assert_eq!(commands.len(), 3, "{text}");
        let start = "::error file=a%2Cb%3Ac%25%0A.json,line=12,col=3,title=major%3A compat/property-removed::100%25,%0A::error::x";
        assert!(commands[0].starts_with(start), "{text}");
        assert!(!text.contains("##["), "{text}");
    }

    #[test]
    fn every_mistake_is_annotated_where_it_is() {
        insta::assert_snapshot!(render(&failed()), @r"
        ::error title=drift generated could not be completed::2 mistakes in schemas/
        ::error file=schemas/resources/a b.json,line=5,col=3,title=drift generated could not be completed::unknown key `methd`%0Ahelp: did you mean `method`?
        ::error file=schemas/resources/a b.json,line=7,col=3,title=drift generated could not be completed::unknown key `methd`%0Ahelp: did you mean `method`?
        ::group::drift: mistakes (2)
        | schemas/resources/a b.json:5:3: unknown key `methd` (help: did you mean `method`?)
        | schemas/resources/a b.json:7:3: unknown key `methd` (help: did you mean `method`?)
        ::endgroup::
        | 0 findings at or above major; 1 part could not be completed
        ");
    }
}
