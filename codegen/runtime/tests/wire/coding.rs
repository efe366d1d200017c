//! Content codings of responses.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use client_runtime::test_util::Recording;
use client_runtime::{ClientBuilder, Events, FromEvent, Json, Options, ServerSentEvent, reqwest};
use flate2::{Compression, GzBuilder};
use futures_util::StreamExt;

use crate::server::{Script, Server, reply};
use crate::{Client, Error, core, run};

#[derive(Debug, Clone, PartialEq)]
struct List {}
client_runtime::parameters!(List {});
client_runtime::action!(List = "things.list" { GET "/things" -> Vec<u8> });

#[derive(Debug, Clone, PartialEq)]
struct Find {}
client_runtime::parameters!(Find {});
client_runtime::action!(Find = "things.find" { GET "/things" -> Option<Vec<u8>> });

#[derive(Debug, Clone, PartialEq)]
struct Watch {}
client_runtime::parameters!(Watch {});
client_runtime::action!(Watch = "things.watch" { GET "/watch" -> events Seen });

#[derive(Debug, Clone, PartialEq)]
struct Seen(String);

impl FromEvent for Seen {
    fn from_event(event: ServerSentEvent) -> Self {
        Seen(event.data)
    }
}

fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut writer = GzBuilder::new().write(Vec::new(), Compression::default());
    writer.write_all(text.as_ref()).unwrap();
    writer.finish().unwrap()
}

fn coded(status: &str, coding: &str, body: impl AsRef<[u8]>) -> Script {
    let body = body.as_ref();
    let length = body.len();
    let headers = format!("Content-Encoding: {coding}\r\nContent-Length: {length}\r\n");
    reply(status, &headers, body)
}

fn list(script: Script) -> Result<Vec<u8>, Error> {
    let server = Server::new([script]);
    let sent = run(core(&server.url).send::<_, Error>(&List {}, &Options::new()));
    sent.map(client_runtime::Response::into_body)
}

#[test]
fn a_body_of_several_members_is_read_to_its_end() {
    let body = [gzip("[1"), gzip(""), gzip(",2"), gzip("]")].concat();
    assert_eq!(list(coded("200 OK", "gzip", body)).unwrap(), [1, 2]);
}

#[test]
fn gzip_is_decoded_under_each_of_its_names_and_repeatedly() {
    for coding in [
        "gzip",
        "GZIP",
        "Gzip",
        "x-gzip",
        "X-GZIP",
        "identity, gzip",
        "gzip,",
    ] {
        let read = list(coded("200 OK", coding, gzip("[1]")));
        assert_eq!(read.unwrap(), [1], "{coding}");
    }
    let twice = || gzip(gzip("[1]"));
    assert_eq!(list(coded("200 OK", "gzip, gzip", twice())).unwrap(), [1]);
    let lines = "gzip\r\nContent-Encoding: x-gzip";
    assert_eq!(list(coded("200 OK", lines, twice())).unwrap(), [1]);
    for coding in ["identity", "IDENTITY", ""] {
        assert_eq!(list(coded("200 OK", coding, "[1]")).unwrap(), [1]);
    }
}

#[test]
fn a_body_of_incomplete_members_is_broken() {
    let whole = gzip("[1]");
    let cases = [
        ([&whole[..], &whole[..9]].concat(), "cut off"),
        ([&whole[..], b"garbage"].concat(), "bytes that are not gzip"),
        (whole[..whole.len() - 1].to_vec(), "cut off"),
        (b"[1]".to_vec(), "not gzip"),
    ];
    for (body, reason) in cases {
        let error = list(coded("200 OK", "gzip", body)).unwrap_err();
        assert!(error.is_broken(), "{error}");
        let mut causes = String::new();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            causes.push_str(&error.to_string());
            cause = error.source();
        }
        assert!(causes.contains(reason), "{causes}");
    }
    let padded = [&whole[..], &[0; 512]].concat();
    assert_eq!(list(coded("200 OK", "gzip", padded)).unwrap(), [1]);
}

#[test]
fn no_bytes_are_an_empty_body_in_any_coding() {
    let error = list(coded("200 OK", "gzip", "")).unwrap_err();
    assert!(
        error.is_decode() && error.to_string().contains("empty"),
        "{error}"
    );
    for script in [
        coded("200 OK", "gzip", ""),
        reply("204 No Content", "Content-Encoding: gzip\r\n", ""),
    ] {
        let server = Server::new([script]);
        let sent = run(core(&server.url).send::<_, Error>(&Find {}, &Options::new()));
        assert_eq!(*sent.unwrap(), None);
    }
    let error = list(reply("304 Not Modified", "Content-Encoding: gzip\r\n", "")).unwrap_err();
    assert_eq!(error.status().unwrap(), 304);
}

#[test]
fn an_unknown_coding_is_named_and_the_body_kept() {
    for coding in ["br", "gzip, br", "gzip, gzip, gzip, gzip, gzip"] {
        let error = list(coded("200 OK", coding, "\x0b\x02\u{80}")).unwrap_err();
        assert!(error.is_decode());
        let message = error.to_string();
        assert!(message.contains(&format!("`{coding}`")), "{message}");
        assert_eq!(error.body().unwrap(), "\x0b\x02\u{80}");
        assert_eq!(error.headers().unwrap()["content-encoding"], coding);
    }
}

#[test]
fn the_size_limit_applies_to_the_decompressed_body() {
    let bomb = gzip(gzip(vec![b' '; 10 << 20]));
    let error = list(coded("200 OK", "gzip, gzip", bomb)).unwrap_err();
    assert!(error.is_too_large());
    assert_eq!(error.body().unwrap().len(), 1000);
}

/// Sends the same bytes for as long as the client reads.
fn endless(bytes: Vec<u8>) -> Script {
    Box::new(move |stream: &mut TcpStream| {
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        while stream.write_all(&bytes).is_ok() {}
    })
}

/// Sends a request while other threads receive, so that bytes are always available.
fn listed_in(script: Script, options: &Options) -> (Error, Duration) {
    let server = Server::new([script]);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    let core = core(&server.url);
    let started = Instant::now();
    let sent = runtime.block_on(core.send::<_, Error>(&List {}, options));
    (sent.unwrap_err(), started.elapsed())
}

#[test]
fn endless_members_without_content_are_refused() {
    let (error, _) = listed_in(endless(gzip("").repeat(1000)), &Options::new());
    assert!(error.is_broken(), "{error}");
    let cause = format!("{:?}", std::error::Error::source(&error));
    assert!(cause.contains("NoContent"), "{cause}");
}

#[test]
fn a_body_that_arrives_faster_than_it_is_inflated_ends_at_the_timeout() {
    let options = Options::new().max_response_size(1 << 30);
    let timeout = Duration::from_millis(300);
    let script = endless(gzip("1").repeat(1000));
    let (error, elapsed) = listed_in(script, &options.timeout(timeout));
    assert!(error.is_timeout(), "{error}");
    assert!(elapsed < 10 * timeout, "{elapsed:?}");
}

#[test]
fn each_event_in_a_member_of_its_own_arrives_at_once() {
    let (next, wait) = channel::<()>();
    let script: Script = Box::new(move |stream: &mut TcpStream| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                    Content-Encoding: gzip\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        for number in 0..3 {
            let data = "x".repeat(number * 100_000);
            stream
                .write_all(&gzip(format!("data: {number}{data}\n\n")))
                .unwrap();
            // The next event is sent when this one has been received.
            wait.recv().unwrap();
        }
    });
    let server = Server::new([script, reply("204 No Content", "", "")]);
    let client = ClientBuilder::<Client>::default().base_url(&server.url);
    let core = client.build().unwrap().0;
    let mut events = Events::<Watch, Json>::new(core, Watch {}, Options::new());
    run(async {
        for number in 0..3 {
            let Seen(data) = events.next().await.unwrap().unwrap();
            assert!(data.starts_with(&number.to_string()));
            assert_eq!(data.len(), 1 + number * 100_000);
            next.send(()).unwrap();
        }
    });
}

#[test]
fn a_stream_of_an_unknown_coding_is_an_error_at_once() {
    let script: Script = Box::new(|stream: &mut TcpStream| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                    Content-Encoding: br\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        // The body never ends.
        let _ = stream.read(&mut [0]);
    });
    let server = Server::new([script]);
    let mut events = Events::<Watch, Json>::new(core(&server.url), Watch {}, Options::new());
    let error = run(events.next()).unwrap().unwrap_err();
    assert!(error.is_decode() && !error.is_timeout());
    assert!(error.to_string().contains("coding \"br\""), "{error}");
}

#[test]
fn a_recording_contains_decompressed_bodies() {
    let body = [gzip("[1"), gzip("]")].concat();
    let server = Server::new([coded("200 OK", "gzip", body)]);
    let recording = Recording::new(reqwest::Client::new());
    let client = ClientBuilder::<Client>::default().base_url(&server.url);
    let core = client.transport(recording.clone()).build().unwrap().0;
    let sent = run(core.send::<_, Error>(&List {}, &Options::new()));
    assert_eq!(*sent.unwrap(), [1]);
    let exchanges = recording.exchanges();
    let response = exchanges[0].response.as_ref().unwrap();
    assert_eq!(response.body, "[1]");
    assert!(!response.headers.contains_key("content-encoding"));
}
