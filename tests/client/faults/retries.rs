//! Temporary faults, and the effect of retries.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use losant::{Client, ClientBuilder, Retry};

use super::dice::Dice;
use super::row::{Row, fetch};
use super::server::{Server, Step};
use super::{Outcome, answer, no_response, ok, response, with_response};
use crate::TOKEN;

const JSON: &str = r#"{"count":7}"#;

pub fn rows() -> Vec<Row> {
    [breaks(), delays(), tokens()].concat()
}

fn breaks() -> Vec<Row> {
    vec![
        Row::new(
            "connection reset, then an answer",
            |number, _| match number {
                0 => vec![Step::Request, Step::Reset],
                _ => ok(JSON),
            },
            count(),
        )
        .attempts(2),
        Row::new(
            "connection reset after half of the body, then an answer",
            |number, _| match number {
                0 => {
                    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
                    [answer(format!("{head}{JSON}")), vec![Step::Reset]].concat()
                }
                _ => ok(JSON),
            },
            count(),
        )
        .attempts(2),
        Row::new(
            "503, then an answer",
            |number, _| match number {
                0 => response("503 Service Unavailable", &[], ""),
                _ => ok(JSON),
            },
            count(),
        )
        .attempts(2),
        Row::new(
            "429, then an answer",
            |number, _| match number {
                0 => response("429 Too Many Requests", &[("Retry-After", "0")], ""),
                _ => ok(JSON),
            },
            count(),
        )
        .attempts(2),
    ]
}

fn delays() -> Vec<Row> {
    vec![
        Row::new(
            "no answer to the first attempt within `attempt_timeout`",
            |number, _| match number {
                0 => vec![Step::Request, Step::Hang],
                _ => ok(JSON),
            },
            count(),
        )
        .set(|builder| builder.attempt_timeout(Duration::from_millis(500)))
        .attempts(2),
        Row::new(
            "no answer to any attempt within `attempt_timeout`",
            |_, _| vec![Step::Request, Step::Hang],
            no_response("timeout"),
        )
        .set(|builder| builder.attempt_timeout(Duration::from_millis(100)))
        .again(),
    ]
}

fn tokens() -> Vec<Row> {
    vec![
        Row::new(
            "401, then an answer, with a token provider",
            |number, _| match number {
                0 => response("401 Unauthorized", &[], ""),
                _ => ok(JSON),
            },
            count(),
        )
        .set(provider)
        .attempts(2),
        Row::new(
            "401 again and again, with a token provider",
            |_, _| response("401 Unauthorized", &[], ""),
            with_response("unauthorized", 401, <[u8]>::is_empty),
        )
        .set(provider)
        .attempts(2),
    ]
}

/// Tokens that all differ.
fn provider(builder: ClientBuilder<Client>) -> ClientBuilder<Client> {
    let count = AtomicU32::new(0);
    builder.access_token_provider(move || {
        let number = count.fetch_add(1, Ordering::Relaxed);
        async move { Ok::<_, Infallible>(format!("{TOKEN}-{number}")) }
    })
}

/// The outcome with the right page.
fn count() -> Outcome {
    Outcome::Data(|page| page.count == Some(7))
}

#[tokio::test]
async fn the_calls_of_a_client_share_one_retry_budget() {
    const CALLS: usize = 20;
    const BUDGET: u32 = 7;
    let storm = |_, _: &str| response("503 Service Unavailable", &[], "");
    let server = Server::start(storm, String::new(), Dice::new(Dice::seed())).await;
    let soon = Duration::from_millis(1);
    let builder = Client::builder().access_token(TOKEN).base_url(server.url());
    let builder = builder.retry(Retry::new().backoff(soon, soon));
    let client = Arc::new(builder.retry_budget(BUDGET).build().unwrap());
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..CALLS {
        let client = Arc::clone(&client);
        calls.spawn(async move { fetch(&client).await.unwrap_err() });
    }
    let errors = calls.join_all().await;
    assert!(
        errors
            .iter()
            .all(|error| error.is_server_error() && error.is_retryable())
    );
    assert_eq!(server.received().len(), CALLS + BUDGET as usize);
}

#[tokio::test]
async fn a_token_provider_that_never_answers_times_out() {
    let never = std::future::pending::<Result<String, Infallible>>;
    let builder = Client::builder().base_url("http://127.0.0.1:1");
    let builder = builder.access_token_provider(never);
    let client = builder.timeout(Duration::from_millis(100)).build();
    let client = client.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(5), fetch(&client)).await;
    assert!(ended.expect("it ends").unwrap_err().is_timeout());
}

#[tokio::test]
async fn waiting_calls_share_one_failure_of_the_token_provider() {
    const CALLS: usize = 100;
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let builder = Client::builder().base_url("http://127.0.0.1:1");
    let builder = builder.access_token_provider(move || {
        count.fetch_add(1, Ordering::Relaxed);
        async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Err::<String, _>("the vault is sealed")
        }
    });
    let client = builder.build().unwrap();
    let calls = (0..CALLS).map(|_| fetch(&client));
    let results = futures_util::future::join_all(calls).await;
    assert!(results.iter().all(|result| {
        let error = result.as_ref().unwrap_err();
        let source = std::error::Error::source(error).unwrap().to_string();
        error.is_token() && source == "the vault is sealed"
    }));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}
