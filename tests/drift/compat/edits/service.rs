//! Edits of the API as a whole, and of the files of types.

use serde_json::json;

use super::super::base::{API, JOBS, THINGS, object, reference};
use super::ApiEdit;

fn get(p: &str) -> String {
    format!("/actions/get{p}")
}

pub const EDITS: &[ApiEdit] = &[
    ("errors are not described", |d| {
        d.0.get_mut(API)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove("error");
    }),
    ("errors change their type", |d| {
        d.file("types/failure.json", json!({"type": "object", "properties": {"type": {"type": "string"}, "message": {"type": "string"}, "more": {"type": "string"}}}));
        d.set(API, "/error/schema", reference("failure"))
    }),
    ("the code of an error moves to another property", |d| {
        d.set(API, "/error/code", json!("message"));
    }),
    ("an error has a new property", |d| {
        d.set(
            "types/error.json",
            "/properties/help",
            json!({"type": "string"}),
        )
    }),
    ("the base URL changes", |d| {
        d.set(API, "/baseUrl", json!("https://api.example.com"))
    }),
    ("a header of every request changes", |d| {
        d.set(API, "/headers/Accept-Version", json!("^2"))
    }),
    ("the crate is renamed", |d| {
        d.set(API, "/package/name", json!("stuff"))
    }),
    ("the crate changes its version", |d| {
        d.set(API, "/package/version", json!("1.1.0"))
    }),
    ("the API changes its version", |d| {
        d.set(API, "/version", json!("1.30.0"))
    }),
    ("the description of the API changes", |d| {
        d.set(API, "/description", json!("Things."))
    }),
    ("a collection is no longer paginated", |d| {
        drop(d.remove(API, "/paging/0"))
    }),
    ("a collection has no total", |d| {
        drop(d.remove(API, "/paging/0/total"))
    }),
    ("a collection is pinned", |d| {
        d.set(THINGS, &get("/pin"), json!("until"))
    }),
    ("a collection is paginated by a cursor", |d| {
        d.set(
            THINGS,
            &get("/params/0"),
            json!({"name": "after", "in": "query", "type": "string"}),
        );
    }),
    ("an unused type is new", |d| {
        d.file("types/more.json", object(json!({"a": {"type": "integer"}})))
    }),
    ("an alias refers to another type", |d| {
        d.set("types/amount.json", "/type", json!("string"))
    }),
    ("an alias is new", |d| {
        d.file("types/sum.json", json!({"type": "integer"}))
    }),
    ("the file of a type is renamed", |d| {
        let t = d.0.remove("types/settings.json").unwrap();
        d.file("types/preferences.json", t);
        d.set(
            THINGS,
            "/actions/put/params/0/schema",
            reference("preferences"),
        );
        d.set(
            THINGS,
            "/actions/put/responses/200/schema",
            reference("preferences"),
        )
    }),
    ("a response type is also sent", |d| {
        d.set(THINGS, "/actions/patch", json!({"method": "PATCH", "params": [{"name": "thing", "in": "body", "schema": reference("thing")}], "responses": {"204": {}}}))
    }),
    ("a request type is also read", |d| {
        d.set(
            THINGS,
            "/actions/draft",
            json!({"method": "GET", "responses": {"200": {"schema": reference("thingPost")}}}),
        )
    }),
    ("a shared type is no longer sent", |d| {
        d.remove(THINGS, "/actions/put/params");
    }),
    ("two equal types become different", |d| {
        d.set(
            JOBS,
            "/actions/watch/responses/200/sseEvents/done/schema/properties/at",
            json!({"type": "integer"}),
        );
    }),
];
