//! No value changes which request is sent: it is rejected first, or arrives unchanged.

use losant::types::{
    ActorFilter, ActorType, InstanceAuditLogFilter, PrimaryTargetFilter, PrimaryTargetType,
    RequestFilter, SecondaryTargetFilter, SecondaryTargetType,
};
use losant::types::{AuditLogsSortField, SortDirection};
use losant::{Client, Error, dynamic};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::server::{Received, Server, ok};
use crate::{INSTANCE, LOG, client, id, id_of_response};

/// Strings with a special meaning in URLs, headers or requests.
const HOSTILE: [&str; 26] = [
    "",
    ".",
    "..",
    "../..",
    "a/b",
    "/",
    "//evil.example",
    "\\..\\",
    "?",
    "?x=1",
    "#",
    "#x",
    "%",
    "%2e%2e",
    "%2F",
    "%00",
    "&page=9",
    "a=b&c=d",
    "[0][id]",
    "]&x[",
    "+",
    " ",
    ";",
    "@evil.example",
    "{instanceId}",
    "\u{202e}ü\u{1F980}",
];

/// More of them, with control characters, which end a line, a string or a terminal's patience.
const CONTROL: [&str; 8] = [
    "\r\nX-Evil: 1",
    "x\r\n\r\nGET /evil HTTP/1.1\r\n\r\n",
    "\n",
    "\r",
    "\0",
    "\t\u{b}",
    "\u{1b}[2J",
    "\u{7f}",
];

fn hostile() -> impl Iterator<Item = &'static str> {
    HOSTILE.into_iter().chain(CONTROL)
}

/// The fields that an error reports as invalid.
fn fields(error: &Error) -> Vec<&str> {
    assert!(error.is_invalid_request(), "{error}");
    let violations = error.violations().iter();
    violations
        .map(|violation| violation.field.as_str())
        .collect()
}

/// Sends the list's dynamic request with these parameters.
async fn send(client: &Client, parameters: &Value) -> Result<(), Error> {
    let request = dynamic::request("instanceAuditLogs.get", parameters.clone())?;
    client.call(request).send().await.map(drop)
}

/// A request without its query and the header `losantdomain`, the only places for values.
fn frame(received: &Received) -> (String, Vec<(String, String)>) {
    let mut headers = received.headers();
    headers.retain(|(name, _)| name != "losantdomain");
    // Their order is irrelevant.
    headers.sort();
    assert!(received.bytes.ends_with(b"\r\n\r\n"));
    assert_eq!(received.text().matches("\r\n\r\n").count(), 1);
    (received.path().to_owned(), headers)
}

fn named(name: &str) -> InstanceAuditLogFilter {
    InstanceAuditLogFilter::new().actor([ActorFilter::new().name(name)])
}

/// The name of the actor in the only filter of a request.
fn name_of(received: &Received) -> String {
    let pairs = received.pairs();
    let [.., (key, value)] = pairs.as_slice() else {
        panic!("{}", received.text());
    };
    assert_eq!(pairs.len(), 4);
    assert_eq!(key, "auditLogFilter[actor][0][name]");
    value.clone()
}

#[tokio::test]
async fn all_violations_of_a_request_are_reported_and_nothing_is_sent() {
    let server = Server::always(ok("{}"));
    let logs = client(&server.url()).instance_audit_logs(id_of_response("../x"));
    let long = "x".repeat(1025);
    let filter = InstanceAuditLogFilter::new()
        .primary_target([
            PrimaryTargetFilter::new(),
            PrimaryTargetFilter::new()
                .id(id_of_response(""))
                .r#type(PrimaryTargetType::Unknown("Flow".into()))
                .name(&long),
        ])
        .secondary_target([SecondaryTargetFilter::new()
            .id(id_of_response("zz"))
            .r#type(SecondaryTargetType::Unknown("".into()))
            .name(&long)])
        .actor([ActorFilter::new()
            .id(id_of_response(".."))
            .r#type(ActorType::Unknown("user".into()))
            .name(&long)])
        .request([RequestFilter::new().resource(&long).action(&long)])
        .response_code([99, 100, 599, 600]);
    let call = logs
        .get()
        .sort_field(AuditLogsSortField::Unknown("colour".into()))
        .sort_direction(SortDirection::Unknown("ASC".into()))
        .page(-1)
        .per_page(0)
        .audit_log_filter(filter)
        .losantdomain("a\r\nX-Evil: 1");
    let error = call.clone().send().await.unwrap_err();
    insta::assert_snapshot!(error.to_string().replace("; ", ";\n"), @r"
    instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): invalid request: `losantdomain`: expected ASCII characters without control characters;
    `sortField`: expected one of `creationDate`, `responseStatus`, `actorName`;
    `sortDirection`: expected one of `asc`, `desc`;
    `page`: expected at least 0;
    `perPage`: expected at least 1;
    `auditLogFilter.primaryTarget[1].id`: expected 24 hexadecimal digits;
    `auditLogFilter.primaryTarget[1].type`: expected one of `Organization`, `ApiToken`, `User`, `InstanceCustomNode`, `NotificationRule`;
    `auditLogFilter.primaryTarget[1].name`: expected at most 1024 characters;
    `auditLogFilter.secondaryTarget[0].id`: expected 24 hexadecimal digits;
    `auditLogFilter.secondaryTarget[0].type`: expected one of `OrgInvite`, `ApiToken`;
    `auditLogFilter.secondaryTarget[0].name`: expected at most 1024 characters;
    `auditLogFilter.actor[0].id`: expected 24 hexadecimal digits;
    `auditLogFilter.actor[0].type`: expected one of `User`, `ApiToken`;
    `auditLogFilter.actor[0].name`: expected at most 1024 characters;
    `auditLogFilter.request[0].resource`: expected at most 1024 characters;
    `auditLogFilter.request[0].action`: expected at most 1024 characters;
    `auditLogFilter.responseCode[0]`: expected at least 100;
    `auditLogFilter.responseCode[3]`: expected at most 599;
    `instanceId`: expected 24 hexadecimal digits
    ");
    assert_eq!(error.violations().len(), 19);
    assert_eq!(fields(&call.http_request().unwrap_err()), fields(&error));

    let parameters = serde_json::to_value(&call.request).unwrap();
    let dynamic = send(&client(&server.url()), &parameters).await.unwrap_err();
    assert_eq!(dynamic.to_string(), error.to_string());
    assert!(server.finish().is_empty());
}

#[tokio::test]
async fn limits_are_exact() {
    let server = Server::always(ok("{}"));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    // Lengths count characters, not bytes.
    let longest = "ü".repeat(1024);
    let filter = named(&longest).response_code([100, 599]);
    let call = logs.get().page(0).per_page(1).audit_log_filter(filter);
    call.send().await.unwrap();
    let too_long = logs.get().audit_log_filter(named(&format!("{longest}x")));
    let error = too_long.send().await.unwrap_err();
    assert_eq!(fields(&error), ["auditLogFilter.actor[0].name"]);
    assert_eq!(server.finish().len(), 1);
}

#[tokio::test]
async fn no_string_in_a_path_reaches_another_path() {
    let server = Server::always(ok("{}"));
    let client = client(&server.url());
    let near = [
        "575ec7417ae143cd83dc4a9",
        "575ec7417ae143cd83dc4a96a",
        "575ec7417ae143cd83dc4a9g",
    ];
    for text in hostile().chain(near) {
        let odd = || id_of_response(text);
        let list = client.instance_audit_logs(odd()).get().send().await;
        assert_eq!(fields(&list.unwrap_err()), ["instanceId"], "{text:?}");
        let one = client.instance_audit_log(id(INSTANCE), odd()).get();
        let one = one.send().await.unwrap_err();
        assert_eq!(fields(&one), ["instanceAuditLogId"], "{text:?}");
        let both = client.instance_audit_log(odd(), odd()).get().send().await;
        assert_eq!(
            fields(&both.unwrap_err()),
            ["instanceId", "instanceAuditLogId"]
        );
        let dynamic = send(&client, &json!({"instanceId": text})).await;
        assert_eq!(fields(&dynamic.unwrap_err()), ["instanceId"], "{text:?}");
        assert!(text.parse::<losant::ObjectId>().is_err());
    }
    assert!(server.finish().is_empty());
}

#[tokio::test]
async fn an_id_from_a_response_is_validated_like_any_other() {
    let server = Server::always(ok(json!({"items": [{"id": "../x"}, {"id": LOG}]})));
    let client = client(&server.url());
    let page = client.instance_audit_logs(id(INSTANCE)).get();
    let page = page.send().await.unwrap().into_body();
    let ids: Vec<_> = page.items.unwrap().into_iter().map(|log| log.id).collect();
    let [Some(odd), Some(usual)] = <[_; 2]>::try_from(ids).unwrap() else {
        panic!("the ids are there");
    };
    let error = client.instance_audit_log(id(INSTANCE), odd).get();
    let error = error.send().await.unwrap_err();
    insta::assert_snapshot!(error, @"instanceAuditLog.get (GET /instance/{instanceId}/audit-logs/{instanceAuditLogId}): invalid request: `instanceAuditLogId`: expected 24 hexadecimal digits");
    assert_eq!(server.count(), 1);
    let usual = client.instance_audit_log(id(INSTANCE), usual).get();
    usual.send().await.unwrap();
    assert!(server.finish()[1].path().ends_with(LOG));
}

#[tokio::test]
async fn no_string_in_the_query_changes_the_rest_of_the_request() {
    let server = Server::always(ok("{}"));
    let client = client(&server.url());
    let logs = client.instance_audit_logs(id(INSTANCE));
    logs.get().send().await.unwrap();
    let expected = frame(&server.last());
    for text in hostile() {
        let call = logs.get().audit_log_filter(named(text));
        call.send().await.unwrap();
        assert_eq!(frame(&server.last()), expected, "{text:?}");
        assert_eq!(name_of(&server.last()), text);
        let typed = server.last().bytes;

        let filter = json!({"actor": [{"name": text}]});
        let parameters = json!({"instanceId": INSTANCE, "auditLogFilter": filter});
        send(&client, &parameters).await.unwrap();
        assert_eq!(server.last().bytes, typed, "{text:?}");
    }
    assert_eq!(server.finish().len(), 1 + 2 * hostile().count());
}

#[tokio::test]
async fn an_invalid_id_or_enum_value_in_the_query_is_rejected() {
    let server = Server::always(ok("{}"));
    let client = client(&server.url());
    for text in hostile() {
        for (parameter, value, field) in [
            ("sortField", json!(text), "sortField"),
            ("sortDirection", json!(text), "sortDirection"),
            (
                "auditLogFilter",
                json!({"actor": [{"type": text}]}),
                "auditLogFilter.actor[0].type",
            ),
            (
                "auditLogFilter",
                json!({"primaryTarget": [{"id": text}]}),
                "auditLogFilter.primaryTarget[0].id",
            ),
        ] {
            let mut parameters = json!({"instanceId": INSTANCE});
            parameters[parameter] = value;
            let error = send(&client, &parameters).await.unwrap_err();
            assert_eq!(fields(&error), [field], "{text:?}");
        }
    }
    assert!(server.finish().is_empty());
}

#[tokio::test]
async fn no_unknown_parameter_or_property_is_sent() {
    let server = Server::always(ok("{}"));
    let client = client(&server.url());
    for name in hostile() {
        let top = json!({"instanceId": INSTANCE, name: "x"});
        let filter = json!({"instanceId": INSTANCE, "auditLogFilter": {name: []}});
        let item = json!({"actor": [{name: "x"}]});
        let item = json!({"instanceId": INSTANCE, "auditLogFilter": item});
        for parameters in [top, filter, item] {
            let error = send(&client, &parameters).await.unwrap_err();
            assert!(error.is_invalid_request(), "{parameters}");
        }
        assert!(dynamic::request(name, json!({})).is_err());
    }
    assert!(server.finish().is_empty());
}

#[tokio::test]
async fn a_header_accepts_visible_characters_and_rejects_the_rest() {
    let server = Server::always(ok("{}"));
    let client = client(&server.url());
    let logs = client.instance_audit_logs(id(INSTANCE));
    logs.get().send().await.unwrap();
    let expected = frame(&server.last());
    let mut sent = 1;
    for text in hostile() {
        let visible = text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() || byte == b' ');
        let typed = logs.get().losantdomain(text).send().await.map(drop);
        let parameters = json!({"instanceId": INSTANCE, "losantdomain": text});
        let dynamic = send(&client, &parameters).await;
        for result in [typed, dynamic] {
            if visible {
                result.unwrap();
                assert_eq!(frame(&server.last()), expected, "{text:?}");
                let domain = server.last().header("losantdomain");
                assert_eq!(domain.as_deref(), Some(text.trim()));
                sent += 1;
            } else {
                assert_eq!(fields(&result.unwrap_err()), ["losantdomain"], "{text:?}");
            }
        }
    }
    assert_eq!(server.finish().len(), sent);
}

#[tokio::test]
async fn every_ascii_character_of_a_name_arrives_unchanged() {
    let server = Server::always(ok("{}"));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let all: String = (0..=127_u8).map(char::from).collect();
    logs.get()
        .audit_log_filter(named(&all))
        .send()
        .await
        .unwrap();
    assert_eq!(name_of(&server.last()), all);

    let query = server.last();
    let query = query
        .target()
        .split_once("%5Bname%5D=")
        .unwrap()
        .1
        .to_owned();
    let plain: String = query
        .split('%')
        .map(|part| part.get(2..).unwrap_or(""))
        .collect();
    assert_eq!(
        plain,
        "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_name_arrives_unchanged_in_an_otherwise_equal_request(
        name in prop_oneof![any::<String>(), "[\\x00-\\x7f]{0,40}", "\\PC{0,40}"],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let server = Server::always(ok("{}"));
        let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
        runtime.block_on(logs.get().send()).unwrap();
        let expected = frame(&server.last());
        let call = logs.get().audit_log_filter(named(&name));
        runtime.block_on(call.send()).unwrap();
        prop_assert_eq!(frame(&server.last()), expected);
        prop_assert_eq!(name_of(&server.last()), name);
    }
}
