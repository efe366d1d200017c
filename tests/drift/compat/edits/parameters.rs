//! Edits of parameters.

use serde_json::json;

use super::super::base::{API, JOBS, THINGS, reference};
use super::ApiEdit;

fn get(p: &str) -> String {
    format!("/actions/get{p}")
}

pub const EDITS: &[ApiEdit] = &[
    ("an optional parameter is new", |d| {
        d.push(
            THINGS,
            &get("/params"),
            json!({"name": "find", "in": "query", "type": "string"}),
        )
    }),
    ("a required parameter is new", |d| {
        d.push(
            THINGS,
            &get("/params"),
            json!({"name": "find", "in": "query", "type": "string", "required": true}),
        )
    }),
    ("a parameter becomes required", |d| {
        d.set(THINGS, &get("/params/2/required"), json!(true))
    }),
    ("a parameter moves to a header", |d| {
        d.set(THINGS, &get("/params/2/in"), json!("header"))
    }),
    ("an unused type is sent", |d| {
        d.push(
            THINGS,
            &get("/params"),
            json!({"name": "f", "in": "query", "schema": reference("spare")}),
        );
    }),
    ("a parameter changes its type", |d| {
        d.set(THINGS, &get("/params/4/type"), json!("boolean"))
    }),
    ("a parameter changes its format", |d| {
        drop(d.remove(THINGS, &get("/params/2/format")))
    }),
    ("an enum of a parameter has a new value", |d| {
        d.push(THINGS, &get("/params/3/enum"), json!("id"))
    }),
    ("a parameter limit is tighter", |d| {
        d.set(THINGS, &get("/params/1/maximum"), json!(50))
    }),
    ("a parameter changes its default", |d| {
        d.set(THINGS, &get("/params/3/default"), json!("size"))
    }),
    ("a parameter is deprecated", |d| {
        d.set(THINGS, &get("/params/2/deprecated"), json!(true))
    }),
    ("a parameter has an example", |d| {
        d.set(THINGS, &get("/params/4/example"), json!("all"))
    }),
    ("required parameters change their order", |d| {
        let p = d.remove(THINGS, &get("/params/4"));
        d.push(THINGS, &get("/params"), p)
    }),
    ("optional parameters change their order", |d| {
        let p = d.remove(THINGS, &get("/params/0"));
        d.push(THINGS, &get("/params"), p)
    }),
    ("a path parameter is renamed", |d| {
        d.set(THINGS, "/path", json!("/orgs/{id}/things"));
        d.set(THINGS, "/params/0/name", json!("id"))
    }),
    ("a parameter becomes shared by all actions", |d| {
        d.push(
            THINGS,
            "/params",
            json!({"name": "trace", "in": "query", "type": "string"}),
        )
    }),
    ("the first parameter becomes shared by all actions", |d| {
        d.set(
            JOBS,
            "/params",
            json!([{"name": "trace", "in": "query", "type": "string"}]),
        )
    }),
    ("a shared parameter becomes each action's own", |d| {
        let p = d.at(THINGS, "/params").take();
        d.0.get_mut(THINGS)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove("params");
        for a in ["get", "post", "put"] {
            d.at(THINGS, &format!("/actions/{a}/params"))
                .as_array_mut()
                .unwrap()
                .insert(0, p[0].clone());
        }
        d.set(THINGS, "/actions/delete/params", p)
    }),
    ("a global parameter is new", |d| {
        d.push(
            API,
            "/params",
            json!({"name": "lang", "in": "query", "type": "string"}),
        )
    }),
    (
        "a global parameter has the name of another parameter",
        |d| {
            d.push(
                API,
                "/params",
                json!({"name": "_sort", "in": "header", "type": "string"}),
            )
        },
    ),
    ("a global parameter changes its default", |d| {
        d.set(API, "/params/0/default", json!(false))
    }),
    ("all global parameters are gone", |d| {
        d.set(API, "/params", json!([]))
    }),
    ("a request changes its type", |d| {
        d.set(
            THINGS,
            "/actions/post/params/0/schema",
            reference("settings"),
        )
    }),
    ("a body becomes a file", |d| {
        d.set(
            THINGS,
            "/actions/post/params/0",
            json!({"name": "thingPost", "in": "multipart", "type": "file", "required": true}),
        )
    }),
];
