//! Mocks of unusual descriptions.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;

use serde_json::{Value, json};
use xtask::mock::{Mock, MockOptions};

fn write(folder: &Path, path: &str, value: &Value) {
    let file = folder.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, value.to_string()).unwrap();
}

/// Starts the mock of an API with only this resource.
fn mock(resource: &Value) -> Mock {
    let folder = tempfile::tempdir().unwrap();
    let api = json!({"title": "T", "version": "1", "baseUrl": "https://things.example",
        "package": {"name": "things", "version": "1.0.0"},
        "paging": [{"page": "page", "perPage": "perPage", "items": "items", "total": "total"}]});
    write(folder.path(), "api.json", &api);
    write(folder.path(), "resources/things.json", resource);
    Mock::start(&MockOptions::new(folder.path())).unwrap()
}

/// The status and the body of the mock's answer.
pub fn answer(port: u16, method: &str, target: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap();
    (status.to_owned(), body.to_owned())
}

#[test]
fn a_page_is_served_with_any_example() {
    let item = json!({"type": "object", "properties": {"id": {"type": "string"}}});
    let without = |examples: Value| {
        json!({"type": "object", "examples": examples,
            "properties": {"items": {"type": "array", "items": item}, "total": {"type": "integer"}}})
    };
    for examples in [
        json!([{"items": []}]),
        json!([{"items": [{"id": "a"}]}]),
        json!([{"items": null}]),
        json!([{"items": "none"}]),
        json!([{"items": {"0": 1}}]),
        json!([{"items": [7]}]),
        json!([{}]),
        json!([null]),
        json!(["none"]),
        json!([[1]]),
        json!([7]),
        json!([]),
    ] {
        let parameter = |name: &str| json!({"name": name, "in": "query", "type": "integer"});
        let resource = json!({"path": "/things", "actions": {"get": {"method": "GET",
            "params": [parameter("page"), parameter("perPage")],
            "responses": {"200": {"schema": without(examples.clone())}}}}});
        let mock = mock(&resource);
        let (status, body) = answer(mock.port(), "GET", "/things?perPage=2", "");
        assert_eq!(status, "200", "{examples}");
        let page: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(page["items"].as_array().unwrap().len(), 2, "{examples}");
    }
}

#[test]
fn a_pattern_with_many_thousand_repetitions_is_supported() {
    let text = json!({"type": "string", "pattern": r"^(.|\n){0,60000}$"});
    let resource = json!({"path": "/things", "actions": {"post": {"method": "POST",
        "params": [{"name": "thing", "in": "body", "required": true, "schema": text}],
        "responses": {"200": {}}}}});
    let mock = mock(&resource);
    for (length, expected) in [(0, "200"), (60_000, "200"), (60_001, "400")] {
        let body = json!("\n".repeat(length)).to_string();
        let (status, body) = answer(mock.port(), "POST", "/things", &body);
        assert_eq!(status, expected, "{body:.200}");
    }
}
