//! Connections, time limits, size limits, compression and redirects.

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use losant::Client;

use crate::server::{Reply, Server, ok, reply};
use crate::{INSTANCE, TOKEN, chain, client, id};

/// `{"count":7` with a thousand spaces and `}`, compressed.
const GZIP: [u8; 39] = *b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabVJ\xce/\xcd+Q\xb22W\x18\x05\
    \xa3`\x14\x0c{P\x0b\x00G\xa6B\xdb\xf3\x03\x00\x00";

/// A client with a limit that is not the default.
fn limited(url: &str, bytes: u64) -> Client {
    let builder = Client::builder().base_url(url).access_token(TOKEN);
    builder.max_response_size(bytes).build().unwrap()
}

fn moved(status: &str, location: &str) -> Reply {
    reply(status, &[("Location", location)], "")
}

#[tokio::test]
async fn a_refused_connection_is_reported_as_such() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let logs = client(&format!("http://{address}")).instance_audit_logs(id(INSTANCE));
    let error = logs.get().send().await.unwrap_err();
    assert!(error.is_connect());
    assert!(!error.is_timeout());
    assert_eq!(error.status(), None);
    let message = error.to_string();
    let end = format!("/audit-logs): could not connect to {address}");
    assert!(message.ends_with(&end), "{message}");
    let chain = chain(&error).to_lowercase();
    assert!(chain.contains("connection refused"), "{chain}");
    // The message contains the path template, not the URL with its values.
    assert!(!chain.contains(INSTANCE), "{chain}");
}

#[tokio::test]
async fn a_server_that_never_answers_times_out() {
    let server = Server::always(Reply::Silence);
    let timeout = Duration::from_millis(200);
    let builder = Client::builder().base_url(server.url()).timeout(timeout);
    let client = builder.access_token(TOKEN).build().unwrap();
    let start = Instant::now();
    let call = client.instance_audit_logs(id(INSTANCE)).get();
    let error = call.send().await.unwrap_err();
    assert!((timeout..Duration::from_secs(10)).contains(&start.elapsed()));
    assert!(error.is_timeout());
    assert!(!error.is_connect());
    assert_eq!(error.status(), None);
    insta::assert_snapshot!(error, @"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): no complete response within 200ms, the `timeout`");
}

#[tokio::test]
async fn the_timeout_of_a_call_takes_precedence_over_that_of_the_client() {
    let server = Server::always(Reply::Silence);
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let call = logs.get().timeout(Duration::from_millis(50));
    let start = Instant::now();
    assert!(call.send().await.unwrap_err().is_timeout());
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_body_larger_than_the_limit_is_an_error_that_keeps_its_start() {
    let body = format!(r#"{{"count":7{}}}"#, " ".repeat(100_000));
    let server = Server::always(ok(&body));
    let logs = limited(&server.url(), 1_000).instance_audit_logs(id(INSTANCE));
    let error = logs.get().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.headers().unwrap()["content-type"], "application/json");
    assert_eq!(error.body().unwrap(), &body.as_bytes()[..1_000]);
    assert!(!error.is_decode());
    insta::assert_snapshot!(error, @"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 200 OK: the body is larger than 1000 bytes, the `max_response_size`");
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_accepted() {
    let server = Server::always(ok(r#"{"count":7}"#));
    for (limit, fits) in [(10, false), (11, true)] {
        let logs = limited(&server.url(), limit).instance_audit_logs(id(INSTANCE));
        assert_eq!(logs.get().send().await.is_ok(), fits, "{limit}");
    }
}

#[tokio::test]
async fn a_compressed_body_is_limited_by_its_decompressed_size() {
    let headers = [("Content-Encoding", "gzip")];
    let server = Server::always(reply("200 OK", &headers, GZIP));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let page = logs.get().send().await.unwrap();
    assert_eq!(page.count, Some(7));

    let logs = limited(&server.url(), 500).instance_audit_logs(id(INSTANCE));
    let error = logs.get().send().await.unwrap_err();
    assert_eq!(error.body().unwrap().len(), 500);
    assert!(error.body().unwrap().starts_with(br#"{"count":7 "#));
}

#[tokio::test]
async fn a_truncated_compressed_body_is_an_error_with_the_status() {
    let headers = [("Content-Encoding", "gzip")];
    let server = Server::always(reply("200 OK", &headers, &GZIP[..30]));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let error = logs.get().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 200);
    assert!(error.body().unwrap().starts_with(br#"{"count":7"#));
}

#[tokio::test]
async fn a_redirect_within_the_server_is_followed_with_the_token() {
    for status in [
        "301 Moved",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let server = Server::script([moved(status, "/elsewhere?x=1"), ok(r#"{"count":7}"#)]);
        let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
        let page = logs.get().send().await.unwrap();
        assert_eq!(page.count, Some(7));
        let received = server.finish();
        assert_eq!(received.len(), 2);
        assert_eq!(received[1].target(), "/elsewhere?x=1");
        let authorization = received[1].header("authorization").unwrap();
        assert_eq!(authorization, format!("Bearer {TOKEN}"));
    }
}

#[tokio::test]
async fn a_redirect_to_another_server_is_an_error_and_nothing_reaches_that_server() {
    let other = Server::always(ok(r#"{"count":7}"#));
    let host = other.url().replace("http:", "");
    let locations = [
        other.url(),
        format!("{}/instance/{INSTANCE}/audit-logs", other.url()),
        host.clone(),
        format!("http://user:password@{}", &host[2..]),
    ];
    for location in locations {
        let server = Server::always(moved("307 Temporary Redirect", &location));
        let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
        let error = logs.get().send().await.unwrap_err();
        assert_eq!(error.status().unwrap(), 307);
        assert_eq!(error.headers().unwrap()["location"], location.as_str());
        assert_eq!(server.finish().len(), 1);
    }
    assert!(other.finish().is_empty());
}

#[tokio::test]
async fn a_redirect_that_leaves_the_server_in_a_second_step_is_not_followed() {
    let other = Server::always(ok("{}"));
    let steps = [
        moved("302 Found", "/step"),
        moved("302 Found", &other.url()),
    ];
    let server = Server::script(steps);
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let error = logs.get().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 302);
    assert_eq!(server.finish().len(), 2);
    assert!(other.finish().is_empty());
}

#[tokio::test]
async fn a_redirect_to_another_scheme_or_host_name_is_not_followed() {
    let server = Server::always(ok("{}"));
    let locations = ["http:", "https:"].map(|scheme| server.url().replace("http:", scheme));
    let [same, secure] = locations;
    let local = same.replace("127.0.0.1", "localhost");
    for location in [secure, local, "ftp://127.0.0.1/".to_owned()] {
        let server = Server::always(moved("302 Found", &location));
        let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
        let error = logs.get().send().await.unwrap_err();
        assert_eq!(error.status().unwrap(), 302, "{location}");
        assert_eq!(server.finish().len(), 1);
    }
    assert!(server.finish().is_empty());
}

#[tokio::test]
async fn redirects_in_a_cycle_end() {
    let server = Server::always(moved("302 Found", "/again"));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let error = logs.get().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 302);
    assert!((2..20).contains(&server.finish().len()));
}
