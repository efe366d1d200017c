//! Markdown for GitHub: the summary of a step, and the body of a pull request.
//!
//! The part before the first `<details>` fits into any body: counts, the needed bump, failures.

use std::fmt::Write;

use super::{Checked, Report, Row, State, text};
use crate::drift::{Finding, Severity, Verdict};
use crate::shell;

/// The maximal size of a step's summary on GitHub, in bytes.
const LARGEST: usize = 1 << 20;

/// The number of mistakes listed per part: the part before the findings must fit into any body.
const MISTAKES: usize = 20;

/// The space kept for the note about findings left out.
const NOTE: usize = 200;

/// The report.
pub(in crate::drift) fn render(report: &Report) -> String {
    render_within(report, LARGEST)
}

/// The report, cut after as many findings as fit into `largest` bytes.
fn render_within(report: &Report, largest: usize) -> String {
    let mut page = head(report);
    let found = report.findings.iter().map(section);
    let allowed = report.allowed.iter().map(|allowed| {
        let reason = html(&allowed.reason);
        let (rule, expires) = (allowed.finding.rule.id, &allowed.expires);
        let message = html(&allowed.finding.message);
        format!("- allowed: <code>{rule}</code> {message} ({reason}; until {expires})\n")
    });
    let sections: Vec<_> = found.chain(allowed).collect();
    for (number, section) in sections.iter().enumerate() {
        if page.len() + section.len() + NOTE > largest {
            let left = shell::count(sections.len() - number, "finding");
            let _ = writeln!(
                page,
                "\n**{left} left out**: GitHub shows no more. The other formats list all of them."
            );
            break;
        }
        page.push_str(section);
    }
    page
}

/// Everything except the findings.
fn head(report: &Report) -> String {
    let mut page = format!("## Drift: {}\n\n", report.verdict());
    page.push_str("| part | major | minor | patch | none | allowed |\n");
    page.push_str("|---|--:|--:|--:|--:|--:|\n");
    for Checked { part, state } in &report.parts {
        let name = part.word();
        match state {
            State::Done => row(&mut page, &report.row(name)),
            State::Skipped(_) => state_row(&mut page, name, "skipped"),
            State::Failed(_) => state_row(&mut page, name, "**could not be completed**"),
        }
    }
    if let Some(own) = report.allow_row() {
        row(&mut page, &own);
    }
    page.push('\n');
    for Checked { part, state } in &report.parts {
        let name = part.word();
        let (what, why, help, mistakes) = match state {
            State::Done => continue,
            State::Skipped(why) => ("was skipped", why, None, &[][..]),
            State::Failed(failure) => (
                "could not be completed",
                &failure.message,
                failure.help.as_ref(),
                &failure.mistakes[..],
            ),
        };
        let help = help.map(|help| format!(" (help: {})", html(help)));
        let (why, help) = (html(why), help.unwrap_or_default());
        let _ = writeln!(page, "- `{name}` {what}: {why}{help}");
        for mistake in mistakes.iter().take(MISTAKES) {
            let _ = writeln!(page, "  - {}", html(&mistake.line()));
        }
        if let more @ 1.. = mistakes.len().saturating_sub(MISTAKES) {
            let _ = writeln!(page, "  - {}", shell::count(more, "further mistake"));
        }
    }
    if let Some(bump) = report.bump() {
        let _ = writeln!(page, "- needed bump: {}", html(&bump));
    }
    page.push('\n');
    page
}

fn row(page: &mut String, row: &Row) {
    let Row {
        name,
        found: [major, minor, patch, none],
        allowed,
    } = row;
    let _ = writeln!(
        page,
        "| {name} | {major} | {minor} | {patch} | {none} | {allowed} |"
    );
}

fn state_row(page: &mut String, name: &str, state: &str) {
    let _ = writeln!(page, "| {name} | {state} | | | | |");
}

/// A finding: a line that unfolds its details.
fn section(finding: &Finding) -> String {
    let severity = match finding.severity {
        severity @ Severity::Major => format!("<b>{severity}</b>"),
        severity => severity.to_string(),
    };
    let (rule, message) = (finding.rule.id, html(&finding.message));
    let mut page =
        format!("<details><summary>{severity} <code>{rule}</code> {message}</summary>\n\n");
    if let Some(place) = &finding.place {
        let at = format!("{}:{}:{}", place.file, place.line, place.column);
        fenced(&mut page, "text", &format!("{at}\n{}", place.excerpt));
    }
    if let Some(detail) = &finding.detail {
        fenced(&mut page, "diff", detail);
    }
    let mut remark = |kind: &str, content: &str| {
        let _ = writeln!(page, "- {kind}: {}", html(content));
    };
    if let Some(verdict @ Verdict { shipped, .. }) = finding.verdict {
        remark("change", &super::change(verdict));
        remark("released versions", super::released(shipped));
    }
    if let Some(reaches) = super::reaches(finding) {
        remark("reaches", &reaches);
    }
    if let Some(seen) = super::seen(finding) {
        remark("seen", &seen);
    }
    remark("help", &finding.help);
    remark("fingerprint", &finding.fingerprint());
    page.push_str("\n</details>\n\n");
    page
}

/// A block of code, in a fence longer than any in it.
fn fenced(page: &mut String, language: &str, code: &str) {
    let runs = code.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0).max(2) + 1);
    let _ = writeln!(page, "{fence}{language}");
    for line in text::lines(code.trim_end()) {
        let _ = writeln!(page, "{}", shell::line(&line));
    }
    let _ = writeln!(page, "{fence}\n");
}

/// A line as plain text in Markdown and HTML: nothing in it is markup, a link or a mention. Single
/// backticks still mark code.
fn html(content: &str) -> String {
    let content = text::line(content);
    let mut page = String::new();
    // An odd backtick opens nothing.
    if content.matches('`').count() % 2 == 1 {
        push_escaped(&mut page, &content);
        return page;
    }
    for (number, part) in content.split('`').enumerate() {
        let (open, close) = match number % 2 {
            1 => ("<code>", "</code>"),
            _ => ("", ""),
        };
        page.push_str(open);
        push_escaped(&mut page, part);
        page.push_str(close);
    }
    page
}

/// Numeric references mean the same in Markdown and in HTML, where a backslash would be shown.
///
/// GitHub looks for URLs, mentions and issue numbers after it resolves references: a zero-width
/// space keeps it from finding one.
fn push_escaped(page: &mut String, part: &str) {
    for (at, character) in part.char_indices() {
        let is_markup = character.is_ascii_punctuation() && !",;:.()/'\"?!%=+-".contains(character);
        if is_markup && character != '@' {
            let _ = write!(page, "&#{};", u32::from(character));
        } else {
            page.push(character)
        }
        let (before, after) = (&part[..at], &part[at + character.len_utf8()..]);
        let ends_with = |word: &str| {
            let start = before.len().checked_sub(word.len());
            let end = start.and_then(|start| before.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(word))
        };
        let links = match character {
            '@' => true,
            '#' => after.starts_with(|c: char| c.is_ascii_digit()),
            ':' => after.starts_with("//"),
            '.' => ends_with("www"),
            '-' => ends_with("gh"),
            _ => false,
        };
        if links {
            page.push('\u{200b}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::fixture::{PROPERTY_ADDED, failed, finding, report, report_of};

    #[test]
    fn a_table_comes_first_and_every_finding_can_be_opened() {
        insta::assert_snapshot!(render(&report()), @r#"
        ## Drift: 2 findings at or above major; 1 part could not be completed

        | part | major | minor | patch | none | allowed |
        |---|--:|--:|--:|--:|--:|
        | generated | 1 | 0 | 0 | 0 | 0 |
        | upstream | skipped | | | | |
        | wire | **could not be completed** | | | | |
        | compat | 1 | 1 | 0 | 0 | 1 |

        - `upstream` was skipped: pass --upstream DIR
        - `wire` could not be completed: could not read traffic.har: No such file (help: pass --traffic FILE)
        - needed bump: major, from 0.1.0 to 0.2.0; api.json has 0.1.0

        <details><summary><b>major</b> <code>generated/edited</code> generated/src/lib.rs is out of step</summary>

        - help: bring it into step
        - fingerprint: 50df4e6b8a843552

        </details>

        <details><summary><b>major</b> <code>compat/property-removed</code> the property <code>actorName</code> of <code>instanceAuditLog</code> is gone</summary>

        ```text
        schemas/types/instanceAuditLog.json:12:3
        12 |   "properties": {
           |   ^^^^^^^^^^^^
        ```

        ```diff
        -pub actor_name: Option<String>,
        ```

        - change: source-breaking, response
        - released versions: keep working
        - reaches: 2 actions: instanceAuditLog.get, instanceAuditLogs.get
        - help: deprecate it first, if the server still sends it
        - fingerprint: 689429a04b012b30

        </details>

        <details><summary>minor <code>compat/property-added</code> types/error.json&#35;/x is out of step</summary>

        ```text
        schemas/types/error.json:4:5
        ```

        - help: bring it into step
        - fingerprint: d5b934c743471d51

        </details>

        - allowed: <code>compat/property-added</code> types/error.json&#35;/y is out of step (announced for May; until 2026-12-31)
        "#);
    }

    #[test]
    fn what_does_not_fit_is_left_out_finding_by_finding_and_counted() {
        let findings: Vec<_> = (0..50)
            .map(|number| finding(&PROPERTY_ADDED, Severity::Minor, &format!("a{number}")))
            .collect();
        let report = report_of(findings);
        let whole = render(&report);
        assert_eq!(whole.matches("<details>").count(), 50);
        assert!(!whole.contains("left out"));
        for largest in (1_000..whole.len()).step_by(97) {
            let cut = render_within(&report, largest);
            assert!(cut.len() <= largest, "{} of {largest}", cut.len());
            let shown = cut.matches("<details>").count();
            assert_eq!(cut.matches("</details>").count(), shown);
            let note = format!("**{} left out**", shell::count(50 - shown, "finding"));
            assert!(cut.contains(&note), "{note}\n{cut}");
        }
    }

    #[test]
    fn what_the_vendor_wrote_is_text() {
        let evil = "<img src=x> @someone [a](http://b) *c* `d<e>` | f";
        let expected = "&#60;img src=x&#62; @\u{200b}someone &#91;a&#93;(http:\u{200b}//b) &#42;c&#42; <code>d&#60;e&#62;</code> &#124; f";
        assert_eq!(html(evil), expected);
        assert_eq!(html("an odd `"), "an odd &#96;");
        let links = "https://a.b WWW.a.b mailto:a@b.c GH-1 a/b#1";
        let expected = "https:\u{200b}//a.b WWW.\u{200b}a.b mailto:a@\u{200b}b.c GH-\u{200b}1 a/b&#35;\u{200b}1";
        assert_eq!(html(links), expected);
        let mut page = String::new();
        fenced(&mut page, "text", " ::error::x ##[y");
        assert_eq!(page, "```text\n : :error::x # #[y\n```\n\n");
        let mut page = String::new();
        fenced(&mut page, "diff", "-a\n```\n</details>\n````x");
        assert!(page.starts_with("`````diff\n-a\n```\n"), "{page}");
        assert!(page.ends_with("\n`````\n\n"));
    }

    #[test]
    fn every_mistake_is_listed() {
        let text = render(&failed());
        let lines: Vec<_> = text.lines().filter(|line| line.contains("- ")).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        - `generated` could not be completed: 2 mistakes in schemas/
          - schemas/resources/a b.json:5:3: unknown key <code>methd</code> (help: did you mean <code>method</code>?)
          - schemas/resources/a b.json:7:3: unknown key <code>methd</code> (help: did you mean <code>method</code>?)
        ");
    }
}
