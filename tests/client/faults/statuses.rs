//! Statuses and headers that ask the client to do something else.

use std::time::Duration;

use super::row::{Fault, Row};
use super::server::{Script, Step};
use super::{Outcome, answer, response, with_response};

const SORRY: &str = r#"{"type":"Sorry","message":"not now"}"#;

pub fn rows() -> Vec<Row> {
    let mut rows = redirects();
    rows.push(Row::new(
        "401, with a fixed token",
        |number, _| match number {
            0 => response("401 Unauthorized", &[], SORRY),
            _ => response("200 OK", &[], "{}"),
        },
        sorry("unauthorized", 401),
    ));
    rows.extend(rate_limits());
    rows.push(Row::new(
        "101 that was not requested",
        |_, _| {
            let headers = [("Upgrade", "websocket"), ("Connection", "Upgrade")];
            response("101 Switching Protocols", &headers, "\x01\x02")
        },
        with_response("", 101, |_| true),
    ));
    rows.push(
        Row::new(
            "503 again and again",
            |_, _| response("503 Service Unavailable", &[], SORRY),
            sorry("server_error", 503),
        )
        .again(),
    );
    rows.push(
        Row::new(
            "503 whose body stops in the middle",
            |_, _| {
                let head = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1000\r\n\r\n";
                [answer(format!("{head}{SORRY}")), vec![Step::Hang]].concat()
            },
            sorry("timeout, server_error", 503),
        )
        .timeout(1_000),
    );
    rows
}

fn redirects() -> Vec<Row> {
    vec![
        Row::new(
            "a redirect to another host",
            |_, other| moved("307 Temporary Redirect", other),
            with_response("redirect", 307, <[u8]>::is_empty),
        ),
        Row::new(
            "a redirect to another host via this one",
            |number, other| match number {
                0 => moved("302 Found", "/step"),
                _ => moved("308 Permanent Redirect", other),
            },
            with_response("redirect", 308, <[u8]>::is_empty),
        )
        .connections(2),
        Row::new(
            "redirects in a cycle",
            |_, _| moved("302 Found", "/again"),
            with_response("redirect", 302, <[u8]>::is_empty),
        )
        .connections(6),
        Row::new(
            "a redirect that leads nowhere",
            |_, _| moved("302 Found", "http://["),
            with_response("redirect", 302, <[u8]>::is_empty),
        ),
    ]
}

fn rate_limits() -> Vec<Row> {
    vec![
        limited("429 with `Retry-After: 0`", |_, _| wait("0"), Some(0)).again(),
        limited("429 with `Retry-After: -1`", |_, _| wait("-1"), None).again(),
        limited(
            "429 with `Retry-After: 1000000000000`",
            |_, _| wait("1000000000000"),
            Some(1_000_000_000_000),
        ),
        limited(
            "429 with a `Retry-After` in the past",
            |_, _| wait("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(0),
        )
        .again(),
        limited(
            "429 with a `Retry-After` that is garbage",
            |_, _| wait("soon\u{fffd}"),
            None,
        )
        .again(),
    ]
}

fn limited(fault: &'static str, script: Script, retry_after: Option<u64>) -> Row {
    let outcome = Outcome::Error(Fault {
        predicate: "rate_limited",
        status: Some(429),
        body: |body| body == SORRY.as_bytes(),
        retry_after: retry_after.map(Duration::from_secs),
    });
    Row::new(fault, script, outcome)
}

fn wait(retry_after: &str) -> Vec<Step> {
    let headers = [("Retry-After", retry_after)];
    response("429 Too Many Requests", &headers, SORRY)
}

fn moved(status: &str, location: &str) -> Vec<Step> {
    response(status, &[("Location", location)], "")
}

fn sorry(predicate: &'static str, status: u16) -> Outcome {
    with_response(predicate, status, |body| body == SORRY.as_bytes())
}
