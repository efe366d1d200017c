//! Faults before a complete response has arrived.

use std::sync::LazyLock;
use std::time::Duration;

use super::row::Row;
use super::server::Step;
use super::{FILLER, GIGABYTE, answer, no_response, with_response};

/// The start of a body, sent before something breaks.
const HALF: &[u8] = br#"{"count":7,"#;

/// A thousand headers.
static HEADERS: LazyLock<Vec<u8>> = LazyLock::new(|| b"X-Many: 1\r\n".repeat(1_000));

pub fn rows() -> Vec<Row> {
    [breaks(), delays(), floods()].concat()
}

fn breaks() -> Vec<Row> {
    let mut refused = Row::new("connection refused", |_, _| vec![], no_response("connect")).again();
    refused.script = None;
    vec![
        refused.connections(0),
        Row::new(
            "connection reset before the head",
            |_, _| vec![Step::Request, Step::Reset],
            no_response("broken"),
        )
        .again(),
        Row::new(
            "connection closed in the middle of the head",
            |_, _| answer("HTTP/1.1 200 OK\r\nContent-Le"),
            no_response("broken"),
        )
        .again(),
        Row::new(
            "connection reset after half of the body",
            |_, _| [half(), vec![Step::Reset]].concat(),
            with_response("broken", 200, |body| body == HALF),
        )
        .again(),
        Row::new(
            "an answer that is not HTTP",
            |_, _| answer("SSH-2.0-OpenSSH_9.6\r\n"),
            no_response("broken"),
        )
        .again(),
    ]
}

fn delays() -> Vec<Row> {
    vec![
        Row::new(
            "no answer at all",
            |_, _| vec![Step::Request, Step::Hang],
            no_response("timeout"),
        )
        .timeout(300),
        Row::new(
            "headers that come byte by byte and never end",
            |_, _| {
                let slowly = Duration::from_millis(5);
                let head = Step::Send(b"HTTP/1.1 200 OK\r\nX-Slow: ".to_vec());
                vec![Step::Request, head, Step::Drip(&FILLER, slowly)]
            },
            no_response("timeout"),
        )
        .timeout(600),
        Row::new(
            "a body of one byte a second",
            |_, _| {
                let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".to_vec();
                let slowly = Duration::from_secs(1);
                vec![Step::Request, Step::Send(head), Step::Drip(HALF, slowly)]
            },
            with_response("timeout", 200, |body| {
                !body.is_empty() && HALF.starts_with(body)
            }),
        )
        .timeout(2_500),
        Row::new(
            "a body that stops in the middle",
            |_, _| [half(), vec![Step::Hang]].concat(),
            with_response("timeout", 200, |body| body == HALF),
        )
        .timeout(1_000),
    ]
}

fn floods() -> Vec<Row> {
    vec![
        Row::new(
            "a header of 1 GB",
            |_, _| {
                let head = Step::Send(b"HTTP/1.1 200 OK\r\nX-Large: ".to_vec());
                vec![Step::Request, head, Step::Repeat(&FILLER, GIGABYTE)]
            },
            no_response("broken"),
        )
        .again(),
        Row::new(
            "a million headers",
            |_, _| {
                let head = Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec());
                vec![Step::Request, head, Step::Repeat(&HEADERS, 1_000)]
            },
            no_response("broken"),
        )
        .again(),
        Row::new(
            "interim responses without end",
            |_, _| {
                let interim = b"HTTP/1.1 103 Early Hints\r\n\r\n";
                vec![Step::Request, Step::Repeat(interim, u64::MAX)]
            },
            no_response("timeout"),
        )
        .timeout(300),
    ]
}

/// A head that announces more than is sent.
fn half() -> Vec<Step> {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    answer([head, HALF].concat())
}
