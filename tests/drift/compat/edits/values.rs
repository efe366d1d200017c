//! Edits of the properties of a type: what they are, and within which limits.

use serde_json::json;

use super::super::base::object;
use super::TypeEdit;

pub const EDITS: &[TypeEdit] = &[
    ("an enum has another value", |d, p| {
        d.push(p, "/properties/colour/enum", json!("blue"))
    }),
    ("a value has another name", |d, p| {
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
    ("a type may be null where it is referred to", |d, p| {
        let owner = d.remove(p, "/properties/owner");
        d.set(
            p,
            "/properties/owner",
            json!({"oneOf": [owner, {"type": "null"}]}),
        )
    }),
    ("a text becomes a number", |d, p| {
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
    ("a text becomes a point in time", |d, p| {
        d.set(p, "/properties/id/format", json!("date-time"))
    }),
    ("an integer becomes a point in time", |d, p| {
        d.set(
            p,
            "/properties/size",
            json!({"type": "integer", "format": "unix-ms", "description": "How large."}),
        )
    }),
    ("a text becomes an id", |d, p| {
        d.set(p, "/properties/id/pattern", json!("^[A-Fa-f0-9]{24}$"))
    }),
    ("a format that makes no type of its own is named", |d, p| {
        d.set(p, "/properties/id/format", json!("email"))
    }),
    ("one becomes many", |d, p| {
        d.set(
            p,
            "/properties/id",
            json!({"type": "array", "items": {"type": "string"}}),
        )
    }),
    ("an object becomes free-form", |d, p| {
        d.set(p, "/properties/owner", json!({"type": "object"}))
    }),
    ("an object becomes a text of known values", |d, p| {
        d.set(p, "/properties/owner", json!({"enum": ["me", "you"]}))
    }),
    ("an enum becomes any text", |d, p| {
        d.set(p, "/properties/colour", json!({"type": "string"}))
    }),
    ("a length is limited more", |d, p| {
        d.set(p, "/properties/name/maxLength", json!(5))
    }),
    ("a least number is lower", |d, p| {
        d.set(p, "/properties/size/minimum", json!(-1))
    }),
    ("a limit is new", |d, p| {
        d.set(p, "/properties/id/pattern", json!("^a"))
    }),
    ("a list is limited more", |d, p| {
        d.set(p, "/properties/tags/maxItems", json!(4))
    }),
    ("the items of a list are limited", |d, p| {
        d.set(p, "/properties/tags/items/maxLength", json!(4))
    }),
    ("a number of listed values has another one", |d, p| {
        d.push(p, "/properties/step/enum", json!(3))
    }),
    ("the values of a map are limited", |d, p| {
        d.set(
            p,
            "/properties/labels/additionalProperties/maxLength",
            json!(4),
        )
    }),
    ("the object has to have so many properties", |d, p| {
        d.set(p, "/minProperties", json!(3))
    }),
    ("one of several properties has to be there", |d, p| {
        d.set(
            p,
            "/anyOf",
            json!([{"required": ["size"]}, {"required": ["note"]}]),
        )
    }),
];
