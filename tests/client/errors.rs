//! Errors of unsuccessful or invalid responses, which keep the whole response.

use std::time::Duration;

use losant::types::InstanceAuditLogs;
use losant::{Error, Response};

use crate::server::{Reply, Server, ok, reply};
use crate::{INSTANCE, chain, client, id, mock};

const HTML: &str = "<html>\n<head><title>Not here</title></head>\n</html>";
const HTML_HEADERS: [(&str, &str); 2] = [("Content-Type", "text/html"), ("X-Request-Id", "r-1")];

/// The result of a call with this reply.
async fn fetch(reply: Reply) -> Result<Response<InstanceAuditLogs>, Error> {
    let server = Server::always(reply);
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    logs.get().send().await
}

/// The error of a call, checked for what every error must keep.
async fn error(status: &str, headers: &[(&str, &str)], body: &str) -> Error {
    let error = fetch(reply(status, headers, body)).await.unwrap_err();
    let code: u16 = status[..3].parse().unwrap();
    assert_eq!(error.status().unwrap(), code);
    for (name, value) in headers {
        assert_eq!(error.headers().unwrap()[*name], value);
    }
    assert_eq!(error.body().unwrap(), body.as_bytes());
    assert!(error.violations().is_empty());
    error
}

/// The predicates of an error that are true.
pub fn predicates(error: &Error) -> String {
    let answers = [
        ("config", error.is_config()),
        ("invalid_request", error.is_invalid_request()),
        ("upload", error.is_upload()),
        ("token", error.is_token()),
        ("connect", error.is_connect()),
        ("broken", error.is_broken()),
        ("timeout", error.is_timeout()),
        ("too_large", error.is_too_large()),
        ("decode", error.is_decode()),
        ("redirect", error.is_redirect()),
        ("incomplete", error.is_incomplete()),
        ("bad_request", error.is_bad_request()),
        ("unauthorized", error.is_unauthorized()),
        ("forbidden", error.is_forbidden()),
        ("not_found", error.is_not_found()),
        ("rate_limited", error.is_rate_limited()),
        ("server_error", error.is_server_error()),
    ];
    let yes = answers.iter().filter(|(_, answer)| *answer);
    yes.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn a_404_with_the_error_schema_has_type_and_message() {
    let body = r#"{"type":"NotFound","message":"Instance was not found","hint":1}"#;
    let headers = [
        ("Content-Type", "application/json"),
        ("X-Request-Id", "r-1"),
    ];
    let error = error("404 Not Found", &headers, body).await;
    let api_error = error.api_error().unwrap();
    assert_eq!(api_error.r#type.as_deref(), Some("NotFound"));
    assert_eq!(api_error.message.as_deref(), Some("Instance was not found"));
    assert_eq!(api_error.extra["hint"].get(), "1");
    assert_eq!(predicates(&error), "not_found");
    insta::assert_snapshot!(error, @"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 404 Not Found: NotFound: Instance was not found");
    insta::assert_snapshot!(format!("{error:?}"), @r#"Error { message: "instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 404 Not Found: NotFound: Instance was not found", source: None, .. }"#);
}

#[tokio::test]
async fn a_404_with_html_is_described_by_its_status_and_the_start_of_the_body() {
    let error = error("404 Not Found", &HTML_HEADERS, HTML).await;
    assert!(error.api_error().is_none());
    assert_eq!(predicates(&error), "not_found");
    insta::assert_snapshot!(error, @r#"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 404 Not Found: "<html>\n<head><title>Not here</title></head>\n</html>""#);
    insta::assert_snapshot!(format!("{error:?}"), @r#"Error { message: "instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 404 Not Found: \"<html>\\n<head><title>Not here</title></head>\\n</html>\"", source: None, .. }"#);
}

#[tokio::test]
async fn a_429_says_how_long_to_wait() {
    let headers = [("Retry-After", "17"), ("Content-Type", "application/json")];
    let body = r#"{"type":"RateLimit","message":"Too many requests"}"#;
    let error = error("429 Too Many Requests", &headers, body).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(17)));
    let api_error = error.api_error().unwrap();
    assert_eq!(api_error.r#type.as_deref(), Some("RateLimit"));
    assert_eq!(predicates(&error), "rate_limited");
    insta::assert_snapshot!(error, @"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 429 Too Many Requests: RateLimit: Too many requests");
    insta::assert_snapshot!(format!("{error:?}"), @r#"Error { message: "instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 429 Too Many Requests: RateLimit: Too many requests", source: None, .. }"#);
}

#[tokio::test]
async fn a_retry_after_may_be_a_date_and_garbage_is_ignored() {
    let (past, future) = (
        "Wed, 21 Oct 2015 07:28:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    );
    for text in [past, "0"] {
        let error = error("429 Too Many Requests", &[("Retry-After", text)], "").await;
        assert_eq!(error.retry_after(), Some(Duration::ZERO));
    }
    let years = Duration::from_secs(7_000 * 365 * 24 * 60 * 60);
    let error_in_the_future = error("429 Too Many Requests", &[("Retry-After", future)], "").await;
    assert!(error_in_the_future.retry_after() > Some(years));
    for text in ["", "soon", "-1", "1.5"] {
        let error = error("429 Too Many Requests", &[("Retry-After", text)], "").await;
        assert_eq!(error.retry_after(), None);
        assert_eq!(error.headers().unwrap()["retry-after"], text);
        assert!(error.is_rate_limited());
    }
}

#[tokio::test]
async fn a_503_with_html_is_a_server_error() {
    let error = error("503 Service Unavailable", &HTML_HEADERS, HTML).await;
    assert_eq!(predicates(&error), "server_error");
    insta::assert_snapshot!(error, @r#"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 503 Service Unavailable: "<html>\n<head><title>Not here</title></head>\n</html>""#);
    insta::assert_snapshot!(format!("{error:?}"), @r#"Error { message: "instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 503 Service Unavailable: \"<html>\\n<head><title>Not here</title></head>\\n</html>\"", source: None, .. }"#);
}

#[tokio::test]
async fn a_200_with_truncated_json_says_where() {
    let headers = [("Content-Type", "application/json")];
    let body = r#"{"items":[{"id":"57955788124b37010084c053"},{"actorName":"An"#;
    let error = error("200 OK", &headers, body).await;
    assert_eq!(predicates(&error), "decode");
    insta::assert_snapshot!(error, @r#"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 200 OK: unexpected body at `items[1].actorName`: EOF while parsing a string at line 1 column 60, near "{\"items\":[{\"id\":\"57955788124b37010084c053\"},{\"actorName\":\"An""#);
    insta::assert_snapshot!(format!("{error:?}"), @r#"Error { message: "instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 200 OK: unexpected body at `items[1].actorName`: EOF while parsing a string at line 1 column 60, near \"{\\\"items\\\":[{\\\"id\\\":\\\"57955788124b37010084c053\\\"},{\\\"actorName\\\":\\\"An\"", source: None, .. }"#);
}

#[tokio::test]
async fn a_200_with_broken_json_names_the_path() {
    let headers = [("Content-Type", "application/json")];
    let body = r#"{"items":[{"responseStatus":200},{"responseStatus":2oo}]}"#;
    let error = error("200 OK", &headers, body).await;
    assert_eq!(predicates(&error), "decode");
    insta::assert_snapshot!(error, @r#"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 200 OK: unexpected body at `items[1].responseStatus`: expected `,` or `}` at line 1 column 53, near "{\"items\":[{\"responseStatus\":200},{\"responseStatus\":2oo}]}""#);
    insta::assert_snapshot!(format!("{error:?}"), @r#"Error { message: "instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 200 OK: unexpected body at `items[1].responseStatus`: expected `,` or `}` at line 1 column 53, near \"{\\\"items\\\":[{\\\"responseStatus\\\":200},{\\\"responseStatus\\\":2oo}]}\"", source: None, .. }"#);
}

#[tokio::test]
async fn a_200_that_is_not_json_shows_its_start() {
    let html = error("200 OK", &HTML_HEADERS, HTML).await;
    assert_eq!(predicates(&html), "decode");
    insta::assert_snapshot!(html, @r#"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 200 OK: unexpected body: expected value at line 1 column 1, near "<html>\n<head><title>Not here</title></head>\n</html>""#);
    let empty = error("200 OK", &[], "").await;
    assert_eq!(predicates(&empty), "decode");
    insta::assert_snapshot!(empty, @"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 200 OK: unexpected body: the body is empty");
    let list = error("200 OK", &[], "[]").await;
    assert_eq!(predicates(&list), "decode");
    insta::assert_snapshot!(list, @r#"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 200 OK: unexpected body: invalid type: sequence, expected an object at line 1 column 0, near "[]""#);
}

#[tokio::test]
async fn an_error_without_a_body_is_described_by_its_status() {
    for (status, question) in [
        ("400 Bad Request", "bad_request"),
        ("401 Unauthorized", "unauthorized"),
        ("403 Forbidden", "forbidden"),
        ("404 Not Found", "not_found"),
        ("429 Too Many Requests", "rate_limited"),
        ("500 Internal Server Error", "server_error"),
        ("599 Unheard Of", "server_error"),
        ("418 I'm a teapot", ""),
    ] {
        let error = error(status, &[], "").await;
        assert_eq!(predicates(&error), question);
        let message = error.to_string();
        assert!(message.contains(&status[..3]), "{message}");
    }
}

#[tokio::test]
async fn json_that_does_not_match_the_error_schema_is_shown_unchanged() {
    for body in [
        "{}",
        "null",
        "[]",
        r#"{"error":"x"}"#,
        r#"{"type":5,"message":["x"]}"#,
        r#"{"type":null,"message":null}"#,
    ] {
        let error = error("400 Bad Request", &[], body).await;
        assert!(error.api_error().is_none(), "{body}");
        let message = error.to_string();
        assert!(message.contains(&format!("{body:?}")), "{message}");
    }
}

#[tokio::test]
async fn an_error_that_partially_matches_the_schema_is_partially_typed() {
    for body in [r#"{"message":"no"}"#, r#"{"message":"no","type":5}"#] {
        let error = error("400 Bad Request", &[], body).await;
        assert_eq!(error.api_error().unwrap().message.as_deref(), Some("no"));
    }
    let error = error("400 Bad Request", &[], r#"{"message":"no"}"#).await;
    let api_error = error.api_error().unwrap();
    assert_eq!(api_error.r#type, None);
    assert_eq!(api_error.message.as_deref(), Some("no"));
    insta::assert_snapshot!(error, @"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 400 Bad Request: no");
}

#[tokio::test]
async fn a_long_body_is_cut_in_the_message_and_whole_in_the_error() {
    let long = "Ünglück ".repeat(50_000);
    let error = error("502 Bad Gateway", &[], &long).await;
    let message = error.to_string();
    assert!(message.ends_with(" …"), "{message}");
    assert!(message.chars().count() < 400, "{message}");
}

#[tokio::test]
async fn a_truncated_body_is_kept_as_far_as_it_arrived() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nX-Request-Id: r-1\r\n\r\n";
    let bytes = format!("{head}{{\"items\":[").into_bytes();
    let error = fetch(Reply::Bytes(bytes)).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.headers().unwrap()["x-request-id"], "r-1");
    assert_eq!(error.body().unwrap(), "{\"items\":[");
    assert_eq!(predicates(&error), "broken");
    insta::assert_snapshot!(error, @"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 200 OK: could not read the body");
    let chain = chain(&error);
    assert!(chain.contains("end of file"), "{chain}");
}

#[tokio::test]
async fn invalid_utf8_is_reported_with_its_position() {
    let body = [
        br#"{"items":[{"actorName":"A"#,
        &[0xff_u8, 0xfe][..],
        br#""}]}"#,
    ]
    .concat();
    let error = fetch(reply("200 OK", &[], &body)).await.unwrap_err();
    assert_eq!(predicates(&error), "decode");
    assert_eq!(error.body().unwrap(), &body);
    insta::assert_snapshot!(error, @r#"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 200 OK: unexpected body at `items[0].actorName`: invalid UTF-8 after 25 bytes, near "{\"items\":[{\"actorName\":\"A��\"}]}""#);
    let error = fetch(reply("500 No", &[], [0xff; 300])).await.unwrap_err();
    assert_eq!(error.body().unwrap(), &[0xff; 300][..]);
    assert!(error.to_string().ends_with(" …"), "{error}");
}

#[tokio::test]
async fn a_response_that_is_not_http_is_an_error_without_a_response() {
    let replies = [
        &b"SSH-2.0-OpenSSH_9.6\r\n"[..],
        b"",
        b"HTTP/1.1 200 OK\r\nX",
    ];
    for bytes in replies {
        let error = fetch(Reply::Bytes(bytes.to_vec())).await.unwrap_err();
        assert_eq!(error.status(), None);
        assert_eq!(error.headers(), None);
        assert_eq!(error.body(), None);
        assert_eq!(predicates(&error), "broken");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[tokio::test]
async fn the_error_of_the_mock_is_typed() {
    let mock = mock(1);
    let client = client(&mock.url());
    let nowhere = client.instance_audit_logs(id(&"f".repeat(24)));
    let error = nowhere.get().send().await.unwrap_err();
    assert_eq!(predicates(&error), "not_found");
    let api_error = error.api_error().unwrap();
    assert_eq!(api_error.r#type.as_deref(), Some("NotFound"));
    insta::assert_snapshot!(error, @"instanceAuditLogs.get (GET /instance/{instanceId}/audit-logs): 404 Not Found: NotFound: `instanceId` ffffffffffffffffffffffff was not found");

    let nothing = client.instance_audit_log(id(INSTANCE), id(&"e".repeat(24)));
    let error = nothing.get().send().await.unwrap_err();
    assert_eq!(predicates(&error), "not_found");
    insta::assert_snapshot!(error, @"instanceAuditLog.get (GET /instance/{instanceId}/audit-logs/{instanceAuditLogId}): 404 Not Found: NotFound: `instanceAuditLogId` eeeeeeeeeeeeeeeeeeeeeeee was not found");
}

#[tokio::test]
async fn errors_convert_to_the_errors_of_the_program() {
    async fn program() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        fetch(ok("7")).await?;
        Ok(())
    }
    let error = program().await.unwrap_err();
    assert!(error.downcast_ref::<Error>().unwrap().is_decode());
}

#[tokio::test]
async fn a_message_of_the_server_stays_on_one_line_of_a_log() {
    let evil = "a\u{1b}[2J\n2026-01-01 INFO forged\r\u{9b}1m\u{202e}b\u{2028}::error::x\u{7}";
    let quoted = serde_json::to_string(evil).unwrap();
    let [both, decoded] = [
        format!(r#"{{"type":{quoted},"message":{quoted}}}"#),
        format!(r#"{{"items":[{{{quoted}:2oo}}]}}"#),
    ];
    let json = [("Content-Type", "application/json")];
    let errors = [
        error("404 Not Found", &json, &both).await,
        error("404 Not Found", &json, evil).await,
        fetch(reply("200 OK", &json, &decoded)).await.unwrap_err(),
        fetch(reply("200 OK", &json, &quoted)).await.unwrap_err(),
        fetch(reply("200 OK", &json, evil)).await.unwrap_err(),
    ];
    for error in errors {
        for said in [error.to_string(), format!("{error:?}")] {
            let acts = |c: char| c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c);
            assert!(!said.contains(acts), "{said:?}");
        }
    }
    let said = error("404 Not Found", &json, &both).await.to_string();
    assert!(
        said.contains(r"a\u{1b}[2J\n2026-01-01 INFO forged\r"),
        "{said}"
    );
}
