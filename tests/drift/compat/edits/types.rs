//! Edits of whole types, of unions, and of names.

use serde_json::json;

use super::super::base::{object, reference};
use super::TypeEdit;

pub const EDITS: &[TypeEdit] = &[
    ("a union variant is new", |d, p| {
        d.push(p, "/properties/shape/oneOf", json!({"type": "object", "additionalProperties": false, "required": ["type"], "properties": {"type": {"enum": ["dot"]}, "at": {"type": "integer"}}}))
    }),
    ("a union variant of another JSON type is new", |d, p| {
        d.push(p, "/properties/shape/oneOf", json!({"type": "string"}))
    }),
    ("a variant has another discriminator value", |d, p| {
        d.set(
            p,
            "/properties/shape/oneOf/0/properties/type/enum/0",
            json!("disc"),
        )
    }),
    ("a variant has another title", |d, p| {
        d.set(p, "/properties/shape/oneOf/1/title", json!("box"))
    }),
    ("a variant has two discriminator values", |d, p| {
        d.push(
            p,
            "/properties/shape/oneOf/0/properties/type/enum",
            json!("disc"),
        )
    }),
    ("a discriminator becomes optional", |d, p| {
        drop(d.remove(p, "/properties/shape/oneOf/0/required"))
    }),
    ("an object becomes a union", |d, p| {
        let owner = d.remove(p, "/properties/owner");
        d.set(
            p,
            "/properties/owner",
            json!({"oneOf": [owner, {"type": "string"}]}),
        )
    }),
    ("properties move into union variants", |d, p| {
        let size = d.remove(p, "/properties/size");
        let owner = d.remove(p, "/properties/owner");
        d.set(
            p,
            "/properties/either",
            json!({"oneOf": [object(json!({"size": size})), owner]}),
        );
    }),
    ("a property is renamed", |d, p| {
        let size = d.remove(p, "/properties/size");
        d.set(p, "/properties/extent", size)
    }),
    ("a property is deprecated", |d, p| {
        d.set(p, "/properties/size/deprecated", json!(true))
    }),
    ("a property is read-only", |d, p| {
        d.set(p, "/properties/size/readOnly", json!(true))
    }),
    ("the description of a property changes", |d, p| {
        d.set(p, "/properties/size/description", json!("How big."))
    }),
    ("a property changes its default", |d, p| {
        d.set(p, "/properties/size/default", json!(1))
    }),
    ("the description of a type changes", |d, p| {
        d.set(p, "/description", json!("A thing."))
    }),
    ("an object allows unnamed properties", |d, p| {
        drop(d.remove(p, "/additionalProperties"))
    }),
    ("an object allows unnamed properties of a type", |d, p| {
        d.set(p, "/additionalProperties", json!({"type": "string"}))
    }),
    (
        "an open object gets a schema for its unnamed properties",
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
    ("a value differs from another only by case", |d, p| {
        d.push(p, "/properties/colour/enum", json!("RED"))
    }),
    ("a type becomes recursive", |d, p| {
        let name = p
            .trim_start_matches("types/")
            .trim_end_matches(".json")
            .to_owned();
        d.set(p, "/properties/owner/properties/of", reference(&name))
    }),
    ("required properties change their order", |d, p| {
        // A closed part would forbid the properties of the other parts.
        d.remove(p, "/additionalProperties");
        let id = d.remove(p, "/properties/id");
        d.set(
            p,
            "/allOf",
            json!([{"type": "object", "properties": {"id": id}}]),
        )
    }),
];
