//! Values that fit nowhere in particular, or anywhere.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::values::{names, references, scalars, strings};

/// Keys and strings with a meaning somewhere.
const WORDS: &[&str] = &[
    "$schema",
    "$ref",
    "$comment",
    "title",
    "description",
    "type",
    "format",
    "enum",
    "const",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
    "properties",
    "required",
    "patternProperties",
    "additionalProperties",
    "minProperties",
    "maxProperties",
    "oneOf",
    "anyOf",
    "allOf",
    "default",
    "examples",
    "deprecated",
    "not",
    "if",
    "definitions",
    "multipleOf",
    "name",
    "in",
    "schema",
    "params",
    "actions",
    "method",
    "path",
    "auth",
    "sseStream",
    "responses",
    "sseEvents",
    "example",
    "upstream",
    "package",
    "headers",
    "error",
    "paging",
    "baseUrl",
    "version",
    "string",
    "integer",
    "number",
    "boolean",
    "object",
    "array",
    "null",
    "file",
    "query",
    "header",
    "body",
    "multipart",
    "GET",
    "200",
    "x",
];

pub fn words() -> impl Strategy<Value = String> + Clone {
    prop_oneof![4 => select(WORDS).prop_map(str::to_owned), 1 => names(), 1 => strings()]
}

/// Values that fit nowhere in particular, or anywhere.
pub fn anything() -> impl Strategy<Value = Value> + Clone {
    let leaf = prop_oneof![
        words().prop_map(Value::from),
        scalars(),
        references(),
        select(vec![
            json!("#/definitions/error"),
            json!("#/definitions/"),
            json!("#/definitions/nowhere"),
            json!("#"),
            json!("/a/{b}"),
            json!("https://example.com"),
            json!([]),
            json!({}),
            json!("\u{1}1e400"),
            json!("\u{1}-123456789012345678901234567890.5"),
            json!("\u{1}{'type':'string','type':'object'}"),
            json!("\u{1}[[["),
        ]),
        select(vec![
            ("[", "]"),
            ("{'items':", "}"),
            ("{'oneOf':[", "]}"),
            ("{'properties':{'a':", "}}")
        ])
        .prop_flat_map(|(open, close)| (1_usize..300).prop_map(move |depth| {
            json!(format!(
                "\u{1}{}{{}}{}",
                open.repeat(depth),
                close.repeat(depth)
            ))
        })),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((words(), inner), 0..4)
                .prop_map(|members| { Value::Object(members.into_iter().collect()) }),
        ]
    })
}
