//! The server: the same program in a process of its own, so that its cost is not measured as the
//! client's.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::Ipv4Addr;
use std::ops::Range;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::INSTANCE;

/// The argument that turns the program into the server.
pub const SERVE: &str = "serve";

/// The number of logs per page.
pub const PAGE: usize = 100;

/// A running server. It runs until its pipe is closed, which dropping it does.
pub struct Server {
    process: Child,
    pub url: String,
}

impl Server {
    /// Starts a server with this many audit logs, whose responses take this long.
    pub fn start(latency: Duration, logs: usize) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([SERVE, &latency.as_millis().to_string(), &logs.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let output = process.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut port).unwrap();
        let url = format!("http://127.0.0.1:{}", port.trim());
        Server { process, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// The id of a log.
pub fn log_id(index: usize) -> String {
    format!("{index:024x}")
}

struct Logs {
    latency: Duration,
    count: usize,
    /// A page without its end, with placeholders for the ids.
    page: String,
    /// The positions of each log's ids in the page.
    ids: Vec<Range<usize>>,
    log: String,
}

/// Serves until stdin is closed, on a port that it prints.
pub fn run(latency: u64, count: usize) {
    std::thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let logs = Arc::new(Logs::new(Duration::from_millis(latency), count));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        io::stdout().flush().unwrap();
        let router = Router::new()
            .route("/instance/{id}/audit-logs", get(page))
            .route("/instance/{id}/audit-logs/{log}", get(log))
            .with_state(logs);
        axum::serve(listener, router).await.unwrap();
    });
}

async fn page(State(logs): State<Arc<Logs>>, RawQuery(query): RawQuery) -> impl IntoResponse {
    let query = query.unwrap_or_default();
    let page = query.split('&').find_map(|pair| pair.strip_prefix("page="));
    let body = logs.page(page.map_or(0, |page| page.parse().unwrap()));
    // Tokio's timer rounds even zero up to a millisecond.
    if !logs.latency.is_zero() {
        tokio::time::sleep(logs.latency).await;
    }
    ([(CONTENT_TYPE, "application/json")], body)
}

async fn log(
    State(logs): State<Arc<Logs>>,
    Path((_, id)): Path<(String, String)>,
) -> impl IntoResponse {
    let body = logs.log.replace(&log_id(0), &id);
    ([(CONTENT_TYPE, "application/json")], body)
}

impl Logs {
    fn new(latency: Duration, count: usize) -> Self {
        let id = log_id(0);
        let logs = vec![large().to_string(); PAGE].join(",");
        let page = format!(r#"{{"items":[{logs}]"#);
        let ids = page.match_indices(&id);
        let ids = ids.map(|(at, id)| at..at + id.len()).collect();
        Logs {
            latency,
            count,
            page,
            ids,
            log: small().to_string(),
        }
    }

    fn page(&self, number: usize) -> String {
        let first = number * PAGE;
        let mut page = String::with_capacity(self.page.len() + 300);
        let mut copied = 0;
        for (index, ids) in self.ids.chunks_exact(2).enumerate() {
            let id = log_id(first + index);
            for place in ids {
                page.push_str(&self.page[copied..place.start]);
                page.push_str(&id);
                copied = place.end;
            }
        }
        page.push_str(&self.page[copied..]);
        let total = self.count;
        page.push_str(&format!(
            r#","count":{PAGE},"totalCount":{total},"perPage":{PAGE},"page":{number},"sortField":"creationDate","sortDirection":"desc","instanceId":"{INSTANCE}"}}"#
        ));
        page
    }
}

/// A log of about 600 bytes.
fn small() -> Value {
    json!({
        "id": log_id(0),
        "instanceAuditLogId": log_id(0),
        "creationDate": "2026-03-10T13:09:34.120Z",
        "instanceId": INSTANCE,
        "primaryTargetId": "9536b3216fdaeeb975729fae",
        "primaryTargetType": "User",
        "primaryTargetName": "My User",
        "actorId": "923d5a4fd12aabfe228f219e",
        "actorType": "ApiToken",
        "actorName": "Ann \"Ops\" O'Neil",
        "requestResource": "instanceOrg",
        "requestAction": "delete",
        "requestQueryParams": {"_actions": "false", "_links": "true"},
        "requestPathParams": {"instanceId": INSTANCE, "orgId": "e02ea68ef786e4d3cea27d26"},
        "responseStatus": 200,
    })
}

/// A log of about 2.4 KB.
fn large() -> Value {
    let member = |n: usize| {
        json!({
            "userId": format!("54770f58904dba41ecccc3{n:02x}"),
            "role": "admin",
            "applicationRoles": {"626e53a13043b026c48bbf33": "admin", "feff9243a8f506b40928b5b7": "view"},
        })
    };
    let organization = json!({
        "name": "Org cb0eb5",
        "description": "created by automation – lorem ipsum lorem ipsum lorem ipsum lorem ipsum",
        "memberLimit": 213,
        "limits": {"device": 5879, "payload": {"perMonth": 6_382_746, "burst": 95.77, "hard": true}},
        "members": (0..4).map(member).collect::<Vec<_>>(),
        "scope": ["all.Instance", "all.Instance.read"],
        "tags": [{"key": "k0", "value": "a767c76fb008f86bebb2737f"}],
        "expirationDate": null,
    });
    let mut log = small();
    log["requestBody"] = organization.clone();
    log["responseBody"] = organization;
    log
}
