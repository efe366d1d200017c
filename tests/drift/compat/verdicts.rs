//! The findings of each pair, and the meaning of each rule in each position.

use std::collections::{BTreeMap, BTreeSet};

use codegen::compat::{Bump, Change, Class, Position, Shipped};
use codegen::rule::Mirror;
use xtask::drift::compat::rules;

use super::{imports, pairs};

/// The meaning of a change: its class, the bump that it needs, and its effect on released versions.
type Meaning = (Class, Bump, Shipped);

const ADDS: Meaning = (Class::Additive, Bump::Minor, Shipped::Fine);
const SAYS: Meaning = (Class::Docs, Bump::Patch, Shipped::Fine);
/// Breaks builds, and rejects none, some or all requests of released versions.
const BUILD: Meaning = (Class::Source, Bump::Major, Shipped::Fine);
const BUILD_SOME: Meaning = (Class::Source, Bump::Major, Shipped::BreaksSome);
const BUILD_ALL: Meaning = (Class::Source, Bump::Major, Shipped::Breaks);
/// Breaks no build, but breaks released versions.
const SHIPPED: Meaning = (Class::Wire, Bump::Major, Shipped::Breaks);
/// Breaks no build, but the server misinterprets some requests.
const MISTAKEN: Meaning = (Class::Wire, Bump::Major, Shipped::BreaksSome);
/// Some requests are rejected, by the server and after an upgrade by the client.
const REFUSED: Meaning = (Class::Wire, Bump::Patch, Shipped::BreaksSome);
/// Released versions use the wrong URL; an upgrade fixes that.
const ELSEWHERE: Meaning = (Class::Wire, Bump::Minor, Shipped::Breaks);
const ACTS: Meaning = (Class::Behaviour, Bump::Minor, Shipped::Fine);
const ACTS_SOME: Meaning = (Class::Behaviour, Bump::Minor, Shipped::BreaksSome);
/// Compiles, but programs must pass another value, or miss a value they rely on.
const MEANS: Meaning = (Class::Behaviour, Bump::Major, Shipped::Fine);
const MEANS_SOME: Meaning = (Class::Behaviour, Bump::Major, Shipped::BreaksSome);
/// Affects only tokens and docs.
const SCOPES: Meaning = (Class::Behaviour, Bump::Patch, Shipped::Fine);
const SCOPES_SOME: Meaning = (Class::Behaviour, Bump::Patch, Shipped::BreaksSome);

/// The meaning of a rule in requests, in responses, in both, and for the API as a whole. If there
/// are several, the meaning depends on whether the Rust changes. If there are none, the rule does
/// not apply.
type Row = (&'static str, [&'static [Meaning]; 4]);

#[rustfmt::skip]
const MEANINGS: &[Row] = &[
    ("action-added", [&[], &[], &[], &[ADDS]]),
    ("action-removed", [&[], &[], &[], &[BUILD_ALL]]),
    ("additional-properties-allowed", [&[ADDS], &[ADDS, SAYS], &[ADDS, SAYS], &[]]),
    ("additional-properties-forbidden", [&[BUILD_SOME], &[SAYS, BUILD], &[BUILD_SOME, REFUSED], &[]]),
    ("base-url-changed", [&[], &[], &[], &[ACTS_SOME]]),
    ("branch-added", [&[ADDS], &[ADDS], &[ADDS], &[]]),
    ("branch-changed", [&[ADDS, MISTAKEN], &[ADDS, SAYS, MEANS], &[ADDS, MISTAKEN], &[]]),
    ("branch-removed", [&[BUILD_SOME], &[BUILD], &[BUILD_SOME], &[]]),
    ("default-changed", [&[ACTS_SOME], &[], &[], &[]]),
    ("deprecated", [&[ADDS], &[ADDS], &[ADDS], &[]]),
    ("docs-changed", [&[SAYS], &[SAYS], &[SAYS], &[SAYS]]),
    ("enum-value-added", [&[ADDS], &[ADDS], &[ADDS], &[]]),
    ("enum-value-removed", [&[BUILD_SOME], &[BUILD], &[BUILD_SOME], &[]]),
    ("error-body-changed", [&[], &[BUILD], &[], &[]]),
    ("error-fields-changed", [&[], &[ACTS_SOME], &[], &[]]),
    ("event-added", [&[], &[ADDS], &[], &[]]),
    ("event-removed", [&[], &[BUILD], &[], &[]]),
    ("extra-removed", [&[BUILD], &[], &[], &[]]),
    ("feature-removed", [&[], &[], &[], &[BUILD]]),
    ("format-changed", [&[BUILD, BUILD_SOME], &[BUILD, BUILD_ALL], &[BUILD, BUILD_SOME, BUILD_ALL], &[]]),
    ("header-changed", [&[], &[], &[], &[ACTS]]),
    ("left-out", [&[], &[], &[], &[SHIPPED]]),
    ("limit-loosened", [&[SAYS], &[SAYS], &[SAYS], &[]]),
    ("limit-tightened", [&[REFUSED], &[SAYS], &[REFUSED], &[]]),
    ("method-changed", [&[], &[], &[], &[ELSEWHERE]]),
    ("mistakes-corrected", [&[], &[], &[], &[SAYS]]),
    ("name-changed", [&[BUILD], &[BUILD], &[BUILD], &[]]),
    ("null-added", [&[BUILD], &[BUILD_ALL, MEANS], &[BUILD, BUILD_ALL], &[]]),
    ("null-removed", [&[BUILD_SOME], &[SAYS, BUILD], &[BUILD_SOME], &[]]),
    ("outcome-added", [&[], &[ADDS], &[], &[]]),
    ("outcome-removed", [&[], &[BUILD], &[], &[]]),
    ("package-renamed", [&[], &[], &[], &[BUILD]]),
    ("paging-added", [&[], &[ADDS], &[], &[]]),
    ("paging-changed", [&[], &[BUILD_SOME, ACTS_SOME], &[], &[]]),
    ("paging-removed", [&[], &[BUILD], &[], &[]]),
    ("parameter-added", [&[ADDS, BUILD], &[], &[], &[]]),
    ("parameter-moved", [&[ELSEWHERE], &[], &[], &[]]),
    ("parameter-optional", [&[BUILD], &[], &[], &[]]),
    ("parameter-rehomed", [&[BUILD], &[], &[], &[]]),
    ("parameter-removed", [&[BUILD_SOME], &[], &[], &[]]),
    ("parameter-required", [&[BUILD_ALL], &[], &[], &[]]),
    ("path-changed", [&[], &[], &[], &[ELSEWHERE]]),
    ("property-added", [&[ADDS], &[ADDS], &[ADDS], &[]]),
    ("property-optional", [&[BUILD], &[MEANS], &[MEANS], &[]]),
    ("property-removed", [&[BUILD_SOME], &[BUILD], &[BUILD_SOME], &[]]),
    ("property-required", [&[BUILD_ALL], &[SAYS], &[SHIPPED], &[]]),
    ("read-only", [&[ACTS], &[SAYS], &[ACTS], &[]]),
    ("required-added", [&[BUILD, BUILD_ALL], &[], &[SHIPPED, MEANS], &[]]),
    ("required-order-changed", [&[BUILD], &[], &[], &[]]),
    ("resource-added", [&[], &[], &[], &[ADDS]]),
    ("resource-removed", [&[], &[], &[], &[BUILD_ALL]]),
    ("rust-type-changed", [&[BUILD], &[BUILD], &[BUILD], &[]]),
    ("scopes-changed", [&[], &[], &[], &[SCOPES, SCOPES_SOME]]),
    ("status-changed", [&[], &[ACTS], &[], &[]]),
    ("success-changed", [&[], &[BUILD_ALL], &[], &[]]),
    ("type-added", [&[], &[], &[], &[ADDS]]),
    ("type-changed", [&[BUILD, BUILD_SOME, BUILD_ALL, MEANS_SOME], &[BUILD, BUILD_ALL, MEANS], &[BUILD, BUILD_SOME, BUILD_ALL, MEANS_SOME], &[]]),
    ("type-removed", [&[], &[], &[], &[BUILD]]),
    ("type-renamed", [&[BUILD], &[BUILD], &[BUILD], &[]]),
    ("type-unsent", [&[], &[BUILD], &[], &[]]),
    ("undeprecated", [&[SAYS], &[SAYS], &[SAYS], &[]]),
    ("values-changed", [&[SAYS, REFUSED], &[SAYS], &[SAYS, REFUSED], &[]]),
    ("writable", [&[ACTS], &[SAYS], &[ACTS], &[]]),
];

const POSITIONS: [Position; 4] = [
    Position::Request,
    Position::Response,
    Position::Both,
    Position::Api,
];

fn found() -> impl Iterator<Item = &'static Change> {
    let pairs = pairs::all().iter().chain(imports::pairs());
    pairs.flat_map(|pair| pair.forth.iter().chain(&pair.back))
}

#[test]
fn each_rule_has_the_expected_meaning_in_each_position() {
    let mut met: BTreeMap<(&str, Position), BTreeSet<String>> = BTreeMap::new();
    for change in found() {
        let rule = change.rule.id.strip_prefix("compat/").unwrap();
        if !change.consequences.is_empty() {
            // The worse of the two counts.
            assert_eq!(change.class, Class::Source, "{change:?}");
            continue;
        }
        let meaning = (change.class, change.bump, change.shipped);
        let meanings = met.entry((rule, change.position)).or_default();
        meanings.insert(format!("{meaning:?}"));
    }
    for (rule, columns) in MEANINGS {
        for (position, meanings) in POSITIONS.into_iter().zip(columns) {
            let expected: BTreeSet<_> = meanings.iter().map(|m| format!("{m:?}")).collect();
            let found = met.remove(&(rule, position)).unwrap_or_default();
            assert_eq!(found, expected, "{rule} in {position}");
        }
    }
    assert!(met.is_empty(), "{met:?}");
}

#[test]
fn each_rule_has_a_pair_and_each_opposite_is_a_rule() {
    let met: BTreeSet<&str> = found().map(|change| change.rule.id).collect();
    let rules = rules();
    let all: BTreeSet<&str> = rules.iter().map(|rule| rule.id).collect();
    assert_eq!(met, all);
    assert!(rules.is_sorted_by_key(|rule| rule.id));
    for rule in rules {
        match rule.mirror {
            Mirror::Rule(opposite) => assert!(all.contains(opposite), "{}", rule.id),
            Mirror::None(reason) => assert!(!reason.is_empty(), "{}", rule.id),
        }
    }
}

/// Every finding of every pair, in both directions: none is missing, and none is superfluous.
#[test]
fn each_pair_has_these_findings_and_no_others() {
    let mut text = String::new();
    for pair in pairs::all().iter().chain(imports::pairs()) {
        text.push_str(&format!("{}\n", pair.name));
        for (arrow, changes) in [("->", &pair.forth), ("<-", &pair.back)] {
            if changes.is_empty() {
                text.push_str(&format!("  {arrow} nothing\n"));
            }
            for change in changes {
                text.push_str(&format!("  {arrow} {}\n", line(change)));
                for consequence in &change.consequences {
                    text.push_str(&format!("       so: {consequence}\n"));
                }
            }
        }
    }
    insta::assert_snapshot!(text);
}

fn line(change: &Change) -> String {
    let Change {
        class,
        bump,
        shipped,
        position,
        ..
    } = change;
    let rule = change.rule.id.strip_prefix("compat/").unwrap();
    let words = format!("{class:?}, {bump:?}, {shipped:?}").replace("BreaksSome", "breaks some");
    let words = words.to_lowercase();
    let message = change.diagnostic.message();
    format!("{rule} [{position}: {words}] {message}")
}

#[test]
fn a_new_version_of_the_api_is_reported_at_its_place_with_the_old_version() {
    let mut pairs = pairs::all().iter();
    let pair = pairs.find(|pair| pair.name == "the API changes its version");
    let [change] = pair.unwrap().forth.as_slice() else {
        panic!("there is one change");
    };
    let at = &change.diagnostic;
    assert_eq!((at.file(), at.pointer()), ("api.json", "/version"));
    assert!((at.line(), at.column()) > (1, 1), "{at:?}");
    let versions = [change.before.as_deref(), change.after.as_deref()];
    assert_eq!(versions, [Some("1"), Some("1.30.0")]);
}

#[test]
fn no_two_findings_of_a_pair_are_about_the_same_subject() {
    for pair in pairs::all().iter().chain(imports::pairs()) {
        for changes in [&pair.forth, &pair.back] {
            let mut seen = BTreeSet::new();
            for change in changes {
                let key = (change.rule.id, &change.subject);
                assert!(seen.insert(key), "{}: {key:?}", pair.name);
            }
        }
    }
}
