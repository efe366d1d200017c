//! Tests of the allow file.

use jiff::civil::date;

use super::super::fixture::{PROPERTY_REMOVED, finding};
use super::*;

fn text(entries: &[[&str; 4]]) -> String {
    let entry = |[rule, fingerprint, reason, expires]: &[&str; 4]| {
        format!(
            "[[allow]]\nrule = {rule:?}\nfingerprint = {fingerprint:?}\nreason = {reason:?}\nexpires = {expires:?}\n\n"
        )
    };
    entries.iter().map(entry).collect()
}

fn parsed(text: &str) -> Result<AllowFile, Error> {
    parse("drift-allow.toml", text, &[&PROPERTY_REMOVED])
}

/// Applies a file with entries for the fingerprint of one finding.
fn applied(entries: &[[&str; 4]], today: Date, done: &[&str]) -> (Vec<String>, usize) {
    let file = parsed(&text(entries)).unwrap();
    let found = vec![finding(&PROPERTY_REMOVED, Severity::Major, "a")];
    let (left, allowed) = file.apply(found, today, |part| done.contains(&part));
    let shown = left
        .iter()
        .map(|finding| format!("{}: {}", finding.rule.id, finding.message));
    (shown.collect(), allowed.len())
}

fn known() -> String {
    finding(&PROPERTY_REMOVED, Severity::Major, "a").fingerprint()
}

const OTHER: &str = "0123456789abcdef";
const RULE: &str = PROPERTY_REMOVED.id;

#[test]
fn an_allowed_finding_is_taken_out_until_the_end_of_its_last_day() {
    let known = known();
    let entry = [[RULE, &known, "it goes", "2026-12-31"]];
    let (left, allowed) = applied(&entry, date(2026, 12, 31), &["compat"]);
    assert_eq!((left.len(), allowed), (0, 1));
    let (left, allowed) = applied(&entry, date(2027, 1, 1), &["compat"]);
    assert_eq!(allowed, 0);
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[1].starts_with("allow/expired: "), "{left:?}");
    assert!(left[1].ends_with("was good until 2026-12-31"), "{left:?}");
}

#[test]
fn an_entry_that_allows_nothing_is_a_finding_only_where_its_part_was_done() {
    let known = known();
    let entries = [
        [RULE, &known, "it goes", "2026-12-31"],
        [RULE, &known, "said twice", "2026-12-31"],
        [RULE, OTHER, "not there", "2026-12-31"],
    ];
    let today = date(2026, 1, 1);
    let (left, allowed) = applied(&entries, today, &["compat"]);
    assert_eq!(allowed, 1);
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left.iter().all(|line| line.starts_with("allow/unused: ")));
    assert_eq!(applied(&entries, today, &["wire"]), (vec![], 1));
}

#[test]
fn findings_about_entries_stand_where_the_entry_does() {
    let known = known();
    let entries = [
        [RULE, &known, "it goes", "2026-12-31"],
        [RULE, OTHER, "not there", "2020-01-01"],
    ];
    let file = parsed(&text(&entries)).unwrap();
    let (left, _) = file.apply(vec![], date(2026, 1, 1), |_| true);
    let places: Vec<_> = left
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref().unwrap();
            (place.file.as_str(), place.line, place.column)
        })
        .collect();
    assert_eq!(
        places,
        [("drift-allow.toml", 1, 1), ("drift-allow.toml", 7, 1)]
    );
    assert_ne!(left[0].fingerprint(), left[1].fingerprint());
}

#[test]
fn a_broken_file_is_refused_with_line_column_and_help() {
    let good = known();
    let cases = [
        (
            text(&[["compat/nonsense", &good, "why", "2026-12-31"]]),
            "2:8: there is no rule \"compat/nonsense\"",
        ),
        (
            text(&[["allow/unused", &good, "why", "2026-12-31"]]),
            "2:8: allow/unused can't be allowed",
        ),
        (
            text(&[[RULE, "0123", "why", "2026-12-31"]]),
            "3:15: \"0123\" is no fingerprint",
        ),
        (
            text(&[[RULE, &good, " ", "2026-12-31"]]),
            "4:10: the reason is empty",
        ),
        (
            text(&[[RULE, &good, "why", "2026-02-30"]]),
            "5:11: \"2026-02-30\" is no date",
        ),
        (
            text(&[[RULE, &good, "why", "2026-12-31T10:00"]]),
            "5:11: \"2026-12-31T10:00\" is no date",
        ),
        ("[[allow]]\nrule = \"ä\" 1\n".to_owned(), "2:12: "),
        (
            "[[allow]]\nruel = \"x\"\n".to_owned(),
            "2:1: unknown field `ruel`",
        ),
        (
            "[[allow]]\nrule = \"x\"\n".to_owned(),
            "1:1: missing field `fingerprint`",
        ),
    ];
    for (text, expected) in cases {
        let error = parsed(&text).unwrap_err();
        let said = error.to_string();
        let said = said.strip_prefix("drift-allow.toml:").unwrap();
        assert!(said.starts_with(expected), "{said}\n{text}");
        assert!(error.remedy().is_some());
    }
}

#[test]
fn an_empty_file_allows_nothing() {
    assert!(parsed("# none\n").unwrap().entries.is_empty());
}
