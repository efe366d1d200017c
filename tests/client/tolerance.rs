//! A response is never lost to values that the description does not foresee.

use futures_util::{StreamExt, TryStreamExt};
use losant::types::{InstanceAuditLog, InstanceAuditLogs, PrimaryTargetType};
use losant::{Error, Response, dynamic};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::server::{Server, ok, reply};
use crate::{INSTANCE, client, id, mock};

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
async fn odd_values_in_the_page_itself_cost_no_row() {
    for (property, value) in [
        ("sortDirection", json!("sideways")),
        ("sortDirection", json!("")),
        ("sortDirection", json!("ASC")),
        ("sortField", json!("colour")),
        ("instanceId", json!("zz")),
        ("count", Value::Null),
        ("items", Value::Null),
        ("perPage", json!(-7)),
        ("nextPage", json!({"cursor": "x"})),
    ] {
        let mut sample = synthetic();
        sample[property] = value;
        let page = fetch(&sample).await.unwrap();
        assert!(
            serde_json::to_value(page.body()).unwrap() == sample,
            "{property}"
        );
    }
}

#[tokio::test]
async fn every_page_of_the_mock_is_written_back_unchanged() {
    let mock = mock(120);
    let logs = client(&mock.url()).instance_audit_logs(id(INSTANCE));
    let call = logs.get().per_page(120);
    let typed = call.clone().send().await.unwrap();
    let parameters = serde_json::to_value(&call.request).unwrap();
    let raw = dynamic::request("instanceAuditLogs.get", parameters).unwrap();
    let raw = client(&mock.url()).call(raw).send().await.unwrap();
    let typed = serde_json::to_value(typed.body()).unwrap();
    assert!(typed == raw.to_value().unwrap());
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
async fn a_value_of_any_type_in_a_page_is_unchanged() {
    for property in ["items", "count", "sortField", "sortDirection", "instanceId"] {
        for value in kinds() {
            let mut sample = synthetic();
            sample[property] = value.clone();
            let page = fetch(&sample).await.unwrap();
            let written = serde_json::to_value(page.body()).unwrap();
            assert!(written == sample, "{property}: {value}");
        }
    }
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
async fn misfits_keep_their_position_among_the_items() {
    for odd in kinds().into_iter().filter(|value| !value.is_object()) {
        for position in [0, 42, 100] {
            let mut sample = synthetic();
            sample["items"]
                .as_array_mut()
                .unwrap()
                .insert(position, odd.clone());
            let page = fetch(&sample).await.unwrap();
            let items = page.items.as_ref().unwrap();
            assert_eq!(items.len(), 100, "{odd}");
            let misfits: Vec<_> = items.misfits().collect();
            assert_eq!(misfits.len(), 1);
            assert_eq!(misfits[0].0, position);
            assert_eq!(misfits[0].1.to_value().unwrap(), odd);
            let entry = items.entries().nth(position).unwrap();
            assert!(entry.is_err_and(|json| json.to_value().unwrap() == odd));
            assert!(
                serde_json::to_value(page.body()).unwrap() == sample,
                "{odd}"
            );
        }
    }
}

#[tokio::test]
async fn an_export_yields_the_items_and_an_error_in_place_of_each_misfit() {
    let pages = [
        r#"{"items":[{"actorName":"a"},null,{"actorName":"b"}],"perPage":3,"totalCount":5}"#,
        r#"{"items":["SECRET",{"actorName":"c"}],"perPage":3,"totalCount":5}"#,
    ];
    let server = Server::script(pages.map(ok));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let mut items = logs.get().items();
    let mut results = Vec::new();
    while let Some(item) = items.next().await {
        results.push(match item {
            Ok(log) => log.actor_name.unwrap(),
            Err(error) => {
                assert!(error.is_decode() && !error.is_retryable());
                assert_eq!(error.status().unwrap(), 200);
                let page = pages
                    .iter()
                    .find(|page| error.body().unwrap() == page.as_bytes());
                assert!(page.is_some());
                error.to_string().split(": ").last().unwrap().to_owned()
            }
        });
    }
    let [null, text] = [(1, "null"), (0, r#"\"SECRET\""#)].map(|(position, json)| {
        format!("the item at index {position} is not of the type that the API describes, near \"{json}\"")
    });
    assert_eq!(results, ["a", &null, "b", &text, "c"]);

    let server = Server::script(pages.map(ok));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let all: Result<Vec<_>, _> = logs.get().items().try_collect().await;
    assert!(all.unwrap_err().is_decode());
    let server = Server::script(pages.map(ok));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let all: Vec<_> = logs.get().pages().try_collect().await.unwrap();
    let misfits = all
        .iter()
        .map(|page| page.items.as_ref().unwrap().misfits().count());
    assert_eq!(misfits.collect::<Vec<_>>(), [1, 1]);
}

#[tokio::test]
async fn a_body_of_another_type_is_an_error_that_keeps_it() {
    for body in kinds().into_iter().filter(|value| !value.is_object()) {
        let error = fetch(&body).await.unwrap_err();
        assert!(error.is_decode());
        assert_eq!(error.body().unwrap(), body.to_string().as_bytes());
    }
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

/// Strings that are close to what the fields expect.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9a-fA-F]{24}",
        "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?(Z|z|[+-][0-2][0-9]:[0-6][0-9])?",
        "User|ApiToken|Organization|user",
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            object(inner),
        ]
    })
}

fn object(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::btree_map(any::<String>(), values, 0..6)
        .prop_map(|properties| Value::Object(properties.into_iter().collect()))
}

/// A value of a property's JSON type, or null, or anything.
fn of_kind(property: &'static str) -> BoxedStrategy<Value> {
    let value = match property {
        NUMBER => any::<i64>().prop_map(Value::from).boxed(),
        name if OBJECTS.contains(&name) => object(json_value()).boxed(),
        _ => text().prop_map(Value::from).boxed(),
    };
    prop_oneof![1 => Just(Value::Null), 4 => value, 1 => json_value()].boxed()
}

/// An object with some of an audit log's properties, and some others.
fn log() -> impl Strategy<Value = Value> {
    let known: Vec<_> = properties()
        .map(|name| prop::option::of(of_kind(name)).prop_map(move |value| (name, value)))
        .collect();
    let unknown = prop::collection::btree_map(any::<String>(), json_value(), 0..4);
    (known, unknown).prop_map(|(known, unknown)| {
        let known = known.into_iter();
        let known = known.filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(unknown.into_iter().chain(known).collect())
    })
}

/// An object with a list of logs and other values.
fn page() -> impl Strategy<Value = Value> {
    let items = prop_oneof![3 => log().boxed(), 1 => json_value().boxed()];
    let items = prop::collection::vec(items, 0..5).prop_map(Value::from);
    let unknown = object(json_value());
    let known = vec!["count", "sortField", "sortDirection", "instanceId"];
    let known = (prop::sample::select(known), json_value());
    (items, unknown, known).prop_map(|(items, mut page, (name, value))| {
        page["items"] = items;
        page[name] = value;
        page
    })
}

proptest! {
    #[test]
    fn any_object_is_written_back_unchanged(log in log(), page in page()) {
        check::<InstanceAuditLog>(&log)?;
        check::<InstanceAuditLogs>(&page)?;
    }
}

fn check<T: DeserializeOwned + Serialize + PartialEq>(value: &Value) -> Result<(), TestCaseError> {
    let text = value.to_string();
    let read: T = serde_json::from_str(&text).unwrap();
    let written = serde_json::to_string(&read).unwrap();
    // The same parser reads both strings, so floats are rounded alike.
    let value: Value = serde_json::from_str(&text).unwrap();
    let again: Value = serde_json::from_str(&written).unwrap();
    prop_assert!(is_same(&again, &value), "{} {}", text, written);
    prop_assert!(serde_json::from_str::<T>(&written).unwrap() == read);
    Ok(())
}

/// Whether two values are equal, with numbers compared by value: 1.0 is 1.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let is_in_b = |(name, a): (&String, &Value)| b.get(name).is_some_and(|b| is_same(a, b));
            a.len() == b.len() && a.iter().all(is_in_b)
        }
        (a, b) => a == b,
    }
}
