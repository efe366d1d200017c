//! Tests of the allow file.

use jiff::civil::date;

use super::super::fixture::{PROPERTY_REMOVED, finding};
use super::read::parse;
use super::*;
use crate::Error;

fn text(entries: &[[&str; 4]]) -> String {
    let entry = |[rule, fingerprint, reason, expires]: &[&str; 4]| {
        format!(
            "[[allow]]\nrule = {rule:?}\nfingerprint = {fingerprint:?}\nreason = {reason:?}\nexpires = {expires:?}\n\n"
        )
    };
    entries.iter().map(entry).collect()
}

fn parsed(text: &str) -> Result<AllowFile, Vec<Error>> {
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
    assert!(left[1].ends_with("expired after 2026-12-31"), "{left:?}");
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
            "2:8: unknown rule \"compat/nonsense\"",
        ),
        (
            text(&[["allow/unused", &good, "why", "2026-12-31"]]),
            "2:8: findings of allow/unused cannot be allowed",
        ),
        (
            text(&[[RULE, "0123", "why", "2026-12-31"]]),
            "3:15: \"0123\" is not a valid fingerprint",
        ),
        (
            text(&[[RULE, &good, " ", "2026-12-31"]]),
            "4:10: the reason is empty",
        ),
        (
            text(&[[RULE, &good, "why", "2026-02-30"]]),
            "5:11: \"2026-02-30\" is not a valid date",
        ),
        (
            text(&[[RULE, &good, "why", "2026-12-31T10:00"]]),
            "5:11: \"2026-12-31T10:00\" is not a valid date",
        ),
        ("[[allow]]\nrule = \"ä\" 1\n".to_owned(), "2:12: "),
        (
            "[[allow]]\nruel = \"x\"\n".to_owned(),
            "1:1: the entry has no `rule`, `fingerprint`, `reason`, `expires`",
        ),
        (
            format!("[[allow]]\nrule = \"{RULE}\"\n"),
            "1:1: the entry has no `fingerprint`, `reason`, `expires`",
        ),
        ("alow = []\n".to_owned(), "1:1: unknown key `alow`"),
        (
            "[allow]\nrule = \"x\"\n".to_owned(),
            "1:2: `allow` is not a list of entries",
        ),
        ("allow = [1]\n".to_owned(), "1:10: this is not an entry"),
    ];
    for (text, expected) in cases {
        let error = parsed(&text).unwrap_err().remove(0);
        let said = error.to_string();
        let said = said.strip_prefix("drift-allow.toml:").unwrap();
        assert!(said.starts_with(expected), "{said}\n{text}");
        assert!(error.remedy().is_some());
    }
}

/// What is said of a file, each with its place.
fn said(text: &str) -> Vec<String> {
    let mistakes = parsed(text).unwrap_err();
    assert!(mistakes.iter().all(|error| error.remedy().is_some()));
    mistakes.iter().map(Error::to_string).collect()
}

#[test]
fn every_mistake_is_told_in_the_order_of_the_file() {
    let text = text(&[
        ["compat/nonsense", "0123", " ", "soon"],
        [RULE, &known(), "it goes", "2026-12-31"],
    ]) + "[[allow]]\nreason = 1\nruel = \"x\"\nfingerprint = 1234567890123456\n";
    assert_eq!(
        said(&text),
        [
            "drift-allow.toml:2:8: unknown rule \"compat/nonsense\"",
            "drift-allow.toml:3:15: \"0123\" is not a valid fingerprint",
            "drift-allow.toml:4:10: the reason is empty",
            "drift-allow.toml:5:11: \"soon\" is not a valid date",
            "drift-allow.toml:13:1: the entry has no `rule`, `expires`",
            "drift-allow.toml:14:10: expected a string, found a value of type integer",
            "drift-allow.toml:15:1: unknown key `ruel`",
            "drift-allow.toml:16:15: expected a string, found a value of type integer",
        ]
    );
}

#[test]
fn beside_what_is_no_toml_the_values_that_are_wrong_are_told() {
    let text = format!(
        "{}more = \n[[allow]]\nreason = \"x\nrule = \"{RULE}\"\nrule = \"b\"\nruel = \"c\"\nexpires = 2026-13-01\n",
        text(&[["compat/nonsense", "0123", "why", "2026-12-31"]])
    );
    let said = said(&text);
    assert_eq!(said.len(), 6, "{said:?}");
    // No entry is said to lack anything, and no key to be none.
    for (said, line) in said.iter().zip([2, 3, 7, 9, 11, 13]) {
        let place = format!("drift-allow.toml:{line}:");
        assert!(said.starts_with(&place), "{said}");
    }
}

#[test]
fn a_date_may_be_one_of_toml() {
    let text = text(&[[RULE, OTHER, "why", "2026-12-31"]]);
    let bare = text.replace("\"2026-12-31\"", "2026-12-31");
    assert_eq!(
        parsed(&bare).unwrap().entries[0].expires,
        date(2026, 12, 31)
    );
    let timed = text.replace("\"2026-12-31\"", "2026-12-31T10:00:00Z");
    let expected = "drift-allow.toml:5:11: \"2026-12-31T10:00:00Z\" is not a valid date";
    assert_eq!(said(&timed), [expected]);
}

#[test]
fn a_file_that_can_not_be_read_is_told_with_where_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("allow.toml");
    std::fs::write(&file, b"# Gr\xc3\xb6\xc3\x9fe\n# \xff\n").unwrap();
    let error = read(&file, &[]).unwrap_err().remove(0);
    let said = error.to_string();
    assert!(
        said.ends_with("allow.toml:2:3: this is not UTF-8"),
        "{said}"
    );

    #[cfg(unix)]
    {
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        let error = read(&link, &[]).unwrap_err().remove(0);
        assert!(error.to_string().starts_with("could not read "), "{error}");
        assert!(error.remedy().unwrap().contains("symbolic link"));
    }
}

#[test]
fn an_empty_file_allows_nothing() {
    assert!(parsed("# none\n").unwrap().entries.is_empty());
}
