//! An emitted crate with an action for each of many schemas, and the values that it sends and
//! reads.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;

use codegen::{Diagnostics, FileSet, Source};
use serde_json::{Map, Value, json};
use xtask::scratch::Scratch;

use crate::server::{Server, ok};

/// The manifest of the package that uses the emitted crate of this name. All packages share a
/// target folder, so each has its own name.
fn manifest(name: &str) -> String {
    format!(
        r#"[package]
name = "{name}-values"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
client = {{ package = "{name}", path = "../client", features = ["dynamic"] }}
client-runtime.workspace = true
serde_json.workspace = true
tokio = {{ workspace = true, features = ["net", "rt", "time"] }}
"#
    )
}

/// Generates a client of the types with these names and schemas. It has two actions for each type:
/// one posts a value and returns one, and one returns a value.
pub fn generated(name: &str, types: &[(String, &Value)]) -> Result<FileSet, Diagnostics> {
    let mut actions = Map::new();
    let api = json!({"title": "Schemas", "version": "1", "baseUrl": "https://example.com",
        "package": {"name": name, "version": "1.0.0"}});
    let mut files = vec![("api.json".to_owned(), api.to_string().into_bytes())];
    for (index, (type_name, schema)) in types.iter().enumerate() {
        let reference = json!({"$ref": format!("#/definitions/{type_name}")});
        let responses = json!({"200": {"schema": reference}});
        actions.insert(
            format!("send{index}"),
            json!({"method": "POST", "path": format!("/{index}"), "responses": responses,
                "params": [{"name": "value", "in": "body", "required": true, "schema": reference}]}),
        );
        actions.insert(
            format!("read{index}"),
            json!({"method": "GET", "path": format!("/{index}"), "responses": responses,
                "params": [{"name": "number", "in": "query", "required": true, "type": "integer"}]}),
        );
        let text = schema.to_string().into_bytes();
        files.push((format!("types/{type_name}.json"), text));
    }
    let resource = json!({"path": "/values", "actions": actions}).to_string();
    files.push(("resources/values.json".to_owned(), resource.into_bytes()));
    codegen::generate(&Source::new(files))
}

/// The result of sending and reading a value.
#[derive(Debug)]
pub struct Made {
    /// The value that was returned after it was sent, since the server echoes it; or why it was
    /// rejected.
    pub sent: Result<Value, String>,
    /// The value as read from a response; or why it could not be read, and the body that the error
    /// keeps.
    pub read: Result<Value, (String, Value)>,
}

/// Builds the client of some types in a scratch workspace of this name. The client sends and reads
/// values, each given with the index of its type.
pub fn made(name: &str, types: &[(String, &Value)], values: &[(usize, &Value)]) -> Vec<Made> {
    let files = generated(name, types).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let scratch = Scratch::new(name).unwrap();
    scratch.emitted("client", &files).unwrap();
    let package = [
        ("values/Cargo.toml", manifest(name)),
        (
            "values/src/main.rs",
            include_str!("package/main.rs").to_owned(),
        ),
        ("values/src/table.rs", table(&files)),
    ];
    for (path, text) in package {
        scratch.file(path, &text).unwrap();
    }
    scratch.manifest(&["client", "values"]).unwrap();
    let texts: Arc<Vec<String>> = Arc::new(values.iter().map(|(_, v)| v.to_string()).collect());
    let server = Server::start(move |request| {
        let text = request.text();
        let number = text.split_once("number=").map(|(_, rest)| rest);
        let number = number.and_then(|rest| rest.split([' ', '&']).next());
        match number.filter(|_| text.starts_with("GET")) {
            Some(number) => ok(&texts[number.parse::<usize>().unwrap()]),
            None => ok(request.body()),
        }
    });
    let mut questions = format!("{}\n", server.url());
    for (index, (number, value)) in values.iter().enumerate() {
        for question in [
            json!({"action": format!("values.send{number}"), "parameters": {"value": value}}),
            json!({"action": format!("values.read{number}"), "parameters": {"number": index}}),
        ] {
            questions.push_str(&format!("{question}\n"));
        }
    }
    let answers = ask(&scratch, name, questions);
    assert_eq!(answers.len(), 2 * values.len());
    let mut answers = answers.into_iter();
    std::iter::from_fn(|| {
        let sent = answers.next()?.map_err(|(error, _)| error);
        let read = answers.next()?;
        Some(Made { sent, read })
    })
    .collect()
}

/// Sends questions to the package, after it is built.
fn ask(scratch: &Scratch, name: &str, questions: String) -> Vec<Result<Value, (String, Value)>> {
    let mut command = scratch.cargo("run");
    command.args(["--quiet", "--package", &format!("{name}-values")]);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = piped.spawn().unwrap();
    let mut stdin = process.stdin.take().unwrap();
    // It answers while questions are still being written.
    let asking = std::thread::spawn(move || stdin.write_all(questions.as_bytes()));
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "cargo's messages above say why");
    asking.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers = text.lines().map(|line| {
        let mut answer: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
        match answer.remove("body") {
            Some(body) => Ok(body),
            None => {
                let error = answer["error"].as_str().unwrap().to_owned();
                Err((error, answer.remove("kept").unwrap_or_default()))
            }
        }
    });
    answers.collect()
}

/// The table of all actions and their requests, as in the emitted crate.
fn table(files: &FileSet) -> String {
    let dynamic = files.get("src/dynamic.rs").unwrap();
    let rows = dynamic
        .lines()
        .filter(|line| line.contains(" => resources::"));
    let rows: Vec<_> = rows.collect();
    format!(
        "use client::resources;\n\ncrate::table! {{\n{}\n}}\n",
        rows.join("\n")
    )
}
