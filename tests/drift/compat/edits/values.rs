//! Edits of the properties of a type: their types and limits.

use serde_json::json;

use super::super::base::object;
use super::TypeEdit;

pub const EDITS: &[TypeEdit] = &[
    ("an enum has a new value", |d, p| {
        d.push(p, "/properties/colour/enum", json!("blue"))
    }),
    ("an enum value is renamed", |d, p| {
        d.set(p, "/properties/colour/enum/1", json!("lime"))
    }),
    ("a property is new", |d, p| {
        d.set(p, "/properties/weight", json!({"type": "number"}))
    }),
    ("a required property is new", |d, p| {
        d.set(p, "/properties/weight", json!({"type": "number"}));
        d.push(p, "/required", json!("weight"));
    }),
    ("a property with a type of its own is new", |d, p| {
        d.set(
            p,
            "/properties/maker",
            object(json!({"made": {"enum": ["here", "there"]}})),
        )
    }),
    ("a property becomes required", |d, p| {
        d.push(p, "/required", json!("size"))
    }),
    ("a property may be null", |d, p| {
        d.set(p, "/properties/size/type", json!(["integer", "null"]))
    }),
    ("an item of a list may be null", |d, p| {
        d.set(p, "/properties/tags/items/type", json!(["string", "null"]))
    }),
    ("a reference becomes nullable", |d, p| {
        let owner = d.remove(p, "/properties/owner");
        d.set(
            p,
            "/properties/owner",
            json!({"oneOf": [owner, {"type": "null"}]}),
        )
    }),
    ("a string becomes a number", |d, p| {
        d.set(p, "/properties/id/type", json!("integer"))
    }),
    ("an integer becomes a number", |d, p| {
        d.set(p, "/properties/size/type", json!("number"))
    }),
    ("an item of a list becomes a number", |d, p| {
        d.set(p, "/properties/tags/items/type", json!("integer"))
    }),
    ("a value of a map becomes a number", |d, p| {
        d.set(
            p,
            "/properties/labels/additionalProperties/type",
            json!("integer"),
        )
    }),
    ("a string becomes a timestamp", |d, p| {
        d.set(p, "/properties/id/format", json!("date-time"))
    }),
    ("an integer becomes a timestamp", |d, p| {
        d.set(
            p,
            "/properties/size",
            json!({"type": "integer", "format": "unix-ms", "description": "How large."}),
        )
    }),
    ("a string becomes an id", |d, p| {
        d.set(p, "/properties/id/pattern", json!("^[A-Fa-f0-9]{24}$"))
    }),
    ("a format without a type of its own is added", |d, p| {
        d.set(p, "/properties/id/format", json!("email"))
    }),
    ("a value becomes a list", |d, p| {
        d.set(
            p,
            "/properties/id",
            json!({"type": "array", "items": {"type": "string"}}),
        )
    }),
    ("an object becomes free-form JSON", |d, p| {
        d.set(p, "/properties/owner", json!({"type": "object"}))
    }),
    ("an object becomes an enum", |d, p| {
        d.set(p, "/properties/owner", json!({"enum": ["me", "you"]}))
    }),
    ("an enum becomes a string", |d, p| {
        d.set(p, "/properties/colour", json!({"type": "string"}))
    }),
    ("a length limit is tighter", |d, p| {
        d.set(p, "/properties/name/maxLength", json!(5))
    }),
    ("a minimum is lower", |d, p| {
        d.set(p, "/properties/size/minimum", json!(-1))
    }),
    ("a limit is new", |d, p| {
        d.set(p, "/properties/id/pattern", json!("^a"))
    }),
    ("a list limit is tighter", |d, p| {
        d.set(p, "/properties/tags/maxItems", json!(4))
    }),
    ("the items of a list are limited", |d, p| {
        d.set(p, "/properties/tags/items/maxLength", json!(4))
    }),
    ("an enum of numbers has a new value", |d, p| {
        d.push(p, "/properties/step/enum", json!(3))
    }),
    ("the values of a map are limited", |d, p| {
        d.set(
            p,
            "/properties/labels/additionalProperties/maxLength",
            json!(4),
        )
    }),
    ("the object gets a minimal number of properties", |d, p| {
        d.set(p, "/minProperties", json!(3))
    }),
    ("one of several properties becomes required", |d, p| {
        d.set(
            p,
            "/anyOf",
            json!([{"required": ["size"]}, {"required": ["note"]}]),
        )
    }),
];
