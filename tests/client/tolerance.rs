//! A response is never lost to values that the description does not foresee.

mod pages;
mod random;

use losant::types::{InstanceAuditLog, InstanceAuditLogs, PrimaryTargetType};
use losant::{Error, Response};
use serde_json::{Map, Value, json};

use crate::server::{Server, ok, reply};
use crate::{INSTANCE, client, id};

/// The properties of an audit log: strings (ids, names, open enums and a date), free-form objects,
/// and a number.
const STRINGS: [&str; 15] = [
    "id",
    "instanceAuditLogId",
    "creationDate",
    "instanceId",
    "primaryTargetId",
    "primaryTargetType",
    "primaryTargetName",
    "secondaryTargetId",
    "secondaryTargetType",
    "secondaryTargetName",
    "actorId",
    "actorType",
    "actorName",
    "requestResource",
    "requestAction",
];
const OBJECTS: [&str; 4] = [
    "requestQueryParams",
    "requestBody",
    "requestPathParams",
    "responseBody",
];
const NUMBER: &str = "responseStatus";

fn properties() -> impl Iterator<Item = &'static str> {
    STRINGS.into_iter().chain(OBJECTS).chain([NUMBER])
}

/// Every property of an audit log as the description defines it, a hundred times.
fn synthetic() -> Value {
    let log = |number: usize| {
        let mut log = Map::new();
        for name in STRINGS
            .iter()
            .filter(|name| name.ends_with("Id") || **name == "id")
        {
            log.insert((*name).to_owned(), json!(format!("{number:024x}")));
        }
        for name in STRINGS.iter().filter(|name| name.ends_with("Name")) {
            log.insert((*name).to_owned(), json!(format!("{name} {number} “ü”\n")));
        }
        for name in OBJECTS {
            log.insert(name.to_owned(), json!({"n": number, "deep": [{"a": null}]}));
        }
        for (name, text) in [
            ("creationDate", "2016-06-13T04:00:00.000Z"),
            ("primaryTargetType", "Organization"),
            ("secondaryTargetType", "OrgInvite"),
            ("actorType", "User"),
            ("requestResource", "instanceOrg"),
            ("requestAction", "delete"),
        ] {
            log.insert(name.to_owned(), json!(text));
        }
        log.insert(NUMBER.to_owned(), json!(200));
        Value::Object(log)
    };
    json!({
        "items": (0..100).map(log).collect::<Vec<_>>(),
        "count": 100,
        "totalCount": 100,
        "perPage": 100,
        "page": 0,
        "sortField": "creationDate",
        "sortDirection": "desc",
        "instanceId": INSTANCE,
    })
}

/// The pages for these tests: a synthetic one, which always exists, and the page of the benchmark.
fn samples() -> Vec<Value> {
    let shared = tests::shared("bench/audit-page-100.json");
    let shared = shared.map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap());
    [synthetic()].into_iter().chain(shared).collect()
}

/// The page that the client decodes from a body sent over the wire.
async fn fetch(body: impl ToString) -> Result<Response<InstanceAuditLogs>, Error> {
    let server = Server::always(ok(body));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    logs.get().send().await
}

/// Serves each sample with `value` as a property of row 42. The page must be written back
/// unchanged, and the row must pass `check`.
async fn with(property: &str, value: Value, check: impl Fn(&InstanceAuditLog) -> bool) {
    for mut sample in samples() {
        sample["items"][42][property] = value.clone();
        let page = fetch(&sample).await.unwrap();
        let items = page.items.as_ref().unwrap();
        assert_eq!(items.len(), 100, "{property}: {value}");
        assert!(check(&items[42]), "{property}: {value}: {:?}", items[42]);
        let written = serde_json::to_string(page.body()).unwrap();
        // Not with `assert_eq!`, which would print both pages.
        let equal = serde_json::from_str::<Value>(&written).unwrap() == sample;
        assert!(equal, "{property}: {value} is not written back unchanged");
    }
}

#[test]
fn the_synthetic_log_has_every_property_of_the_description() {
    let schema = tests::root().join("schemas/types/instanceAuditLog.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(schema).unwrap()).unwrap();
    let described = schema["properties"].as_object().unwrap();
    assert_eq!(described.len(), 20);
    let log = &synthetic()["items"][0];
    assert_eq!(log.as_object().unwrap().len(), 20);
    for name in properties() {
        assert!(described.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn an_unknown_target_type_costs_no_row() {
    with("primaryTargetType", json!("Flow"), |log| {
        log.primary_target_type == Some(PrimaryTargetType::Unknown("Flow".into()))
    })
    .await;
    for property in ["secondaryTargetType", "actorType"] {
        with(property, json!("Flow"), |log| {
            let types = (&log.secondary_target_type, &log.actor_type);
            let types = [
                types.0.as_ref().map(|kind| kind.as_str()),
                types.1.as_ref().map(|kind| kind.as_str()),
            ];
            types.contains(&Some("Flow"))
        })
        .await;
    }
}

#[tokio::test]
async fn an_id_of_another_shape_costs_no_row() {
    for text in [
        "zz",
        "",
        "575ec7417ae143cd83dc4a9",
        "../../x",
        "\u{1F980}\0",
    ] {
        with("id", json!(text), |log| {
            let id = log.id.as_ref().unwrap();
            id.as_str() == text && !id.is_valid()
        })
        .await;
    }
}

#[tokio::test]
async fn an_invalid_date_costs_no_row() {
    for text in ["yesterday", "", "2016-02-30T00:00:00.000Z", "1465790400000"] {
        with("creationDate", json!(text), |log| {
            let date = log.creation_date.as_ref().unwrap();
            date.to_string() == text && date.timestamp().is_none()
        })
        .await;
    }
}

#[tokio::test]
async fn a_string_that_is_too_long_costs_no_row() {
    let name = "ü".repeat(5_000);
    with("actorName", json!(name), |log| {
        log.actor_name.as_ref() == Some(&name)
    })
    .await;
}

#[tokio::test]
async fn a_null_in_any_field_costs_no_row_and_differs_from_absence() {
    assert_eq!(properties().count(), 20);
    for property in properties() {
        with(property, Value::Null, |log| {
            log.extra.get(property).is_some_and(|value| value.is_null())
        })
        .await;
    }
}

#[tokio::test]
async fn an_unknown_property_costs_no_row() {
    let value = json!({"geo": [1, 2.5, null, {"x": "y"}]});
    with("location", value.clone(), |log| {
        log.extra["location"].to_value().unwrap() == value
    })
    .await;
}

#[tokio::test]
async fn a_status_out_of_range_costs_no_row() {
    for status in [9999, 0, -1, i64::MAX, i64::MIN] {
        with(NUMBER, json!(status), |log| {
            log.response_status == Some(status)
        })
        .await;
    }
}

#[tokio::test]
async fn free_form_json_keeps_its_exact_text() {
    let body = r#"{"n": 123456789012345678901234567890, "e":1e400,"f":1.10,  "s":"\u00fc\/\ud800", "n":0}"#;
    let page = format!(r#"{{"items":[{{"requestBody":{body},"unknown":{body}}}]}}"#);
    let response = fetch(&page).await.unwrap();
    let log = &response.items.as_ref().unwrap()[0];
    assert_eq!(log.request_body.as_ref().unwrap().get(), body);
    assert_eq!(log.extra["unknown"].get(), body);
    assert_eq!(serde_json::to_string(response.body()).unwrap(), page);
}

#[tokio::test]
async fn json_nested_a_hundred_thousand_deep_is_kept_like_any_other() {
    const DEPTH: usize = 100_000;
    let arrays = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    let objects = format!("{}{{}}{}", r#"{"a":"#.repeat(DEPTH), "}".repeat(DEPTH));
    for deep in [arrays, objects] {
        let page = format!(r#"{{"items":[{{"requestBody":{deep},"unknown":{deep}}}],"x":{deep}}}"#);
        let response = fetch(&page).await.unwrap();
        let log = &response.items.as_ref().unwrap()[0];
        assert_eq!(log.request_body.as_ref().unwrap().get(), deep);
        assert_eq!(log.extra["unknown"].get(), deep);
        assert!(log.extra["unknown"].to_value().is_err());
        assert!(serde_json::to_string(response.body()).unwrap() == page);
        // None of these recurse either.
        assert!(response.clone().into_body() == *response.body());
        assert!(format!("{response:?}").len() > DEPTH);
    }
}

#[tokio::test]
async fn deeply_nested_json_in_the_wrong_place_is_kept_and_not_repeated_in_errors() {
    const DEPTH: usize = 100_000;
    let arrays = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    for body in [
        format!(r#"{{"items":{arrays}}}"#),
        format!(r#"{{"items":[{{"id":{arrays}}},{arrays}]}}"#),
        format!(
            r#"{{"count":{}{{}}{}}}"#,
            r#"{"a":"#.repeat(DEPTH),
            "}".repeat(DEPTH)
        ),
    ] {
        let page = fetch(&body).await.unwrap();
        assert!(serde_json::to_string(page.body()).unwrap() == body);
        assert!(page.clone().into_body() == *page.body());
        assert!(format!("{page:?}").len() > DEPTH);
    }
    let bodies = [
        arrays.clone(),
        format!(r#"{{"items":[{{"requestBody":{}"#, "[".repeat(DEPTH)),
        format!(r#"{{"items":[{{"id":{}"#, "[".repeat(DEPTH)),
        format!(r#"{{"unknown":{}"#, r#"{"a":"#.repeat(DEPTH)),
    ];
    for body in bodies {
        let error = fetch(&body).await.unwrap_err();
        assert!(error.is_decode());
        assert_eq!(error.body().unwrap(), body.as_bytes());
        let message = error.to_string();
        assert!(message.len() < 1_000, "{} bytes", message.len());
    }
}

/// Values of every JSON type; each property accepts one or two of them at most.
fn kinds() -> [Value; 10] {
    [
        Value::Null,
        json!(true),
        json!(7),
        json!(-0.5),
        json!(u64::MAX),
        json!(1e300),
        json!("x"),
        json!([1, [null, {"a": []}]]),
        json!({"a": {"b": [null]}, "id": 5}),
        json!({}),
    ]
}

#[tokio::test]
async fn a_value_of_any_type_in_any_field_costs_no_row_and_is_unchanged() {
    for property in properties() {
        for value in kinds() {
            with(property, value.clone(), |log| {
                let written = serde_json::to_value(log).unwrap();
                let kept = log.extra.get(property);
                // It is in the field, or available in `extra`.
                written[property] == value
                    && kept.is_none_or(|kept| kept.to_value().unwrap() == value)
            })
            .await;
        }
    }
    with("actorName", json!(7), |log| {
        log.actor_name.is_none() && log.extra["actorName"].get() == "7"
    })
    .await;
}

#[tokio::test]
async fn a_number_out_of_range_is_kept_to_the_last_digit() {
    for number in [
        "9223372036854775808",
        "-123456789012345678901234567890",
        "1e400",
        "200.5",
    ] {
        let body = format!(r#"{{"items":[{{"responseStatus":{number}}}],"count":{number}}}"#);
        let page = fetch(&body).await.unwrap();
        let log = &page.items.as_ref().unwrap()[0];
        assert_eq!(log.response_status, None);
        assert_eq!(log.extra["responseStatus"].get(), number);
        assert_eq!(serde_json::to_string(page.body()).unwrap(), body);
    }
    let page = fetch(r#"{"items":[{"responseStatus":2e2}],"count":1.0}"#)
        .await
        .unwrap();
    assert_eq!(
        (page.count, page.items.as_ref().unwrap()[0].response_status),
        (Some(1), Some(200))
    );
}

#[tokio::test]
async fn a_deeply_nested_error_body_is_kept() {
    let deep = "[".repeat(100_000);
    let server = Server::always(reply("404 Not Found", &[], &deep));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let error = logs.get().send().await.unwrap_err();
    assert!(error.is_not_found());
    assert!(error.api_error().is_none());
    assert_eq!(error.body().unwrap(), deep.as_bytes());
    assert!(error.to_string().len() < 1_000);
}
