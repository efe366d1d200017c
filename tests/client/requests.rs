//! Requests as data: built, read and written without a network.

use losant::dynamic;
use losant::http::Request;
use losant::instance_audit_log::{InstanceAuditLogGetRequest, InstanceAuditLogPath};
use losant::instance_audit_logs::{InstanceAuditLogsGetRequest, InstanceAuditLogsPath};
use losant::jiff::Timestamp;
use losant::types::{ActorFilter, AuditLogsSortField, InstanceAuditLogFilter, SortDirection};
use losant::{Call, Client, bytes::Bytes};
use serde_json::{Value, json};

use crate::{INSTANCE, LOG, TOKEN, client, id, mock};

/// A client of the real API; nothing here sends anything.
fn offline() -> Client {
    Client::builder().access_token(TOKEN).build().unwrap()
}

/// A call with every parameter set.
fn full() -> Call<InstanceAuditLogsGetRequest> {
    let actor = ActorFilter::new().name("Ann & Bob");
    let filter = InstanceAuditLogFilter::new()
        .actor([ActorFilter::new(), actor])
        .response_code([200]);
    let logs = offline().instance_audit_logs(id(INSTANCE));
    let call = logs
        .get()
        .sort_field(AuditLogsSortField::ResponseStatus)
        .sort_direction(SortDirection::Asc)
        .page(2)
        .per_page(50)
        .start(Timestamp::from_millisecond(1_465_790_400_000).unwrap())
        .end(Timestamp::from_millisecond(1_465_876_800_000).unwrap())
        .audit_log_filter(filter);
    let call = call.actions(true).links(false).embedded(false);
    call.losantdomain("example.com")
}

/// The JSON of `full`, with the vendor's names.
fn full_json() -> Value {
    json!({
        "instanceId": INSTANCE,
        "sortField": "responseStatus",
        "sortDirection": "asc",
        "page": 2,
        "perPage": 50,
        "start": 1_465_790_400_000_i64,
        "end": 1_465_876_800_000_i64,
        "auditLogFilter": {
            "actor": [{}, {"name": "Ann & Bob"}],
            "responseCode": [200],
        },
        "_actions": true,
        "_links": false,
        "_embedded": false,
        "losantdomain": "example.com",
    })
}

/// A request in a comparable form.
fn plain(request: Request<Bytes>) -> (String, Vec<(String, Vec<u8>)>, Bytes) {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    let line = format!("{} {}", parts.method, parts.uri);
    (line, headers.collect(), body)
}

fn refusal(name: &str, parameters: Value) -> String {
    let error = dynamic::request(name, parameters).unwrap_err();
    assert!(error.is_invalid_request());
    error.to_string()
}

#[test]
fn a_request_is_written_under_the_vendors_names_and_read_back_equal() {
    let request = full().request;
    assert_eq!(serde_json::to_value(&request).unwrap(), full_json());
    assert_eq!(
        serde_json::from_value::<InstanceAuditLogsGetRequest>(full_json()).unwrap(),
        request
    );

    let least = InstanceAuditLogsGetRequest::new(InstanceAuditLogsPath::new(id(INSTANCE)));
    let json = json!({"instanceId": INSTANCE});
    assert_eq!(serde_json::to_value(&least).unwrap(), json);
    assert_eq!(
        serde_json::from_value::<InstanceAuditLogsGetRequest>(json).unwrap(),
        least
    );

    let path = InstanceAuditLogPath::new(id(INSTANCE), id(LOG));
    let one = InstanceAuditLogGetRequest::new(path);
    let json = json!({"instanceId": INSTANCE, "instanceAuditLogId": LOG});
    assert_eq!(serde_json::to_value(&one).unwrap(), json);
    assert_eq!(
        serde_json::from_value::<InstanceAuditLogGetRequest>(json).unwrap(),
        one
    );
}

#[test]
fn a_request_becomes_an_http_request_without_any_network() {
    let request = full().http_request().unwrap();
    assert_eq!(request.method(), "GET");
    assert_eq!(request.body(), "");
    insta::assert_snapshot!(request.uri().to_string().replace('&', "\n&"), @r"
    https://api.losant.com/instance/575ec7417ae143cd83dc4a96/audit-logs?_actions=true
    &_links=false
    &_embedded=false
    &sortField=responseStatus
    &sortDirection=asc
    &page=2
    &perPage=50
    &start=1465790400000
    &end=1465876800000
    &auditLogFilter%5Bactor%5D%5B1%5D%5Bname%5D=Ann%20%26%20Bob
    &auditLogFilter%5BresponseCode%5D%5B0%5D=200
    ");
    let headers = request.headers().iter();
    let headers: Vec<_> = headers
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    insta::assert_snapshot!(headers.join("\n"), @r#"
    accept: application/json
    user-agent: losant/0.1.0
    accept-version: ^1.30.0
    losantdomain: example.com
    authorization: Bearer SECRET-TOKEN-123
    "#);
}

#[test]
fn a_clone_of_a_call_is_a_call_of_its_own() {
    let call = offline().instance_audit_logs(id(INSTANCE)).get().page(1);
    let other = call.clone().page(2).links(false);
    assert_eq!(call.request.page, Some(1));
    assert_eq!(call.request.globals.links, None);
    assert_eq!(other.request.page, Some(2));
    let again = offline().call(other.request.clone());
    assert_eq!(
        plain(again.http_request().unwrap()),
        plain(other.http_request().unwrap())
    );
}

#[test]
fn an_unknown_parameter_is_rejected_with_the_accepted_names() {
    let parameters = json!({"instanceId": INSTANCE, "perpage": 10});
    insta::assert_snapshot!(refusal("instanceAuditLogs.get", parameters), @"invalid request: unknown parameter `perpage`; expected one of `sortField`, `sortDirection`, `page`, `perPage`, `start`, `end`, `auditLogFilter`, `_actions`, `_links`, `_embedded`, `losantdomain`, `instanceId`");
    let parameters = json!({"instanceId": INSTANCE, "auditLogFilter": {"actor": [{"nam": "x"}]}});
    insta::assert_snapshot!(refusal("instanceAuditLogs.get", parameters), @"invalid request: parameter `auditLogFilter`: unknown field `nam`, expected one of `id`, `type`, `name`");
}

#[test]
fn a_missing_parameter_is_named() {
    insta::assert_snapshot!(refusal("instanceAuditLogs.get", json!({"page": 0})), @"invalid request: missing parameter `instanceId`");
    let parameters = json!({"instanceId": INSTANCE});
    insta::assert_snapshot!(refusal("instanceAuditLog.get", parameters), @"invalid request: missing parameter `instanceAuditLogId`");
}

#[test]
fn a_parameter_of_the_wrong_type_is_named() {
    for (name, value) in [
        ("instanceId", Value::Null),
        ("page", Value::Null),
        ("page", json!("two")),
        ("page", json!(1.5)),
        ("page", json!([1])),
        ("sortField", Value::Null),
        ("sortField", json!({})),
        ("start", json!("yesterday")),
        ("start", json!(1.5)),
        ("_links", json!("perhaps")),
        ("losantdomain", json!([7])),
        ("auditLogFilter", Value::Null),
        ("auditLogFilter", json!({"actor": null})),
        ("auditLogFilter", json!({"responseCode": ["x"]})),
    ] {
        let mut parameters = json!({"instanceId": INSTANCE});
        parameters[name] = value.clone();
        let message = refusal("instanceAuditLogs.get", parameters);
        let expected = format!("invalid request: parameter `{name}`: ");
        assert!(message.contains(&expected), "{value}: {message}");
    }
}

#[test]
fn a_scalar_may_be_given_as_it_is_sent() {
    let request = |parameters: Value| {
        let request = dynamic::request("instanceAuditLogs.get", parameters).unwrap();
        plain(
            client("http://127.0.0.1")
                .call(request)
                .http_request()
                .unwrap(),
        )
    };
    assert_eq!(
        request(json!({"instanceId": INSTANCE, "page": "2", "_links": "false", "losantdomain": 7})),
        request(json!({"instanceId": INSTANCE, "page": 2, "_links": false, "losantdomain": "7"})),
    );
}

#[test]
fn parameters_that_are_not_an_object_are_rejected() {
    for parameters in [Value::Null, json!([]), json!("x"), json!(7)] {
        let message = refusal("instanceAuditLogs.get", parameters);
        assert!(message.contains("expected a map"), "{message}");
    }
}

#[test]
fn a_dynamic_request_produces_the_same_http_request_as_the_typed_one() {
    let typed = full().http_request().unwrap();
    let request = dynamic::request("instanceAuditLogs.get", full_json()).unwrap();
    let dynamic = offline().call(request).http_request().unwrap();
    assert_eq!(plain(dynamic), plain(typed));

    let typed = offline().instance_audit_log(id(INSTANCE), id(LOG)).get();
    let parameters = json!({"instanceId": INSTANCE, "instanceAuditLogId": LOG});
    let request = dynamic::request("instanceAuditLog.get", parameters).unwrap();
    let dynamic = offline().call(request).http_request().unwrap();
    assert_eq!(plain(dynamic), plain(typed.http_request().unwrap()));
}

#[test]
fn a_number_or_boolean_of_a_dynamic_request_may_be_a_string() {
    let mut parameters = full_json();
    for name in ["page", "perPage", "start", "end", "_actions", "_links"] {
        parameters[name] = parameters[name].to_string().into();
    }
    let request = dynamic::request("instanceAuditLogs.get", parameters).unwrap();
    let dynamic = offline().call(request).http_request().unwrap();
    assert_eq!(plain(dynamic), plain(full().http_request().unwrap()));
}

#[test]
fn an_unknown_action_is_named() {
    insta::assert_snapshot!(refusal("gadgets.get", json!({})), @"invalid request: action `gadgets.get` does not exist");
    insta::assert_snapshot!(refusal("instanceauditlogs.get", json!({})), @"invalid request: action `instanceauditlogs.get` does not exist; did you mean `instanceAuditLogs.get`?");
    assert_eq!(dynamic::ACTIONS.len(), 375);
    for name in dynamic::ACTIONS {
        // Some lack a parameter that they require.
        if let Err(error) = dynamic::request(name, json!({})) {
            assert!(
                !error.to_string().contains("does not exist"),
                "{name}: {error}"
            );
        }
    }
}

#[tokio::test]
async fn a_dynamic_call_returns_the_json_that_the_typed_call_decodes() {
    let mock = mock(5);
    let client = client(&mock.url());
    let parameters = json!({"instanceId": INSTANCE, "perPage": 3});
    let request = dynamic::request("instanceAuditLogs.get", parameters).unwrap();
    let dynamic = client.call(request).send().await.unwrap();
    let typed = client.instance_audit_logs(id(INSTANCE)).get().per_page(3);
    let typed = typed.send().await.unwrap();
    assert_eq!(dynamic.status(), 200);
    assert_eq!(
        dynamic.to_value().unwrap(),
        serde_json::to_value(typed.body()).unwrap()
    );
}
