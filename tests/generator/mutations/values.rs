//! Plausible names, strings and schemas.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

/// The prefix of a type's number in a reference: the types themselves are chosen later.
pub const NUMBERED: &str = "\u{2}";

const NAMES: &[&str] = &[
    "",
    "$and",
    "3.1.1",
    "*",
    "type",
    "match",
    "self",
    "Self",
    "crate",
    "super",
    "extra",
    "new",
    "clone",
    "additional",
    "path",
    "globals",
    "items",
    "item",
    "send",
    "client",
    "value",
    "id",
    "name",
    "kind",
    "Vec",
    "Option",
    "String",
    "Result",
    "ok",
    "Err",
    "None",
    "async",
    "gen",
    "_",
    "a-b",
    "a b",
    "aB",
    "日本",
    "ü",
    "dynamic",
    "all",
    "default",
    "mod",
    "types",
    "errors",
    "s",
    "page",
    "perPage",
    "totalCount",
    "after",
    "limit",
    "offset",
    "hasMore",
    "body",
    "request",
    "response",
    "event",
    "unknown",
    "Unknown",
    "list",
    "text",
    "number",
    "flag",
    "map",
    "empty",
    "object",
    "core",
    "std",
    "serde",
    "losant",
    "content-type",
    "authorization",
    "builder",
];

const STRINGS: &[&str] = &[
    "A word.",
    "",
    " ",
    "`",
    "*/ //! /*",
    "a\r\nb\rc",
    "```\nfn f(",
    "# Title\n\n- a\n- b",
    "[x](y) <z>",
    "\u{202e}\u{0}\u{7}",
    "\"\\",
    "{} {{}} {0}",
    "    indented",
    "| a |\n|---|",
    "r#\"x\"#",
    "日本語",
];

pub fn names() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        8 => select(NAMES).prop_map(str::to_owned),
        2 => "[a-zA-Z0-9_$.*-]{1,6}",
        1 => ".{0,4}",
    ]
}

pub fn strings() -> impl Strategy<Value = String> + Clone {
    prop_oneof![4 => select(STRINGS).prop_map(str::to_owned), 1 => ".{0,12}"]
}

pub fn scalars() -> impl Strategy<Value = Value> + Clone {
    prop_oneof![
        names().prop_map(Value::from),
        any::<i8>().prop_map(Value::from),
        select(vec![
            json!(true),
            json!(false),
            json!(0.5),
            json!(null),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(-0.0),
            json!(1e300),
        ]),
    ]
}

pub fn references() -> impl Strategy<Value = Value> + Clone {
    any::<u8>().prop_map(|number| json!({"$ref": format!("{NUMBERED}{number}")}))
}

/// Schemas without nested schemas.
fn leaves() -> impl Strategy<Value = Value> + Clone {
    let limits = (0_u64..9, 0_u64..9);
    let enums = prop::collection::btree_set(names(), 1..5);
    let mixed = prop::collection::vec(scalars(), 1..5);
    prop_oneof![
        4 => references(),
        2 => select(vec![
            json!({}), json!({"type": "string"}), json!({"type": "integer"}),
            json!({"type": "number"}), json!({"type": "boolean"}), json!({"type": "null"}),
            json!({"type": "object"}), json!({"type": "array"}),
            json!({"type": "string", "format": "date-time"}),
            json!({"type": "integer", "format": "unix-ms"}),
            json!({"type": "string", "pattern": "^[A-Fa-f\\d]{24}$"}),
            json!({"type": "string", "pattern": "^\"\\\\`\\r#$"}),
            json!({"type": ["string", "null"], "format": "date-time"}),
            json!({"type": ["string", "number", "boolean"]}),
            json!({"type": ["object", "null"], "properties": {"a": {}}}),
            json!({"type": ["array", "object", "string", "integer", "null"]}),
            json!({"type": "object", "additionalProperties": false}),
            json!({"type": "object", "additionalProperties": true, "minProperties": 1}),
        ]),
        1 => limits.clone().prop_map(|(low, more)| {
            json!({"type": "string", "minLength": low, "maxLength": low + more})
        }),
        1 => limits.prop_map(|(low, more)| {
            json!({"type": ["integer", "null"], "minimum": low as f64 - 0.5, "maximum": low + more + 1})
        }),
        2 => enums.prop_map(|values| json!({"enum": values})),
        1 => mixed.prop_map(|values| json!({"enum": values})),
        1 => scalars().prop_map(|value| json!({"const": value})),
    ]
}

/// Plausible schemas.
pub fn schemas() -> impl Strategy<Value = Value> + Clone {
    leaves().prop_recursive(4, 24, 4, |inner| {
        let members = prop::collection::vec((names(), inner.clone()), 0..5);
        let branches = prop::collection::vec(inner.clone(), 1..4);
        let objects = prop::collection::vec(object(members.clone().boxed()), 1..4);
        prop_oneof![
            3 => inner.clone().prop_map(|item| json!({"type": "array", "items": item})),
            5 => object(members.clone().boxed()),
            2 => inner.clone().prop_map(|value| json!({
                "type": "object", "additionalProperties": value})),
            1 => (inner.clone(), any::<bool>()).prop_map(|(value, open)| json!({
                "type": "object", "patternProperties": {"^[a-z]": value},
                "additionalProperties": open})),
            3 => branches.clone().prop_map(|branches| json!({"oneOf": branches})),
            2 => branches.prop_map(|branches| json!({"anyOf": branches})),
            2 => inner.prop_map(|other| json!({"oneOf": [{"type": "null"}, other]})),
            3 => objects.clone().prop_map(|branches| json!({"oneOf": branches})),
            2 => objects.clone().prop_map(tagged),
            2 => objects.prop_map(|parts| json!({"allOf": parts})),
        ]
    })
}

/// An object with properties, some of them required.
fn object(members: BoxedStrategy<Vec<(String, Value)>>) -> impl Strategy<Value = Value> + Clone {
    let title = prop::option::weighted(0.3, names());
    let rest = prop_oneof![
        3 => Just(None),
        1 => Just(Some(json!(false))),
        1 => leaves().prop_map(Some),
    ];
    (members, any::<u8>(), title, rest).prop_map(|(members, mask, title, rest)| {
        let required = members.iter().enumerate();
        let required = required.filter(|(n, _)| mask >> (n % 8) & 1 == 1);
        let required: Vec<&String> = required.map(|(_, (name, _))| name).collect();
        let mut schema = json!({"type": "object", "required": required});
        let members: Map<String, Value> = members.into_iter().collect();
        schema["properties"] = Value::Object(members);
        if let Some(title) = title {
            schema["title"] = title.into();
        }
        if let Some(rest) = rest {
            schema["additionalProperties"] = rest;
        }
        schema
    })
}

/// A union whose branches are distinguished by a property.
fn tagged(branches: Vec<Value>) -> Value {
    let branches = branches
        .into_iter()
        .enumerate()
        .map(|(number, mut branch)| {
            branch["properties"]["kind"] = json!({"enum": [format!("kind {number}")]});
            branch["required"] = json!(["kind"]);
            branch
        });
    json!({"oneOf": branches.collect::<Vec<_>>()})
}

/// A plausible member of a schema.
pub fn keywords() -> impl Strategy<Value = (String, Value)> + Clone {
    let pairs = prop_oneof![
        (
            select(vec!["title", "description", "$comment"]),
            strings().prop_map(Value::from)
        ),
        (Just("title"), names().prop_map(Value::from)),
        (
            Just("examples"),
            prop::collection::vec(scalars(), 0..3).prop_map(Value::from)
        ),
        (Just("default"), scalars()),
        (Just("additionalProperties"), leaves()),
        (
            Just("enum"),
            prop::collection::vec(names(), 1..4).prop_map(Value::from)
        ),
        (
            Just("required"),
            prop::collection::vec(names(), 0..2).prop_map(Value::from)
        ),
        select(plain_keywords()),
    ];
    pairs.prop_map(|(key, value)| (key.to_owned(), value))
}

fn plain_keywords() -> Vec<(&'static str, Value)> {
    vec![
        ("deprecated", json!(true)),
        ("additionalProperties", json!(false)),
        ("additionalProperties", json!(true)),
        ("minProperties", json!(1)),
        ("maxProperties", json!(u64::MAX)),
        ("minLength", json!(0)),
        ("maxLength", json!(7)),
        ("minimum", json!(-1e300)),
        ("maximum", json!(u64::MAX)),
        ("maximum", json!("\u{1}123456789012345678901234567890")),
        ("minimum", json!("\u{1}-0.1e-400")),
        ("minItems", json!(1)),
        ("uniqueItems", json!(true)),
        ("format", json!("uuid")),
        ("format", json!("date-time")),
        ("pattern", json!("^(?=a)[\\p{L}\"`]*$")),
        ("type", json!(["null", "string"])),
        ("type", json!("object")),
        ("type", json!(["object", "array"])),
        (
            "anyOf",
            json!([{"required": ["id"]}, {"required": ["name"]}]),
        ),
    ]
}

/// Replaces the numbers in references by names of types.
pub fn numbered(value: &mut Value, types: &[String]) {
    match value {
        Value::String(text) => {
            let number = text
                .strip_prefix(NUMBERED)
                .and_then(|n| n.parse::<usize>().ok());
            if let Some(number) = number {
                let name = types.get(number % types.len().max(1));
                *text = format!("#/definitions/{}", name.map_or("", String::as_str));
            }
        }
        Value::Object(members) => members.values_mut().for_each(|v| numbered(v, types)),
        Value::Array(items) => items.iter_mut().for_each(|v| numbered(v, types)),
        _ => {}
    }
}

/// One item of a slice, if there is one.
pub fn pick<'t, T>(index: &Index, all: &'t [T]) -> Option<&'t T> {
    (!all.is_empty()).then(|| index.get(all))
}
