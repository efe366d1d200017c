//! Changes in made-up histories that were once missed, folded into others, or shown in unchanged
//! text.

use serde_json::json;

use super::base::{BOTH, Description, JOBS, READ, SENT, THINGS, reference};
use super::field::{both, with};
use super::pairs::compared;

#[test]
fn a_collection_no_longer_paginated_shows_the_changed_key_or_property() {
    let by_cursor = with(|d| {
        d.set(
            THINGS,
            "/actions/get/params/0",
            json!({"name": "after", "in": "query", "type": "string"}),
        );
    });
    let mut of_another_key = by_cursor.clone();
    of_another_key.set(READ, "/properties/id/format", json!("date-time"));
    let mut of_one_item = by_cursor.clone();
    of_one_item.set(
        "types/things.json",
        "/properties/items",
        json!({"type": "object"}),
    );
    let cases = [
        (of_another_key, "types/thing.json#/properties/id"),
        (of_one_item, "types/things.json#/properties/items"),
    ];
    for (new, place) in cases {
        let [forth, back] = both(&by_cursor, &new);
        let removed = format!("paging-removed Source Major Fine {place}");
        let added = format!("paging-added Additive Minor Fine {place}");
        assert!(forth.contains(&removed), "{forth:#?}");
        assert!(back.contains(&added), "{back:#?}");
    }
}

/// Other parameters change in the same version.
#[test]
fn a_collection_no_longer_paginated_shows_the_changed_parameter() {
    let new = with(|d| {
        d.set(THINGS, "/actions/get/params/0/type", json!("string"));
        d.set(THINGS, "/actions/get/params/1/description", json!("Size."));
    });
    let [forth, _] = both(&Description::base(), &new);
    let expected =
        "paging-removed Source Major Fine resources/things.json#/actions/get/params/0".to_owned();
    assert!(forth.contains(&expected), "{forth:#?}");
}

/// The renamed file is used in two places. One of them also gets another type.
#[test]
fn a_renamed_file_is_found_beside_a_change_of_its_place() {
    let old = with(|d| {
        d.set(
            THINGS,
            "/actions/put/responses/200/schema",
            json!({"type": "array", "items": reference("settings")}),
        );
    });
    let new = with(|d| {
        let settings = d.0.remove(BOTH).unwrap();
        d.file("types/preferences.json", settings);
        for place in ["params/0", "responses/200"] {
            let schema = format!("/actions/put/{place}/schema");
            d.set(THINGS, &schema, reference("preferences"));
        }
    });
    for changes in [compared(&old, &new), compared(&new, &old)] {
        let renamed = changes
            .iter()
            .find(|change| change.rule.id == "compat/type-renamed")
            .unwrap_or_else(|| panic!("{changes:#?}"));
        let message = renamed.diagnostic.message();
        assert!(message.contains("Preferences") && message.contains("Settings"));
        // The types named after it are consequences of that, not of the changed result.
        let following = |rule: &str| {
            let mut of_rule = changes.iter().filter(|change| change.rule.id == rule);
            of_rule.next().map(|change| change.consequences.len())
        };
        assert_eq!(following("compat/type-changed"), Some(0), "{changes:#?}");
        assert_eq!(following("compat/type-renamed"), Some(3), "{changes:#?}");
    }
}

#[test]
fn a_property_required_by_the_rest_of_its_object_is_shown_there() {
    // `weight` is not described, so it can appear only while other properties are allowed.
    let choices = json!([{"required": ["weight"]}, {"required": ["note"]}]);
    let closed = with(|d| d.set(SENT, "/anyOf", choices));
    let mut open = closed.clone();
    open.remove(SENT, "/additionalProperties");
    let is_shown = |found: &[String], rule: &str, place: &str| {
        let place = format!("types/thingPost.json#{place}");
        let mut found = found.iter();
        found.any(|line| line.starts_with(rule) && line.ends_with(&place))
    };
    let [forth, back] = both(&Description::base(), &closed);
    assert!(
        is_shown(&forth, "property-required", "/anyOf"),
        "{forth:#?}"
    );
    // It exists only in the old version, so the object is shown.
    assert!(is_shown(&back, "property-optional", ""), "{back:#?}");
    let [forth, back] = both(&closed, &open);
    assert!(is_shown(&forth, "property-optional", ""), "{forth:#?}");
    let place = "/additionalProperties";
    assert!(is_shown(&back, "property-required", place), "{back:#?}");
    // The other alternative is gone.
    let choices = json!([{"required": ["size"]}, {"required": ["note"]}]);
    let either = with(|d| d.set(SENT, "/anyOf", choices));
    let mut one = either.clone();
    one.remove(SENT, "/properties/size");
    let [forth, back] = both(&either, &one);
    assert!(
        is_shown(&forth, "property-required", "/properties"),
        "{forth:#?}"
    );
    let place = "/properties/size";
    assert!(is_shown(&back, "property-optional", place), "{back:#?}");
    let changes = compared(&either, &one);
    let mut messages = changes.iter().map(|change| change.diagnostic.message());
    let message = "`ThingPost.note` is now required, since `size` is gone";
    assert!(messages.any(|found| found == message), "{changes:#?}");
    // A list of names is shown at the property.
    let required = with(|d| d.push(SENT, "/required", json!("note")));
    for (found, rule) in both(&Description::base(), &required)
        .iter()
        .zip(["property-required", "property-optional"])
    {
        assert!(is_shown(found, rule, "/properties/note"), "{found:#?}");
    }
}

#[test]
fn a_type_that_becomes_unused_is_still_compared() {
    let new = with(|d| {
        d.set(
            THINGS,
            "/actions/post/params/0/schema",
            reference("settings"),
        );
        d.set(SENT, "/properties/labels", json!({"type": "boolean"}));
    });
    for found in both(&Description::base(), &new) {
        let changed = "type-changed Source Major Fine types/thingPost.json#/properties/labels";
        assert!(found.contains(&changed.to_owned()), "{found:#?}");
    }
}

/// Each action's own parameter is compared with the shared one that it replaces.
#[test]
fn a_parameter_that_becomes_each_actions_own_may_change_in_one_of_them() {
    let old = with(|d| {
        d.push(
            THINGS,
            "/params",
            json!({"name": "trace", "in": "query", "type": "string"}),
        );
    });
    let new = with(|d| {
        for action in ["get", "post", "put", "delete"] {
            let params = format!("/actions/{action}/params");
            if action == "delete" {
                d.set(THINGS, &params, json!([]));
            }
            let kind = if action == "put" { "integer" } else { "string" };
            d.push(
                THINGS,
                &params,
                json!({"name": "trace", "in": "query", "type": kind}),
            );
        }
    });
    for changes in [compared(&old, &new), compared(&new, &old)] {
        let found: Vec<_> = changes
            .iter()
            .map(|change| (change.rule.id, change.subject.as_str()))
            .collect();
        let expected = [
            (
                "compat/type-changed",
                "the parameter `trace` of `things.put`",
            ),
            (
                "compat/parameter-rehomed",
                "the parameter `trace` of the resource `things`",
            ),
        ];
        assert_eq!(found, expected, "{changes:#?}");
    }
}

#[test]
fn a_result_that_is_no_longer_a_stream_is_shown_at_sse_stream() {
    let of = |is_stream: bool| {
        with(|d| {
            d.set(JOBS, "/actions/watch/responses/200", json!({}));
            d.set(JOBS, "/actions/watch/sseStream", json!(is_stream));
        })
    };
    let expected =
        "success-changed Source Major Breaks resources/jobs.json#/actions/watch/sseStream";
    assert_eq!(both(&of(true), &of(false)), [[expected], [expected]]);
}
