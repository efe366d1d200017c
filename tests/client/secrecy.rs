//! The token is in the `Authorization` header of requests to the base URL, and nowhere else.

use std::fmt::Debug;
use std::time::Duration;

use losant::{Client, Error, dynamic};
use serde_json::json;

use crate::server::{Reply, Server, ok, reply};
use crate::{INSTANCE, LOG, TOKEN, chain, client, id, mock};

pub fn assert_secret(what: &str, text: &str) {
    assert!(!text.is_empty(), "{what}");
    assert!(!text.contains(TOKEN), "{what}: {text}");
    // A part of it, or its bytes as numbers, would be just as bad.
    assert!(!text.contains("SECRET"), "{what}: {text}");
    assert!(!text.contains("83, 69, 67, 82, 69, 84"), "{what}: {text}");
}

pub fn assert_debug_is_secret(what: &str, value: &dyn Debug) {
    assert_secret(what, &format!("{value:?}"));
    assert_secret(what, &format!("{value:#?}"));
}

pub fn assert_error_is_secret(error: &Error) {
    assert_debug_is_secret("error", error);
    assert_secret("error", &chain(error));
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        assert_debug_is_secret("cause", &cause);
        source = cause.source();
    }
}

#[test]
fn no_debug_output_on_the_way_to_a_request_has_the_token() {
    let builder = Client::builder().access_token(TOKEN);
    assert_debug_is_secret("builder", &builder);
    let client = builder.build().unwrap();
    assert_debug_is_secret("client", &client);
    let logs = client.instance_audit_logs(id(INSTANCE));
    assert_debug_is_secret("resource", &logs);
    assert_debug_is_secret(
        "resource",
        &client.instance_audit_log(id(INSTANCE), id(LOG)),
    );
    assert_debug_is_secret("call", &logs.get());
    assert_debug_is_secret("request", &logs.get().request);
    assert_debug_is_secret("items", &logs.get().items());
    assert_debug_is_secret("pages", &logs.get().pages());
    let request = logs.get().http_request().unwrap();
    assert_debug_is_secret("HTTP request", &request);
    assert_debug_is_secret("HTTP headers", request.headers());
    let request = dynamic::request("instanceAuditLogs.get", json!({"instanceId": INSTANCE}));
    assert_debug_is_secret("dynamic call", &client.call(request.unwrap()));
}

#[test]
fn the_http_request_itself_has_the_token_marked_as_sensitive() {
    let client = Client::builder().access_token(TOKEN).build().unwrap();
    let call = client.instance_audit_logs(id(INSTANCE)).get();
    let request = call.http_request().unwrap();
    let authorization = &request.headers()["authorization"];
    assert_eq!(authorization, &format!("Bearer {TOKEN}"));
    assert!(authorization.is_sensitive());
    assert!(!request.uri().to_string().contains(TOKEN));
    let headers = request.headers().iter();
    let with_token = headers.filter(|header| header.1.to_str().unwrap().contains(TOKEN));
    assert_eq!(with_token.count(), 1);
}

#[tokio::test]
async fn no_response_has_the_token() {
    let mock = mock(2);
    let logs = client(&mock.url()).instance_audit_logs(id(INSTANCE));
    let response = logs.get().send().await.unwrap();
    assert_debug_is_secret("response", &response);
}

#[tokio::test]
async fn no_error_of_the_wire_has_the_token() {
    let json = r#"{"type":"NotFound","message":"no"}"#;
    let replies = [
        reply("404 Not Found", &[], json),
        reply("503 Service Unavailable", &[], "<html>"),
        reply(
            "307 Temporary Redirect",
            &[("Location", "http://127.0.0.1:1/")],
            "",
        ),
        ok("{"),
        ok("[]"),
        ok("\u{1}"),
        Reply::Silence,
        Reply::Bytes(b"no HTTP\r\n\r\n".to_vec()),
        Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec()),
        Reply::Bytes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz".to_vec()),
    ];
    for reply in replies {
        let server = Server::always(reply);
        let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
        let call = logs.get().timeout(Duration::from_millis(200));
        assert_error_is_secret(&call.send().await.unwrap_err());
    }
    let logs = client("http://127.0.0.1:1").instance_audit_logs(id(INSTANCE));
    assert_error_is_secret(&logs.get().send().await.unwrap_err());
}

#[test]
fn no_error_before_the_wire_has_the_token() {
    let client = client("http://127.0.0.1:1");
    let call = client.instance_audit_logs(id(INSTANCE)).get().page(-1);
    assert_error_is_secret(&call.http_request().unwrap_err());
    let error = dynamic::request("instanceAuditLogs.get", json!({"x": 1}));
    assert_error_is_secret(&error.unwrap_err());
}

#[test]
fn no_error_of_a_setting_has_the_token() {
    for token in [
        format!("{TOKEN}\n"),
        format!("{TOKEN}\r\nX-Evil: 1"),
        format!(" {TOKEN}"),
        format!("{TOKEN}ü"),
    ] {
        let builder = Client::builder().access_token(&token).base_url("nowhere");
        assert_debug_is_secret("builder", &builder);
        assert_error_is_secret(&builder.build().unwrap_err());
    }
}

/// Bodies that contain a token, at places where a message shows it complete, truncated or not at
/// all.
fn bodies_with(token: &str) -> Vec<(&'static str, String)> {
    let quoted = serde_json::to_string(token).unwrap();
    let token_in_json = quoted.trim_matches('"');
    let mut bodies = Vec::new();
    for before in 0..320 {
        let padding = "x".repeat(before);
        let json = format!("{padding}{token_in_json}{padding}");
        bodies.extend([
            ("400 Bad Request", format!("{padding}{token}{padding}")),
            ("400 Bad Request", format!(r#"{{"message":"{json}"}}"#)),
            ("200 OK", format!("{padding}{token}{padding}")),
            ("200 OK", format!(r#""{json}""#)),
            ("200 OK", format!(r#"{{"items":{{"{json}":1"#)),
        ]);
    }
    bodies
}

#[tokio::test]
async fn no_part_of_a_token_that_the_server_sends_back_is_in_a_message() {
    for token in [TOKEN, r#"SECRET"TO\KEN"#] {
        let bodies = bodies_with(token);
        let count = bodies.len();
        let server = Server::script(
            bodies
                .into_iter()
                .map(|(status, body)| reply(status, &[], body)),
        );
        let builder = Client::builder().base_url(server.url()).access_token(token);
        let client = builder.build().unwrap();
        for _ in 0..count {
            let logs = client.instance_audit_logs(id(INSTANCE));
            let message = logs.get().send().await.unwrap_err().to_string();
            // Four characters may appear in any message.
            let windows: Vec<_> = (0..token.len() - 4)
                .map(|from| &token[from..from + 5])
                .collect();
            let shown = windows.iter().find(|part| message.contains(**part));
            assert_eq!(shown, None, "{message}");
        }
    }
}
