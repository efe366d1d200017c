//! Tests of how parts, the allow file and the report come together.

use std::fs;

use jiff::civil::date;

use super::fixture::{EDITED, PROPERTY_ADDED, PROPERTY_REMOVED, finding};
use super::*;

fn options(parts: &[Part]) -> Options {
    Options {
        parts: parts.to_vec(),
        schemas: "schemas".into(),
        out: "generated".into(),
        runtime: None,
        against: None,
        upstream: None,
        traffic: vec![],
        round_trip: false,
        fail_on: FailOn::Major,
        outputs: vec![],
        allow: None,
    }
}

const GENERATED: Check = Check {
    part: Part::Generated,
    rules: || vec![&EDITED],
    run: |_| {
        Ok(Outcome::Done(vec![finding(
            &EDITED,
            Severity::Major,
            "generated/src/lib.rs",
        )]))
    },
};
const SKIPPED: Check = Check {
    part: Part::Wire,
    rules: Vec::new,
    run: |_| Ok(Outcome::Skipped("it needs --traffic FILE".to_owned())),
};
const FAILED: Check = Check {
    part: Part::Upstream,
    rules: Vec::new,
    run: |_| Err(Error::new("could not read it").help("write it")),
};
const COMPAT: Check = Check {
    part: Part::Compat,
    rules: || vec![&PROPERTY_REMOVED, &PROPERTY_ADDED],
    run: |_| {
        Ok(Outcome::Done(vec![
            finding(&PROPERTY_ADDED, Severity::Minor, "a"),
            finding(&PROPERTY_REMOVED, Severity::Major, "b"),
        ]))
    },
};

fn checked(options: &Options, checks: &[Check]) -> Checks {
    check(options, checks, &AllowFile::default(), date(2026, 1, 1))
}

#[test]
fn a_part_that_fails_takes_nothing_from_the_others() {
    let (report, lacking) = checked(&options(&[]), &[FAILED, GENERATED, SKIPPED]);
    assert!(lacking.is_empty());
    assert_eq!(report.parts.len(), 3);
    assert_eq!(report.findings.len(), 1);
    let failures: Vec<_> = report.failures().collect();
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].1.help.as_deref(), Some("write it"));
}

#[test]
fn only_the_parts_that_were_named_are_run() {
    let (report, lacking) = checked(&options(&[Part::Generated]), &[FAILED, GENERATED, SKIPPED]);
    assert_eq!((report.parts.len(), lacking.len()), (1, 0));
}

#[test]
fn a_named_part_that_lacks_what_it_needs_or_is_not_there_is_told() {
    let (_, lacking) = checked(&options(&[Part::Wire, Part::Compat]), &[SKIPPED]);
    assert_eq!(
        lacking[0],
        (Part::Wire, "it needs --traffic FILE".to_owned())
    );
    assert_eq!(lacking[1].0, Part::Compat);
}

#[test]
fn findings_stand_in_the_order_of_the_parts_the_worst_first() {
    let (report, _) = checked(&options(&[]), &[COMPAT, GENERATED]);
    let order: Vec<_> = report.findings.iter().map(|f| f.rule.id).collect();
    assert_eq!(
        order,
        [
            "generated/edited",
            "compat/property-removed",
            "compat/property-added"
        ]
    );
}

#[test]
fn what_fails_the_check_begins_where_the_user_says() {
    for (fail_on, number) in [
        (FailOn::Major, 1),
        (FailOn::Minor, 2),
        (FailOn::Patch, 2),
        (FailOn::Any, 2),
    ] {
        let options = Options {
            fail_on,
            ..options(&[])
        };
        let (report, _) = checked(&options, &[COMPAT]);
        assert_eq!(report.failing(), number, "{fail_on:?}");
    }
}

#[test]
fn the_next_version_follows_the_released_one_by_the_worst_change_allowed_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, version: &str| {
        let schemas = folder.path().join(name);
        fs::create_dir(&schemas).unwrap();
        let text = format!("{{\"package\": {{\"name\": \"a\", \"version\": \"{version}\"}}}}");
        fs::write(schemas.join("api.json"), text).unwrap();
        schemas
    };
    let old = write("old", "0.3.1");
    let options = Options {
        schemas: write("new", "0.3.2"),
        against: Some(Against::Path(old)),
        ..options(&[])
    };
    let fingerprint = finding(&PROPERTY_REMOVED, Severity::Major, "b").fingerprint();
    let file = folder.path().join("allow.toml");
    fs::write(
        &file,
        format!("[[allow]]\nrule = \"compat/property-removed\"\nfingerprint = \"{fingerprint}\"\nreason = \"it goes\"\nexpires = \"2026-12-31\"\n"),
    )
    .unwrap();
    let allow = allow::read(&file, &[&PROPERTY_REMOVED]).unwrap();
    let (report, _) = check(&options, &[COMPAT], &allow, date(2026, 1, 1));
    assert_eq!((report.findings.len(), report.allowed.len()), (1, 1));
    let versions = report.versions.unwrap();
    assert_eq!(versions.next, "0.4.0");
    assert_eq!(versions.present, "0.3.2");
}
