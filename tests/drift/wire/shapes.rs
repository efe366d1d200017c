//! Maps, unions, and schemas that refer to themselves.

use super::*;

#[test]
fn free_form_objects_and_maps_have_no_unknown_properties_but_values_of_maps_may() {
    let fine = json!({
        "free": {"a": {"b": 1}}, "map": {"575ec7417ae143cd83dc4a96": {"size": 1}},
        "rooms": {"room1": "a"},
    });
    assert_eq!(found_in_thing(fine), [""; 0]);
    let wrong = json!({
        "map": {"575ec7417ae143cd83dc4a96": {"size": 1, "colour": 1}, "b": {"size": "x"}},
        "rooms": {"hall": "a", "room1": 7},
    });
    assert_eq!(
        found_in_thing(wrong),
        [
            "wire/unknown-property things.get 200 /map/*/colour",
            "wire/unknown-property things.get 200 /rooms/*",
            "wire/wrong-type things.get 200 /map/*/size is string",
            "wire/wrong-type things.get 200 /rooms/* is integer",
        ]
    );
}

#[test]
fn the_best_matching_branch_of_a_union_is_compared() {
    let shapes = [
        (json!({"type": "circle", "radius": 1}), None),
        (json!("abc"), None),
        (
            json!({"type": "circle", "radius": -1}),
            Some("constraint-broken things.get 200 /shape/radius minimum"),
        ),
        (
            json!({"type": "square", "radius": 1}),
            Some("unknown-property things.get 200 /shape/radius"),
        ),
        (
            json!({"type": "oval", "radius": 1}),
            Some("unknown-enum-value things.get 200 /shape/type = oval"),
        ),
        (
            json!("abcd"),
            Some("constraint-broken things.get 200 /shape maxLength"),
        ),
        (
            json!([1]),
            Some("wrong-type things.get 200 /shape is array"),
        ),
    ];
    for (shape, expected) in shapes {
        let found = found_in_thing(json!({"shape": shape}));
        let expected = expected.map(|text| format!("wire/{text}"));
        assert_eq!(found, Vec::from_iter(expected), "{shape}");
    }
}

#[test]
fn a_schema_that_refers_to_itself_in_every_branch_terminates() {
    let traffic = Traffic::new();
    let schemas = other_schemas(traffic.0.path(), None);
    let branch = |name: &str| {
        json!({"type": "object", "required": ["never"], "properties": {
            "never": {"type": "integer"}, "next": {"$ref": "#/definitions/base"}, name: {"type": "string"}}})
    };
    let branches = ["a", "b", "c", "d"].map(branch);
    let schema = json!({"oneOf": branches});
    std::fs::write(schemas.join("types/base.json"), schema.to_string()).unwrap();
    let mut value = json!({});
    for _ in 0..60 {
        value = json!({"next": value});
    }
    let file = traffic.file("a.jsonl", lines(&[get("/things", 200, &value)]));
    // There are 4⁶⁰ paths through the branches.
    assert!(!run(&schemas, &[file]).is_empty());
}
