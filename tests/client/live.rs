//! Streams over a collection that grows while it is read, and requests made ahead, as seen by a
//! server.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::{Query, State};
use axum::response::IntoResponse;
use futures_util::{StreamExt, TryStreamExt};
use losant::instance_audit_logs::InstanceAuditLogsHandle;
use losant::jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::net::TcpListener;

use crate::{INSTANCE, client, id};

/// A server with audit logs, newest first, which creates another one after each page.
#[derive(Default)]
struct Logs {
    /// The creation times of the logs by the server's clock, oldest first.
    made: Mutex<Vec<i64>>,
    /// How far that clock is ahead.
    ahead: SignedDuration,
    /// The delay of a page, by its number.
    delay: Option<fn(usize) -> Duration>,
    requests: Mutex<Vec<BTreeMap<String, String>>>,
    open: AtomicUsize,
    most: AtomicUsize,
}

impl Logs {
    fn now(&self) -> Timestamp {
        Timestamp::now() + self.ahead
    }

    /// Resets the server to `count` logs. The newest one is `newest` milliseconds old.
    fn reset(&self, count: usize, newest: i64) {
        let newest = self.now().as_millisecond() - newest;
        let count = i64::try_from(count).unwrap();
        *self.made.lock().unwrap() = (1 - count..=0).map(|age| newest + age).collect();
        self.requests.lock().unwrap().clear();
    }

    /// The body of a page, computed before the next log is created.
    fn page(&self, query: &BTreeMap<String, String>) -> String {
        let number = |name: &str| query.get(name).map(|text| text.parse::<i64>().unwrap());
        let mut made = self.made.lock().unwrap();
        let end = number("end").unwrap_or(i64::MAX);
        let matching: Vec<_> = (0..made.len()).rev().filter(|n| made[*n] <= end).collect();
        let [page, size] = ["page", "perPage"].map(|name| number(name).unwrap_or(0));
        let [skipped, size] = [page * size, size].map(|n| usize::try_from(n).unwrap());
        let items = matching.iter().skip(skipped).take(size);
        let items: Vec<_> = items.map(|n| json!({"id": format!("{n:024x}")})).collect();
        made.push(self.now().as_millisecond());
        let total = matching.len();
        json!({"items": items, "perPage": size, "totalCount": total}).to_string()
    }

    async fn serve(self) -> (Arc<Self>, InstanceAuditLogsHandle) {
        let logs = Arc::new(self);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = axum::Router::new().fallback(answer);
        let router = router.with_state(Arc::clone(&logs));
        tokio::spawn(async move { axum::serve(listener, router).await });
        (logs, client(&url).instance_audit_logs(id(INSTANCE)))
    }
}

/// A request being answered. It is also dropped when the client disconnects.
struct Open<'l>(&'l Logs);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, SeqCst);
    }
}

async fn answer(
    State(logs): State<Arc<Logs>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> impl IntoResponse {
    let open = logs.open.fetch_add(1, SeqCst) + 1;
    logs.most.fetch_max(open, SeqCst);
    let guard = Open(&logs);
    let page = query.get("page").map_or(0, |page| page.parse().unwrap());
    let body = logs.page(&query);
    logs.requests.lock().unwrap().push(query);
    if let Some(delay) = logs.delay {
        tokio::time::sleep(delay(page)).await;
    }
    drop(guard);
    let date = logs.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    (
        [
            ("date", date),
            ("content-type", "application/json".to_owned()),
        ],
        body,
    )
}

/// The numbers of the logs in a stream.
async fn read(logs: &InstanceAuditLogsHandle, concurrency: usize) -> Vec<usize> {
    let items = logs.get().per_page(5).items().concurrency(concurrency);
    items.map_ok(number).try_collect().await.unwrap()
}

fn number(log: losant::types::InstanceAuditLog) -> usize {
    usize::from_str_radix(log.id.unwrap().as_ref(), 16).unwrap()
}

fn newest_first(count: usize) -> Vec<usize> {
    (0..count).rev().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_existing_log_arrives_once_while_others_are_created_between_pages() {
    const RUNS: usize = 1000;
    let (server, logs) = Logs::default().serve().await;
    for concurrency in [1, 4] {
        let (start, mut requests) = (Instant::now(), 0);
        for _ in 0..RUNS {
            server.reset(23, 1);
            assert_eq!(read(&logs, concurrency).await, newest_first(23));
            requests += server.requests.lock().unwrap().len();
            assert_eq!(server.made.lock().unwrap().len(), 23 + 5);
        }
        // No page was requested needlessly.
        assert_eq!(requests, RUNS * 5);
        println!(
            "{RUNS} runs with concurrency {concurrency}: {requests} requests in {:?}",
            start.elapsed()
        );
    }
}

#[tokio::test]
async fn a_given_end_is_kept_and_a_later_one_lets_logs_arrive_twice() {
    let (server, logs) = Logs::default().serve().await;
    server.reset(23, 1);
    let end = Timestamp::now() + SignedDuration::from_hours(1);
    let items = logs.get().per_page(5).end(end).items();
    let items: Vec<_> = items.map_ok(number).try_collect().await.unwrap();
    assert!(items.len() > 23);
    for query in &*server.requests.lock().unwrap() {
        assert_eq!(query["end"], end.as_millisecond().to_string());
    }
}

#[tokio::test]
async fn the_servers_clock_is_used_if_the_clients_is_wrong() {
    for hours in [1, -1] {
        let ahead = SignedDuration::from_hours(hours);
        let (server, logs) = Logs {
            ahead,
            ..Logs::default()
        }
        .serve()
        .await;
        for concurrency in [1, 4] {
            // At most one second is left out, because the `Date` header has whole seconds.
            server.reset(23, 1001);
            let items = read(&logs, concurrency).await;
            let requests = server.requests.lock().unwrap();
            // The first page was requested twice.
            assert_eq!(requests.len(), 6);
            let ends: Vec<i64> = requests
                .iter()
                .map(|query| query["end"].parse().unwrap())
                .collect();
            assert!(ends[0].abs_diff(ends[1]) > 3_590_000);
            assert_eq!(ends[1] % 1000, 999);
            assert!(ends[1..].iter().all(|end| *end == ends[1]));
            // The log created with the first answer is included if its second had passed by then.
            let made = server.made.lock().unwrap();
            let in_time = made.iter().filter(|made| **made <= ends[1]).count();
            assert!((23..=24).contains(&in_time));
            assert_eq!(items, newest_first(in_time));
        }
    }
}

#[tokio::test]
async fn pages_arrive_in_order_with_limited_concurrency() {
    let delay = |page: usize| Duration::from_millis([7, 1, 12, 3, 0][page % 5]);
    for concurrency in [2, 3, 8] {
        let delay = Some(delay as fn(usize) -> Duration);
        let (server, logs) = Logs {
            delay,
            ..Logs::default()
        }
        .serve()
        .await;
        server.reset(123, 1);
        assert_eq!(read(&logs, concurrency).await, newest_first(123));
        assert!((2..=concurrency).contains(&server.most.load(SeqCst)));
        assert_eq!(server.requests.lock().unwrap().len(), 25);
    }
}

#[tokio::test]
async fn dropping_a_stream_cancels_its_requests() {
    let delay = |page: usize| Duration::from_secs(if page == 0 { 0 } else { 60 });
    let (server, logs) = Logs {
        delay: Some(delay),
        ..Logs::default()
    }
    .serve()
    .await;
    server.reset(123, 1);
    let mut pages = logs.get().per_page(5).pages().concurrency(4);
    assert!(pages.next().await.unwrap().is_ok());
    let start = Instant::now();
    while server.open.load(SeqCst) < 4 {
        assert!(start.elapsed() < Duration::from_secs(10));
        let second = tokio::time::timeout(Duration::from_millis(20), pages.next());
        assert!(second.await.is_err());
    }
    drop(pages);
    let start = Instant::now();
    while server.open.load(SeqCst) > 0 {
        assert!(start.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn the_request_of_a_started_stream_contains_the_end_of_its_range() {
    let (server, logs) = Logs::default().serve().await;
    server.reset(23, 1);
    let mut pages = logs.get().per_page(5).pages().concurrency(3);
    assert_eq!(pages.request().unwrap().end, None);
    pages.next().await.unwrap().unwrap();
    let request = pages.request().unwrap().clone();
    drop(pages);
    let end = server.requests.lock().unwrap()[0]["end"].clone();
    assert_eq!(request.end.unwrap().to_string(), end);
    assert_eq!(request.page, Some(1));
    // Another stream continues there, with the same end.
    let stored = serde_json::to_string(&request).unwrap();
    let mut call = logs.get();
    call.request = serde_json::from_str(&stored).unwrap();
    let rest: Vec<_> = call.items().map_ok(number).try_collect().await.unwrap();
    assert_eq!(rest, newest_first(18));
    let requests = server.requests.lock().unwrap();
    assert!(requests.iter().all(|query| query["end"] == end));
}
