//! How to test a program that uses the client: with a scripted server, and a clock that does not
//! sleep.

use std::time::Duration;

use futures_util::TryStreamExt;
use losant::test_util::{Recording, Reply, Scripted, VirtualClock};
use losant::{Client, Error, reqwest};

use crate::{INSTANCE, TOKEN, id, mock};

/// The program under test: counts the logs of an actor.
async fn count(client: &Client, actor: &str) -> Result<usize, Error> {
    let logs = client.instance_audit_logs(id(INSTANCE)).get().per_page(2);
    let logs = logs.items().try_filter(|log| {
        let is_theirs = log.actor_name.as_deref() == Some(actor);
        std::future::ready(is_theirs)
    });
    logs.try_fold(0, |count, _| async move { Ok(count + 1) })
        .await
}

fn page(number: usize) -> Reply {
    let actor = |index: usize| {
        if index.is_multiple_of(3) {
            "Ann"
        } else {
            "Bob"
        }
    };
    let item = |index| format!(r#"{{"actorName": "{}"}}"#, actor(index));
    let items: Vec<_> = (2 * number..5.min(2 * number + 2)).map(item).collect();
    let items = items.join(",");
    Reply::json(format!(
        r#"{{"items": [{items}], "page": {number}, "perPage": 2, "totalCount": 5}}"#
    ))
}

#[tokio::test]
async fn a_program_is_tested_without_a_server_and_without_waiting() {
    let unavailable = Reply::status(503).header("Retry-After", "30");
    let server = Scripted::new([page(0), unavailable, page(1), page(2)]);
    let clock = VirtualClock::new();
    let client = Client::builder()
        .transport(server.clone())
        .clock(clock.clone())
        .build()
        .unwrap();
    assert_eq!(count(&client, "Ann").await.unwrap(), 2);
    assert_eq!(clock.slept(), Duration::from_secs(30));
    let pages: Vec<_> = server
        .requests()
        .iter()
        .map(|request| {
            let mut pairs = request.url.query_pairs();
            let page = pairs.find(|(name, _)| name == "page");
            page.map(|(_, page)| page.into_owned())
        })
        .collect();
    let pages: Vec<_> = pages.iter().map(Option::as_deref).collect();
    assert_eq!(pages, [None, Some("1"), Some("1"), Some("2")]);
}

#[tokio::test]
async fn recorded_exchanges_are_replayed() {
    let mock = mock(5);
    let recording = Recording::new(reqwest::Client::new());
    let builder = Client::builder().base_url(mock.url()).access_token(TOKEN);
    let client = builder.transport(recording.clone()).build().unwrap();
    let recorded = count(&client, "Ann").await.unwrap();
    let exchanges = recording.exchanges();
    assert_eq!(exchanges.len(), 3);
    assert!(!format!("{exchanges:?}").contains(TOKEN));

    let replies = exchanges
        .iter()
        .map(|exchange| Reply::from(exchange.clone()));
    let server = Scripted::new(replies);
    let builder = Client::builder().transport(server.clone());
    let client = builder.base_url(mock.url()).build().unwrap();
    assert_eq!(count(&client, "Ann").await.unwrap(), recorded);
    let asked: Vec<_> = server.requests().into_iter().map(|r| r.method).collect();
    assert_eq!(asked, ["GET", "GET", "GET"]);
}

/// Set in a process that runs one test alone, before which nothing has been built.
const ALONE: &str = "DOUBLES_ALONE";

#[tokio::test]
async fn a_transport_may_be_created_before_anything_else() {
    const TEST: &str = "doubles::a_transport_may_be_created_before_anything_else";
    let makers: [fn() -> Recording; 4] = [
        || Recording::new(reqwest::Client::new()),
        || Recording::new(reqwest::Client::default()),
        || Recording::new(reqwest::Client::builder().build().unwrap()),
        || Recording::new(reqwest::ClientBuilder::new().build().unwrap()),
    ];
    let Ok(number) = std::env::var(ALONE) else {
        for number in 0..makers.len() {
            let mut process = std::process::Command::new(std::env::current_exe().unwrap());
            let process = process.args(["--exact", TEST, "--nocapture"]);
            let output = process.env(ALONE, number.to_string()).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{number}: {said}");
            assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
        }
        return;
    };
    let recording = makers[number.parse::<usize>().unwrap()]();
    let mock = mock(5);
    let builder = Client::builder().base_url(mock.url()).access_token(TOKEN);
    let client = builder.transport(recording.clone()).build().unwrap();
    count(&client, "Ann").await.unwrap();
    assert_eq!(recording.exchanges().len(), 3);
    let builder = Client::builder().http_client(reqwest::Client::new());
    assert!(builder.build().is_ok());
}
