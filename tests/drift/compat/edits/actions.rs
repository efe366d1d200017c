//! Edits of actions and resources, and of the results of actions.

use serde_json::json;

use super::super::base::{JOBS, THINGS, object, reference};
use super::ApiEdit;

fn get(p: &str) -> String {
    format!("/actions/get{p}")
}

pub const EDITS: &[ApiEdit] = &[
    ("an action is new", |d| {
        d.set(
            THINGS,
            "/actions/patch",
            json!({"method": "PATCH", "responses": {"204": {}}}),
        )
    }),
    ("an action is renamed", |d| {
        let a = d.remove(THINGS, "/actions/delete");
        d.set(THINGS, "/actions/remove", a)
    }),
    ("a resource is new", |d| {
        d.file("resources/notes.json", json!({"path": "/notes", "actions": {"get": {"method": "GET", "responses": {"200": {"schema": object(json!({"text": {"type": "string"}}))}}}}}))
    }),
    ("a resource renames its group", |d| {
        d.file("resources/users.json", json!({"path": "/users", "actions": {"get": {"method": "GET", "responses": {"204": {}}}}}))
    }),
    ("an action changes its method", |d| {
        d.set(THINGS, "/actions/put/method", json!("PATCH"))
    }),
    ("an action changes its path", |d| {
        d.set(THINGS, "/actions/put/path", json!("/options"))
    }),
    ("a resource changes its path", |d| {
        d.set(THINGS, "/path", json!("/orgs/{orgId}/items"))
    }),
    ("an action has a new scope", |d| {
        d.push(THINGS, &get("/auth"), json!("things.list"))
    }),
    ("a resource has a new scope", |d| {
        d.push(THINGS, "/auth", json!("all"))
    }),
    ("the description of an action changes", |d| {
        d.set(THINGS, &get("/summary"), json!("All things."))
    }),
    ("the description of a resource changes", |d| {
        d.set(THINGS, "/description", json!("All things."))
    }),
    ("the description of a response changes", |d| {
        d.set(THINGS, &get("/responses/200/description"), json!("All."))
    }),
    ("an error is documented", |d| {
        d.set(
            THINGS,
            &get("/responses/404"),
            json!({"description": "None.", "schema": reference("problem")}),
        )
    }),
    ("the documented body of an error has a new property", |d| {
        d.set(
            "types/problem.json",
            "/properties/code",
            json!({"type": "integer"}),
        )
    }),
    ("a success changes its status", |d| {
        let r = d.remove(THINGS, "/actions/post/responses/201");
        d.set(THINGS, "/actions/post/responses/200", r)
    }),
    ("a success has no body", |d| {
        drop(d.remove(THINGS, "/actions/post/responses/201/schema"))
    }),
    ("a success may have no body", |d| {
        d.set(THINGS, "/actions/post/responses/204", json!({}))
    }),
    ("a success changes its type", |d| {
        d.set(
            THINGS,
            "/actions/put/responses/200/schema",
            reference("spare"),
        )
    }),
    ("a success becomes a list", |d| {
        d.set(
            THINGS,
            "/actions/put/responses/200/schema",
            json!({"type": "array", "items": reference("settings")}),
        )
    }),
    ("a success becomes one of several", |d| {
        d.set(
            THINGS,
            "/actions/post/responses/202",
            json!({"schema": reference("spare")}),
        )
    }),
    ("an action has a new outcome", |d| {
        d.set(
            JOBS,
            "/actions/run/responses/201",
            json!({"schema": object(json!({"made": {"type": "integer"}}))}),
        )
    }),
    ("one of several outcomes has no body", |d| {
        drop(d.remove(JOBS, "/actions/run/responses/202/schema"))
    }),
    ("a stream has a new event", |d| {
        d.set(
            JOBS,
            "/actions/watch/responses/200/sseEvents/fail",
            json!({"schema": {"type": "string"}}),
        )
    }),
    ("an event changes its type", |d| {
        d.set(
            JOBS,
            "/actions/watch/responses/200/sseEvents/ping/schema",
            json!({"type": "string"}),
        )
    }),
    ("the description of an event changes", |d| {
        d.set(
            JOBS,
            "/actions/watch/responses/200/sseEvents/ping/description",
            json!("Alive."),
        )
    }),
    ("a stream becomes a body", |d| {
        d.remove(JOBS, "/actions/watch/sseStream");
        d.set(
            JOBS,
            "/actions/watch/responses/200",
            json!({"schema": reference("spare")}),
        )
    }),
];
