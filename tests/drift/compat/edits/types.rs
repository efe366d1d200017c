//! Edits of a type as a whole, of unions, and of names.

use serde_json::json;

use super::super::base::{object, reference};
use super::TypeEdit;

pub const EDITS: &[TypeEdit] = &[
    ("a form is new", |d, p| {
        d.push(p, "/properties/shape/oneOf", json!({"type": "object", "additionalProperties": false, "required": ["type"], "properties": {"type": {"enum": ["dot"]}, "at": {"type": "integer"}}}))
    }),
    ("a form of another kind is new", |d, p| {
        d.push(p, "/properties/shape/oneOf", json!({"type": "string"}))
    }),
    ("a form is told by another text", |d, p| {
        d.set(
            p,
            "/properties/shape/oneOf/0/properties/type/enum/0",
            json!("disc"),
        )
    }),
    ("a form has another title", |d, p| {
        d.set(p, "/properties/shape/oneOf/1/title", json!("box"))
    }),
    ("a form is told by one of two texts", |d, p| {
        d.push(
            p,
            "/properties/shape/oneOf/0/properties/type/enum",
            json!("disc"),
        )
    }),
    ("what tells a form may be missing", |d, p| {
        drop(d.remove(p, "/properties/shape/oneOf/0/required"))
    }),
    ("an object becomes one of several forms", |d, p| {
        let owner = d.remove(p, "/properties/owner");
        d.set(
            p,
            "/properties/owner",
            json!({"oneOf": [owner, {"type": "string"}]}),
        )
    }),
    ("properties move into forms", |d, p| {
        let size = d.remove(p, "/properties/size");
        let owner = d.remove(p, "/properties/owner");
        d.set(
            p,
            "/properties/either",
            json!({"oneOf": [object(json!({"size": size})), owner]}),
        );
    }),
    ("a property has another name", |d, p| {
        let size = d.remove(p, "/properties/size");
        d.set(p, "/properties/extent", size)
    }),
    ("a property is deprecated", |d, p| {
        d.set(p, "/properties/size/deprecated", json!(true))
    }),
    ("a property is read-only", |d, p| {
        d.set(p, "/properties/size/readOnly", json!(true))
    }),
    ("a property is described otherwise", |d, p| {
        d.set(p, "/properties/size/description", json!("How big."))
    }),
    ("a property has another default", |d, p| {
        d.set(p, "/properties/size/default", json!(1))
    }),
    ("a type is described otherwise", |d, p| {
        d.set(p, "/description", json!("A thing."))
    }),
    ("an object may have other properties", |d, p| {
        drop(d.remove(p, "/additionalProperties"))
    }),
    ("an object may have other properties of a type", |d, p| {
        d.set(p, "/additionalProperties", json!({"type": "string"}))
    }),
    (
        "an open object says what its other properties are",
        |d, p| {
            d.set(
                p,
                "/properties/owner/additionalProperties",
                json!({"type": "string"}),
            )
        },
    ),
    ("an inline type has a title", |d, p| {
        d.set(p, "/properties/owner/title", json!("Keeper"))
    }),
    ("a value differs from another by case alone", |d, p| {
        d.push(p, "/properties/colour/enum", json!("RED"))
    }),
    ("a type becomes a part of itself", |d, p| {
        let name = p
            .trim_start_matches("types/")
            .trim_end_matches(".json")
            .to_owned();
        d.set(p, "/properties/owner/properties/of", reference(&name))
    }),
    ("required properties come in another order", |d, p| {
        // Closed, it would allow none of what it does not name itself.
        d.remove(p, "/additionalProperties");
        let id = d.remove(p, "/properties/id");
        d.set(
            p,
            "/allOf",
            json!([{"type": "object", "properties": {"id": id}}]),
        )
    }),
];
