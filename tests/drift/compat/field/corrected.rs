//! Versions with corrections of the vendor's description.

use serde_json::{Value, json};
use xtask::corrections;

use super::super::base::{API, Description, SENT, THINGS};
use super::{LOOSER, TIGHTER, both, with};

/// An action is compared even if it has an unknown key.
#[test]
fn a_key_unknown_in_one_vendor_version_is_left_out_with_a_note() {
    let imported = |upstream: &str| with(|d| d.set(API, "/upstream", json!(upstream)));
    let mut old = imported("1");
    old.set(THINGS, "/actions/post/audit", json!(true));
    old.set(THINGS, "/audit", json!({"level": 3}));
    old.set(THINGS, "/actions/get/params/0/sensitive", json!(true));
    old.set(SENT, "/properties/name/sensitive", json!(true));
    let mut new = imported("2");
    new.set(THINGS, "/actions/get/method", json!("POST"));
    for lines in both(&old, &new) {
        let mut rules: Vec<_> = lines
            .iter()
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        rules.sort_unstable();
        assert_eq!(rules, ["method-changed", "mistakes-corrected"], "{lines:?}");
    }
}

/// A version with an overlay for version 2.
fn corrected(
    upstream: &str,
    corrections: &Value,
    edit: impl FnOnce(&mut Description),
) -> Description {
    with(|d| {
        d.set(API, "/upstream", json!(upstream));
        let overlay = json!({"upstream": "2", "description": "For 2.", "corrections": corrections});
        d.file("overlays/o.json", overlay);
        edit(d);
    })
}

fn correction(pointer: &str, more: Value) -> Value {
    let mut correction = json!({"file": SENT, "pointer": pointer, "reason": "It is wrong."});
    correction
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    correction
}

#[test]
fn a_correction_that_moves_a_property_adds_it_only_where_it_existed() {
    let corrections = json!([
        correction("/x", json!({"expected": {"type": "boolean"}})),
        correction("/properties/x", json!({"value": {"type": "boolean"}})),
    ]);
    let old = corrected("1", &corrections, |_| {});
    let new = corrected("2", &corrections, |d| {
        d.set(SENT, "/x", json!({"type": "boolean"}))
    });
    let added = "property-added Additive Minor Fine types/thingPost.json#/properties";
    let removed = "property-removed Source Major BreaksSome types/thingPost.json#/properties";
    assert_eq!(both(&old, &new), [[added], [removed]]);
}

#[test]
fn a_correction_without_its_other_half_is_made_in_neither_version() {
    let corrections = json!([
        correction("/properties/a/min", json!({"expected": 4})),
        correction("/properties/a/minLength", json!({"value": 4})),
    ]);
    let of = |upstream: &str, limit: &str, value: u64| {
        corrected(upstream, &corrections, |d| {
            d.set(
                SENT,
                "/properties/a",
                json!({"type": "string", limit: value}),
            )
        })
    };
    let [forth, back] = both(&of("1", "minLength", 1), &of("2", "min", 4));
    let limits = |lines: &[String]| -> Vec<String> {
        let limits = lines.iter().filter(|line| line.starts_with("limit"));
        limits.cloned().collect()
    };
    assert_eq!(limits(&forth), [TIGHTER], "{forth:?}");
    assert_eq!(limits(&back), [LOOSER], "{back:?}");
}

#[test]
fn a_correction_of_an_item_by_index_follows_the_item() {
    let branch = |name: &str| json!({"type": "object", "additionalProperties": false, "required": [name], "properties": {name: {"type": "string"}}});
    let corrections = json!([correction(
        "/properties/t/oneOf/1/title",
        json!({"value": "Pair"})
    )]);
    let of = |upstream: &str, branches: Value| {
        corrected(upstream, &corrections, |d| {
            d.set(SENT, "/properties/t", json!({"oneOf": branches}))
        })
    };
    let old = of("1", json!([branch("a"), branch("b")]));
    let new = of("2", json!([{"type": "null"}, branch("a"), branch("b")]));
    let at = "types/thingPost.json#/properties/t";
    assert_eq!(
        both(&old, &new),
        [
            [format!("null-added Source Major Fine {at}")],
            [format!("null-removed Source Major BreaksSome {at}")]
        ]
    );
}

/// All proposed corrections can be pasted together.
#[test]
fn proposals_for_one_file_do_not_contradict_each_other() {
    let mut description = with(|d| {
        d.set(API, "/upstream", json!("1"));
        d.set(
            SENT,
            "/properties/size",
            json!({"type": "integer", "minimum": "1"}),
        );
        d.set(SENT, "/x", json!({"type": "string", "maxLength": "7"}));
        d.set(
            SENT,
            "/properties/shape/oneOf",
            json!([[{"type": "string", "minLength": "1"}], {"type": "object"}]),
        );
    });
    let mut rounds = 0;
    while let Err(mistakes) = codegen::generate(&description.source()) {
        let text = corrections::suggest(mistakes, &description.source()).to_string();
        let entries = text.split("of a file in upstream/:").skip(1).map(|rest| {
            let lines = rest
                .lines()
                .skip(1)
                .map(str::trim)
                .map(|line| line.trim_start_matches("| "));
            let lines = lines.take_while(|line| !line.is_empty() && !line.starts_with("error"));
            format!("[{}]", lines.collect::<Vec<_>>().join("\n"))
        });
        let mut all = Vec::new();
        for entry in entries {
            let list: Vec<Value> =
                serde_json::from_str(&entry).unwrap_or_else(|e| panic!("{e}: {entry}\n{text}"));
            all.extend(list);
        }
        assert!(!all.is_empty(), "{text}");
        let overlay = json!({"upstream": "1", "description": "d", "corrections": all});
        description.file("overlays/o.json", overlay);
        let corrected = corrections::corrected(&description.source());
        let corrected = corrected.unwrap_or_else(|mistakes| panic!("{mistakes}"));
        description = Description(
            corrected
                .files()
                .map(|(path, bytes)| (path.to_owned(), serde_json::from_slice(bytes).unwrap()))
                .collect(),
        );
        rounds += 1;
        assert!(rounds < 8, "{text}");
    }
    assert!(rounds > 0);
}
