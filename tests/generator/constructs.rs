//! The Rust for each construct of a schema or a descriptor.

use serde_json::{Value, json};

use crate::schemas::Schemas;

/// The module of the type `thing`, which requests and responses use.
fn emitted(thing: Value) -> String {
    file(thing, "src/types/thing.rs")
}

fn file(thing: Value, path: &str) -> String {
    let files = described(thing, &[]).generate();
    let files = files.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let text = files.get(path).unwrap_or_else(|| panic!("no {path}"));
    // The docs are irrelevant here.
    let code = text.lines().filter(|line| !line.trim().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

fn described(thing: Value, more: &[(&str, Value)]) -> Schemas {
    let body = json!({"$ref": "#/definitions/thing"});
    let mut schemas = Schemas::default()
        .with(
            "api.json",
            r#"{"title": "T", "version": "1", "baseUrl": "https://example.com",
                "package": {"name": "constructs", "version": "1.0.0"}}"#,
        )
        .with(
            "resources/things.json",
            json!({"path": "/things", "actions": {"put": {
                "method": "PUT",
                "params": [{"name": "thing", "in": "body", "required": true, "schema": body}],
                "responses": {"200": {"schema": body}},
            }}})
            .to_string(),
        )
        .with("types/thing.json", thing.to_string());
    for (path, value) in more {
        schemas = schemas.with(path, value.to_string());
    }
    schemas
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

fn assert_has(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn null_beside_a_type_is_a_separate_value() {
    let text = emitted(object(json!({
        "a": {"type": ["string", "null"]},
        "b": {"oneOf": [{"type": "null"}, {"type": "array", "items": {"type": "integer"}}]},
        "c": {"enum": ["x", null]},
    })));
    assert_has(
        &text,
        &[
            "into a: Nullable<String> = \"a\" nullable,",
            "into b: Nullable<List<i64>> = \"b\" nullable,",
            "into c: Nullable<ThingC> = \"c\" nullable,",
        ],
    );
}

#[test]
fn scalars_of_several_types_are_one_scalar_with_rules() {
    let text = emitted(object(json!({
        "any": {"type": ["string", "number", "boolean", "null"]},
        "some": {"type": ["string", "number"], "maxLength": 3},
        "either": {"oneOf": [{"type": "integer", "minimum": 0}, {"enum": ["all"]}]},
        "strings": {"oneOf": [{"type": "string", "maxLength": 3}, {"enum": [""]}]},
        "numbers": {"enum": [1, 2]},
    })));
    assert_has(
        &text,
        &[
            "into any: Scalar = \"any\" nullable,",
            "Kinds(&[client_runtime::Kind::String, client_runtime::Kind::Number]), MaxLength(3)",
            "into either: Scalar = \"either\" nullable [Meets(&crate::conditions::THING_EITHER)]",
            "into strings: String = \"strings\" [Meets(&crate::conditions::THING_STRINGS)]",
            "set numbers: i64 = \"numbers\" [OneOf(&[\"1\", \"2\"])]",
        ],
    );
}

#[test]
fn a_required_discriminator_is_a_constant() {
    let branch = |strings: Value, required: Value| {
        let mut branch = object(json!({"type": {"enum": strings}, "size": {"type": "integer"}}));
        branch["required"] = required;
        branch
    };
    let text = emitted(json!({"oneOf": [
        branch(json!(["circle"]), json!(["type"])),
        branch(json!(["square", "box"]), json!(["type"])),
        branch(json!(["dot"]), json!([])),
    ]}));
    assert_has(
        &text,
        &[
            "Circle(Box<ThingCircle>): object \"type\" = \"circle\"",
            "Square(Box<ThingSquare>): object \"type\" = \"square\" | \"box\"",
            "Dot(Box<ThingDot>): object \"type\" = \"dot\"",
            "const \"type\" = \"circle\"",
            "Unknown(Json)",
        ],
    );
    assert!(!text.contains("const \"type\" = \"dot\""), "{text}");
}

#[test]
fn an_optional_discriminator_is_set_in_new_values() {
    let branch = |text: &str| object(json!({"type": {"enum": [text]}, text: {"type": "integer"}}));
    let text = emitted(json!({"oneOf": [branch("circle"), branch("dot")]}));
    assert_has(
        &text,
        &[
            "set r#type: ThingCircleType = \"type\",",
            "r#type: Some(\"circle\".into()),",
            "..Self::default()",
        ],
    );
}

#[test]
fn branches_without_a_discriminator_are_named_after_their_unique_properties() {
    let text = emitted(json!({"oneOf": [
        object(json!({"id": {"type": "string"}, "name": {"type": "string"}})),
        object(json!({"email": {"type": "string"}, "name": {"type": "string"}})),
        {"type": "array", "items": {"type": "string"}},
        {"type": "boolean"},
        {"type": "string"},
    ]}));
    assert_has(
        &text,
        &[
            "Id(Box<ThingId>): object",
            "Email(Box<ThingEmail>): object",
            "List(List<String>): array",
            "Value(Scalar): scalar",
        ],
    );
}

#[test]
fn a_branch_that_only_requires_properties_is_a_rule_of_the_object() {
    let mut thing = object(json!({"a": {"type": "string"}, "b": {"type": "string"}}));
    thing["anyOf"] = json!([{"required": ["a"]}, {"required": ["b"]}]);
    thing["minProperties"] = json!(1);
    let rules = "where [MinProperties(1), AnyRequired(&[&[\"a\"], &[\"b\"]])]";
    assert_has(&emitted(thing), &[rules]);
}

#[test]
fn unnamed_properties_are_a_map() {
    let text = emitted(object(json!({
        "map": {"type": "object", "additionalProperties": false,
            "patternProperties": {"^[a-z]+$": {"type": "string", "maxLength": 3}}},
        "row": {"type": "object", "properties": {"id": {"type": "string"}},
            "additionalProperties": {"type": "integer"}},
        "empty": {"type": "object", "additionalProperties": false},
    })));
    assert_has(
        &text,
        &[
            "map map: String = \"map\" [Keys(client_runtime::pattern!(\"^[a-z]+$\")), Each(&[MaxLength(3)])]",
            "    } +\n    additional: i64\n}",
            "set empty: EmptyObject = \"empty\",",
        ],
    );
}

#[test]
fn all_of_is_one_object() {
    let part = |properties: Value| json!({"type": "object", "properties": properties});
    let schemas = described(
        json!({"allOf": [
            {"$ref": "#/definitions/base"},
            part(json!({"b": {"type": "boolean"}})),
        ]}),
        &[("types/base.json", part(json!({"a": {"type": "string"}})))],
    );
    let files = schemas.generate().unwrap();
    let text = files.get("src/types/thing.rs").unwrap();
    assert_has(text, &["into a: String = \"a\",", "set b: bool = \"b\","]);
}

#[test]
fn recursive_types_are_boxed_unless_another_container_holds_them() {
    let text = emitted(object(json!({
        "own": {"$ref": "#/definitions/thing"},
        "null": {"oneOf": [{"type": "null"}, {"$ref": "#/definitions/thing"}]},
        "list": {"type": "array", "items": {"$ref": "#/definitions/thing"}},
        "union": {"oneOf": [{"type": "string"}, {"$ref": "#/definitions/thing"}]},
    })));
    assert_has(
        &text,
        &[
            "into own: Box<Thing> = \"own\",",
            "into null: Nullable<Box<Thing>> = \"null\" nullable,",
            "list list: Thing = \"list\",",
            "Thing(Box<Thing>): object",
        ],
    );
}

#[test]
fn a_union_may_contain_itself_or_null_and_a_reference_may_be_described() {
    let text = emitted(json!({"oneOf": [
        {"type": "string"},
        object(json!({
            "parent": {"oneOf": [{"$ref": "#/definitions/thing"}, {"type": "null"}]},
            "next": {"description": "The next one.", "allOf": [{"$ref": "#/definitions/thing"}]},
        })),
    ]}));
    let lines = [
        "into parent: Nullable<Thing> = \"parent\" nullable",
        "into next: Thing = \"next\"",
    ];
    assert_has(&text, &lines);
}

#[test]
fn equal_shapes_in_several_files_are_one_type() {
    let tag = || object(json!({"key": {"type": "string"}, "value": {"type": "string"}}));
    let tags = json!({"type": "array", "items": tag()});
    let schemas = described(
        object(json!({"tags": tags, "other": {"$ref": "#/definitions/other"}})),
        &[(
            "types/other.json",
            object(json!({"tags": tags, "copy": tag()})),
        )],
    );
    let files = schemas.generate().unwrap();
    assert!(files.get("src/types/tag.rs").is_some());
    let other = files.get("src/types/other.rs").unwrap();
    assert_has(
        other,
        &["list tags: Tag = \"tags\",", "set copy: Tag = \"copy\","],
    );
}

#[test]
fn several_successes_are_an_enum_by_status() {
    let body = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let other = json!({"type": "object", "properties": {"job": {"type": "string"}}});
    let action = |responses: Value| json!({"method": "POST", "responses": responses});
    let schemas = described(
        json!({}),
        &[(
            "resources/jobs.json",
            json!({"path": "/jobs", "actions": {
                "run": action(json!({
                    "200": {"schema": body}, "202": {"schema": other}, "404": {"schema": other},
                })),
                "find": action(json!({"200": {"schema": body}, "204": {}})),
                "same": action(json!({"200": {"schema": body}, "201": {"schema": body}})),
            }}),
        )],
    );
    let files = schemas.generate().unwrap();
    let text = files.get("src/resources/jobs.rs").unwrap();
    assert_has(
        text,
        &[
            "-> JobsRunOutcome { 200 Ok(types::JobsFindResponse), 202 Accepted(types::",
            "-> Option<types::JobsFindResponse>\n",
            "-> types::JobsFindResponse\n",
            "Other(Json)",
        ],
    );
}

#[test]
fn a_request_has_one_body_and_a_stream_has_none() {
    let schemas = described(
        json!({}),
        &[(
            "resources/wrong.json",
            json!({"path": "/wrong", "actions": {
                "both": {"method": "POST", "responses": {}, "params": [
                    {"name": "body", "in": "body", "schema": {}},
                    {"name": "file", "in": "multipart", "type": "file"},
                ]},
                "half": {"method": "GET", "responses": {
                    "200": {"sseEvents": {"ping": {"schema": {}}}}}},
                "body": {"method": "GET", "sseStream": true, "responses": {
                    "200": {"schema": {}}}},
            }}),
        )],
    );
    let mistakes = schemas.generate().unwrap_err();
    let messages: Vec<_> = mistakes.iter().map(|mistake| mistake.message()).collect();
    assert_eq!(
        messages,
        [
            "the success of an event stream cannot have a body",
            "a request has both a JSON body and parts",
            "the action has events, but is not an event stream",
        ]
    );
}

/// The module of a resource that lists things page by page, with these parameters of its own and
/// shared ones.
fn listed(own: Value, shared: Value, pin: Value) -> String {
    let pages = [
        json!({"page": "page", "perPage": "perPage", "items": "items", "total": "total"}),
        json!({"cursor": "after", "key": "id", "items": "items"}),
    ];
    let api = json!({"title": "T", "version": "1", "baseUrl": "https://example.com",
        "package": {"name": "constructs", "version": "1.0.0"}, "paging": pages});
    let item = json!({"type": "object", "properties": {"id": {"type": "string"}}});
    let mut get = json!({"method": "GET", "params": own,
        "responses": {"200": {"schema": {"$ref": "#/definitions/thing"}}}});
    if !pin.is_null() {
        get["pin"] = pin;
    }
    let resource = json!({"path": "/things", "params": shared, "actions": {"get": get}});
    let thing = object(json!({"items": {"type": "array", "items": item},
        "total": {"type": "integer"}}));
    let more = [("api.json", api), ("resources/things.json", resource)];
    let files = described(thing, &more).generate();
    let files = files.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    files.get("src/resources/things.rs").unwrap().to_owned()
}

#[test]
fn a_collection_is_paginated_by_the_actions_own_parameters_and_pinned_by_a_timestamp() {
    let query = |name: &str, kind: &str| json!({"name": name, "in": "query", "type": kind});
    let by_page = json!([query("page", "integer"), query("perPage", "integer")]);
    let text = listed(by_page.clone(), json!([]), Value::Null);
    assert_has(&text, &["    page: page,\n    total: total\n});"]);
    // Fields of the struct with the resource's parameters are not fields of the request.
    let text = listed(json!([]), by_page, Value::Null);
    assert!(!text.contains("paged!"), "{text}");

    let mut end = query("until", "string");
    end["format"] = "date-time".into();
    let by_cursor = json!([query("after", "string"), end]);
    let text = listed(by_cursor, json!([]), "until".into());
    assert_has(
        &text,
        &["    cursor: after: String,\n    key: id,\n    pin: until\n});"],
    );
}
