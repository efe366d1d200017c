use axum::body::Bytes;
use axum::http::HeaderMap;

use super::*;
use crate::workspace::Workspace;

const LIST: &str = "/instance/575ec7417ae143cd83dc4a96/audit-logs";

fn service() -> Service {
    Service::read(
        &Workspace::find().unwrap().root().join("tests/audit-logs"),
        250,
    )
    .unwrap()
}

fn request(method: &str, target: &str) -> Received {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = HeaderMap::new();
    headers.insert("authorization", "Bearer x".parse().unwrap());
    Received {
        method: method.into(),
        path: path.into(),
        query: query.into(),
        headers,
        body: Bytes::new(),
    }
}

fn send(received: &Received) -> (u16, Value) {
    let reply = answer(&service(), received);
    let body = serde_json::from_slice(&reply.body).unwrap();
    (reply.status, body)
}

fn list(query: &str) -> (u16, Value) {
    send(&request("GET", &format!("{LIST}?{query}")))
}

/// One property of every item.
fn column(page: &Value, name: &str) -> Vec<Value> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item[name].clone()).collect()
}

#[test]
fn a_collection_is_paged_to_its_end() {
    let mut ids = Vec::new();
    for (page, expected) in [(0, 100), (1, 100), (2, 50), (3, 0)] {
        let (status, body) = list(&format!("page={page}"));
        assert_eq!(status, 200);
        assert_eq!(body["count"], expected);
        assert_eq!(body["totalCount"], 250);
        assert_eq!(body["page"], page);
        assert_eq!(body["perPage"], 100);
        assert_eq!(body["sortField"], "creationDate");
        assert_eq!(body["sortDirection"], "desc");
        assert_eq!(body["instanceId"], "575ec7417ae143cd83dc4a96");
        ids.extend(column(&body, "id"));
    }
    let expected: Vec<_> = (0..250).map(|i| json!(format!("{i:024x}"))).collect();
    assert_eq!(ids, expected);
}

#[test]
fn a_page_and_its_items_are_as_their_schemas_say() {
    let service = service();
    let schema = json!({"$ref": "#/definitions/instanceAuditLogs"});
    let validator = jsonschema::validator_for(&service.definitions.document(&schema)).unwrap();
    let (_, page) = list("perPage=250");
    assert_eq!(page["count"], 250);
    assert!(validator.is_valid(&page));
}

#[test]
fn a_collection_is_sorted_by_any_field_in_any_direction() {
    let times = |query| column(&list(query).1, "creationDate");
    assert_eq!(
        times("perPage=2"),
        ["2026-01-01T00:00:00.000Z", "2025-12-31T23:59:00.000Z"]
    );
    assert_eq!(
        times("perPage=1&sortDirection=asc"),
        ["2025-12-31T19:51:00.000Z"]
    );
    let (_, page) = list("sortField=responseStatus&sortDirection=desc&perPage=3");
    assert_eq!(column(&page, "responseStatus"), [449, 448, 447]);
    let (_, page) = list("sortField=actorName&sortDirection=asc&perPage=3");
    let names = [
        "ada@example.com 0",
        "ada@example.com 1",
        "ada@example.com 10",
    ];
    assert_eq!(column(&page, "actorName"), names);
}

#[test]
fn a_time_range_includes_both_its_ends() {
    let (_, page) = list("start=1767225480000&end=1767225540000");
    let times = ["2025-12-31T23:59:00.000Z", "2025-12-31T23:58:00.000Z"];
    assert_eq!(column(&page, "creationDate"), times);
    assert_eq!(page["totalCount"], 2);
}

#[test]
fn a_filter_lets_through_what_it_names() {
    let (_, page) = list("auditLogFilter%5Bactor%5D%5B0%5D%5Btype%5D=ApiToken");
    assert_eq!(page["totalCount"], 125);
    assert!(
        column(&page, "actorType")
            .iter()
            .all(|kind| kind == "ApiToken")
    );
    let (_, page) = list("auditLogFilter[actor][0][name]=nobody");
    assert_eq!(page["totalCount"], 0);
    let (_, page) = list("auditLogFilter[request][0][resource]=instanceOrg");
    assert_eq!(page["totalCount"], 250);
    let (_, page) = list("auditLogFilter[responseCode][0]=404");
    assert_eq!(page["totalCount"], 250, "it corresponds to no property");
}

#[test]
fn an_item_of_the_collection_is_found_by_its_id() {
    let (_, page) = list("perPage=250");
    let (status, item) = send(&request("GET", &format!("{LIST}/0000000000000000000000F9")));
    assert_eq!((status, &item), (200, &page["items"][249]));
    assert_eq!(item["instanceAuditLogId"], "0000000000000000000000f9");
    let (status, error) = send(&request("GET", &format!("{LIST}/0000000000000000000000fa")));
    assert_eq!((status, &error["type"]), (404, &json!("NotFound")));
}

#[test]
fn the_descriptors_example_id_is_that_of_the_types_example() {
    let id = "57955788124b37010084c053";
    let (status, item) = send(&request("GET", &format!("{LIST}/{id}")));
    assert_eq!(
        (status, &item["id"], &item["instanceAuditLogId"]),
        (200, &json!(id), &json!(id))
    );
    assert_eq!(item["actorName"], "ada@example.com");
}

#[test]
fn what_does_not_exist_is_not_found() {
    for path in [
        "/nowhere",
        "/instance",
        "/instance/ffffffffffffffffffffffff/audit-logs",
    ] {
        let (status, error) = send(&request("GET", path));
        assert_eq!(
            (status, &error["type"]),
            (404, &json!("NotFound")),
            "{path}"
        );
    }
}

#[test]
fn a_malformed_request_is_told_what_is_wrong() {
    for (query, message) in [
        (
            "sortField=x",
            "query parameter `sortField`: \"x\" is not one of",
        ),
        (
            "sortField=",
            "query parameter `sortField`: \"\" is not one of",
        ),
        (
            "page=-1",
            "query parameter `page`: -1 is less than the minimum",
        ),
        ("page=1.5", "query parameter `page`: 1.5 is not of type"),
        ("page=x", "query parameter `page`: \"x\" is not of type"),
        (
            "perPage=0",
            "query parameter `perPage`: 0 is less than the minimum",
        ),
        (
            "_links=yes",
            "query parameter `_links`: \"yes\" is not of type",
        ),
        ("page=1&page=1", "query parameter `page`: it is given twice"),
        ("pages=1", "query parameter `pages`: unknown parameter"),
        ("page[0]=1", "query parameter `page[0]`: unknown parameter"),
        (
            "page=%zz",
            "query: the percent-encoding of `page=%zz` is malformed",
        ),
        (
            "auditLogFilter[actor][0][type]=Flow",
            "query parameter `auditLogFilter`: /actor/0/type: \"Flow\" is not one of",
        ),
        (
            "auditLogFilter[x]=1",
            "query parameter `auditLogFilter`: Additional properties",
        ),
        (
            "auditLogFilter[responseCode][0]=600",
            "query parameter `auditLogFilter`: /responseCode/0: 600 is greater than",
        ),
        (
            "auditLogFilter=x",
            "query parameter `auditLogFilter`: \"x\" is not of type",
        ),
    ] {
        let (status, error) = list(query);
        assert_eq!(
            (status, &error["type"]),
            (400, &json!("Validation")),
            "{query}"
        );
        let text = error["message"].as_str().unwrap();
        assert!(text.starts_with(message), "{query}: {text}");
    }
    for id in ["x", "..", "a%2Fb", "%FF", ""] {
        let (status, _) = send(&request("GET", &format!("/instance/{id}/audit-logs")));
        assert_eq!(status, 400, "{id}");
    }
}

#[test]
fn a_request_without_a_token_is_refused() {
    for token in [
        None,
        Some("Bearer "),
        Some("Bearer"),
        Some("Basic eDp5"),
        Some("x"),
    ] {
        let mut received = request("GET", LIST);
        received.headers.clear();
        if let Some(token) = token {
            received
                .headers
                .insert("authorization", token.parse().unwrap());
        }
        let (status, error) = send(&received);
        assert_eq!(
            (status, &error["type"]),
            (401, &json!("Unauthorized")),
            "{token:?}"
        );
    }
}

#[test]
fn another_method_is_refused_with_those_that_are_allowed() {
    let reply = answer(&service(), &request("DELETE", LIST));
    assert_eq!(reply.status, 405);
    assert!(reply.headers.contains(&("allow", "GET".to_owned())));
}

#[test]
fn a_body_is_refused_where_none_is_taken() {
    let mut received = request("GET", LIST);
    received.body = Bytes::from_static(b"{}");
    assert_eq!(send(&received).0, 200);
    received.body = Bytes::from_static(b"{\"a\":1}");
    assert_eq!(send(&received).0, 400);
}
