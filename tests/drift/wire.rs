//! Recorded traffic, checked against the schemas.

mod files;
mod requests;
mod round_trip;
mod secrets;
mod shapes;
mod values;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use codegen::Source;
use futures_util::TryStreamExt;
use losant::{Client, Recorder};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::corrections;
use xtask::drift::{Finding, Outcome, wire};
use xtask::mock::{Mock, MockOptions};

const LOGS: &str = "/instance/575ec7417ae143cd83dc4a96/audit-logs";

/// The schemas of the audit logs.
fn schemas() -> PathBuf {
    tests::audit_logs()
}

/// Traffic in a temporary folder.
struct Traffic(TempDir);

impl Traffic {
    fn new() -> Self {
        Traffic(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

fn lines(exchanges: &[Value]) -> String {
    exchanges.iter().map(|line| format!("{line}\n")).collect()
}

fn har(exchanges: &[Value]) -> Value {
    let headers = |of: &Value| -> Vec<Value> {
        let headers = of.as_object().into_iter().flatten();
        headers
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect()
    };
    let entries = exchanges.iter().map(|exchange| {
        json!({
            "startedDateTime": "2026-01-01T00:00:00Z",
            "request": {
                "method": exchange["method"], "url": exchange["url"], "httpVersion": "h2",
                "headers": headers(&exchange["requestHeaders"]),
                "postData": {"mimeType": "application/json", "text": exchange["requestBody"]},
            },
            "response": {
                "status": exchange["status"], "statusText": "",
                "headers": headers(&exchange["responseHeaders"]),
                "content": {"size": 1, "mimeType": "application/json", "text": exchange["body"]},
            },
            "timings": {"wait": 1.5},
        })
    });
    let entries: Vec<_> = entries.collect();
    json!({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": entries, "pages": []}})
}

fn get(url: &str, status: u16, body: &Value) -> Value {
    json!({"method": "GET", "url": url, "status": status, "body": body.to_string()})
}

fn run(schemas: &Path, files: &[PathBuf]) -> Vec<Finding> {
    match wire::run(schemas, files).unwrap_or_else(|error| panic!("{error:#}")) {
        Outcome::Done(findings) => findings,
        Outcome::Skipped(reason) => panic!("{reason}"),
    }
}

/// The findings in JSON lines, with the project's own schemas.
fn found(exchanges: &[Value]) -> Vec<Finding> {
    let traffic = Traffic::new();
    run(&schemas(), &[traffic.file("a.jsonl", lines(exchanges))])
}

/// The rules and subjects of findings.
fn summaries(findings: &[Finding]) -> Vec<String> {
    let findings = findings.iter();
    findings
        .map(|finding| format!("{} {}", finding.rule.id, finding.subject))
        .collect()
}

/// The findings in a page that contains this log.
fn found_in_log(log: Value) -> Vec<Finding> {
    found(&[get(LOGS, 200, &json!({"items": [log]}))])
}

/// An API with features that the project's own lacks.
fn other_schemas(folder: &Path, upstream: Option<&str>) -> PathBuf {
    let write = |path: &str, value: Value| {
        let path = folder.join("schemas").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, serde_json::to_string_pretty(&value).unwrap()).unwrap();
    };
    let mut api = json!({
        "title": "Things", "version": "1", "baseUrl": "https://things.example/v1",
        "package": {"name": "things", "version": "0.1.0"},
    });
    if let Some(upstream) = upstream {
        api["upstream"] = json!(upstream);
    }
    write("api.json", api);
    write(
        "resources/things.json",
        json!({"path": "/things", "actions": {
            "get": {"method": "GET", "responses": {"200": {"schema": {"$ref": "#/definitions/thing"}}}},
            "post": {"method": "POST",
                "params": [{"name": "thing", "in": "body", "required": true,
                            "schema": {"$ref": "#/definitions/thing"}}],
                "responses": {"201": {"schema": {"type": "array", "items": {"type": "string"}}}}},
            "put": {"method": "PUT", "responses": {
                "200": {"schema": {"type": "string"}},
                "202": {"schema": {"type": "array", "items": {"type": "integer"}}},
                "204": {}}},
            "delete": {"method": "DELETE", "responses": {"204": {}}},
        }}),
    );
    write(
        "types/thing.json",
        json!({
            "type": "object",
            "required": ["id", "kind"],
            "allOf": [{"$ref": "#/definitions/base"}],
            "properties": {
                "kind": {"type": "string"},
                "free": {"type": "object"},
                "map": {"type": "object", "additionalProperties": {
                    "type": "object", "properties": {"size": {"type": "integer"}}}},
                "rooms": {"type": "object", "patternProperties": {"^room": {"type": "string"}}},
                "shape": {"oneOf": [
                    {"type": "object", "required": ["type"], "properties": {
                        "type": {"const": "circle"}, "radius": {"type": "number", "minimum": 0}}},
                    {"type": "object", "required": ["type"], "properties": {
                        "type": {"const": "square"}, "side": {"type": "number"}}},
                    {"type": "string", "maxLength": 3},
                ]},
            },
        }),
    );
    write(
        "types/base.json",
        json!({"type": "object", "properties": {"id": {"type": "string"}}}),
    );
    folder.join("schemas")
}

/// The findings in a thing.
fn found_in_thing(mut thing: Value) -> Vec<String> {
    thing["id"] = json!("1");
    thing["kind"] = json!("k");
    let traffic = Traffic::new();
    let schemas = other_schemas(traffic.0.path(), None);
    let file = traffic.file("a.jsonl", lines(&[get("/things", 200, &thing)]));
    summaries(&run(&schemas, &[file]))
}

#[test]
fn traffic_that_matches_the_schemas_has_no_findings_in_either_format() {
    let page = json!({
        "items": [{"id": "586e9d5151265cb9d72f6ec6", "actorType": "User",
                   "creationDate": "2016-06-13T04:00:00.000Z", "requestBody": {"anything": 1}}],
        "count": 1, "totalCount": 1.0, "sortDirection": "",
    });
    let query = "sortField=creationDate&perPage=10&_links=true&\
                 auditLogFilter%5Bactor%5D%5B0%5D%5Btype%5D=User&\
                 auditLogFilter%5BresponseCode%5D%5B0%5D=200";
    let exchanges = [
        get(&format!("https://api.losant.com{LOGS}?{query}"), 200, &page),
        get(LOGS, 404, &json!({"type": "NotFound", "message": "m"})),
    ];
    let traffic = Traffic::new();
    let files = [
        traffic.file("a.jsonl", lines(&exchanges)),
        traffic.file("a.har", har(&exchanges).to_string()),
        traffic.file("b.HAR", format!("\u{feff}{:#}", har(&exchanges))),
    ];
    assert_eq!(summaries(&run(&schemas(), &files)), [""; 0]);
}

#[test]
fn a_check_without_traffic_is_skipped() {
    let outcome = wire::run(&schemas(), &[]).unwrap();
    assert!(matches!(outcome, Outcome::Skipped(reason) if reason.contains(".jsonl")));
}

#[test]
fn bodies_that_are_not_json_are_reported() {
    let exchange = |body: &str| json!({"method": "GET", "url": LOGS, "status": 200, "body": body});
    let findings = found(&[exchange("<html>"), exchange(""), exchange("{\"items\": [")]);
    assert_eq!(
        summaries(&findings),
        [
            "wire/not-json instanceAuditLogs.get 200 is empty",
            "wire/not-json instanceAuditLogs.get 200 is not valid JSON",
        ]
    );
}

#[test]
fn undecodable_json_differs_from_invalid_json() {
    let exchange = |body: &str| json!({"method": "GET", "url": LOGS, "status": 200, "body": body});
    let log = |value: &str| format!(r#"{{"items": [{{"id": {value}}}]}}"#);
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let findings = found(&[
        exchange(&log(&deep)),
        exchange(&log("1e400")),
        exchange(&log(r#""\ud800""#)),
    ]);
    let subject = "wire/undecodable instanceAuditLogs.get 200";
    assert_eq!(
        summaries(&findings),
        [
            format!("{subject} a lone surrogate"),
            format!("{subject} a number outside the range of a double"),
            format!("{subject} more than 127 levels"),
        ]
    );
}

#[test]
fn for_imported_files_the_help_is_a_correction_that_resolves_the_finding() {
    let traffic = Traffic::new();
    let schemas = other_schemas(traffic.0.path(), Some("1"));
    std::fs::create_dir(schemas.join("upstream")).unwrap();
    std::fs::write(schemas.join("upstream/lock.toml"), "").unwrap();
    let thing = json!({"id": "1", "kind": null, "more": [1]});
    let post = json!({"method": "POST", "url": "/things?new=1", "status": 201,
                      "requestBody": "{\"id\": \"1\", \"kind\": \"k\"}"});
    let file = traffic.file("a.jsonl", lines(&[get("/things", 200, &thing), post]));
    let findings = run(&schemas, &[file]);
    let correction = |finding: &Finding| -> Value {
        let (_, json) = finding.help.split_once(": ").unwrap();
        serde_json::from_str(json).unwrap()
    };
    let [parameter, property, kind] = findings.as_slice() else {
        panic!("{findings:#?}");
    };
    assert_eq!(
        correction(parameter)["value"],
        json!([{"$expected": "/0"}, {"name": "new", "in": "query", "type": "integer"}])
    );
    // Once they are made, the findings are gone.
    let overlay = json!({"upstream": "1", "corrections": findings.iter().map(correction).collect::<Vec<_>>()});
    let files = xtask::schemas::read(&schemas).unwrap();
    let files = files
        .files()
        .map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
    let overlay = (
        "overlays/all.json".to_owned(),
        overlay.to_string().into_bytes(),
    );
    let corrected = corrections::corrected(&Source::new(files.chain([overlay]))).unwrap();
    for (path, bytes) in corrected.files() {
        std::fs::write(schemas.join(path), bytes).unwrap();
    }
    let file = traffic.0.path().join("a.jsonl");
    assert_eq!(summaries(&run(&schemas, &[file])), [""; 0]);
    assert_eq!(
        correction(property),
        json!({"file": "types/thing.json", "pointer": "/properties/more", "reason": "Seen in traffic.",
               "value": {"type": "array", "items": {"type": "integer"}}})
    );
    assert_eq!(
        correction(kind),
        json!({"file": "types/thing.json", "pointer": "/properties/kind/type",
               "expected": "string", "value": ["string", "null"], "reason": "Seen in traffic."})
    );
}

#[test]
fn base64_is_decoded() {
    let mut har = har(&[get(LOGS, 200, &json!({}))]);
    har["log"]["entries"][0]["response"]["content"] =
        json!({"text": "eyJuZXdQcm9wZXJ0eSI6IDF9", "encoding": "base64"});
    let traffic = Traffic::new();
    let findings = run(&schemas(), &[traffic.file("a.har", har.to_string())]);
    assert_eq!(
        summaries(&findings),
        ["wire/unknown-property instanceAuditLogs.get 200 /newProperty"]
    );
}

#[test]
fn recordings_of_the_mock_have_no_findings() {
    let mock = Mock::start(&MockOptions {
        items: 30,
        ..MockOptions::new(schemas())
    });
    let mock = mock.unwrap();
    let traffic = Traffic::new();
    let path = traffic.0.path().join("traffic.jsonl");
    let recorder = Recorder::new(std::fs::File::create(&path).unwrap());
    let client = Client::builder()
        .access_token("SECRET-TOKEN-123")
        .base_url(mock.url())
        .observer(recorder.clone())
        .build()
        .unwrap();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async {
        let logs = client.instance_audit_logs("575ec7417ae143cd83dc4a96".parse().unwrap());
        let items = logs.get().per_page(10).items().try_collect::<Vec<_>>();
        assert_eq!(items.await.unwrap().len(), 30);
        let none = client.instance_audit_logs("ffffffffffffffffffffffff".parse().unwrap());
        none.get().send().await.unwrap_err();
    });
    assert!(recorder.error().is_none());
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.lines().count() >= 4 && !text.contains("SECRET-TOKEN-123"));
    assert_eq!(summaries(&run(&schemas(), &[path])), [""; 0]);
}
