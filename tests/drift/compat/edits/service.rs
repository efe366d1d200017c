//! Edits of the API as a whole, and of the files that types are in.

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
    ("errors are of another type", |d| {
        d.file("types/failure.json", json!({"type": "object", "properties": {"type": {"type": "string"}, "message": {"type": "string"}, "more": {"type": "string"}}}));
        d.set(API, "/error/schema", reference("failure"))
    }),
    ("an error has its code in another property", |d| {
        d.set(API, "/error/code", json!("message"));
    }),
    ("an error has another property", |d| {
        d.set(
            "types/error.json",
            "/properties/help",
            json!({"type": "string"}),
        )
    }),
    ("the API is elsewhere", |d| {
        d.set(API, "/baseUrl", json!("https://api.example.com"))
    }),
    ("another header is sent", |d| {
        d.set(API, "/headers/Accept-Version", json!("^2"))
    }),
    ("the crate has another name", |d| {
        d.set(API, "/package/name", json!("stuff"))
    }),
    ("the crate has another version", |d| {
        d.set(API, "/package/version", json!("1.1.0"))
    }),
    ("the API has another version", |d| {
        d.set(API, "/version", json!("1.30.0"))
    }),
    ("the API is described otherwise", |d| {
        d.set(API, "/description", json!("Things."))
    }),
    ("a collection is not paged", |d| {
        drop(d.remove(API, "/paging/0"))
    }),
    ("a collection has no total", |d| {
        drop(d.remove(API, "/paging/0/total"))
    }),
    ("a collection is pinned", |d| {
        d.set(THINGS, &get("/pin"), json!("until"))
    }),
    ("a collection is paged by a cursor", |d| {
        d.set(
            THINGS,
            &get("/params/0"),
            json!({"name": "after", "in": "query", "type": "string"}),
        );
    }),
    ("a type is new that nothing uses", |d| {
        d.file("types/more.json", object(json!({"a": {"type": "integer"}})))
    }),
    ("a name of a type is another type's", |d| {
        d.set("types/amount.json", "/type", json!("string"))
    }),
    ("a name of a type is new", |d| {
        d.file("types/sum.json", json!({"type": "integer"}))
    }),
    ("a file of a type has another name", |d| {
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
    ("a type of responses is sent too", |d| {
        d.set(THINGS, "/actions/patch", json!({"method": "PATCH", "params": [{"name": "thing", "in": "body", "schema": reference("thing")}], "responses": {"204": {}}}))
    }),
    ("a type of requests is read too", |d| {
        d.set(
            THINGS,
            "/actions/draft",
            json!({"method": "GET", "responses": {"200": {"schema": reference("thingPost")}}}),
        )
    }),
    ("a shared type gets out of requests", |d| {
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
