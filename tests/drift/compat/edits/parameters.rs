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
    ("a parameter stands in a header", |d| {
        d.set(THINGS, &get("/params/2/in"), json!("header"))
    }),
    ("a type that nothing used is sent", |d| {
        d.push(
            THINGS,
            &get("/params"),
            json!({"name": "f", "in": "query", "schema": reference("spare")}),
        );
    }),
    ("a parameter has another type", |d| {
        d.set(THINGS, &get("/params/4/type"), json!("boolean"))
    }),
    ("a parameter has another format", |d| {
        drop(d.remove(THINGS, &get("/params/2/format")))
    }),
    ("an enum of parameters has another value", |d| {
        d.push(THINGS, &get("/params/3/enum"), json!("id"))
    }),
    ("a parameter is limited more", |d| {
        d.set(THINGS, &get("/params/1/maximum"), json!(50))
    }),
    ("a parameter has another default", |d| {
        d.set(THINGS, &get("/params/3/default"), json!("size"))
    }),
    ("a parameter is deprecated", |d| {
        d.set(THINGS, &get("/params/2/deprecated"), json!(true))
    }),
    ("a parameter has an example", |d| {
        d.set(THINGS, &get("/params/4/example"), json!("all"))
    }),
    ("required parameters come in another order", |d| {
        let p = d.remove(THINGS, &get("/params/4"));
        d.push(THINGS, &get("/params"), p)
    }),
    ("optional parameters come in another order", |d| {
        let p = d.remove(THINGS, &get("/params/0"));
        d.push(THINGS, &get("/params"), p)
    }),
    ("a parameter of the path has another name", |d| {
        d.set(THINGS, "/path", json!("/orgs/{id}/things"));
        d.set(THINGS, "/params/0/name", json!("id"))
    }),
    ("a parameter is shared by all actions", |d| {
        d.push(
            THINGS,
            "/params",
            json!({"name": "trace", "in": "query", "type": "string"}),
        )
    }),
    ("the first parameter is shared by all actions", |d| {
        d.set(
            JOBS,
            "/params",
            json!([{"name": "trace", "in": "query", "type": "string"}]),
        )
    }),
    ("a parameter of all actions becomes each one's own", |d| {
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
    ("every action has another parameter", |d| {
        d.push(
            API,
            "/params",
            json!({"name": "lang", "in": "query", "type": "string"}),
        )
    }),
    ("every action has a parameter of the name of another", |d| {
        d.push(
            API,
            "/params",
            json!({"name": "_sort", "in": "header", "type": "string"}),
        )
    }),
    ("a parameter of every action has another default", |d| {
        d.set(API, "/params/0/default", json!(false))
    }),
    ("no action has a parameter of every action any more", |d| {
        d.set(API, "/params", json!([]))
    }),
    ("a request has another type", |d| {
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
