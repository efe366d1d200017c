//! Recorded traffic, checked against the schemas.

mod files;
mod round_trip;
mod secrets;

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
fn an_unknown_property_is_counted_by_place_with_a_suggestion() {
    let item = json!({"newProperty": "secret", "actorType": "User"});
    let page = json!({"items": [item, item, {"newProperty": null}]});
    let findings = found(&[get(LOGS, 200, &page), get(LOGS, 200, &page)]);
    let subject = "instanceAuditLogs.get 200 /items/*/newProperty";
    assert_eq!(
        summaries(&findings),
        [format!("wire/unknown-property {subject}")]
    );
    let finding = &findings[0];
    assert_eq!(
        (finding.count, finding.reaches.as_slice()),
        (6, &["instanceAuditLogs.get".to_owned()][..])
    );
    assert_eq!(
        finding.help,
        r##"set types/instanceAuditLog.json#/properties/newProperty to {"type":["string","null"]}"##
    );
    let place = finding.place.as_ref().unwrap();
    assert!(
        place
            .file
            .ends_with("audit-logs/types/instanceAuditLog.json")
    );
    assert_eq!(
        (place.line, place.column, place.pointer.as_str()),
        (6, 17, "/properties")
    );
    assert!(
        place.excerpt.contains("\"properties\""),
        "{}",
        place.excerpt
    );
}

#[test]
fn a_new_enum_value_is_shown_only_if_it_looks_like_a_name() {
    let log = |value: &str| json!({"actorType": value});
    let items = [
        log("Service"),
        log("Service"),
        log("Ada Lovelace"),
        log("x y"),
    ];
    let findings = found(&[get(LOGS, 200, &json!({"items": items}))]);
    let subject = "wire/unknown-enum-value instanceAuditLogs.get 200 /items/*/actorType =";
    assert_eq!(
        summaries(&findings),
        [
            format!("{subject} <not shown>"),
            format!("{subject} Service")
        ]
    );
    assert_eq!((findings[0].count, findings[1].count), (2, 2));
    assert!(findings[0].message.contains("a string of 12 characters"));
    assert!(
        findings[1]
            .help
            .ends_with(r#"to ["User","ApiToken","Service"]"#)
    );
}

#[test]
fn values_that_are_not_names_are_listed_up_to_a_limit() {
    let items = ('a'..='z').map(|name| json!({"actorType": format!("name-{name}")}));
    let items: Vec<_> = items.collect();
    let findings = found(&[get(LOGS, 200, &json!({"items": items}))]);
    assert_eq!(findings.len(), 9);
    assert_eq!(
        findings.iter().map(|finding| finding.count).sum::<usize>(),
        26
    );
}

#[test]
fn a_wrong_type_is_reported_with_the_actual_type() {
    let findings = found_in_log(json!({"actorName": null, "responseStatus": "200"}));
    let subject = "wire/wrong-type instanceAuditLogs.get 200 /items/*";
    assert_eq!(
        summaries(&findings),
        [
            format!("{subject}/actorName is null"),
            format!("{subject}/responseStatus is string"),
        ]
    );
    assert_eq!(
        findings[0].help,
        r##"set types/instanceAuditLog.json#/properties/actorName/type to ["string","null"]"##
    );
}

#[test]
fn every_violated_limit_is_reported_by_its_keyword() {
    let findings = found_in_log(json!({
        "id": "xyz", "creationDate": "yesterday", "actorName": "x".repeat(1025),
        "responseStatus": 99,
    }));
    let subject = "wire/constraint-broken instanceAuditLogs.get 200 /items/*";
    assert_eq!(
        summaries(&findings),
        [
            format!("{subject}/actorName maxLength"),
            format!("{subject}/creationDate format"),
            format!("{subject}/id pattern"),
            format!("{subject}/responseStatus minimum"),
        ]
    );
    assert!(
        findings[0].message.ends_with("its length is 1025"),
        "{}",
        findings[0].message
    );
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
fn an_answer_of_a_gateway_is_reported_only_by_its_status() {
    let page = json!({"method": "GET", "url": LOGS, "status": 502, "body": "<html>"});
    let findings = found(&[page]);
    let [finding] = findings.as_slice() else {
        panic!("{findings:#?}")
    };
    assert_eq!(finding.rule.id, "wire/undocumented-status");
}

#[test]
fn unknown_actions_and_statuses_are_reported_and_other_hosts_ignored() {
    let findings = found(&[
        get(
            &format!("https://api.losant.com{LOGS}"),
            418,
            &json!({"teapot": 1}),
        ),
        json!({"method": "POST", "url": format!("https://api.losant.com{LOGS}"), "status": 200}),
        get(
            "https://api.losant.com/instance/575ec7417ae143cd83dc4a96/members/x7",
            200,
            &json!({}),
        ),
        get("https://tracker.example/pixel", 200, &json!({})),
        json!({"method": "OPTIONS", "url": LOGS, "status": 204}),
    ]);
    assert_eq!(
        summaries(&findings),
        [
            "wire/undocumented-status instanceAuditLogs.get 418",
            "wire/unknown-action GET /instance/*/*/*",
            "wire/unknown-action POST /instance/{instanceId}/audit-logs",
            "wire/unknown-property instanceAuditLogs.get 418 /teapot",
        ]
    );
}

#[test]
fn unknown_parts_of_a_request_are_reported() {
    let url = |query: &str| format!("{LOGS}?{query}");
    let mut with_body = get(
        &url("newParameter=7&perPage=0&sortField=actorId"),
        200,
        &json!({}),
    );
    with_body["requestBody"] = json!("{\"a\": 1}");
    let refused = get(&url("refused=1"), 400, &json!({}));
    let filter = get(
        &url("auditLogFilter[actor][0][kind]=User&%zz"),
        200,
        &json!({}),
    );
    let nested = get(&url("auditLogFilter[actor][0][kind]=User"), 200, &json!({}));
    let path = get("/instance/none/audit-logs", 200, &json!({}));
    let findings = found(&[with_body, refused, filter, nested, path]);
    assert_eq!(
        summaries(&findings),
        [
            "wire/constraint-broken instanceAuditLogs.get request path instanceId pattern",
            "wire/constraint-broken instanceAuditLogs.get request query form",
            "wire/constraint-broken instanceAuditLogs.get request query perPage minimum",
            "wire/unknown-enum-value instanceAuditLogs.get request query sortField = actorId",
            "wire/unknown-parameter instanceAuditLogs.get request body",
            "wire/unknown-parameter instanceAuditLogs.get request query newParameter",
            "wire/unknown-property instanceAuditLogs.get request query auditLogFilter /actor/*/kind",
        ]
    );
    let help = &findings[5].help;
    assert!(
        help.contains(r#""name":"newParameter""#) && help.contains("integer"),
        "{help}"
    );
}

#[test]
fn requests_and_empty_responses_below_the_path_of_the_base_url_are_checked() {
    let traffic = Traffic::new();
    let schemas = other_schemas(traffic.0.path(), None);
    let post = |body: &str| {
        json!({"method": "POST", "url": "https://things.example/v1/things", "status": 201,
               "requestBody": body, "body": "[\"a\", 1]"})
    };
    let exchanges = [
        post(r#"{"id": "1", "kind": "k", "more": true}"#),
        post("no"),
        json!({"method": "DELETE", "url": "/things", "status": 204, "body": "{}"}),
        get("/things", 200, &json!({})),
    ];
    let findings = run(&schemas, &[traffic.file("a.jsonl", lines(&exchanges))]);
    assert_eq!(
        summaries(&findings),
        [
            "wire/missing-required things.get 200 /id",
            "wire/missing-required things.get 200 /kind",
            "wire/not-json things.post request body is not valid JSON",
            "wire/undocumented-body things.delete 204",
            "wire/unknown-property things.post request body /more",
            "wire/wrong-type things.post 201 /* is integer",
        ]
    );
}

#[test]
fn free_form_objects_and_maps_have_no_unknown_properties_but_values_of_maps_may() {
    let fine = json!({
        "free": {"a": {"b": 1}}, "map": {"575ec7417ae143cd83dc4a96": {"size": 1}},
        "rooms": {"room1": "a"},
    });
    assert_eq!(found_in_thing(fine), [""; 0]);
    let wrong = json!({
        "map": {"575ec7417ae143cd83dc4a96": {"size": 1, "colour": 1}, "b": {"size": "x"}},
        "rooms": {"hall": "a", "room1": 7},
    });
    assert_eq!(
        found_in_thing(wrong),
        [
            "wire/unknown-property things.get 200 /map/*/colour",
            "wire/unknown-property things.get 200 /rooms/*",
            "wire/wrong-type things.get 200 /map/*/size is string",
            "wire/wrong-type things.get 200 /rooms/* is integer",
        ]
    );
}

#[test]
fn the_best_matching_branch_of_a_union_is_compared() {
    let shapes = [
        (json!({"type": "circle", "radius": 1}), None),
        (json!("abc"), None),
        (
            json!({"type": "circle", "radius": -1}),
            Some("constraint-broken things.get 200 /shape/radius minimum"),
        ),
        (
            json!({"type": "square", "radius": 1}),
            Some("unknown-property things.get 200 /shape/radius"),
        ),
        (
            json!({"type": "oval", "radius": 1}),
            Some("unknown-enum-value things.get 200 /shape/type = oval"),
        ),
        (
            json!("abcd"),
            Some("constraint-broken things.get 200 /shape maxLength"),
        ),
        (
            json!([1]),
            Some("wrong-type things.get 200 /shape is array"),
        ),
    ];
    for (shape, expected) in shapes {
        let found = found_in_thing(json!({"shape": shape}));
        let expected = expected.map(|text| format!("wire/{text}"));
        assert_eq!(found, Vec::from_iter(expected), "{shape}");
    }
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
fn a_schema_that_refers_to_itself_in_every_branch_terminates() {
    let traffic = Traffic::new();
    let schemas = other_schemas(traffic.0.path(), None);
    let branch = |name: &str| {
        json!({"type": "object", "required": ["never"], "properties": {
            "never": {"type": "integer"}, "next": {"$ref": "#/definitions/base"}, name: {"type": "string"}}})
    };
    let branches = ["a", "b", "c", "d"].map(branch);
    let schema = json!({"oneOf": branches});
    std::fs::write(schemas.join("types/base.json"), schema.to_string()).unwrap();
    let mut value = json!({});
    for _ in 0..60 {
        value = json!({"next": value});
    }
    let file = traffic.file("a.jsonl", lines(&[get("/things", 200, &value)]));
    // There are 4⁶⁰ paths through the branches.
    assert!(!run(&schemas, &[file]).is_empty());
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
