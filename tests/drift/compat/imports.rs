//! Versions of an imported description that contain mistakes.

use std::sync::OnceLock;

use codegen::Source;
use serde_json::{Value, json};
use xtask::corrections;

use super::base::{API, Description, JOBS, READ, THINGS};
use super::edits::ApiEdit;
use super::pairs::{Pair, compared};

/// The base, as if it was imported.
fn imported() -> Description {
    let mut description = Description::base();
    description.set(API, "/upstream", json!("1.1"));
    description
}

/// Pairs of the base and an imported version with mistakes. These can't be generated, so there is
/// no Rust to compare.
pub fn pairs() -> &'static [Pair] {
    static PAIRS: OnceLock<Vec<Pair>> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let edits: [ApiEdit; 5] = [
            ("imported without mistakes", |_| {}),
            ("an imported type has a mistake with a remedy", |d| {
                d.set(
                    READ,
                    "/properties/size",
                    json!({"type": "integer", "minimum": "1"}),
                );
            }),
            ("an imported type has a mistake without a remedy", |d| {
                d.set("types/spare.json", "/pattern", json!("("));
            }),
            ("an imported action has a mistake without a remedy", |d| {
                d.set(JOBS, "/actions/watch/pin", json!("none"));
            }),
            ("an imported resource has a mistake without a remedy", |d| {
                d.set(JOBS, "/path", json!("/jobs/{nothing}"));
            }),
        ];
        let pairs = edits.into_iter().map(|(name, edit)| {
            let mut new = imported();
            edit(&mut new);
            Pair::of(name.to_owned(), new)
        });
        pairs.collect()
    })
}

fn overlay(corrections: Value) -> Value {
    json!({"upstream": "1.0", "description": "Of an older version.", "corrections": corrections})
}

#[test]
fn corrections_for_another_version_are_applied_where_possible() {
    let mut old = imported();
    old.set(THINGS, "/actions/get/method", json!("FETCH"));
    old.file(
        "overlays/a.json",
        overlay(json!([
            {"file": THINGS, "pointer": "/actions/get/method", "expected": "FETCH", "value": "GET", "reason": "r"},
            {"file": THINGS, "pointer": "/actions/gone/method", "expected": "FETCH", "value": "GET", "reason": "r"},
            {"file": "types/gone.json", "pointer": "/type", "value": "object", "reason": "r"},
        ])),
    );
    assert_eq!(compared(&old, &imported()).len(), 0);
    assert_eq!(compared(&imported(), &old).len(), 0);
}

#[test]
fn a_part_with_the_same_mistake_in_both_versions_is_left_out_once() {
    let mut broken = imported();
    broken.set("types/spare.json", "/pattern", json!("("));
    broken.set("types/error.json", "/pattern", json!("("));
    let changes = compared(&broken, &broken);
    let subjects: Vec<_> = changes
        .iter()
        .map(|c| (c.rule.id, c.subject.as_str()))
        .collect();
    let expected = ["api.json#/error", "types/error.json#", "types/spare.json#"];
    assert_eq!(
        subjects,
        expected.map(|subject| ("compat/left-out", subject))
    );
}

#[test]
fn a_part_left_out_of_one_version_is_not_a_change() {
    let mut old = imported();
    let mut new = imported();
    old.set(JOBS, "/actions/watch/pin", json!("none"));
    new.remove(JOBS, "/actions/watch");
    let changes = compared(&old, &new);
    let [change] = changes.as_slice() else {
        panic!("{changes:#?}")
    };
    assert_eq!(change.rule.id, "compat/left-out");
    assert_eq!(change.subject, "resources/jobs.json#/actions/watch");
}

#[test]
fn corrections_of_an_overlay_remain_if_another_part_is_left_out() {
    let mut old = imported();
    old.set(THINGS, "/actions/get/method", json!("PUT"));
    old.file(
        "overlays/a.json",
        json!({"upstream": "1.1", "corrections": [
            {"file": THINGS, "pointer": "/actions/get/method", "expected": "PUT", "value": "GET", "reason": "r"},
        ]}),
    );
    let mut new = imported();
    new.set("types/spare.json", "/pattern", json!("("));
    for (old, new) in [(&old, &new), (&new, &old)] {
        let changes = compared(old, new);
        let [change] = changes.as_slice() else {
            panic!("{changes:#?}")
        };
        assert_eq!(change.rule.id, "compat/left-out");
        assert_eq!(change.subject, "types/spare.json#");
    }
}

/// In one of the versions, the value that the overlay expects by its hash has another member.
#[test]
fn a_correction_whose_value_differs_in_one_version_is_made_in_neither() {
    let method = "/actions/get/method";
    let correction = json!({"file": THINGS, "pointer": method, "expected": "GET", "value": "POST", "reason": "r"});
    let overlay = json!({"upstream": "1.1", "corrections": [correction]});
    let mut old = imported();
    old.file("overlays/a.json", overlay);
    let mut new = old.clone();
    new.set(THINGS, method, json!("PUT"));
    for ((old, new), expected) in [
        (
            (&old, &new),
            "`things.get` changed its method from GET to PUT",
        ),
        (
            (&new, &old),
            "`things.get` changed its method from PUT to GET",
        ),
    ] {
        let changes = compared(old, new);
        let [change] = changes.as_slice() else {
            panic!("{changes:#?}")
        };
        assert_eq!(change.rule.id, "compat/method-changed");
        assert_eq!(change.diagnostic.message(), expected);
    }
    // A new value can be corrected in only one version, and a fix by the vendor is not a change.
    let mut without = old.clone();
    drop(without.remove(THINGS, "/actions/get"));
    let changes = compared(&without, &old);
    assert_eq!(changes.len(), 1, "{changes:#?}");
    let mut right = old.clone();
    right.set(THINGS, method, json!("POST"));
    assert!(compared(&old, &right).is_empty());
}

#[test]
fn a_guess_is_made_in_both_versions_or_in_neither() {
    let reference = "/actions/get/responses/200/schema";
    let mut broken = imported();
    broken.set(THINGS, reference, json!({"$ref": "#/definitions/thinq"}));
    let rules = |old, new| -> Vec<&str> {
        let changes = compared(old, new);
        changes.iter().map(|change| change.rule.id).collect()
    };
    assert_eq!(rules(&broken, &broken), ["compat/mistakes-corrected"; 2]);
    let base = imported();
    for (old, new) in [(&broken, &base), (&base, &broken)] {
        assert!(rules(old, new).contains(&"compat/left-out"));
        assert!(!rules(old, new).contains(&"compat/type-changed"));
    }
}

/// A mistake in a hand-written description, and one for which no part can be left out.
#[test]
fn a_mistake_stops_the_comparison_unless_a_part_can_be_left_out() {
    let mut by_hand = Description::base();
    by_hand.set("types/spare.json", "/pattern", json!("("));
    let mut api = imported();
    api.set(API, "/baseUrl", json!("nowhere"));
    let mut overlays = imported();
    overlays.file("overlays/a.json", json!({"corrections": 1}));
    overlays.set("types/spare.json", "/pattern", json!("("));
    for broken in [by_hand, api, overlays] {
        let base = Description::base();
        let unreadable = corrections::compare(&broken.source(), &base.source()).unwrap_err();
        assert!(unreadable.is_old);
        let unreadable = corrections::compare(&base.source(), &broken.source()).unwrap_err();
        assert!(!unreadable.is_old);
    }
}

/// The file was cut off in transit.
#[test]
fn a_file_that_is_not_json_stops_the_comparison() {
    let base = imported().source();
    let files = base.files().map(|(path, bytes)| match path {
        "types/spare.json" => (path.to_owned(), bytes[..10].to_vec()),
        _ => (path.to_owned(), bytes.to_vec()),
    });
    let unreadable = corrections::compare(&base, &Source::new(files)).unwrap_err();
    assert!(!unreadable.is_old);
    let mut mistakes = unreadable.diagnostics.iter();
    assert_eq!(mistakes.next().unwrap().file(), "types/spare.json");
}
