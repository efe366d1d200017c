//! Requests, and answers that the description does not foresee.

use super::*;

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
