//! Pages whose own properties, or whole items, are not as described.

use futures_util::{StreamExt, TryStreamExt};
use losant::dynamic;
use serde_json::{Value, json};

use super::{fetch, kinds, synthetic};
use crate::server::{Server, ok};
use crate::{INSTANCE, client, id, mock};

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
