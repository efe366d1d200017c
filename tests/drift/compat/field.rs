//! Changes in real descriptions that were once judged wrongly.

mod corrected;

use codegen::compat::Change;
use serde_json::{Value, json};

use super::base::{API, BOTH, Description, READ, SENT, THINGS, object, reference};
use super::pairs::compared;

/// The base with one edit.
pub fn with(edit: impl FnOnce(&mut Description)) -> Description {
    let mut description = Description::base();
    edit(&mut description);
    description
}

/// The findings: rule, class, bump, effect on released versions, and place.
fn found(old: &Description, new: &Description) -> Vec<String> {
    compared(old, new).iter().map(line).collect()
}

fn line(change: &Change) -> String {
    let Change {
        class,
        bump,
        shipped,
        ..
    } = change;
    let rule = change.rule.id.trim_start_matches("compat/");
    let at = &change.diagnostic;
    format!(
        "{rule} {class:?} {bump:?} {shipped:?} {}#{}",
        at.file(),
        at.pointer()
    )
}

/// The findings from one version to the other, and back.
pub fn both(old: &Description, new: &Description) -> [Vec<String>; 2] {
    [found(old, new), found(new, old)]
}

/// The findings if the schema of a property changes, and back.
fn properties(path: &str, old: Value, new: Value) -> [Vec<String>; 2] {
    let [old, new] = [old, new].map(|schema| with(|d| d.set(path, "/properties/a", schema)));
    both(&old, &new)
}

const LOOSER: &str = "limit-loosened Docs Patch Fine types/thingPost.json#/properties/a";
const TIGHTER: &str = "limit-tightened Wire Patch BreaksSome types/thingPost.json#/properties/a";

#[test]
fn another_alternative_only_loosens_a_limit() {
    let one = json!({"type": "string", "pattern": "^[a-z]{1,9}$"});
    let two = json!({"anyOf": [one, {"type": "string", "minLength": 4, "pattern": "^{{"}]});
    assert_eq!(properties(SENT, one, two), [[LOOSER], [TIGHTER]]);
}

#[test]
fn a_limit_of_one_alternative_is_compared_like_any_other() {
    let scalar =
        |most: u64| json!({"oneOf": [{"type": "number"}, {"type": "string", "maxLength": most}]});
    assert_eq!(
        properties(SENT, scalar(64), scalar(128)),
        [[LOOSER], [TIGHTER]]
    );
    let listed = |values: Value| json!({"type": "array", "items": {"oneOf": [{"type": "number"}, {"enum": values}]}});
    let [forth, back] = properties(SENT, listed(json!(["a"])), listed(json!(["a", "b"])));
    assert!(
        forth[0].contains("Docs") && back[0].contains("BreaksSome"),
        "{forth:?} {back:?}"
    );
}

#[test]
fn a_property_required_by_each_alternative_is_still_required() {
    let required = |d: &mut Description, path: &str| {
        for name in ["a", "b", "c"] {
            d.set(
                path,
                &format!("/properties/{name}"),
                json!({"type": "string"}),
            );
        }
    };
    for (path, keyword) in [(SENT, "anyOf"), (SENT, "oneOf"), (BOTH, "oneOf")] {
        let old = with(|d| {
            required(d, path);
            d.set(path, "/required", json!(["id", "name", "a", "b"]));
        });
        let new = with(|d| {
            required(d, path);
            d.set(
                path,
                &format!("/{keyword}"),
                json!([{"required": ["a", "b"]}, {"required": ["a", "c"]}]),
            );
        });
        let rules = |changes: Vec<String>| -> Vec<String> {
            let words = changes.into_iter().map(|line| {
                let mut words = line.split(' ');
                let (rule, place) = (words.next().unwrap(), words.next_back().unwrap());
                if place.ends_with('#') {
                    format!("{rule} whole")
                } else {
                    format!("{rule} {}", place.rsplit('/').next().unwrap())
                }
            });
            words.collect()
        };
        let [forth, back] = both(&old, &new).map(rules);
        // A property that all alternatives require is required. Only one alternative of a `oneOf` may hold.
        let expected = match keyword {
            "anyOf" => [vec!["property-optional b"], vec!["property-required b"]],
            _ => [
                vec!["property-optional b", "limit-tightened whole"],
                vec!["property-required b", "limit-loosened whole"],
            ],
        };
        assert_eq!([forth, back], expected, "{path} {keyword}");
    }
}

#[test]
fn a_changed_default_of_a_property_is_a_change_of_docs() {
    let of = |default: Value| json!({"type": ["string", "null"], "default": default});
    for (old, new) in [
        (of(json!("x")), of(json!("y"))),
        (of(json!("x")), of(json!(null))),
        (of(json!(null)), json!({"type": ["string", "null"]})),
    ] {
        for path in [SENT, READ, BOTH] {
            let expected = format!("docs-changed Docs Patch Fine {path}#/properties/a");
            let found = properties(path, old.clone(), new.clone());
            assert_eq!(found, [[expected.clone()], [expected]]);
        }
    }
    let description = with(|d| d.set(SENT, "/properties/a", of(json!(null))));
    let files = description.generate();
    let (_, text) = files
        .iter()
        .find(|(path, _)| path.ends_with("thing_post.rs"))
        .unwrap();
    assert!(text.contains("Default: `null`."), "{text}");
}

#[test]
fn swapped_placeholders_are_a_major_change() {
    let path = |template: &'static str, names: [&str; 2]| {
        let params = names
            .map(|name| json!({"name": name, "in": "path", "required": true, "type": "string"}));
        with(|d| {
            d.set(THINGS, "/actions/put/path", json!(template));
            d.set(THINGS, "/actions/put/params/-", params[0].clone());
            d.set(THINGS, "/actions/put/params/-", params[1].clone());
        })
    };
    let old = path("/{a}/logs/{b}", ["a", "b"]);
    let swapped = path("/{b}/logs/{a}", ["a", "b"]);
    let expected = "path-changed Wire Major Breaks resources/things.json#/actions/put/path";
    assert_eq!(both(&old, &swapped), [[expected], [expected]]);
    let moved = path("/{b}/entries/{a}", ["a", "b"]);
    assert_eq!(both(&old, &moved), [[expected], [expected]]);
    // The name of a placeholder is never sent.
    let renamed = path("/{a}/logs/{c}", ["a", "c"]);
    assert!(
        !found(&old, &renamed)
            .iter()
            .any(|line| line.starts_with("path-changed"))
    );
}

#[test]
fn swapped_placeholders_of_a_resource_are_one_change() {
    let path = |template: &str| {
        with(|d| {
            d.set(THINGS, "/path", json!(template));
            d.push(
                THINGS,
                "/params",
                json!({"name": "b", "in": "path", "required": true, "type": "string"}),
            );
        })
    };
    let expected = "path-changed Wire Major Breaks resources/things.json#/path";
    let found = both(&path("/orgs/{orgId}/{b}"), &path("/orgs/{b}/{orgId}"));
    assert_eq!(found, [[expected], [expected]]);
}

/// The runtime reads the bodies of both statuses. But 202 means that the request is not completed
/// yet.
#[test]
fn another_status_of_a_success_changes_behaviour_and_breaks_nothing() {
    let new = with(|d| {
        let response = d.remove(THINGS, "/actions/get/responses/200");
        d.set(THINGS, "/actions/get/responses/202", response);
    });
    let expected =
        "status-changed Behaviour Minor Fine resources/things.json#/actions/get/responses";
    assert_eq!(both(&Description::base(), &new), [[expected], [expected]]);
}

/// Two files describe the same type. A change of the second file is shown in the second file.
#[test]
fn a_change_is_shown_in_the_file_that_changed() {
    let role = |values: Value| object(json!({"role": {"type": "string", "enum": values}}));
    let of = |values: Value| {
        with(|d| {
            d.file("types/alpha.json", role(json!(["a", "b"])));
            d.file("types/zeta.json", role(values));
            d.set(READ, "/properties/alpha", reference("alpha"));
            d.set(SENT, "/properties/zeta", reference("zeta"));
        })
    };
    let [forth, back] = both(&of(json!(["a", "b", "c"])), &of(json!(["a", "b"])));
    let is_in = |lines: &[String]| {
        lines
            .iter()
            .all(|line| line.ends_with("types/zeta.json#/properties/role"))
    };
    assert_eq!((forth.len(), back.len()), (1, 1), "{forth:?} {back:?}");
    assert!(is_in(&forth) && is_in(&back), "{forth:?} {back:?}");
}

#[test]
fn a_change_of_a_part_of_a_type_is_shown_in_the_part() {
    let of = |kind: &str| {
        with(|d| {
            d.file(
                "types/part.json",
                json!({"type": "object", "properties": {"x": {"type": kind}}}),
            );
            d.file("types/sum.json", json!({"allOf": [reference("part"), {"type": "object", "properties": {"y": {"type": "string"}}}]}));
            d.set(READ, "/properties/sum", reference("sum"));
        })
    };
    for lines in both(&of("string"), &of("boolean")) {
        let sum = lines
            .iter()
            .find(|line| line.starts_with("type-changed"))
            .unwrap();
        assert!(sum.contains("types/part.json"), "{lines:?}");
    }
}

#[test]
fn a_removed_part_is_not_shown_in_a_missing_file() {
    let imported = |upstream: &str| with(|d| d.set(API, "/upstream", json!(upstream)));
    let mut old = imported("1");
    old.file("resources/gone.json", json!({"path": "/gone", "actions": {"get": {"method": "GET", "pin": "none", "responses": {"204": {}}}}}));
    old.file("types/gone.json", json!({"type": "string", "if": {}}));
    let new = imported("2");
    let changes = compared(&old, &new);
    assert!(
        changes
            .iter()
            .any(|change| change.rule.id == "compat/left-out")
    );
    for change in changes {
        let at = &change.diagnostic;
        assert!(new.0.contains_key(at.file()), "{at:?}");
        assert!(new.0[at.file()].pointer(at.pointer()).is_some(), "{at:?}");
    }
}

/// A replaced result is reported for each action separately.
#[test]
fn a_type_replaced_by_several_others_is_reported_for_each() {
    let of = |targets: [&'static str; 3]| {
        with(|d| {
            d.file("types/aaa.json", object(json!({"a": {"type": "string"}})));
            d.file(
                "types/alpha.json",
                object(json!({"a": {"type": "string"}, "b": {"type": "string"}})),
            );
            d.file(
                "types/other.json",
                object(json!({"z": {"type": "integer"}})),
            );
            for (name, target) in ["one", "two", "three"].into_iter().zip(targets) {
                let action = json!({"method": "GET", "path": format!("/{name}"), "responses": {"200": {"schema": reference(target)}}});
                d.set(THINGS, &format!("/actions/{name}"), action);
            }
        })
    };
    let old = of(["alpha", "alpha", "alpha"]);
    let mut new = of(["spare", "other", "alpha"]);
    new.remove("types/alpha.json", "/properties/b");
    let changes = compared(&old, &new);
    let of_alpha = changes
        .iter()
        .filter(|c| c.diagnostic.message().starts_with("`Alpha` is "));
    assert_eq!(of_alpha.count(), 0, "{changes:#?}");
    let replaced = changes
        .iter()
        .filter(|c| c.rule.id == "compat/type-changed");
    assert_eq!(replaced.count(), 2, "{changes:#?}");
}
