//! For people at a terminal, like rustc. The report is styled; the caller removes styles that are
//! not wanted.

use std::fmt::{Display, Write};

use anstyle::{AnsiColor, Style};

use super::{Checked, Failure, Report, Row, SEVERITIES, State, text};
use crate::drift::{Finding, Severity, Verdict};
use crate::shell;

const BOLD: Style = Style::new().bold();
const FRAME: Style = AnsiColor::BrightBlue.on_default().bold();
const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const FAILED: Style = AnsiColor::BrightRed.on_default().bold();

/// The report.
pub(in crate::drift) fn render(report: &Report) -> String {
    let mut page = Page::default();
    for finding in &report.findings {
        page.finding(finding);
    }
    page.allowed(report);
    page.failures(report);
    page.table(report);
    page.text
}

/// A report being written.
#[derive(Default)]
struct Page {
    text: String,
    /// The width of the line number of the finding.
    gutter: usize,
}

impl Page {
    fn finding(&mut self, finding: &Finding) {
        let line = finding.place.as_ref().map_or(0, |place| place.line);
        self.gutter = line.to_string().len();
        let style = style(finding.severity);
        let (severity, rule) = (finding.severity, finding.rule.id);
        let message = text::line(&finding.message);
        self.line(format_args!(
            "{style}{severity}[{rule}]{style:#}{BOLD}: {message}{BOLD:#}"
        ));
        if let Some(place) = &finding.place {
            let gutter = " ".repeat(self.gutter);
            let file = text::line(&place.file);
            let (line, column) = (place.line, place.column);
            self.line(format_args!(
                "{gutter}{FRAME}-->{FRAME:#} {file}:{line}:{column}"
            ));
            self.excerpt(&place.excerpt);
        }
        self.detail(finding.detail.as_deref());
        self.remarks(finding);
        self.line("");
    }

    /// The lines of a file, which already have their numbers and bars.
    fn excerpt(&mut self, excerpt: &str) {
        if excerpt.is_empty() {
            return;
        }
        self.bar("", Style::new());
        for line in text::lines(excerpt) {
            self.line(line);
        }
        self.bar("", Style::new());
    }

    fn detail(&mut self, detail: Option<&str>) {
        let Some(detail) = detail else { return };
        for line in text::lines(detail) {
            let style = match line.as_bytes().first() {
                Some(b'-') => REMOVED,
                Some(b'+') => ADDED,
                _ => Style::new(),
            };
            self.bar(&line, style);
        }
    }

    fn remarks(&mut self, finding: &Finding) {
        if let Some(verdict @ Verdict { shipped, .. }) = finding.verdict {
            self.remark("change", super::change(verdict));
            self.remark("released versions", super::released(shipped));
        }
        if let Some(reaches) = super::reaches(finding) {
            self.remark("reaches", text::line(&reaches));
        }
        if let Some(seen) = super::seen(finding) {
            self.remark("seen", seen);
        }
        self.remark("help", text::line(&finding.help));
        self.remark("fingerprint", finding.fingerprint());
    }

    /// The allowed findings, a line each.
    fn allowed(&mut self, report: &Report) {
        for allowed in &report.allowed {
            let finding = &allowed.finding;
            let message = text::line(&finding.message);
            let reason = text::line(&allowed.reason);
            let (rule, expires) = (finding.rule.id, &allowed.expires);
            self.line(format_args!(
                "allowed[{rule}]: {message} ({reason}; until {expires})"
            ));
        }
        if !report.allowed.is_empty() {
            self.line("");
        }
    }

    fn failures(&mut self, report: &Report) {
        for (part, failure) in report.failures() {
            let Failure {
                message,
                help,
                detail,
                ..
            } = failure;
            detail
                .iter()
                .flat_map(|all| text::lines(all))
                .for_each(|line| self.line(line));
            let message = text::line(message);
            let part = part.word();
            self.line(format_args!("{FAILED}failed[{part}]{FAILED:#}: {message}"));
            if let Some(help) = help {
                self.gutter = 1;
                self.remark("help", text::line(help));
            }
            self.line("");
        }
    }

    fn table(&mut self, report: &Report) {
        let [major, minor, patch, none] = SEVERITIES.map(Severity::word);
        self.line(format_args!(
            "{BOLD}{:<10}{major:>7}{minor:>7}{patch:>7}{none:>7}{:>9}{BOLD:#}",
            "part", "allowed"
        ));
        for Checked { part, state } in &report.parts {
            let name = part.word();
            match state {
                State::Done => self.row(&report.row(name)),
                State::Skipped(why) => {
                    let why = text::line(why);
                    self.line(format_args!("{name:<10}  skipped: {why}"));
                }
                State::Failed(_) => self.line(format_args!("{name:<10}  could not be completed")),
            }
        }
        if let Some(row) = report.allow_row() {
            self.row(&row);
        }
        self.line("");
        if let Some(bump) = report.bump() {
            self.line(format_args!("{BOLD}needed bump{BOLD:#}: {bump}"));
        }
        self.line(report.verdict());
    }

    fn row(&mut self, row: &Row) {
        let Row {
            name,
            found: [major, minor, patch, none],
            allowed,
        } = row;
        self.line(format_args!(
            "{name:<10}{major:>7}{minor:>7}{patch:>7}{none:>7}{allowed:>9}"
        ));
    }

    /// A line with a bar before it.
    fn bar(&mut self, content: &str, style: Style) {
        let gutter = " ".repeat(self.gutter);
        let space = if content.is_empty() { "" } else { " " };
        self.line(format_args!(
            "{gutter} {FRAME}|{FRAME:#}{space}{style}{content}{style:#}"
        ));
    }

    /// A line with a note or a help.
    fn remark(&mut self, kind: &str, content: impl Display) {
        let gutter = " ".repeat(self.gutter);
        self.line(format_args!(
            "{gutter} {FRAME}={FRAME:#} {BOLD}{kind}{BOLD:#}: {content}"
        ));
    }

    fn line(&mut self, content: impl Display) {
        let _ = writeln!(self.text, "{content}"); // a String takes everything
    }
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Major => FAILED,
        Severity::Minor => AnsiColor::BrightYellow.on_default().bold(),
        Severity::Patch => AnsiColor::BrightCyan.on_default().bold(),
        Severity::None => BOLD,
    }
}

/// The report in one line for the end, e.g. `1 finding at or above major, 3 in all`.
pub(in crate::drift) fn summary(report: &Report) -> String {
    let all = report.findings.len();
    let allowed = match report.allowed.len() {
        0 => String::new(),
        number => format!(", {} allowed", shell::count(number, "finding")),
    };
    format!("{} ({all} in all{allowed})", report.verdict())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::finding::EVERY_ACTION;
    use crate::drift::fixture::{PROPERTY_ADDED, finding, report, report_of};

    fn plain(report: &Report) -> String {
        anstream::adapter::strip_str(&render(report)).to_string()
    }

    #[test]
    fn every_finding_is_shown_with_its_place_and_what_to_do() {
        insta::assert_snapshot!(plain(&report()), @r#"
        major[generated/edited]: generated/src/lib.rs is out of step
          = help: bring it into step
          = fingerprint: 50df4e6b8a843552

        major[compat/property-removed]: the property `actorName` of `instanceAuditLog` is gone
          --> schemas/types/instanceAuditLog.json:12:3
           |
        12 |   "properties": {
           |   ^^^^^^^^^^^^
           |
           | -pub actor_name: Option<String>,
           = change: source-breaking, response
           = released versions: keep working
           = reaches: 2 actions: instanceAuditLog.get, instanceAuditLogs.get
           = help: deprecate it first, if the server still sends it
           = fingerprint: 689429a04b012b30

        minor[compat/property-added]: types/error.json#/x is out of step
         --> schemas/types/error.json:4:5
          = help: bring it into step
          = fingerprint: d5b934c743471d51

        allowed[compat/property-added]: types/error.json#/y is out of step (announced for May; until 2026-12-31)

        failed[wire]: could not read traffic.har: No such file
          = help: pass --traffic FILE

        part        major  minor  patch   none  allowed
        generated       1      0      0      0        0
        upstream    skipped: pass --upstream DIR
        wire        could not be completed
        compat          1      1      0      0        1

        needed bump: major, from 0.1.0 to 0.2.0; api.json has 0.1.0
        2 findings at or above major; 1 part could not be completed
        "#);
    }

    #[test]
    fn a_clean_check_is_a_table_of_noughts() {
        insta::assert_snapshot!(plain(&report_of(vec![])), @r#"
        part        major  minor  patch   none  allowed
        compat          0      0      0      0        0

        0 findings at or above major
        "#);
    }

    #[test]
    fn only_the_first_actions_are_named() {
        let mut found = finding(&PROPERTY_ADDED, Severity::Minor, "a");
        found.reaches = (1..=7).map(|number| format!("a.b{number}")).collect();
        found.count = 7;
        let text = plain(&report_of(vec![found]));
        assert!(text.contains("= reaches: 7 actions: a.b1, a.b2, a.b3, a.b4, a.b5 …\n"));
        assert!(!text.contains("= seen"));
    }

    #[test]
    fn what_reaches_every_action_is_no_action_of_that_name() {
        let mut found = finding(&PROPERTY_ADDED, Severity::Minor, "a");
        found.reaches = vec![EVERY_ACTION.to_owned()];
        let text = plain(&report_of(vec![found]));
        assert!(text.contains("= reaches: every action\n"), "{text}");
    }

    #[test]
    fn what_the_vendor_wrote_can_not_act_on_the_terminal() {
        let mut found = finding(&PROPERTY_ADDED, Severity::Minor, "a\u{1b}[2J\r\nb");
        found.detail = Some("-\u{1b}]0;x\u{7}\n".to_owned());
        let text = plain(&report_of(vec![found]));
        assert!(!text.contains(|c: char| c != '\n' && c.is_control()));
    }

    #[test]
    fn the_end_is_one_line() {
        assert_eq!(
            summary(&report()),
            "2 findings at or above major; 1 part could not be completed (3 in all, 1 finding allowed)"
        );
    }
}
