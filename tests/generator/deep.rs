//! Values of recursive types, nested as deeply as JSON may be.

use codegen::FileSet;
use serde_json::{Map, Value, json};
use xtask::scratch::Scratch;

use crate::schemas::Schemas;

/// The program that uses the emitted types on a thread with a small stack.
const PROGRAM: &str = include_str!("deep/program.rs");

#[test]
fn json_nested_to_the_maximal_depth_fits_on_a_small_stack() {
    let scratch = Scratch::new("generator-deep").unwrap();
    scratch.emitted("deep", &generated()).unwrap();
    let manifest = "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                    [dependencies]\ndeep.path = \"../deep\"\nclient-runtime.workspace = true\n";
    scratch.file("program/Cargo.toml", manifest).unwrap();
    scratch.file("program/src/main.rs", PROGRAM).unwrap();
    scratch.manifest(&["deep", "program"]).unwrap();
    let output = scratch
        .cargo("run")
        .args(["--quiet", "--package", "program"])
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{messages}");
    let said = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = said.lines().collect();
    let kinds = ["wide", "wider", "needy", "node", "table", "maps"];
    assert_eq!(lines, kinds, "{messages}");
}

fn generated() -> FileSet {
    let string = json!({"type": "string", "maxLength": 9});
    let reference = |name: &str| json!({"$ref": format!("#/definitions/{name}")});
    let object = |count: usize, more: Value| {
        let mut properties: Map<String, Value> = (0..count)
            .map(|index| (format!("property{index}"), string.clone()))
            .collect();
        properties.extend(more.as_object().unwrap().clone());
        json!({"type": "object", "properties": properties})
    };
    let itself = |name: &str| {
        json!({
            "one": reference(name),
            "many": {"type": "array", "items": reference(name)},
            "named": {"type": "object", "additionalProperties": reference(name)},
        })
    };
    let mut needy = object(150, itself("needy"));
    needy["required"] = json!(["property0"]);
    let branch = |kind: &str, count: usize| {
        let mut branch = object(count, itself("node"));
        branch["properties"]["kind"] = json!({"enum": [kind]});
        branch["required"] = json!(["kind"]);
        branch
    };
    let types = [
        ("wide", object(150, itself("wide"))),
        ("wider", object(1000, itself("wider"))),
        ("needy", needy),
        (
            "node",
            json!({"oneOf": [branch("leaf", 3), branch("fork", 200), {"type": "string"}]}),
        ),
        (
            "table",
            json!({"type": "object", "properties": {"rows": {
            "type": "array", "items": {"type": "array", "items": reference("table")}}}}),
        ),
        (
            "maps",
            json!({"type": "object", "properties": {"cells": {
            "type": "object", "additionalProperties": {"type": "array", "items": reference("maps")}}}}),
        ),
    ];
    let actions: Map<String, Value> = types
        .iter()
        .map(|(name, _)| {
            let schema = reference(name);
            let parameter = json!({"name": "body", "in": "body", "schema": schema});
            let mut action = json!({"method": "POST", "path": format!("/{name}"),
                "params": [parameter], "responses": {"200": {"schema": schema}}});
            // Types used only in requests are read in another way.
            if *name == "needy" {
                action["responses"] = json!({"204": {}});
            }
            ((*name).to_owned(), action)
        })
        .collect();
    let api = json!({"title": "Deep", "version": "1", "baseUrl": "https://example.com",
        "package": {"name": "deep", "version": "1.0.0"}});
    let mut schemas = Schemas::default().with("api.json", api.to_string()).with(
        "resources/all.json",
        json!({"path": "/all", "actions": actions}).to_string(),
    );
    for (name, schema) in types {
        schemas = schemas.with(&format!("types/{name}.json"), schema.to_string());
    }
    schemas
        .generate()
        .unwrap_or_else(|mistakes| panic!("{mistakes}"))
}
